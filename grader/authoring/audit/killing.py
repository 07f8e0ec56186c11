"""
Which mutants lose points.

Each is graded until a check is lost: in the exercises that ask for what it changes, then in the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from grader.authoring.audit import functions, questions, tables
from grader.authoring.audit.gradings import Asked, Where, grade, lost, short_task
from grader.authoring.audit.mutants import Crop, Mutant, handed_in
from grader.grading import list_checks
from grader.model import Assignment, Outcome, Suite


def crops(assignment: Assignment, where: Where, key: str) -> tuple[Crop, ...]:
    """
    Return the mutants of every name that an assignment asks for; of a module that is no table of layers there are none.

    Raises:
        AssignmentError: If the reference or the checks cannot be used.
    """
    names = questions.names_of_functions(assignment)
    reference = _reference(assignment)
    calls = questions.recorded(assignment, where, names) if names else {}
    found = []
    with where.reference_sandbox() as workers:
        for number, name in enumerate(names):
            where.on_graded("comparing mutants", number, len(names))
            found.append(functions.crop(reference, name, calls.get(name, []), workers, key))
    return (*found, *_of_tables(assignment))


def written(assignment: Assignment, of: str) -> Iterator[Mutant]:
    """Yield the mutants of one name as they are made, without a look at which of them are alike."""
    accepted = tables.tables_of(assignment)
    if any(one.module == of for one in accepted):
        yield from tables.crop(assignment, of, accepted).mutants
    else:
        yield from functions.made(_reference(assignment), of)


def _reference(assignment: Assignment) -> Path:
    assert assignment.solution is not None
    return assignment.solution / assignment.file


def _of_tables(assignment: Assignment) -> Iterator[Crop]:
    accepted = tables.tables_of(assignment)
    for module in assignment.modules:
        if any(one.module == module for one in accepted):
            yield tables.crop(assignment, module, accepted)


def exercises_of(assignment: Assignment, mutant: Mutant) -> tuple[str, ...]:
    """Return the exercises that ask for what a mutant changes, and for nothing that it does not define."""
    return tuple(
        one.name
        for one in assignment.exercises
        if mutant.of in one.provides and (not mutant.is_alone or set(one.provides) == {mutant.of})
    )


def survivors(
    assignment: Assignment, every: Sequence[Mutant], where: Where, *, seed: str, what: str = "mutants"
) -> list[Mutant]:
    """
    Grade mutants and return those that lose nothing.

    Raises:
        AssignmentError: If the checks cannot be collected.
    """
    short = short_task(assignment)
    asked = {check.exercise for check in list_checks(assignment, Suite.ALL)}
    own = {one.name: tuple(name for name in exercises_of(assignment, one) if name in asked) for one in every}
    others = {
        one.name: tuple(name for name in (e.name for e in assignment.exercises) if name in asked - {*own[one.name]})
        for one in every
        if not one.is_alone
    }
    left = list(every)
    rounds = [(own, short), (others, short), *([(own, None), (others, None)] if short is not None else [])]
    for number, (exercises, task) in enumerate(rounds):
        group = [one for one in left if exercises.get(one.name)]
        told = what if number == 0 else f"{what} that survive so far"
        request = Asked(seed=seed, task=task, until_lost=True)
        killed = _killed(assignment, group, [exercises[one.name] for one in group], where, told, request)
        left = [one for one in left if one.name not in killed]
    return left


def _killed(
    assignment: Assignment,
    group: Sequence[Mutant],
    exercises: Sequence[tuple[str, ...]],
    where: Where,
    what: str,
    asked: Asked,
) -> set[str]:
    """Return the names of those that lose something in the exercises that they are asked about."""
    submissions = [
        replace(submission, name=f"{number:05d}") for number, submission in enumerate(handed_in(group, assignment))
    ]
    each = {submission.name: some for submission, some in zip(submissions, exercises, strict=True)}
    found = set()
    for graded in grade(assignment, submissions, where, what, replace(asked, exercises=each)):
        if any(check.outcome is not Outcome.UNGRADED for check in lost(graded)):
            found.add(group[int(graded.submission)].name)
    return found
