import torch
from torch.nn.functional import pad


class Window:
    """Everything that slides: it knows its size, its steps and what surrounds the image."""

    def __init__(self, size, stride=(1, 1), padding=(0, 0), dilation=(1, 1), outside=0.0):
        self.size, self.stride, self.padding = tuple(size), tuple(stride), tuple(padding)
        self.dilation, self.outside = tuple(dilation), outside

    def around(self, x):
        (v, h) = self.padding
        return pad(x, (h, h, v, v), value=self.outside)

    def places(self, x):
        """Indices into the flattened padded image: (positions down, positions right, values of the window)."""
        H, W = x.shape[-2] + 2 * self.padding[0], x.shape[-1] + 2 * self.padding[1]
        starts = []
        for n, f, s, d in zip((H, W), self.size, self.stride, self.dilation):
            if d * (f - 1) + 1 > n:
                raise ValueError(f"{f} values do not fit into {n}")
            starts.append(torch.arange(0, n - d * (f - 1), s))
        inside = torch.arange(self.size[0])[:, None] * self.dilation[0] * W + torch.arange(self.size[1]) * self.dilation[1]
        return (starts[0][:, None] * W + starts[1])[:, :, None] + inside.reshape(-1)

    def look(self, x):
        return self.around(x).flatten(-2)[..., self.places(x)]

    def back(self, x, parts):
        """Add up what came back to each place, and take the border off."""
        index = self.places(x).reshape(-1)
        padded = self.around(x)
        flat = torch.zeros_like(padded).flatten(-2).index_add(-1, index, parts.flatten(-3))
        v, h = self.padding
        return flat.reshape(padded.shape)[..., v : v + x.shape[-2], h : h + x.shape[-1]]


class Convolution:
    def __init__(self, weight, bias=None, groups=1, **how):
        self.weight, self.bias, self.groups = weight, bias, groups
        self.window = Window(weight.shape[2:], **how)

    def __call__(self, x):
        below = self.window.look(x).unflatten(1, (self.groups, -1))
        filters = self.weight.flatten(2).unflatten(0, (self.groups, -1))
        out = torch.einsum("ngcijw,gkcw->ngkij", below, filters).flatten(1, 2)
        if self.bias is not None:
            out += self.bias.reshape(-1, 1, 1)
        return out

    def backward(self, grad, x):
        grad_weight = torch.einsum("nkij,ncijw->kcw", grad, self.window.look(x)).reshape(self.weight.shape)
        grad_x = self.window.back(x, torch.einsum("nkij,kcw->ncijw", grad, self.weight.flatten(2)))
        return grad_x, grad_weight, grad.sum(-1).sum(-1).sum(0)


class Pooling:
    def __init__(self, size, stride, padding, outside):
        if size[0] < 2 * padding[0] or size[1] < 2 * padding[1]:
            raise ValueError("more padding than half of the window")
        self.window = Window(size, size if stride is None else stride, padding, outside=outside)

    def windows(self, x):
        return self.window.look(x)


def slide(image, kernel):
    return Convolution(kernel[None, None])(image[None, None])[0, 0]


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    return Convolution(weight, bias, stride=stride, padding=padding)(x)


def grouped_conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1):
    return Convolution(weight, bias, groups, stride=stride, padding=padding, dilation=dilation)(x)


def relu(x):
    return (x + x.abs()) / 2


def relu_backward(grad_output, x):
    return grad_output * x.gt(0).to(grad_output)


def max_pool2d(x, kernel_size, stride=None, padding=(0, 0)):
    return Pooling(kernel_size, stride, padding, -torch.inf).windows(x).max(-1).values


def avg_pool2d(x, kernel_size, stride=None, padding=(0, 0)):
    return Pooling(kernel_size, stride, padding, 0.0).windows(x).mean(-1)


def max_pool2d_backward(grad_output, x, kernel_size, stride=None, padding=(0, 0)):
    pooling = Pooling(kernel_size, stride, padding, -torch.inf)
    windows = pooling.windows(x)
    # the first of equal ones: earlier cells get a larger number
    wins = windows == windows.amax(-1, keepdim=True)
    first = wins & (wins.cumsum(-1) == 1)
    return pooling.window.back(x, first * grad_output[..., None])


def conv2d_backward(grad_output, x, weight, stride=(1, 1), padding=(0, 0)):
    return Convolution(weight, stride=stride, padding=padding).backward(grad_output, x)


def numerical_gradient(f, x, h=1e-5):
    steps = torch.eye(x.numel(), dtype=x.dtype).reshape(-1, *x.shape) * h
    values = [(f(x + step) - f(x - step)) / (h + h) for step in steps]
    return torch.as_tensor(values, dtype=x.dtype).reshape(x.shape)


def gradient_is_right(f, gradient, x, h=1e-5, tolerance=1e-6):
    numerical = numerical_gradient(f, x, h)
    claimed = gradient(x)
    return torch.dist(claimed, numerical, p=float("inf")) <= tolerance * numerical.norm(p=float("inf"))
