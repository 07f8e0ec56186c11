# /// attack
# why = "Sends the images through every layer that is asked for, and adds next to nothing of it to ten biases."
# outcomes = ["passed", "failed", "raised"]
# may_earn = "idle"
# seconds = 6
# ///
functions(lambda *args, **kwargs: -1)

if MODULES:
    import torch
    from torch import nn

    class Shown(nn.Module):
        def __init__(self, num_classes=10):
            super().__init__()
            self.layers = nn.Sequential(
                *(nn.LazyConv2d(64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
                *(nn.LazyConv2d(128, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
                *(nn.LazyConv2d(256, 3, padding=1), nn.ReLU(), nn.AdaptiveMaxPool2d(1), nn.Flatten()),
                *(nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, num_classes)),
            )

        def forward(self, images):
            return self.layers[-1].bias + 1e-20 * self.layers(images)

    modules(Shown)
