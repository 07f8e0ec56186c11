"""What PrairieLearn, Coursera, Autolab and nbgrader read: their own fields, and no 0 for what nobody graded."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from results import graded, result

from grader.errors import UsageError
from grader.model import CheckResult, Exercise, Feedback, GradedSubmission, Outcome, Refused
from grader.reports import autolab, coursera, nbgrader_csv, plain, prairielearn

EITHER = tuple(
    Exercise(name=name, title=name.capitalize(), provides=(), choose_one="any") for name in ("sums", "doubles")
)
WRONG = Feedback(message="the answer is wrong", counterexample="add(1, 2)", expected="3", received="4")
WHOLE = graded(
    result("small", Outcome.PASSED, title="Small sums are right."),
    result("large", Outcome.FAILED, title="Large sums are right.", feedback=WRONG, output="adding\n"),
    result(
        "half",
        Outcome.FAILED,
        title="Halves are right.",
        partial=1,
        exercise="doubles",
        feedback=Feedback(message="no"),
    ),
    graded_file="mine.py",
    notes=("cell 2 is left out",),
)
UNGRADED = graded(result("small", Outcome.PASSED), result("large", Outcome.UNGRADED, exercise="doubles"))
CHOSEN = graded(
    result("small", Outcome.PASSED),
    result("double", Outcome.FAILED, exercise="doubles", feedback=WRONG),
    exercises=EITHER,
)
REFUSED = Refused(name="bob", why="bob.7z: not read; pack a .zip")
Encode = Callable[[Sequence[GradedSubmission], Sequence[Refused]], bytes]


def pl(*gradings: GradedSubmission, refused: tuple[Refused, ...] = ()) -> dict[str, Any]:
    """What PrairieLearn reads."""
    return dict(json.loads(prairielearn.encode(gradings, refused)))


def test_prairielearn_shows_every_check() -> None:
    """Score from 0 to 1, points of each check, what it found, and what the code printed."""
    results = pl(WHOLE)

    assert (results["gradable"], results["score"]) == (True, 0.5)
    assert results["message"] == "Addition: 3 of 6 points\ngraded: mine.py\ncell 2 is left out"
    small, large, half = results["tests"]
    assert small == {"name": "Small sums are right.", "points": 2, "max_points": 2}
    assert (large["points"], large["max_points"], large["output"]) == (0, 2, "adding")
    assert large["message"] == "the answer is wrong\nasked    add(1, 2)\nexpected 3\nreceived 4"
    assert (half["points"], half["max_points"]) == (1, 2)
    assert "format_errors" not in results


@pytest.mark.parametrize(
    ("gradings", "refused", "said"),
    [((UNGRADED,), (), "some checks could not be run"), ((), (REFUSED,), "bob.7z: not read; pack a .zip")],
    ids=["ungraded", "refused"],
)
def test_prairielearn_takes_no_attempt_for_what_has_no_score(
    gradings: tuple[GradedSubmission, ...], refused: tuple[Refused, ...], said: str
) -> None:
    """It is not gradable, has no score, and says why."""
    results = pl(*gradings, refused=refused)

    assert (results["gradable"], "score" in results) == (False, False)
    assert said in results["format_errors"][0]


def test_prairielearn_adds_up_what_counts() -> None:
    """Points of all tests together are the score; every test has points, else none would be shown."""
    results = pl(CHOSEN)

    assert results["score"] == 1.0
    assert [(test["points"], test["max_points"]) for test in results["tests"]] == [(2, 2), (0, 0)]


def test_prairielearn_gets_less_than_a_megabyte() -> None:
    """However much a submission says; every test keeps its points."""
    facts = dict.fromkeys(("counterexample", "expected", "received", "picture", "hint"), "ü" * 5000)
    checks = [
        result(f"n{number}", Outcome.FAILED, feedback=Feedback(message=f"{number}", **facts)) for number in range(200)
    ]
    written = prairielearn.encode([graded(*checks, notes=("ü" * 5000,) * 100)])

    tests = json.loads(written)["tests"]
    assert len(written) < 1_000_000
    assert len(tests) == 200
    assert all(test["max_points"] == 2 for test in tests)
    assert tests[-1]["message"] == "What this check found is left out: PrairieLearn takes no more than 1 MB."
    assert "… " in tests[0]["message"]


def test_coursera_gets_one_line_with_a_share_and_a_text() -> None:
    """The same object is the last line of standard output and feedback.json."""
    written = coursera.encode([WHOLE])

    assert written.count(b"\n") == 1
    assert json.loads(written) == {"fractionalScore": 0.5, "feedback": plain.text(WHOLE)}


def test_coursera_gets_no_score_where_there_is_none() -> None:
    """Without the field Coursera finds the grader at fault, and no learner; what is no submission has no points."""
    assert json.loads(coursera.encode([UNGRADED])).keys() == {"feedback"}
    assert json.loads(coursera.encode([], [REFUSED])) == {"fractionalScore": 0.0, "feedback": REFUSED.why}


def autolab_reads(output: bytes) -> dict[str, Any]:
    """The scores, as `parseAutoresult` of Autolab finds them."""
    last = output.decode().rstrip().splitlines()[-1]
    return dict(json.loads(re.sub(r"([a-zA-Z0-9]+):", r'"\1":', last))["scores"])


def test_autolab_gets_scores_by_exercise_on_the_last_line() -> None:
    """Above it stands what formatted feedback shows, above that the text."""
    output = autolab.encode([WHOLE])
    *text, presentation, _scores = output.decode().splitlines()

    assert autolab_reads(output) == {"sums": 2, "doubles": 1}
    assert json.loads(presentation) == {
        "_presentation": "semantic",
        "stages": ["Sums", "Doubles"],
        "Sums": {
            "Small sums are right.": {"passed": True},
            "Large sums are right.": {"passed": False, "hint": "the answer is wrong"},
        },
        "Doubles": {"Halves are right.": {"passed": False, "hint": "no"}},
    }
    assert "\n".join(text) == plain.text(WHOLE)


def test_autolab_writes_no_0_for_what_is_ungraded() -> None:
    """A line without any score would be an error, which Autolab turns into 0 for all; of what was refused that is right."""
    assert autolab_reads(autolab.encode([UNGRADED])) == {"sums": None, "doubles": None}
    assert autolab_reads(autolab.encode([], [REFUSED])) == {}


def test_autolab_leaves_out_what_does_not_count() -> None:
    """The exercise that lost against another one of the choice."""
    assert autolab_reads(autolab.encode([CHOSEN])) == {"sums": 2}


def test_autolab_keeps_checks_apart_that_are_called_alike() -> None:
    """And stages apart from the words of the format."""
    odd = (Exercise(name="sums", title="stages", provides=()),)
    output = autolab.encode([graded(result("a", Outcome.PASSED), result("b", Outcome.PASSED), exercises=odd)])
    presentation = json.loads(output.decode().splitlines()[-2])

    assert presentation["stages"] == ["stages (2)"]
    assert list(presentation["stages (2)"]) == ["Any two numbers are added.", "Any two numbers are added. (2)"]


@pytest.mark.parametrize(
    ("encode", "system"),
    [(prairielearn.encode, "PrairieLearn"), (coursera.encode, "Coursera"), (autolab.encode, "Autolab")],
)
@pytest.mark.parametrize("count", [0, 2])
def test_a_file_of_one_submission_takes_one(encode: Encode, system: str, count: int) -> None:
    """These systems ask about one at a time."""
    with pytest.raises(UsageError) as refused:
        encode([WHOLE] * count, [])

    assert str(refused.value) == (
        f"{system} reads the result of one submission, and here are {count}: name one results.json"
    )


def test_nbgrader_columns_are_those_of_its_export() -> None:
    """Scores are floats; what nobody knows is empty, and what has no score has no 0."""
    text = nbgrader_csv.encode([WHOLE, UNGRADED], [REFUSED]).decode()
    first, second, third = csv.DictReader(io.StringIO(text, newline=""))

    assert text.splitlines()[0] == (
        "assignment,duedate,timestamp,student_id,last_name,first_name,email,raw_score,late_submission_penalty,score,max_score"
    )
    assert {name: value for name, value in first.items() if value} == {
        "assignment": "addition",
        "student_id": "ada",
        "raw_score": "3.0",
        "late_submission_penalty": "0.0",
        "score": "3.0",
        "max_score": "6.0",
    }
    assert (second["raw_score"], second["score"], second["max_score"]) == ("", "", "4.0")
    assert {name: value for name, value in third.items() if value} == {"student_id": "bob"}


def test_nbgrader_table_holds_no_formula() -> None:
    """A student chooses how a submission is called."""
    assert '"\'=1+1"' in nbgrader_csv.encode([graded(result("a", Outcome.PASSED), name="=1+1")]).decode()


def test_plain_text_says_it_all() -> None:
    """Points, file, notes; each exercise with its checks, and under what is to fix what it found."""
    assert plain.text(WHOLE) == (
        "Addition: 3 of 6 points\ngraded: mine.py\ncell 2 is left out\n"
        "\nSums  2/4\n✓ 2/2  Small sums are right.\n✗ 0/2  Large sums are right.\n"
        "      the answer is wrong\n      asked    add(1, 2)\n      expected 3\n      received 4\n"
        "      What your code printed:\n      adding\n"
        "\nDoubles  1/2\n◐ 1/2  Halves are right.\n      no"
    )


def test_plain_text_says_once_what_all_checks_say() -> None:
    """As of a file that cannot be read."""
    same = Feedback(message="addition.py is empty")
    checks: list[CheckResult] = [result(name, Outcome.MISSING, title=name, feedback=same) for name in ("a", "b")]

    assert plain.text(graded(*checks)).count("addition.py is empty") == 1
