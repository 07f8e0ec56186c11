"""The same five checks as tests that import the submission, as a course without a grader has them."""

import runpy
from pathlib import Path

import torch

WORK = runpy.run_path(str(Path(__file__).parent / "solutions" / "small" / "small.py"))
GRID = [(size, window, stride) for size in range(8, 28, 4) for window in (1, 3, 5) for stride in (1, 2)]


def test_size():
    for size, window, stride in GRID:
        assert WORK["output_size"](size, window, stride) == (size - window) // stride + 1


def test_shape():
    assert WORK["NaiveConvNet"]()(torch.rand(2, 1, 28, 28)).shape == (2, 10)


def test_classes():
    assert WORK["NaiveConvNet"](7)(torch.rand(2, 1, 28, 28)).shape == (2, 7)


def test_parameters():
    assert sum(parameter.numel() for parameter in WORK["NaiveConvNet"]().parameters()) == 403_850


def test_gradient():
    model = WORK["NaiveConvNet"]()
    model(torch.rand(4, 1, 28, 28)).sum().backward()
    assert all(parameter.grad.norm() > 0 for parameter in model.parameters())
