"""
Results for people at a terminal.

Student text is never read as markup, is made clean (`escape.clean`), and is cut to what a reader may want to see.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from statistics import fmean, median
from typing import TypeVar

from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.panel import Panel
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from grader.model import (
    Assignment,
    CheckResult,
    ExerciseScore,
    Feedback,
    GradedSubmission,
    Outcome,
    Refused,
    Visibility,
)
from grader.reports.details import bounded, once, rows, told
from grader.reports.escape import capped, clean, one_line, starts_command

_Value = TypeVar("_Value")
_STYLES = {Outcome.PASSED: "green", Outcome.SKIPPED: "dim", Outcome.UNGRADED: "magenta"}
_MARKS = {Outcome.PASSED: "✓", Outcome.SKIPPED: "-", Outcome.UNGRADED: "?"}
_MAX_CHARACTERS = 2000
"""Of one output."""
_FACT_STYLES = {
    "note": "yellow",
    "asked": "bold",
    "expected": "green",
    "received": "red",
    "picture": "bold",
    "at": "dim",
    "hint": "cyan",
    "cause": "cyan",
    "mistake": "dim",
}
_OUTPUT_LINES = 12
_PANELS = 2
_MAX_NOTES = 40
_NAME_WIDTH = 40
"""Of a submission in a table, in cells of a terminal."""
_MAX_READ = 200
_MAX_SPELT_OUT = 10 * _MAX_READ + 10
"""Characters of what is read, if every one of them is spelt out."""
_MOST = 5
"""Explanations of a class that are named."""


def one(graded: GradedSubmission) -> RenderableType:
    """Show one submission: exercises, a line per check, feedback under those that did not pass, the score."""
    return AsItComes().rest(graded)


class AsItComes:
    """
    The report on one submission, check by check: what is printed of it so far, and the rest, say together what `one` shows.

    An exercise that is shown check by check has its points below them, where they are known.  Checks that may all say the same,
    as of a file that cannot be read, wait until one says something else: then it is said once for all.
    """

    def __init__(self, assignment: Assignment | None = None) -> None:
        """Take the assignment, of which something may be shown before all of it is graded."""
        self._assignment = assignment
        self._shown: list[CheckResult] = []
        """As they were shown."""
        self._seen: set[object] = set()
        self._begun = False

    def so_far(self, submission: str, graded_file: str, results: Sequence[CheckResult]) -> RenderableType | None:
        """
        Return what has become known, or None.

        Args:
            results: Of all checks that are done, in order.
        """
        if self._assignment is None or len(results) == len(self._shown) or (not self._begun and _still_alike(results)):
            return None
        parts = self._heading(self._assignment.title, submission, graded_file)
        for check in results[len(self._shown) :]:
            parts += self._next(check, {exercise.name: exercise.title for exercise in self._assignment.exercises})
        return self._printed(parts)

    def rest(self, graded: GradedSubmission) -> RenderableType:
        """Return what is not shown yet of a submission that is graded."""
        same = None if self._begun else shared_feedback(graded)
        parts = self._heading(graded.title, graded.submission, graded.graded_file)
        if same is not None:
            parts += [Text(), *_facts(same, (), self._seen)]
        begun, left = {check.exercise for check in self._shown}, graded.checks[len(self._shown) :]
        for check in left if self._shown else ():
            if check.exercise == self._shown[-1].exercise:
                parts += self._next(check, {})
        parts += self._sum()
        for total in graded.score.exercises:
            checks = [check for check in graded.checks if check.exercise == total.exercise]
            if total.exercise not in begun:
                parts += self._section(total, checks, explains=same is None)
            elif not total.counts and any(check.outcome is not Outcome.SKIPPED for check in checks):
                parts += [
                    Text(),
                    Text(f"{one_line(total.title)} does not count: another one of the choice does", style="dim"),
                ]
        parts += self._told_better(graded)
        parts += [Text(), *_output(graded.checks)]
        parts += [Text(bounded(note), style="dim") for note in graded.notes[:_MAX_NOTES]]
        if len(graded.notes) > _MAX_NOTES:
            parts.append(Text(f"and {len(graded.notes) - _MAX_NOTES} more notes", style="dim"))
        parts.append(_total(graded))
        return self._printed(parts)

    def _printed(self, parts: list[RenderableType]) -> RenderableType:
        self._begun = True
        return _Unheeded(Group(*parts))

    def _heading(self, title: str, submission: str, graded_file: str) -> list[RenderableType]:
        if self._begun:
            return []
        heading: list[RenderableType] = [Text(f"{one_line(title)}: {one_line(submission)}", style="bold")]
        if graded_file:
            heading.append(Text(f"graded: {one_line(graded_file)}", style="dim"))
        return heading

    def _next(self, check: CheckResult, titles: Mapping[str, str]) -> Iterator[RenderableType]:
        """Show one more check, below the title of its exercise if it is the first one of that."""
        is_first = not self._shown or self._shown[-1].exercise != check.exercise
        if is_first:
            yield from self._sum()
            yield from (Text(), Text(one_line(titles.get(check.exercise, check.exercise)), style="bold"))
        self._shown.append(check)
        if check.outcome is Outcome.SKIPPED and check.feedback is not None:
            if is_first:  # all of them are, for the same reason
                yield Text(f"- {bounded(check.feedback.message)}", style="dim")
            return
        yield from self._told(check, explains=True)

    def _sum(self) -> Iterator[RenderableType]:
        """Show the points of the exercise that was shown last, where several checks make them up."""
        checks = [check for check in self._shown if check.exercise == self._shown[-1].exercise]
        if len(checks) > 1 and any(check.outcome is not Outcome.SKIPPED for check in checks):
            earned, possible = sum(check.earned for check in checks), sum(check.points for check in checks)
            yield Text(f"= {earned}/{possible}", style="bold")

    def _told_better(self, graded: GradedSubmission) -> Iterator[RenderableType]:
        """Show once more what later checks have made known of earlier ones, as that a mistake has another name."""
        changed = [
            now for shown, now in zip(self._shown, graded.checks, strict=False) if shown.feedback != now.feedback
        ]
        if changed:
            yield from (Text(), Text("What later checks say about earlier ones", style="bold"))
        for check in changed:
            yield _line(check)
            yield from (Padding(line, (0, 0, 0, 6)) for line in _facts(told(check), check.remarks, set()))

    def _section(
        self, total: ExerciseScore, checks: Sequence[CheckResult], *, explains: bool
    ) -> Iterator[RenderableType]:
        """Show an exercise; under its checks what *explains* them, unless that is said above."""
        heading = Text(f"{one_line(total.title)}  {total.earned}/{total.possible}", style="bold")
        if not total.counts:
            heading.append("  does not count", style="dim")
        yield from (Text(), heading)
        skipped = all(check.outcome is Outcome.SKIPPED for check in checks)
        said = next((check.feedback for check in checks if check.feedback is not None), None)
        if not total.counts and skipped and said is not None:
            yield Text(f"- {bounded(said.message)}", style="dim")
            return
        for check in checks:
            yield from self._told(check, explains=explains)

    def _told(self, check: CheckResult, *, explains: bool) -> Iterator[RenderableType]:
        """Show a check, and what *explains* it, unless the same has been said before: one cause is told once."""
        feedback = told(check) if explains else None
        again = feedback is not None and _is_said(feedback, self._seen)
        yield _line(check, again=again)
        if explains:
            shown = _facts(None if again else feedback, check.remarks, self._seen)
            yield from (Padding(line, (0, 0, 0, 6)) for line in shown)


def many(gradings: Iterable[GradedSubmission], refused: Iterable[Refused] = ()) -> RenderableType:
    """
    Show a class: a row per submission, of what could not be read one that says so, then what the class has in common.

    Long names are cut in the middle, so that both ends can be read.
    """
    gradings = sorted(gradings, key=lambda graded: (graded.assignment, graded.submission))
    table = Table("submission", "score", "", "what did not pass", title_justify="left", box=None, pad_edge=False)
    table.columns[0].no_wrap = table.columns[1].no_wrap = True
    table.columns[1].justify = "right"
    for graded in gradings:
        lost = list(graded.to_fix)
        share = graded.score.earned / graded.score.possible if graded.score.possible else 0.0
        style = "magenta" if graded.ungraded else "green" if share == 1 else "yellow" if share >= 0.5 else "red"
        score = "ungraded" if graded.ungraded else f"{graded.score.earned}/{graded.score.possible}"
        table.add_row(Text(_both_ends(graded.submission)), Text(score, style=style), _bar(share, style), _summary(lost))
    for one in refused:
        why = Text(one_line(one.why), style="dim", overflow="ellipsis", no_wrap=True)
        table.add_row(Text(_both_ends(one.name)), Text("not graded", style="magenta"), Text(), why)
    return _Unheeded(Group(table, *_of_all(gradings)))


def _of_all(gradings: Sequence[GradedSubmission]) -> Iterator[RenderableType]:
    """Say what the scores of a class are on average, and which mistakes are the most frequent ones."""
    scores = [graded.score for graded in gradings if not graded.ungraded and graded.score.possible]
    if len(scores) < 2:
        return
    possible = {score.possible for score in scores}
    if len(possible) == 1:
        values, of = [float(score.earned) for score in scores], f" of {possible.pop()} points"
    else:
        values, of = [100 * score.earned / score.possible for score in scores], " % of the points"
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


class _Unheeded:
    """
    What is printed, with no line that GitHub Actions would take for a command, and none that ends in blanks.

    Text is clean already; but where a long word is broken, its rest starts a line, which only shows once all is laid out.
    """

    def __init__(self, printed: RenderableType) -> None:
        self._printed = printed

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in map(_without_blanks, console.render_lines(self._printed, options, pad=False)):
            spell_out = starts_command("".join(segment.text for segment in line))
            for segment in line:
                if spell_out and ":" in segment.text:
                    segment = Segment(segment.text.replace(":", "\\x3a", 1), segment.style)
                    spell_out = False
                yield segment
            yield Segment.line()


def _without_blanks(line: list[Segment]) -> list[Segment]:
    """Return a line without the blanks that end it, with which tables fill their cells."""
    line = list(line)
    while line and not line[-1].text.rstrip():
        line.pop()
    if line:
        line[-1] = Segment(line[-1].text.rstrip(), line[-1].style)
    return line


def _bar(share: float, style: str) -> Text:
    filled = (
        0 if share <= 0 else 10 if share >= 1 else min(max(round(10 * share), 1), 9)
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


def shared_feedback(graded: GradedSubmission) -> Feedback | None:
    """
    Return what all checks say, as when the file could not be read or nothing is implemented yet.

    One that says its title alone has nothing to add.
    """
    tried = [check for check in graded.checks if check.outcome is not Outcome.SKIPPED and not _is_silent(check)]
    said = {check.feedback for check in tried}
    if len(tried) < 2 or None in said:
        return None
    if len(said) == 1:
        return said.pop()
    every = [feedback for feedback in said if feedback is not None]
    compared = any(check.outcome is Outcome.FAILED for check in tried)  # then each was wrong in its own way
    if compared or len({feedback.message for feedback in every}) > 1:
        return None
    return Feedback(
        message=every[0].message,
        hint=_same(feedback.hint for feedback in every),
        misconception=_same(feedback.misconception for feedback in every),
        trace=_same(feedback.trace for feedback in every) or (),
    )


def _same(values: Iterable[_Value]) -> _Value | None:
    """Return the value that all are, or None."""
    several = set(values)
    return several.pop() if len(several) == 1 else None


def _still_alike(results: Sequence[CheckResult]) -> bool:
    """Return whether all checks may turn out to say the same: none has passed, or was wrong in a way of its own."""
    tried = [check for check in results if check.outcome is not Outcome.SKIPPED and not _is_silent(check)]
    said = {check.feedback for check in tried}
    if None in said:
        return False
    if any(check.outcome is Outcome.FAILED for check in tried):
        return len(said) == 1 and all(one is not None and one.counterexample is one.received is None for one in said)
    return len({one.message for one in said if one is not None}) <= 1


def _is_said(feedback: Feedback, seen: set[object]) -> bool:
    """Return whether a reader has been told the same: all of it, or where the code raised."""
    return bool(feedback.trace and feedback.trace in seen) or replace(feedback, follows_from=None) in seen


def _is_silent(check: CheckResult) -> bool:
    return check.feedback is not None and told(check) is None


def _line(check: CheckResult, *, again: bool = False) -> RenderableType:
    """Show how a check ended; *again* if a check above it says why."""
    style = _STYLES.get(check.outcome, "yellow" if check.earned else "red")
    points = Text(f"{check.earned}/{check.points}", style="dim")
    title = Text(clean(check.title))
    if check.visibility is Visibility.HIDDEN:
        title.append("  hidden", style="dim")
    ended = "" if check.outcome in (Outcome.PASSED, Outcome.FAILED) else check.outcome.value
    why = ", ".join(part for part in (ended, "as above" if again else "") if part)
    if why:
        title.append(f"  {why}", style=style)
    return _grid((Text(mark_of(check, _MARKS), style=style), points, title))


def mark_of(check: CheckResult, marks: Mapping[Outcome, str]) -> str:
    """Return the mark of a check: that of its outcome, or a half circle where it earned a part of its points."""
    return marks.get(check.outcome, "◐" if check.earned else "✗")


def _facts(feedback: Feedback | None, remarks: tuple[str, ...], seen: set[object]) -> Iterator[RenderableType]:
    """Show what a reader learns: the sentence, then the facts in two columns; nothing long twice, hence *seen*."""
    if feedback is not None:
        seen.add(replace(feedback, follows_from=None))
        feedback = once(feedback, seen)
        yield Text(bounded(feedback.message))
    shown = [  # folded, so that no long word is cut a second time, and unsaid
        (Text(f"{label:<8}", style="dim"), Text(bounded(value), style=_FACT_STYLES[label], overflow="fold"))
        for label, value in rows(feedback, remarks)
    ]
    if shown:
        yield _grid(*shown)


def _grid(*rows: tuple[Text, ...]) -> Table:
    grid = Table.grid(padding=(0, 1))
    for row in rows:
        grid.add_row(*row)
    return grid


def _output(checks: tuple[CheckResult, ...]) -> Iterator[RenderableType]:
    """Show what the code printed: that of failed checks first, and nothing twice."""
    ordered = sorted(checks, key=lambda check: check.outcome is Outcome.PASSED)
    texts = list(dict.fromkeys(text for check in ordered if (text := check.output.strip())))
    for text in texts[:_PANELS]:
        body = Text(capped(text, _MAX_CHARACTERS, _OUTPUT_LINES))
        yield Panel(body, title="your output", title_align="left", border_style="dim", expand=False)
    if len(texts) > _PANELS:
        yield Text(f"and other output in {len(texts) - _PANELS} more checks", style="dim")


def _total(graded: GradedSubmission) -> Text:
    if graded.ungraded:
        count = sum(check.outcome is Outcome.UNGRADED for check in graded.checks)
        return Text(
            f"ungraded: {count} checks could not be run, which costs nothing; grade again", style="bold magenta"
        )
    score = graded.score
    style = "bold green" if score.earned == score.possible else "bold"
    return Text(f"{score.earned} of {score.possible} points", style=style)
