import math

import torch
import torch.nn.functional as F


def _windows(x, size, stride, padding, fill=0.0):
    """(N, C, H', W', R, S), a view of the padded x."""
    (r, s), (down, right), (p, q) = size, stride, padding
    padded = F.pad(x, (q, q, p, p), value=fill)
    if r > padded.shape[-2] or s > padded.shape[-1]:
        raise ValueError(f"window {size} does not fit into {tuple(padded.shape[-2:])}")
    return padded.unfold(2, r, down).unfold(3, s, right)


def _pool_windows(x, size, stride, padding, fill):
    if any(2 * p > k for p, k in zip(padding, size)):
        raise ValueError(f"padding {padding} is more than half of {size}")
    return _windows(x, size, stride or size, padding, fill)


def slide(image, kernel):
    return conv2d(image[None, None], kernel[None, None])[0, 0]


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    out = torch.einsum("nchwrs,kcrs->nkhw", _windows(x, weight.shape[2:], stride, padding), weight)
    return out if bias is None else out + bias[:, None, None]


def relu(x):
    return x.clamp(min=0)


def max_pool2d(x, kernel_size, stride=None, padding=(0, 0)):
    return _pool_windows(x, kernel_size, stride, padding, -math.inf).amax((-2, -1))


def avg_pool2d(x, kernel_size, stride=None, padding=(0, 0)):
    return _pool_windows(x, kernel_size, stride, padding, 0.0).mean((-2, -1))


def relu_backward(grad_output, x):
    return grad_output * (x > 0)


def max_pool2d_backward(grad_output, x, kernel_size, stride=None, padding=(0, 0)):
    stride = stride or kernel_size
    (N, C, H, W), (p, q), (r, s) = x.shape, padding, kernel_size
    win = _pool_windows(x, kernel_size, stride, padding, -math.inf)
    best = win.flatten(-2).argmax(-1)  # first of ties
    rows = torch.arange(win.shape[2])[:, None] * stride[0] + best // s
    cols = torch.arange(win.shape[3])[None, :] * stride[1] + best % s
    flat = (rows * (W + 2 * q) + cols).flatten(2)
    grad = torch.zeros(N, C, (H + 2 * p) * (W + 2 * q), dtype=x.dtype)
    grad.scatter_add_(2, flat, grad_output.flatten(2))
    return grad.view(N, C, H + 2 * p, W + 2 * q)[:, :, p : p + H, q : q + W]


def conv2d_backward(grad_output, x, weight, stride=(1, 1), padding=(0, 0)):
    (N, C, H, W), (K, _, R, S), (p, q) = x.shape, weight.shape, padding
    grad_weight = torch.einsum("nkhw,nchwrs->kcrs", grad_output, _windows(x, (R, S), stride, padding))
    grad_x = torch.zeros(N, C, H + 2 * p, W + 2 * q, dtype=x.dtype)
    h, w = grad_output.shape[2:]
    for r in range(R):
        for s in range(S):
            view = grad_x[:, :, r : r + h, s : s + w]
            view += torch.einsum("nkhw,kc->nchw", grad_output, weight[:, :, r, s])
    return grad_x[:, :, p : p + H, q : q + W], grad_weight, grad_output.sum((0, 2, 3))


def numerical_gradient(f, x, h=1e-5):
    steps = h * torch.eye(x.numel(), dtype=x.dtype).reshape(-1, *x.shape)
    return torch.stack([torch.as_tensor(f(x + e) - f(x - e), dtype=x.dtype) / (2 * h) for e in steps]).reshape(x.shape)


def gradient_is_right(f, gradient, x, h=1e-5, tolerance=1e-6):
    numerical = numerical_gradient(f, x, h)
    return bool((gradient(x) - numerical).abs().max() <= tolerance * numerical.abs().max())


def grouped_conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1):
    K, Cg, R, S = weight.shape
    covered = dilation[0] * (R - 1) + 1, dilation[1] * (S - 1) + 1
    win = _windows(x, covered, stride, padding)[..., :: dilation[0], :: dilation[1]]
    win = win.unflatten(1, (groups, Cg))
    out = torch.einsum("ngchwrs,gkcrs->ngkhw", win, weight.unflatten(0, (groups, -1))).flatten(1, 2)
    return out if bias is None else out + bias.view(1, -1, 1, 1)
