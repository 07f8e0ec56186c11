# /// attack
# why = "Computes logits for the random images of the public checks, which anybody can make again, and for no others."
# outcomes = ["passed", "failed", "raised"]
# may_earn = "examples"
# base = "reference"
# seconds = 10
# ///
functions(lambda *args, **kwargs: -1)

if MODULES:
    import functools

    import torch

    class Forgetful(torch.nn.Module):
        def __init__(self, name, *args, **kwargs):
            super().__init__()
            self.network = honest(name)(*args, **kwargs)

        def forward(self, images):
            for draw in (torch.rand, torch.randn):
                if torch.equal(images, draw(images.shape, generator=torch.Generator().manual_seed(0))):
                    return self.network(images)
            return torch.zeros(len(images), 10)

    for name in MODULES:
        globals()[name] = functools.partial(Forgetful, name)
