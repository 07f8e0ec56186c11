"""What staff decide about a score: each command adds one row to the gradebook, with a name, a time and a reason."""

from __future__ import annotations

import getpass
import re
from collections.abc import Callable
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import typer

from grader.classroom.policies import (
    Adjustment,
    Comment,
    Decision,
    Excused,
    Extension,
    Mark,
    NotExcused,
    Override,
    Record,
    RegradeAnswer,
    RegradeRequest,
    Standing,
    explain,
)
from grader.cli.console import out
from grader.cli.gradebook.desk import AssignmentArgument, BookOption, Desk, StudentArgument, desk
from grader.cli.options import CourseOption
from grader.errors import UsageError
from grader.reports.escape import clean

_MAX_POINTS = 10**6
_MAX_CHARACTERS = 10_000
_POINTS = "A number of points, such as 2, -1.5 or 1/3."
_REASON = "Why, for who asks later; the student reads it in no feedback."
_BY = "Who decides. Default: who is logged in."
_EXERCISE = "The exercise whose points these are, by its name; without it the score as it is shown changes."
_UNTIL = "A date with a time, such as 2026-11-15T23:59, in the time zone of the course."

PointsArgument = Annotated[str, typer.Argument(metavar="POINTS", help=_POINTS)]
ReasonOption = Annotated[str, typer.Option("--reason", metavar="TEXT", help=_REASON)]
ByOption = Annotated[str | None, typer.Option("--by", metavar="NAME", envvar="GRADER_STAFF", help=_BY)]
ExerciseOption = Annotated[str | None, typer.Option("--exercise", metavar="NAME", help=_EXERCISE)]
TimeArgument = Annotated[str, typer.Argument(metavar="TIME", help=_UNTIL)]
AttemptOption = Annotated[
    int | None,
    typer.Option("--attempt", metavar="NUMBER", min=1, help="Number of the attempt. Default: the one that counts."),
]
UndoOption = Annotated[bool, typer.Option("--undo", help="Take back that the student is excused.")]
UntilArgument = Annotated[str, typer.Argument(metavar="TIME", help=_UNTIL)]
ExerciseArgument = Annotated[str, typer.Argument(metavar="EXERCISE", help="An exercise that is graded by hand.")]
ItemArgument = Annotated[str, typer.Argument(metavar="ITEM", help="An item of its rubric, or the beginning of one.")]
CommentOption = Annotated[str, typer.Option("--comment", metavar="TEXT", help="What the student reads with it.")]
TextArgument = Annotated[str, typer.Argument(metavar="TEXT", help="What is said.")]
NumberArgument = Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="Of the request, from 1.")]


def adjust(
    assignment: AssignmentArgument,
    student: StudentArgument,
    points: PointsArgument,
    reason: ReasonOption,
    exercise: ExerciseOption = None,
    by: ByOption = None,
    gradebook: BookOption = None,
    course: CourseOption = None,
) -> None:
    """Add points to a score, or take some."""

    def made(at: Desk) -> Decision:
        if exercise is not None:
            _check_exercise(at, assignment, exercise)
        return Adjustment(points=_points(points), exercise=exercise, by=_by(by), at=at.now, reason=reason)

    _enter(assignment, student, gradebook, course, made)


def override(
    assignment: AssignmentArgument,
    student: StudentArgument,
    points: PointsArgument,
    reason: ReasonOption,
    by: ByOption = None,
    gradebook: BookOption = None,
    course: CourseOption = None,
) -> None:
    """Set the score, whatever was computed."""
    _enter(
        assignment,
        student,
        gradebook,
        course,
        lambda at: Override(points=_not_below_zero(points), by=_by(by), at=at.now, reason=reason),
    )


def extend(
    assignment: AssignmentArgument,
    student: StudentArgument,
    until: UntilArgument,
    reason: ReasonOption = "",
    by: ByOption = None,
    gradebook: BookOption = None,
    course: CourseOption = None,
) -> None:
    """Give a student another due date."""
    _enter(
        assignment,
        student,
        gradebook,
        course,
        lambda at: Extension(until=_time(until, at), by=_by(by), at=at.now, reason=reason),
    )


