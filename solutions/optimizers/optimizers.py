"""Reference solution of Optimizers."""  # SOLUTION NO PROMPT

# %% [markdown]
# # Optimizers
#
# Six functions and five classes: gradient descent with all samples, with one and with a few; two schedules of the learning
# rate; and the optimizers that PyTorch users choose from, written by yourself.
#
# Replace every `raise NotImplementedError` by your answer and keep the names of functions, classes, methods and arguments.
# Then run
#
#     grader check optimizers
#
# or, in the notebook, its last cell.

# %%
import math  # SOLUTION NO PROMPT

import torch

# %% [markdown]
# ## 1. Batch, iteration, epoch


# %%
def iterations(samples: int, batch_size: int, epochs: int = 1) -> int:
    """
    Return how many iterations, that is steps of descent, a training has.

    Args:
        samples: Number of samples in the training set, at least 1.
        batch_size: Number of samples for each iteration, at least 1.
        epochs: How often the training goes through all samples.

    Examples:
        iterations(60000, 100) is 600
        iterations(5, 2) is 3: the last batch has one sample
        iterations(5, 2, epochs=10) is 30
    """
    # BEGIN SOLUTION
    return math.ceil(samples / batch_size) * epochs
    # END SOLUTION


# %% [markdown]
# ## 2. Batch gradient descent


# %%
def batch_descent(x: torch.Tensor, y: torch.Tensor, theta: torch.Tensor, lr: float, steps: int) -> torch.Tensor:
    """
    Return theta after some steps of gradient descent, each with the gradient of all samples.

    Args:
        x: Inputs, float64 of shape (N, D): one sample in each row.
        y: Targets, float64 of shape (N,).
        theta: Where the descent begins, float64 of shape (D,). It must not be changed.
        lr: Learning rate.
        steps: Number of steps, 0 or more.

    Examples:
        With x = [[1.], [2.]], y = [2., 4.], theta = [0.] and lr = 0.1, one step leads to [1.0] and two steps to [1.5].
    """
    # BEGIN SOLUTION
    for _ in range(steps):
        theta = theta - lr * _gradient(x, y, theta)
    return theta
    # END SOLUTION


# %% [markdown]
# ## 3. Stochastic gradient descent


# %%
def stochastic_descent(
    x: torch.Tensor, y: torch.Tensor, theta: torch.Tensor, lr: float, order: list[int]
) -> torch.Tensor:
    """
    Return theta after one step of gradient descent for each number in *order*, with the gradient of that sample alone.

    Args:
        x: Inputs, float64 of shape (N, D).
        y: Targets, float64 of shape (N,).
        theta: Where the descent begins, float64 of shape (D,). It must not be changed.
        lr: Learning rate.
        order: Which sample each step uses, as row numbers from 0; some may come twice, some not at all.

    Examples:
        With x = [[1.], [2.]], y = [2., 4.], theta = [0.] and lr = 0.1, order [0] leads to [0.4] and [0, 1] to [1.68].
    """
    # BEGIN SOLUTION
    for sample in order:
        theta = theta - lr * _gradient(x[[sample]], y[[sample]], theta)
    return theta
    # END SOLUTION


# %% [markdown]
# ## 4. Mini-batch gradient descent


# %%
def mini_batch_descent(
    x: torch.Tensor, y: torch.Tensor, theta: torch.Tensor, lr: float, batch_size: int, epochs: int = 1
) -> torch.Tensor:
    """
    Return theta after some epochs of gradient descent with batches of a few samples.

    The batches are cut from the rows as they stand, from the first one on: nothing is shuffled.

    Args:
        x: Inputs, float64 of shape (N, D).
        y: Targets, float64 of shape (N,).
        theta: Where the descent begins, float64 of shape (D,). It must not be changed.
        lr: Learning rate.
        batch_size: Samples of each batch; the last batch of an epoch has what is left.
        epochs: How often the descent goes through all samples.
    """
    # BEGIN SOLUTION
    for _ in range(epochs):
        for start in range(0, len(x), batch_size):
            rows = slice(start, start + batch_size)
            theta = theta - lr * _gradient(x[rows], y[rows], theta)
    return theta
    # END SOLUTION


