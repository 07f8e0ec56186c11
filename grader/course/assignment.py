"""
Load and validate an assignment folder.

    assignments/<slug>/assignment.toml     what is asked, the limits, the policy
    assignments/<slug>/checks/             public checks
    solutions/<slug>/                      reference, hidden checks, misconceptions, specimens (absent for students)

What is handed out is the folder of one assignment, under any name; its assignment.toml says which (`slug`), and it is a course
by itself.
"""

from __future__ import annotations

import difflib
import re
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import msgspec

from grader.course import toml_file
from grader.course.by_hand import refuse_wrong
from grader.course.schema import File, ThresholdTable, TrainingTable
from grader.errors import AssignmentError
from grader.model import Assignment, Exercise, Needs, Policy, Training
from grader.protocol import Limits

ASSIGNMENTS, SOLUTIONS, CHECKS = "assignments", "solutions", "checks"
_Value = TypeVar("_Value")


def find_course(start: Path) -> Path:
    """
    Return *start* or the nearest folder above it that holds `assignments/`, or is what was handed out.

    Raises:
        AssignmentError: If there is none.
    """
    for folder in (start, *start.parents):
        if is_course(folder):
            return folder
    raise AssignmentError(
        f"{start}: no course here or above (a folder with `assignments/`), and no handout (one with `assignment.toml`); go to "
        "the folder that you were given, or name it with --course DIR"
    )


def is_course(folder: Path) -> bool:
    """Return whether a folder holds assignments, or is one that was handed out."""
    return any((folder / ASSIGNMENTS).glob("*/assignment.toml")) or _handed_out(folder) is not None


def slugs(course: Path) -> tuple[str, ...]:
    """Return the assignments of a course, sorted."""
    handed_out = _handed_out(course)
    if handed_out is not None:
        return (handed_out,)
    return tuple(sorted(path.parent.name for path in (course / ASSIGNMENTS).glob("*/assignment.toml")))


def load(course: Path, slug: str, *, is_calibrated: bool = True) -> Assignment:
    """
    Load one assignment.

    Args:
        is_calibrated: Whether its data must have a threshold; before a calibration there is none.

    Raises:
        AssignmentError: If there is none of that name, or a file of it is wrong; the text names file, key and value.
    """
    handed_out, known = _handed_out(course) is not None, slugs(course)
    there = course if handed_out else course / ASSIGNMENTS
    if slug not in known:
        near = difflib.get_close_matches(slug, known, n=1)
        suggestion = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known) or 'none'}"
        raise AssignmentError(f"no assignment `{slug}` in {there}; {suggestion}")
    folder = there if handed_out else there / slug
    path = folder / "assignment.toml"
    file = toml_file.read(path, File)
    if not re.fullmatch(r"[A-Za-z_]\w*\.py", file.file):
        raise AssignmentError(f"{path}: file must be the name of a Python file, got {file.file!r}")
    solution = course / SOLUTIONS / slug
    return Assignment(
        slug=slug,
        title=file.title,
        summary=file.summary,
        file=file.file,
        idle_points=file.idle_points,
        modules=file.modules,
        networks=file.networks,
        packages=file.packages,
        exercises=_exercises(file, path),
        limits=_value(file.limits, Limits),
        policy=_value(file.policy, Policy),
        training=None if file.training is None else _training(file.training, path, is_calibrated),
        needs=None if file.needs is None else _value(file.needs, Needs),
        course=course,
        folder=folder,
        solution=solution if solution.is_dir() else None,
    )


def exercise_of(assignment: Assignment, word: str) -> str | None:
    """Return the name of the exercise that is called so, or that provides what is called so; or None."""
    for exercise in assignment.exercises:
        if word in (exercise.name, *exercise.provides):
            return exercise.name
    return None


def no_exercise(assignment: Assignment, word: str, also: str = "") -> str:
    """Say that no exercise is called so, *also* that it is nothing else, and which exercises there are."""
    names = [exercise.name for exercise in assignment.exercises]
    near = difflib.get_close_matches(word, names, n=1)
    suggestion = f"did you mean {near[0]}?" if near else f"there are: {', '.join(names)}"
    return " ".join(filter(None, (f"`{word}`: no exercise of {assignment.slug}", also))) + f"; {suggestion}"


def of_checks(path: Path) -> tuple[Path, str] | None:
    """Return course and slug of a checks folder, or of a file in it, public or hidden; None if it is neither."""
    for folder in (path, *path.parents):
        if folder.name == CHECKS and folder.parent.parent.name in (ASSIGNMENTS, SOLUTIONS):
            return folder.parents[2], folder.parent.name
        if folder.name == CHECKS and (handed_out := _handed_out(folder.parent)) is not None:
            return folder.parent, handed_out
    return None


def slug_in(toml: bytes, path: Path) -> str:
    """Return which assignment the file at *path* was handed out with, or ""; raises AssignmentError if it is no TOML."""
    return toml_file.decode(toml, _HandedOut, path).slug


def _handed_out(folder: Path) -> str | None:
    """Return which assignment was handed out as this folder; None if none was."""
    path = folder / "assignment.toml"
    if not path.is_file():
        return None
    with suppress(AssignmentError):
        return toml_file.read(path, _HandedOut).slug or None
    return None


class _HandedOut(msgspec.Struct):
    """What alone is read of a file to find out whether it was handed out."""

    slug: str = ""


def _value(table: msgspec.Struct, kind: type[_Value]) -> _Value:
    """Return a table as the value that it stands for, with its defaults for the keys that are left out."""
    return msgspec.convert(msgspec.to_builtins(table), kind)


def _exercises(file: File, path: Path) -> tuple[Exercise, ...]:
    """Return the exercises; raises AssignmentError if two have one name, one is a choice by itself, or graded in no way."""
    for number, entry in enumerate(file.exercises):
        refuse_wrong(entry, f"{path}: exercises[{number}]")
    exercises = tuple(_value(entry, Exercise) for entry in file.exercises)
    names = [exercise.name for exercise in exercises]
    for name in names:
        if names.count(name) > 1:
            raise AssignmentError(f"{path}: exercises.name must be unique, got {name!r} {names.count(name)} times")
    groups = [exercise.choose_one for exercise in exercises if exercise.choose_one]
    for group in groups:
        if groups.count(group) == 1:
            raise AssignmentError(
                f"{path}: exercises.choose_one {group!r} has one exercise; a choice needs two or more"
            )
    return exercises


def _training(table: TrainingTable, path: Path, is_calibrated: bool) -> Training:
    """Return what networks are trained on; raises AssignmentError if a threshold is wrong or missing."""
    for name, entry in table.thresholds.items():
        toml_file.table(entry, ThresholdTable, path, f"training.thresholds.{name}")
    training = _value(table, Training)
    if is_calibrated and training.data not in training.thresholds:
        known = ", ".join(training.thresholds) or "none"
        raise AssignmentError(
            f"{path}: training.data {training.data!r} has no threshold; there are: {known}; `grader calibrate` writes one"
        )
    return training
