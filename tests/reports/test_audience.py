"""What a student may see of a grading."""

from dataclasses import replace

import pytest
from results import BLAME, result

from grader.figures import NONE, Confusion, Curves, Figures
from grader.model import (
    Audience,
    Blame,
    Cause,
    CheckResult,
    Disclosure,
    Environment,
    ExplainedBy,
    Fault,
    Feedback,
    GradedSubmission,
    Location,
    Measured,
    Outcome,
    Score,
    Visibility,
)
from grader.reports.audience import NOT_RUN, check_on_own_machine, for_audience, for_own_machine, for_student

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


@pytest.mark.parametrize("disclosure", [Disclosure.COUNTEREXAMPLE, Disclosure.FULL], ids=str)
def test_passed_check_is_shown_as_it_is(disclosure):
    """Where nothing is withheld, and there is no feedback."""
    whole = graded(disclosure, outcome=Outcome.PASSED)

    assert for_audience(whole, Audience.STUDENT) == replace(whole, seed="")


def test_sentence_withholds_what_a_passed_check_found():
    """Code that prints its arguments would print the questions, and a number that was measured is of hidden data."""
    check = replace(
        graded(Disclosure.SENTENCE, outcome=Outcome.PASSED).checks[0],
        remarks=("a list",),
        measured=(Measured(name="accuracy", value=0.9),),
    )

    assert for_student(check) == replace(check, output="", remarks=(), measured=())


FIGURES = Figures(
    curves=(Curves(title="loss", step="epoch", lines=()),),
    confusions=(Confusion(title="read", labels=("0",), counts=((1,),)),),
)


@pytest.mark.parametrize("outcome", [Outcome.PASSED, Outcome.FAILED, Outcome.UNGRADED], ids=str)
@pytest.mark.parametrize("see", [for_student, check_on_own_machine])
def test_what_held_out_labels_follow_from_is_for_staff(outcome, see):
    """Of a public check that discloses everything a student sees curves, and no confusion matrix; the rest is as elsewhere."""
    check = result("any_sum", outcome, figures=FIGURES)

    assert see(check).figures == replace(FIGURES, confusions=())
    assert see(replace(check, disclosure=Disclosure.SENTENCE)).figures == NONE
    hidden = see(replace(check, visibility=Visibility.HIDDEN)).figures
    assert hidden == (NONE if outcome is Outcome.UNGRADED else replace(FIGURES, confusions=()))


@pytest.mark.parametrize("disclosure", list(Disclosure), ids=str)
def test_student_never_sees_the_seed(disclosure):
    """From the seed follow all questions and the held-out images: it is empty, and in no text of the grading."""
    student = for_audience(graded(disclosure, feedback=Feedback(**SECRETS)), Audience.STUDENT)

    assert student.seed == ""
    assert "secret" not in str(student)


def ungraded(visibility, disclosure, blame=Blame.HARNESS):
    """A check that something of ours kept from running."""
    return result(
        "any_sum",
        Outcome.UNGRADED,
        visibility=visibility,
        disclosure=disclosure,
        blame=blame,
        feedback=Feedback(message="could not be run: KeyError in solutions/addition/checks", trace=("a.py, line 1",)),
        fault=Fault(blame=blame, text="KeyError: 'answer'", traceback="Traceback: solutions/addition", tries=2),
        remarks=("a list",),
        measured=(Measured(name="accuracy", value=0.9),),
        output="printed",
    )


@pytest.mark.parametrize("disclosure", list(Disclosure), ids=str)
@pytest.mark.parametrize("blame", [Blame.HARNESS, Blame.INFRASTRUCTURE], ids=str)
def test_ungraded_hidden_check_is_one_sentence(disclosure, blame):
    """A student reads that it was no fault of theirs; what failed, and how, is for staff, whatever is disclosed."""
    check = ungraded(Visibility.HIDDEN, disclosure, blame)

    assert for_student(check) == replace(
        check, feedback=Feedback(message=NOT_RUN), fault=None, blame=None, remarks=(), measured=(), output=""
    )


def test_ungraded_public_check_keeps_what_the_student_printed():
    """They have the check; only the fault is none of their business."""
    check = ungraded(Visibility.PUBLIC, Disclosure.FULL)

    assert for_student(check) == replace(check, feedback=Feedback(message=NOT_RUN), fault=None, blame=None)


def test_on_their_own_machine_students_read_what_went_wrong_there():
    """Of public checks that disclose it; what else may be there is as for any student."""
    public = ungraded(Visibility.PUBLIC, Disclosure.FULL)
    others = [ungraded(Visibility.HIDDEN, Disclosure.FULL), ungraded(Visibility.PUBLIC, Disclosure.SENTENCE)]
    whole = replace(graded(Disclosure.FULL), checks=(public, *others))

    shown = for_own_machine(whole)

    assert shown.seed == ""
    assert shown.checks == (replace(public, fault=None), *map(for_student, others))


def test_points_and_outcomes_are_never_withheld():
    """The score and each outcome are the same for both audiences."""
    whole = graded(Disclosure.SENTENCE, feedback=Feedback(**SECRETS))
    student = for_audience(whole, Audience.STUDENT)

    assert student.score == whole.score
    assert [check.outcome for check in student.checks] == [Outcome.FAILED]
