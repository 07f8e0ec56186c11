import math

import torch
from memory import Slot, slots, with_gradient


def iterations(samples, batch_size, epochs=1):
    return -(-samples // batch_size) * epochs


def gradient(theta, x, y):
    loss = lambda t: ((x @ t - y) ** 2).mean()
    return torch.func.grad(loss)(theta)


def batch_descent(x, y, theta, lr, steps):
    return theta.clone() if steps == 0 else batch_descent(x, y, theta - lr * gradient(theta, x, y), lr, steps - 1)


def stochastic_descent(x, y, theta, lr, order):
    theta = theta.clone()
    for n in order:
        theta -= lr * 2 * (torch.dot(x[n], theta) - y[n]) * x[n]
    return theta


def mini_batch_descent(x, y, theta, lr, batch_size, epochs=1):
    for _ in range(epochs):
        for xb, yb in zip(x.split(batch_size), y.split(batch_size)):
            theta = theta - lr * gradient(theta, xb, yb)
    return theta


def step_decay(lr, epoch, step_size, gamma=0.1):
    return lr * math.exp(math.log(gamma) * (epoch // step_size))


def cosine_decay(lr, epoch, epochs, lr_min=0.0):
    return lr_min + (lr - lr_min) * math.cos(math.pi * epoch / (2 * epochs)) ** 2


def empty(self):
    for slot in self.slots:
        slot.p.grad = None


class SGD:
    def __init__(self, params, lr, momentum=0.0, weight_decay=0.0):
        self.slots, self.lr, self.momentum, self.decay = slots(params), lr, momentum, weight_decay

    def step(self):
        for slot, g in with_gradient(self.slots):
            g = g + self.decay * slot.p.data
            slot.first = self.momentum * slot.first + g
            slot.move(-self.lr * slot.first)

    zero_grad = empty


class Nesterov:
    def __init__(self, params, lr, momentum=0.9):
        self.slots, self.lr, self.momentum = slots(params), lr, momentum

    def step(self):
        for slot, g in with_gradient(self.slots):
            slot.first = self.momentum * slot.first + g
            slot.move(-self.lr * (g + self.momentum * slot.first))

    zero_grad = empty


class Adagrad:
    def __init__(self, params, lr=0.01, eps=1e-10):
        self.slots, self.lr, self.eps = slots(params), lr, eps

    def step(self):
        for slot, g in with_gradient(self.slots):
            slot.second = slot.second + g * g
            slot.move(-self.lr * g / (slot.second**0.5 + self.eps))

    zero_grad = empty


class RMSprop:
    def __init__(self, params, lr=0.01, alpha=0.99, eps=1e-8):
        self.slots, self.lr, self.alpha, self.eps = slots(params), lr, alpha, eps

    def step(self):
        for slot, g in with_gradient(self.slots):
            slot.second = slot.second + (1 - self.alpha) * (g * g - slot.second)
            slot.move(-self.lr * g / (slot.second**0.5 + self.eps))

    zero_grad = empty


class Adam:
    def __init__(self, params, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
        self.slots, self.lr, self.betas, self.eps = slots(params), lr, betas, eps

    def step(self):
        b1, b2 = self.betas
        for slot, g in with_gradient(self.slots):
            slot.t += 1
            slot.first = b1 * slot.first + (1 - b1) * g
            slot.second = b2 * slot.second + (1 - b2) * g * g
            mean, square = slot.first / (1 - b1**slot.t), slot.second / (1 - b2**slot.t)
            slot.move(-self.lr * mean / (square**0.5 + self.eps))

    zero_grad = empty
