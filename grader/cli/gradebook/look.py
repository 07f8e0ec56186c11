"""`gradebook show`, `explain` and `history`: what is recorded, and how each score comes about."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import tzinfo
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from grader.classroom.policies import Account, CourseAccount, Decision, Standing, figure, percent, when
from grader.classroom.policies import explain as explained
from grader.cli.console import out, show
from grader.cli.gradebook.desk import BookOption, Desk, StudentArgument, desk
from grader.cli.options import CourseOption
from grader.reports.escape import clean, one_line

if TYPE_CHECKING:
    from grader.classroom.gradebook import Gradebook, Published, Recorded

_MAX_CELL = 60
_WIDE = 200
_WRITTEN = ("reason", "text", "comment")
_OPTIONAL = "Name of one assignment; all of the course without it."
_OF_STUDENT = "One student alone."
_CHANGED = "Only gradings that gave the same work another score than before, as after a check was edited."

OptionalAssignment = Annotated[str | None, typer.Argument(metavar="[ASSIGNMENT]", help=_OPTIONAL)]
ChangedOption = Annotated[bool, typer.Option("--changed", help=_CHANGED)]
OfStudentOption = Annotated[str | None, typer.Option("--student", metavar="ID", help=_OF_STUDENT)]


def show_scores(
    assignment: OptionalAssignment = None, gradebook: BookOption = None, course: CourseOption = None
) -> None:
    """
    Show the scores of a class, after lateness, extensions and all that staff have decided.

    Of one assignment: which attempt counts, when it was handed in, and what staff should look at.
    """
    with desk(gradebook, course) as at:
        if assignment is not None:
            at.check_assignment(assignment)
        known = at.standings()
        accounts = {student: known.account(at.policy, student, at.now) for student in known.records}
        if assignment is None:
            show(_of_course(at, accounts, at.assignments_of(known)))
        else:
            refusals = {student: why for (student, slug), why in known.refusals.items() if slug == assignment}
            one = {student: of.by_assignment[assignment] for student, of in accounts.items()}
            show(_of_assignment(at, one, refusals))
            for line in _summary(one.values()):
                out.print(Text(line))
            if held_back := [account for account in one.values() if account.counted and not account.is_released]:
                count = "of all" if len(held_back) == sum(map(_has_result, one.values())) else f"of {len(held_back)}"
                out.print(Text(f"not released to students yet: score and feedback {count}"))


def explain(
    student: StudentArgument,
    assignment: OptionalAssignment = None,
    gradebook: BookOption = None,
    course: CourseOption = None,
) -> None:
    """Show every step of a student's scores, in one assignment or in all of them with their total."""
    with desk(gradebook, course) as at:
        if assignment is not None and assignment not in at.assignments and student in at.assignments:
            student, assignment = assignment, student  # the order of the commands that decide
        if assignment is not None:
            at.check_assignment(assignment)
        known = at.standings()
        student = at.student(student, known)
        whole = known.account(at.policy, student, at.now)
        for slug, account in whole.by_assignment.items():
            if assignment not in (None, slug) or (assignment is None and slug not in known.records[student]):
                continue
            _print(Text(one_line(f"{at.shown(student)}, {slug}", _WIDE), style="bold"))
            _print(Text(clean(explained(account))))
            for warning in account.warnings:
                _print(Text(one_line(warning, _WIDE), style="yellow"))
            for said in account.comments:
                _print(Text(f"for the student: {one_line(said, _WIDE)}"))
            _print(Text(""))
        if assignment is None:
            for step in whole.steps:
                _print(Text(step))
            _print(Text(f"total {'none yet' if whole.total is None else percent(whole.total)}", style="bold"))


def history(
    assignment: OptionalAssignment = None,
    student: OfStudentOption = None,
    only_changed: ChangedOption = False,
    gradebook: BookOption = None,
    course: CourseOption = None,
) -> None:
    """
    Show everything that was recorded, in order: gradings, and what staff have decided.

    A later grading of the same work that gave another score has the old one, too, and the checks behind it.
    """
    with desk(gradebook, course) as at:
        if assignment is not None:
            at.check_assignment(assignment)
        student = None if student is None else at.student(student, at.standings())
        zone = at.policy.timezone
        rows = [
            (one.graded_at, (one.assignment, one.handed_in.student, told, ""))
            for one, told, is_changed in _gradings(at.book, list(at.book.history(assignment, student)), zone)
            if is_changed or not only_changed
        ]
        entries = () if only_changed else at.book.entries(assignment)
        rows += [
            (
                entry.decision.at,
                (entry.assignment, entry.student or "all", described(entry.decision), entry.decision.by),
            )
            for entry in entries
            if student in (None, entry.student)
        ]
        table = Table("when", "assignment", "student", "what", "by", box=None, pad_edge=False)
        for time, cells in sorted(rows, key=lambda row: row[0]):
            table.add_row(when(time, zone), *(_cell(cell, _WIDE) for cell in cells))
        show(table)


