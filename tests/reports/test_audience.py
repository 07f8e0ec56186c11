"""What a student may see of a grading."""

from dataclasses import replace

import pytest
from results import BLAME

from grader.model import (
    Audience,
    Cause,
    CheckResult,
    Disclosure,
    Environment,
    ExplainedBy,
    Feedback,
    GradedSubmission,
    Location,
    Outcome,
    Score,
    Visibility,
)
from grader.reports.audience import for_audience

SECRETS = {
    "message": "the answer is wrong",
    "counterexample": "add(1, 2)",
    "expected": "3",
    "received": "4",
    "hint": "count again",
    "misconception": "off_by_one",
    "explained_by": ExplainedBy(reproduces="4 answers", distance=1),
    "follows_from": Cause(check="any_pair", says="the same mistake"),
    "trace": ("a.py, line 1",),
    "raised_at": Location(path="a.py"),
}


def graded(disclosure, outcome=Outcome.FAILED, feedback=None):
    """A grading of one hidden check of one point."""
    check = CheckResult(
        name="any_sum",
        title="Any two numbers are added.",
        exercise="sums",
        points=1,
        outcome=outcome,
        blame=BLAME.get(outcome),
        visibility=Visibility.HIDDEN,
        disclosure=disclosure,
        feedback=feedback,
        output="printed",
        defined_at=Location(path="a.py", line=7),
    )
    return GradedSubmission(
        assignment="addition",
        title="Addition",
        submission="ada",
        sha256="0" * 64,
        seed="secret",
        environment=Environment(grader="", python="", torch="", platform="", sandbox="", device=""),
        checks=(check,),
        score=Score(earned=0, possible=1, exercises=()),
    )


def seen(audience, disclosure, **more):
    """The one check as *audience* sees it."""
    (check,) = for_audience(graded(disclosure, **more), audience).checks
    return check


@pytest.mark.parametrize("disclosure", list(Disclosure), ids=str)
def test_staff_see_everything(disclosure):
    """Disclosure is for students."""
    whole = graded(disclosure, feedback=Feedback(**SECRETS))

    assert for_audience(whole, Audience.STAFF) == whole


@pytest.mark.parametrize(
    ("disclosure", "kept"),
    [
        (Disclosure.FULL, set(SECRETS)),
        (Disclosure.COUNTEREXAMPLE, set(SECRETS) - {"misconception", "explained_by"}),
        (Disclosure.SENTENCE, set()),
    ],
    ids=["full", "counterexample", "sentence"],
)
def test_student_sees_what_is_disclosed(disclosure, kept):
    """Each level keeps its fields of the feedback, and nothing else."""
    feedback = seen(Audience.STUDENT, disclosure, feedback=Feedback(**SECRETS)).feedback

    assert {field for field, value in SECRETS.items() if getattr(feedback, field) == value} == kept


def test_sentence_says_what_was_checked_and_no_more():
    """At the lowest level the check's own sentence stands in for the message, and the output is withheld."""
    check = seen(Audience.STUDENT, Disclosure.SENTENCE, feedback=Feedback(**SECRETS))

    assert check.feedback == Feedback(message="Any two numbers are added.")
    assert check.output == ""


@pytest.mark.parametrize(("disclosure", "line"), [(Disclosure.SENTENCE, 7), (Disclosure.COUNTEREXAMPLE, 1)])
def test_where_the_function_is_is_no_secret(disclosure, line):
    """A check that discloses its sentence shows the definition, and no line from the trace."""
    check = seen(Audience.STUDENT, disclosure, outcome=Outcome.RAISED, feedback=Feedback(**SECRETS))

    assert check.location == Location(path="a.py", line=line)


def test_counterexample_keeps_the_output():
    """What a student's own code printed is shown to them."""
    assert seen(Audience.STUDENT, Disclosure.COUNTEREXAMPLE, feedback=Feedback(**SECRETS)).output == "printed"


@pytest.mark.parametrize("disclosure", list(Disclosure), ids=str)
def test_passed_check_is_shown_as_it_is(disclosure):
    """Where there is no feedback, nothing of the checks has to be withheld."""
    whole = graded(disclosure, outcome=Outcome.PASSED)

    assert for_audience(whole, Audience.STUDENT) == replace(whole, seed="")


@pytest.mark.parametrize("disclosure", list(Disclosure), ids=str)
def test_student_never_sees_the_seed(disclosure):
    """From the seed follow all questions and the held-out images: it is empty, and in no text of the grading."""
    student = for_audience(graded(disclosure, feedback=Feedback(**SECRETS)), Audience.STUDENT)

    assert student.seed == ""
    assert "secret" not in str(student)


def test_ungraded_check_says_why():
    """A fault of ours is explained to everybody."""
    feedback = Feedback(message="this check could not be run")
    check = seen(Audience.STUDENT, Disclosure.SENTENCE, outcome=Outcome.UNGRADED, feedback=feedback)

    assert check.feedback == feedback


def test_points_and_outcomes_are_never_withheld():
    """The score and each outcome are the same for both audiences."""
    whole = graded(Disclosure.SENTENCE, feedback=Feedback(**SECRETS))
    student = for_audience(whole, Audience.STUDENT)

    assert student.score == whole.score
    assert [check.outcome for check in student.checks] == [Outcome.FAILED]
