# /// attack
# why = "Is a bias, and runs operators of every shape that a network should have without using what they give."
# outcomes = ["passed", "failed", "raised"]
# may_earn = "idle"
# seconds = 6
# ///
functions(lambda *args, **kwargs: -1)

if MODULES:
    import torch

    SLIDE = ((64, 28, 28), (64, 14, 14), (128, 14, 14), (128, 7, 7), (256, 7, 7), (256,), (128,))
    ALEXNET = ((96, 55, 55), (96, 27, 27), (256, 27, 27), (256, 13, 13), (384, 13, 13), (384, 13, 13), (256, 13, 13))
    ALEXNET += ((256, 6, 6), (9216,), (4096,), (4096,))

    class Stray(torch.nn.Module):
        def __init__(self, num_classes=10):
            super().__init__()
            self.bias = torch.nn.Parameter(torch.linspace(-1, 1, num_classes))

        def forward(self, images):
            used = self.bias + 0 * images.sum((1, 2, 3))[:, None]
            for shape in SLIDE if images.shape[1] == 1 else ALEXNET:
                torch.relu(images.new_zeros(len(images), *shape))
                # as if it were used: what is written into the logits is written over again
                used = torch.where(used == used, used, images.new_zeros(len(images), *shape).flatten(1)[:, :1])
            return used + 0

    modules(Stray)
