import numpy as np


def line_gradients(w, x, b):
    return np.float64(w * x + b), np.float64(x), np.float64(w), 1


def branch_gradients(x, y, z):
    q = x + y
    m = np.maximum(y, z)
    dm = q
    dy = m * 1 + dm
    return q * m, m, dy, dm


def neuron_gradients(w, x):
    w, x = np.array(w), np.append(x, 1.0)
    f = 1.0 / (1.0 + np.exp(-np.dot(w, x)))
    ds = f * (1 - f)
    return f, ds * x, ds * w[:-1]


class Value:
    """Keeps the local derivatives in a dict and counts uses (Kahn)."""

    def __init__(self, data, parents=None):
        self.data = np.float64(data)
        self.grad = np.float64(0)
        self.parents = parents or []

    @staticmethod
    def wrap(v):
        return v if isinstance(v, Value) else Value(v)

    def __add__(self, o):
        o = Value.wrap(o)
        return Value(self.data + o.data, [(self, 1.0), (o, 1.0)])

    def __mul__(self, o):
        o = Value.wrap(o)
        return Value(self.data * o.data, [(self, o.data), (o, self.data)])

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self):
        return Value(-self.data, [(self, -1.0)])

    def __sub__(self, o):
        o = Value.wrap(o)
        return Value(self.data - o.data, [(self, 1.0), (o, -1.0)])

    def __rsub__(self, o):
        return Value.wrap(o) - self

    def relu(self):
        return Value(np.maximum(self.data, 0), [(self, np.heaviside(self.data, 0))])

    def exp(self):
        e = np.exp(self.data)
        return Value(e, [(self, e)])

    def log(self):
        return Value(np.log(self.data), [(self, 1 / self.data)])

    def backward(self):
        uses = {}
        todo = [self]
        nodes = {id(self): self}
        while todo:
            n = todo.pop()
            for p, _ in n.parents:
                uses[id(p)] = uses.get(id(p), 0) + 1
                if id(p) not in nodes:
                    nodes[id(p)] = p
                    todo.append(p)
        for n in nodes.values():
            n.grad = np.float64(0)
        self.grad = np.float64(1)
        ready = [self]
        while ready:
            n = ready.pop()
            for p, d in n.parents:
                p.grad = p.grad + d * n.grad
                uses[id(p)] -= 1
                if uses[id(p)] == 0:
                    ready.append(p)


def softmax(scores):
    s = np.asarray(scores)
    e = np.exp(s - np.max(s, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


def cross_entropy(scores, labels):
    s, y = np.asarray(scores), np.asarray(labels)
    s = s - s.max(axis=1, keepdims=True)
    logp = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    return -np.mean(logp[np.arange(len(y)), y])


def cross_entropy_gradient(scores, labels):
    p = softmax(scores)
    onehot = np.eye(p.shape[1])[np.asarray(labels)]
    return (p - onehot) / len(onehot)


def perceptron_forward(x, w1, b1, w2, b2):
    x, w1, b1, w2, b2 = map(np.asarray, (x, w1, b1, w2, b2))
    return np.dot(np.maximum(0, np.dot(x, w1) + b1), w2) + b2


def perceptron_gradients(x, labels, w1, b1, w2, b2):
    x, w1, b1, w2, b2 = map(np.asarray, (x, w1, b1, w2, b2))
    a = np.dot(x, w1) + b1
    h = np.where(a > 0, a, 0)
    s = np.dot(h, w2) + b2
    ds = cross_entropy_gradient(s, labels)
    da = np.where(a > 0, np.dot(ds, w2.T), 0)
    return cross_entropy(s, labels), np.dot(x.T, da), np.sum(da, axis=0), np.dot(h.T, ds), np.sum(ds, axis=0)


def perceptron_step(x, labels, w1, b1, w2, b2, learning_rate):
    grads = perceptron_gradients(x, labels, w1, b1, w2, b2)[1:]
    return [np.asarray(p) - learning_rate * g for p, g in zip((w1, b1, w2, b2), grads)]


def gradient_norms(x, weights, activation):
    sig = activation == "sigmoid"
    acts = [np.asarray(x)]
    ws = [np.asarray(w) for w in weights]
    for w in ws:
        z = acts[-1] @ w
        acts.append(1 / (1 + np.exp(-z)) if sig else np.maximum(z, 0))
    g = np.ones_like(acts[-1])
    out = np.zeros(len(ws))
    for i in range(len(ws) - 1, -1, -1):
        a = acts[i + 1]
        g = g * (a * (1 - a) if sig else (a > 0))
        out[i] = np.linalg.norm(acts[i].T @ g)
        g = g @ ws[i].T
    return out
