"""
The one source of an assignment: `solutions/<slug>/<file>`, or a notebook of that name beside it, with markers.

Markers are comments, so a Python source is the reference solution as it is.  Of a notebook the reference is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grader.authoring.markers import stub_of
from grader.authoring.percent import percent_of
from grader.errors import AssignmentError
from grader.model import Assignment

_MADE = '"""Made of {} by `grader build`: change that file, not this one."""  # SOLUTION NO PROMPT\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What an assignment is made of."""

    path: Path
    text: str
    """As Python, with its markers."""
    stub: str
    """What is left for students."""
    reference: str | None
    """The reference solution, where it is not the source itself."""


def source_of(assignment: Assignment) -> Source:
    """
    Read the source of an assignment.

    Raises:
        AssignmentError: If there is none or two, it cannot be read, its markers are wrong, or its stub lacks a name that an
            exercise provides.
    """
    if assignment.solution is None:
        raise AssignmentError(
            f"{assignment.folder}: stub and notebook are made of a solution, and there is no solutions/{assignment.slug} here"
        )
    path = assignment.solution / assignment.file
    notebook = path.with_suffix(".ipynb")
    if not notebook.is_file():
        text = _read(path)
        return Source(path=path, text=text, stub=stub_of(text, path), reference=None)
    header = _MADE.format(notebook.name)
    if path.is_file() and not _read(path).startswith(header):
        raise AssignmentError(
            f"{notebook}: there is a {path.name} beside it that was not made of it; delete the one that is not the source"
        )
    text = percent_of(_read(notebook), notebook)
    return Source(path=notebook, text=text, stub=stub_of(text, notebook), reference=header + "\n" + text)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise AssignmentError(
            f"{path}: no such file; write the solution there, with markers around what students write"
        ) from None
    except UnicodeDecodeError:
        raise AssignmentError(f"{path}: not UTF-8") from None
    except OSError as error:
        raise AssignmentError(f"{path}: cannot be read: {error.strerror}") from None