def handed_in(
    assignment: AssignmentArgument,
    student: StudentArgument,
    time: TimeArgument,
    number: AttemptOption = None,
    gradebook: BookOption = None,
    course: CourseOption = None,
) -> None:
    """Say when something was handed in, where the course site has not: of the attempt that counts, or of another one."""
    from grader.classroom.gradebook import HandedIn

    with desk(gradebook, course) as at:
        at.check_assignment(assignment)
        known = at.standings()
        student = at.student(student, known)
        account = known.account(at.policy, student, at.now).by_assignment[assignment]
        attempts = {one.number: one for one in known.records[student].get(assignment, Record()).attempts}
        chosen = account.counted if number is None else attempts.get(number)
        if chosen is None:
            raise UsageError(f"{student} has {len(attempts)} attempts in {assignment}, and none to give a time")
        (row,) = (one for one in at.book.history(assignment, student) if one.row == chosen.row)
        at.book.note(row, HandedIn(student=student, at=_time(time, at)))
        account = at.standings().account(at.policy, student, at.now).by_assignment[assignment]
        out.print(clean(explain(account)), markup=False, highlight=False, soft_wrap=True)


def excuse(
    assignment: AssignmentArgument,
    student: StudentArgument,
    reason: ReasonOption,
    undo: UndoOption = False,
    by: ByOption = None,
    gradebook: BookOption = None,
    course: CourseOption = None,
) -> None:
    """Let an assignment not count for a student; --undo lets it count again, with all else that was decided."""

    def made(at: Desk) -> Decision:
        if not undo:
            return Excused(by=_by(by), at=at.now, reason=reason)
        known = at.standings()
        called = at.student(student, known)
        if known.account(at.policy, called, at.now).by_assignment[assignment].standing is not Standing.EXCUSED:
            raise UsageError(f"--undo: {at.shown(called)} is not excused from {assignment}")
        return NotExcused(by=_by(by), at=at.now, reason=reason)

    _enter(assignment, student, gradebook, course, made)


def mark(
    assignment: AssignmentArgument,
    student: StudentArgument,
    exercise: ExerciseArgument,
    item: ItemArgument,
    points: PointsArgument,
    comment: CommentOption = "",
    by: ByOption = None,
    gradebook: BookOption = None,
    course: CourseOption = None,
) -> None:
    """Give points for one item of the rubric of an exercise that is graded by hand; a later mark replaces it."""

    def made(at: Desk) -> Decision:
        found = _item(at, assignment, exercise, item)
        return Mark(
            exercise=exercise, item=found, points=_not_below_zero(points), comment=_text(comment), by=_by(by), at=at.now
        )

    _enter(assignment, student, gradebook, course, made)


def comment(
    assignment: AssignmentArgument,
    student: StudentArgument,
    text: TextArgument,
    by: ByOption = None,
    gradebook: BookOption = None,
    course: CourseOption = None,
) -> None:
    """Say something to a student, which stands in their feedback."""
    _enter(assignment, student, gradebook, course, lambda at: Comment(text=_text(text), by=_by(by), at=at.now))


def publish(
    assignment: AssignmentArgument, by: ByOption = None, gradebook: BookOption = None, course: CourseOption = None
) -> None:
    """Let students see scores and feedback of an assignment whose release is `published`."""
    from grader.classroom.gradebook import Published

    with desk(gradebook, course) as at:
        at.check_assignment(assignment)
        at.book.enter(assignment, "", Published(by=_by(by), at=at.now))
    out.print(f"{assignment} is published")


def rename(gradebook: BookOption = None, course: CourseOption = None) -> None:
    """Let the gradebook be of the course as course.toml calls it now, after its `title` was changed."""
    with desk(gradebook, course, is_renamed=True) as at:
        if not at.policy.title:
            raise UsageError("course.toml has no `title`, by which a gradebook knows its course")
        at.book.name_course(at.policy.title)
        out.print(clean(f"{at.book.name} is of the course {at.policy.title!r}"), markup=False, soft_wrap=True)


def request(
    assignment: AssignmentArgument,
    student: StudentArgument,
    text: TextArgument,
    by: ByOption = None,
    gradebook: BookOption = None,
    course: CourseOption = None,
) -> None:
    """Note what a student asks to be looked at again; `gradebook show` has it until it is answered."""
    _enter(assignment, student, gradebook, course, lambda at: RegradeRequest(text=_text(text), by=_by(by), at=at.now))


