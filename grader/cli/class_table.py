"""What is said of a class before it is graded: what was taken for what, and, by `--dry-run`, who handed in what."""

from __future__ import annotations

from datetime import UTC

from rich.table import Table
from rich.text import Text

from grader.classroom import Intake, Scheme, Work
from grader.cli.console import say, show
from grader.cli.exit_codes import ExitCode
from grader.cli.loudness import Loudness
from grader.cli.staging import Staged
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


def show_class(taken: Intake, staged: Staged) -> ExitCode:
    """Print who handed in what, and return how the command ends."""
    refused = {one.name: one.why for one in staged.refused}
    table = Table("student", "submission", "what counts", "handed in", "named by", "remarks", box=None, pad_edge=False)
    for work in sorted(taken.works, key=lambda work: work.name):
        who = f"{work.who} ({', '.join(work.ids)})" if work.ids and work.ids != (work.who,) else work.who
        replaced = (f"not {one}, which is older" for one in work.superseded)
        problem = (f"not graded: {refused[work.name]}",) if work.name in refused else ()
        cells = (who, work.name, listed(work.files, _MAX_FILES), _when(work), work.scheme.value)
        table.add_row(*map(_cell, cells), _cell("; ".join((*problem, *replaced, *work.remarks)), 2000))
    if not taken.works:
        names = [*(one.name for one in staged.submissions), *refused]
        for name in sorted(names):
            path = str(staged.paths.get(name, ""))
            problem_of_one = f"not graded: {refused[name]}" if name in refused else ""
            table.add_row(*map(_cell, (name, name, path, "", Scheme.ONE.value)), _cell(problem_of_one, 2000))
    show(table)
    count = len(taken.works) or len(staged.submissions) + len(refused)
    say(f"{count - len(refused)} of {count} would be graded")
    return ExitCode.WRONG if refused or taken.nobodys else ExitCode.DONE


def _when(work: Work) -> str:
    """Return when it was handed in, in the zone in which it was written, and that the site calls it late."""
    when = ""
    if work.handed_in_at is not None:
        zone = "UTC" if work.handed_in_at.utcoffset() == UTC.utcoffset(None) else f"{work.handed_in_at:%z}"
        when = f"{work.handed_in_at:%Y-%m-%d %H:%M} {zone}"
    return ", ".join(part for part in (when, "late" if work.late else "") if part)


def _cell(text: str, characters: int = _MAX_CELL) -> Text:
    return Text(one_line(text, characters), overflow="fold")
