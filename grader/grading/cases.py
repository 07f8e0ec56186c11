"""
The cases of a property, generated once per key.

Hypothesis needs about half a millisecond of its own per case.  What it generates depends on the key alone as long as
nothing fails, so the cases are generated once, kept, and asked directly; only when one fails does Hypothesis run the check
itself, from the same key, to shrink it.  A class of submissions shares one generation.

A property that draws while it runs, by `st.data()`, has no cases ahead: Hypothesis runs it from the start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import hypothesis
import hypothesis.errors
from hypothesis import HealthCheck, Phase, strategies
from hypothesis.internal.conjecture import providers

from grader.errors import AssignmentError, HarnessFault
from grader.keys import CasesKey

CASES_PER_PROPERTY = 150
_SETTINGS = hypothesis.settings(
    max_examples=CASES_PER_PROPERTY,
    deadline=None,  # limits are the sandbox's
    database=None,  # a grading depends on nothing but its secret
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    report_multiple_bugs=False,
    print_blob=False,
    verbosity=hypothesis.Verbosity.quiet,
)

Case = Mapping[str, Any]
DRAWS_ITSELF = None
"""In place of the cases of a property that draws while it runs."""
_generated: dict[tuple[Callable[..., None], CasesKey], tuple[Case, ...] | None] = {}
_prepared: set[Callable[..., None]] = set()


def _draw_from_the_key_alone() -> None:
    """
    Keep Hypothesis from mixing in numbers that it finds in the source of whatever modules are loaded.

    The same key would otherwise ask other questions after an unrelated edit, or in a class instead of alone.

    Raises:
        HarnessFault: If this Hypothesis has no such thing to switch off, so that nobody can say what its questions depend on.
    """
    if not hasattr(providers, "_get_local_constants"):
        raise HarnessFault(
            f"Hypothesis {hypothesis.__version__} draws constants in another way than the releases that this grader knows: "
            "its questions may depend on more than the key; install the release that pyproject.toml names"
        )
    providers._get_local_constants = lambda: providers._local_constants


def prepare(function: Callable[..., None], key: CasesKey) -> None:
    """
    Give a property its settings and its seed.

    Raises:
        AssignmentError: If it has settings of its own.
    """
    _draw_from_the_key_alone()
    hypothesis.seed(key.number)(function)
    if function in _prepared:
        return
    try:
        _SETTINGS(function)
    except hypothesis.errors.InvalidArgument:
        raise AssignmentError(f"`{function.__name__}` uses @settings; those of a check come from the grading") from None
    _prepared.add(function)


def generate(function: Callable[..., None], key: CasesKey, fixtures: Mapping[str, object]) -> tuple[Case, ...] | None:
    """
    Return the cases that Hypothesis draws for a prepared property, without running its body; or DRAWS_ITSELF.

    Args:
        fixtures: What pytest would pass; not part of a case.
    """
    generated = (function, key)
    if generated not in _generated:
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
        draws_itself = any(_draws(value) for case in cases for value in case.values())
        _generated[generated] = DRAWS_ITSELF if draws_itself else tuple(cases)
    return _generated[generated]


def _draws(value: object) -> bool:
    """Return whether a value is that of `st.data()`, or has it in it."""
    if isinstance(value, tuple | list):
        return any(map(_draws, value))
    if isinstance(value, dict):
        return any(map(_draws, value.values()))
    return isinstance(value, strategies.DataObject)
