"""
What is asked of the functions of a reference, to tell mutants from it: what its checks ask, and as much again that they might.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from random import Random

from grader import submission as submissions
from grader.authoring.audit.gradings import SEED, Where, short_task
from grader.errors import AssignmentError
from grader.grading import Check, GradingRequest, Listener, Sides, grade_submission
from grader.model import Assignment
from grader.proxy import Asked

Call = tuple[tuple[object, ...], dict[str, object], str]
"""Positional and keyword arguments, and the lines that ask, if any."""
SEEDS = (SEED, "2", "3", "4")
"""Of the gradings whose questions are recorded."""
GENERATED = 1_000
WITH_TENSORS = 60
"""So many calls are recorded, and generated, where they hold tensors: one takes as long as a hundred with numbers."""
_TRIES = 20
_PLAIN = (bool, int, float, str, type(None))
_FEW = 3
"""Where checks ask less than so many different numbers, they say nothing of which numbers there may be."""
_SMALLEST, _AT_LEAST = 1, 12


def recorded(assignment: Assignment, where: Where, functions: Sequence[str]) -> dict[str, list[Call]]:
    """
    Return the calls that the checks make of each function, by its name, under several seeds.

    There are none where some are neither plain values nor tensors; of many with tensors, which take longer, there are some.

    Raises:
        AssignmentError: If the checks cannot be collected.
    """
    assert assignment.solution is not None
    reference = submissions.read(assignment.solution / assignment.file, assignment)
    exercises = tuple(one.name for one in assignment.exercises if set(one.provides) & set(functions))
    found: dict[str, dict[str, Call]] = {name: {} for name in functions}
    unfit: set[str] = set()
    short = short_task(assignment)

    def note(_check: Check, asked: Asked) -> None:
        for question in asked.questions:
            if question.name in found:
                call = (question.args, dict(question.kwargs), question.lines)
                if not _is_plain(call):
                    unfit.add(question.name)
                found[question.name].setdefault(_written(call), call)

    with where.reference_sandbox() as one, where.reference_sandbox() as other:
        for number, seed in enumerate(SEEDS):
            request = GradingRequest(assignment=assignment, seed=seed, exercises=exercises, task=short)
            where.on_graded("recording questions", number, len(SEEDS))
            grade_submission(request, reference, Sides(submission=one, reference=other), Listener(on_asked=note))
            if not any(found.values()):
                break
    return {name: _some(list(calls.values())) for name, calls in found.items() if calls and name not in unfit}


def generated(calls: Sequence[Call], seed: str) -> list[Call]:
    """
    Return calls like those that are given: their arguments in other combinations, and other numbers.

    Numbers go from the smallest that checks ask to twice the largest; where they ask hardly any, from 1.  Tensors retain their
    shapes and get other numbers: small whole ones, or normal ones.
    """
    random = Random(seed)
    enough = WITH_TENSORS if any(map(_has_tensors, calls)) else GENERATED
    pools = _pools(calls)
    found: dict[str, Call] = {}
    for _number in range(_TRIES * GENERATED):
        args, kwargs, lines = random.choice(calls)
        call = (
            tuple(_other(value, pools[place], random) for place, value in enumerate(args)),
            {name: _other(value, pools[name], random) for name, value in kwargs.items()},
            lines,
        )
        found.setdefault(_written(call), call)
        if len(found) == enough:
            break
    return list(found.values())


def _pools(calls: Sequence[Call]) -> dict[int | str, list[object]]:
    """Return what is given for each argument, by its place or name."""
    pools: dict[int | str, list[object]] = {}
    for args, kwargs, _lines in calls:
        for place, value in enumerate(args):
            pools.setdefault(place, []).append(value)
        for name, value in kwargs.items():
            pools.setdefault(name, []).append(value)
    return pools


def _other(value: object, pool: Sequence[object], random: Random) -> object:
    """Return an argument in the place of *value*: itself, another of the pool, or, for numbers, one that is as large."""
    which = random.random()
    if _is_tensor(value):
        return _redrawn(value, random) if which < 2 / 3 else value
    if which < 1 / 3:
        return value
    if which < 2 / 3:
        return random.choice(pool)
    if isinstance(value, tuple | list):
        numbers = [one for sequence in pool if isinstance(sequence, tuple | list) for one in sequence]
        return type(value)(_number(one, numbers, random) for one in value)
    return _number(value, pool, random)


def _number(value: object, pool: Sequence[object], random: Random) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    numbers = [one for one in pool if isinstance(one, int | float) and not isinstance(one, bool)]
    smallest = min(numbers) if len(set(numbers)) >= _FEW else min(_SMALLEST, *numbers)
    largest = max(2 * max(numbers), _AT_LEAST)
    if isinstance(value, float):
        return random.uniform(smallest, largest)
    if random.random() < 0.5:  # small numbers tell more than large ones
        largest = min(largest, smallest + _AT_LEAST)
    return random.randint(int(smallest), int(largest))


def _some(calls: list[Call]) -> list[Call]:
    """Return all calls, or some of all kinds where they hold tensors."""
    return calls[:: len(calls) // WITH_TENSORS + 1] if any(map(_has_tensors, calls)) else calls


def _is_tensor(value: object) -> bool:
    return type(value).__module__ == "torch" and hasattr(value, "shape")


def _has_tensors(call: Call) -> bool:
    args, kwargs, _lines = call
    return any(map(_is_tensor, (*args, *kwargs.values())))


def _redrawn(value: object, random: Random) -> object:
    """Return a tensor of the same shape and dtype with other numbers; one of whole numbers, as labels are, stays."""
    import torch

    assert isinstance(value, torch.Tensor)
    if not value.is_floating_point():
        return value
    draw = (lambda: random.gauss(0, 1)) if random.random() < 0.5 else (lambda: random.randint(-3, 3))
    return torch.tensor([float(draw()) for _ in range(value.numel())], dtype=value.dtype).reshape(value.shape)


def _written(call: object) -> str:
    """Write a call so that others are written otherwise; of a tensor all numbers."""
    match call:
        case tuple() | list():
            return f"({', '.join(map(_written, call))})"
        case Mapping():
            return f"{{{', '.join(f'{name}: {_written(value)}' for name, value in call.items())}}}"
    return f"{call.shape} {call.tolist()}" if _is_tensor(call) else repr(call)  # type: ignore[attr-defined]


def _is_plain(value: object) -> bool:
    if _is_tensor(value):
        return True
    match value:
        case tuple() | list():
            return all(map(_is_plain, value))
        case Mapping():
            return all(isinstance(key, str) for key in value) and all(map(_is_plain, value.values()))
    return isinstance(value, _PLAIN)


def names_of_functions(assignment: Assignment) -> tuple[str, ...]:
    """
    Return the names that an assignment asks for and that are no modules, once each.

    Raises:
        AssignmentError: If there is no reference.
    """
    if assignment.solution is None or not (assignment.solution / assignment.file).is_file():
        raise AssignmentError(
            f"{assignment.slug}: an audit needs the reference, solutions/{assignment.slug}/{assignment.file}"
        )
    return tuple(_without(assignment.modules, (name for one in assignment.exercises for name in one.provides)))


def _without(modules: Sequence[str], names: Iterator[str]) -> Iterator[str]:
    yield from (name for name in dict.fromkeys(names) if name not in modules)
