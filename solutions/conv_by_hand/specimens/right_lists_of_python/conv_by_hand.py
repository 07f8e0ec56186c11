"""Nothing but lists and numbers of Python; torch only at the door."""

from itertools import product

import torch


def slide(image, kernel):
    a, f = image.tolist(), kernel.tolist()
    rows, cols = len(a) - len(f) + 1, len(a[0]) - len(f[0]) + 1
    if min(rows, cols) <= 0:
        raise ValueError
    cells = list(product(range(len(f)), range(len(f[0]))))
    out = [[sum(f[r][s] * a[i + r][j + s] for r, s in cells) for j in range(cols)] for i in range(rows)]
    return torch.tensor(out, dtype=torch.float64)


def cell(sheet, i, j, outside):
    if 0 <= i < len(sheet) and 0 <= j < len(sheet[0]):
        return sheet[i][j]
    return outside


def count(n, f, step, pad):
    if f > n + 2 * pad:
        raise ValueError(f"{f} > {n + 2 * pad}")
    return len(range(0, n + 2 * pad - f + 1, step))


def grouped_conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1):
    images, filters = x.tolist(), weight.tolist()
    R, S = len(filters[0][0]), len(filters[0][0][0])
    rows = count(x.shape[2], (R - 1) * dilation[0] + 1, stride[0], padding[0])
    cols = count(x.shape[3], (S - 1) * dilation[1] + 1, stride[1], padding[1])
    b = [0.0] * len(filters) if bias is None else bias.tolist()
    out = []
    for image in images:
        maps = []
        for k, sheets in enumerate(filters):
            group = k * groups // len(filters)
            mine = image[group * len(sheets) : (group + 1) * len(sheets)]
            grid = []
            for i in range(rows):
                line = []
                for j in range(cols):
                    total = b[k]
                    for sheet, pixels in zip(sheets, mine):
                        for r in range(R):
                            for s in range(S):
                                y = i * stride[0] + r * dilation[0] - padding[0]
                                z = j * stride[1] + s * dilation[1] - padding[1]
                                total += sheet[r][s] * cell(pixels, y, z, 0.0)
                    line.append(total)
                grid.append(line)
            maps.append(grid)
        out.append(maps)
    return torch.tensor(out, dtype=x.dtype)


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    return grouped_conv2d(x, weight, bias, stride, padding)


def relu(x):
    def positive(v):
        return [positive(one) for one in v] if isinstance(v, list) else max(0.0, v)

    return torch.tensor(positive(x.tolist()), dtype=x.dtype).reshape(x.shape)


def pool(x, kernel_size, stride, padding, outside, answer):
    stride = stride or kernel_size
    for p, k in zip(padding, kernel_size):
        if p > k // 2:
            raise ValueError("padding")
    rows, cols = (count(x.shape[2 + a], kernel_size[a], stride[a], padding[a]) for a in (0, 1))
    cells = list(product(range(kernel_size[0]), range(kernel_size[1])))

    def at(sheet, i, j):
        top, left = i * stride[0] - padding[0], j * stride[1] - padding[1]
        return answer([(cell(sheet, top + r, left + s, outside), top + r, left + s) for r, s in cells])

    return [[[[at(sheet, i, j) for j in range(cols)] for i in range(rows)] for sheet in image] for image in x.tolist()]


def max_pool2d(x, kernel_size, stride=None, padding=(0, 0)):
    out = pool(x, kernel_size, stride, padding, float("-inf"), lambda cells: max(c[0] for c in cells))
    return torch.tensor(out, dtype=x.dtype)


def avg_pool2d(x, kernel_size, stride=None, padding=(0, 0)):
    out = pool(x, kernel_size, stride, padding, 0.0, lambda cells: sum(c[0] for c in cells) / len(cells))
    return torch.tensor(out, dtype=x.dtype)


def relu_backward(grad_output, x):
    flat = [g if v > 0 else 0.0 for g, v in zip(grad_output.reshape(-1).tolist(), x.reshape(-1).tolist())]
    return torch.tensor(flat, dtype=x.dtype).reshape(x.shape)


def max_pool2d_backward(grad_output, x, kernel_size, stride=None, padding=(0, 0)):
    # max returns the first of equal ones
    winners = pool(x, kernel_size, stride, padding, float("-inf"), lambda cells: max(cells, key=lambda c: c[0])[1:])
    grad = [[[[0.0] * x.shape[3] for _ in range(x.shape[2])] for _ in range(x.shape[1])] for _ in range(x.shape[0])]
    g = grad_output.tolist()
    for n, c, i, j in product(*map(range, grad_output.shape)):
        row, col = winners[n][c][i][j]
        grad[n][c][row][col] += g[n][c][i][j]
    return torch.tensor(grad, dtype=x.dtype)


def conv2d_backward(grad_output, x, weight, stride=(1, 1), padding=(0, 0)):
    grad_x, grad_weight = torch.zeros_like(x).tolist(), torch.zeros_like(weight).tolist()
    grad_bias = [0.0] * weight.shape[0]
    images, filters, g = x.tolist(), weight.tolist(), grad_output.tolist()
    for n, k, i, j in product(*map(range, grad_output.shape)):
        here = g[n][k][i][j]
        grad_bias[k] += here
        for c, r, s in product(*map(range, weight.shape[1:])):
            y, z = i * stride[0] + r - padding[0], j * stride[1] + s - padding[1]
            if 0 <= y < x.shape[2] and 0 <= z < x.shape[3]:
                grad_weight[k][c][r][s] += here * images[n][c][y][z]
                grad_x[n][c][y][z] += here * filters[k][c][r][s]
    return tuple(torch.tensor(one, dtype=x.dtype) for one in (grad_x, grad_weight, grad_bias))


def numerical_gradient(f, x, h=1e-5):
    flat = x.reshape(-1).tolist()
    answers = []
    for i in range(len(flat)):
        up, down = list(flat), list(flat)
        up[i] += h
        down[i] -= h
        high, low = (float(f(torch.tensor(v, dtype=x.dtype).reshape(x.shape))) for v in (up, down))
        answers.append((high - low) / (2 * h))
    return torch.tensor(answers, dtype=x.dtype).reshape(x.shape)


def gradient_is_right(f, gradient, x, h=1e-5, tolerance=1e-6):
    n = numerical_gradient(f, x, h).reshape(-1).tolist()
    c = gradient(x).reshape(-1).tolist()
    return max(abs(a - b) for a, b in zip(n, c)) <= tolerance * max(map(abs, n))
