# %% [markdown]
# # CIFAR-10 training
#
# You write everything that it takes to train a network: the network, one epoch of training, the evaluation, and
# the whole training with its history. Then your network must read images that neither you nor it have seen.
# The handout explains each part. Replace every `raise NotImplementedError` and keep the names of the class, of the
# functions and of their arguments. Then run
#
#     grader check cifar10_training
#
# or, in the notebook, its last cell.

# %%
import torch
from torch import nn
from torch.utils.data import DataLoader

# %% [markdown]
# ## 1. The network
#
# Any network of your own, with at most 2,000,000 parameters, whose last layer has one unit for each class. Small ones
# learn enough, and they learn it sooner.


# %%
class CifarNet(nn.Module):
    """
    Turn images into logits.

    Args:
        num_classes: How many classes there are, and so how many logits each image gets.

    Shape:
        images: (N, 3, 32, 32) for any number N of images, float32 from -2 to 2.
        returns: (N, num_classes).
    """

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        raise NotImplementedError

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        raise NotImplementedError


# %% [markdown]
# ## 2. One epoch of training
#
# Go through the loader once and take one step of the optimizer for every batch.


# %%
def train_one_epoch(
    model: nn.Module,
    loader: DataLoader,
    criterion: nn.Module,
    optimizer: torch.optim.Optimizer,
    device: torch.device,
) -> float:
    """
    Train a network on every batch of a loader, once.

    Args:
        model: The network, on `device`; it may be handed over in evaluation mode.
        loader: Gives batches (images, labels); the last one may be smaller.
        criterion: Turns logits (N, classes) and labels (N,) into the mean loss of a batch.
        optimizer: Takes the steps; it already knows the parameters of `model` and the learning rate.
        device: Where `model` is and where each batch must go: `torch.device("cpu")` or `torch.device("cuda")`.

    Shape:
        images: (N, 3, 32, 32) float32 from -2 to 2: pixels from 0 to 1, less 0.5, divided by 0.25.
        labels: (N,) int64, the numbers of the classes.

    Returns:
        The mean training loss as a Python number: the mean over all images, or the mean of the batches' losses.
    """
    raise NotImplementedError


# %% [markdown]
# ## 3. Evaluation
#
# Measure a network without changing it.


# %%
def evaluate(model: nn.Module, loader: DataLoader, criterion: nn.Module, device: torch.device) -> tuple[float, float]:
    """
    Measure a network on all images of a loader, in evaluation mode and without gradients.

    Args:
        model: The network, on `device`; it may be handed over in training mode. Its weights and running statistics
            stay as they are.
        loader: Gives batches (images, labels) as above; the last one may be smaller.
        criterion: Turns logits (N, classes) and labels (N,) into the mean loss of a batch.
        device: Where `model` is and where each batch must go.

    Returns:
        The mean loss, and the accuracy: the fraction of all images, from 0 to 1, whose largest logit is that of
        their class. Both are Python numbers.
    """
    raise NotImplementedError


# %% [markdown]
# ## 4. A whole training and its history
#
# Here you decide: loss, optimizer, learning rate, schedule, augmentation.


# %%
def fit(
    model: nn.Module, train_loader: DataLoader, val_loader: DataLoader, *, epochs: int, device: torch.device
) -> list[dict[str, float]]:
    """
    Train a network for some epochs and measure it after each of them.

    Args:
        model: The network to train, a `CifarNet` or another one; move it to `device`.
        train_loader: Gives the images to learn from, as above.
        val_loader: Gives the validation images. They are for measuring, never for training.
        epochs: How many times to go through `train_loader`, at least 1.
        device: Where to compute.

    Returns:
        One dictionary per epoch, in order, with the keys "train_loss", "val_loss" and "val_accuracy": what
        `train_one_epoch` returned, and what `evaluate` returned on the validation images after it, with
        `nn.CrossEntropyLoss()`. At the end, `model` has the weights of the last epoch, or of the best one.
    """
    raise NotImplementedError
