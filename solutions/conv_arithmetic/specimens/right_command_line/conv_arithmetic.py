"""Homework 1.  Usage: python conv_arithmetic.py [--verbose]"""
import argparse
import io
import logging
import os
import sys

from rich.progress import track

sys.stdout.reconfigure(encoding="utf-8")
sys.stderr = io.TextIOWrapper(sys.stderr.buffer, encoding="utf-8", line_buffering=True)

try:
    get_ipython()
    IN_NOTEBOOK = True
except NameError:
    IN_NOTEBOOK = "google.colab" in sys.modules

parser = argparse.ArgumentParser(description=__doc__)
checks = parser.add_argument_group("checks")
checks.add_argument("--halves", type=int, default=2)
parser.add_argument("--verbose", action="store_true")
args, unknown = parser.parse_known_args()

LOGS = "logs"
os.makedirs(LOGS, exist_ok=True)
log = logging.getLogger("homework")
log.addHandler(logging.FileHandler(f"{LOGS}/homework.log"))
log.setLevel(logging.DEBUG if args.verbose else logging.INFO)


def both(value):
    return value if isinstance(value, (tuple, list)) else (value, value)


def conv2d_output_size(n, f, stride=1, padding=0, dilation=1):
    log.info("größe %s", n)
    reach = 1 + dilation * (f - 1)
    room = n + 2 * padding - reach
    if room < 0:
        raise ValueError("the filter does not fit")
    return room // stride + 1


def conv2d_output_shape(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    shape = [out_channels]
    for i in track((0, 1)):
        shape.append(conv2d_output_size(input_shape[i + 1], *(both(x)[i] for x in (kernel_size, stride, padding, dilation))))
    return tuple(shape)


def same_padding(f):
    if f % args.halves == 0:
        print("gerade Größe", f, file=sys.stderr, flush=True)
        raise ValueError("an even filter has no middle")
    return f // args.halves


def pool2d_output_size(n, f, stride=None, padding=0):
    if padding > f / args.halves:
        raise ValueError("too much padding")
    return conv2d_output_size(n, f, stride or f, padding)


def conv2d_parameter_count(in_channels, out_channels, kernel_size, bias=True, groups=1):
    height, width = both(kernel_size)
    return out_channels * (in_channels // groups * height * width + bool(bias))


def linear_parameter_count(in_features, out_features, bias=True):
    return out_features * (in_features + bool(bias))


if IN_NOTEBOOK or args.verbose:
    input("press return")
