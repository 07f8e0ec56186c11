"""
Which files of a folder a submission is made of: what a student hands in.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grader.model import Assignment, Submission

_CHECKPOINTS = ".ipynb_checkpoints"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """What is handed in, and what is graded of it."""

    files: tuple[str, ...]
    """By their paths in the folder, the graded one first."""
    missing: tuple[str, ...]
    """Files that answers are expected in, where there is no other answer."""
    cells: tuple[int, ...]
    """Numbers of the code cells that count; none of a script."""
    newer_checkpoint: str | None
    """A copy of the notebook that its editor has written after it, and which is another one."""


def handed_in(submission: Submission, folder: Path, assignment: Assignment) -> HandedIn:
    """
    Return which files of *folder* a submission that was read there is made of.

    Args:
        folder: Where the graded file lies, or the folder that was read.
    """
    named = (
        submission.given_as,
        *(file.path for file in submission.files),
        *(span.file for span in submission.source_map),
        *(answer.path for answer in submission.answers),
        *(name for exercise in assignment.exercises for name in exercise.answer),
    )
    files = tuple(name for name in dict.fromkeys(named) if name and (folder / name).is_file())
    cells = tuple(sorted(_cells_that_count(submission)))
    answered = {answer.exercise for answer in submission.answers}
    missing = (
        name
        for exercise in assignment.exercises
        if exercise.name not in answered and not any(name in files for name in exercise.answer)
        for name in exercise.answer
    )
    return HandedIn(
        files=files,
        missing=tuple(missing),
        cells=cells,
        newer_checkpoint=_newer_checkpoint(folder / submission.given_as),
    )


def _cells_that_count(submission: Submission) -> set[int]:
    """Return the numbers of the code cells of which something is in the graded file."""
    if not submission.source_map:
        return set()
    lines = submission.files[0].content.decode(errors="replace").split("\n")
    return {
        span.cell
        for span in submission.source_map
        if span.cell and not span.file and any(_is_code(line) for line in lines[span.line - 1 :][: span.lines])
    }


def _is_code(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _newer_checkpoint(notebook: Path) -> str | None:
    checkpoint = notebook.parent / _CHECKPOINTS / f"{notebook.stem}-checkpoint{notebook.suffix}"
    if notebook.suffix.lower() != ".ipynb" or not checkpoint.is_file() or not notebook.is_file():
        return None
    is_newer = checkpoint.stat().st_mtime > notebook.stat().st_mtime
    return str(checkpoint) if is_newer and checkpoint.read_bytes() != notebook.read_bytes() else None
