"""
Results as HTML: one fragment for a notebook or a web page, which needs no other file.

Everything that a template writes is cut to a bounded length and escaped on its way out (`_shown`), so no place in the
template can forget to; Jinja escapes whatever else could get past it.  Colours only repeat what words say, and none of
them is the colour of text: text has that of the page, light or dark.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import jinja2
from markupsafe import Markup

from grader.model import Assignment, CheckResult, Feedback, GradedSubmission, Outcome
from grader.reports import details, escape
from grader.reports.terminal import mark_of, shared_feedback

TEMPLATE = Path(__file__).with_name("fragment.html.jinja")
_MAX_CHARACTERS = 4000
_MAX_LINES = 40
_MARKS = {Outcome.PASSED: "✓", Outcome.SKIPPED: "–", Outcome.UNGRADED: "?"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Check:
    """One check as it is shown."""

    result: CheckResult
    mark: str
    word: str
    """How it ended, for those who do not see colours or marks."""
    feedback: Feedback | None
    """None where it is said above all checks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Exercise:
    """One exercise as it is shown."""

    title: str
    earned: int
    possible: int
    counts: bool
    left_out: str
    """Why it need not be there; empty if it was tried."""
    checks: tuple[_Check, ...]
    is_complete: bool
    is_open: bool
    """Whether there is something to read; an exercise whose checks all passed is one line until it is opened."""


def one(graded: GradedSubmission) -> str:
    """Return one submission as an HTML fragment: score, exercises, checks, feedback on those that did not pass."""
    shared = shared_feedback(graded)
    return _write(
        "one",
        graded=graded,
        shared=shared,
        exercises=tuple(_exercises(graded, shared)),
        outputs=_outputs(graded.checks),
        ungraded=sum(check.outcome is Outcome.UNGRADED for check in graded.checks),
    )


def progress(assignment: Assignment, title: str, done: int, total: int) -> str:
    """
    Return a progress bar as an HTML fragment.

    Args:
        title: Sentence of the check that runs now.
        done: Checks that have ended.
        total: All checks; 0 if that is not known yet.
    """
    return _write("progress", assignment=assignment, title=title, done=done, total=total)


def problem(text: str) -> str:
    """Return a sentence about what kept us from checking at all, as an HTML fragment."""
    return _write("problem", text=text)


def _write(macro: str, **values: object) -> str:
    """Return what a macro of the template makes of *values*."""
    return str(getattr(_TEMPLATE.module, macro)(**values)).strip()


def _shown(value: object) -> object:
    """Make a text fit to be written: bounded, clean, escaped; markup of our own template is left alone."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return Markup(escape.html(escape.capped(value, _MAX_CHARACTERS, _MAX_LINES)))


def _exercises(graded: GradedSubmission, shared: Feedback | None) -> Iterator[_Exercise]:
    for total in graded.score.exercises:
        results = [check for check in graded.checks if check.exercise == total.exercise]
        left_out = ""
        if not total.counts and all(result.outcome is Outcome.SKIPPED for result in results) and results[0].feedback:
            left_out = results[0].feedback.message
        yield _Exercise(
            title=total.title,
            earned=total.earned,
            possible=total.possible,
            counts=total.counts,
            left_out=left_out,
            checks=() if left_out else tuple(_check(result, shared) for result in results),
            is_complete=all(result.outcome is Outcome.PASSED for result in results),
            is_open=any(result.outcome is not Outcome.PASSED or result.remarks for result in results),
        )


def _check(result: CheckResult, shared: Feedback | None) -> _Check:
    return _Check(
        result=result,
        mark=mark_of(result, _MARKS),
        word="partly right" if result.partial else result.outcome.value.replace("_", " "),
        feedback=None if shared is not None else details.told(result),
    )


def _outputs(checks: Iterable[CheckResult]) -> tuple[str, ...]:
    """Return what the code printed: that of failed checks first, and nothing twice."""
    ordered = sorted(checks, key=lambda check: check.outcome is Outcome.PASSED)
    return tuple(dict.fromkeys(text for check in ordered if (text := check.output.strip())))


_ENVIRONMENT = jinja2.Environment(
    autoescape=True, finalize=_shown, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_TEMPLATE = _ENVIRONMENT.from_string(TEMPLATE.read_text(encoding="utf-8"))
