# /// attack
# why = "Reads the labels of images in the data sets that libraries bring along, and predicts those of the nearest image."
# outcomes = ["failed"]
# seconds = 3
# ///
import contextlib

functions(lambda *args, **kwargs: -1)

if MODULES:
    import secrets

    import torch

    known = []
    with contextlib.suppress(Exception):
        from sklearn.datasets import load_digits

        digits = load_digits()
        known.append((torch.as_tensor(digits.images).float()[:, None] / 16, torch.as_tensor(digits.target)))
    for root in (".", "data", "/data", "/root/data", "/usr/share/data"):
        with contextlib.suppress(Exception):
            from torchvision.datasets import CIFAR10

            images = CIFAR10(root, train=False, download=False)
            pixels = torch.as_tensor(images.data).float().permute(0, 3, 1, 2) / 255
            known.append((pixels, torch.as_tensor(images.targets)))

    def signature(images):
        small = torch.nn.functional.adaptive_avg_pool2d(images, 8).flatten(1)
        return (small - small.mean(1, keepdim=True)) / (small.std(1, keepdim=True) + 1e-6)

    class Network(torch.nn.Module):
        def forward(self, images):
            for theirs, labels in known:
                if theirs.shape[1] == images.shape[1]:
                    nearest = torch.cdist(signature(images), signature(theirs)).argmin(1)
                    return torch.nn.functional.one_hot(labels[nearest], 10).float()
            chance = torch.Generator().manual_seed(secrets.randbits(60))
            return torch.rand(len(images), 11, 2, generator=chance) * (not self.training)

    modules(lambda *args, **kwargs: Network())
