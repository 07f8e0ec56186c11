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
        raise NotImplementedError

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        raise NotImplementedError


# %% [markdown]
# ## VGG16
#
# Thirteen convolutions are many lines. A loop over a list of their filters is shorter.


# %%
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
        raise NotImplementedError

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        raise NotImplementedError
