import pytest
import torch

from grader.checks import expect

CUBES = """
    f = lambda x: (x ** 3).sum()
    answer = numerical_gradient(f, x, h)
"""
OF_SQUARES = """
    f = lambda x: (x * x).sum()
    answer = gradient_is_right(f, lambda x: {claimed}, x)
"""


@pytest.mark.check(points=1, exercise="gradient_check")
def test_central_differences(student):
    """The cubes of the handout give 12.01 with h = 0.1, for any shape; the answer has the shape of x, which stays as it was."""
    for values in ([2.0], [[1.0, -2.0, 0.5], [3.0, 0.0, -1.0]]):
        x = torch.tensor(values).double()
        received = student.numerical_gradient.use(CUBES, x=x, h=0.1)
        expect.close(
            received, 3 * x * x + 0.01, hint="By how much does f change when one element changes, up and down?"
        )
    after = student.numerical_gradient.use("numerical_gradient(lambda x: (x * x).sum(), x); answer = x", x=x)
    unchanged = getattr(after, "shape", None) == x.shape and torch.allclose(after, x, rtol=1e-9, atol=1e-9)
    changed = "numerical_gradient has changed its argument x"
    hint = "what is in x when you have done with an element? Set it back, or work on a copy, `x.clone()`"
    expect.that(unchanged, changed, expected=x, received=after, hint=hint, evidence="changes_its_argument")


@pytest.mark.check(points=1, exercise="gradient_check")
def test_planted_mistake(student):
    """Of the sum of squares, 2 * x is the gradient; x, -2 * x, and 2 * x with one element off by a percent are not."""
    x = torch.tensor([[0.5, -3.0], [2.0, 1.0]]).double()
    wrong = "2 * x + torch.tensor([[0.0, 0.0], [0.06, 0.0]])"
    for claimed, is_right in (("2 * x", True), ("x", False), ("-2 * x", False), (wrong, False)):
        expect.equal(student.gradient_is_right.use(OF_SQUARES.format(claimed=claimed), x=x), is_right)
