"""
Require of random numbers that they are drawn as asked: numbers of any generator pass, whatever their seed.

Every comparison fails for right numbers with a probability of 2e-9 (six standard deviations of a normal distribution, on both
sides), so that all those of a grading together stay far below 1e-6.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.checks.expect.values import render, that, with_tensors
from grader.checks.findings import remark

if TYPE_CHECKING:
    import torch

DEVIATIONS = 6.0
"""So many standard deviations may what is measured be away from what is right."""
FEWEST = 10_000
"""So many numbers tell a normal distribution from a uniform one."""
_KURTOSIS = {"uniform": 1.8, "normal": 3.0}
"""Fourth moment by the square of the second: how heavy the tails of a distribution are."""
_BETWEEN = 2.4
"""Of right samples of FEWEST numbers, the measured one is nearer to the own than to the other: 0.6 are 12 standard deviations."""
_BEYOND = 1 + 1e-6
"""Numbers of 32 bits are rounded: so much may the largest be beyond its bound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """A spread that numbers have which are drawn in a wrong way."""

    name: str
    """Of the mistake."""
    deviation: float
    """Their standard deviation."""
    hint: str


def is_share(count: int, of: int, probability: float) -> bool:
    """Return whether so many of so many may have happened, where each happens with a probability."""
    return abs(count - of * probability) <= DEVIATIONS * math.sqrt(of * probability * (1 - probability))


def uniform(received: object, shape: tuple[int, ...], bound: float, *, others: Sequence[Other] = ()) -> torch.Tensor:
    """
    Require a tensor of numbers that are uniform between -bound and bound, and return it in float64.

    Args:
        shape: With FEWEST numbers or more.
        others: Wrong spreads, which are named.

    Raises:
        CheckFailed: If it is anything else.
    """
    numbers = _spread(received, shape, bound / math.sqrt(3), "uniform", others)
    largest = float(numbers.abs().max())
    that(
        0.99 * bound <= largest <= bound * _BEYOND,
        f"the largest weight should be just below a = {bound:.4g}",
        received=f"{largest:.4g}",
        evidence="another_distribution",
    )
    return numbers


def normal(received: object, shape: tuple[int, ...], deviation: float, *, others: Sequence[Other] = ()) -> torch.Tensor:
    """Require a tensor of numbers that are normal with mean 0 and this standard deviation, as `uniform` does."""
    return _spread(received, shape, deviation, "normal", others)


def _spread(
    received: object, shape: tuple[int, ...], deviation: float, distribution: str, others: Sequence[Other]
) -> torch.Tensor:
    """Require type, shape, mean, spread and tails."""
    numbers = _tensor(received, shape)
    count, tails = numbers.numel(), _KURTOSIS[distribution]
    that(count >= FEWEST, "fewer numbers than tell distributions apart")
    measured = float(numbers.square().mean().sqrt())
    that(
        math.isfinite(measured) and float(numbers.std()) > 1e-9 * max(measured, 1e-30),
        "all weights are equal, or not finite",
        received=numbers,
        hint="what would units with equal weights learn?",
        evidence="equal_weights",
    )
    that(
        not any(_is_repeated(numbers, axis) for axis in range(numbers.ndim)),
        "the same numbers stand in every row, or in every column",
        hint="how many numbers do you draw, and how many has the tensor?",
        evidence="repeated_numbers",
    )
    mean = float(numbers.mean())
    that(
        abs(mean) <= DEVIATIONS * max(measured, deviation) / math.sqrt(count),
        "the weights are not centred at 0",
        expected=f"a mean of 0, within {DEVIATIONS * deviation / math.sqrt(count):.2g}",
        received=f"a mean of {mean:.4g}",
        hint="which numbers does your generator give: are some of them negative?",
        evidence="not_centred",
    )
    if not _is_spread(measured, deviation, count, tails):
        other = next(
            (one for one in others if _is_spread(measured, one.deviation, count, max(_KURTOSIS.values()))), None
        )
        that(
            False,
            "the weights are spread too little" if measured < deviation else "the weights are spread too much",
            expected=f"a standard deviation of {deviation:.4g}",
            received=f"a standard deviation of {measured:.4g}",
            hint=other.hint if other else None,
            evidence=other.name if other else "another_spread",
        )
    kurtosis = float(numbers.pow(4).mean()) / measured**4
    that(
        (kurtosis < _BETWEEN) == (tails < _BETWEEN),
        f"the spread is right, but the weights are not drawn from a {distribution} distribution",
        hint="which of the two distributions does this function draw from?",
        evidence="another_distribution",
    )
    return numbers


def _tensor(received: object, shape: tuple[int, ...]) -> torch.Tensor:
    import torch

    received = with_tensors(received)
    that(isinstance(received, torch.Tensor), "the answer should be a tensor", received=received, evidence="no_tensor")
    assert isinstance(received, torch.Tensor)
    that(
        tuple(received.shape) == shape,
        "the shape is wrong",
        expected=str(shape),
        received=str(tuple(received.shape)),
        evidence="another_shape",
    )
    that(
        received.is_floating_point(),
        "the answer should be floating-point numbers",
        received=render(received),
        evidence="no_tensor",
    )
    if received.dtype in (torch.float16, torch.bfloat16):
        remark("numbers of 16 bits are coarse: float32 is usual for weights")
    return received.double()


def _is_spread(measured: float, deviation: float, count: int, tails: float) -> bool:
    """Return whether a sample may have this spread; of the mean square the relative deviation is sqrt((kurtosis - 1) / count)."""
    return abs((measured / deviation) ** 2 - 1) <= DEVIATIONS * math.sqrt((tails - 1) / count)


def _is_repeated(numbers: torch.Tensor, axis: int) -> bool:
    return numbers.shape[axis] > 1 and bool((numbers == numbers.narrow(axis, 0, 1)).all())
