"""
A check as its marker and its docstring describe it.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.errors import AssignmentError
from grader.model import Assignment, Disclosure, Visibility

if TYPE_CHECKING:  # a request names checks before anything loads pytest, which takes a second
    import pytest

MARKER = (
    "check(points, exercise, disclosure=None, seconds=None, calibrates=False): "
    "a check, what it is worth and where it belongs"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A collected check."""

    name: str
    title: str
    """The sentence that a student reads."""
    exercise: str
    points: int
    visibility: Visibility
    disclosure: Disclosure
    seconds: float | None
    """A time limit of its own, in place of the assignment's."""
    calibrates: bool | tuple[str, ...] = False
    """Whether the accuracy that it measures is what thresholds are for: of all data, or of those named."""
    file: Path
    """Where it is written."""

    def calibrates_on(self, data: str) -> bool:
        """Return whether the accuracy that it measures is what the threshold of these data is for."""
        return self.calibrates if isinstance(self.calibrates, bool) else data in self.calibrates


def check_of(item: pytest.Function, assignment: Assignment) -> Check:
    """
    Read the marker of a collected function.

    Raises:
        AssignmentError: If it has none, or the marker is wrong.
    """
    where = f"{item.path}:{_line(item)}: `{item.name}`"
    marker = item.get_closest_marker("check")
    if marker is None:
        raise AssignmentError(f"{where} is not marked as a check; add @pytest.mark.check(points=…, exercise=…)")
    try:
        points, exercise, disclosure, seconds, calibrates = _arguments(*marker.args, **marker.kwargs)
    except (TypeError, ValueError) as error:
        raise AssignmentError(f"{where}: {str(error).removeprefix('_arguments() ')} in its check marker") from None
    if item.cls is not None:
        raise AssignmentError(f"{where} is a method; a check is a plain function")
    if seconds is not None and not (isinstance(seconds, int | float) and seconds > 0):
        raise AssignmentError(f"{where}: seconds must be a number above 0, got {seconds!r}")
    if not _is_calibrates(calibrates):
        raise AssignmentError(
            f"{where}: calibrates must be True, False, or a tuple of names of data, got {calibrates!r}"
        )
    if type(points) is not int or points < 1:
        raise AssignmentError(f"{where}: points must be a whole number above 0, got {points!r}")
    if any(other.name == exercise and other.is_graded_by_hand for other in assignment.exercises):
        raise AssignmentError(
            f"{where}: exercise {exercise!r} is graded by hand (`graded` in assignment.toml), so no check can give points for "
            "it; name another one, or make one for the check"
        )
    known = [other.name for other in assignment.exercises if not other.is_graded_by_hand]
    if exercise not in known:
        raise AssignmentError(f"{where}: exercise must be one of {', '.join(known)}, got {exercise!r}")
    title = " ".join((inspect.getdoc(item.obj) or "").split())
    if not title:
        raise AssignmentError(f"{where} has no docstring, which is the sentence that a student reads")
    visibility = visibility_of(item, assignment)
    is_public = visibility is Visibility.PUBLIC
    return Check(
        name=name_of(item),
        title=title,
        exercise=exercise,
        points=points,
        visibility=visibility,
        disclosure=disclosure or (Disclosure.FULL if is_public else Disclosure.SENTENCE),
        seconds=seconds,
        calibrates=calibrates,
        file=item.path,
    )


def name_of(item: pytest.Item) -> str:
    """Return the name of a check: that of its function, without `test_`."""
    return item.name.removeprefix("test_")


def visibility_of(item: pytest.Item, assignment: Assignment) -> Visibility:
    """Return whether students have the file that a check is in."""
    return Visibility.PUBLIC if assignment.folder.absolute() in item.path.parents else Visibility.HIDDEN


def _line(item: pytest.Function) -> int:
    """Return where the function begins, with its marker."""
    return inspect.getsourcelines(inspect.unwrap(item.obj))[1]


def _is_calibrates(value: object) -> bool:
    names = value if isinstance(value, tuple) else ()
    return type(value) is bool or (bool(names) and all(isinstance(name, str) for name in names))


def _arguments(
    points: int,
    exercise: str,
    disclosure: str | None = None,
    seconds: float | None = None,
    calibrates: bool | tuple[str, ...] = False,
) -> tuple[int, str, Disclosure | None, float | None, bool | tuple[str, ...]]:
    return points, exercise, None if disclosure is None else Disclosure(disclosure), seconds, calibrates
