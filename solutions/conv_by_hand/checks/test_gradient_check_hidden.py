import pytest
import torch

from grader.checks import expect
from grader.datasets import noise

NEIGHBOURS = """
    f = lambda x: {scale} * (x[1:] * x[:-1]).sum()
    def gradient(x):
        g = torch.zeros_like(x)
        g[:-1] += x[1:]
        g[1:] {sign} x[:-1]
        return {scale} * g
    answer = gradient_is_right(f, gradient, x{more})
"""


@pytest.mark.check(points=1, exercise="gradient_check", disclosure="counterexample")
def test_any_function(student, keys):
    """The numerical gradient is right for functions of any shape, also of one number, that return a float or a tensor."""
    x = noise.normal(keys.images, 2, 3, 2)
    mixed = "answer = numerical_gradient(lambda x: float((x[0] * x[1] ** 2).sum()), x)"
    expect.close(student.numerical_gradient.use(mixed, x=x), torch.stack([x[1] ** 2, 2 * x[0] * x[1]]))
    cube = "answer = numerical_gradient(lambda x: x ** 3, x)"
    expect.close(student.numerical_gradient.use(cube, x=torch.tensor(2.0).double()), 12 + 1e-10)
    uneven = "answer = numerical_gradient(lambda x: abs(x).sum(), x, h=0.5)"
    corner = torch.tensor([0.25, -2.0, 0.0]).double()
    expect.close(student.numerical_gradient.use(uneven, x=corner), torch.tensor([0.5, -1.0, 0.0]).double())


@pytest.mark.check(points=1, exercise="gradient_check", disclosure="counterexample")
def test_large_and_small_gradients(student, keys):
    """A right gradient is accepted and a wrong one found, whether gradients are about a million, one or a millionth."""
    x = noise.normal(keys.images, 6) + 3
    for scale in ("1", "1e6", "1e-6", "1e-9"):
        for sign in ("+=", "-="):
            lines = NEIGHBOURS.format(scale=scale, sign=sign, more="")
            expect.equal(student.gradient_is_right.use(lines, x=x), sign == "+=")
    # the gradient of the first element is 0, but for rounding, although that of the other is not
    x, lines = torch.tensor([2.3, -2.0], dtype=torch.float64), "answer = gradient_is_right(f, lambda x: {}, x)"
    lines = f"f = lambda x: (x[0] + 5 * x[1]) / 3 - x[0] / 3; {lines}"
    for claimed, is_right in (("0, 5 / 3", True), ("0, 5 / 4", False), ("-0.1, 5 / 3", False)):
        claimed = f"torch.tensor([{claimed}], dtype=x.dtype)"
        expect.equal(student.gradient_is_right.use(lines.format(claimed), x=x), is_right)
    flat = "answer = gradient_is_right(lambda x: 7.0, lambda x: {}, x)"
    expect.equal(student.gradient_is_right.use(flat.format("0 * x"), x=x), True)
    expect.equal(student.gradient_is_right.use(flat.format("0 * x + 1e-3"), x=x), False)


@pytest.mark.check(points=1, exercise="gradient_check", disclosure="counterexample")
def test_step_and_tolerance(student):
    """`h` and `tolerance` are used: with a large step the gradient of cubes is not exact, and what is near enough passes."""
    lines = "answer = gradient_is_right(lambda x: (x ** 3).sum(), lambda x: {} * x * x, x{})"
    x = torch.tensor([1.0, -2.0]).double()
    for factor, more, is_right in (
        (3, "", True),
        (3, ", h=0.1", False),
        (3, ", h=0.1, tolerance=0.01", True),
        (3.1, "", False),
        (3.1, ", tolerance=0.1", True),
        (3.1, ", 1e-5, 0.01", False),
    ):
        expect.equal(student.gradient_is_right.use(lines.format(factor, more), x=x), is_right)
