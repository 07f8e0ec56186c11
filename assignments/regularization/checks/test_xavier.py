"""Public checks of exercise 5, Xavier initialization: fans, and the weights of linear layers."""

import math

import pytest

from grader.checks import expect
from grader.checks.expect.drawn import Other

INPUTS, UNITS = 512, 64
SUM = INPUTS + UNITS


@pytest.mark.check(points=1, exercise="xavier")
def test_handout_fans(student):
    """The handout's layers have the fans of its table: 300 and 40, 75 and 150."""
    for shape, expected in (
        ((40, 300), (300, 40)),
        ((6, 3, 5, 5), (75, 150)),
        ((10, 128), (128, 10)),
        ((64, 1, 3, 3), (9, 576)),
    ):
        received = student.fans(shape)
        received = received.tolist() if hasattr(received, "tolist") else received
        expect.that(
            isinstance(received, tuple | list) and len(received) == 2, "the answer should be a pair", received=received
        )
        for fan, right in zip(received, expected, strict=True):
            expect.close(fan, right)


@pytest.mark.check(points=1, exercise="xavier")
def test_uniform_weights(student):
    """The uniform weights of 64 units with 512 inputs lie between -a and a, and fill this range evenly."""
    variance = 2 / SUM
    others = (
        Other(
            name="deviation_as_bound",
            deviation=math.sqrt(variance / 3),
            hint="is a the largest weight, or the standard deviation?",
        ),
        Other(
            name="uniform_without_root",
            deviation=3 * variance / math.sqrt(3),
            hint="which sign of the formula of a is missing?",
        ),
        Other(
            name="uniform_fan_in_only",
            deviation=math.sqrt(1 / INPUTS),
            hint="which of the two fans does your a depend on?",
        ),
        Other(name="uniform_he", deviation=math.sqrt(2 / INPUTS), hint="which of the two fans does your a depend on?"),
        Other(
            name="uniform_fan_out_only",
            deviation=math.sqrt(1 / UNITS),
            hint="which of the two fans does your a depend on?",
        ),
        Other(name="uniform_of_torch", deviation=math.sqrt(1 / 3 / INPUTS), hint="whose formula for a is yours?"),
        Other(
            name="uniform_gain",
            deviation=math.sqrt(2 * variance),
            hint="which number stands above the fans in the formula of a?",
        ),
        Other(
            name="uniform_sum_halved",
            deviation=math.sqrt(variance / 2),
            hint="which number stands above the fans in the formula of a?",
        ),
        Other(name="half_of_the_range", deviation=math.sqrt(variance) / 2, hint="how long is the range from -a to a?"),
        Other(name="bound_of_one", deviation=1 / math.sqrt(3), hint="what do your weights depend on?"),
    )
    expect.drawn.uniform(student.xavier_uniform((UNITS, INPUTS)), (UNITS, INPUTS), math.sqrt(6 / SUM), others=others)


@pytest.mark.check(points=1, exercise="xavier")
def test_normal_weights(student):
    """The normal weights of 64 units with 512 inputs have the variance 2 / (512 + 64)."""
    variance = 2 / SUM
    others = (
        Other(
            name="variance_as_deviation",
            deviation=variance,
            hint="the formula gives a variance: what does your generator ask for?",
        ),
        Other(
            name="normal_fan_in_only",
            deviation=math.sqrt(1 / INPUTS),
            hint="which of the two fans does your variance depend on?",
        ),
        Other(
            name="normal_he",
            deviation=math.sqrt(2 / INPUTS),
            hint="which of the two fans does your variance depend on?",
        ),
        Other(
            name="normal_fan_out_only",
            deviation=math.sqrt(1 / UNITS),
            hint="which of the two fans does your variance depend on?",
        ),
        Other(
            name="normal_gain",
            deviation=math.sqrt(2 * variance),
            hint="which number stands above the fans in the formula?",
        ),
        Other(
            name="normal_sum_halved",
            deviation=math.sqrt(variance / 2),
            hint="which number stands above the fans in the formula?",
        ),
        Other(
            name="bound_as_deviation",
            deviation=math.sqrt(3 * variance),
            hint="is a the largest weight, or the standard deviation?",
        ),
        Other(name="deviation_of_one", deviation=1.0, hint="what do your weights depend on?"),
    )
    expect.drawn.normal(student.xavier_normal((UNITS, INPUTS)), (UNITS, INPUTS), math.sqrt(variance), others=others)
