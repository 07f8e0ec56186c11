"""What commands print on: results on standard output; progress, warnings and errors on standard error."""

from __future__ import annotations

import os
import secrets
import sys

from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Column
from rich.text import Text

from grader.cli.loudness import Loudness
from grader.reports.escape import clean, github_fenced

out = Console(soft_wrap=False)
err = Console(
    file=sys.stderr
)  # this very one: pytest's complaints are kept from sys.stderr while the bar is shown on it
_COLUMNS = (
    BarColumn(bar_width=24, table_column=Column(min_width=24)),
    MofNCompleteColumn(table_column=Column(no_wrap=True, min_width=5)),
    TimeElapsedColumn(table_column=Column(no_wrap=True, min_width=7)),
    TextColumn("{task.description}", markup=False, table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis")),
)
"""Where they are too wide, the last one is cut: a counter without its numbers counts nothing."""


def progress_of_one(loudness: Loudness = Loudness.USUAL) -> Progress:
    """Return a bar that a thread keeps moving, for the checks of one submission; nothing where nobody looks."""
    return Progress(*_COLUMNS, console=err, transient=True, expand=True, disable=not is_bar_shown(loudness))


def progress_of_a_class(loudness: Loudness = Loudness.USUAL) -> Progress:
    """Return a bar without a refreshing thread: a batch forks, and must not while another thread holds a lock."""
    return Progress(
        *_COLUMNS, console=err, transient=True, expand=True, auto_refresh=False, disable=not is_bar_shown(loudness)
    )


def staff_only() -> bool:
    """Return whether only those who give the command read what it prints; students may read a log of GitHub or GitLab."""
    return not _on_github() and os.environ.get("GITLAB_CI") != "true"


def say(sentence: str, *, style: str = "") -> None:
    """Print a sentence beside the results, with what it names made clean."""
    err.print(Text(clean(sentence), style=style), soft_wrap=True)


def show(report: RenderableType) -> None:
    """Print a report that holds student text; on GitHub, where a line of output can be a command, fenced."""
    if not _on_github():
        out.print(report)
        return
    with out.capture() as captured:
        out.print(report)
    out.file.write(github_fenced(captured.get(), secrets.token_hex(16)))


def is_bar_shown(loudness: Loudness) -> bool:
    """Return whether somebody looks and wants to; Rich takes a pipe for a terminal where FORCE_COLOR is set."""
    return err.file.isatty() and loudness is not Loudness.QUIET


def is_log_read(loudness: Loudness) -> bool:
    """Return whether lines say how far a long command is: where no bar can, unless nobody wants to know."""
    return not err.file.isatty() and loudness is not Loudness.QUIET


def _on_github() -> bool:
    return os.environ.get("GITHUB_ACTIONS") == "true"
