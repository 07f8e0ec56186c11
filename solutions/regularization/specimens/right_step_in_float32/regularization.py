"""Everything is a class; the functions only call them."""

from dataclasses import dataclass, field
from functools import reduce
from operator import mul

import torch
from torch import Tensor, nn


class Polynomial(nn.Module):
    def __init__(self, coefficients: Tensor):
        super().__init__()
        self.coefficients = coefficients

    @classmethod
    def fitted(cls, x, y, degree):
        powers = cls.powers(x, degree + 1)
        return cls(torch.linalg.pinv(powers) @ y)

    @staticmethod
    def powers(x, count):
        return x[:, None] ** torch.arange(count)

    def forward(self, x):
        return (self.powers(x, len(self.coefficients)) * self.coefficients).sum(1)

    def error(self, x, y):
        return nn.MSELoss()(self(x), y)


def fit_polynomial(x, y, degree):
    return Polynomial.fitted(x, y, degree).coefficients


def polynomial_error(coefficients, x, y):
    return Polynomial(coefficients).error(x, y).item()


def choose_degree(x_train, y_train, x_val, y_val, degrees=(1, 2, 3)):
    candidates = ((float(Polynomial.fitted(x_train, y_train, d).error(x_val, y_val)), d) for d in degrees)
    return min(candidates)[1]


@dataclass
class EarlyStopper:
    patience: int
    min_delta: float = 0.0
    errors: list = field(default_factory=list, repr=False)
    best_epoch: int = None

    @property
    def best_error(self):
        return self.errors[self.best_epoch]

    def update(self, error: float) -> bool:
        self.errors.append(error)
        now = len(self.errors) - 1
        if self.best_epoch is None or error + self.min_delta < self.best_error:
            self.best_epoch = now
        return now >= self.best_epoch + self.patience


class Layer(list):
    """Weights and biases, told apart by their axes."""

    @property
    def weights(self):
        return filter(lambda t: t.ndim != 1, self)


def l2_penalty(parameters, lam):
    return lam * sum(torch.linalg.vector_norm(w) ** 2 for w in Layer(parameters).weights)


def decayed_step(parameters, gradients, learning_rate, weight_decay):
    def moved(w, g):
        return torch.sub(w, g if w.ndim == 1 else torch.add(g, w, alpha=weight_decay), alpha=learning_rate)

    return [moved(w.float(), g.float()).double() for w, g in zip(parameters, gradients)]


def weight_decay_for(lam):
    w = torch.ones((1, 1), dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(l2_penalty([w], lam), w)
    return slope.item()


class Dropout(nn.Module):
    def __init__(self, p):
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError("p")
        self.p = p

    def forward(self, x):
        if not self.training:
            return x
        dropped = torch.rand_like(x) < self.p
        return torch.where(dropped, torch.zeros_like(x), x / max(1 - self.p, 1e-300))


def dropout(x, p, training=True):
    return Dropout(p).train(training)(x)


class Xavier:
    def __init__(self, shape):
        self.shape = shape
        outputs, inputs, *kernel = shape
        area = reduce(mul, kernel, 1)
        self.fans = (inputs * area, outputs * area)
        self.std = (2 / sum(self.fans)) ** 0.5

    def uniform(self):
        distribution = torch.distributions.Uniform(-(3**0.5) * self.std, 3**0.5 * self.std)
        return nn.Parameter(distribution.sample(self.shape))

    def normal(self):
        return torch.distributions.Normal(0, self.std).sample(torch.Size(self.shape))


def fans(shape):
    return list(Xavier(shape).fans)


def xavier_uniform(shape):
    return Xavier(shape).uniform()


def xavier_normal(shape):
    return Xavier(shape).normal()


class BatchNorm(nn.Module):
    def __init__(self, weight, bias, mean, var, momentum, eps):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.weight, self.bias = weight, bias
        self.register_buffer("running_mean", mean.clone())
        self.register_buffer("running_var", var.clone())

    def forward(self, x):
        axes = (0, 2, 3)[: x.ndim - 1]
        shape = [1, x.size(1)] + [1] * (x.ndim - 2)
        if self.training:
            n = x.numel() / x.size(1)
            if n <= 1:
                raise ValueError("a batch of one")
            mean = x.mean(axes)
            centred = x - mean.view(shape)
            var = (centred**2).mean(axes)
            self.running_mean.mul_(1 - self.momentum).add_(mean, alpha=self.momentum)
            self.running_var.mul_(1 - self.momentum).add_(var * n / (n - 1), alpha=self.momentum)
        else:
            mean, var = self.running_mean, self.running_var
            centred = x - mean.view(shape)
        return centred / torch.sqrt(var + self.eps).view(shape) * self.weight.view(shape) + self.bias.view(shape)


def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    layer = BatchNorm(gamma, beta, running_mean, running_var, momentum, eps).train(training)
    return layer(x), layer.running_mean, layer.running_var
