"""What `grade` records in a gradebook, and what of a class it grades anew."""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.classroom import Roster, Work
from grader.cli import panels
from grader.cli.console import say
from grader.cli.staging import Staged
from grader.course import assignment as assignments
from grader.errors import AssignmentError, UsageError
from grader.grading import GradingRequest
from grader.listed import listed
from grader.model import GradedSubmission, Submission

if TYPE_CHECKING:  # a database takes a third of a second to import
    from grader.classroom.gradebook import Again, Gradebook, HandedIn, Plan

_MAX_NAMED = 5
_MAX_CHANGES = 20
_GRADEBOOK = (
    "Record every grading in this file (SQLite) or database (a URL), and grade what it does not hold yet: the same command goes "
    "on after it was stopped."
)
_ONLY = "Of what is recorded, run this check anew; several times if wanted."
_FAILED = "Of what is recorded, run the checks anew that did not pass."
_UNGRADED = "Of what is recorded, run the checks anew that are ungraded, and nothing else."
_STUDENT = "Grade this student or submission alone; several times if wanted."

GradebookOption = Annotated[
    str | None,
    typer.Option(
        "--gradebook", metavar="FILE|URL", envvar="GRADER_GRADEBOOK", help=_GRADEBOOK, rich_help_panel=panels.RECORD
    ),
]
OnlyOption = Annotated[
    list[str] | None, typer.Option("--only", metavar="CHECK", help=_ONLY, rich_help_panel=panels.RECORD)
]
FailedOption = Annotated[bool, typer.Option("--failed", help=_FAILED, rich_help_panel=panels.RECORD)]
UngradedOption = Annotated[bool, typer.Option("--ungraded", help=_UNGRADED, rich_help_panel=panels.RECORD)]
StudentsOption = Annotated[
    list[str] | None, typer.Option("--student", metavar="NAME", help=_STUDENT, rich_help_panel=panels.RECORD)
]


def _as_it_is(graded: GradedSubmission) -> GradedSubmission:
    return graded


