from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class ConvSpec:
    out_channels: int
    kernel_size: int
    stride: int = 1
    padding: int = 0
    pool: bool = False


SPECS = (
    ConvSpec(96, 11, stride=4, pool=True),
    ConvSpec(256, 5, padding=2, pool=True),
    ConvSpec(384, 3, padding=1),
    ConvSpec(384, 3, padding=1),
    ConvSpec(256, 3, padding=1, pool=True),
)


class AlexNet(nn.Module):
    def __init__(
        self,
        in_channels: int = 3,
        num_classes: int = 10,
        dropout: float = 0.5,
        activation: type[nn.Module] = nn.ReLU,
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for spec in SPECS:
            layers.append(nn.Conv2d(in_channels, spec.out_channels, spec.kernel_size, spec.stride, spec.padding))
            layers.append(activation())
            if spec.pool:
                layers.append(nn.MaxPool2d(kernel_size=3, stride=2))
            in_channels = spec.out_channels
        self.backbone = nn.Sequential(*layers)
        self.head = nn.Sequential(
            nn.Dropout(dropout), nn.Linear(in_channels * 6 * 6, 4096), activation(),
            nn.Dropout(dropout), nn.Linear(4096, 4096), activation(),
            nn.Linear(4096, num_classes),
        )

    def forward(self, x: Tensor) -> Tensor:
        assert x.shape[2:] == (227, 227), f"AlexNet wants 227 x 227 images, got {tuple(x.shape)}"
        return self.head(torch.flatten(self.backbone(x), start_dim=1))
