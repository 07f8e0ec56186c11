import torch


def out_size(shape, kernel_size, stride, padding):
    R, S = kernel_size
    H, W = shape[1] + 2 * padding, shape[2] + 2 * padding
    if R > H or S > W:
        raise ValueError("filter too large")
    return (H - R) // stride + 1, (W - S) // stride + 1


def im2col(image, kernel_size, stride=1, padding=0):
    C, H, W = image.shape
    R, S = kernel_size
    H2, W2 = out_size(image.shape, kernel_size, stride, padding)
    cols = torch.zeros(C * R * S, H2 * W2, dtype=image.dtype)
    for p in range(H2 * W2):
        row = 0
        for c in range(C):
            for r in range(R):
                for s in range(S):
                    y, x = p // W2 * stride + r - padding, p % W2 * stride + s - padding
                    if y < H and x < W:
                        cols[row, p] = image[c, y, x]
                    row += 1
    return cols


def conv_by_im2col(image, filters, bias=None, stride=1, padding=0):
    K, C, R, S = filters.shape
    if C != image.shape[0]:
        raise ValueError("channels")
    H2, W2 = out_size(image.shape, (R, S), stride, padding)
    out = filters.reshape(K, C * R * S) @ im2col(image, (R, S), stride, padding)
    if bias is not None:
        out = out + bias[:, None]
    return out.reshape(K, H2, W2)


def uses(image_shape, kernel_size, stride, padding):
    """All (output position, pixel, weight of the filter) that belong together."""
    C, H, W = image_shape
    R, S = kernel_size
    H2, W2 = out_size(image_shape, kernel_size, stride, padding)
    found = []
    for i in range(H2):
        for j in range(W2):
            for c in range(C):
                for r in range(R):
                    for s in range(S):
                        y = i * stride + r - padding
                        x = j * stride + s - padding
                        if 0 <= y < H and 0 <= x < W:
                            found.append((i * W2 + j, c * H * W + y * W + x, (c, r, s)))
    return found


def k_rows(K, P, p):
    return [k * P + p for k in range(K)]


def dense_matrix(filters, image_shape, stride=1, padding=0):
    K, C, R, S = filters.shape
    if C != image_shape[0]:
        raise ValueError("channels")
    H2, W2 = out_size(image_shape, (R, S), stride, padding)
    H, W = image_shape[1:]
    M = torch.zeros(K, H2, W2, C, H, W, dtype=filters.dtype)
    for i in range(H2):
        for j in range(W2):
            for c in range(C):
                for r in range(R):
                    for s in range(S):
                        y, x = i * stride + r - padding, j * stride + s - padding
                        if y < H and x < W:
                            M[:, i, j, c, y, x] = filters[:, c, r, s]
    return M.reshape(K * H2 * W2, C * H * W)


def free_weights(image_shape, filter_sizes):
    total = 0
    for R, S in filter_sizes:
        total += image_shape[0] * R * S
    return total


def dense_weights(image_shape, filter_sizes, stride=1, padding=0):
    C, H, W = image_shape
    outputs = 0
    for size in filter_sizes:
        H2, W2 = out_size(image_shape, size, stride, padding)
        outputs += H2 * W2
    return C * H * W * outputs


def zero_weights(image_shape, filter_sizes, stride=1, padding=0):
    seen = sum(len(uses(image_shape, size, stride, padding)) for size in filter_sizes)
    return dense_weights(image_shape, filter_sizes, stride, padding) - seen


def shared_gradient(dense_gradient, image_shape, kernel_size, stride=1, padding=0):
    H2, W2 = out_size(image_shape, kernel_size, stride, padding)
    P = H2 * W2
    K = dense_gradient.shape[0] // P
    grad = torch.zeros(K, image_shape[0], *kernel_size, dtype=dense_gradient.dtype)
    for p, pixel, (c, r, s) in uses(image_shape, kernel_size, stride, padding):
        for k in range(K):
            grad[k, c, r, s] += dense_gradient[k * P + p, pixel]
    return grad


def filters_of(matrix, image_shape, kernel_size, stride=1, padding=0):
    H2, W2 = out_size(image_shape, kernel_size, stride, padding)
    P = H2 * W2
    K = matrix.shape[0] // P
    filters = torch.zeros(K, image_shape[0], *kernel_size, dtype=matrix.dtype)
    for p, pixel, (c, r, s) in uses(image_shape, kernel_size, stride, padding):
        for k in range(K):
            filters[k, c, r, s] = matrix[k * P + p, pixel]
    seen = torch.zeros_like(matrix)
    for p, pixel, (c, r, s) in uses(image_shape, kernel_size, stride, padding):
        for k in range(K):
            seen[k * P + p, pixel] = filters[k, c, r, s]
    if not torch.equal(seen, matrix):
        raise ValueError("not a convolution")
    return filters
