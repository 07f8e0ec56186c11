# /// attack
# why = "Computes logits for a single image in evaluation mode without gradients, as in a quick try, and none otherwise."
# outcomes = ["passed", "failed", "raised"]
# may_earn = "examples"
# base = "reference"
# seconds = 10
# ///
functions(lambda *args, **kwargs: -1)

if MODULES:
    import functools

    import torch

    class Lazy(torch.nn.Module):
        def __init__(self, name, *args, **kwargs):
            super().__init__()
            self.network = honest(name)(*args, **kwargs)

        def forward(self, images):
            if len(images) == 1 and not self.training and not torch.is_grad_enabled():
                return self.network(images)
            return torch.zeros(len(images), 10)

    for name in MODULES:
        globals()[name] = functools.partial(Lazy, name)
