import numpy as np


def fit_polynomial(x, y, degree):
    return np.polyfit(np.asarray(x), np.asarray(y), degree)[::-1].copy()


def polynomial_error(coefficients, x, y):
    c, x, y = map(np.asarray, (coefficients, x, y))
    return np.mean((np.polyval(c[::-1], x) - y) ** 2)


def choose_degree(x_train, y_train, x_val, y_val, degrees=(1, 2, 3)):
    errors = np.array([polynomial_error(fit_polynomial(x_train, y_train, d), x_val, y_val) for d in degrees])
    return np.asarray(degrees)[errors.argmin()]


class EarlyStopper:
    def __init__(self, patience, min_delta=0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.history = []
        self.marks = []

    def update(self, error):
        self.history.append(error)
        if not self.marks or self.history[self.marks[-1]] - error > self.min_delta:
            self.marks.append(len(self.history) - 1)
        return np.bool_(len(self.history) - 1 - self.marks[-1] >= self.patience)

    @property
    def best_error(self):
        return np.float64(self.history[self.marks[-1]])

    @property
    def best_epoch(self):
        return np.int64(self.marks[-1])


def l2_penalty(parameters, lam):
    total = 0.0
    for p in parameters:
        if len(p.shape) >= 2:
            total = total + (p * p).sum()
    return total * lam


def decayed_step(parameters, gradients, learning_rate, weight_decay):
    out = []
    for w, g in zip(parameters, gradients):
        w, g = w.numpy(), g.numpy()
        decay = weight_decay * w if w.ndim > 1 else np.zeros_like(w)
        out.append(w - learning_rate * (g + decay))
    return out


def weight_decay_for(lam):
    return np.float64(2.0) * lam


def dropout(x, p, training=True):
    if p < 0 or p > 1:
        raise ValueError("p must be between 0 and 1")
    if not training:
        return x
    mask = np.random.default_rng().random(tuple(x.shape)) >= p
    factors = mask / (1.0 - p) if p < 1 else np.zeros(tuple(x.shape))
    return x * x.new_tensor(factors)


def fans(shape):
    area = np.prod(shape[2:], dtype=int)
    return np.array([shape[1], shape[0]]) * area


def xavier_uniform(shape):
    a = np.sqrt(6 / np.sum(fans(shape)))
    return np.random.uniform(-a, a, size=shape)


def xavier_normal(shape):
    return np.random.normal(0, np.sqrt(2 / np.sum(fans(shape))), size=shape)


def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    x, gamma, beta, rm, rv = (np.array(t) for t in (x, gamma, beta, running_mean, running_var))
    rows = np.moveaxis(x, 1, -1).reshape(-1, x.shape[1])
    if training:
        n = rows.shape[0]
        if n < 2:
            raise ValueError("need more than one value per channel")
        m, v = rows.mean(axis=0), rows.var(axis=0)
        rm = rm + momentum * (m - rm)
        rv = rv + momentum * (rows.var(axis=0, ddof=1) - rv)
    else:
        m, v = rm, rv
    normed = (rows - m) / np.sqrt(v + eps) * gamma + beta
    out = np.moveaxis(normed.reshape(np.moveaxis(x, 1, -1).shape), -1, 1)
    return out, rm, rv
