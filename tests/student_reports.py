"""Every report on a grading as students get it, and the search in it for what they may not have."""

from __future__ import annotations

import html as page
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote

from rich.console import Console, RenderableType
from specimens import COURSE

from grader.cli.formats import Format
from grader.model import Audience, CheckResult, Disclosure, GradedSubmission, Outcome, Visibility
from grader.reports import html, terminal
from grader.reports.audience import for_audience
from grader.reports.gradebook import moodle, sheet
from grader.reports.repository import AT_THE_ROOT

SEED = "zqtheseedqz"
_WORKSHEET = b'"Participant 1","Ada",Status,Grade,Max,Yes,Date,Feedback\n"Participant 1",ada,new,,9,Yes,-,\n'
_FEWEST, _DIFFERENT = 8, 4
"""Letters and digits, and different ones, of a text that does not come about by chance."""


def student_reports(graded: GradedSubmission) -> dict[str, str]:
    """Write a grading for students, in every format."""
    shown = for_audience(graded, Audience.STUDENT)
    files = {
        format.value: format.encoder([shown], [], AT_THE_ROOT).decode()
        for format in Format
        if format.encoder is not None
    }
    printed = _printed(terminal.one(shown)) + _printed(terminal.many([shown]))
    return {
        **files,
        Format.TERMINAL.value: printed,
        "notebook": html.one(shown),
        "class": html.encode([shown, shown]).decode(),
        "moodle": _worksheet(shown),
    }


def _worksheet(shown: GradedSubmission) -> str:
    """Return a grading worksheet of Moodle with the feedback on a submission; an ungraded one is not in it."""
    named = replace(shown, submission="ada")
    return moodle.fill(sheet.read(_WORKSHEET, "worksheet.csv"), [named], scale=True).content.decode()


def tells_students_nothing_hidden(graded: GradedSubmission) -> None:
    """Require that no report for students holds the seed, what hidden checks found, a path of the answers or a traceback."""
    shown = for_audience(graded, Audience.STUDENT)
    for check in shown.checks:
        assert check.figures.confusions == (), check.name
        if _is_withheld(check):
            assert list(_found(check)) == [], check.name
    secrets = {*_secrets(graded), _letters(str(COURSE / "solutions")), _letters(SEED)}
    public = _letters("\n".join(_public(graded)))
    for name, report in student_reports(replace(graded, seed=SEED)).items():
        read = _letters(_unescaped(report))
        told = [secret for secret in secrets if secret in read and secret not in public]
        assert told == [], f"{name} tells students of {graded.submission}: {told}"


def _is_withheld(check: CheckResult) -> bool:
    return check.visibility is Visibility.HIDDEN and check.disclosure is Disclosure.SENTENCE


def _secrets(graded: GradedSubmission) -> Iterator[str]:
    """Yield what hidden checks found, and what is ours, as letters and digits; short texts are left out, which are anywhere."""
    texts = ["Traceback (most recent call last)"]
    for check in graded.checks:
        if _is_withheld(check):
            texts += _found(check)
        if check.fault is not None:
            texts += [check.fault.text, check.fault.traceback]
    yield from (letters for text in texts if _is_telling(letters := _letters(text)))


def _found(check: CheckResult) -> Iterator[str]:
    """Yield what a check found."""
    said = check.feedback
    if said is not None:
        facts = (said.counterexample, said.expected, said.received, said.picture, said.hint, said.misconception)
        yield from (fact for fact in facts if fact is not None)
        yield from said.trace
    yield from check.remarks
    yield from (measured.name for measured in check.measured)
    yield from (line.name for curves in check.figures.curves for line in curves.lines)
    yield from (label for bars in check.figures.bars for label in bars.labels)
    yield from (matrix.title for matrix in check.figures.confusions)
    if check.output:
        yield check.output


def _public(graded: GradedSubmission) -> Iterator[str]:
    """Yield what students know anyway: the public checks, and what is said of the whole."""
    yield from (graded.title, graded.submission, graded.graded_file, *graded.notes)
    yield from (f"{total.exercise} {total.earned}" for total in graded.score.exercises)  # reads like a call of it
    for check in graded.checks:
        yield check.title
        if check.visibility is Visibility.PUBLIC and check.outcome is not Outcome.UNGRADED:
            yield from _found(check)
            if check.feedback is not None:
                yield check.feedback.message


def _letters(text: str) -> str:
    """Return the letters and digits alone, which no format escapes and no line break parts."""
    return re.sub(r"[\W_]+", "", text)


def _is_telling(letters: str) -> bool:
    return len(letters) >= _FEWEST and len(set(letters)) >= _DIFFERENT


def _unescaped(report: str) -> str:
    return page.unescape(unquote(report)).replace("\\n", " ").replace("\\t", " ")


def _printed(report: RenderableType) -> str:
    file = io.StringIO()
    Console(file=file, width=1000).print(report)
    return file.getvalue()
