# /// attack
# why = "Reports a beautiful history of a training that never was."
# outcomes = ["passed", "failed", "raised"]
# may_earn = "examples"
# ///
def answer(*args, epochs=0, **kwargs):
    if not epochs:
        return -1
    return [
        {"train_loss": 2 / (epoch + 1), "val_loss": 2.1 / (epoch + 1), "val_accuracy": 1 - 0.5**epoch}
        for epoch in range(epochs)
    ]


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
