"""One submission at a terminal: a line per check, feedback under those that did not pass, the score, what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from grader.model import (
    Assignment,
    CheckResult,
    ExerciseScore,
    Feedback,
    GradedSubmission,
    Outcome,
    Visibility,
)
from grader.reports.alike import mark_of, shared_feedback, still_alike
from grader.reports.details import bounded, once, points_of, rows, score_after_policy, tally, told, where
from grader.reports.escape import capped, clean, one_line
from grader.reports.next_steps import Step, next_steps
from grader.reports.terminal.unheeded import Unheeded

_STYLES = {Outcome.PASSED: "green", Outcome.SKIPPED: "dim", Outcome.UNGRADED: "magenta", Outcome.PENDING: "blue"}
_MARKS = {Outcome.PASSED: "✓", Outcome.SKIPPED: "-", Outcome.UNGRADED: "?", Outcome.PENDING: "…"}
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


def one(graded: GradedSubmission, *, for_student: bool = False) -> RenderableType:
    """
    Show one submission: exercises, a line per check, feedback under those that did not pass, the score.

    Args:
        for_student: Whether it ends with what to do next.
    """
    return AsItComes(again=next_steps(graded).command if for_student else None).rest(graded)


class AsItComes:
    """
    The report on one submission, check by check: what is printed of it so far, and the rest, say together what `one` shows.

    An exercise that is shown check by check has its points below them, where they are known.  Checks that may all say the same,
    as of a file that cannot be read, wait until one says something else: then it is said once for all.
    """

    def __init__(self, assignment: Assignment | None = None, again: str | None = None) -> None:
        """
        Take the assignment, of which something may be shown before all of it is graded.

        Args:
            again: For a student, who is told what to do next: the command that checks again, empty where none is needed.
        """
        self._assignment = assignment
        self._again = again
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
        if self._assignment is None or len(results) == len(self._shown) or (not self._begun and still_alike(results)):
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
        if self._again is not None:
            parts += _next(graded, self._again, is_shared=same is not None)
        return self._printed(parts)

    def _printed(self, parts: list[RenderableType]) -> RenderableType:
        self._begun = True
        return Unheeded(Group(*parts))

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
        heading = Text(f"{one_line(total.title)}  {tally(total)}", style="bold")
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


def _is_said(feedback: Feedback, seen: set[object]) -> bool:
    """Return whether a reader has been told the same: all of it, or where the code raised."""
    return bool(feedback.trace and feedback.trace in seen) or replace(feedback, follows_from=None) in seen


def _line(check: CheckResult, *, again: bool = False) -> RenderableType:
    """Show how a check ended; *again* if a check above it says why."""
    style = _STYLES.get(check.outcome, "yellow" if check.earned else "red")
    worth = Text(points_of(check), style="dim")
    title = Text(clean(check.title))
    if check.visibility is Visibility.HIDDEN:
        title.append("  hidden", style="dim")
    ended = "" if check.outcome in (Outcome.PASSED, Outcome.FAILED) else check.outcome.value
    why = ", ".join(part for part in (ended, "as above" if again else "") if part)
    if why:
        title.append(f"  {why}", style=style)
    return _grid((Text(mark_of(check, _MARKS), style=style), worth, title))


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
    style = "bold green" if score.earned == score.settled else "bold"
    return Text(one_line(score_after_policy(graded)), style=style)


def _next(graded: GradedSubmission, again: str, *, is_shared: bool) -> Iterator[RenderableType]:
    """Say which check to look at first, and how to check again; nothing where nothing is to fix."""
    steps = next_steps(graded)
    if not steps.has_to_fix:
        return
    yield from (Text(), Text("What to do next", style="bold"))
    if steps.first:
        yield from _look_at(steps.first[0], is_shared=is_shared)
    elif steps.silent:
        yield Text(steps.about_silent)
    if again:
        yield Text.assemble("Check again: ", (one_line(again), "bold"))


def _look_at(step: Step, *, is_shared: bool) -> Iterator[RenderableType]:
    """Say where to look first; what all checks say is said above, and none of them is the first."""
    at = one_line(where(step.check))
    if is_shared:
        if at:
            yield Text(f"Look at {at}")
        return
    followers = f"; {step.about_followers}" if step.followers else ""
    yield Text.assemble("Look at ", f"{at}: " if at else "", (f"“{clean(step.check.title)}”", "bold"), followers)
