"""A submission as HTML shows it: exercises, their checks, and of each check what a reader learns, nothing long twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from markupsafe import Markup

from grader import model
from grader.model import Cause, CheckResult, Feedback, GradedSubmission, Outcome
from grader.reports import details, escape
from grader.reports.alike import mark_of, shared_feedback
from grader.reports.html.chart import Drawings, drawings
from grader.reports.html.differences import Part, parts
from grader.reports.html.picture import Picture, drawn
from grader.reports.html.sequence import Row, rows

_MARKS = {Outcome.PASSED: "✓", Outcome.SKIPPED: "–", Outcome.UNGRADED: "?", Outcome.PENDING: "…"}
_MARKED = "✎"
_ANSWERS = ("expected", "received")
_WORDS = ("hint", "cause")
"""Facts that are sentences; the others are code."""


def _in_place(markup: Markup) -> Markup:
    return markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """What templates write for."""

    anchors: Mapping[str, str] = field(default_factory=dict)
    """Where each check stands on a page, by its name; empty where no link can lead there."""
    draws: bool = False
    """Whether pictures are drawn, or else text."""
    store: Callable[[Markup], Markup] = _in_place
    """Takes what may occur again, and returns what is written in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that a reader learns, under its label."""

    label: str
    value: str
    is_code: bool
    parts: tuple[Part, ...] = ()
    """Of an answer that differs from the other one in some of it; empty where it is not worth marking."""
    rows: tuple[Row, ...] = ()
    """Of both answers, where they are sequences; a page shows them once, in the first of the two."""
    picture: Picture | None = None
    """Of a picture that can be drawn."""
    more: str = ""
    """On what the name of a mistake rests."""
    leads_to: str = ""
    """The check that shows it better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is said of a check, or of all checks at once."""

    message: str
    facts: tuple[Fact, ...]
    trace: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check as it is shown."""

    result: CheckResult
    mark: str
    word: str
    """How it ended, for those who do not see colours or marks."""
    said: Said | None
    """None where there is nothing to say, or it is said above all checks."""
    where: str
    """What to look at first, in what was handed in; empty where nothing is to fix, or the trace tells."""
    output: str
    """What the code printed, unless it is shown above."""
    anchor: str
    """Names it among all of a page."""
    points: str
    drawings: Drawings | None
    """None where nothing is drawn."""

    @property
    def is_a_line(self) -> bool:
        """Whether there is nothing to read but that it passed."""
        return self.result.outcome in (Outcome.PASSED, Outcome.PENDING) and not self.result.remarks


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was handed in for an exercise that is graded by hand."""

    path: str
    text: Markup
    """Escaped, since it may be longer than other texts are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """One exercise as it is shown."""

    title: str
    earned: str
    possible: int
    counts: bool
    left_out: str
    """Why it need not be there; empty if it was tried."""
    checks: tuple[Check, ...]
    pending: int = 0
    """How many of its points wait for staff."""
    answers: tuple[Answer, ...] = ()
    """What was handed in for it, for staff."""

    @property
    def is_complete(self) -> bool:
        """Whether all of it passed."""
        return not self.left_out and all(check.result.outcome is Outcome.PASSED for check in self.checks)

    @property
    def is_open(self) -> bool:
        """Whether there is something to read."""
        return bool(self.pending) or any(not check.is_a_line for check in self.checks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One submission as it is shown."""

    graded: GradedSubmission
    shared: Said | None
    """What all checks say."""
    exercises: tuple[Exercise, ...]
    outputs: tuple[str, ...]
    """What the code printed: that of failed checks first, and nothing twice."""
    ungraded: int

    @property
    def passed(self) -> int:
        """How many checks did."""
        return sum(check.outcome is Outcome.PASSED for check in self.graded.checks)

    @property
    def checks(self) -> int:
        """How many there are; what staff look for is none."""
        return sum(check.outcome is not Outcome.PENDING for check in self.graded.checks)

    @property
    def pending(self) -> str:
        """A sentence about points that wait for staff; empty where none do."""
        return details.about_pending(details.pending(self.graded))

    @property
    def points(self) -> str:
        """The score in words."""
        return "ungraded" if self.ungraded else details.points(self.graded)

    @property
    def percent(self) -> float | None:
        """Of the points that are settled; None where there is nothing to draw."""
        return None if self.ungraded or not self.graded.score.settled else round(100 * details.share(self.graded), 1)


def shown(graded: GradedSubmission) -> Shown:
    """Return a submission as it is shown."""
    shared = shared_feedback(graded)
    ordered = sorted(graded.checks, key=lambda check: check.outcome is Outcome.PASSED)
    return Shown(
        graded=graded,
        shared=None if shared is None else _said(shared),
        exercises=tuple(_exercises(graded, is_shared=shared is not None)),
        outputs=tuple(dict.fromkeys(text for check in ordered if (text := check.output.strip()))),
        ungraded=sum(check.outcome is Outcome.UNGRADED for check in graded.checks),
    )


def _exercises(graded: GradedSubmission, *, is_shared: bool) -> Iterator[Exercise]:
    seen: set[object] = set()
    for total in graded.score.exercises:
        numbered = [one for one in enumerate(graded.checks, 1) if one[1].exercise == total.exercise]
        results = [result for _number, result in numbered]
        left_out = ""
        said = next((result.feedback for result in results if result.feedback is not None), None)
        if not total.counts and all(result.outcome is Outcome.SKIPPED for result in results) and said is not None:
            left_out = said.message
        yield Exercise(
            title=total.title,
            earned=details.earned_of(graded, total),
            possible=total.possible,
            counts=total.counts,
            left_out=left_out,
            pending=details.pending_of(graded, total),
            answers=tuple(_answer(answer) for answer in graded.answers if answer.exercise == total.exercise),
            checks=()
            if left_out
            else tuple(
                _check(graded, result, _anchor(number), seen, is_shared=is_shared) for number, result in numbered
            ),
        )


def _answer(answer: model.Answer) -> Answer:
    return Answer(path=answer.path, text=Markup(escape.html(details.answer(answer.text))))


def anchors(graded: GradedSubmission) -> dict[str, str]:
    """Return where each check stands on a page, by its name."""
    return {check.name: _anchor(number) for number, check in enumerate(graded.checks, 1)}


def _anchor(number: int) -> str:
    return f"check-{number}"


def _check(graded: GradedSubmission, result: CheckResult, anchor: str, seen: set[object], *, is_shared: bool) -> Check:
    marked = details.marked(graded, result)
    feedback = None if is_shared else details.told(result)
    said = None if feedback is None else _said(details.once(feedback, seen), feedback.follows_from)
    output = (
        "" if result.outcome is Outcome.PASSED and not result.remarks else result.output.strip()
    )  # else nobody reads it
    is_new = ("output", output) not in seen
    seen.add(("output", output))
    return Check(
        result=result,
        mark=_MARKED if marked else mark_of(result, _MARKS),
        word=marked or ("partly right" if result.partial else result.outcome.value.replace("_", " ")),
        said=said,
        where=""
        if result.outcome in (Outcome.PASSED, Outcome.PENDING) or (said is not None and said.trace)
        else details.where(result),
        output=output if is_new else "",
        anchor=anchor,
        points=details.worth_of(graded, result),
        drawings=drawings(result.figures) if result.figures else None,
    )


def _said(feedback: Feedback, cause: Cause | None = None) -> Said:
    return Said(message=feedback.message, facts=tuple(_facts(feedback, cause)), trace=feedback.trace)


def _facts(feedback: Feedback, told_at: Cause | None) -> Iterator[Fact]:
    """
    Yield what a reader learns besides the sentence.

    Args:
        told_at: The check that shows it better.
    """
    why = feedback.explained_by
    if told_at is not None and feedback.hint == details.AS_ABOVE:  # where a page can lead there, its name says more
        feedback = replace(feedback, hint=None, follows_from=told_at)
    if told_at is not None and told_at.function is None:  # the name of the mistake stands there
        feedback = replace(feedback, misconception=None)
    expected, received = parts(feedback.expected, feedback.received)
    both = rows(feedback.expected, feedback.received)
    for label, value in details.rows(replace(feedback, trace=()), ()):
        yield Fact(
            label=label,
            value=value,
            is_code=label not in _WORDS,
            parts={"expected": expected, "received": received}.get(label, ()),
            rows=both if label in _ANSWERS else (),
            picture=drawn(value, feedback.received) if label == "picture" else None,
            more=f"explains {why.reproduces}" if label == "mistake" and why is not None else "",
            leads_to=told_at.check if told_at is not None and label == "cause" else "",
        )
