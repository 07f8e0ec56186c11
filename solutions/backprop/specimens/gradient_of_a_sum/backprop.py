import torch as t
from functools import reduce
from math import e, log
from itertools import accumulate

line_gradients = lambda w, x, b: (w * x + b, x, w, b - b + 1)
branch_gradients = lambda x, y, z: (
    (x + y) * max(y, z), max(y, z), max(y, z) + (x + y) * (y >= z), (x + y) * (z > y))


def neuron_gradients(w, x):
    W, X = t.tensor(w, dtype=t.double), t.tensor(list(x) + [1], dtype=t.double)
    f = t.sigmoid(W @ X)
    return (f, *((f - f * f) * v for v in (X, W[:-1])))


class Value(object):
    __slots__ = "data", "grad", "ins"
    count = 0

    def __init__(self, data, *ins):
        self.data, self.grad, self.ins = data, 0.0, ins

    def __add__(a, b):
        b = b if type(b) is Value else Value(b)
        return Value(a.data + b.data, (a, lambda g: g), (b, lambda g: g))

    def __mul__(a, b):
        b = b if type(b) is Value else Value(b)
        return Value(a.data * b.data, (a, lambda g: g * b.data), (b, lambda g: g * a.data))

    def __radd__(a, b): return a + b
    def __rmul__(a, b): return a * b
    def __neg__(a): return -1 * a
    def __sub__(a, b): return a + -b
    def __rsub__(a, b): return b + -a
    def relu(a): return Value(a.data * (a.data > 0), (a, lambda g: g * (a.data > 0)))
    def exp(a): return Value(e ** a.data, (a, lambda g: g * e ** a.data))
    def log(a): return Value(log(a.data), (a, lambda g: g / a.data))

    def backward(self):
        # gradients are pulled, not pushed: each Value asks its users
        users, order = {self: []}, []
        def go(v):
            for s, way in v.ins:
                new = s not in users
                users.setdefault(s, []).append((v, way))
                if new:
                    go(s)
            order.append(v)
        go(self)
        for v in reversed(order):
            v.grad = sum(way(u.grad) for u, way in users[v]) if v is not self else 1.0


def softmax(scores):
    # relative to each class in turn: 1 / sum_j exp(s_j - s_i), where overflow gives the right 0
    return 1 / (scores[:, None, :] - scores[:, :, None]).exp().sum(-1)


def cross_entropy(scores, labels):
    return reduce(t.logaddexp, scores.T).sub(scores.gather(1, labels.view(-1, 1)).squeeze(1)).mean()


def cross_entropy_gradient(scores, labels):
    return (softmax(scores) - t.eye(scores.size(1), dtype=t.double)[labels])


def perceptron_forward(x, w1, b1, w2, b2):
    return t.relu(x @ w1 + b1) @ w2 + b2


def perceptron_gradients(x, labels, w1, b1, w2, b2):
    ones = t.ones(len(x), 1, dtype=t.double)
    X, W1, W2 = t.hstack((x, ones)), t.vstack((w1, b1)), t.vstack((w2, b2))
    h = t.hstack((t.relu(X @ W1), ones))
    d = cross_entropy_gradient(h @ W2, labels)
    d2 = h.T @ d
    d1 = X.T @ ((d @ W2.T) * h.sign())[:, :-1]
    return cross_entropy(h @ W2, labels), d1[:-1], d1[-1], d2[:-1], d2[-1]


def perceptron_step(x, labels, w1, b1, w2, b2, learning_rate):
    l, *g = perceptron_gradients(x, labels, w1, b1, w2, b2)
    return *map(lambda p, d: p.add(d, alpha=-learning_rate), (w1, b1, w2, b2), g),


def gradient_norms(x, weights, activation):
    act = getattr(t, activation)
    a = list(accumulate(weights, lambda v, w: act(v @ w), initial=x))
    slope = (lambda v: v - v ** 2) if activation == "sigmoid" else t.sign

    def back(layer, up):
        if layer < 0:
            return []
        up = up * slope(a[layer + 1])
        return back(layer - 1, up @ weights[layer].mT) + [float((a[layer].mT @ up).pow(2).sum() ** 0.5)]

    return back(len(weights) - 1, t.ones_like(a[-1]))
