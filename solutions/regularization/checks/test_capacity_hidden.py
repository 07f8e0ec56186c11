"""Hidden checks of exercise 1: any polynomial, any degrees to choose from, and points that no function is given."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.checks import expect
from grader.datasets import Stream

SEEDS = st.integers(0, 2**32 - 1)
LEAST_GAP = 1.001
"""Two degrees whose errors are nearer to each other than this may be exchanged by rounding."""


@pytest.mark.check(points=1, exercise="capacity", disclosure="counterexample")
@given(seed=SEEDS, degree=st.integers(1, 4), more=st.integers(1, 12))
def test_any_fit(student, seed, degree, more):
    """The coefficients have the least squared error, for any points and degree."""
    random = np.random.default_rng(seed)
    x, y = _points(random, degree + more, random.normal(size=3))
    expect.close(student.fit_polynomial(_tensor(x), _tensor(y), degree), _tensor(_fit(x, y, degree)))


@pytest.mark.check(points=1, exercise="capacity", disclosure="counterexample")
@given(seed=SEEDS, degree=st.integers(0, 5), count=st.integers(1, 9))
def test_any_error(student, seed, degree, count):
    """The mean squared error is right for coefficients and points that were not fitted to each other."""
    random = np.random.default_rng(seed)
    coefficients = random.normal(size=degree + 1)
    x, y = _points(random, count, random.normal(size=3))
    received = student.polynomial_error(_tensor(coefficients), _tensor(x), _tensor(y))
    expect.close(received, _error(coefficients, x, y))


@pytest.mark.check(points=2, exercise="capacity", disclosure="counterexample")
@given(seed=SEEDS, capacity=st.integers(1, 3), degrees=st.permutations((1, 2, 3, 4)), count=st.integers(2, 4))
def test_any_choice(student, seed, capacity, degrees, count):
    """The degree is chosen by the error at the validation points, from any degrees in any order."""
    random = np.random.default_rng(seed)
    truth = random.normal(size=capacity + 1)
    train, validation = _points(random, 7, truth), _points(random, 5, truth)
    degrees = tuple(degrees[:count])
    errors = {degree: _error(_fit(*train, degree), *validation) for degree in degrees}
    best, second = sorted(errors.values())[:2]
    if second < LEAST_GAP * best:
        return
    received = student.choose_degree(*map(_tensor, (*train, *validation)), degrees)
    expect.close(received, min(errors, key=errors.get))


@pytest.mark.check(points=2, exercise="capacity")
def test_unseen_points(student, keys):
    """At points that none of your functions is given, the polynomial of your choice is as good as ours."""
    streams = Stream(keys.data.training), Stream(keys.data.held_out)
    for number in range(9):
        given, held_out = (np.random.default_rng(int(one.between(0, 2**31 - 2, 1)[0])) for one in streams)
        truth = np.array([0.5, -1.0, 1.5, 1.0])[: number % 3 + 2]
        train, validation = (_points(given, count, truth) for count in (8, 12))
        unseen = _points(held_out, 200, truth)
        best = min((1, 2, 3), key=lambda degree: _error(_fit(*train, degree), *validation))
        chosen = expect.number(
            student.choose_degree(*map(_tensor, (*train, *validation))), "the degree", or_tensor=True
        )
        expect.that(chosen in (1, 2, 3), "the degree should be 1, 2 or 3", received=chosen)
        received = student.fit_polynomial(*map(_tensor, train), int(chosen))
        shape = getattr(received, "shape", None)
        coefficients = np.asarray(received, dtype=float) if shape == (chosen + 1,) else None
        expect.that(coefficients is not None, "the polynomial should have degree + 1 coefficients", received=received)
        least = _error(_fit(*train, best), *unseen)
        error = _error(coefficients, *unseen)
        expect.that(
            error <= 1.000001 * least,
            f"the polynomial of degree {chosen:g} errs more at unseen points than that of degree {best}",
            expected=f"an error of {least:.4g}",
            received=f"an error of {error:.4g}",
        )


def _points(random, count, truth):
    """Return points near a polynomial, with no two x near each other."""
    x = random.permutation(np.linspace(-2, 2, count) + random.uniform(-0.02, 0.02, count))
    return x, np.polynomial.polynomial.polyval(x, truth) + random.normal(scale=0.5, size=count)


def _fit(x, y, degree):
    return np.polynomial.polynomial.polyfit(x, y, degree)


def _error(coefficients, x, y):
    return float(np.mean((np.polynomial.polynomial.polyval(x, coefficients) - y) ** 2))


def _tensor(array):
    return torch.as_tensor(np.array(array), dtype=torch.float64)
