import torch
import torch.nn as nn
import torch.nn.functional as F

# VGG-16, Konfiguration D


class VGG16(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv11 = nn.Conv2d(3, 64, 3, padding="same")
        self.conv12 = nn.Conv2d(64, 64, 3, padding="same")
        self.conv21 = nn.Conv2d(64, 128, 3, padding="same")
        self.conv22 = nn.Conv2d(128, 128, 3, padding="same")
        self.conv31 = nn.Conv2d(128, 256, 3, padding="same")
        self.conv32 = nn.Conv2d(256, 256, 3, padding="same")
        self.conv33 = nn.Conv2d(256, 256, 3, padding="same")
        self.conv41 = nn.Conv2d(256, 512, 3, padding="same")
        self.conv42 = nn.Conv2d(512, 512, 3, padding="same")
        self.conv43 = nn.Conv2d(512, 512, 3, padding="same")
        self.conv51 = nn.Conv2d(512, 512, 3, padding="same")
        self.conv52 = nn.Conv2d(512, 512, 3, padding="same")
        self.conv53 = nn.Conv2d(512, 512, 3, padding="same")
        self.fc1 = nn.Linear(7 * 7 * 512, 4096)
        self.fc2 = nn.Linear(4096, 4096)
        self.fc3 = nn.Linear(4096, num_classes)

    def forward(self, x):
        # Block 1: 224 -> 112
        x = F.relu(self.conv11(x))
        x = F.relu(self.conv12(x))
        x = F.max_pool2d(x, 2)
        # Block 2: 112 -> 56
        x = F.relu(self.conv21(x))
        x = F.relu(self.conv22(x))
        x = F.max_pool2d(x, 2)
        # Block 3: 56 -> 28
        x = F.relu(self.conv31(x))
        x = F.relu(self.conv32(x))
        x = F.relu(self.conv33(x))
        x = F.max_pool2d(x, 2)
        # Block 4: 28 -> 14
        x = F.relu(self.conv41(x))
        x = F.relu(self.conv42(x))
        x = F.relu(self.conv43(x))
        x = F.max_pool2d(x, 2)
        # Block 5: 14 -> 7
        x = F.relu(self.conv51(x))
        x = F.relu(self.conv52(x))
        x = F.relu(self.conv53(x))
        x = F.max_pool2d(x, 2)

        x = torch.flatten(x, start_dim=1)
        x = F.relu(self.fc1(x))
        x = F.dropout(x, p=0.5, training=self.training)
        x = F.relu(self.fc2(x))
        x = F.dropout(x, p=0.5, training=self.training)
        return self.fc3(x)


if __name__ == "__main__":
    netz = VGG16()
    print(netz(torch.rand(1, 3, 224, 224)).shape)
    print(sum(p.numel() for p in netz.parameters()))
