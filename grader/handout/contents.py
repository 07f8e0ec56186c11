"""
What is handed out of an assignment: the files that are listed here and no others.
"""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.errors import AssignmentError, UsageError
from grader.handout import answers
from grader.handout.record import RECORD
from grader.model import Assignment

TOML = "assignment.toml"
_PICTURES = tuple(f"pictures/*.{kind}" for kind in ("png", "jpg", "jpeg", "gif", "svg"))
_NEVER = ("__pycache__", ".ipynb_checkpoints")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """The files of a handout, by their paths in it."""

    assignment: Assignment
    files: Mapping[str, bytes]
    left_out: tuple[str, ...]
    """Files of the assignment's folder that are none of these."""
    is_compared: bool
    """Whether there was a solution to compare them with."""

    @property
    def notebook(self) -> str | None:
        """Return the name of the notebook beside the stub, if there is one."""
        name = _notebook(self.assignment)
        return name if name in self.files else None

    def refuse_within(self, option: str, target: Path) -> None:
        """
        Refuse to write where the assignment or its solution lies.

        Raises:
            UsageError: If *target* is there.
        """
        for folder in filter(None, (self.assignment.folder, self.assignment.solution)):
            if target.absolute().resolve().is_relative_to(folder.resolve()):
                raise UsageError(f"{option} {target}: lies in {folder}, from which it is made; name another place")


def contents_of(assignment: Assignment) -> Contents:
    """
    Read what is handed out of an assignment.

    Raises:
        AssignmentError: If a file is missing that every handout has, or something of the solution is in one.
    """
    allowed = _allowed(assignment)
    files: dict[str, bytes] = {}
    left_out = []
    for path in sorted(assignment.folder.rglob("*")):
        name = os.fsencode(path.relative_to(assignment.folder).as_posix()).decode(errors="replace")
        if path.is_dir() or any(part in _NEVER or part.startswith(".") for part in name.split("/")) or name == RECORD:
            continue  # a record is of the handout that was made before, wherever this one is made of it
        is_own = path.is_file() and not path.is_symlink()  # a link may lead anywhere
        if not is_own or not any(_matches(name, pattern) for pattern in allowed):
            left_out.append(name)
            continue
        files[name] = path.read_bytes()
    for name in (TOML, "README.md", assignment.file):
        if name not in files:
            raise AssignmentError(f"{assignment.folder / name}: no such file, and every handout has one")
    files[TOML] = _named(assignment.slug, files[TOML])
    if assignment.solution is not None:
        answers.require_none(assignment, assignment.solution, files)
    return Contents(
        assignment=assignment,
        files=files,
        left_out=tuple(left_out),
        is_compared=assignment.solution is not None,
    )


def _allowed(assignment: Assignment) -> tuple[str, ...]:
    notebook = _notebook(assignment)
    return (TOML, "README.md", assignment.file, notebook, "networks.py", "hints.msgpack", "checks/*.py", *_PICTURES)


def _notebook(assignment: Assignment) -> str:
    return Path(assignment.file).with_suffix(".ipynb").name


def _matches(name: str, pattern: str) -> bool:
    return name.count("/") == pattern.count("/") and fnmatch.fnmatchcase(name, pattern)


def _named(slug: str, toml: bytes) -> bytes:
    """Let assignment.toml say which assignment it is, unless it does already: the folder may have any name."""
    line = f'slug = "{slug}"\n'.encode()
    return toml if line in toml else line + toml
