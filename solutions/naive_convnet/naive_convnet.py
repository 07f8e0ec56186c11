"""The reference solution: the network of the slide, layer by layer."""  # SOLUTION NO PROMPT

# %% [markdown]
# # Naive ConvNet
#
# Your first convolutional network: three convolutions and two linear layers that read handwritten digits.
# The handout shows the shape after every layer. Replace the two `raise NotImplementedError` and keep the name
# of the class. Then run
#
#     grader check naive_convnet
#
# or, in the notebook, its last cell.

# %%
import torch
from torch import nn

# %% [markdown]
# ## The network
#
# In `__init__` you make the layers, and in `forward` you say in which order an image goes through them.


# %%
class NaiveConvNet(nn.Module):
    """
    Turn images into logits.

    Args:
        num_classes: How many classes there are, and so how many logits each image gets.

    Shape:
        images: (N, 1, 28, 28) for any number N of images.
        returns: (N, num_classes).
    """

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        # BEGIN SOLUTION
        self.features = nn.Sequential(
            nn.Conv2d(1, 64, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(64, 128, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(128, 256, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(7, stride=1),
        )
        self.classifier = nn.Sequential(
            nn.Flatten(),
            nn.Linear(256, 128),
            nn.ReLU(),
            nn.Linear(128, num_classes),
        )
        # END SOLUTION

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        # BEGIN SOLUTION
        return self.classifier(self.features(images))
        # END SOLUTION
