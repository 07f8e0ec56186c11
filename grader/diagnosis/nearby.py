"""
Calls near another one, on which functions differ that agree on it.
"""

from __future__ import annotations

from collections.abc import Iterator

_MAX = 24


def near(args: tuple[object, ...], defaults: tuple[object, ...]) -> Iterator[tuple[object, ...]]:
    """Yield calls that differ from one in a single number, given or by default; in the last arguments first, which vary least."""
    args = (*args, *defaults[len(args) :])
    calls = [
        (*args[:place], other, *args[place + 1 :])
        for place in reversed(range(len(args)))
        for other in _others(args[place])
    ]
    yield from calls[:_MAX]


def _others(value: object) -> Iterator[object]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from dict.fromkeys((value + 1, value + 2, 2 * value + 1))
    elif isinstance(value, tuple):
        for place, one in enumerate(value):
            if isinstance(one, int):
                yield (*value[:place], one + 1, *value[place + 1 :])
                yield (*value[:place], one + 3, *value[place + 1 :])
