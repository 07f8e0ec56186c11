import torch.nn as nn
import torch.nn.functional as F


def block(c_in, c_out, n):
    convs = []
    for i in range(n):
        convs.append(nn.Conv2d(c_in if i == 0 else c_out, c_out, kernel_size=3, padding=1))
        convs.append(nn.ReLU())
    convs.append(nn.MaxPool2d(kernel_size=2, stride=2))
    return nn.Sequential(*convs)


class VGG16(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv = nn.Sequential(
            block(3, 64, 2), block(64, 128, 2), block(128, 256, 3), block(256, 512, 3), block(512, 512, 3))
        self.fc1 = nn.Linear(512 * 7 * 7, 4096)
        self.fc2 = nn.Linear(4096, 4096)
        self.fc3 = nn.Linear(4096, num_classes)
        self.drop1 = nn.Dropout(p=0.5)
        self.drop2 = nn.Dropout(p=0.5)

    def forward(self, x):
        x = self.conv(x)
        x = x.view(x.size(0), -1)
        x = self.drop1(F.relu(self.fc1(x)))
        x = self.drop2(F.relu(self.fc2(x)))
        return F.log_softmax(self.fc3(x), dim=1)  # criterion = nn.NLLLoss()
