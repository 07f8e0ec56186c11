# -*- coding: utf-8 -*-
# 卷積的算術：輸出大小與參數數量
from __future__ import annotations

from typing import Optional, Sequence, Union

大小 = Union[int, Sequence[int]]


def 成對(x: 大小) -> tuple[int, int]:
    """一個整數代表高和寬"""
    return (x, x) if isinstance(x, int) else (x[0], x[1])


def conv2d_output_size(n: int, f: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    # ⌊(N + 2P − D(F − 1) − 1) / S⌋ + 1
    空間: int = n + 2 * padding - dilation * (f - 1) - 1
    if 空間 < 0:
        raise ValueError("放不下")
    return 空間 // stride + 1


def conv2d_output_shape(
    input_shape: Sequence[int],
    out_channels: int,
    kernel_size: 大小,
    stride: 大小 = 1,
    padding: 大小 = 0,
    dilation: 大小 = 1,
) -> list[int]:
    k, s, p, d = 成對(kernel_size), 成對(stride), 成對(padding), 成對(dilation)
    高 = conv2d_output_size(input_shape[1], k[0], s[0], p[0], d[0])
    寬 = conv2d_output_size(input_shape[2], k[1], s[1], p[1], d[1])
    return [out_channels, 高, 寬]


def same_padding(f: int) -> int:
    if not f & 1:
        raise ValueError("F 必須是奇數")
    return f >> 1


def pool2d_output_size(n: int, f: int, stride: Optional[int] = None, padding: int = 0) -> int:
    if padding + padding > f:
        raise ValueError("padding 太大")
    return conv2d_output_size(n, f, f if stride is None else stride, padding)


def conv2d_parameter_count(
    in_channels: int, out_channels: int, kernel_size: 大小, bias: bool = True, groups: int = 1
) -> int:
    高, 寬 = 成對(kernel_size)
    return out_channels * (in_channels // groups) * 高 * 寬 + (out_channels if bias else 0)


def linear_parameter_count(in_features: int, out_features: int, bias: bool = True) -> int:
    return (in_features + (1 if bias else 0)) * out_features
