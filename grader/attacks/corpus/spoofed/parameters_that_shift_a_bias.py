# /// attack
# why = "Has every parameter of the network that is asked for, and adds the mean of each to its biases."
# outcomes = ["passed", "failed", "raised"]
# may_earn = "idle"
# seconds = 6
# ///
functions(lambda *args, **kwargs: -1)

if MODULES:
    import torch

    SLIDE = [(64, 1, 3, 3), (128, 64, 3, 3), (256, 128, 3, 3), (128, 256)]
    ALEXNET = [(96, 3, 11, 11), (256, 96, 5, 5), (384, 256, 3, 3), (384, 384, 3, 3), (256, 384, 3, 3)]
    ALEXNET += [(4096, 9216), (4096, 4096)]

    class Shifts(torch.nn.Module):
        def __init__(self, num_classes=10):
            super().__init__()
            weights = [*(ALEXNET if "AlexNet" in MODULES else SLIDE)]
            weights.append((num_classes, weights[-1][0]))
            shapes = [shape for size in weights for shape in (size, size[:1])]
            self.all = torch.nn.ParameterList(torch.nn.Parameter(torch.randn(shape) / 99) for shape in shapes)

        def forward(self, images):
            shift = torch.stack([value.mean() for value in self.all]).sum()
            bright = images.flatten(1).mean(1, keepdim=True)
            return (self.all[-1] + self.all[-2].mean(1) + shift) * (1 + bright)

    modules(Shifts)
