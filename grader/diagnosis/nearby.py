"""
Calls near another one, on which functions differ that agree on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from grader.diagnosis.runner import Call

_MAX = 24


def calls_near(call: Call, defaults: tuple[object, ...]) -> Iterator[Call]:
    """Yield calls near one, by its positional arguments, or by the inputs of its lines."""
    args, kwargs, lines = call
    if lines:
        yield from (((), inputs, lines) for inputs in _near_inputs(kwargs))
    else:
        yield from ((other, {}, "") for other in near(args, defaults))


def near(args: tuple[object, ...], defaults: tuple[object, ...]) -> Iterator[tuple[object, ...]]:
    """Yield calls that differ from one in a single number, given or by default; in the last arguments first, which vary least."""
    args = (*args, *defaults[len(args) :])
    calls = [
        (*args[:place], other, *args[place + 1 :])
        for place in reversed(range(len(args)))
        for other in _others(args[place])
    ]
    yield from calls[:_MAX]


def _near_inputs(inputs: Mapping[str, object]) -> Iterator[dict[str, object]]:
    """Yield inputs of lines of Python that differ from some in one of them, in a number or in all numbers of a tensor."""
    calls = [{**inputs, name: other} for name, value in inputs.items() for other in _others(value)]
    yield from calls[:_MAX]


def _others(value: object) -> Iterator[object]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from dict.fromkeys((value + 1, value + 2, 2 * value + 1))
    elif isinstance(value, float):
        yield from (value + 0.375, 1.5 * value)
    elif isinstance(value, tuple | list):
        for place, one in enumerate(value):
            for other in _like(one):
                yield type(value)((*value[:place], other, *value[place + 1 :]))
    elif hasattr(value, "is_floating_point") and value.is_floating_point():
        yield value * 0.75 + 0.375  # type: ignore[operator]  # a tensor, which is not imported for this


def _like(value: object) -> Iterator[object]:
    """Yield other numbers for one of several."""
    if isinstance(value, int) and not isinstance(value, bool):
        yield from (value + 1, value + 3)
    elif isinstance(value, float):
        yield value + 0.375