# %% [markdown]
# ## 5. A learning rate that falls in steps


# %%
def step_decay(lr: float, epoch: int, step_size: int, gamma: float = 0.1) -> float:
    """
    Return the learning rate of an epoch, which is multiplied by gamma after every step_size epochs.

    Args:
        lr: Learning rate of epoch 0.
        epoch: Number of the epoch, counted from 0.
        step_size: Epochs between two changes, at least 1.
        gamma: What the learning rate is multiplied by.

    Examples:
        step_decay(0.1, 29, 30) is 0.1
        step_decay(0.1, 30, 30) is 0.01
        step_decay(0.1, 60, 30) is 0.001
    """
    # BEGIN SOLUTION
    return lr * gamma ** (epoch // step_size)
    # END SOLUTION


# %% [markdown]
# ## 6. A learning rate that follows a cosine


# %%
def cosine_decay(lr: float, epoch: int, epochs: int, lr_min: float = 0.0) -> float:
    """
    Return the learning rate of an epoch, which falls from lr to lr_min along half a period of a cosine.

    Args:
        lr: Learning rate of epoch 0.
        epoch: Number of the epoch, from 0 to *epochs*.
        epochs: The epoch at which the learning rate is lr_min, at least 1.
        lr_min: The lowest learning rate.

    Examples:
        cosine_decay(0.1, 0, 10) is 0.1
        cosine_decay(0.1, 5, 10) is 0.05
        cosine_decay(0.1, 10, 10) is 0
    """
    # BEGIN SOLUTION
    return lr_min + (lr - lr_min) * (1 + math.cos(math.pi * epoch / epochs)) / 2
    # END SOLUTION


# %% [markdown]
# ## 7. SGD with momentum


# %%
class SGD:
    """
    Gradient descent with momentum and weight decay.

    Args:
        params: The parameters to be changed: a list of tensors, or anything that can be gone through once.
        lr: Learning rate. The attribute `lr` holds it, and may be changed between two steps.
        momentum: How much of the velocity is left in the next step.
        weight_decay: How many times a parameter is added to its gradient.
    """

    def __init__(self, params, lr: float, momentum: float = 0.0, weight_decay: float = 0.0) -> None:
        # BEGIN SOLUTION
        self.params = list(params)
        self.lr = lr
        self.momentum = momentum
        self.weight_decay = weight_decay
        self.velocities = [torch.zeros_like(p) for p in self.params]
        # END SOLUTION

    def step(self) -> None:
        """Change every parameter in place, by its gradient."""
        # BEGIN SOLUTION
        with torch.no_grad():
            for p, v in zip(self.params, self.velocities, strict=True):
                if p.grad is not None:
                    v.copy_(self.momentum * v + p.grad + self.weight_decay * p)
                    p.sub_(self.lr * v)
        # END SOLUTION

    def zero_grad(self) -> None:
        """Make the gradient of every parameter None, or zero."""
        # BEGIN SOLUTION
        for p in self.params:
            p.grad = None
        # END SOLUTION


# %% [markdown]
# ## 8. Nesterov momentum


# %%
class Nesterov:
    """
    Gradient descent with Nesterov momentum.

    Args:
        params: The parameters to be changed.
        lr: Learning rate; the attribute `lr`.
        momentum: How much of the velocity is left in the next step.
    """

    def __init__(self, params, lr: float, momentum: float = 0.9) -> None:
        # BEGIN SOLUTION
        self.params = list(params)
        self.lr = lr
        self.momentum = momentum
        self.velocities = [torch.zeros_like(p) for p in self.params]
        # END SOLUTION

    def step(self) -> None:
        """Change every parameter in place, by its gradient."""
        # BEGIN SOLUTION
        with torch.no_grad():
            for p, v in zip(self.params, self.velocities, strict=True):
                if p.grad is not None:
                    v.copy_(self.momentum * v + p.grad)
                    p.sub_(self.lr * (p.grad + self.momentum * v))
        # END SOLUTION

    def zero_grad(self) -> None:
        """Make the gradient of every parameter None, or zero."""
        # BEGIN SOLUTION
        for p in self.params:
            p.grad = None
        # END SOLUTION


# %% [markdown]
# ## 9. Adagrad


# %%
class Adagrad:
    """
    Gradient descent that divides by the root of the sum of all squared gradients.

    Args:
        params: The parameters to be changed.
        lr: Learning rate; the attribute `lr`.
        eps: What is added to the root.
    """

    def __init__(self, params, lr: float = 0.01, eps: float = 1e-10) -> None:
        # BEGIN SOLUTION
        self.params = list(params)
        self.lr = lr
        self.eps = eps
        self.sums = [torch.zeros_like(p) for p in self.params]
        # END SOLUTION

    def step(self) -> None:
        """Change every parameter in place, by its gradient."""
        # BEGIN SOLUTION
        with torch.no_grad():
            for p, s in zip(self.params, self.sums, strict=True):
                if p.grad is not None:
                    s.copy_(s + p.grad**2)
                    p.sub_(self.lr * p.grad / (s.sqrt() + self.eps))
        # END SOLUTION

    def zero_grad(self) -> None:
        """Make the gradient of every parameter None, or zero."""
        # BEGIN SOLUTION
        for p in self.params:
            p.grad = None
        # END SOLUTION


# %% [markdown]
# ## 10. RMSprop


# %%
class RMSprop:
    """
    Gradient descent that divides by the root of a moving average of squared gradients.

    Args:
        params: The parameters to be changed.
        lr: Learning rate; the attribute `lr`.
        alpha: How much of the old average is left in the new one.
        eps: What is added to the root.
    """

    def __init__(self, params, lr: float = 0.01, alpha: float = 0.99, eps: float = 1e-8) -> None:
        # BEGIN SOLUTION
        self.params = list(params)
        self.lr = lr
        self.alpha = alpha
        self.eps = eps
        self.averages = [torch.zeros_like(p) for p in self.params]
        # END SOLUTION

    def step(self) -> None:
        """Change every parameter in place, by its gradient."""
        # BEGIN SOLUTION
        with torch.no_grad():
            for p, s in zip(self.params, self.averages, strict=True):
                if p.grad is not None:
                    s.copy_(self.alpha * s + (1 - self.alpha) * p.grad**2)
                    p.sub_(self.lr * p.grad / (s.sqrt() + self.eps))
        # END SOLUTION

    def zero_grad(self) -> None:
        """Make the gradient of every parameter None, or zero."""
        # BEGIN SOLUTION
        for p in self.params:
            p.grad = None
        # END SOLUTION


# %% [markdown]
# ## 11. Adam


# %%
class Adam:
    """
    Gradient descent with moving averages of the gradient and of its square, both corrected for their start at zero.

    Args:
        params: The parameters to be changed.
        lr: Learning rate; the attribute `lr`.
        betas: How much of the old averages is left in the new ones: of the gradient, of its square.
        eps: What is added to the root.
    """

    def __init__(self, params, lr: float = 0.001, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8) -> None:
        # BEGIN SOLUTION
        self.params = list(params)
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.steps = 0
        self.means = [torch.zeros_like(p) for p in self.params]
        self.squares = [torch.zeros_like(p) for p in self.params]
        # END SOLUTION

    def step(self) -> None:
        """Change every parameter in place, by its gradient."""
        # BEGIN SOLUTION
        beta1, beta2 = self.betas
        self.steps += 1
        with torch.no_grad():
            for p, m, s in zip(self.params, self.means, self.squares, strict=True):
                if p.grad is not None:
                    m.copy_(beta1 * m + (1 - beta1) * p.grad)
                    s.copy_(beta2 * s + (1 - beta2) * p.grad**2)
                    mean = m / (1 - beta1**self.steps)
                    square = s / (1 - beta2**self.steps)
                    p.sub_(self.lr * mean / (square.sqrt() + self.eps))
        # END SOLUTION

    def zero_grad(self) -> None:
        """Make the gradient of every parameter None, or zero."""
        # BEGIN SOLUTION
        for p in self.params:
            p.grad = None
        # END SOLUTION


# BEGIN SOLUTION NO PROMPT
def _gradient(x, y, theta):
    """Return the gradient of the mean of the squared errors."""
    return 2 * x.T @ (x @ theta - y) / len(x)


# END SOLUTION