@dataclass(frozen=True, slots=True, kw_only=True)
class ToGrade:
    """What is graded now, and what is there already."""

    submissions: tuple[Submission, ...]
    checks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The checks that single submissions are asked, by name; all where it has no entry."""
    there: tuple[GradedSubmission, ...] = ()
    finish: Callable[[GradedSubmission], GradedSubmission] = _as_it_is
    """Record what was graded; returns it together with what was recorded before."""
    said: tuple[str, ...] = ()
    """Sentences for who gave the command."""
    regraded: dict[str, str] = field(default_factory=dict)
    """What `finish` has found changed, by the names of submissions that were recorded before; empty where the score stayed."""


def again(only: Sequence[str] | None, failed: bool, ungraded: bool, gradebook: str | None) -> Again:
    """
    Return what is to be graded anew.

    Raises:
        UsageError: If there is no gradebook that says what was graded.
    """
    from grader.classroom.gradebook import Again

    asked = Again(checks=tuple(only or ()), failed=failed, ungraded=ungraded)
    if asked and gradebook is None:
        option = "--only" if only else "--failed" if failed else "--ungraded"
        raise UsageError(f"{option}: say with --gradebook FILE where gradings are recorded")
    return asked


@contextlib.contextmanager
def opened(where: str | None, title: str, course: Path) -> Iterator[Gradebook | None]:
    """
    Yield the gradebook that is asked for, made if it is not there; None where none is.

    Args:
        title: Of the course, as its course.toml has it.
        course: Its folder.

    Raises:
        UsageError: If it cannot be opened, or is of another course.
    """
    if where is None:
        yield None
        return
    from grader.classroom.gradebook import Gradebook

    with Gradebook.open(where, make=True) as book:
        book.check_course(title, _titles_in(course))
        yield book


def _titles_in(course: Path) -> dict[str, str]:
    """Return the titles of the assignments of a course, by name; empty where one cannot be loaded: `list` tells why."""
    titles = dict.fromkeys(assignments.slugs(course), "")
    for slug in titles:
        with contextlib.suppress(AssignmentError):
            titles[slug] = assignments.load(course, slug).title
    return titles


def of_students(staged: Staged, works: Sequence[Work], enrolled: Roster | None, wanted: Sequence[str] | None) -> Staged:
    """
    Return what some students have handed in; of all if none is named.

    Raises:
        UsageError: If one of them has not.
    """
    if not wanted:
        return staged
    called = {name: {name} for name in _names(staged)}
    for work in works:
        names = called.setdefault(work.name, {work.name})
        names.update((work.who, *work.ids, *work.students))
        for one in () if enrolled is None else enrolled.students:
            if one.id in work.students:
                names.update(filter(None, (one.name, one.email, *one.logins)))
    for name in wanted:
        if not any(name in names for names in called.values()):
            near = difflib.get_close_matches(name, sorted(set().union(*called.values())), _MAX_NAMED)
            raise UsageError(
                f"--student {name}: nothing here is of this student" + (f"; near: {', '.join(near)}" if near else "")
            )
    chosen = {name for name, names in called.items() if names & set(wanted)}
    return replace(
        staged,
        submissions=tuple(one for one in staged.submissions if one.name in chosen),
        refused=tuple(one for one in staged.refused if one.name in chosen),
    )


def _names(staged: Staged) -> list[str]:
    return [*(one.name for one in staged.submissions), *(one.name for one in staged.refused)]


def whose_each_is(works: Sequence[Work], names: Iterable[str]) -> Mapping[str, tuple[HandedIn, ...]]:
    """Return of whom each submission is, of a group all members; where nothing else is known, of whom it is called by."""
    from grader.classroom.gradebook import HandedIn

    known = {
        work.name: tuple(
            HandedIn(student=one, at=work.handed_in_at, late=work.late)
            for one in (work.students if work.is_resolved else work.at_its_site)
        )
        for work in works
    }
    return {name: known.get(name) or (HandedIn(student=name),) for name in names}


def to_grade(
    book: Gradebook | None, request: GradingRequest, staged: Staged, works: Sequence[Work], anew: Again
) -> ToGrade:
    """
    Return what of a class is graded: all of it, or what no gradebook holds.

    Raises:
        UsageError: If a check that is named is none, or the gradebook cannot be used.
    """
    if book is None:
        return ToGrade(submissions=staged.submissions)
    from grader.classroom.gradebook import changed, plan, recorded_whole
    from grader.grading import fingerprint, list_checks

    checks = list_checks(request.assignment, request.suite)
    whose = whose_each_is(works, _names(staged))
    planned = plan(book, request, checks, fingerprint(request, checks), staged.submissions, whose, anew)
    for refused in staged.refused:
        for one in whose[refused.name]:
            book.refuse(request.assignment.slug, refused, one)
    for recorded, known in planned.noted:
        book.note(recorded, known)
    tasks = {task.submission.name: task for task in planned.tasks}
    regraded: dict[str, str] = {}

    def finish(graded: GradedSubmission) -> GradedSubmission:
        task = tasks[graded.submission]
        whole = recorded_whole(book, request, checks, task, graded)
        if task.recorded is not None:
            regraded[whole.submission] = changed(task.recorded, whole)
        return whole

    return ToGrade(
        submissions=tuple(task.submission for task in planned.tasks),
        checks=planned.checks,
        there=planned.there,
        finish=finish,
        regraded=regraded,
        said=(*_in_no_order(works), *_about(planned, book.name)),
    )


def say_changes(work: ToGrade, assignment: str, names: Mapping[str, str]) -> None:
    """Say whose score is another one now that what was recorded has been graded anew."""
    found = {name: how for name, how in sorted(work.regraded.items()) if how}
    if work.regraded:
        count = "1 graded anew" if len(work.regraded) == 1 else f"{len(work.regraded)} graded anew"
        if not found:
            say(f"{count}: no score has changed")
            return
        say(f"{count}, and {len(found)} of them {'has' if len(found) == 1 else 'have'} another score:", style="yellow")
        for name, how in list(found.items())[:_MAX_CHANGES]:
            say(f"  {names.get(name, name)} {how}", style="yellow")
        if len(found) > _MAX_CHANGES:
            say(
                f"  and {len(found) - _MAX_CHANGES} more: `grader gradebook history {assignment} --changed` has them all",
                style="yellow",
            )


def _in_no_order(works: Sequence[Work]) -> Iterator[str]:
    """Say of whom there are several in one order or another; where there is a roster, that is said of its students."""
    several: dict[str, list[Work]] = {}
    for work in works:
        for student in () if work.is_resolved else work.at_its_site:
            several.setdefault(student, []).append(work)
    for student, found in several.items():
        if len(found) > 1 and not (all(one.handed_in_at for one in found) or all(one.upload for one in found)):
            names = listed([one.name for one in found], _MAX_NAMED)
            yield f"{student} has several, and nobody knows which is newest: {names}"


def _about(planned: Plan, name: str) -> Iterator[str]:
    if planned.there:
        yield f"{len(planned.there)} recorded in {name}, and not graded again"
    if planned.once_more:
        yield f"handed in once more, after something else, and so the latest: {listed(planned.once_more, _MAX_NAMED)}"
    if planned.waiting:
        yield (
            f"nothing is recorded of {listed(planned.waiting, _MAX_NAMED)}: without --only, --failed and --ungraded these are "
            "graded"
        )
