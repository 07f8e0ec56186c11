"""
The cases of a property, generated once per seed.

Hypothesis needs about half a millisecond of its own per case.  What it generates depends on the seed alone as long as
nothing fails, so the cases are generated once, kept, and asked directly; only when one fails does Hypothesis run the check
itself, from the same seed, to shrink it.  A class of submissions shares one generation.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import hypothesis
import hypothesis.errors
from hypothesis import HealthCheck, Phase
from hypothesis.internal.conjecture import providers

from grader.errors import AssignmentError

CASES_PER_PROPERTY = 150
_SETTINGS = hypothesis.settings(
    max_examples=CASES_PER_PROPERTY,
    deadline=None,  # limits are the sandbox's
    database=None,  # a grading depends on nothing but its seed
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    report_multiple_bugs=False,
    print_blob=False,
    verbosity=hypothesis.Verbosity.quiet,
)

Case = Mapping[str, Any]
_generated: dict[tuple[Callable[..., None], int], tuple[Case, ...]] = {}
_prepared: set[Callable[..., None]] = set()


def _draw_from_the_seed_alone() -> None:
    """
    Keep Hypothesis from mixing in numbers that it finds in the source of whatever modules are loaded.

    The same seed would otherwise ask other questions after an unrelated edit, or in a class instead of alone.
    """
    if hasattr(providers, "_get_local_constants"):
        providers._get_local_constants = lambda: providers._local_constants


def seed_of(seed: int, name: str) -> int:
    """Return the seed of one check in a grading: equal gradings ask equal questions, different checks do not."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{name}".encode()).digest()[:4], "big")


def prepare(function: Callable[..., None], seed: int) -> None:
    """
    Give a property its settings and its seed.

    Raises:
        AssignmentError: If it has settings of its own.
    """
    _draw_from_the_seed_alone()
    hypothesis.seed(seed)(function)
    if function in _prepared:
        return
    try:
        _SETTINGS(function)
    except hypothesis.errors.InvalidArgument:
        raise AssignmentError(f"`{function.__name__}` uses @settings; those of a check come from the grading") from None
    _prepared.add(function)


def generate(function: Callable[..., None], seed: int, fixtures: Mapping[str, object]) -> tuple[Case, ...]:
    """
    Return the cases that Hypothesis draws for a prepared property, without running its body.

    Args:
        fixtures: What pytest would pass; not part of a case.
    """
    key = (function, seed)
    if key not in _generated:
        cases: list[Case] = []
        handle = function.hypothesis  # type: ignore[attr-defined]
        original = handle.inner_test

        def record(**arguments: Any) -> None:
            cases.append({name: value for name, value in arguments.items() if name not in fixtures})

        handle.inner_test = record
        try:
            function(**fixtures)
        finally:
            handle.inner_test = original
        _generated[key] = tuple(cases)
    return _generated[key]
