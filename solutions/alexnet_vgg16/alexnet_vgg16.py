"""The reference solution: AlexNet with the paper's filters in one tower, and VGG16 (configuration D)."""  # SOLUTION NO PROMPT

# %% [markdown]
# # AlexNet and VGG16
#
# Two networks that won or nearly won ImageNet, and that you can now build yourself. Implement **one of them**; you may
# do both, then the better one counts. The handout shows the shape after every layer. Replace the `raise
# NotImplementedError` of the network you choose, keep the name of its class, and leave the other as it is. Then run
#
#     grader check alexnet_vgg16
#
# or, in the notebook, its last cell.

# %%
import torch
from torch import nn

# %% [markdown]
# ## AlexNet
#
# In `__init__` you make the layers, and in `forward` you say in which order an image goes through them.


# %%
class AlexNet(nn.Module):
    """
    Turn images into logits, as Krizhevsky, Sutskever and Hinton did in 2012.

    Args:
        num_classes: How many classes there are, and so how many logits each image gets.

    Shape:
        images: (N, 3, 227, 227) for any number N of images; if your padding suits it, (N, 3, 224, 224).
        returns: (N, num_classes).
    """

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        # BEGIN SOLUTION
        self.features = nn.Sequential(
            nn.Conv2d(3, 96, kernel_size=11, stride=4),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2),
            nn.Conv2d(96, 256, kernel_size=5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2),
            nn.Conv2d(256, 384, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.Conv2d(384, 384, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.Conv2d(384, 256, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2),
        )
        self.classifier = nn.Sequential(
            nn.Flatten(),
            nn.Dropout(0.5),
            nn.Linear(256 * 6 * 6, 4096),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(4096, 4096),
            nn.ReLU(),
            nn.Linear(4096, num_classes),
        )
        # END SOLUTION

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        # BEGIN SOLUTION
        return self.classifier(self.features(images))
        # END SOLUTION


# %% [markdown]
# ## VGG16
#
# Thirteen convolutions are many lines. A loop over a list of their filters is shorter.


# %%
# BEGIN SOLUTION NO PROMPT
BLOCKS = ((64, 64), (128, 128), (256, 256, 256), (512, 512, 512), (512, 512, 512))
"""The filters of VGG16's convolutions; a max pooling follows each block."""


# END SOLUTION
class VGG16(nn.Module):
    """
    Turn images into logits, as Simonyan and Zisserman did in 2014 (configuration D).

    Args:
        num_classes: How many classes there are, and so how many logits each image gets.

    Shape:
        images: (N, 3, 224, 224) for any number N of images.
        returns: (N, num_classes).
    """

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        # BEGIN SOLUTION
        layers: list[nn.Module] = []
        channels = 3
        for block in BLOCKS:
            for filters in block:
                layers += [nn.Conv2d(channels, filters, kernel_size=3, padding=1), nn.ReLU()]
                channels = filters
            layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(
            nn.Flatten(),
            nn.Linear(512 * 7 * 7, 4096),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(4096, 4096),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(4096, num_classes),
        )
        # END SOLUTION

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        # BEGIN SOLUTION
        return self.classifier(self.features(images))
        # END SOLUTION
