from math import exp, log, sqrt

# I don't like tensors, so plain lists everywhere.


def line_gradients(w, x, b):
    g = w * x
    f = g + b
    df = 1
    dg = 1 * df
    db = b * df
    dw = x * dg
    dx = w * dg
    return [f, dw, dx, db]


def branch_gradients(x, y, z):
    if y > z:
        return (x + y) * y, y, x + y + y, 0
    return (x + y) * z, z, z, x + y


def neuron_gradients(w, x):
    total = w[len(x)]
    for i in range(len(x)):
        total += w[i] * x[i]
    f = 1 / (1 + exp(-total))
    s = exp(-total) / (1 + exp(-total)) ** 2
    dw, dx = [], []
    for i in range(len(x)):
        dw.append(x[i] * s)
        dx.append(w[i] * s)
    dw.append(s)
    return f, tuple(dw), tuple(dx)


class Value:
    def __init__(self, data, op="leaf", args=()):
        self.data = data
        self.grad = 0
        self.op = op
        self.args = args

    def __add__(self, other):
        if not isinstance(other, Value):
            other = Value(other)
        return Value(self.data + other.data, "+", (self, other))

    def __radd__(self, other):
        return self.__add__(other)

    def __mul__(self, other):
        if not isinstance(other, Value):
            other = Value(other)
        return Value(self.data * other.data, "*", (self, other))

    def __rmul__(self, other):
        return self.__mul__(other)

    def __neg__(self):
        return Value(-self.data, "neg", (self,))

    def __sub__(self, other):
        return self + (-other if isinstance(other, Value) else Value(-other))

    def __rsub__(self, other):
        return (-self) + other

    def relu(self):
        return Value(self.data if self.data > 0 else 0, "relu", (self,))

    def exp(self):
        return Value(exp(self.data), "exp", (self,))

    def log(self):
        return Value(log(self.data), "log", (self,))

    def backward(self):
        order = []
        visited = set()

        def topo(v):
            if id(v) in visited:
                return
            visited.add(id(v))
            v.grad = 0
            for a in v.args:
                topo(a)
            order.append(v)

        topo(self)
        self.grad = 1
        while order:
            v = order.pop()
            if v.op == "+":
                v.args[0].grad += v.grad
                v.args[1].grad += v.grad
            elif v.op == "*":
                a, b = v.args
                a.grad += b.data * v.grad
                b.grad += a.data * v.grad
            elif v.op == "neg":
                v.args[0].grad -= v.grad
            elif v.op == "relu":
                if v.args[0].data > 0:
                    v.args[0].grad += v.grad
            elif v.op == "exp":
                v.args[0].grad += v.data * v.grad
            elif v.op == "log":
                v.args[0].grad += v.grad / v.args[0].data
        return self


def softmax(scores):
    answer = []
    for row in scores.tolist():
        biggest = max(row)
        e = [exp(s - biggest) for s in row]
        answer.append([v / sum(e) for v in e])
    return answer


def cross_entropy(scores, labels):
    loss = 0.0
    for row, label in zip(scores.tolist(), labels.tolist()):
        biggest = max(row)
        loss += biggest + log(sum(exp(s - biggest) for s in row)) - row[label]
    return loss / len(scores)


def cross_entropy_gradient(scores, labels):
    p = softmax(scores)
    for i, label in enumerate(labels.tolist()):
        p[i][label] -= 1.0
        p[i] = [v / len(p) for v in p[i]]
    return p


def matmul(a, b):
    return [[sum(a[i][k] * b[k][j] for k in range(len(b))) for j in range(len(b[0]))] for i in range(len(a))]


def transpose(a):
    return [list(column) for column in zip(*a)]


class Rows(list):
    def tolist(self):
        return list(self)


def hidden_of(x, w1, b1):
    return [[max(v + b, 0.0) for v, b in zip(row, b1.tolist())] for row in matmul(x.tolist(), w1.tolist())]


def perceptron_forward(x, w1, b1, w2, b2):
    return [[v + b for v, b in zip(row, b2.tolist())] for row in matmul(hidden_of(x, w1, b1), w2.tolist())]


def perceptron_gradients(x, labels, w1, b1, w2, b2):
    h = hidden_of(x, w1, b1)
    scores = Rows(perceptron_forward(x, w1, b1, w2, b2))
    d = cross_entropy_gradient(scores, labels)
    dh = matmul(d, transpose(w2.tolist()))
    for i in range(len(dh)):
        for j in range(len(dh[0])):
            if h[i][j] <= 0:
                dh[i][j] = 0.0
    columns = lambda m: [sum(c) for c in zip(*m)]
    return (
        cross_entropy(scores, labels),
        matmul(transpose(x.tolist()), dh),
        columns(dh),
        matmul(transpose(h), d),
        columns(d),
    )


def perceptron_step(x, labels, w1, b1, w2, b2, learning_rate):
    _, dw1, db1, dw2, db2 = perceptron_gradients(x, labels, w1, b1, w2, b2)
    step2 = lambda p, g: [[a - learning_rate * b for a, b in zip(r, s)] for r, s in zip(p.tolist(), g)]
    step1 = lambda p, g: [a - learning_rate * b for a, b in zip(p.tolist(), g)]
    return step2(w1, dw1), step1(b1, db1), step2(w2, dw2), step1(b2, db2)


def gradient_norms(x, weights, activation):
    if activation == "sigmoid":
        act = lambda z: 1 / (1 + exp(-z))
        slope = lambda a: a * (1 - a)
    else:
        act = lambda z: max(z, 0.0)
        slope = lambda a: 1.0 if a > 0 else 0.0
    a = [x.tolist()]
    for w in weights:
        a.append([[act(z) for z in row] for row in matmul(a[-1], w.tolist())])
    up = [[1.0] * len(row) for row in a[-1]]
    norms = []
    for layer in range(len(weights), 0, -1):
        up = [[u * slope(v) for u, v in zip(r, s)] for r, s in zip(up, a[layer])]
        grad = matmul(transpose(a[layer - 1]), up)
        norms.insert(0, sqrt(sum(g * g for row in grad for g in row)))
        up = matmul(up, transpose(weights[layer - 1].tolist()))
    return norms
