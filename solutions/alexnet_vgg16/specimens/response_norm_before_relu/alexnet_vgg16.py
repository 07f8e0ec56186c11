import torch
import torch.nn as nn

class LRN(nn.Module):
    def __init__(self, n=5, alpha=1e-4, beta=0.75, k=2):
        super().__init__()
        self.n, self.alpha, self.beta, self.k = n, alpha, beta, k
    def forward(self, x):
        sq = x.pow(2)
        s = torch.zeros_like(x)
        h = self.n // 2
        C = x.shape[1]
        for i in range(C):
            s[:, i] = sq[:, max(0, i - h):min(C, i + h + 1)].sum(1)
        return x / (self.k + self.alpha * s) ** self.beta

class AlexNet(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.c1 = nn.Conv2d(3, 96, 11, 4); self.c2 = nn.Conv2d(96, 256, 5, padding=2)
        self.c3 = nn.Conv2d(256, 384, 3, padding=1); self.c4 = nn.Conv2d(384, 384, 3, padding=1); self.c5 = nn.Conv2d(384, 256, 3, padding=1)
        self.lrn = nn.LocalResponseNorm(5, k=2); self.pool = nn.MaxPool2d(3, 2)
        self.f1 = nn.Linear(9216, 4096); self.f2 = nn.Linear(4096, 4096); self.f3 = nn.Linear(4096, num_classes)
        self.d = nn.Dropout(0.5); self.r = nn.ReLU()
    def forward(self, x):
        x = self.pool(self.r(self.lrn(self.c1(x))))
        x = self.pool(self.r(self.lrn(self.c2(x))))
        x = self.r(self.c3(x)); x = self.r(self.c4(x)); x = self.pool(self.r(self.c5(x)))
        x = torch.flatten(x, 1)
        x = self.d(self.r(self.f1(x))); x = self.d(self.r(self.f2(x)))
        return self.f3(x)
