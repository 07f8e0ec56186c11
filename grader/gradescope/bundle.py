"""
The zip that an instructor uploads to Gradescope: one assignment with its solution, the grader, and how to install it.

The same course and the same versions give the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import grader
from grader.errors import AssignmentError
from grader.gradescope import container, settings
from grader.gradescope.container import Container
from grader.gradescope.settings import Settings
from grader.grading import Check, list_checks, possible_points
from grader.model import Assignment, Suite
from grader.reproducible_zip import PROGRAM, Entry, write_zip
from grader.sandbox.docker import docker_folder, files_below, wheels_in

_FILES = Path(__file__).with_name("files")
_LEFT_OUT = ("corpus", "docker_files")
"""Folders of an installed grader that no grading needs."""
_PIN = re.compile(r"^[a-z][\w.-]*==[\w.]+", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundled:
    """What was written, and what to choose on Gradescope."""

    path: Path
    size_bytes: int
    points: int
    """That checks give."""
    points_by_hand: int
    container: Container
    minutes: int
    warnings: tuple[str, ...]
    """Sentences; each says what to choose instead."""


def write(assignment: Assignment, chosen: Settings, target: Path, wheels: Path | None = None) -> Bundled:
    """
    Write the zip to *target*, whole or not at all; one that is there is replaced.

    Args:
        chosen: What goes along as `gradescope.json`.
        wheels: A folder of .whl files, for an image without access to a package index.

    Raises:
        AssignmentError: If the assignment has no solution here, or its checks cannot be collected.
        UsageError: If there are no wheels in *wheels*, or the zip cannot be written.
    """
    if assignment.solution is None:
        raise AssignmentError(
            f"{assignment.slug}: there is no solution here (solutions/{assignment.slug}), only its handout"
        )
    checks = list_checks(assignment, Suite.ALL)
    entries = tuple(_entries(assignment, chosen, wheels))
    write_zip(target, entries)
    best = container.smallest_for(assignment) or container.CONTAINERS[-1]
    return Bundled(
        path=target,
        size_bytes=target.stat().st_size,
        points=possible_points(assignment.exercises, checks),
        points_by_hand=sum(item.points for exercise in assignment.exercises for item in exercise.rubric),
        container=best,
        minutes=chosen.minutes,
        warnings=tuple(_warnings(assignment, chosen, best, checks)),
    )


def _warnings(assignment: Assignment, chosen: Settings, best: Container, checks: tuple[Check, ...]) -> Iterator[str]:
    """Say what Gradescope's usual settings are too small for, and what to choose."""
    needed = container.needed_bytes(assignment)
    known = (
        "" if assignment.needs else ", by its limits.memory_bytes (`[needs]` in assignment.toml says what you measured)"
    )
    if needed > best.memory_bytes:
        yield (
            f"no container of Gradescope is large enough: a grading needs up to {needed / 1024**3:.2f} GB{known}, "
            f"the largest has {best}; what runs out of memory there will be ungraded"
        )
    elif best != container.CONTAINERS[0]:
        yield (
            f"Gradescope's smallest container ({container.CONTAINERS[0]}) is too small: a grading needs up to "
            f"{needed / 1024**3:.2f} GB{known}; choose {best}"
        )
    minutes = container.needed_minutes((check.seconds or assignment.limits.check_seconds for check in checks), best)
    if minutes > chosen.minutes:
        yield (
            f"a timeout of {chosen.minutes} minutes is too short for the longest check on {best.processors:g} CPU: choose "
            f"{minutes} there and `--minutes {minutes}` here, or a larger container; until then checks are cut short"
        )


def _entries(assignment: Assignment, chosen: Settings, wheels: Path | None) -> Iterator[Entry]:
    assert assignment.solution is not None
    yield Entry(name="setup.sh", source=_FILES / "setup.sh", mode=PROGRAM)
    yield Entry(name="run_autograder", source=_FILES / "run_autograder", mode=PROGRAM)
    yield Entry(name=settings.NAME, source=settings.encode(chosen))
    yield Entry(name="python-version", source=b"3.11\n")  # that of the images: the versions were chosen for it
    yield from _versions()
    yield from _folder(Path(grader.__file__).parent, "grader")
    yield from _folder(assignment.folder, f"assignments/{assignment.slug}")
    yield from _folder(assignment.solution, f"solutions/{assignment.slug}")
    if wheels is not None:
        yield from (Entry(name=f"wheels/{path.name}", source=path) for path in wheels_in(wheels))


def _folder(folder: Path, name: str) -> Iterator[Entry]:
    for below_it, path in files_below(folder, _LEFT_OUT):
        yield Entry(name=f"{name}/{below_it}", source=path)


def _versions() -> Iterator[Entry]:
    """Yield what to install: what the images of this grader have, for which a build such as `+cpu` is pip's to choose."""
    folder = docker_folder() / "requirements"
    pins = (pin for name in ("torch-cpu", "grader") for pin in _PIN.findall((folder / f"{name}.txt").read_text()))
    yield Entry(name="requirements.txt", source="".join(f"{pin}\n" for pin in sorted(pins)).encode())
