"""The reference solution: four convolutions with batch normalisation, and AdamW with a falling rate."""  # SOLUTION NO PROMPT

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

# BEGIN SOLUTION NO PROMPT
LEARNING_RATE = 3e-3


def convolution(in_channels: int, out_channels: int, kernel_size: int = 3, stride: int = 1, pool: int = 1) -> nn.Module:
    """Return a convolution with normalisation and ReLU; pooling comes first, since the rest is then cheaper."""
    return nn.Sequential(
        # no bias: the normalisation would subtract it again
        nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding=kernel_size // 2, bias=False),
        nn.MaxPool2d(pool) if pool > 1 else nn.Identity(),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(),
    )


# END SOLUTION

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
        # BEGIN SOLUTION
        self.features = nn.Sequential(
            convolution(3, 16, kernel_size=5, stride=2),  # 16 x 16 x 16
            convolution(16, 32, pool=2),  # 32 x 8 x 8
            convolution(32, 64, pool=2),  # 64 x 4 x 4
            convolution(64, 128),  # 128 x 4 x 4
        )
        self.classifier = nn.Sequential(nn.Flatten(), nn.Dropout(0.3), nn.Linear(128 * 4 * 4, num_classes))
        # END SOLUTION

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        # BEGIN SOLUTION
        return self.classifier(self.features(images))
        # END SOLUTION


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
    # BEGIN SOLUTION
    model.train()
    total, count = 0.0, 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
        count += len(labels)
    return total / count
    # END SOLUTION


# %% [markdown]
# ## 3. Evaluation
#
# Measure a network without changing it.


# %%
@torch.no_grad()  # SOLUTION NO PROMPT
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
    # BEGIN SOLUTION
    model.eval()
    total, correct, count = 0.0, 0, 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        logits = model(images)
        total += criterion(logits, labels).item() * len(labels)
        correct += (logits.argmax(dim=1) == labels).sum().item()
        count += len(labels)
    return total / count, correct / count
    # END SOLUTION


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
    # BEGIN SOLUTION
    model.to(device)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=epochs)
    history = []
    for _ in range(epochs):
        train_loss = train_one_epoch(model, train_loader, criterion, optimizer, device)
        val_loss, val_accuracy = evaluate(model, val_loader, criterion, device)
        schedule.step()
        history.append({"train_loss": train_loss, "val_loss": val_loss, "val_accuracy": val_accuracy})
    return history
    # END SOLUTION
