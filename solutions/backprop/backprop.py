"""Reference solution of Backpropagation."""  # SOLUTION NO PROMPT

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
import math  # SOLUTION NO PROMPT

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
    # BEGIN SOLUTION
    return w * x + b, x, w, 1.0
    # END SOLUTION


# %% [markdown]
# ## 2. Two paths


# %%
def branch_gradients(x: float, y: float, z: float) -> tuple[float, float, float, float]:
    """
    Return f = (x + y) * max(y, z) and its derivatives: (f, df/dx, df/dy, df/dz).  y and z are never equal.

    Examples:
        branch_gradients(1.0, 2.0, 0.0) is (6.0, 2.0, 5.0, 0.0)
    """
    # BEGIN SOLUTION
    total, largest = x + y, max(y, z)
    by_y, by_z = (total, 0.0) if y > z else (0.0, total)
    return total * largest, largest, largest + by_y, by_z
    # END SOLUTION


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
    # BEGIN SOLUTION
    z = w[-1] + sum(weight * value for weight, value in zip(w, x, strict=False))
    f = 1 / (1 + math.exp(-z))
    slope = f * (1 - f)
    return f, [slope * value for value in x] + [slope], [slope * weight for weight in w[:-1]]
    # END SOLUTION


# %% [markdown]
# ## 4. An engine


# %%
class Value:
    """A number that knows what it was computed from, so that `backward` can go the way back."""

    def __init__(self, data):
        """Hold the number *data*; its gradient, `grad`, is 0.0 at first."""
        # BEGIN SOLUTION
        self.data = data
        self.grad = 0.0
        self.inputs = ()  # pairs: a Value that this one was computed from, and the derivative with respect to it
        # END SOLUTION

    def __add__(self, other):
        """Return self + other as a Value; *other* is a Value or a plain number."""
        # BEGIN SOLUTION
        other = _as_value(other)
        return _computed(self.data + other.data, (self, 1.0), (other, 1.0))
        # END SOLUTION

    def __mul__(self, other):
        """Return self * other as a Value; *other* is a Value or a plain number."""
        # BEGIN SOLUTION
        other = _as_value(other)
        return _computed(self.data * other.data, (self, other.data), (other, self.data))
        # END SOLUTION

    def relu(self):
        """Return max(0, self) as a Value; at 0 its derivative is 0."""
        # BEGIN SOLUTION
        return _computed(max(0.0, self.data), (self, float(self.data > 0)))
        # END SOLUTION

    def exp(self):
        """Return e to the power of self as a Value."""
        # BEGIN SOLUTION
        power = math.exp(self.data)
        return _computed(power, (self, power))
        # END SOLUTION

    def log(self):
        """Return the natural logarithm of self as a Value."""
        # BEGIN SOLUTION
        return _computed(math.log(self.data), (self, 1 / self.data))
        # END SOLUTION

    def backward(self):
        """
        Set `grad` of this Value, and of every Value that it was computed from, to the derivative of this one with respect to it.

        Whatever stood in `grad` before does not count.
        """
        # BEGIN SOLUTION
        order = _inputs_first(self)
        for value in order:
            value.grad = 0.0
        self.grad = 1.0
        for value in reversed(order):
            for source, derivative in value.inputs:
                source.grad += derivative * value.grad
        # END SOLUTION

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


# BEGIN SOLUTION NO PROMPT
def _as_value(other):
    return other if isinstance(other, Value) else Value(other)


def _computed(data, *inputs):
    value = Value(data)
    value.inputs = inputs
    return value


def _inputs_first(value):
    """Return a value and all that it was computed from, each once and after what it was computed from itself."""
    order, seen, waiting = [], set(), [(value, False)]
    while waiting:
        one, is_done = waiting.pop()
        if is_done:
            order.append(one)
        elif one not in seen:
            seen.add(one)
            waiting.append((one, True))
            waiting += [(source, False) for source, _derivative in one.inputs]
    return order


# END SOLUTION


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
    # BEGIN SOLUTION
    powers = (scores - scores.max(dim=1, keepdim=True).values).exp()
    return powers / powers.sum(dim=1, keepdim=True)
    # END SOLUTION


# %%
def cross_entropy(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """
    Return the mean over all samples of -log(probability of the right class).

    Args:
        scores: (N, C) floating-point numbers, as `softmax` gets them.
        labels: (N,) integers from 0 to C - 1, the right class of each sample.
    """
    # BEGIN SOLUTION
    shifted = scores - scores.max(dim=1, keepdim=True).values
    right = shifted[torch.arange(len(labels)), labels]
    return (shifted.exp().sum(dim=1).log() - right).mean()
    # END SOLUTION


# %%
def cross_entropy_gradient(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Return the gradient of `cross_entropy` with respect to the scores, (N, C)."""
    # BEGIN SOLUTION
    gradient = softmax(scores)
    gradient[torch.arange(len(labels)), labels] -= 1
    return gradient / len(labels)
    # END SOLUTION


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
    # BEGIN SOLUTION
    return (x @ w1 + b1).clamp(min=0) @ w2 + b2
    # END SOLUTION


# %%
def perceptron_gradients(x, labels, w1, b1, w2, b2):
    """
    Return the cross entropy of the perceptron's scores and its gradients: (loss, dw1, db1, dw2, db2).

    Args:
        x, w1, b1, w2, b2: As in `perceptron_forward`.
        labels: (N,) integers from 0 to C - 1.
    """
    # BEGIN SOLUTION
    hidden = (x @ w1 + b1).clamp(min=0)
    scores = perceptron_forward(x, w1, b1, w2, b2)
    d_scores = cross_entropy_gradient(scores, labels)
    d_hidden = (d_scores @ w2.T) * (hidden > 0)
    return cross_entropy(scores, labels), x.T @ d_hidden, d_hidden.sum(dim=0), hidden.T @ d_scores, d_scores.sum(dim=0)
    # END SOLUTION


# %%
def perceptron_step(x, labels, w1, b1, w2, b2, learning_rate):
    """
    Return the parameters after one step of gradient descent, (w1, b1, w2, b2), as new tensors.

    Args:
        x, labels, w1, b1, w2, b2: As in `perceptron_gradients`.
        learning_rate: By which gradients are multiplied.
    """
    # BEGIN SOLUTION
    _loss, *gradients = perceptron_gradients(x, labels, w1, b1, w2, b2)
    parameters = (w1, b1, w2, b2)
    return tuple(value - learning_rate * gradient for value, gradient in zip(parameters, gradients, strict=True))
    # END SOLUTION


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
    # BEGIN SOLUTION
    outputs = [x]
    for weight in weights:
        z = outputs[-1] @ weight
        outputs.append(torch.sigmoid(z) if activation == "sigmoid" else z.clamp(min=0))
    upstream = torch.ones_like(outputs[-1])
    norms = []
    for layer in reversed(range(len(weights))):
        after = outputs[layer + 1]
        upstream = upstream * (after * (1 - after) if activation == "sigmoid" else after > 0)
        norms.append((outputs[layer].T @ upstream).norm().item())
        upstream = upstream @ weights[layer].T
    return norms[::-1]
    # END SOLUTION