def _gradings(book: Gradebook, recorded: Sequence[Recorded], zone: tzinfo) -> Iterator[tuple[Recorded, str, bool]]:
    """Yield each row with what it says, a grading or when something was handed in, and whether it changed a score."""
    changes = _changes(book, recorded)
    before: dict[tuple[str, str, str], Recorded] = {}
    latest: dict[tuple[str, str], Recorded] = {}
    for one in recorded:
        key = (one.assignment, one.handed_in.student, one.content)
        last, before[key] = before.get(key), one
        other, latest[key[:2]] = latest.get(key[:2]), one
        if one.refusal:
            yield one, f"could not be read: {one.refusal}", False
        elif last is not None and last.handed_in != one.handed_in and last.checks == one.checks:
            time = one.handed_in.at
            said = "late, at a time that is not known" if time is None else when(time, zone)
            yield one, f"{one.submission} was handed in {said}", False
        elif last is not None and other is not last and last.checks == one.checks:
            yield one, f"{one.submission} was handed in once more, and is the latest", False
        elif one.row in changes:
            yield one, f"graded {one.submission} anew: {changes[one.row]}", True
        else:
            partly = ", ungraded in part" if one.ungraded else ""
            yield one, f"graded {one.submission}: {one.score.earned} of {one.score.possible}{partly}", False


def _changes(book: Gradebook, recorded: Iterable[Recorded]) -> dict[int, str]:
    """Return what each row has changed that gave the same work another score; results are read of these alone."""
    from grader.classroom.gradebook import changed

    before: dict[tuple[str, str, str], Recorded] = {}
    pairs: list[tuple[int, int]] = []
    for one in recorded:
        key = (one.assignment, one.handed_in.student, one.content)
        last, before[key] = before.get(key), one
        if last is not None and not one.refusal and (last.score, last.ungraded) != (one.score, one.ungraded):
            pairs.append((last.row, one.row))
    results = book.results({row for pair in pairs for row in pair})
    found = {new: changed(results[old], results[new]) for old, new in pairs if old in results and new in results}
    return {row: how for row, how in found.items() if how}


def described(decision: Decision | Published) -> str:
    """Return a decision in a few words: its kind, each of its values that says something, and last what somebody wrote."""
    values = {one.name: getattr(decision, one.name) for one in fields(decision) if one.name not in ("by", "at")}
    said = (
        f"{name} {figure(value) if isinstance(value, Fraction) else value}"
        for name, value in values.items()
        if value not in (None, "") and name not in _WRITTEN
    )
    wrote = next((f": {values[name]}" for name in _WRITTEN if values.get(name)), "")
    return ", ".join((decision.kind.replace("_", " "), *said)) + wrote


def _of_course(at: Desk, accounts: dict[str, CourseAccount], slugs: Sequence[str]) -> Table:
    table = Table("student", *slugs, "total", box=None, pad_edge=False)
    for student, of in accounts.items():
        scores = (_score(of.by_assignment[slug]) if slug in of.by_assignment else "" for slug in slugs)
        total = "" if of.total is None else percent(of.total)
        table.add_row(_cell(at.shown(student)), *map(_cell, scores), _cell(total))
    return table


def _of_assignment(at: Desk, accounts: dict[str, Account], refusals: dict[str, str]) -> Table:
    table = Table("student", "score", "attempt", "handed in", "remarks", box=None, pad_edge=False)
    for student, account in accounts.items():
        counted = account.counted
        time = None if counted is None else counted.handed_in_at
        refused = (f"could not be read: {refusals[student]}",) if student in refusals else ()
        cells = (
            at.shown(student),
            _score(account),
            "" if counted is None else str(counted.number),
            "" if time is None else when(time, at.policy.timezone),
        )
        remarks = "; ".join((*refused, *account.warnings, *_pending(account)))
        table.add_row(*map(_cell, cells), _cell(remarks, _WIDE))
    return table


def _pending(account: Account) -> Iterator[str]:
    if account.pending:
        yield f"waits for staff: {', '.join(account.pending)}"


def _has_result(account: Account) -> bool:
    return account.counted is not None


def _score(account: Account) -> str:
    """Return a score as a cell has it; what is none says why."""
    if account.standing in (Standing.NOTHING, Standing.EXCUSED, Standing.UNGRADED):
        decided = account.standing is Standing.NOTHING and account.score
        return f"{figure(account.score)}/{account.possible}" if decided else account.standing.value
    return f"{figure(account.score)}/{account.possible}" + ("…" if account.standing is Standing.PENDING else "")


def _summary(accounts: Iterable[Account]) -> Iterator[str]:
    scored = [account for account in accounts if account.standing in (Standing.SCORED, Standing.PENDING)]
    if len(scored) > 1:
        scores = [account.score for account in scored]
        middle = Fraction(statistics.median(scores))
        mean = sum(scores, Fraction(0)) / len(scores)
        yield ""
        yield (f"{len(scored)} scores, mean {figure(mean)}, median {figure(middle)} of {scored[0].possible} points")


def _cell(text: str, characters: int = _MAX_CELL) -> Text:
    return Text(one_line(text, characters), overflow="fold")


def _print(text: Text) -> None:
    out.print(text, soft_wrap=True)
