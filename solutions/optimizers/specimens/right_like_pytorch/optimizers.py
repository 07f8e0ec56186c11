"""My optimizers, written in the way that torch.optim is written."""
from collections import defaultdict
from math import cos, pi, ceil

import torch


def iterations(samples, batch_size, epochs=1):
    return epochs * ceil(samples / batch_size)


def _mse(x, y, theta):
    return torch.mean((torch.mv(x, theta) - y).pow(2))


def _run(batches, theta, lr):
    theta = theta.detach().clone().requires_grad_(True)
    opt = SGD([theta], lr=lr)
    for xb, yb in batches:
        opt.zero_grad()
        _mse(xb, yb, theta).backward()
        opt.step()
    return theta


def batch_descent(x, y, theta, lr, steps):
    return _run([(x, y)] * steps, theta, lr)


def stochastic_descent(x, y, theta, lr, order):
    return _run(((x[i : i + 1], y[i : i + 1]) for i in order), theta, lr)


def mini_batch_descent(x, y, theta, lr, batch_size, epochs=1):
    data = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), batch_size=batch_size)

    def batches():
        for _ in range(epochs):
            yield from data

    return _run(batches(), theta, lr)


def step_decay(lr, epoch, step_size, gamma=0.1):
    for _ in range(epoch // step_size):
        lr *= gamma
    return lr


def cosine_decay(lr, epoch, epochs, lr_min=0.0):
    return lr_min + 0.5 * (lr - lr_min) * (1 + cos(pi * epoch / epochs))


class Optimizer:
    def __init__(self, params, lr, **options):
        self.param_groups = [{"params": list(params), "lr": lr, **options}]
        self.state = defaultdict(dict)

    @property
    def lr(self):
        return self.param_groups[0]["lr"]

    @lr.setter
    def lr(self, value):
        for group in self.param_groups:
            group["lr"] = value

    def zero_grad(self, set_to_none=True):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    if set_to_none:
                        p.grad = None
                    else:
                        p.grad.zero_()

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                self.update(p, p.grad, self.state[p], group)

    def update(self, p, grad, state, group):
        raise NotImplementedError


class SGD(Optimizer):
    def __init__(self, params, lr, momentum=0.0, weight_decay=0.0):
        super().__init__(params, lr, momentum=momentum, weight_decay=weight_decay)

    def update(self, p, grad, state, group):
        if group["weight_decay"] != 0:
            grad = grad.add(p, alpha=group["weight_decay"])
        if group["momentum"] != 0:
            if "buf" not in state:
                state["buf"] = grad.clone().detach()
            else:
                state["buf"].mul_(group["momentum"]).add_(grad)
            grad = state["buf"]
        p.add_(grad, alpha=-group["lr"])


class Nesterov(Optimizer):
    def __init__(self, params, lr, momentum=0.9):
        super().__init__(params, lr, momentum=momentum)

    def update(self, p, grad, state, group):
        mu = group["momentum"]
        buf = state.setdefault("buf", torch.zeros_like(p))
        buf.mul_(mu).add_(grad)
        p.add_(grad.add(buf, alpha=mu), alpha=-group["lr"])


class Adagrad(Optimizer):
    def __init__(self, params, lr=0.01, eps=1e-10):
        super().__init__(params, lr, eps=eps)

    def update(self, p, grad, state, group):
        total = state.setdefault("sum", torch.zeros_like(p))
        total.addcmul_(grad, grad, value=1)
        p.addcdiv_(grad, total.sqrt().add_(group["eps"]), value=-group["lr"])


class RMSprop(Optimizer):
    def __init__(self, params, lr=0.01, alpha=0.99, eps=1e-8):
        super().__init__(params, lr, alpha=alpha, eps=eps)

    def update(self, p, grad, state, group):
        avg = state.setdefault("square_avg", torch.zeros_like(p))
        avg.mul_(group["alpha"]).addcmul_(grad, grad, value=1 - group["alpha"])
        p.addcdiv_(grad, avg.sqrt().add_(group["eps"]), value=-group["lr"])


class Adam(Optimizer):
    def __init__(self, params, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, lr, betas=betas, eps=eps)

    def update(self, p, grad, state, group):
        b1, b2 = group["betas"]
        if not state:
            state["step"] = torch.tensor(0.0)
            state["exp_avg"] = torch.zeros_like(p)
            state["exp_avg_sq"] = torch.zeros_like(p)
        state["step"] += 1
        t = state["step"].item()
        state["exp_avg"].lerp_(grad, 1 - b1)
        state["exp_avg_sq"].mul_(b2).addcmul_(grad, grad.conj(), value=1 - b2)
        denom = (state["exp_avg_sq"].sqrt() / (1 - b2**t) ** 0.5).add_(group["eps"])
        p.addcdiv_(state["exp_avg"], denom, value=-group["lr"] / (1 - b1**t))
