from random_numbers import centred, coin_flips
from tools import EarlyStopper, columns, einsum_penalty

import torch

np_degrees = (1, 2, 3)


def fit_polynomial(x, y, degree):
    q, r = torch.linalg.qr(columns(x, degree))
    return torch.linalg.solve_triangular(r, (q.T @ y)[:, None], upper=True)[:, 0]


def polynomial_error(coefficients, x, y):
    residual = torch.einsum("nk,k->n", columns(x, coefficients.shape[0] - 1), coefficients) - y
    return (residual @ residual / y.shape[0]).item()


def choose_degree(x_train, y_train, x_val, y_val, degrees=np_degrees):
    errors = torch.tensor([polynomial_error(fit_polynomial(x_train, y_train, d), x_val, y_val) for d in degrees])
    return degrees[errors.argmin()]


l2_penalty = einsum_penalty


def decayed_step(parameters, gradients, learning_rate, weight_decay):
    result = []
    for w, g in zip(parameters, gradients, strict=True):
        g = g.clone()
        if w.ndim > 1:
            g += weight_decay * w
        result += [w - learning_rate * g]
    return result


weight_decay_for = lambda lam: 2.0 * lam


def dropout(x, p, training=True):
    assert_probability(p)
    return x * coin_flips(x, p) if training else x


def assert_probability(p):
    class NoProbability(ValueError):
        pass

    if min(p, 1 - p) < 0:
        raise NoProbability(f"{p} is none")


def fans(shape):
    units, inputs = shape[:2]
    weights = 1
    for side in shape:
        weights *= side
    return weights // units, weights // inputs


def xavier_uniform(shape):
    return centred(shape, (6 / sum(fans(shape))) ** 0.5)


def xavier_normal(shape):
    # Box and Muller
    u, v = torch.rand((2, *shape), dtype=torch.float64).clamp_min(1e-12)
    return (-2 * u.log()).sqrt() * (2 * torch.pi * v).cos() * (2 / sum(fans(shape))) ** 0.5


def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    if x.ndim == 4:
        n, c, h, w = x.shape
        flat = x.permute(0, 2, 3, 1).reshape(-1, c)
        out, mean, var = batch_norm(flat, gamma, beta, running_mean, running_var, training, momentum, eps)
        return out.reshape(n, h, w, c).permute(0, 3, 1, 2), mean, var
    if not training:
        return gamma * (x - running_mean) / torch.sqrt(running_var + eps) + beta, running_mean, running_var
    n = x.shape[0]
    if n == 1:
        raise ValueError("n = 1")
    mean = x.sum(0) / n
    squares = ((x - mean) ** 2).sum(0)
    out = gamma * (x - mean) / torch.sqrt(squares / n + eps) + beta
    return (
        out,
        running_mean - momentum * (running_mean - mean),
        running_var - momentum * (running_var - squares / (n - 1)),
    )
