import torch
import torch.nn.functional as F


def slide(image, kernel):
    R, S = kernel.shape
    H, W = image.shape
    if R > H or S > W:
        raise ValueError("the filter does not fit")
    out = torch.zeros(H - R + 1, W - S + 1, dtype=image.dtype)
    for i in range(H - R + 1):
        for j in range(W - S + 1):
            out[i, j] = (image[i : i + R, j : j + S] * kernel).sum()
    return out


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    N, C, H, W = x.shape
    K, _, R, S = weight.shape
    xp = F.pad(x, (padding[1], padding[1], padding[0], padding[0]))
    if R > xp.shape[2] or S > xp.shape[3]:
        raise ValueError("the filter does not fit")
    Ho = (xp.shape[2] - R) // stride[0] + 1
    Wo = (xp.shape[3] - S) // stride[1] + 1
    out = torch.zeros(N, K, Ho, Wo, dtype=x.dtype)
    for i in range(Ho):
        for j in range(Wo):
            window = xp[:, :, i * stride[0] : i * stride[0] + R, j * stride[1] : j * stride[1] + S]
            for k in range(K):
                out[:, k, i, j] = (window * weight[k]).sum(dim=(1, 2, 3))
    if bias is not None:
        out = out + bias.view(1, K, 1, 1)
    return out


def relu(x):
    return torch.clamp(x, min=0)


def max_pool2d(x, kernel_size, stride=None, padding=(0, 0)):
    if stride is None:
        stride = kernel_size
    R, S = kernel_size
    if padding[0] > R / 2 or padding[1] > S / 2:
        raise ValueError("too much padding")
    xp = F.pad(x, (padding[1], padding[1], padding[0], padding[0]), value=float("-inf"))
    if R > xp.shape[2] or S > xp.shape[3]:
        raise ValueError("the window does not fit")
    Ho = (xp.shape[2] - R) // stride[0] + 1
    Wo = (xp.shape[3] - S) // stride[1] + 1
    out = torch.zeros(x.shape[0], x.shape[1], Ho, Wo, dtype=x.dtype)
    for i in range(Ho):
        for j in range(Wo):
            window = xp[:, :, i * stride[0] : i * stride[0] + R, j * stride[1] : j * stride[1] + S]
            out[:, :, i, j] = window.amax(dim=(2, 3))
    return out


def avg_pool2d(x, kernel_size, stride=None, padding=(0, 0)):
    if stride is None:
        stride = kernel_size
    R, S = kernel_size
    if padding[0] > R / 2 or padding[1] > S / 2:
        raise ValueError("too much padding")
    xp = F.pad(x, (padding[1], padding[1], padding[0], padding[0]))
    if R > xp.shape[2] or S > xp.shape[3]:
        raise ValueError("the window does not fit")
    Ho = (xp.shape[2] - R) // stride[0] + 1
    Wo = (xp.shape[3] - S) // stride[1] + 1
    real = F.pad(torch.ones_like(x), (padding[1], padding[1], padding[0], padding[0]))
    out = torch.zeros(x.shape[0], x.shape[1], Ho, Wo, dtype=x.dtype)
    for i in range(Ho):
        for j in range(Wo):
            window = xp[:, :, i * stride[0] : i * stride[0] + R, j * stride[1] : j * stride[1] + S]
            cells = real[:, :, i * stride[0] : i * stride[0] + R, j * stride[1] : j * stride[1] + S].sum(dim=(2, 3))
            out[:, :, i, j] = window.sum(dim=(2, 3)) / cells
    return out


def relu_backward(grad_output, x):
    return torch.where(x > 0, grad_output, torch.zeros_like(grad_output))


def max_pool2d_backward(grad_output, x, kernel_size, stride=None, padding=(0, 0)):
    if stride is None:
        stride = kernel_size
    R, S = kernel_size
    N, C, H, W = x.shape
    xp = F.pad(x, (padding[1], padding[1], padding[0], padding[0]), value=float("-inf"))
    grad = torch.zeros_like(xp)
    for n in range(N):
        for c in range(C):
            for i in range(grad_output.shape[2]):
                for j in range(grad_output.shape[3]):
                    top, left = i * stride[0], j * stride[1]
                    best = xp[n, c, top : top + R, left : left + S].argmax().item()
                    grad[n, c, top + best // S, left + best % S] += grad_output[n, c, i, j]
    return grad[:, :, padding[0] : padding[0] + H, padding[1] : padding[1] + W]


def conv2d_backward(grad_output, x, weight, stride=(1, 1), padding=(0, 0)):
    N, C, H, W = x.shape
    K, _, R, S = weight.shape
    xp = F.pad(x, (padding[1], padding[1], padding[0], padding[0]))
    grad_xp = torch.zeros_like(xp)
    grad_weight = torch.zeros_like(weight)
    for n in range(N):
        for k in range(K):
            for i in range(grad_output.shape[2]):
                for j in range(grad_output.shape[3]):
                    rows = slice(i * stride[0], i * stride[0] + R)
                    cols = slice(j * stride[1], j * stride[1] + S)
                    g = grad_output[n, k, i, j]
                    grad_weight[k] += g * xp[n, :, rows, cols]
                    grad_xp[n, :, rows, cols] += g * weight[k]
    grad_x = grad_xp[:, :, padding[0] : padding[0] + H, padding[1] : padding[1] + W]
    grad_bias = grad_output.sum(dim=(0, 2, 3))
    return grad_x, grad_weight, grad_bias


def numerical_gradient(f, x, h=1e-5):
    x = x.clone()
    grad = torch.zeros_like(x)
    flat, flat_grad = x.view(-1), grad.view(-1)
    for i in range(flat.numel()):
        old = flat[i].item()
        flat[i] = old + h
        above = float(f(x))
        flat[i] = old - h
        below = float(f(x))
        flat[i] = old
        flat_grad[i] = (above - below) / (2 * h)
    return grad


def gradient_is_right(f, gradient, x, h=1e-5, tolerance=1e-6):
    numerical = numerical_gradient(f, x, h)
    difference = (gradient(x) - numerical).abs().max()
    return bool(difference <= tolerance * numerical.abs().max())


def grouped_conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1):
    N, C, H, W = x.shape
    K, Cg, R, S = weight.shape
    xp = F.pad(x, (padding[1], padding[1], padding[0], padding[0]))
    covered = dilation[0] * (R - 1) + 1, dilation[1] * (S - 1) + 1
    if covered[0] > xp.shape[2] or covered[1] > xp.shape[3]:
        raise ValueError("the filter does not fit")
    Ho = (xp.shape[2] - covered[0]) // stride[0] + 1
    Wo = (xp.shape[3] - covered[1]) // stride[1] + 1
    out = torch.zeros(N, K, Ho, Wo, dtype=x.dtype)
    for k in range(K):
        first = k // (K // groups) * Cg
        for i in range(Ho):
            for j in range(Wo):
                top, left = i * stride[0], j * stride[1]
                window = xp[:, first : first + Cg, top : top + covered[0] : dilation[0], left : left + covered[1] : dilation[1]]
                out[:, k, i, j] = (window * weight[k]).sum(dim=(1, 2, 3))
        if bias is not None:
            out[:, k] += bias[k]
    return out
