# %% [markdown]
# # Backpropagation
#
# From one product and one sum to the gradients of a perceptron: you write every backward pass yourself. Replace every
# `raise NotImplementedError` by your answer and keep the names of the functions and of their arguments. Then run
#
#     grader check backprop
#
# or, in the notebook, its last cell.

# %%
import torch

# %% [markdown]
# ## 1. A line


# %%
def line_gradients(w: float, x: float, b: float) -> tuple[float, float, float, float]:
    """
    Return f = wx + b and its derivatives: (f, df/dw, df/dx, df/db).

    Examples:
        line_gradients(3.0, 2.0, 1.0) is (7.0, 2.0, 3.0, 1.0)
    """
    raise NotImplementedError


# %% [markdown]
# ## 2. Two paths


# %%
def branch_gradients(x: float, y: float, z: float) -> tuple[float, float, float, float]:
    """
    Return f = (x + y) * max(y, z) and its derivatives: (f, df/dx, df/dy, df/dz).  y and z are never equal.

    Examples:
        branch_gradients(1.0, 2.0, 0.0) is (6.0, 2.0, 5.0, 0.0)
    """
    raise NotImplementedError


# %% [markdown]
# ## 3. A neuron


# %%
def neuron_gradients(w: list[float], x: list[float]) -> tuple[float, list[float], list[float]]:
    """
    Return f = sigmoid(w[0] x[0] + ... + w[n-1] x[n-1] + w[n]) and its derivatives: (f, [df/dw[0], ...], [df/dx[0], ...]).

    Args:
        w: n + 1 numbers, of which the last one is the bias.
        x: n numbers.

    Examples:
        neuron_gradients([2.0, -3.0, -3.0], [-1.0, -2.0]) is about (0.73, [-0.20, -0.39, 0.20], [0.39, -0.59])
    """
    raise NotImplementedError


# %% [markdown]
# ## 4. An engine


# %%
class Value:
    """A number that knows what it was computed from, so that `backward` can go the way back."""

    def __init__(self, data):
        """Hold the number *data*; its gradient, `grad`, is 0.0 at first."""
        raise NotImplementedError

    def __add__(self, other):
        """Return self + other as a Value; *other* is a Value or a plain number."""
        raise NotImplementedError

    def __mul__(self, other):
        """Return self * other as a Value; *other* is a Value or a plain number."""
        raise NotImplementedError

    def relu(self):
        """Return max(0, self) as a Value; at 0 its derivative is 0."""
        raise NotImplementedError

    def exp(self):
        """Return e to the power of self as a Value."""
        raise NotImplementedError

    def log(self):
        """Return the natural logarithm of self as a Value."""
        raise NotImplementedError

    def backward(self):
        """
        Set `grad` of this Value, and of every Value that it was computed from, to the derivative of this one with respect to it.

        Whatever stood in `grad` before does not count.
        """
        raise NotImplementedError

    # What follows is there already: it computes with what you write above.

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, other):
        return -self + other


# %% [markdown]
# ## 5. Softmax and cross entropy


# %%
def softmax(scores: torch.Tensor) -> torch.Tensor:
    """
    Return the probabilities of each row of scores.

    Args:
        scores: (N, C) floating-point numbers, one row for each sample.

    Returns:
        (N, C) numbers; each row adds up to 1.
    """
    raise NotImplementedError


# %%
def cross_entropy(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """
    Return the mean over all samples of -log(probability of the right class).

    Args:
        scores: (N, C) floating-point numbers, as `softmax` gets them.
        labels: (N,) integers from 0 to C - 1, the right class of each sample.
    """
    raise NotImplementedError


# %%
def cross_entropy_gradient(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Return the gradient of `cross_entropy` with respect to the scores, (N, C)."""
    raise NotImplementedError


# %% [markdown]
# ## 6. A perceptron of two layers


# %%
def perceptron_forward(x, w1, b1, w2, b2):
    """
    Return the scores relu(x @ w1 + b1) @ w2 + b2, (N, C).

    Args:
        x: (N, D) samples.
        w1: (D, H) weights of the first layer.
        b1: (H,) its biases.
        w2: (H, C) weights of the second layer.
        b2: (C,) its biases.
    """
    raise NotImplementedError


# %%
def perceptron_gradients(x, labels, w1, b1, w2, b2):
    """
    Return the cross entropy of the perceptron's scores and its gradients: (loss, dw1, db1, dw2, db2).

    Args:
        x, w1, b1, w2, b2: As in `perceptron_forward`.
        labels: (N,) integers from 0 to C - 1.
    """
    raise NotImplementedError


# %%
def perceptron_step(x, labels, w1, b1, w2, b2, learning_rate):
    """
    Return the parameters after one step of gradient descent, (w1, b1, w2, b2), as new tensors.

    Args:
        x, labels, w1, b1, w2, b2: As in `perceptron_gradients`.
        learning_rate: By which gradients are multiplied.
    """
    raise NotImplementedError


# %% [markdown]
# ## 7. The vanishing gradient


# %%
def gradient_norms(x, weights, activation: str) -> list[float]:
    """
    Return how large the gradient of each layer's weights is, first layer first.

    Args:
        x: (N, D0) samples.
        weights: Of each layer, (D0, D1), (D1, D2), and so on; there are no biases.
        activation: "sigmoid" or "relu", after each layer, the last one too.
    """
    raise NotImplementedError
