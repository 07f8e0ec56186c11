import numpy as np


def iterations(samples, batch_size, epochs=1):
    return int(np.ceil(samples / batch_size)) * epochs


def _grad(x, y, theta):
    return 2.0 / y.shape[0] * x.T.dot(x.dot(theta) - y)


def batch_descent(x, y, theta, lr, steps):
    x, y, theta = x.numpy(), y.numpy(), theta.numpy().copy()
    for _ in range(steps):
        theta -= lr * _grad(x, y, theta)
    return theta


def stochastic_descent(x, y, theta, lr, order):
    x, y, theta = np.asarray(x), np.asarray(y), np.array(theta)
    for i in order:
        theta -= lr * _grad(x[i][None], y[i][None], theta)
    return theta


def mini_batch_descent(x, y, theta, lr, batch_size, epochs=1):
    x, y, theta = np.asarray(x), np.asarray(y), np.array(theta)
    cuts = np.arange(batch_size, len(x), batch_size)
    for epoch in range(epochs):
        for xb, yb in zip(np.split(x, cuts), np.split(y, cuts)):
            theta -= lr * _grad(xb, yb, theta)
    return theta


def step_decay(lr, epoch, step_size, gamma=0.1):
    return lr * np.power(gamma, np.floor(epoch / step_size))


def cosine_decay(lr, epoch, epochs, lr_min=0.0):
    return np.interp(np.cos(np.pi * epoch / epochs), [-1, 1], [lr_min, lr])


class _Base:
    def __init__(self, params, lr):
        self.params = [p for p in params]
        self.lr = lr
        self.mem = [(np.zeros(tuple(p.shape)), np.zeros(tuple(p.shape))) for p in self.params]
        self.t = np.zeros(len(self.params), dtype=int)

    def step(self):
        for i, p in enumerate(self.params):
            if p.grad is None:
                continue
            self.t[i] += 1
            w = p.detach().numpy()  # same memory
            w += self.delta(p.grad.numpy(), w, self.mem[i], self.t[i]).astype(w.dtype)

    def zero_grad(self):
        for p in self.params:
            if p.grad is not None:
                p.grad.detach().zero_()


class SGD(_Base):
    def __init__(self, params, lr, momentum=0.0, weight_decay=0.0):
        super().__init__(params, lr)
        self.mu, self.wd = momentum, weight_decay

    def delta(self, g, w, mem, t):
        v = mem[0]
        v[...] = self.mu * v - self.lr * (g + self.wd * w)
        return v


class Nesterov(_Base):
    def __init__(self, params, lr, momentum=0.9):
        super().__init__(params, lr)
        self.mu = momentum

    def delta(self, g, w, mem, t):
        v = mem[0]
        old = v.copy()
        v[...] = self.mu * v - self.lr * g
        return -self.mu * old + (1 + self.mu) * v  # as in the notes of CS231n


class Adagrad(_Base):
    def __init__(self, params, lr=0.01, eps=1e-10):
        super().__init__(params, lr)
        self.eps = eps

    def delta(self, g, w, mem, t):
        cache = mem[0]
        cache[...] = cache + np.square(g)
        return -self.lr * g / (np.sqrt(cache) + self.eps)


class RMSprop(_Base):
    def __init__(self, params, lr=0.01, alpha=0.99, eps=1e-8):
        super().__init__(params, lr)
        self.alpha, self.eps = alpha, eps

    def delta(self, g, w, mem, t):
        cache = mem[0]
        cache[...] = self.alpha * cache + (1 - self.alpha) * g**2
        return -self.lr * g / (np.sqrt(cache) + self.eps)


class Adam(_Base):
    def __init__(self, params, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, lr)
        self.betas, self.eps = betas, eps

    def delta(self, g, w, mem, t):
        m, v = mem
        b1, b2 = self.betas
        m[...] = b1 * m + (1 - b1) * g
        v[...] = b2 * v + (1 - b2) * g**2
        return -self.lr * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + self.eps)
