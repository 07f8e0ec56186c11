from collections import OrderedDict

from torch import nn


class VGG16(nn.Module):
    """VGG ILSVRC 16 layers, with the names of the Caffe model zoo."""

    def __init__(self, num_classes=10):
        super().__init__()
        self.model = nn.Sequential(OrderedDict([
            ("conv1_1", nn.Conv2d(3, 64, 3, 1, 1)), ("relu1_1", nn.ReLU(True)),
            ("conv1_2", nn.Conv2d(64, 64, 3, 1, 1)), ("relu1_2", nn.ReLU(True)),
            ("pool1", nn.MaxPool2d(2, 2)),
            ("conv2_1", nn.Conv2d(64, 128, 3, 1, 1)), ("relu2_1", nn.ReLU(True)),
            ("conv2_2", nn.Conv2d(128, 128, 3, 1, 1)), ("relu2_2", nn.ReLU(True)),
            ("pool2", nn.MaxPool2d(2, 2)),
            ("conv3_1", nn.Conv2d(128, 256, 3, 1, 1)), ("relu3_1", nn.ReLU(True)),
            ("conv3_2", nn.Conv2d(256, 256, 3, 1, 1)), ("relu3_2", nn.ReLU(True)),
            ("conv3_3", nn.Conv2d(256, 256, 3, 1, 1)), ("relu3_3", nn.ReLU(True)),
            ("pool3", nn.MaxPool2d(2, 2)),
            ("conv4_1", nn.Conv2d(256, 512, 3, 1, 1)), ("relu4_1", nn.ReLU(True)),
            ("conv4_2", nn.Conv2d(512, 512, 3, 1, 1)), ("relu4_2", nn.ReLU(True)),
            ("conv4_3", nn.Conv2d(512, 512, 3, 1, 1)), ("relu4_3", nn.ReLU(True)),
            ("pool4", nn.MaxPool2d(2, 2)),
            ("conv5_1", nn.Conv2d(512, 512, 3, 1, 1)), ("relu5_1", nn.ReLU(True)),
            ("conv5_2", nn.Conv2d(512, 512, 3, 1, 1)), ("relu5_2", nn.ReLU(True)),
            ("conv5_3", nn.Conv2d(512, 512, 3, 1, 1)), ("relu5_3", nn.ReLU(True)),
            ("pool5", nn.MaxPool2d(2, 2)),
            ("flatten", nn.Flatten()),
            ("fc6", nn.Linear(25088, 4096)), ("relu6", nn.ReLU(True)), ("drop6", nn.Dropout(0.5)),
            ("fc7", nn.Linear(4096, 4096)), ("relu7", nn.ReLU(True)), ("drop7", nn.Dropout(0.5)),
            ("fc8", nn.Linear(4096, num_classes)),
        ]))

    def forward(self, x):
        return self.model(x)
