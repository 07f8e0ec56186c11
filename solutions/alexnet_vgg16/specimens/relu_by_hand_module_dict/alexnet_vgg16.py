# Rede AlexNet (versão de uma torre só)
import torch
import torch.nn as nn


def ativacao(x):
    return torch.where(x > 0, x, torch.zeros_like(x))


class AlexNet(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.camadas = nn.ModuleDict({
            'saida': nn.Linear(4096, num_classes),
            'densa2': nn.Linear(4096, 4096),
            'densa1': nn.Linear(256 * 6 * 6, 4096),
            'conv1': nn.Conv2d(3, 96, 11, 4, 2),
            'conv2': nn.Conv2d(96, 256, 5, 1, 2),
            'conv3': nn.Conv2d(256, 384, 3, 1, 1),
            'conv4': nn.Conv2d(384, 384, 3, 1, 1),
            'conv5': nn.Conv2d(384, 256, 3, 1, 1),
        })
        self.pool = nn.MaxPool2d(3, 2)
        self.drop = nn.Dropout(0.5)

    def forward(self, x):
        for i in range(1, 6):
            x = ativacao(self.camadas[f'conv{i}'](x))
            if i in (1, 2, 5):
                x = self.pool(x)
        x = x.flatten(1)
        for nome in ('densa1', 'densa2'):
            x = self.drop(ativacao(self.camadas[nome](x)))
        return self.camadas['saida'](x)
