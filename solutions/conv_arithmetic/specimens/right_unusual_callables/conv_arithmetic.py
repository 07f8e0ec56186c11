import functools
import math
from dataclasses import dataclass


def needs_room(function):
    @functools.wraps(function)
    def checked(*args, **kwargs):
        size = function(*args, **kwargs)
        if size < 1:
            raise ValueError("does not fit")
        return size

    return checked


class Arithmetic:
    @staticmethod
    def pair(x):
        return x if hasattr(x, "__len__") else (x, x)

    @staticmethod
    @needs_room
    def side(n, f, stride=1, padding=0, dilation=1):
        return math.floor((n + 2 * padding - dilation * (f - 1) - 1) / stride) + 1

    @classmethod
    def shape(cls, input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
        options = zip(cls.pair(kernel_size), cls.pair(stride), cls.pair(padding), cls.pair(dilation))
        return (out_channels, *(cls.side(n, *option) for n, option in zip(input_shape[1:], options)))

    @classmethod
    def pool(cls, n, f, stride=None, padding=0):
        if 2 * padding > f:
            raise PaddingTooLarge(padding)
        return cls.side(n, f, stride or f, padding)


class PaddingTooLarge(ValueError):
    pass


@dataclass
class Counter:
    fully_connected: bool

    def __call__(self, in_channels, out_channels, kernel_size=1, bias=True, groups=1):
        return out_channels * (in_channels // groups * math.prod(Arithmetic.pair(kernel_size)) + bool(bias))


def odd_only(f):
    raise ValueError("odd filters only")


def count_linear(scale, in_features, out_features, bias=True):
    return scale * (in_features + bias) * out_features


conv2d_output_size = Arithmetic.side
conv2d_output_shape = Arithmetic.shape
same_padding = lambda f: f // 2 if f % 2 else odd_only(f)
pool2d_output_size = Arithmetic.pool
conv2d_parameter_count = Counter(fully_connected=False)
linear_parameter_count = functools.partial(count_linear, 1)
