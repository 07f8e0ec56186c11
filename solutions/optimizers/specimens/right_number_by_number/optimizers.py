import math
import torch


def iterations(samples, batch_size, epochs=1):
    count = 0
    for epoch in range(epochs):
        left = samples
        while left > 0:
            left = left - batch_size
            count = count + 1
    return count


def one_step(x, y, theta, lr, rows):
    d = len(theta)
    grad = [0.0] * d
    for n in rows:
        pred = 0.0
        for j in range(d):
            pred += float(x[n][j]) * theta[j]
        for j in range(d):
            grad[j] += 2 * (pred - float(y[n])) * float(x[n][j]) / len(rows)
    return [theta[j] - lr * grad[j] for j in range(d)]


def batch_descent(x, y, theta, lr, steps):
    t = theta.tolist()
    for s in range(steps):
        t = one_step(x, y, t, lr, range(len(y)))
    return torch.tensor(t, dtype=torch.float64)


def stochastic_descent(x, y, theta, lr, order):
    t = theta.tolist()
    for n in order:
        t = one_step(x, y, t, lr, [n])
    return torch.tensor(t, dtype=torch.float64)


def mini_batch_descent(x, y, theta, lr, batch_size, epochs=1):
    t = theta.tolist()
    for e in range(epochs):
        rows = []
        for n in range(len(y)):
            rows.append(n)
            if len(rows) == batch_size or n == len(y) - 1:
                t = one_step(x, y, t, lr, rows)
                rows = []
    return torch.tensor(t, dtype=torch.float64)


def step_decay(lr, epoch, step_size, gamma=0.1):
    if epoch < step_size:
        return lr
    return step_decay(lr * gamma, epoch - step_size, step_size, gamma)


def cosine_decay(lr, epoch, epochs, lr_min=0.0):
    middle = (lr + lr_min) / 2
    radius = (lr - lr_min) / 2
    return middle + radius * math.cos(math.pi * epoch / epochs)


class SGD:
    def __init__(self, params, lr, momentum=0.0, weight_decay=0.0):
        self.params = []
        self.v = []
        for p in params:
            self.params.append(p)
            self.v.append([0.0] * p.numel())
        self.lr = lr
        self.mu = momentum
        self.wd = weight_decay

    def step(self):
        for p, v in zip(self.params, self.v):
            if p.grad is None:
                continue
            flat = p.data.view(-1)
            g = p.grad.reshape(-1)
            for i in range(len(v)):
                w = flat[i].item()
                v[i] = self.mu * v[i] + g[i].item() + self.wd * w
                flat[i] = w - self.lr * v[i]

    def zero_grad(self):
        for p in self.params:
            if p.grad is not None:
                p.grad = torch.zeros_like(p.grad)


class Nesterov(SGD):
    def __init__(self, params, lr, momentum=0.9):
        super().__init__(params, lr, momentum)

    def step(self):
        for p, v in zip(self.params, self.v):
            if p.grad is None:
                continue
            flat = p.data.view(-1)
            g = p.grad.reshape(-1)
            for i in range(len(v)):
                v[i] = self.mu * v[i] + g[i].item()
                flat[i] -= self.lr * (g[i].item() + self.mu * v[i])


class Adagrad(SGD):
    def __init__(self, params, lr=0.01, eps=1e-10):
        super().__init__(params, lr)
        self.eps = eps

    def remember(self, old, g):
        return old + g * g

    def step(self):
        for p, s in zip(self.params, self.v):
            if p.grad is None:
                continue
            flat = p.data.view(-1)
            g = p.grad.reshape(-1)
            for i in range(len(s)):
                gi = g[i].item()
                s[i] = self.remember(s[i], gi)
                flat[i] -= self.lr * gi / (math.sqrt(s[i]) + self.eps)


class RMSprop(Adagrad):
    def __init__(self, params, lr=0.01, alpha=0.99, eps=1e-8):
        super().__init__(params, lr, eps)
        self.alpha = alpha

    def remember(self, old, g):
        return self.alpha * old + (1 - self.alpha) * g * g


class Adam(SGD):
    def __init__(self, params, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, lr)
        self.b1, self.b2 = betas
        self.eps = eps
        self.t = 0
        self.s = [[0.0] * len(v) for v in self.v]

    def step(self):
        self.t += 1
        for p, m, s in zip(self.params, self.v, self.s):
            if p.grad is None:
                continue
            flat = p.data.view(-1)
            g = p.grad.reshape(-1)
            for i in range(len(m)):
                gi = g[i].item()
                m[i] = self.b1 * m[i] + (1 - self.b1) * gi
                s[i] = self.b2 * s[i] + (1 - self.b2) * gi * gi
                mean = m[i] / (1 - self.b1**self.t)
                square = s[i] / (1 - self.b2**self.t)
                flat[i] -= self.lr * mean / (math.sqrt(square) + self.eps)
