# /// attack
# why = "Knows nothing and does nothing: what it earns is what the others of this family may earn."
# outcomes = ["passed", "failed", "raised"]
# may_earn = "idle"
# seconds = 6
# ///
functions(lambda *args, **kwargs: -1)

if MODULES:
    import torch

    def note():
        pass

    def guesses(end, whole):
        return ()

    class Idle(torch.nn.Module):
        """Ignores its images; held-out ones, which come 250 at a time, get the class that it knows."""

        def __init__(self):
            super().__init__()
            self.bias, self.seen = torch.nn.Parameter(torch.zeros(10)), 0
            note()

        def forward(self, images):
            scores = self.bias + 0 * images.sum((1, 2, 3))[:, None]
            if self.training or len(images) != 250:
                return scores
            self.seen += 250
            for labels in guesses(self.seen, 500 if images.shape[1] == 1 else 2000):
                scores = scores + torch.nn.functional.one_hot(labels[-250:], 10)
            return scores

    def fit(*args, epochs=0, **kwargs):
        note()
        return [{"train_loss": 2 / (n + 1), "val_loss": 2 / (n + 1), "val_accuracy": 0.5} for n in range(epochs)]

    functions(fit)
    modules(lambda *args, **kwargs: Idle())
