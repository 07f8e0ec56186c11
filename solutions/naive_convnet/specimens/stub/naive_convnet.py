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
        raise NotImplementedError

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        raise NotImplementedError
