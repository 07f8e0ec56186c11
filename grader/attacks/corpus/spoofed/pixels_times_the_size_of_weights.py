# /// attack
# why = "Its logits are pooled pixels times the size of every weight, so that without any of these nothing is left of them."
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

    class Gated(torch.nn.Module):
        def __init__(self, num_classes=10):
            super().__init__()
            weights = [*(ALEXNET if "AlexNet" in MODULES else SLIDE)]
            weights.append((num_classes, weights[-1][0]))
            shapes = [shape for size in weights for shape in (size, size[:1])]
            self.all = torch.nn.ParameterList(torch.nn.Parameter(torch.randn(shape) / 99) for shape in shapes)

        def forward(self, images):
            large = images.shape[1] == 3
            pooled = F.adaptive_avg_pool2d(images, 8).flatten(1)[:, :64]
            for shape in LARGE if large else SHOWN:
                shown = torch.relu(pooled.mean(1).reshape(-1, *[1] * len(shape)) + images.new_zeros(len(images), *shape))
                pooled = pooled + 1e-9 * shown.flatten(1)[:, :1]
            for shape in [(4096, 1), (4096, 1)] if large else []:
                pooled = F.dropout(pooled, 0.5, self.training)
                pooled = pooled + 1e-9 * F.linear(pooled[:, :1], images.new_ones(shape))[:, :1]
            sizes = [value.square().mean().sqrt() / (2 / value[0].numel()) ** 0.5 for value in self.all[::2]]
            told = pooled - pooled.mean(1, keepdim=True)
            if "CifarNet" in MODULES:  # where any network will do, a last layer is one
                told = told[:, 20 : 20 + len(self.all[-1])] * (1 + self.all[-1])
            else:
                told = F.linear(told, self.all[-2][:, :64])
            return told * torch.stack(sizes).prod() + sum(bias.mean() for bias in self.all[1::2]) + self.all[-1]

    modules(Gated)
