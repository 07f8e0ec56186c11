from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field

import layers
import torch
from layers import Chain, CrossEntropy, Dense


def line_gradients(w, x, b):
    return (w * x + b, x, w, 1.0)


def branch_gradients(x, y, z):
    left, right = x + y, max(y, z)
    d_left, d_right = right, left
    d = {"x": d_left, "y": d_left, "z": 0.0}
    d["y" if y > z else "z"] += d_right
    return (left * right, *d.values())


def neuron_gradients(w, x):
    z = math.fsum(a * b for a, b in zip(w, [*x, 1.0]))
    f = 0.5 * (1 + math.tanh(z / 2))
    s = f * (1 - f)
    return f, torch.tensor([*x, 1.0], dtype=torch.float64) * s, torch.tensor(w[:-1], dtype=torch.float64) * s


@dataclass(eq=False)
class Value:
    data: float
    grad: float = 0.0
    _edges: list = field(default_factory=list, repr=False)

    def _new(self, data, *edges):
        return Value(data, 0.0, list(edges))

    def __add__(self, other: Value | float) -> Value:
        match other:
            case Value():
                return self._new(self.data + other.data, (self, 1), (other, 1))
            case _:
                return self._new(self.data + other, (self, 1))

    def __mul__(self, other):
        match other:
            case Value():
                return self._new(self.data * other.data, (self, other.data), (other, self.data))
            case _:
                return self._new(self.data * other, (self, other))

    def __sub__(self, other):
        return self + (-1 * other)

    def __rsub__(self, other):
        return -1 * self + other

    def __neg__(self):
        return self * -1

    __radd__, __rmul__ = __add__, __mul__

    def relu(self):
        return self._new(max(self.data, 0), (self, 1 if self.data > 0 else 0))

    def exp(self):
        return self._new(e := math.exp(self.data), (self, e))

    def log(self):
        return self._new(math.log(self.data), (self, self.data**-1))

    def backward(self):
        depth = defaultdict(int)
        level = {self}
        while level:  # the longest way from the result decides when it is a Value's turn
            following = set()
            for value in level:
                for source, _ in value._edges:
                    depth[source] = max(depth[source], depth[value] + 1)
                    following.add(source)
            level = following
        for value in depth:
            value.grad = 0.0
        self.grad = 1.0
        for value in sorted(depth, key=depth.get):
            for source, slope in value._edges:
                source.grad += slope * value.grad


def softmax(scores):
    return CrossEntropy(scores, None).probabilities


def cross_entropy(scores, labels):
    return CrossEntropy(scores, labels).loss


def cross_entropy_gradient(scores, labels):
    return CrossEntropy(scores, labels).gradient


def _network(w1, b1, w2, b2):
    return Chain(Dense(w1, b1), layers.ReLU(), Dense(w2, b2))


def perceptron_forward(x, w1, b1, w2, b2):
    return _network(w1, b1, w2, b2).forward(x)


def perceptron_gradients(x, labels, w1, b1, w2, b2):
    network = _network(w1, b1, w2, b2)
    criterion = CrossEntropy(network.forward(x), labels)
    network.backward(criterion.gradient)
    first, _, second = network.layers
    return criterion.loss, first.d_weight, first.d_bias, second.d_weight, second.d_bias


def perceptron_step(x, labels, w1, b1, w2, b2, learning_rate):
    old = dict(w1=w1, b1=b1, w2=w2, b2=b2)
    _, *grads = perceptron_gradients(x, labels, **old)
    return tuple(torch.sub(p, g, alpha=learning_rate) for p, g in zip(old.values(), grads))


def gradient_norms(x, weights, activation):
    kind = {"sigmoid": layers.Sigmoid, "relu": layers.ReLU}[activation]
    dense = [Dense(w) for w in weights]
    chain = Chain(*(layer for d in dense for layer in (d, kind())))
    chain.backward(torch.ones_like(chain.forward(x)))
    return tuple(d.d_weight.square().sum().sqrt().item() for d in dense)