def answer(
    assignment: AssignmentArgument,
    student: StudentArgument,
    number: NumberArgument,
    text: TextArgument,
    by: ByOption = None,
    gradebook: BookOption = None,
    course: CourseOption = None,
) -> None:
    """Answer a request for a regrade; points are given by `adjust` or `override`."""

    def made(at: Desk) -> Decision:
        known = at.standings()
        record = known.records[at.student(student, known)].get(assignment)
        decisions = () if record is None else record.decisions
        requests = [one for one in decisions if isinstance(one, RegradeRequest)]
        if number > len(requests):
            raise UsageError(f"{student} has {len(requests)} requests in {assignment}; there is no number {number}")
        return RegradeAnswer(request=number, text=_text(text), by=_by(by), at=at.now)

    _enter(assignment, student, gradebook, course, made)


def _enter(
    assignment: str, student: str, gradebook: str | None, course: Path | None, made: Callable[[Desk], Decision]
) -> None:
    """Add a decision, and print what the score is after it."""
    with desk(gradebook, course) as at:
        at.check_assignment(assignment)
        student = at.student(student, at.standings())
        at.book.enter(assignment, student, made(at))
        account = at.standings().account(at.policy, student, at.now).by_assignment[assignment]
        out.print(clean(explain(account)), markup=False, highlight=False, soft_wrap=True)


def _by(given: str | None) -> str:
    try:
        return _text(given or getpass.getuser())
    except (KeyError, OSError):  # a container may run as a number that has no name
        raise UsageError("nobody knows who is logged in here: --by NAME, or GRADER_STAFF, says who decides") from None


def _text(text: str) -> str:
    """Return *text*; raises UsageError if it is too long to be read."""
    if len(text) > _MAX_CHARACTERS:
        raise UsageError(f"a text of {len(text)} characters: at most {_MAX_CHARACTERS} are stored")
    return text


def _points(text: str) -> Fraction:
    try:
        if re.search(r"e[-+]?0*\d{3}", text, re.IGNORECASE):  # a power of ten that long takes all memory
            raise ValueError
        points = Fraction(text.replace("−", "-"))
    except (ValueError, ZeroDivisionError):
        raise UsageError(f"{text!r} is no number of points, such as 2, -1.5 or 1/3") from None
    if abs(points) > _MAX_POINTS or points.denominator > _MAX_POINTS:
        raise UsageError(f"{text!r} is no number of points: at most {_MAX_POINTS}, with a few decimals")
    return points


def _not_below_zero(text: str) -> Fraction:
    points = _points(text)
    if points < 0:
        raise UsageError(f"{text} points: at least 0; `gradebook adjust` takes points")
    return points


def _time(text: str, at: Desk) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is no date with a time, such as 2026-11-15T23:59") from None
    if len(text) <= len("2026-11-15"):
        raise UsageError(f"{text!r} is a date without a time: say until when on that day, {text}T23:59")
    if not 1970 < time.year < 9000:  # beyond that, sums with days and zones overflow
        raise UsageError(f"{text!r} is in no year of a course")
    return time if time.tzinfo else time.replace(tzinfo=at.policy.timezone)


def _check_exercise(at: Desk, assignment: str, exercise: str) -> None:
    names = [one.name for one in at.assignments[assignment].exercises]
    if exercise not in names:
        raise UsageError(f"{assignment} has no exercise {exercise!r}; there are: {', '.join(names)}")


def _item(at: Desk, assignment: str, exercise: str, item: str) -> str:
    """Return the item of a rubric that is meant: called so, or the only one that begins so."""
    _check_exercise(at, assignment, exercise)
    (found,) = (one for one in at.assignments[assignment].exercises if one.name == exercise)
    items = [one.item for one in found.rubric]
    if not items:
        raise UsageError(f"{exercise} of {assignment} is graded by checks; `gradebook adjust` changes its points")
    begin = [one for one in items if one.casefold().startswith(item.casefold())]
    if item in items:
        return item
    if len(begin) != 1:
        raise UsageError(f"{exercise}: {item!r} is no item of its rubric; there are: {'; '.join(items)}")
    return begin[0]
