"""Where `grader ci` writes what it found: for people, for the page of a pull request, for the steps that follow, and to files."""

from __future__ import annotations

import enum
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.atomic_write import write_atomically
from grader.cli.console import show
from grader.errors import UsageError
from grader.model import ForbiddenEdit, GradedSubmission, Refused
from grader.reports import code_quality, file_name, github, github_classroom, junit, markdown, results_json, terminal
from grader.reports.repository import Folders

REFUSED = "refused.results.json"
"""What could not be read, so that a report on stored results holds it too."""


class Forge(enum.StrEnum):
    """Where a pull request is, and so what its page can show."""

    GITHUB = "github"
    GITLAB = "gitlab"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is told of a pull request, for all who read its page."""

    gradings: Sequence[GradedSubmission]
    refused: Sequence[Refused]
    forbidden: Sequence[ForbiddenEdit]
    permitted: Sequence[str]
    """Other paths that changed, and that staff permit."""
    folders: Folders
    """Where submissions lie in the repository."""
    is_of_one: bool
    """Whether all is of one student, so that points of assignments can be added up."""


def write(forge: Forge, found: Found, out: Path | None) -> None:
    """
    Write everything but the single results: files first, then what is printed.

    Raises:
        UsageError: If something cannot be written.
    """
    summary = markdown.encode(found.gradings, found.refused, found.forbidden)
    if out is not None:
        _write(out / "junit.xml", junit.encode(found.gradings, found.refused, found.folders))
        _write(out / "summary.md", summary)
        _write(out / REFUSED, results_json.encode_all([], found.refused))
        if forge is Forge.GITLAB:
            report = code_quality.encode(found.gradings, found.refused, found.folders, found.forbidden)
            _write(out / "gl-code-quality-report.json", report)
    if len(found.gradings) + len(found.refused) > 1:
        show(terminal.many(found.gradings, found.refused))
    for graded in found.gradings:
        show(terminal.one(graded))
    if forge is Forge.GITHUB:
        _append("GITHUB_STEP_SUMMARY", summary)
        commands = github.encode(found.gradings, found.refused, found.folders, found.forbidden)
        if found.is_of_one and (found.gradings or found.refused):
            earned, possible = github_classroom.points(found.gradings)
            result = github_classroom.result(found.gradings, found.refused)
            _append("GITHUB_OUTPUT", f"points={earned}\npossible={possible}\nresult={result}\n".encode())
            commands += github_classroom.notices(found.gradings)
        sys.stdout.flush()
        sys.stdout.buffer.write(commands)
        sys.stdout.buffer.flush()


def write_one(graded: GradedSubmission, out: Path) -> None:
    """
    Write the result of one grading.

    Raises:
        UsageError: If it cannot be written.
    """
    name = file_name.of(graded.submission, ".results.json")
    _write(out / graded.assignment / name, results_json.encode(graded))


def _append(variable: str, content: bytes) -> None:
    """Append to the file that a variable of GitHub's runner names; elsewhere there is none."""
    path = os.environ.get(variable)
    if not path:
        return
    try:
        with open(path, "ab") as file:
            file.write(content)
    except OSError as error:
        raise UsageError(f"${variable} names {path}, which cannot be written: {error.strerror}") from None


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, content)
    except OSError as error:
        raise UsageError(f"--out: {path} cannot be written: {error.strerror}") from None
