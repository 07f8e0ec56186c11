"""Hidden checks of exercise 5: convolutions, and that weights are drawn anew."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks import expect
from grader.checks.expect.drawn import Other

SHAPES = ((48, 32, 3, 5), (40, 96, 5, 1))
"""(K, C, R, S): neither square nor with as many filters as channels."""
SIDES = st.integers(1, 7)
HINT = "over how many numbers is one output of a convolution summed?"


@pytest.mark.check(points=1, exercise="xavier", disclosure="counterexample")
@given(units=st.integers(1, 40), inputs=st.integers(1, 40), kernel=st.just(()) | st.tuples(SIDES, SIDES))
def test_any_fans(student, units, inputs, kernel):
    """The fans are right for any linear layer and any convolution."""
    received = student.fans((units, inputs, *kernel))
    received = received.tolist() if hasattr(received, "tolist") else received
    expect.that(
        isinstance(received, tuple | list) and len(received) == 2, "the answer should be a pair", received=received
    )
    for fan, right in zip(received, (inputs * math.prod(kernel), units * math.prod(kernel)), strict=True):
        expect.close(fan, right)


@pytest.mark.check(points=2, exercise="xavier")
def test_uniform_filters(student):
    """The uniform weights of convolutions have the right range, and are drawn anew in each call."""
    for shape in SHAPES:
        bound = math.sqrt(6 / (math.prod(shape[1:]) + shape[0] * math.prod(shape[2:])))
        received = expect.drawn.uniform(student.xavier_uniform(shape), shape, bound, others=_others(shape, "uniform"))
        _is_new(received, student.xavier_uniform(shape))


@pytest.mark.check(points=2, exercise="xavier")
def test_normal_filters(student):
    """The normal weights of convolutions have the right variance, and are drawn anew in each call."""
    for shape in SHAPES:
        deviation = math.sqrt(2 / (math.prod(shape[1:]) + shape[0] * math.prod(shape[2:])))
        received = expect.drawn.normal(student.xavier_normal(shape), shape, deviation, others=_others(shape, "normal"))
        _is_new(received, student.xavier_normal(shape))


def _is_new(received, again):
    same = getattr(again, "shape", None) == received.shape and bool((received == again).all())
    expect.that(
        not same,
        "two calls give the same weights",
        hint="what makes your random numbers start anew in each call?",
        evidence="same_weights_each_call",
    )


def _others(shape, distribution):
    """Return the spreads of weights whose fans are wrong, or the same mistakes as in linear layers."""
    units, inputs, area = shape[0], shape[1], math.prod(shape[2:])
    fan_in, fan_out = inputs * area, units * area
    right = 2 / (fan_in + fan_out)
    variances = {
        f"{distribution}_kernel_ignored": (2 / (inputs + units), HINT),
        f"{distribution}_area_in_fan_in_only": (
            2 / (fan_in + units),
            "to how many outputs does one input of a convolution go?",
        ),
        f"{distribution}_square_of_the_rows": (
            2 / ((inputs + units) * shape[2] ** 2),
            "how many weights has a kernel of 3 x 5?",
        ),
        f"{distribution}_rows_only": (2 / ((inputs + units) * shape[2]), "how many weights has a kernel of 3 x 5?"),
        f"{distribution}_fan_in_only": (1 / fan_in, "which of the two fans do your weights depend on?"),
        f"{distribution}_fan_out_only": (1 / fan_out, "which of the two fans do your weights depend on?"),
        f"{distribution}_he": (2 / fan_in, "which of the two fans do your weights depend on?"),
        f"{distribution}_gain": (2 * right, "which number stands above the fans in the formula?"),
        f"{distribution}_sum_halved": (right / 2, "which number stands above the fans in the formula?"),
    }
    if distribution == "uniform":
        variances["uniform_of_torch"] = (1 / 3 / fan_in, "whose formula for a is yours?")
        variances["half_of_the_range"] = (right / 4, "how long is the range from -a to a?")
        variances["bound_of_one"] = (1 / 3, "what do your weights depend on?")
        variances["deviation_as_bound"] = (right / 3, "is a the largest weight, or the standard deviation?")
        variances["uniform_without_root"] = (3 * right**2, "which sign of the formula of a is missing?")
    else:
        variances["deviation_of_one"] = (1, "what do your weights depend on?")
        variances["variance_as_deviation"] = (
            right**2,
            "the formula gives a variance: what does your generator ask for?",
        )
        variances["bound_as_deviation"] = (3 * right, "is a the largest weight, or the standard deviation?")
    return tuple(Other(name=name, deviation=math.sqrt(one), hint=hint) for name, (one, hint) in variances.items())
