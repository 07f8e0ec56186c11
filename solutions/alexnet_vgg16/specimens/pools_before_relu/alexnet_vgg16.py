# -*- coding: utf-8 -*-
# 作業三：AlexNet（輸入 224 x 224）
import torch
import torch.nn as nn


def 卷積(輸入, 輸出, 大小, **其他):
    return nn.Conv2d(輸入, 輸出, kernel_size=大小, **其他)


class AlexNet(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        # 先池化再 ReLU，結果一樣但比較快
        self.特徵 = nn.Sequential(
            卷積(3, 64, 11, stride=4, padding=2), nn.MaxPool2d(3, 2), nn.ReLU(),
            卷積(64, 192, 5, padding=2), nn.MaxPool2d(3, 2), nn.ReLU(),
            卷積(192, 384, 3, padding=1), nn.ReLU(),
            卷積(384, 256, 3, padding=1), nn.ReLU(),
            卷積(256, 256, 3, padding=1), nn.MaxPool2d(3, 2), nn.ReLU(),
        )
        # 全連接層
        self.分類 = nn.Sequential(
            nn.Dropout(0.5), nn.Linear(256 * 6 * 6, 4096), nn.ReLU(),
            nn.Dropout(0.5), nn.Linear(4096, 4096), nn.ReLU(),
            nn.Linear(4096, num_classes),
        )

    def forward(self, 影像):
        x = self.特徵(影像)
        x = x.view(-1, 256 * 6 * 6)
        return self.分類(x)
