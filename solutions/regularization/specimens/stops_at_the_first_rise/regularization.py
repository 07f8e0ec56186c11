# plain python wherever possible
import random
from math import sqrt, inf

import torch


def solve(A, b):
    """Gauss with pivoting."""
    n = len(b)
    M = [list(row) + [b[i]] for i, row in enumerate(A)]
    for k in range(n):
        piv = max(range(k, n), key=lambda r: abs(M[r][k]))
        M[k], M[piv] = M[piv], M[k]
        for r in range(k + 1, n):
            f = M[r][k] / M[k][k]
            for c in range(k, n + 1):
                M[r][c] -= f * M[k][c]
    sol = [0.0] * n
    for k in reversed(range(n)):
        sol[k] = (M[k][n] - sum(M[k][c] * sol[c] for c in range(k + 1, n))) / M[k][k]
    return sol


def fit_polynomial(x, y, degree):
    xs, ys = x.tolist(), y.tolist()
    A = [[sum(v ** (i + j) for v in xs) for j in range(degree + 1)] for i in range(degree + 1)]
    b = [sum(w * v**i for v, w in zip(xs, ys)) for i in range(degree + 1)]
    return torch.tensor(solve(A, b), dtype=torch.float64)


def polynomial_error(coefficients, x, y):
    total = 0.0
    for xi, yi in zip(x.tolist(), y.tolist()):
        value = 0.0
        for c in reversed(coefficients.tolist()):  # Horner
            value = value * xi + c
        total += (value - yi) ** 2
    return total / len(x)


def choose_degree(x_train, y_train, x_val, y_val, degrees=(1, 2, 3)):
    best, best_error = None, inf
    for degree in degrees:
        e = polynomial_error(fit_polynomial(x_train, y_train, degree), x_val, y_val)
        if e < best_error:
            best, best_error = degree, e
        else:
            break
    return best


class EarlyStopper:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta = patience, min_delta
        self.best_error = None
        self.best_epoch = None
        self.counter = 0
        self.n = 0

    def update(self, error):
        stop = False
        if self.best_error is None:
            self.best_error = error
            self.best_epoch = 0
        elif error < self.best_error - self.min_delta:
            self.best_error = error
            self.best_epoch = self.n
            self.counter = 0
        else:
            self.counter += 1
            if self.counter == self.patience:
                stop = True
        self.n += 1
        return stop


def l2_penalty(parameters, lam):
    penalty = torch.zeros((), dtype=torch.float64)
    for p in parameters:
        if p.dim() == 1:
            continue
        for value in p.flatten():
            penalty = penalty + lam * value**2
    return penalty


def decayed_step(parameters, gradients, learning_rate, weight_decay):
    new = []
    for i in range(len(parameters)):
        p = parameters[i].clone()
        flat, g = p.view(-1), gradients[i].reshape(-1)
        for j in range(len(flat)):
            d = g[j].item()
            if p.dim() > 1:
                d += weight_decay * flat[j].item()
            flat[j] = flat[j].item() - learning_rate * d
        new.append(p)
    return tuple(new)


def weight_decay_for(lam):
    return lam + lam


def dropout(x, p, training=True):
    if not (0.0 <= p <= 1.0):
        raise ValueError(p)
    if training == False:
        return x.clone()
    factor = []
    for _ in range(x.numel()):
        factor.append(0.0 if random.random() < p else 1.0 / (1.0 - p))
    return x * torch.tensor(factor, dtype=x.dtype).reshape(x.shape)


def fans(shape):
    if len(shape) == 2:
        out_features, in_features = shape
        return in_features, out_features
    k, c, r, s = shape
    return c * r * s, k * r * s


def xavier_uniform(shape):
    n = 1
    for side in shape:
        n *= side
    a = sqrt(6.0) / sqrt(fans(shape)[0] + fans(shape)[1])
    return torch.tensor([random.uniform(-a, a) for _ in range(n)]).reshape(shape)


def xavier_normal(shape):
    n = 1
    for side in shape:
        n *= side
    s = sqrt(2.0 / (fans(shape)[0] + fans(shape)[1]))
    return torch.tensor([random.gauss(0, s) for _ in range(n)], dtype=torch.float64).view(*shape)


def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    out = torch.empty_like(x)
    mean, var = running_mean.clone(), running_var.clone()
    for c in range(x.shape[1]):
        values = x[:, c].reshape(-1).tolist()
        n = len(values)
        if training:
            if n == 1:
                raise ValueError("only one value")
            m = sum(values) / n
            ss = sum((v - m) ** 2 for v in values)
            mean[c] = mean[c].item() * (1 - momentum) + momentum * m
            var[c] = var[c].item() * (1 - momentum) + momentum * ss / (n - 1)
            s = ss / n
        else:
            m, s = running_mean[c].item(), running_var[c].item()
        out[:, c] = (x[:, c] - m) / sqrt(s + eps) * gamma[c] + beta[c]
    return out, mean, var
