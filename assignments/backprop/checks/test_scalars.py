"""Public checks of exercises 1 to 3: the handout's graphs of a few numbers."""

import pytest
import torch

from grader.checks import expect


@pytest.mark.check(points=1, exercise="line")
def test_slide_line(student):
    """The slide's f = wx + b has the right value and derivatives for w = 3, x = 2 and b = 1."""
    expected = {"f": 7.0, "df/dw": 2.0, "df/dx": 3.0, "df/db": 1.0}
    expect.close_parts(
        student.line_gradients(3.0, 2.0, 1.0), expected, hint="by how much does f grow if this number grows by 1?"
    )


@pytest.mark.check(points=1, exercise="paths")
def test_two_paths(student):
    """f = (x + y) max(y, z) of the handout has the right value and derivatives for x = 1, y = 2 and z = 0."""
    expected = {"f": 6.0, "df/dx": 2.0, "df/dy": 5.0, "df/dz": 0.0}
    expect.close_parts(
        student.branch_gradients(1.0, 2.0, 0.0), expected, hint="on which paths does this number have an effect on f?"
    )


@pytest.mark.check(points=1, exercise="neuron")
def test_handout_neuron(student):
    """The neuron of the handout with w = [2, -3, -3] and x = [-1, -2] has the right value and derivatives."""
    w, x = (torch.tensor(numbers, dtype=torch.float64, requires_grad=True) for numbers in ([2, -3, -3], [-1, -2]))
    f = torch.sigmoid(w[0] * x[0] + w[1] * x[1] + w[2])
    dw, dx = torch.autograd.grad(f, (w, x))
    received = student.neuron_gradients([2.0, -3.0, -3.0], [-1.0, -2.0])
    expect.close_parts(
        received, {"f": f.detach(), "dw": dw, "dx": dx}, hint="the handout has these numbers to four digits"
    )
