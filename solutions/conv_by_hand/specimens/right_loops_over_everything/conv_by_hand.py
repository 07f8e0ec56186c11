# As in the lecture: one loop for everything that moves. Slow, but nothing is hidden.
import math

import torch


def slide(image, kernel):
    if image.size(0) < kernel.size(0) or image.size(1) < kernel.size(1):
        raise ValueError("filter larger than image")
    out = torch.empty(image.size(0) - kernel.size(0) + 1, image.size(1) - kernel.size(1) + 1).to(image)
    for row in range(out.size(0)):
        for col in range(out.size(1)):
            number = 0
            for r in range(kernel.size(0)):
                for s in range(kernel.size(1)):
                    number += image[row + r, col + s] * kernel[r, s]
            out[row, col] = number
    return out


def size_after(n, f, stride, padding):
    size = math.floor((n - f + 2 * padding) / stride + 1)
    if n + 2 * padding < f:
        raise ValueError("no position")
    return size


def add_border(x, padding, value):
    N, C, H, W = x.size()
    bigger = torch.full((N, C, H + 2 * padding[0], W + 2 * padding[1]), value, dtype=x.dtype)
    bigger[:, :, padding[0] : padding[0] + H, padding[1] : padding[1] + W] = x
    return bigger


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    N, C, H, W = x.size()
    K, C, R, S = weight.size()
    Ho, Wo = size_after(H, R, stride[0], padding[0]), size_after(W, S, stride[1], padding[1])
    x = add_border(x, padding, 0.0)
    out = torch.zeros((N, K, Ho, Wo), dtype=x.dtype)
    for n in range(N):
        for k in range(K):
            for i in range(Ho):
                for j in range(Wo):
                    for c in range(C):
                        for r in range(R):
                            for s in range(S):
                                out[n, k, i, j] += x[n, c, i * stride[0] + r, j * stride[1] + s] * weight[k, c, r, s]
                    if bias is not None:
                        out[n, k, i, j] += bias[k]
    return out


def relu(x):
    out = x.clone()
    out[out < 0] = 0
    return out


def check_pool(kernel_size, padding):
    for d in range(2):
        if padding[d] * 2 > kernel_size[d]:
            raise ValueError("padding should be at most half of the window")


def max_pool2d(x, kernel_size, stride=None, padding=(0, 0)):
    check_pool(kernel_size, padding)
    stride = kernel_size if stride is None else stride
    N, C, H, W = x.size()
    Ho = size_after(H, kernel_size[0], stride[0], padding[0])
    Wo = size_after(W, kernel_size[1], stride[1], padding[1])
    out = torch.zeros((N, C, Ho, Wo), dtype=x.dtype)
    for n in range(N):
        for c in range(C):
            for i in range(Ho):
                for j in range(Wo):
                    best = -math.inf
                    for r in range(kernel_size[0]):
                        for s in range(kernel_size[1]):
                            row, col = i * stride[0] + r - padding[0], j * stride[1] + s - padding[1]
                            if 0 <= row < H and 0 <= col < W and x[n, c, row, col] > best:
                                best = x[n, c, row, col].item()
                    out[n, c, i, j] = best
    return out


def avg_pool2d(x, kernel_size, stride=None, padding=(0, 0)):
    check_pool(kernel_size, padding)
    stride = kernel_size if stride is None else stride
    x = add_border(x, padding, 0.0)
    N, C, H, W = x.size()
    Ho, Wo = (size_after(n, f, s, 0) for n, f, s in zip((H, W), kernel_size, stride))
    out = torch.zeros((N, C, Ho, Wo), dtype=x.dtype)
    for i in range(Ho):
        for j in range(Wo):
            for r in range(kernel_size[0]):
                for s in range(kernel_size[1]):
                    out[:, :, i, j] += x[:, :, i * stride[0] + r, j * stride[1] + s]
    return out / (kernel_size[0] * kernel_size[1])


def relu_backward(grad_output, x):
    grad = grad_output.clone()
    grad[x <= 0] = 0
    return grad


def max_pool2d_backward(grad_output, x, kernel_size, stride=None, padding=(0, 0)):
    stride = kernel_size if stride is None else stride
    N, C, H, W = x.size()
    grad = torch.zeros((N, C, H, W), dtype=x.dtype)
    for n in range(N):
        for c in range(C):
            for i in range(grad_output.size(2)):
                for j in range(grad_output.size(3)):
                    best, place = -math.inf, None
                    for r in range(kernel_size[0]):
                        for s in range(kernel_size[1]):
                            row, col = i * stride[0] + r - padding[0], j * stride[1] + s - padding[1]
                            if 0 <= row < H and 0 <= col < W and x[n, c, row, col].item() > best:
                                best, place = x[n, c, row, col].item(), (row, col)
                    grad[n, c, place[0], place[1]] += grad_output[n, c, i, j]
    return grad


def conv2d_backward(grad_output, x, weight, stride=(1, 1), padding=(0, 0)):
    N, C, H, W = x.size()
    K, C, R, S = weight.size()
    grad_x, grad_weight = torch.zeros_like(x), torch.zeros_like(weight)
    grad_bias = torch.zeros(K, dtype=x.dtype)
    for n in range(N):
        for k in range(K):
            for i in range(grad_output.size(2)):
                for j in range(grad_output.size(3)):
                    g = grad_output[n, k, i, j]
                    grad_bias[k] += g
                    for r in range(R):
                        for s in range(S):
                            row, col = i * stride[0] + r - padding[0], j * stride[1] + s - padding[1]
                            if 0 <= row < H and 0 <= col < W:
                                for c in range(C):
                                    grad_x[n, c, row, col] += g * weight[k, c, r, s]
                                    grad_weight[k, c, r, s] += g * x[n, c, row, col]
    return grad_x, grad_weight, grad_bias


def numerical_gradient(f, x, h=1e-5):
    grad = torch.zeros(x.shape, dtype=x.dtype)
    for i in range(x.numel()):
        x.view(-1)[i] += h
        plus = f(x)
        x.view(-1)[i] -= 2 * h
        minus = f(x)
        x.view(-1)[i] += h
        grad.view(-1)[i] = (plus - minus) / h / 2
    return grad


def gradient_is_right(f, gradient, x, h=1e-5, tolerance=1e-6):
    numerical, claimed = numerical_gradient(f, x, h), gradient(x)
    largest = max(abs(v) for v in numerical.flatten())
    for n, c in zip(numerical.flatten(), claimed.flatten()):
        if abs(n - c) > tolerance * largest:
            return False
    return True


def grouped_conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1):
    K, C, R, S = weight.size()
    spread = torch.zeros((K, C, (R - 1) * dilation[0] + 1, (S - 1) * dilation[1] + 1), dtype=weight.dtype)
    for r in range(R):
        for s in range(S):
            spread[:, :, r * dilation[0], s * dilation[1]] = weight[:, :, r, s]
    size = K // groups
    outs = []
    for g in range(groups):
        b = None if bias is None else bias[g * size : (g + 1) * size]
        outs.append(conv2d(x[:, g * C : (g + 1) * C], spread[g * size : (g + 1) * size], b, stride, padding))
    return torch.cat(outs, dim=1)
