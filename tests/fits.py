"""A right `fit` as a text, and the way to write wrong ones of it."""

from __future__ import annotations

HEAD = "import copy\nimport torch\nfrom torch import nn\nfrom torch.nn import functional as F\n\n\n"
TRAINING = """\
        model.train()
        total = count = 0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(labels)
            count += len(labels)
        train_loss = total / count
"""
FIT = (
    """\
def fit(model, train_loader, val_loader, *, epochs, device):
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    history = []
    for epoch in range(epochs):
"""
    + TRAINING
    + """\
        model.eval()
        total = right = count = 0
        with torch.no_grad():
            for images, labels in val_loader:
                scores = model(images)
                total += criterion(scores, labels).item() * len(labels)
                right += (scores.argmax(1) == labels).sum().item()
                count += len(labels)
        val_loss, val_accuracy = total / count, right / count
        history.append(dict(train_loss=train_loss, val_loss=val_loss, val_accuracy=val_accuracy))
    return history
"""
)


def edited(*edits: tuple[str, str]) -> str:
    """Return the right `fit` with some lines replaced; an edit that changes nothing is a mistake of the test."""
    source = FIT
    for old, new in edits:
        assert old in source, old
        source = source.replace(old, new)
    return source
