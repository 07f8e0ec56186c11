"""Reference solution of Regularization."""  # SOLUTION NO PROMPT

import math  # SOLUTION NO PROMPT

import torch  # SOLUTION NO PROMPT

# %% [markdown]
# # Regularization
#
# Higher capacity does not guarantee better accuracy. Here you write what a network uses against overfitting, and what
# keeps its numbers in a good range: early stopping, L2 regularization, dropout, Xavier initialization and batch normalization.
#
# Import what you need (torch, numpy, the standard library), replace every `raise NotImplementedError` by your answer and keep all
# names. Then run
#
#     grader check regularization
#
# or, in the notebook, its last cell.

# %% [markdown]
# ## 1. Model capacity


# %%
def fit_polynomial(x, y, degree):
    """
    Return the coefficients of the polynomial of this degree that has the least squared error at the points.

    Args:
        x: Tensor of shape (N,), all different; N is larger than *degree*.
        y: Tensor of shape (N,).
        degree: Largest power of x, at least 1.

    Returns:
        Tensor of shape (degree + 1,): b, w1, w2, ..., the coefficient of the lowest power first.

    Examples:
        fit_polynomial(tensor([0., 1., 2.]), tensor([1., 3., 5.]), 1) is tensor([1., 2.]), since y = 2x + 1
    """
    # BEGIN SOLUTION
    powers = torch.stack([x**power for power in range(degree + 1)], dim=1)
    return torch.linalg.lstsq(powers, y.unsqueeze(1)).solution.squeeze(1)
    # END SOLUTION


# %%
def polynomial_error(coefficients, x, y):
    """
    Return the mean squared error of a polynomial at points, a number.

    Args:
        coefficients: Tensor of any length, as `fit_polynomial` returns it.
        x: Tensor of shape (N,).
        y: Tensor of shape (N,).

    Examples:
        polynomial_error(tensor([1., 2.]), tensor([0., 1.]), tensor([1., 5.])) is 2.0: the mean of 0 and 4
    """
    # BEGIN SOLUTION
    powers = torch.stack([x**power for power in range(len(coefficients))], dim=1)
    return (powers @ coefficients - y).square().mean().item()
    # END SOLUTION


# %%
def choose_degree(x_train, y_train, x_val, y_val, degrees=(1, 2, 3)):
    """
    Return the degree whose polynomial, fitted to the training points, has the least error at the validation points.

    Args:
        x_train: Tensor of shape (N,); *y_train* likewise.
        x_val: Tensor of shape (M,); *y_val* likewise.
        degrees: The degrees to choose from, a tuple of ints in any order.
    """
    # BEGIN SOLUTION
    return min(degrees, key=lambda degree: polynomial_error(fit_polynomial(x_train, y_train, degree), x_val, y_val))
    # END SOLUTION


# %% [markdown]
# ## 2. Early stopping


# %%
class EarlyStopper:
    """
    Tell from the validation errors of the epochs when to stop training.

    Attributes:
        best_error: The error of the best epoch so far.
        best_epoch: Its number; the first epoch is 0.

    Examples:
        stopper = EarlyStopper(patience=2)
        [stopper.update(error) for error in (0.9, 0.5, 0.6, 0.55)] is [False, False, False, True]
        stopper.best_epoch is 1
    """

    def __init__(self, patience, min_delta=0.0):
        """
        Begin before the first epoch.

        Args:
            patience: After so many epochs in a row without an improvement training stops, at least 1.
            min_delta: An epoch is an improvement if its error is less than `best_error - min_delta`.
        """
        # BEGIN SOLUTION
        self.patience = patience
        self.min_delta = min_delta
        self.best_error = math.inf
        self.best_epoch = None
        self.epoch = 0
        self.waited = 0
        # END SOLUTION

    def update(self, error):
        """
        Take the validation error of the next epoch, and return True if training should stop now, else False.
        """
        # BEGIN SOLUTION
        if error < self.best_error - self.min_delta:
            self.best_error = error
            self.best_epoch = self.epoch
            self.waited = 0
        else:
            self.waited += 1
        self.epoch += 1
        return self.waited >= self.patience
        # END SOLUTION


# %% [markdown]
# ## 3. L2 regularization


# %%
def l2_penalty(parameters, lam):
    """
    Return lam times the sum of the squares of all weights, a tensor without axes; biases do not count.

    Args:
        parameters: List of tensors. Those with one axis are biases, those with more are weights.
        lam: Strength of the penalty, at least 0.

    Examples:
        l2_penalty([tensor([[1., 2.]]), tensor([7.])], 0.5) is 2.5: 0.5 x (1 + 4)
    """
    # BEGIN SOLUTION
    return lam * sum(parameter.square().sum() for parameter in parameters if parameter.ndim > 1)
    # END SOLUTION


