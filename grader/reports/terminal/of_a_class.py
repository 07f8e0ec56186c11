"""A class at a terminal: a row per submission, then what the class has in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from statistics import fmean, median

from rich.cells import cell_len, set_cell_size
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from grader.model import CheckResult, GradedSubmission, Refused
from grader.reports.called import NOT_KNOWN, Names, called
from grader.reports.details import share, tally
from grader.reports.escape import one_line
from grader.reports.terminal.unheeded import Unheeded

_NAME_WIDTH = 40
"""Of a submission in a table, in cells of a terminal."""
_MAX_READ = 200
_MAX_SPELT_OUT = 10 * _MAX_READ + 10
"""Characters of what is read, if every one of them is spelt out."""
_MOST = 5
"""Explanations of a class that are named."""


def many(
    gradings: Iterable[GradedSubmission], refused: Iterable[Refused] = (), names: Names = NOT_KNOWN
) -> RenderableType:
    """
    Show a class: a row per submission, of what could not be read one that says so, then what the class has in common.

    Long names are cut in the middle, so that both ends can be read.

    Args:
        names: Of students, by the names of submissions, as far as somebody knows them.
    """
    gradings, refused = list(gradings), list(refused)
    shown = called(gradings, refused, names)
    gradings.sort(key=lambda graded: (graded.assignment, shown[graded.submission]))
    is_by_student = any(name != one for name, one in shown.items())
    first = "student" if is_by_student else "submission"
    table = Table(first, "score", "", "what did not pass", title_justify="left", box=None, pad_edge=False)
    table.columns[0].no_wrap = table.columns[1].no_wrap = True
    table.columns[1].justify = "right"
    for graded in gradings:
        lost = list(graded.to_fix)
        reached = share(graded)
        style = "magenta" if graded.ungraded else "green" if reached == 1 else "yellow" if reached >= 0.5 else "red"
        score = "ungraded" if graded.ungraded else tally(graded.score)
        bar = _bar(reached, style)
        table.add_row(Text(_both_ends(shown[graded.submission])), Text(score, style=style), bar, _summary(lost))
    for one in refused:
        why = Text(one_line(one.why), style="dim", overflow="ellipsis", no_wrap=True)
        table.add_row(Text(_both_ends(shown[one.name])), Text("not graded", style="magenta"), Text(), why)
    return Unheeded(Group(table, *_of_all(gradings)))


def _of_all(gradings: Sequence[GradedSubmission]) -> Iterator[RenderableType]:
    """Say what the scores of a class are on average, and which mistakes are the most frequent ones."""
    scores = [graded.score for graded in gradings if not graded.ungraded and graded.score.settled]
    if len(scores) < 2:
        return
    settled = {score.settled for score in scores}
    if len(settled) == 1:
        values, of = [float(score.earned) for score in scores], f" of {settled.pop()} points"
    else:
        values, of = [100 * score.earned / score.settled for score in scores], " % of the points"
    if any(score.pending for score in scores):
        of += ", without those that are pending"
    yield Text(f"\nmean {_rounded(fmean(values))}, median {_rounded(median(values))}{of}")
    mistakes = Counter(name for graded in gradings for name in dict.fromkeys(_mistakes(graded.to_fix)))
    if mistakes:
        most = ", ".join(f"{name} ({count})" for name, count in mistakes.most_common(_MOST))
        yield Text(f"most frequent explanations: {most}")


def _rounded(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _both_ends(name: str) -> str:
    """Return a name on one line, a long one without its middle."""
    read = name if len(name) <= _MAX_READ else f"{name[: _MAX_READ // 2]}…{name[-_MAX_READ // 2 :]}"
    line = one_line(read, _MAX_SPELT_OUT)
    if cell_len(line) <= _NAME_WIDTH:
        return line
    room = (_NAME_WIDTH - 1) // 2
    tail = line
    while cell_len(tail) > room:
        tail = tail[1:]
    return f"{set_cell_size(line, _NAME_WIDTH - 1 - cell_len(tail)).rstrip()}…{tail}"


def _bar(reached: float, style: str) -> Text:
    filled = (
        0 if reached <= 0 else 10 if reached >= 1 else min(max(round(10 * reached), 1), 9)
    )  # full only where all is right
    return Text("━" * filled, style=style) + Text("╌" * (10 - filled), style="dim")


def _summary(lost: list[CheckResult]) -> Text:
    """Count what was lost by outcome, then name the known mistakes, or else the checks."""
    counts = Counter(check.outcome.value for check in lost)
    names = dict.fromkeys(_mistakes(lost) or [check.name for check in lost])
    words = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
    return Text(f"{words}: {', '.join(names)}" if lost else "", style="dim", overflow="ellipsis", no_wrap=True)


def _mistakes(lost: Iterable[CheckResult]) -> list[str]:
    return [check.feedback.misconception for check in lost if check.feedback and check.feedback.misconception]
