import math
import torch


def iterations(samples, batch_size, epochs=1):
    per_epoch = samples // batch_size
    if samples % batch_size != 0:
        per_epoch += 1
    return per_epoch * epochs


def grad(x, y, theta):
    error = x @ theta - y
    return 2 * (error[:, None] * x).mean(dim=0)


def batch_descent(x, y, theta, lr, steps):
    theta = theta.clone()
    for i in range(steps):
        theta -= lr * grad(x, y, theta)
    return theta


def stochastic_descent(x, y, theta, lr, order):
    theta = theta.clone()
    for i in order:
        theta -= lr * grad(x[i:i + 1], y[i:i + 1], theta)
    return theta


def mini_batch_descent(x, y, theta, lr, batch_size, epochs=1):
    theta = theta.clone()
    n = x.shape[0]
    for epoch in range(epochs):
        for k in range(0, n, batch_size):
            theta -= lr * grad(x[k:k + batch_size], y[k:k + batch_size], theta)
    return theta


def step_decay(lr, epoch, step_size, gamma=0.1):
    drops = epoch // step_size
    return lr * gamma ** drops


def cosine_decay(lr, epoch, epochs, lr_min=0.0):
    return lr_min + 0.5 * (lr - lr_min) * (1 + math.cos(math.pi * epoch / epochs))


class Base:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr
        self.v = [torch.zeros_like(p) for p in self.params]
        self.s = [torch.zeros_like(p) for p in self.params]
        self.t = 0

    @torch.no_grad()
    def step(self):
        self.t += 1
        for i, p in enumerate(self.params):
            if p.grad is None:
                continue
            p -= self.update(i, p, p.grad)

    def zero_grad(self):
        for p in self.params:
            if p.grad is not None:
                p.grad.zero_()


class SGD(Base):
    def __init__(self, params, lr, momentum=0.0, weight_decay=0.0):
        super().__init__(params, lr)
        self.momentum = momentum
        self.weight_decay = weight_decay

    def update(self, i, p, g):
        g = g + self.weight_decay * p
        self.v[i] = self.momentum * self.v[i] + g
        return self.lr * self.v[i]


class Nesterov(Base):
    def __init__(self, params, lr, momentum=0.9):
        super().__init__(params, lr)
        self.momentum = momentum

    def update(self, i, p, g):
        self.v[i] = self.momentum * self.v[i] + g
        return self.lr * self.v[i]


class Adagrad(Base):
    def __init__(self, params, lr=0.01, eps=1e-10):
        super().__init__(params, lr)
        self.eps = eps

    def update(self, i, p, g):
        self.s[i] = self.s[i] + g ** 2
        return self.lr * g / (torch.sqrt(self.s[i]) + self.eps)


class RMSprop(Base):
    def __init__(self, params, lr=0.01, alpha=0.99, eps=1e-8):
        super().__init__(params, lr)
        self.alpha = alpha
        self.eps = eps

    def update(self, i, p, g):
        self.s[i] = self.alpha * self.s[i] + (1 - self.alpha) * g ** 2
        return self.lr * g / (torch.sqrt(self.s[i]) + self.eps)


class Adam(Base):
    def __init__(self, params, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, lr)
        self.betas = betas
        self.eps = eps

    def update(self, i, p, g):
        b1, b2 = self.betas
        self.v[i] = b1 * self.v[i] + (1 - b1) * g
        self.s[i] = b2 * self.s[i] + (1 - b2) * g ** 2
        v_hat = self.v[i] / (1 - b1 ** self.t)
        s_hat = self.s[i] / (1 - b2 ** self.t)
        return self.lr * v_hat / (torch.sqrt(s_hat) + self.eps)
