def as_pair(x):
    if isinstance(x, int):
        return x, x
    first, second = x
    return first, second


def positions(n, f, stride, padding, dilation):
    steps, _dropped = divmod(n + 2 * padding - dilation * (f - 1) - 1, stride)
    if steps < 0:
        raise ValueError("the window does not fit")
    return steps + 1