# %%
def decayed_step(parameters, gradients, learning_rate, weight_decay):
    """
    Return the parameters after one step of gradient descent with weight decay, a list of new tensors.

    Args:
        parameters: List of tensors; they stay as they are. Those with one axis are biases, and do not decay.
        gradients: List of tensors of the same shapes.
        learning_rate: Length of the step.
        weight_decay: What a weight is multiplied by before it is added to its gradient.

    Examples:
        decayed_step([tensor([[1., 2.]])], [tensor([[0., 4.]])], 0.1, 0.5) is [tensor([[0.95, 1.5]])]
    """
    # BEGIN SOLUTION
    return [
        parameter - learning_rate * (gradient + (weight_decay * parameter if parameter.ndim > 1 else 0))
        for parameter, gradient in zip(parameters, gradients, strict=True)
    ]
    # END SOLUTION


# %%
def weight_decay_for(lam):
    """
    Return the weight decay that makes the same step as adding `l2_penalty(parameters, lam)` to the loss, a number.
    """
    # BEGIN SOLUTION
    return 2 * lam
    # END SOLUTION


# %% [markdown]
# ## 4. Dropout


# %%
def dropout(x, p, training=True):
    """
    Return x after inverted dropout, a tensor of the same shape and dtype.

    Args:
        x: Tensor of any shape; it stays as it is.
        p: Probability with which each element is dropped, from 0 to 1.
        training: Whether the network is in training; in evaluation the answer is x.

    Raises:
        ValueError: If *p* is less than 0 or more than 1.
    """
    # BEGIN SOLUTION
    if not 0 <= p <= 1:
        raise ValueError(f"p is a probability, got {p}")
    if not training:
        return x
    if p == 1:
        return x * 0
    mask = torch.rand(x.shape) >= p
    return x * mask / (1 - p)
    # END SOLUTION


# %% [markdown]
# ## 5. Xavier initialization


# %%
def fans(shape):
    """
    Return (fan_in, fan_out) of a layer: how many inputs an output is summed over, and how many outputs an input goes to.

    Args:
        shape: Of the weights: (out_features, in_features) of a linear layer, (K, C, R, S) of a convolution.

    Examples:
        fans((40, 300)) is (300, 40)
        fans((6, 3, 5, 5)) is (75, 150)
    """
    # BEGIN SOLUTION
    area = math.prod(shape[2:])
    return shape[1] * area, shape[0] * area
    # END SOLUTION


# %%
def xavier_uniform(shape):
    """
    Return new weights of this shape, drawn uniformly between -a and a with a = sqrt(6 / (fan_in + fan_out)).
    """
    # BEGIN SOLUTION
    bound = math.sqrt(6 / sum(fans(shape)))
    return (torch.rand(shape) * 2 - 1) * bound
    # END SOLUTION


# %%
def xavier_normal(shape):
    """
    Return new weights of this shape, drawn from the normal distribution with mean 0 and variance 2 / (fan_in + fan_out).
    """
    # BEGIN SOLUTION
    return torch.randn(shape) * math.sqrt(2 / sum(fans(shape)))
    # END SOLUTION


# %% [markdown]
# ## 6. Batch normalization


# %%
def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """
    Normalize each feature of a mini-batch, and return (out, mean, var): the output and the new running statistics.

    Args:
        x: Tensor of shape (N, C), or (N, C, H, W) for images.
        gamma: Scale of each feature, of shape (C,).
        beta: Shift of each feature, of shape (C,).
        running_mean: Of shape (C,); *running_var* likewise. No argument is changed.
        training: Whether to normalize by the statistics of the batch; otherwise by the running ones.
        momentum: Share of the batch in the new running statistics.
        eps: Added to the variance.

    Raises:
        ValueError: In training, if there is only one value for each feature.
    """
    # BEGIN SOLUTION
    axes = (0,) if x.ndim == 2 else (0, 2, 3)
    per_feature = (1, -1) if x.ndim == 2 else (1, -1, 1, 1)
    mean, var = running_mean, running_var
    if training:
        count = x.numel() // len(gamma)
        if count == 1:
            raise ValueError("a variance needs more than one value for each feature")
        mean, var = x.mean(axes), x.var(axes, correction=0)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * var * count / (count - 1)
    normalized = (x - mean.reshape(per_feature)) / (var.reshape(per_feature) + eps).sqrt()
    out = normalized * gamma.reshape(per_feature) + beta.reshape(per_feature)
    return out, running_mean, running_var
    # END SOLUTION
