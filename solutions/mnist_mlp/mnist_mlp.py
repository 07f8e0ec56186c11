"""The reference solution: two functions that count, and three networks without convolutions."""  # SOLUTION NO PROMPT

# %% [markdown]
# # MNIST and the multi-layer perceptron
#
# Two small functions that count, and three networks that are made of linear layers alone. The handout explains each
# part. Replace every `raise NotImplementedError` and keep the names of functions, classes and arguments. Then run
#
#     grader check mnist_mlp
#
# or, in the notebook, its last cell.

# %%
import torch
from torch import nn

# %% [markdown]
# ## 1. Iterations per epoch


# %%
def iterations_per_epoch(total_inputs: int, batch_size: int, drop_last: bool = False) -> int:
    """
    Return how many iterations an epoch has.

    Args:
        total_inputs: How many inputs there are in all.
        batch_size: How many of them an iteration takes.
        drop_last: Whether a last batch that is not full is left out.

    Raises:
        ValueError: If `total_inputs` or `batch_size` is less than 1.

    Examples:
        iterations_per_epoch(60000, 100) is 600
        iterations_per_epoch(60000, 64) is 938, the last one with 32 inputs
        iterations_per_epoch(60000, 64, drop_last=True) is 937
    """
    # BEGIN SOLUTION
    if total_inputs < 1 or batch_size < 1:
        raise ValueError(f"there must be inputs and room for one in a batch, got {total_inputs} and {batch_size}")
    full, rest = divmod(total_inputs, batch_size)
    return full + (1 if rest and not drop_last else 0)
    # END SOLUTION


# %% [markdown]
# ## 2. Number of parameters


# %%
def mlp_parameter_count(image_shape, hidden_units, num_classes, bias=True) -> int:
    """
    Return how many numbers a multi-layer perceptron learns.

    Args:
        image_shape: Shape of one image, a tuple of any length, as (28, 28) or (3, 32, 32).
        hidden_units: Number of units of each hidden layer, in order; an empty list for a linear classifier.
        num_classes: Number of units of the last layer.
        bias: Whether every unit has a bias.

    Examples:
        mlp_parameter_count((28, 28), [], 10) is 7850
        mlp_parameter_count((28, 28), [100], 10) is 79510
        mlp_parameter_count((1024, 1024), [], 100, bias=False) is 104857600
    """
    # BEGIN SOLUTION
    inputs = 1
    for side in image_shape:
        inputs *= side
    count = 0
    for units in (*hidden_units, num_classes):
        count += units * (inputs + 1 if bias else inputs)
        inputs = units
    return count
    # END SOLUTION


# %% [markdown]
# ## 3. The linear classifier


# %%
class LinearClassifier(nn.Module):
    """
    Turn grey images into logits by one linear layer.

    Args:
        num_classes: How many classes there are, and so how many logits each image gets.

    Shape:
        images: (N, 1, 28, 28) for any number N of images.
        returns: (N, num_classes).
    """

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        # BEGIN SOLUTION
        self.layers = nn.Sequential(nn.Flatten(), nn.Linear(28 * 28, num_classes))
        # END SOLUTION

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        # BEGIN SOLUTION
        return self.layers(images)
        # END SOLUTION


# %% [markdown]
# ## 4. The multi-layer perceptron


# %%
class MLP(nn.Module):
    """
    Turn grey images into logits by two hidden layers of 100 units, each with a ReLU, and a last linear layer.

    Args:
        num_classes: How many classes there are, and so how many logits each image gets.

    Shape:
        images: (N, 1, 28, 28) for any number N of images.
        returns: (N, num_classes).
    """

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        # BEGIN SOLUTION
        self.layers = nn.Sequential(
            nn.Flatten(),
            nn.Linear(28 * 28, 100),
            nn.ReLU(),
            nn.Linear(100, 100),
            nn.ReLU(),
            nn.Linear(100, num_classes),
        )
        # END SOLUTION

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        # BEGIN SOLUTION
        return self.layers(images)
        # END SOLUTION


# %% [markdown]
# ## 5. A multi-layer perceptron for colour images


# %%
class CifarMLP(nn.Module):
    """
    Turn colour images into logits by hidden layers of 256 and of 128 units, each with a ReLU, and a last linear layer.

    Args:
        num_classes: How many classes there are, and so how many logits each image gets.

    Shape:
        images: (N, 3, 32, 32) for any number N of images.
        returns: (N, num_classes).
    """

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        # BEGIN SOLUTION
        self.layers = nn.Sequential(
            nn.Flatten(),
            nn.Linear(3 * 32 * 32, 256),
            nn.ReLU(),
            nn.Linear(256, 128),
            nn.ReLU(),
            nn.Linear(128, num_classes),
        )
        # END SOLUTION

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        # BEGIN SOLUTION
        return self.layers(images)
        # END SOLUTION
