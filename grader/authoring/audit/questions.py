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
_TRIES = 20
_PLAIN = (bool, int, float, str, type(None))
_FEW = 3
"""Where checks ask less than so many different numbers, they say nothing of which numbers there may be."""
_SMALLEST, _AT_LEAST = 1, 12


def recorded(assignment: Assignment, where: Where, functions: Sequence[str]) -> dict[str, list[Call]]:
    """
    Return the calls that the checks make of each function, by its name, under several seeds; none where some are no plain values.

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
                found[question.name].setdefault(repr(call), call)

    with where.reference_sandbox() as one, where.reference_sandbox() as other:
        for number, seed in enumerate(SEEDS):
            request = GradingRequest(assignment=assignment, seed=seed, exercises=exercises, task=short)
            where.on_graded("recording questions", number, len(SEEDS))
            grade_submission(request, reference, Sides(submission=one, reference=other), Listener(on_asked=note))
            if not any(found.values()):
                break
    return {name: list(calls.values()) for name, calls in found.items() if calls and name not in unfit}


def generated(calls: Sequence[Call], seed: str) -> list[Call]:
    """
    Return calls like those that are given: their arguments in other combinations, and other numbers.

    Numbers go from the smallest that checks ask to twice the largest; where they ask hardly any, from 1.
    """
    random = Random(seed)
    pools = _pools(calls)
    found: dict[str, Call] = {}
    for _number in range(_TRIES * GENERATED):
        args, kwargs, lines = random.choice(calls)
        call = (
            tuple(_other(value, pools[place], random) for place, value in enumerate(args)),
            {name: _other(value, pools[name], random) for name, value in kwargs.items()},
            lines,
        )
        found.setdefault(repr(call), call)
        if len(found) == GENERATED:
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


def _is_plain(value: object) -> bool:
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
