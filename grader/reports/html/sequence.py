"""Two sequences of shapes or losses, `a → b → c`, step by step beside each other: what was expected, and what came."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

_ARROW = " → "
_FEWEST, _MOST = 3, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One step of both."""

    expected: str
    """Empty where the other one has a step more."""
    received: str
    differs: bool
    is_first: bool
    """Whether this is the first step that differs."""


def rows(expected: str | None, received: str | None) -> tuple[Row, ...]:
    """Return the steps of both, equal ones beside each other; nothing where these are no two sequences."""
    if not expected or not received:
        return ()
    first, second = expected.split(_ARROW), received.split(_ARROW)
    if not all(_FEWEST <= len(steps) <= _MOST for steps in (first, second)):
        return ()
    found: list[Row] = []
    for kind, i, j, k, m in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        for one, other in zip_longest(first[i:j], second[k:m], fillvalue=""):
            differs = kind != "equal"
            is_first = differs and not any(row.differs for row in found)
            found.append(Row(expected=one, received=other, differs=differs, is_first=is_first))
    return tuple(found)
