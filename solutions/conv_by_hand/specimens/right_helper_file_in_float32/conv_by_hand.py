import torch

from windows import border, positions, shape


def slide(image, kernel):
    return conv2d(image[None, None], kernel[None, None])[0, 0]


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    x, size = border(x, padding), weight.shape[2:]
    found = list(positions(x, size, stride))
    out = torch.zeros(len(x), len(weight), *shape(x, size, stride))
    for i, j, (rows, cols) in found:
        out[:, :, i, j] = torch.tensordot(x[:, :, rows, cols], weight, dims=([1, 2, 3], [1, 2, 3])).float()
    if bias is not None:
        out += bias.float()[:, None, None]
    return out


def relu(x):
    return torch.maximum(x, torch.tensor(0.0))


def _pool(x, kernel_size, stride, padding, value, reduce):
    if max(2 * padding[0] - kernel_size[0], 2 * padding[1] - kernel_size[1]) > 0:
        raise ValueError("too much padding")
    stride = stride or kernel_size
    x = border(x, padding, value)
    found = list(positions(x, kernel_size, stride))
    out = torch.zeros(*x.shape[:2], *shape(x, kernel_size, stride))
    for i, j, (rows, cols) in found:
        out[:, :, i, j] = reduce(x[:, :, rows, cols].float().flatten(2))
    return out


def max_pool2d(x, kernel_size, stride=None, padding=(0, 0)):
    return _pool(x, kernel_size, stride, padding, -float("inf"), lambda w: torch.max(w, dim=-1).values)


def avg_pool2d(x, kernel_size, stride=None, padding=(0, 0)):
    return _pool(x, kernel_size, stride, padding, 0.0, lambda w: w.mean(-1))


def relu_backward(grad_output, x):
    mask = torch.zeros(x.shape)
    mask[x > 0] = 1
    return mask * grad_output.float()


def max_pool2d_backward(grad_output, x, kernel_size, stride=None, padding=(0, 0)):
    height, width = x.shape[2:]
    x = border(x, padding, -float("inf"))
    grad = torch.zeros(x.shape)
    for i, j, (rows, cols) in positions(x, kernel_size, stride or kernel_size):
        for n in range(x.shape[0]):
            for c in range(x.shape[1]):
                window = x[n, c, rows, cols]
                r, s = (window == window.max()).nonzero()[0]
                grad[n, c, rows.start + r, cols.start + s] += grad_output[n, c, i, j]
    return grad[:, :, padding[0] : padding[0] + height, padding[1] : padding[1] + width]


def conv2d_backward(grad_output, x, weight, stride=(1, 1), padding=(0, 0)):
    height, width = x.shape[2:]
    x = border(x, padding)
    grad_x, grad_weight = torch.zeros(x.shape), torch.zeros(weight.shape)
    for i, j, (rows, cols) in positions(x, weight.shape[2:], stride):
        g = grad_output[:, :, i, j]
        grad_weight += torch.einsum("nk,ncrs->kcrs", g, x[:, :, rows, cols]).float()
        grad_x[:, :, rows, cols] += torch.einsum("nk,kcrs->ncrs", g, weight).float()
    grad_x = grad_x[:, :, padding[0] : padding[0] + height, padding[1] : padding[1] + width]
    return grad_x, grad_weight, sum(grad_output[n].sum((1, 2)) for n in range(len(grad_output))).float()


def numerical_gradient(f, x, h=1e-5):
    grad = torch.zeros(x.shape)
    for place in torch.cartesian_prod(*map(torch.arange, x.shape)).reshape(-1, x.ndim) if x.ndim else [()]:
        step = torch.zeros_like(x)
        step[tuple(place)] = h
        grad[tuple(place)] = float((f(x + step) - f(x - step)) / (2 * h))
    return grad


def gradient_is_right(f, gradient, x, h=1e-5, tolerance=1e-6):
    numerical = numerical_gradient(f, x, h)
    return (gradient(x) - numerical).abs().max().item() <= tolerance * numerical.abs().max().item()


def grouped_conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1):
    wide = torch.kron(weight, torch.eye(1, dtype=weight.dtype)[None, None])
    tall = torch.zeros(*wide.shape[:2], *((n - 1) * d + 1 for n, d in zip(wide.shape[2:], dilation)), dtype=x.dtype)
    tall[..., :: dilation[0], :: dilation[1]] = wide
    size, see = len(weight) // groups, weight.shape[1]
    maps = []
    for k in range(len(weight)):
        g = k // size
        b = None if bias is None else bias[k : k + 1]
        maps.append(conv2d(x[:, g * see : (g + 1) * see], tall[k : k + 1], b, stride, padding))
    return torch.cat(maps, dim=1)
