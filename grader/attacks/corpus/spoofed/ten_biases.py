# /// attack
# why = "Is ten biases, which grow with how bright an image is: of the right shape, of both signs, with a gradient for all."
# outcomes = ["passed", "failed", "raised"]
# may_earn = "idle"
# seconds = 6
# ///
functions(lambda *args, **kwargs: -1)

if MODULES:
    import torch

    class Biases(torch.nn.Module):
        def __init__(self, num_classes=10):
            super().__init__()
            self.biases = torch.nn.Parameter(torch.linspace(-1, 1, num_classes))

        def forward(self, images):
            return self.biases * (1 + images.mean((1, 2, 3)))[:, None]

    modules(Biases)
