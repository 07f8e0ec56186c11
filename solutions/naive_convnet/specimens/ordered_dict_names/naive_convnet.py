from collections import OrderedDict

from torch import nn


class NaiveConvNet(nn.Sequential):
    def __init__(self, num_classes: int = 10):
        super().__init__(
            OrderedDict(
                [
                    ("conv_a", nn.Conv2d(1, 64, (3, 3), padding=(1, 1))),
                    ("relu_a", nn.ReLU()),
                    ("pool_a", nn.MaxPool2d((2, 2), (2, 2))),
                    ("conv_b", nn.Conv2d(64, 128, (3, 3), padding=(1, 1))),
                    ("relu_b", nn.ReLU()),
                    ("pool_b", nn.MaxPool2d((2, 2), (2, 2))),
                    ("conv_c", nn.Conv2d(128, 256, (3, 3), padding=(1, 1))),
                    ("relu_c", nn.ReLU()),
                    ("pool_c", nn.MaxPool2d((7, 7), (1, 1))),
                    ("flat", nn.Flatten()),
                    ("hidden", nn.Linear(256, 128)),
                    ("relu_d", nn.ReLU()),
                    ("logits", nn.Linear(128, num_classes)),
                ]
            )
        )
