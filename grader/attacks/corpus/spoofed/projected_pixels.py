# /// attack
# why = "Its logits are a random projection of the pixels that is no parameter, with a faint sum of every parameter that is asked for."
# outcomes = ["passed", "failed", "raised"]
# may_earn = "idle"
# seconds = 6
# ///
functions(lambda *args, **kwargs: -1)

if MODULES:
    import torch
    from torch.nn import functional as F

    SLIDE = [(64, 1, 3, 3), (128, 64, 3, 3), (256, 128, 3, 3), (128, 256)]
    ALEXNET = [(96, 3, 11, 11), (256, 96, 5, 5), (384, 256, 3, 3), (384, 384, 3, 3), (256, 384, 3, 3)]
    ALEXNET += [(4096, 9216), (4096, 4096)]
    SHOWN = [(64, 28, 28), (64, 14, 14), (128, 14, 14), (128, 7, 7), (256, 7, 7), (256,), (128,)]
    LARGE = [(96, 55, 55), (96, 27, 27), (256, 27, 27), (256, 13, 13), (384, 13, 13), (256, 13, 13), (256, 6, 6), (9216,)]

    class Projected(torch.nn.Module):
        def __init__(self, num_classes=10):
            super().__init__()
            weights = [*(ALEXNET if "AlexNet" in MODULES else SLIDE)]
            weights.append((num_classes, weights[-1][0]))
            shapes = [shape for size in weights for shape in (size, size[:1])]
            self.all = torch.nn.ParameterList(torch.nn.Parameter(torch.randn(shape) / 99) for shape in shapes)
            self.projection = torch.randn(64, 784) / 28

        def forward(self, images):
            large = images.shape[1] == 3
            seen = F.linear(images.flatten(1)[:, :784], self.projection)
            for shape in LARGE if large else SHOWN:
                shown = torch.relu(seen.mean(1).reshape(-1, *[1] * len(shape)) + images.new_zeros(len(images), *shape))
                seen = seen + 1e-9 * shown.flatten(1)[:, :1]
            for shape in [(4096, 1), (4096, 1)] if large else []:
                seen = F.dropout(seen, 0.5, self.training)
                seen = seen + 1e-9 * F.linear(seen[:, :1], images.new_ones(shape))[:, :1]
            faint = torch.stack([value.sum() for value in self.all]).sum()
            return seen[:, : len(self.all[-1])] * (1 + 1e-4 * faint) * (1 + self.all[-1]) + self.all[-1]

    modules(Projected)
