"""What is said of a class before it is graded: what was taken for what, and, by `--dry-run`, who handed in what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from grader.classroom import Intake, Resolved, Roster, Scheme, Work
from grader.cli.console import say, show
from grader.cli.exit_codes import ExitCode
from grader.cli.loudness import Loudness
from grader.cli.staging import Staged
from grader.cli.who_is_who import say_who, who_is_who
from grader.download_names import CANVAS, CANVAS_ANONYMOUS
from grader.listed import listed
from grader.reports.escape import one_line

_MAX_FILES = 3
_MAX_AGAIN = 5
_MAX_CELL = 60
_SUBMISSION, _TIME, _SCHEME, _IN_ROSTER = "submission", "handed in", "named by", "in the roster"
_UNFOLDED, _MAX_UNFOLDED = ("student", "what counts"), 26
"""Columns that are not folded, and up to which width: remarks are folded first."""
_NAMED_BY_SITE = {Scheme.CANVAS.value, Scheme.MOODLE.value, Scheme.GRADESCOPE.value}
"""Their names of submissions are made of those of students."""
_HEADERS = ("student", _SUBMISSION, "what counts", _TIME, _SCHEME, _IN_ROSTER, "remarks")


def say_taken(taken: Intake, told: Loudness, *, in_table: bool = False) -> None:
    """Say what paths were taken for, which files do not count unless a table follows, and what belongs to nobody."""
    if told is not Loudness.QUIET:
        for sentence in taken.told:
            say(sentence, style="yellow" if not taken.works else "")
        late = [work.name for work in taken.works if work.late]
        if late:
            say(f"handed in late: {listed(late, _MAX_FILES)}")
        again = [work for work in taken.works if work.superseded and not in_table]
        for work in again if told is Loudness.VERBOSE or len(again) <= _MAX_AGAIN else ():
            say(
                f"{work.name}: {listed(work.files, _MAX_FILES)} counts, and not {listed(work.superseded, _MAX_FILES)}",
                style="yellow",
            )
        if told is not Loudness.VERBOSE and len(again) > _MAX_AGAIN:
            say(
                f"{len(again)} have handed in more than one file, and the newest counts; --dry-run shows which",
                style="yellow",
            )
        for work in taken.works:
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
    rows = list(_of_works(taken) if taken.works else _one_by_one(staged))
    repeated = _repeated([cells for _name, cells, _remarks in rows], in_roster)
    columns = [header for header in _HEADERS if header not in repeated]
    for header in columns:
        at = _HEADERS.index(header)
        widest = max((cell_len(cells[at]) for _name, cells, _remarks in rows), default=0) if header in _UNFOLDED else 0
        table.add_column(header, no_wrap=0 < widest <= _MAX_UNFOLDED)
    for name, cells, remarks in rows:
        problem = (f"not graded: {refused[name]}",) if name in refused else ()
        of = dict(zip(_HEADERS, cells, strict=False)) | {_IN_ROSTER: "" if in_roster is None else in_roster[name]}
        shown = [_cell(of[header]) for header in columns[:-1]]
        table.add_row(*shown, _cell("; ".join((*problem, *remarks)), 2000))
    show(table)
    say_who(resolved, told)
    count = len(taken.works) or len(staged.submissions) + len(refused)
    say(f"{count - len(refused)} of {count} would be graded")
    is_unclear = resolved is not None and resolved.is_unclear
    return ExitCode.WRONG if refused or taken.nobodys or is_unclear else ExitCode.DONE


def _repeated(rows: Sequence[tuple[str, ...]], in_roster: Mapping[str, str] | None) -> set[str]:
    """Return the columns that say nothing which is not in another one, or in the line above the table."""
    repeated = set() if in_roster is not None else {_IN_ROSTER}
    if not rows:
        return repeated
    people, names, files, times, schemes = zip(*rows, strict=True)
    if set(schemes) <= _NAMED_BY_SITE or all(
        name in (who, file.partition("/")[0]) for who, name, file in zip(people, names, files, strict=True)
    ):
        repeated.add(_SUBMISSION)
    if not any(times):
        repeated.add(_TIME)
    if len(set(schemes)) == 1:
        repeated.add(_SCHEME)
    return repeated


def _of_works(taken: Intake) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Yield name, cells and remarks of each submission of a class."""
    for work in sorted(taken.works, key=lambda work: work.name):
        who = f"{work.who} ({', '.join(work.ids)})" if work.ids and work.ids != (work.who,) else work.who
        older = [_of_student(work, one) for one in work.superseded]
        replaced = (f"not {listed(older, _MAX_FILES)}: older",) if older else ()
        files = listed([_of_student(work, one) for one in work.files], _MAX_FILES)
        yield work.name, (who, work.name, files, _when(work), work.scheme.value), (*replaced, *work.remarks)


def _of_student(work: Work, file: str) -> str:
    """Return what the student called a file of Canvas, which puts name and numbers before it; another one as it is."""
    found = CANVAS.fullmatch(file) or CANVAS_ANONYMOUS.fullmatch(file) if work.scheme is Scheme.CANVAS else None
    return (found and found["original"]) or file


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
