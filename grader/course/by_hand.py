"""What assignment.toml says of an exercise that is graded by hand, and what it may not say."""

from __future__ import annotations

from pathlib import PurePosixPath

from msgspec import UNSET

from grader.course.schema import ExerciseTable
from grader.errors import AssignmentError

BY_HAND = "by hand"


def refuse_wrong(entry: ExerciseTable, where: str) -> None:
    """
    Refuse an exercise that is half graded by hand and half by checks, or a rubric that cannot be filled in.

    Args:
        where: File and key, for the text.

    Raises:
        AssignmentError: If it is one.
    """
    if entry.graded not in ("", BY_HAND):
        raise AssignmentError(
            f"{where}.graded must be {BY_HAND!r}, got {entry.graded!r}; leave it out where checks give the points"
        )
    if not entry.graded:
        _refuse_without_checks(entry, where)
        return
    if entry.provides:
        raise AssignmentError(
            f"{where}.provides must be empty, got {list(entry.provides)!r}: {entry.name!r} is graded by hand, and nothing is "
            "looked for in code; what checks look for is an exercise of its own"
        )
    if entry.choose_one:
        raise AssignmentError(
            f"{where}.choose_one {entry.choose_one!r}: {entry.name!r} is graded by hand, and which of a choice is best is known "
            "when it is graded; leave it out"
        )
    _refuse_rubric(entry, where)
    _refuse_answer(entry, where)


def _refuse_without_checks(entry: ExerciseTable, where: str) -> None:
    if entry.provides is UNSET:
        raise AssignmentError(f"{where}.provides: this key is missing")
    for key, value in (("rubric", entry.rubric), ("answer", entry.answer)):
        if value is not UNSET:
            raise AssignmentError(
                f"{where}.{key}: {entry.name!r} is graded by checks, which take none; write graded = {BY_HAND!r} above it, or "
                "leave it out"
            )


def _refuse_rubric(entry: ExerciseTable, where: str) -> None:
    if not entry.rubric:
        raise AssignmentError(
            f"{where}.rubric: this key is missing; {entry.name!r} is graded by hand, and [[exercises.rubric]] tables with item "
            "and points say for what"
        )
    items = [one.item.strip() for one in entry.rubric]
    for number, item in enumerate(items):
        if not item:
            raise AssignmentError(
                f"{where}.rubric[{number}].item must be a text, got {entry.rubric[number].item!r}; write what is looked for"
            )
        if items.count(item) > 1:
            raise AssignmentError(
                f"{where}.rubric: items must differ, got {item!r} {items.count(item)} times; marks are given by them"
            )


def _refuse_answer(entry: ExerciseTable, where: str) -> None:
    for number, name in enumerate(entry.answer or ()):
        path = PurePosixPath(name)
        if str(path) != name or path.is_absolute() or ".." in path.parts or not name.isprintable():
            raise AssignmentError(
                f"{where}.answer[{number}] must be the name of a file, or its path in the submission, got {name!r}"
            )
        if path.suffix.lower() in (".py", ".ipynb"):
            raise AssignmentError(
                f"{where}.answer[{number}] must be a file of text, got {name!r}; what a notebook says below a heading of the "
                "exercise's title is found by itself"
            )
