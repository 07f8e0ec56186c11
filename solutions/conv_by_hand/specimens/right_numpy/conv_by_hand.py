import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _pad(a, p, value=0.0):
    return np.pad(a, ((0, 0), (0, 0), (p[0], p[0]), (p[1], p[1])), constant_values=value)


def _views(a, size, stride):
    if size[0] > a.shape[2] or size[1] > a.shape[3]:
        raise ValueError(f"{size} does not fit into {a.shape[2:]}")
    return sliding_window_view(a, tuple(size), axis=(2, 3))[:, :, :: stride[0], :: stride[1]]


def slide(image, kernel):
    image, kernel = np.asarray(image), np.asarray(kernel)
    return np.tensordot(_views(image[None, None], kernel.shape, (1, 1))[0, 0], kernel)


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    return grouped_conv2d(x, weight, bias, stride, padding)


def relu(x):
    return np.maximum(np.asarray(x), 0)


def _pool(x, kernel_size, stride, padding, value):
    if any(2 * p > k for p, k in zip(padding, kernel_size)):
        raise ValueError("padding is more than half of the window")
    return _views(_pad(x.numpy(), padding, value), kernel_size, stride or kernel_size)


def max_pool2d(x, kernel_size, stride=None, padding=(0, 0)):
    return _pool(x, kernel_size, stride, padding, -np.inf).max(axis=(-1, -2))


def avg_pool2d(x, kernel_size, stride=None, padding=(0, 0)):
    return _pool(x, kernel_size, stride, padding, 0).mean(axis=(-1, -2))


def relu_backward(grad_output, x):
    return grad_output.numpy() * np.heaviside(x.numpy(), 0.0)


def max_pool2d_backward(grad_output, x, kernel_size, stride=None, padding=(0, 0)):
    step = stride or kernel_size
    windows = _pool(x, kernel_size, stride, padding, -np.inf)
    g = np.zeros(_pad(x.numpy(), padding).shape)
    which = windows.reshape(*windows.shape[:4], -1).argmax(-1)
    n, c, i, j = np.indices(which.shape)
    np.add.at(
        g,
        (n, c, i * step[0] + which // kernel_size[1], j * step[1] + which % kernel_size[1]),
        grad_output.numpy(),
    )
    return g[:, :, padding[0] : g.shape[2] - padding[0], padding[1] : g.shape[3] - padding[1]]


def conv2d_backward(grad_output, x, weight, stride=(1, 1), padding=(0, 0)):
    g, w, a = grad_output.numpy(), weight.numpy(), _pad(x.numpy(), padding)
    r, s = w.shape[2:]
    dw = np.einsum("nkij,ncijrs->kcrs", g, _views(a, (r, s), stride))
    # undo the stride by zeros between the gradients, then slide the turned filter over them
    wide = np.zeros((*g.shape[:2], a.shape[2] - r + 1, a.shape[3] - s + 1))
    wide[:, :, :: stride[0], :: stride[1]] = g
    turned = w[:, :, ::-1, ::-1]
    da = np.einsum("nkijrs,kcrs->ncij", _views(_pad(wide, (r - 1, s - 1)), (r, s), (1, 1)), turned)
    h, v = padding
    return [da[:, :, h : h + x.shape[2], v : v + x.shape[3]], dw, np.einsum("nkij->k", g)]


def numerical_gradient(f, x, h=1e-5):
    steps = h * np.eye(x.numel()).reshape(-1, *x.shape)
    return np.array([float(f(x + s) - f(x - s)) / (2 * h) for s in x.new_tensor(steps)]).reshape(tuple(x.shape))


def gradient_is_right(f, gradient, x, h=1e-5, tolerance=1e-6):
    wanted = numerical_gradient(f, x, h)
    return np.abs(np.asarray(gradient(x)) - wanted).max() <= tolerance * np.abs(wanted).max()


def grouped_conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1):
    w = weight.numpy()
    size = [d * (k - 1) + 1 for d, k in zip(dilation, w.shape[2:])]
    views = _views(_pad(x.numpy(), padding), size, stride)[..., :: dilation[0], :: dilation[1]]
    parts = zip(np.split(views, groups, axis=1), np.split(w, groups))
    out = np.concatenate([np.einsum("ncijrs,kcrs->nkij", v, f) for v, f in parts], axis=1)
    return out if bias is None else out + bias.numpy().reshape(-1, 1, 1)
