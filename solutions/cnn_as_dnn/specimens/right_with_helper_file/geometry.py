from dataclasses import dataclass
from functools import cached_property
from math import prod

import torch


@dataclass
class Layer:
    """Where the filters of one size lie on an image."""

    image_shape: tuple
    kernel_size: tuple
    stride: int = 1
    padding: int = 0

    def __post_init__(self):
        self.image_shape, self.kernel_size = tuple(self.image_shape), tuple(self.kernel_size)
        spare = [n + 2 * self.padding - f for n, f in zip(self.image_shape[1:], self.kernel_size)]
        if any(one < 0 for one in spare):
            raise ValueError(f"a filter of {self.kernel_size} does not fit")
        self.map_shape = tuple(one // self.stride + 1 for one in spare)

    @property
    def outputs(self):
        return prod(self.map_shape)

    @property
    def pixels(self):
        return prod(self.image_shape)

    @property
    def weights(self):
        return self.image_shape[0] * prod(self.kernel_size)

    @cached_property
    def links(self):
        """A tensor of 0 and 1, (weights, outputs, pixels): whether a weight joins an output and a pixel."""
        links = torch.zeros(self.weights, self.outputs, self.pixels, dtype=torch.float64)
        channels, height, width = self.image_shape
        rows, columns = self.kernel_size
        for weight in range(self.weights):
            channel, rest = divmod(weight, rows * columns)
            row, column = divmod(rest, columns)
            for output in range(self.outputs):
                y, x = divmod(output, self.map_shape[1])
                y, x = y * self.stride + row - self.padding, x * self.stride + column - self.padding
                if 0 <= y < height and 0 <= x < width:
                    links[weight, output, (channel * height + y) * width + x] = 1
        return links
