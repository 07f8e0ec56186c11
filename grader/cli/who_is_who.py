"""`--roster`: the students of the course, whose each submission is, and who has handed in nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from grader.classroom import Intake, Resolved, Roster, Scheme, Work, read_roster, resolve
from grader.cli import panels
from grader.cli.console import say
from grader.cli.loudness import Loudness
from grader.cli.staging import Staged
from grader.listed import listed
from grader.reports.escape import one_line

_MAX_NAMED = 20
_MAX_OF_ONE = 5
_ROSTER = (
    "The students of the course: a roster.csv with the columns id and name (and email, login, section, github), a gradebook of "
    "Canvas, or a grading worksheet of Moodle, as they were exported. What is of nobody in it is said, and who has handed in "
    "nothing. Default with --gradebook or --dry-run: the roster of course.toml."
)

RosterOption = Annotated[
    Path | None, typer.Option("--roster", metavar="FILE", help=_ROSTER, rich_help_panel=panels.CLASS)
]


def enrolled_in(path: Path | None) -> Roster | None:
    """
    Return the students of the file that `--roster` names; None where it names none.

    Raises:
        UsageError: If it cannot be read, or is no roster.
    """
    return None if path is None else read_roster(path)


def who_is_who(roster: Roster | None, taken: Intake, staged: Staged) -> Resolved | None:
    """Return whose each submission is, also of those that are named one by one; None without a roster."""
    return None if roster is None else resolve(roster, taken.works or _one_by_one(staged))


def say_who(resolved: Resolved | None, told: Loudness) -> None:
    """Say whose no submission is, of whom there are several, and who has handed in nothing."""
    if resolved is None:
        return
    if told is not Loudness.QUIET:
        for several in resolved.duplicates:
            if several.counts:
                older = listed([one_line(name) for name in several.submissions[:-1]], _MAX_OF_ONE)
                say(
                    f"{several.student.shown}: {one_line(several.counts)} counts, and not {older}, which is older",
                    style="yellow",
                )
        if resolved.missing:
            names = listed([one.shown for one in resolved.missing], _MAX_NAMED)
            say(f"nothing handed in by {len(resolved.missing)}: {names}", style="yellow")
    for unclear in resolved.unmatched:
        say(f"not matched: {one_line(unclear.submission)}: {unclear.why}", style="red")
    for unclear in resolved.ambiguous:
        say(f"ambiguous: {one_line(unclear.submission)}: {unclear.why}", style="red")
    for several in resolved.duplicates:
        if not several.counts:
            all_of_them = listed([one_line(name) for name in several.submissions], _MAX_OF_ONE)
            say(f"{several.student.shown} has several, and nobody knows which is newest: {all_of_them}", style="red")


def names_of(roster: Roster, works: Sequence[Work]) -> Mapping[str, str]:
    """Return the students of each submission as the roster calls them, by its name; of who is not in it there is none."""
    students = {one.id: one.shown for one in roster.students}
    found = {
        work.name: [students[one] for one in work.students if one in students] for work in works if work.is_resolved
    }
    return {name: listed(known, _MAX_OF_ONE) for name, known in found.items() if known}


def _one_by_one(staged: Staged) -> list[Work]:
    names = sorted([*(one.name for one in staged.submissions), *(one.name for one in staged.refused)])
    return [Work(name=name, who=name, scheme=Scheme.ONE, path=None, shown=name, student=name) for name in names]
