"""Of several exit codes one counts."""

from __future__ import annotations

import itertools

import pytest

from grader.cli.exit_codes import ExitCode, that_counts

SETS = [
    some
    for count in range(len(ExitCode) + 1)
    for some in itertools.combinations([code.value for code in ExitCode], count)
]


def expected(codes: tuple[int, ...]) -> int:
    """What the README says: 130 whatever else, 2 before 3, 3 before 1."""
    return next((code for code in (130, 2, 3, 1) if code in codes), 0)


@pytest.mark.parametrize("codes", SETS, ids=str)
def test_one_of_every_combination_counts(codes: tuple[int, ...]) -> None:
    """Whatever comes together, in whatever order, and however often."""
    for order in itertools.permutations(codes):
        assert that_counts(map(ExitCode, (*order, *order))) == expected(codes)
