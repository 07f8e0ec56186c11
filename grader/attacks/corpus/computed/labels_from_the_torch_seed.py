# /// attack
# why = "Takes the seed of torch for that of the grading, or for one near it, and works out held-out labels from it."
# outcomes = ["passed", "failed", "raised"]
# may_earn = "idle"
# seconds = 6
# ///
functions(lambda *args, **kwargs: -1)

if MODULES:
    import numpy as np
    import torch

    seeds = []

    def note():
        seeds[:] = [torch.initial_seed() + step for step in (0, 0, -1, 1)]

    def order(seed, count):
        return np.argsort(np.random.PCG64(seed).random_raw(count), kind="stable")

    def guesses(end, whole):
        for seed in seeds:  # streams five apart are how gradings once drew labels and their numbering
            made = (np.arange(whole) % 10)[order(abs(seed) * 5 + 2, whole)]
            yield torch.from_numpy(order(abs(seed) * 5 + 4, 10)[made])[:end]
        generator = torch.Generator().manual_seed(seeds[0])
        yield torch.randint(10, (whole,), generator=generator)[:end]
        yield (torch.randperm(whole, generator=generator) % 10)[:end]

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
