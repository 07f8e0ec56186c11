"""What is said of a class before it is graded: what was taken for what, and, by `--dry-run`, who handed in what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from rich.table import Table
from rich.text import Text

from grader.classroom import Intake, Resolved, Roster, Scheme, Work
from grader.cli.console import say, show
from grader.cli.exit_codes import ExitCode
from grader.cli.loudness import Loudness
from grader.cli.staging import Staged
from grader.cli.who_is_who import say_who, who_is_who
from grader.listed import listed
from grader.reports.escape import one_line

_MAX_FILES = 3
_MAX_CELL = 60


def say_taken(taken: Intake, told: Loudness) -> None:
    """Say what paths were taken for, which files do not count, and what belongs to nobody."""
    if told is not Loudness.QUIET:
        for sentence in taken.told:
            say(sentence, style="yellow" if not taken.works else "")
        late = [work.name for work in taken.works if work.late]
        if late:
            say(f"handed in late: {listed(late, _MAX_FILES)}")
        for work in taken.works:
            if work.superseded:
                say(
                    f"{work.name}: {listed(work.files, _MAX_FILES)} counts, and not {listed(work.superseded, _MAX_FILES)}",
                    style="yellow",
                )
            for remark in work.remarks if told is Loudness.VERBOSE else ():
                say(f"{work.name}: {remark}", style="dim")
    for path in taken.nobodys:
        say(f"belongs to no student: {path}", style="red")


def show_class(taken: Intake, staged: Staged, roster: Roster | None, told: Loudness) -> ExitCode:
    """Print who handed in what, and return how the command ends."""
    refused = {one.name: one.why for one in staged.refused}
    resolved = who_is_who(roster, taken, staged)
    in_roster = None if resolved is None else _in_roster(resolved)
    table = Table(box=None, pad_edge=False)
    for header in ("student", "submission", "what counts", "handed in", "named by", "in the roster", "remarks"):
        if header != "in the roster" or in_roster is not None:
            table.add_column(header)
    rows = _of_works(taken) if taken.works else _one_by_one(staged)
    for name, cells, remarks in rows:
        problem = (f"not graded: {refused[name]}",) if name in refused else ()
        ids = () if in_roster is None else (in_roster[name],)
        table.add_row(*map(_cell, (*cells, *ids)), _cell("; ".join((*problem, *remarks)), 2000))
    show(table)
    say_who(resolved, told)
    count = len(taken.works) or len(staged.submissions) + len(refused)
    say(f"{count - len(refused)} of {count} would be graded")
    is_unclear = resolved is not None and resolved.is_unclear
    return ExitCode.WRONG if refused or taken.nobodys or is_unclear else ExitCode.DONE


def _of_works(taken: Intake) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Yield name, cells and remarks of each submission of a class."""
    for work in sorted(taken.works, key=lambda work: work.name):
        who = f"{work.who} ({', '.join(work.ids)})" if work.ids and work.ids != (work.who,) else work.who
        replaced = (f"not {one}, which is older" for one in work.superseded)
        cells = (who, work.name, listed(work.files, _MAX_FILES), _when(work), work.scheme.value)
        yield work.name, cells, (*replaced, *work.remarks)


def _one_by_one(staged: Staged) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Yield the same of submissions that are named one by one."""
    for name in sorted([*(one.name for one in staged.submissions), *(one.name for one in staged.refused)]):
        yield name, (name, name, str(staged.paths.get(name, "")), "", Scheme.ONE.value), ()


def _in_roster(resolved: Resolved) -> dict[str, str]:
    """Return the ids of who each submission is of, as far as they are known."""
    unmatched, ambiguous = ({one.submission for one in those} for those in (resolved.unmatched, resolved.ambiguous))
    ids = {}
    for work in resolved.works:
        is_known = work.members or work.name not in unmatched | ambiguous
        ids[work.name] = ", ".join(work.students) if is_known else "not clear" if work.name in ambiguous else "nobody"
    return ids


def _when(work: Work) -> str:
    """Return when it was handed in, in the zone in which it was written, and that the site calls it late."""
    when = ""
    if work.handed_in_at is not None:
        zone = "UTC" if work.handed_in_at.utcoffset() == UTC.utcoffset(None) else f"{work.handed_in_at:%z}"
        when = f"{work.handed_in_at:%Y-%m-%d %H:%M} {zone}"
    return ", ".join(part for part in (when, "late" if work.late else "") if part)


def _cell(text: str, characters: int = _MAX_CELL) -> Text:
    return Text(one_line(text, characters), overflow="fold")
