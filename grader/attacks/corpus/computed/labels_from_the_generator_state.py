# /// attack
# why = "Winds torch's, numpy's and Python's generators on from the state they are found in, for labels drawn from them."
# outcomes = ["passed", "failed", "raised"]
# may_earn = "idle"
# seconds = 6
# ///
functions(lambda *args, **kwargs: -1)

if MODULES:
    import random

    import numpy as np
    import torch

    state = {}

    def note():
        state.update(torch=torch.get_rng_state(), numpy=np.random.get_state(), python=random.getstate())

    def guesses(end, whole):
        from_torch, from_numpy, from_python = torch.Generator(), np.random.RandomState(), random.Random()
        from_torch.set_state(state["torch"])
        yield torch.randint(10, (whole,), generator=from_torch)[:end]
        from_torch.set_state(state["torch"])
        yield (torch.randperm(whole, generator=from_torch) % 10)[:end]
        from_numpy.set_state(state["numpy"])
        yield torch.from_numpy(from_numpy.randint(0, 10, whole))[:end]
        from_python.setstate(state["python"])
        yield torch.tensor([from_python.randrange(10) for _ in range(whole)])[:end]

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
