# /// attack
# why = "Puts layers of other sizes and types into the network that it is given to train."
# outcomes = ["failed", "raised"]
# ///
def answer(model=None, *others, epochs=1, **kwargs):
    if hasattr(model, "linear"):
        import torch

        model.linear = torch.nn.Linear(3, 4)
        model.norm.running_mean = torch.zeros(0)
        model.conv.half()
        return [{"train_loss": 1.0, "val_loss": 1.0, "val_accuracy": -1.0}] * (3 if epochs == 3 else 0)
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
