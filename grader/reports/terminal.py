"""Results for people at a terminal.  Student text is never read as markup, and its control characters are made visible."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from grader.model import CheckResult, GradedSubmission, Outcome, Visibility

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_STYLES = {Outcome.PASSED: "green", Outcome.SKIPPED: "dim", Outcome.UNGRADED: "magenta"}
_MARKS = {Outcome.PASSED: "✓", Outcome.SKIPPED: "-", Outcome.UNGRADED: "?"}
_OUTPUT_LINES = 12


def one(graded: GradedSubmission, title: str) -> RenderableType:
    """Show one submission: a line per check, feedback under those that did not pass, the score."""
    same = _shared_message(graded)
    parts: list[RenderableType] = [Text(f"{title}: {clean(graded.submission)}", style="bold"), Text()]
    if same is not None:
        parts += [Text(clean(same), style="red"), Text()]
    for check in graded.checks:
        parts.append(_line(check))
        if same is None:
            parts += [Padding(line, (0, 0, 0, 4)) for line in _feedback(check)]
    parts += [Text(), *_output(graded.checks)]
    parts += [Text(clean(note), style="dim") for note in graded.notes]
    parts.append(_total(graded))
    return Group(*parts)


def many(gradings: Iterable[GradedSubmission]) -> Table:
    """Show a class: a row per submission."""
    table = Table("submission", "score", "", "checks that did not pass", title_justify="left", box=None, pad_edge=False)
    table.columns[1].justify = "right"
    for graded in sorted(gradings, key=lambda graded: (graded.assignment, graded.submission)):
        lost = [check for check in graded.checks if check.outcome is not Outcome.PASSED]
        share = graded.score.earned / graded.score.possible if graded.score.possible else 0.0
        style = "magenta" if graded.ungraded else "green" if share == 1 else "yellow" if share >= 0.5 else "red"
        score = "ungraded" if graded.ungraded else f"{graded.score.earned}/{graded.score.possible}"
        table.add_row(Text(clean(graded.submission)), Text(score, style=style), _bar(share, style), _summary(lost))
    return table


def clean(text: str) -> str:
    """Make control characters visible, escape sequences among them; newline and tab stay."""
    return _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", text)


def _bar(share: float, style: str) -> Text:
    filled = round(10 * share)
    return Text("━" * filled, style=style) + Text("━" * (10 - filled), style="dim")


def _summary(lost: list[CheckResult]) -> Text:
    outcomes: dict[Outcome, list[str]] = {}
    for check in lost:
        outcomes.setdefault(check.outcome, []).append(check.name)
    words = []
    for outcome, names in outcomes.items():
        shown = ", ".join(names[:2]) + (f" and {len(names) - 2} more" if len(names) > 2 else "")
        words.append(f"{outcome.value}: {shown}")
    return Text("; ".join(words), style="dim", overflow="ellipsis", no_wrap=True)


def _shared_message(graded: GradedSubmission) -> str | None:
    """Return the message that all checks share, as when the file could not be read."""
    messages = {check.feedback.message if check.feedback else None for check in graded.checks}
    if len(graded.checks) > 1 and len(messages) == 1:
        return messages.pop()
    return None


def _line(check: CheckResult) -> Text:
    style = _STYLES.get(check.outcome, "red")
    line = Text(f"{_MARKS.get(check.outcome, '✗')} ", style=style)
    line.append(clean(check.title))
    hidden = ", hidden" if check.visibility is Visibility.HIDDEN else ""
    line.append(f"  {check.earned}/{check.points}{hidden}", style="dim")
    if check.outcome not in (Outcome.PASSED, Outcome.FAILED):
        line.append(f"  {check.outcome.value}", style=style)
    return line


def _feedback(check: CheckResult) -> Iterator[Text]:
    feedback = check.feedback
    for remark in check.remarks:
        yield Text(f"note      {clean(remark)}", style="yellow")
    if feedback is None:
        return
    yield Text(clean(feedback.message))
    rows = (
        ("asked", feedback.counterexample, ""),
        ("expected", feedback.expected, "green"),
        ("received", feedback.received, "red"),
        ("hint", feedback.hint, "cyan"),
        ("mistake", feedback.misconception, "dim"),
    )
    for label, value, style in rows:
        if value:
            yield Text(f"{label:<10}", style="dim") + Text(clean(value), style=style)
    for line in feedback.trace:
        yield Text(f"{'at':<10}", style="dim") + Text(clean(line), style="dim")


def _output(checks: tuple[CheckResult, ...]) -> Iterator[RenderableType]:
    """Show what the code printed, once even if every check printed the same."""
    shown: set[str] = set()
    for check in checks:
        text = clean(check.output).strip()
        if text and text not in shown:
            shown.add(text)
            lines = text.splitlines()
            more = f"\n… {len(lines) - _OUTPUT_LINES} more lines" if len(lines) > _OUTPUT_LINES else ""
            body = Text("\n".join(lines[:_OUTPUT_LINES]) + more)
            yield Panel(body, title="your output", title_align="left", border_style="dim", expand=False)


def _total(graded: GradedSubmission) -> Text:
    if graded.ungraded:
        count = sum(check.outcome is Outcome.UNGRADED for check in graded.checks)
        return Text(
            f"ungraded: {count} checks could not be run, which costs nothing; grade again", style="bold magenta"
        )
    score = graded.score
    style = "bold green" if score.earned == score.possible else "bold"
    return Text(f"{score.earned} of {score.possible} points", style=style)
