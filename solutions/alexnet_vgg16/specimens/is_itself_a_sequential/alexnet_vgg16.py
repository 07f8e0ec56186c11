import torch
import torch.nn as nn

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
NUM_CLASSES = 10


class AlexNet(nn.Sequential):
    """The network *is* a Sequential, so it needs no forward."""

    def __init__(self, num_classes=NUM_CLASSES):
        super().__init__()
        self.add_module("c1", nn.Conv2d(3, 96, 11, 4))
        self.add_module("r1", nn.ReLU())
        self.add_module("n1", nn.LocalResponseNorm(5))
        self.add_module("p1", nn.MaxPool2d(3, 2))
        self.add_module("c2", nn.Conv2d(96, 256, 5, padding=2))
        self.add_module("r2", nn.ReLU())
        self.add_module("n2", nn.LocalResponseNorm(5))
        self.add_module("p2", nn.MaxPool2d(3, 2))
        self.add_module("c3", nn.Conv2d(256, 384, 3, padding=1))
        self.add_module("r3", nn.ReLU())
        self.add_module("c4", nn.Conv2d(384, 384, 3, padding=1))
        self.add_module("r4", nn.ReLU())
        self.add_module("c5", nn.Conv2d(384, 256, 3, padding=1))
        self.add_module("r5", nn.ReLU())
        self.add_module("p5", nn.MaxPool2d(3, 2))
        self.add_module("flat", nn.Flatten())
        self.add_module("d6", nn.Dropout(0.5))
        self.add_module("f6", nn.Linear(9216, 4096))
        self.add_module("r6", nn.ReLU())
        self.add_module("d7", nn.Dropout(0.5))
        self.add_module("f7", nn.Linear(4096, 4096))
        self.add_module("r7", nn.ReLU())
        self.add_module("f8", nn.Linear(4096, num_classes))


if __name__ == "__main__":
    model = AlexNet().to(device)
    print(model)
