import torch


def fit_polynomial(x, y, degree):
    X = torch.vander(x, degree + 1, increasing=True)
    return torch.linalg.solve(X.T @ X, X.T @ y)


def polynomial_error(coefficients, x, y):
    X = torch.vander(x, len(coefficients), increasing=True)
    return torch.nn.functional.mse_loss(X @ coefficients, y)


def choose_degree(x_train, y_train, x_val, y_val, degrees=(1, 2, 3)):
    errors = {}
    for d in degrees:
        errors[d] = polynomial_error(fit_polynomial(x_train, y_train, d), x_val, y_val)
    return sorted(errors, key=errors.get)[0]


class EarlyStopper:
    def __init__(self, patience, min_delta=0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.best_error = float("inf")
        self.best_epoch = -1
        self.epochs_seen = 0

    def update(self, error):
        if self.best_error - error > self.min_delta:
            self.best_error, self.best_epoch = error, self.epochs_seen
        self.epochs_seen += 1
        return self.epochs_seen - 1 - self.best_epoch >= self.patience


def l2_penalty(parameters, lam):
    return lam * torch.cat([w.flatten() for w in parameters if w.ndim >= 2]).pow(2).sum()


def decayed_step(parameters, gradients, learning_rate, weight_decay):
    decay = [weight_decay if w.ndim >= 2 else 0.0 for w in parameters]
    return [w * (1 - learning_rate * d) - learning_rate * g for w, g, d in zip(parameters, gradients, decay)]


def weight_decay_for(lam):
    return 2 * lam


def dropout(x, p, training=True):
    if p < 0 or p > 1:
        raise ValueError("dropout probability has to be between 0 and 1")
    if not training or p == 0:
        return x
    if p == 1:
        return torch.zeros_like(x)
    mask = torch.empty_like(x).bernoulli_(1 - p)
    return x * mask / (1 - p)


def fans(shape):
    w = torch.empty(shape)
    return w[0].numel(), w[:, 0].numel()


def xavier_uniform(shape):
    fan_in, fan_out = fans(shape)
    a = (6 / (fan_in + fan_out)) ** 0.5
    return torch.empty(shape).uniform_(-a, a)


def xavier_normal(shape):
    fan_in, fan_out = fans(shape)
    return torch.normal(0.0, (2 / (fan_in + fan_out)) ** 0.5, size=shape, dtype=torch.float64)


def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    dims = [d for d in range(x.ndim) if d != 1]
    if not training:
        mean, var = running_mean, running_var
    else:
        if x[:, 0].numel() < 2:
            raise ValueError("batch too small")
        var, mean = torch.var_mean(x, dims, unbiased=False)
        running_mean = torch.lerp(running_mean, mean, momentum)
        running_var = torch.lerp(running_var, torch.var(x, dims, unbiased=True), momentum)
    last = x.transpose(1, -1)
    out = gamma * (last - mean) * torch.rsqrt(torch.clamp(var, min=eps)) + beta
    return out.transpose(1, -1), running_mean, running_var
