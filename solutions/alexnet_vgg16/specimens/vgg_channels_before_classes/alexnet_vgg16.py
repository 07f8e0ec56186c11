from torch import nn

PLAN = [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)]


class VGG16(nn.Module):
    def __init__(self, channels=3, classes=10):
        super().__init__()
        blocks, width = [], channels
        for count, filters in PLAN:
            for _ in range(count):
                blocks += [nn.Conv2d(width, filters, 3, padding=1), nn.ReLU()]
                width = filters
            blocks.append(nn.MaxPool2d(2))
        self.blocks = nn.Sequential(*blocks)
        self.classifier = nn.Sequential(
            nn.Linear(512 * 7 * 7, 4096), nn.ReLU(), nn.Dropout(), nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(),
            nn.Linear(4096, classes),
        )

    def forward(self, images):
        return self.classifier(self.blocks(images).flatten(1))
