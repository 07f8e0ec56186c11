"""In the style of micrograd: each Value has a closure that hands its gradient back."""
import math

import torch
import torch.nn.functional as F


class Value:
    def __init__(self, data, _children=(), _op=""):
        self.data = data
        self.grad = 0.0
        self._backward = lambda: None
        self._prev = set(_children)
        self._op = _op

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), "+")

        def _backward():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward
        return out

    def relu(self):
        out = Value(0 if self.data < 0 else self.data, (self,), "ReLU")

        def _backward():
            self.grad += (out.data > 0) * out.grad

        out._backward = _backward
        return out

    def exp(self):
        out = Value(math.exp(self.data), (self,), "exp")

        def _backward():
            self.grad += out.data * out.grad

        out._backward = _backward
        return out

    def log(self):
        out = Value(math.log(self.data), (self,), "log")

        def _backward():
            self.grad += out.grad / self.data

        out._backward = _backward
        return out

    def backward(self):
        topo = []
        visited = set()

        def build_topo(v):
            if v not in visited:
                visited.add(v)
                for child in v._prev:
                    build_topo(child)
                topo.append(v)

        build_topo(self)
        for v in topo:
            v.grad = 0.0
        self.grad = 1
        for v in reversed(topo):
            v._backward()

    def __neg__(self):
        return self * -1

    def __radd__(self, other):
        return self + other

    def __sub__(self, other):
        return self + (-other)

    def __rsub__(self, other):
        return other + (-self)

    def __rmul__(self, other):
        return self * other

    def __repr__(self):
        return f"Value(data={self.data}, grad={self.grad})"


# the first exercises let the engine do the work


def line_gradients(w, x, b):
    w, x, b = Value(w), Value(x), Value(b)
    f = w * x + b
    f.backward()
    return f.data, w.grad, x.grad, b.grad


def branch_gradients(x, y, z):
    x, y, z = Value(x), Value(y), Value(z)
    f = (x + y) * ((y - z).relu() + z)  # max(y, z)
    f.backward()
    return f.data, x.grad, y.grad, z.grad


def neuron_gradients(w, x):
    w, x = [Value(v) for v in w], [Value(v) for v in x]
    z = sum((a * b for a, b in zip(w, x)), w[-1])
    f = (-((-z).exp() + 1).log()).exp()  # exp(-log(1 + exp(-z)))
    f.backward()
    return f.data, [v.grad for v in w], [v.grad for v in x]


def log_probabilities(scores):
    shifted = scores - scores.amax(1, keepdim=True)
    return shifted - shifted.exp().sum(1, keepdim=True).log()


def softmax(scores):
    return log_probabilities(scores).exp()


def cross_entropy(scores, labels):
    return F.nll_loss(log_probabilities(scores), labels)


def cross_entropy_gradient(scores, labels):
    return (softmax(scores) - F.one_hot(labels, scores.shape[1])) / scores.shape[0]


def perceptron_forward(x, w1, b1, w2, b2):
    return F.linear(F.relu(F.linear(x, w1.t(), b1)), w2.t(), b2)


def perceptron_gradients(x, labels, w1, b1, w2, b2):
    with torch.no_grad():
        x, w1, b1, w2, b2 = (p.float() for p in (x, w1, b1, w2, b2))
        pre = torch.addmm(b1, x, w1)
        hid = torch.relu(pre)
        out = torch.addmm(b2, hid, w2)
        g = cross_entropy_gradient(out, labels)
        gw2, gb2 = hid.t().mm(g), g.sum(0)
        g = g.mm(w2.t())
        g[pre <= 0] = 0
        gw1, gb1 = x.t().mm(g), g.sum(0)
    return cross_entropy(out, labels).item(), gw1, gb1, gw2, gb2


def perceptron_step(x, labels, w1, b1, w2, b2, learning_rate):
    params = [p.float() for p in (w1, b1, w2, b2)]
    for p, g in zip(params, perceptron_gradients(x, labels, w1, b1, w2, b2)[1:]):
        p -= learning_rate * g
    return tuple(params)


def gradient_norms(x, weights, activation):
    cache = []
    a = x
    for w in weights:
        before = a
        a = torch.sigmoid(a @ w) if activation == "sigmoid" else torch.relu(a @ w)
        cache.append((before, w, a))
    g = torch.ones_like(a)
    norms = []
    while cache:
        before, w, a = cache.pop()
        g = g * a * (1 - a) if activation == "sigmoid" else torch.where(a > 0, g, torch.zeros_like(g))
        norms.append(torch.linalg.norm(before.T @ g))
        g = g @ w.T
    norms.reverse()
    return norms
