"""Public checks of exercise 1, model capacity: the points of the handout."""

import pytest
import torch

from grader.checks import expect

X_TRAIN = torch.tensor([-2.0, -1, 0, 1, 2, 3], dtype=torch.float64)
Y_TRAIN = torch.tensor([5.0, 3, 1, 0, 1, 5], dtype=torch.float64)
X_VAL = torch.tensor([-1.5, 0.5, 2.5], dtype=torch.float64)
Y_VAL = torch.tensor([3.5, 0, 3], dtype=torch.float64)
LINE = torch.tensor([2.6, -0.2], dtype=torch.float64)
PARABOLA = torch.tensor([0.6, -0.95, 0.75], dtype=torch.float64)
CUBIC = torch.tensor([1, -5 / 3, 1 / 2, 1 / 6], dtype=torch.float64)


@pytest.mark.check(points=2, exercise="capacity")
def test_handout_fits(student):
    """The line, the parabola and the cubic through the points of the handout have the coefficients of its table."""
    expect.close(student.fit_polynomial(X_TRAIN, Y_TRAIN, 1), LINE)
    expect.close(student.fit_polynomial(X_TRAIN, Y_TRAIN, 2), PARABOLA)
    expect.close(student.fit_polynomial(X_TRAIN, Y_TRAIN, 3), CUBIC)


@pytest.mark.check(points=1, exercise="capacity")
def test_handout_errors(student):
    """The line errs by 3.8 at the training points and by 2.4733 at the validation points."""
    expect.close(student.polynomial_error(LINE, X_TRAIN, Y_TRAIN), 3.8)
    expect.close(student.polynomial_error(LINE, X_VAL, Y_VAL), 2.4733333333333333)
    expect.close(student.polynomial_error(PARABOLA, X_VAL, Y_VAL), 0.05015625)


@pytest.mark.check(points=1, exercise="capacity")
def test_handout_choice(student):
    """Of the degrees 1, 2 and 3 the validation points of the handout choose 2."""
    expect.close(student.choose_degree(X_TRAIN, Y_TRAIN, X_VAL, Y_VAL), 2)
    expect.close(student.choose_degree(X_TRAIN, Y_TRAIN, X_VAL, Y_VAL, degrees=(3, 2, 1)), 2)
    expect.close(student.choose_degree(X_TRAIN, Y_TRAIN, X_VAL, Y_VAL, (1, 3)), 3)
