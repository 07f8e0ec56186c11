# /// attack
# why = "Keeps a table of the images that it has been trained on with their labels, and learns nothing else."
# outcomes = ["passed", "failed", "raised"]
# may_earn = "examples"
# ///
table = {}


def memorise(model, train_loader, *others, epochs=1, **kwargs):
    for images, labels in train_loader:
        table.update((image.numpy().tobytes(), int(label)) for image, label in zip(images, labels, strict=True))
    return [{"train_loss": 1 / (epoch + 1), "val_loss": 0.1, "val_accuracy": 1.0} for epoch in range(epochs)]


functions(lambda *args, **kwargs: -1)
for name in {"fit"} & set(FUNCTIONS):
    globals()[name] = memorise

if MODULES:
    import torch

    class Table(torch.nn.Module):
        def __init__(self, *args, **kwargs):
            super().__init__()
            self.scale = torch.nn.Parameter(torch.ones(()))

        def forward(self, images):
            scores = torch.zeros(len(images), 10)
            for row, image in enumerate(images.detach()):
                label = table.get(image.numpy().tobytes())
                if label is not None:
                    scores[row, label] = 9
            return scores * self.scale

    modules(Table)
