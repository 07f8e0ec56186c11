import torch
import torch.nn as nn
import torch.nn.functional as F


def slide(image, kernel):
    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        raise ValueError
    return F.conv2d(image[None, None], kernel[None, None])[0, 0]


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    N, K = x.shape[0], weight.shape[0]
    R, S = weight.shape[2:]
    columns = F.unfold(x, (R, S), stride=stride, padding=padding)
    out = weight.reshape(K, -1) @ columns
    if bias is not None:
        out = out + bias[:, None]
    return out.reshape(N, K, (x.shape[2] + 2 * padding[0] - R) // stride[0] + 1, -1)


def relu(x):
    return nn.ReLU()(x)


def max_pool2d(x, kernel_size, stride=None, padding=(0, 0)):
    if padding[0] > kernel_size[0] / 2 or padding[1] > kernel_size[1] / 2:
        raise ValueError("pad")
    return nn.MaxPool2d(kernel_size, stride, padding)(x)


def avg_pool2d(x, kernel_size, stride=None, padding=(0, 0)):
    try:
        return torch.nn.functional.avg_pool2d(x, kernel_size, stride, padding)
    except RuntimeError as error:
        raise ValueError(str(error))


def relu_backward(grad_output, x):
    x = x.clone().requires_grad_()
    F.relu(x).backward(grad_output)
    return x.grad


def max_pool2d_backward(grad_output, x, kernel_size, stride=None, padding=(0, 0)):
    x = x.clone().requires_grad_()
    return torch.autograd.grad(F.max_pool2d(x, kernel_size, stride, padding), x, grad_output)[0]


def conv2d_backward(grad_output, x, weight, stride=(1, 1), padding=(0, 0)):
    x, weight = x.clone().requires_grad_(), weight.clone().requires_grad_()
    N, C, H, W = x.shape
    K, _, R, S = weight.shape
    xp = F.pad(x, (padding[1], padding[1], padding[0], padding[0]))
    out = []
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            rows, cols = slice(i * stride[0], i * stride[0] + R), slice(j * stride[1], j * stride[1] + S)
            out.append(torch.einsum("ncrs,kcrs->nk", xp[:, :, rows, cols], weight))
    out = torch.stack(out, 2).reshape(grad_output.shape)
    grad_x, grad_weight = torch.autograd.grad(out, (x, weight), grad_output)
    return grad_x, grad_weight, grad_output.sum((0, 2, 3))


def numerical_gradient(f, x, h=1e-5):
    grad = torch.zeros_like(x)
    for i in range(x.numel()):
        e = torch.zeros_like(x)
        e.view(-1)[i] = h
        grad.view(-1)[i] = (f(x + e) - f(x - e)) / (2 * h)
    return grad


def gradient_is_right(f, gradient, x, h=1e-5, tolerance=1e-6):
    numerical = numerical_gradient(f, x, h)
    return bool((numerical - gradient(x)).abs().max() <= tolerance * numerical.abs().max())


def grouped_conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1):
    layer = nn.Conv2d(x.shape[1], weight.shape[0], weight.shape[2:], stride, padding, dilation, groups, dtype=x.dtype)
    with torch.no_grad():
        layer.weight.copy_(weight)
        layer.bias.zero_()
        if bias is not None:
            layer.bias.copy_(bias)
        return layer(x)
