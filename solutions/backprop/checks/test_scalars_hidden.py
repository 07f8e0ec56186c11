"""Hidden checks of exercises 1 to 3: the same graphs with any numbers."""

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.checks import expect

NUMBERS = st.integers(-12, 12).map(lambda quarters: quarters / 4)
"""Few digits: a counterexample can be followed with a pencil."""


@pytest.mark.check(points=1, exercise="line", disclosure="counterexample")
@given(w=NUMBERS, x=NUMBERS, b=NUMBERS)
@example(w=2.0, x=-3.0, b=0.5)
def test_any_line(student, w, x, b):
    """f = wx + b has the right value and derivatives for any numbers."""
    expect.close_parts(student.line_gradients(w, x, b), {"f": w * x + b, "df/dw": x, "df/dx": w, "df/db": 1.0})


@pytest.mark.check(points=2, exercise="paths", disclosure="counterexample")
@given(x=NUMBERS, y=NUMBERS, z=NUMBERS)
@example(x=1.0, y=-2.0, z=3.0)
@example(x=1.0, y=2.0, z=0.5)
def test_any_branch(student, x, y, z):
    """f = (x + y) max(y, z) has the right value and derivatives, whichever of y and z is larger."""
    z += 0.125  # never y
    f, *gradients = _derived(lambda x, y, z: (x + y) * torch.maximum(y, z), x, y, z)
    expected = {"f": f, **dict(zip(("df/dx", "df/dy", "df/dz"), gradients, strict=True))}
    expect.close_parts(student.branch_gradients(x, y, z), expected)


@pytest.mark.check(points=2, exercise="neuron", disclosure="counterexample")
@given(numbers=st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=5), bias=NUMBERS)
@example(numbers=[(1.0, 2.0), (-0.5, 0.0), (2.0, -0.25)], bias=0.75)
def test_any_neuron(student, numbers, bias):
    """A neuron with any number of inputs has the right value and derivatives."""
    w, x = [weight / 3 for weight, _value in numbers] + [bias], [value / 2 for _weight, value in numbers]
    f, dw, dx = _derived(lambda w, x: torch.sigmoid(w[:-1] @ x + w[-1]), w, x)
    expect.close_parts(student.neuron_gradients(w, x), {"f": f, "dw": dw, "dx": dx})


def _derived(function, *arguments):
    """Return what a function gives, and its derivatives as torch finds them."""
    leaves = [torch.tensor(argument, dtype=torch.float64, requires_grad=True) for argument in arguments]
    f = function(*leaves)
    return f.detach(), *torch.autograd.grad(f, leaves)
