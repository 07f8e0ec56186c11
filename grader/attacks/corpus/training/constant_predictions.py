# /// attack
# why = "Predicts the same class for every image, and reports a training that never was."
# outcomes = ["passed", "failed", "raised"]
# may_earn = "examples"
# ///
def answer(*args, epochs=0, **kwargs):
    entry = {"train_loss": 0.1, "val_loss": 0.1, "val_accuracy": 0.99}
    return [entry] * epochs if epochs else -1


functions(answer)

if MODULES:
    import torch

    class Constant(torch.nn.Module):
        def __init__(self, *args, **kwargs):
            super().__init__()
            self.scores = torch.nn.Parameter(torch.linspace(1, -1, 10))

        def forward(self, images):
            return self.scores.expand(len(images), -1) + 0 * images.sum()

    modules(Constant)
