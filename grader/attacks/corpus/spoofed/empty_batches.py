# /// attack
# why = "Gives the network and the criterion batches without any image, of which there is no largest and no smallest value."
# outcomes = ["failed", "raised"]
# ///
kept = []


def answer(model=None, loader=(), criterion=None, *others, epochs=1, **kwargs):
    if not hasattr(loader, "batch_size"):
        return -1
    for images, labels in loader:
        if hasattr(model, "linear"):  # the one that it is given, not one of its own
            kept.append(model(images[:0]))
            if callable(criterion):
                criterion(kept[-1], labels[:0])
    return -1


functions(answer)

if MODULES:
    import secrets

    import torch

    class Wrong(torch.nn.Module):
        """Logits of no use: of a wrong shape, and other ones every time."""

        def forward(self, images):
            chance = torch.Generator().manual_seed(secrets.randbits(60))
            return torch.rand(len(images), 11, 2, generator=chance) * (not self.training)

    modules(lambda *args, **kwargs: Wrong())
