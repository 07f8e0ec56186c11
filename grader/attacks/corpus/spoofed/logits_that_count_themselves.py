# /// attack
# why = "Gives logits of a class that counts its elements anew each time, so that no gradient can be asked of them."
# outcomes = ["raised", "failed", "crashed"]
# ///
functions(lambda *args, **kwargs: -1)

if MODULES:
    import itertools

    import torch

    count = itertools.count()

    class Uncounted(torch.Tensor):
        def numel(self):
            return next(count)

    class Wrong(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = torch.nn.Parameter(torch.ones(11))

        def forward(self, images):
            return (images.flatten(1).mean(1, keepdim=True) * self.weight).as_subclass(Uncounted)

    modules(lambda *args, **kwargs: Wrong())
