"""What a terminal shows while a class is graded: how the last ones ended, how many ended how, and a bar below."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.live import Live
from rich.progress import Progress, TaskID
from rich.table import Table
from rich.text import Text

from grader.cli.console import err, is_bar_shown, progress_of_a_class
from grader.cli.log_lines import LogLines
from grader.cli.loudness import Loudness
from grader.model import GradedSubmission
from grader.reports.details import tally
from grader.reports.escape import one_line

_LAST = 5
_NAME_CHARACTERS = 40
_KINDS = {"all points": "green", "a part": "yellow", "no points": "red", "ungraded": "magenta"}


@dataclass(slots=True, kw_only=True)
class ClassProgress:
    """How far a class is; `done` is told of each grading, and `refresh` shows it."""

    lines: LogLines
    bar: Progress
    task: TaskID
    live: Live | None
    """None where nobody looks."""
    names: Mapping[str, str]
    """Of students, by the names of submissions."""
    last: deque[GradedSubmission] = field(default_factory=lambda: deque(maxlen=_LAST))
    kinds: Counter[str] = field(default_factory=Counter)

    def done(self, graded: GradedSubmission) -> None:
        """Note a grading, and show it."""
        self.lines.done += 1
        self.last.append(graded)
        self.kinds[_kind(graded)] += 1
        self.bar.update(self.task, completed=self.lines.done, description=self.lines.rate())
        if self.live is not None:
            self.live.refresh()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        table = Table.grid(padding=(0, 2))
        for graded in self.last:
            kind = _kind(graded)
            name = one_line(self.names.get(graded.submission, graded.submission), _NAME_CHARACTERS)
            score = kind if graded.ungraded else tally(graded.score)
            table.add_row(Text(name, no_wrap=True, overflow="ellipsis"), Text(score, style=_KINDS[kind], no_wrap=True))
        counts = Text(no_wrap=True, overflow="ellipsis")
        for kind, style in _KINDS.items():
            if self.kinds[kind]:
                counts.append(f"{'   ' if counts else ''}{kind} {self.kinds[kind]}", style=style)
        yield Group(*((table, counts) if self.last else ()), self.bar.get_renderable())


def _kind(graded: GradedSubmission) -> str:
    if graded.ungraded:
        return "ungraded"
    score = graded.score
    return "all points" if score.earned == score.settled else "a part" if score.earned else "no points"


@contextmanager
def class_progress(total: int, loudness: Loudness, names: Mapping[str, str]) -> Iterator[ClassProgress]:
    """
    Show how far a class of *total* submissions is.

    No thread refreshes it: a batch forks, and must not while another thread holds a lock.
    """
    bar = progress_of_a_class(loudness)
    shown = ClassProgress(
        lines=LogLines(total=total), bar=bar, task=bar.add_task("grading", total=total), live=None, names=names
    )
    if not is_bar_shown(loudness):
        yield shown
        return
    with Live(shown, console=err, transient=True, auto_refresh=False) as live:
        shown.live = live
        live.refresh()
        yield shown
