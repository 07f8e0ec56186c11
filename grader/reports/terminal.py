"""
Results for people at a terminal.

Student text is never read as markup, is made clean (`escape.clean`), and is cut to what a reader may want to see.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

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
from grader.reports.details import RAISED_ABOVE, bounded, once, rows, told
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


def one(graded: GradedSubmission) -> RenderableType:
    """Show one submission: exercises, a line per check, feedback under those that did not pass, the score."""
    return AsItComes().rest(graded)


class AsItComes:
    """
    The report on one submission, part by part: what is printed of it so far, and the rest, are together what `one` shows.

    An exercise can be shown once all its checks are done, and one of them, or an earlier one, has passed: what all checks say is
    said once for all.  Which of a choice counts is known at the end.
    """

    def __init__(self, assignment: Assignment | None = None) -> None:
        """Take the assignment, of which something may be shown before all of it is graded."""
        self._assignment = assignment
        self._shown: set[str] = set()
        """Exercises that are."""
        self._seen: set[object] = set()
        self._begun = False

    def so_far(
        self, submission: str, graded_file: str, results: Sequence[CheckResult], following: str
    ) -> RenderableType | None:
        """
        Return what has become known, or None.

        Args:
            results: Of all checks that are done.
            following: The exercise of the check that is next; those before it in the assignment are done.
        """
        if self._assignment is None or not any(check.outcome is Outcome.PASSED for check in results):
            return None
        parts: list[RenderableType] = []
        for exercise in self._assignment.exercises:
            if exercise.name in self._shown:
                continue
            if exercise.name == following or exercise.choose_one:
                break
            checks = [check for check in results if check.exercise == exercise.name]
            if checks:
                earned, possible = sum(check.earned for check in checks), sum(check.points for check in checks)
                total = ExerciseScore(exercise=exercise.name, title=exercise.title, earned=earned, possible=possible)
                parts += self._section(total, checks, explains=True)
            self._shown.add(exercise.name)
        title = self._assignment.title
        return self._printed([*self._heading(title, submission, graded_file), *parts]) if parts else None

    def rest(self, graded: GradedSubmission) -> RenderableType:
        """Return what is not shown yet of a submission that is graded."""
        same = shared_feedback(graded)
        parts = self._heading(graded.title, graded.submission, graded.graded_file)
        if same is not None:
            parts += [Text(), *_facts(same, (), self._seen)]
        for total in graded.score.exercises:
            if total.exercise not in self._shown:
                checks = [check for check in graded.checks if check.exercise == total.exercise]
                parts += self._section(total, checks, explains=same is None)
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

    def _section(
        self, total: ExerciseScore, checks: Sequence[CheckResult], *, explains: bool
    ) -> Iterator[RenderableType]:
        """Show an exercise; under its checks what *explains* them, unless that is said above."""
        heading = Text(f"{one_line(total.title)}  {total.earned}/{total.possible}", style="bold")
        if not total.counts:
            heading.append("  does not count", style="dim")
        yield from (Text(), heading)
        skipped = all(check.outcome is Outcome.SKIPPED for check in checks)
        if not total.counts and skipped and checks[0].feedback is not None:
            yield Text(f"- {bounded(checks[0].feedback.message)}", style="dim")
            return
        for check in checks:
            yield _line(check)
            if explains:
                yield from (Padding(line, (0, 0, 0, 6)) for line in _facts(told(check), check.remarks, self._seen))


def many(gradings: Iterable[GradedSubmission], refused: Iterable[Refused] = ()) -> RenderableType:
    """Show a class: a row per submission; of what could not be read a row that says so, last."""
    table = Table("submission", "score", "", "what did not pass", title_justify="left", box=None, pad_edge=False)
    table.columns[1].justify = "right"
    for graded in sorted(gradings, key=lambda graded: (graded.assignment, graded.submission)):
        lost = list(graded.to_fix)
        share = graded.score.earned / graded.score.possible if graded.score.possible else 0.0
        style = "magenta" if graded.ungraded else "green" if share == 1 else "yellow" if share >= 0.5 else "red"
        score = "ungraded" if graded.ungraded else f"{graded.score.earned}/{graded.score.possible}"
        table.add_row(Text(one_line(graded.submission)), Text(score, style=style), _bar(share, style), _summary(lost))
    for one in refused:
        why = Text(one_line(one.why), style="dim", overflow="ellipsis", no_wrap=True)
        table.add_row(Text(one_line(one.name)), Text("not graded", style="magenta"), Text(), why)
    return _Unheeded(table)


class _Unheeded:
    """
    What is printed, with no line that GitHub Actions would take for a command.

    Text is clean already; but where a long word is broken, its rest starts a line, which only shows once all is laid out.
    """

    def __init__(self, printed: RenderableType) -> None:
        self._printed = printed

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in console.render_lines(self._printed, options, pad=False):
            spell_out = starts_command("".join(segment.text for segment in line))
            for segment in line:
                if spell_out and ":" in segment.text:
                    segment = Segment(segment.text.replace(":", "\\x3a", 1), segment.style)
                    spell_out = False
                yield segment
            yield Segment.line()


def _bar(share: float, style: str) -> Text:
    filled = round(10 * share)
    return Text("━" * filled, style=style) + Text("╌" * (10 - filled), style="dim")


def _summary(lost: list[CheckResult]) -> Text:
    """Count what was lost by outcome, then name the known mistakes, or else the checks."""
    counts = Counter(check.outcome.value for check in lost)
    mistakes = [check.feedback.misconception for check in lost if check.feedback and check.feedback.misconception]
    names = dict.fromkeys(mistakes or [check.name for check in lost])
    words = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
    return Text(f"{words}: {', '.join(names)}" if lost else "", style="dim", overflow="ellipsis", no_wrap=True)


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


def _is_silent(check: CheckResult) -> bool:
    return check.feedback is not None and told(check) is None


def _line(check: CheckResult) -> RenderableType:
    style = _STYLES.get(check.outcome, "yellow" if check.earned else "red")
    points = Text(f"{check.earned}/{check.points}", style="dim")
    title = Text(clean(check.title))
    if check.visibility is Visibility.HIDDEN:
        title.append("  hidden", style="dim")
    if check.outcome not in (Outcome.PASSED, Outcome.FAILED):
        title.append(f"  {check.outcome.value}", style=style)
    return _grid((Text(mark_of(check, _MARKS), style=style), points, title))


def mark_of(check: CheckResult, marks: Mapping[Outcome, str]) -> str:
    """Return the mark of a check: that of its outcome, or a half circle where it earned a part of its points."""
    return marks.get(check.outcome, "◐" if check.earned else "✗")


def _facts(feedback: Feedback | None, remarks: tuple[str, ...], seen: set[object]) -> Iterator[RenderableType]:
    """Show what a reader learns: the sentence, then the facts in two columns; nothing long twice, hence *seen*."""
    if feedback is not None:
        feedback = once(feedback, seen)
        if feedback.message == RAISED_ABOVE:
            yield Text(feedback.message, style="dim")
            return
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
