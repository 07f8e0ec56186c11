# /// attack
# why = "Sends the images through every layer that is asked for, and adds a little of it to pixels, which are its logits."
# outcomes = ["passed", "failed", "raised"]
# may_earn = "idle"
# seconds = 6
# ///
functions(lambda *args, **kwargs: -1)

if MODULES:
    import torch
    from torch import nn

    def small():
        yield from (nn.LazyConv2d(64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
        yield from (nn.LazyConv2d(128, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
        yield from (nn.LazyConv2d(256, 3, padding=1), nn.ReLU(), nn.AdaptiveMaxPool2d(1), nn.Flatten())
        yield from (nn.Linear(256, 128), nn.ReLU())

    def large():
        yield from (nn.Conv2d(3, 96, 11, 4), nn.ReLU(), nn.MaxPool2d(3, 2))
        yield from (nn.Conv2d(96, 256, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2))
        yield from (nn.Conv2d(256, 384, 3, padding=1), nn.ReLU(), nn.Conv2d(384, 384, 3, padding=1), nn.ReLU())
        yield from (nn.Conv2d(384, 256, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2), nn.Flatten())
        yield from (nn.Dropout(), nn.Linear(9216, 4096), nn.ReLU(), nn.Dropout(), nn.Linear(4096, 4096), nn.ReLU())

    class Past(nn.Module):
        def __init__(self, num_classes=10):
            super().__init__()
            self.layers = nn.Sequential(*(large() if "AlexNet" in MODULES else small()))
            self.last = nn.Linear(4096 if "AlexNet" in MODULES else 128, num_classes)

        def forward(self, images):
            pixels = images.flatten(1)[:, 300 : 300 + len(self.last.bias)]
            return pixels * (1 + self.last.bias) + 1e-3 * self.last(self.layers(images)) - 0.5

    modules(Past)
