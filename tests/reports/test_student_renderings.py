"""No report that students get, in whatever format, holds what they may not have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import any_results
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from results import graded, result
from student_reports import SEED, student_reports, tells_students_nothing_hidden

from grader.cli.formats import Format
from grader.model import (
    Blame,
    Cause,
    CheckResult,
    Disclosure,
    ExplainedBy,
    Fault,
    Feedback,
    Measured,
    Outcome,
    Visibility,
)

FINDINGS = ("remarks", "measured", "output")
MISTAKE = ("misconception", "explained")
FEEDBACK = ("message", "counterexample", "expected", "received", "picture", "hint", "cause", "trace", *MISTAKE)
OURS = ("fault", "traceback")


def marker(field: str, number: int) -> str:
    """A text that comes about nowhere by chance, and that no format changes."""
    return f"zq{field}{number}qz"


def marked(check: CheckResult, number: int) -> CheckResult:
    """Return a check with a marker in everything that it found."""

    def mark(field: str, text: str | None) -> str | None:
        return None if text is None else marker(field, number) + text

    said = check.feedback
    if said is not None:
        said = Feedback(
            message=marker("message", number) + said.message,
            counterexample=mark("counterexample", said.counterexample),
            expected=mark("expected", said.expected),
            received=mark("received", said.received),
            picture=mark("picture", said.picture),
            hint=mark("hint", said.hint),
            misconception=mark("misconception", said.misconception),
            explained_by=said.explained_by and ExplainedBy(reproduces=marker("explained", number)),
            follows_from=said.follows_from and Cause(check="any_pair", says=marker("cause", number)),
            trace=tuple(marker("trace", number) + line for line in said.trace),
        )
    fault = Fault(blame=Blame.HARNESS, text=marker("fault", number), traceback=marker("traceback", number))
    return replace(
        check,
        name=f"any_sum_{number}",
        feedback=said,
        fault=fault if check.outcome is Outcome.UNGRADED else None,
        remarks=tuple(marker("remarks", number) + remark for remark in check.remarks),
        measured=tuple(replace(one, name=marker("measured", number) + one.name) for one in check.measured),
        output=marker("output", number) + check.output,
    )


def withheld(check: CheckResult) -> Iterator[str]:
    """Yield the fields of a check of which a student gets nothing."""
    yield from OURS
    if check.outcome is Outcome.UNGRADED:
        yield from FEEDBACK
        if check.visibility is Visibility.HIDDEN:
            yield from FINDINGS
    if check.disclosure is Disclosure.SENTENCE:
        yield from (*FEEDBACK, *FINDINGS)
    if check.disclosure is Disclosure.COUNTEREXAMPLE:
        yield from MISTAKE


@settings(deadline=None)
@given(st.lists(any_results.checks, min_size=1, max_size=3))
def test_no_rendering_for_students_holds_what_is_withheld(checks: list[CheckResult]) -> None:
    """Not the seed, not what is known of a fault, not what a check found and does not disclose."""
    whole = graded(*(marked(check, number) for number, check in enumerate(checks)), seed=SEED)
    secrets = {marker(field, number) for number, check in enumerate(checks) for field in withheld(check)}

    for name, report in student_reports(whole).items():
        assert SEED not in report, name
        assert [secret for secret in secrets if secret in report] == [], name


SAID = Feedback(
    message="the answer is wrong",
    counterexample="add(20211, 11202)",
    expected="31413 apples",
    received="the other 9009",
    hint="Do you carry the one?",
    misconception="never_carries",
    trace=("addition.py, line 20211",),
)
SEEN = result(
    "any_sum",
    Outcome.FAILED,
    feedback=SAID,
    output="asked for 20211",
    remarks=("a tuple, not a list",),
    measured=(Measured(name="share of right sums", value=0.5),),
)
HIDDEN = {"visibility": Visibility.HIDDEN, "disclosure": Disclosure.SENTENCE}


NAMES_ALONE = (Format.CSV, Format.CODE_QUALITY, Format.NBGRADER)


@pytest.mark.parametrize("name", [*(one for one in Format if one not in NAMES_ALONE), "notebook", "class", "moodle"])
def test_what_is_disclosed_is_in_the_renderings(name: str) -> None:
    """Else the search above would find nothing anywhere; a table and a list of findings name checks alone."""
    report = student_reports(graded(SEEN, seed=SEED))[name]

    assert "31413 apples" in report


def test_the_search_finds_what_is_told() -> None:
    """A hidden check that is shown as a public one, an answer in a note, and a path of the answers are found."""
    told = replace(SEEN, **HIDDEN)
    whole = graded(told, replace(SEEN, name="other", visibility=Visibility.HIDDEN))

    tells_students_nothing_hidden(graded(told))
    with pytest.raises(AssertionError, match=r"tells students of ada: .*31413apples"):
        tells_students_nothing_hidden(whole)


def test_a_failed_hidden_check_is_a_line_and_no_more() -> None:
    """Its title is said once, and what went wrong with the whole file once above all."""
    unreadable = Feedback(message="addition.py, line 1: invalid syntax")
    checks = [result(name, Outcome.RAISED, title=f"{name} is right", feedback=unreadable) for name in ("One", "Two")]
    secret = result("three", Outcome.RAISED, title="Three is right", feedback=unreadable, **HIDDEN)
    reports = student_reports(graded(*checks, secret))

    for name in (Format.TERMINAL, Format.MARKDOWN, "notebook"):
        assert (reports[name].count("Three is right"), reports[name].count("invalid syntax")) == (1, 1), name
    assert reports["github"].count("::error") == 1
