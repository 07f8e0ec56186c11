"""
What Gradescope says about a submission: `submission_metadata.json`, of which little is used.

It is never needed.  Where it is missing or broken the submission is graded all the same, and the result says so.
"""

from __future__ import annotations

import contextlib
import math
from dataclasses import dataclass
from pathlib import Path

import msgspec

from grader.reports.escape import one_line

NAME = "submission_metadata.json"
MAX_BYTES = 16 * 1024**2
"""It holds the last result as well, and that is bounded by what ours may be."""
_MAX_NAMES = 8
"""Of a group; Gradescope's are small."""


class _User(msgspec.Struct, frozen=True):
    name: str | None = None


class _Assignment(msgspec.Struct, frozen=True):
    id: int | str | None = None
    total_points: float | str | None = None


class _File(msgspec.Struct, frozen=True):
    id: int | str | None = None
    users: tuple[_User, ...] = ()
    assignment: _Assignment = _Assignment()


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What is used of it."""

    name: str = "submission"
    """The students' names, clean and on one line."""
    assignment_id: str = ""
    """Gradescope's number of the assignment; empty where it is not known."""
    total_points: float | None = None
    """What the assignment is worth on Gradescope."""
    complaint: str | None = None
    """A sentence about what is wrong with the file, or None."""


def read(path: Path) -> Metadata:
    """Read the file at *path*; raises nothing, as whatever is wrong with it is no fault of a student."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        return _without(error.strerror or "it cannot be read")
    if len(content) > MAX_BYTES:
        return _without(f"it has more than {MAX_BYTES:,} bytes")
    try:
        found = msgspec.json.decode(content, type=_File)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return _without(one_line(str(error)))
    return Metadata(
        name=_name(found),
        assignment_id=one_line(str(found.assignment.id or "")),
        total_points=_points(found.assignment.total_points),
    )


def _without(why: str) -> Metadata:
    return Metadata(complaint=f"Gradescope's {NAME} could not be used ({why}); nothing was lost by that.")


def _name(found: _File) -> str:
    names = [user.name.strip() for user in found.users if user.name and user.name.strip()]
    more = f" and {len(names) - _MAX_NAMES} more" if len(names) > _MAX_NAMES else ""
    known = one_line(", ".join(names[:_MAX_NAMES])) + more
    return known or one_line(f"submission {found.id}" if found.id is not None else "submission")


def _points(given: float | str | None) -> float | None:
    """Return a number however it was written; Gradescope writes it as a text."""
    with contextlib.suppress(TypeError, ValueError, OverflowError):
        points = float(given)  # type: ignore[arg-type]
        return points if math.isfinite(points) else None
    return None
