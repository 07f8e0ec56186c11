"""Gradescope's results.json: what it shows, what it counts, and that a fault of ours never becomes a score."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import results as made

from grader.gradescope import results
from grader.gradescope.results import Telling
from grader.gradescope.settings import Shown
from grader.model import (
    CheckResult,
    Disclosure,
    Exercise,
    Feedback,
    Measured,
    Outcome,
    Visibility,
)
from grader.reports.audience import NOT_RUN

SCHEMA = json.loads(Path(__file__).with_name("gradescope.schema.json").read_bytes())
EXERCISES = made.TWO_EXERCISES
EITHER = tuple(replace(exercise, choose_one="either") for exercise in EXERCISES)
ASSIGNMENT = made.addition(*EXERCISES)
TELLING = Telling(hidden=Shown.AFTER_PUBLISHED, seconds=1.23456)
WRONG = Feedback(message="wrong", counterexample="add(1, 2)", expected="3", received="4", misconception="off_by_one")


def read(content: bytes) -> dict[str, Any]:
    """Decode a results.json, which must follow the schema, as a strict reader does."""

    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is no JSON")

    tree: dict[str, Any] = json.loads(content, parse_constant=refuse)
    jsonschema.validate(tree, SCHEMA)
    return tree


def shown(
    *checks: CheckResult,
    telling: Telling = TELLING,
    notes: tuple[str, ...] = (),
    exercises: tuple[Exercise, ...] = EXERCISES,
) -> dict[str, Any]:
    """What is written of a submission with these results."""
    graded = made.graded(*checks, notes=notes, exercises=exercises)
    return read(results.graded(graded, replace(ASSIGNMENT, exercises=exercises), telling))


def test_schema_is_a_schema() -> None:
    """And it refuses a result without any score, unless it is said to be ungraded."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"output": "", "extra_data": {"status": "graded"}}, SCHEMA)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"output": "", "score": 0, "extra_data": {"status": "failed"}}, SCHEMA)


def test_a_check_is_a_test() -> None:
    """Name, number, points, status, tags and what staff see of it."""
    passed = made.result("any_sum", Outcome.PASSED, remarks=("a list",), output="hi\n")
    failed = made.result("double", Outcome.FAILED, exercise="doubles", feedback=WRONG, partial=1)
    tree = shown(passed, failed)
    first, second = tree["tests"]

    assert first == {
        "name": "Any two numbers are added.",
        "name_format": "text",
        "number": "1.1",
        "score": 2,
        "max_score": 2,
        "status": "passed",
        "output": "note     a list\n\nWhat your code printed:\nhi",
        "output_format": "text",
        "tags": ["sums", "passed"],
        "visibility": "visible",
        "extra_data": {"check": "any_sum", "outcome": "passed", "blame": None, "misconception": None},
    }
    assert (second["number"], second["score"], second["max_score"], second["status"]) == ("2.1", 1, 2, "failed")
    assert second["output"] == "wrong\nasked    add(1, 2)\nexpected 3\nreceived 4\nmistake  off_by_one"
    assert second["extra_data"]["blame"] == "student"
    assert (tree["score"], tree["execution_time"], tree["stdout_visibility"]) == (3, 1.235, "hidden")
    assert (tree["extra_data"]["status"], tree["extra_data"]["sha256"]) == ("graded", "0" * 64)
    assert "seed" not in tree["extra_data"]


@pytest.mark.parametrize("hidden", list(Shown))
def test_hidden_checks_are_shown_when_the_instructor_chose(hidden: Shown) -> None:
    """Public checks are always visible; the total is in no sentence, since Gradescope withholds it."""
    checks = (made.result("a", Outcome.PASSED), made.result("b", Outcome.PASSED, visibility=Visibility.HIDDEN))
    tree = shown(*checks, telling=replace(TELLING, hidden=hidden))

    assert [test["visibility"] for test in tree["tests"]] == ["visible", hidden.value]
    assert tree["output"] == ""


def test_a_student_sees_what_a_check_discloses() -> None:
    """Staff see the name of the mistake all the same."""
    check = made.result("a", Outcome.FAILED, feedback=WRONG, disclosure=Disclosure.SENTENCE, output="secret")
    (test,) = shown(check)["tests"]

    assert (test["name"], test["output"]) == ("Any two numbers are added.", "")
    assert test["extra_data"]["misconception"] == "off_by_one"


def test_ungraded_has_no_score_anywhere() -> None:
    """A score would go into the gradebook: neither the whole has one, nor what could be graded, nor the leaderboard."""
    fine = made.result("a", Outcome.PASSED, measured=(Measured(name="accuracy", value=0.9),))
    lost = made.result("b", Outcome.UNGRADED, feedback=Feedback(message="could not be run: OSError"))
    tree = shown(fine, lost)

    assert not {"score", "leaderboard"} & set(tree)
    assert [sorted({"score", "max_score", "status"} & set(test)) for test in tree["tests"]] == [["status"], []]
    assert tree["output"].startswith("Some checks could not be run, through no fault of this submission, and it costs")
    assert tree["extra_data"]["status"] == "ungraded"
    assert tree["tests"][1]["output"] == NOT_RUN
    assert tree["tests"][1]["extra_data"]["blame"] == "harness"


def test_of_a_choice_only_what_counts_has_points() -> None:
    """The total is the best of the choice; Gradescope's page adds up to the same."""
    better = made.result("a", Outcome.PASSED)
    worse = made.result("b", Outcome.FAILED, exercise="doubles", feedback=WRONG)
    skipped = made.result("c", Outcome.SKIPPED, exercise="doubles", feedback=Feedback(message="not needed"))
    tried, left_out = shown(better, worse, exercises=EITHER), shown(better, skipped, exercises=EITHER)

    for tree, status in ((tried, "failed"), (left_out, None)):
        assert tree["score"] == sum(test.get("score", 0) for test in tree["tests"]) == 2
        assert "max_score" not in tree["tests"][1]
        assert tree["tests"][1].get("status") == status
    assert tried["tests"][1]["output"].endswith("Another exercise of the same choice counts instead of this one.")
    assert left_out["tests"][1]["output"] == "not needed"


def test_what_all_checks_say_is_said_once_above_them() -> None:
    """As where the file could not be read; notes and notices follow."""
    unreadable = Feedback(message="addition.py, line 1: invalid syntax")
    checks = [made.result(name, Outcome.RAISED, feedback=unreadable) for name in ("a", "b")]
    tree = shown(*checks, telling=replace(TELLING, notices=("Of ours.",)), notes=("cell 2 is left out",))

    assert tree["output"] == "addition.py, line 1: invalid syntax\n\ncell 2 is left out\n\nOf ours."


def test_leaderboard_takes_what_a_hidden_check_measured() -> None:
    """The data of a public check are known to everybody; a number that is none is left out."""
    public, hidden, lost = (Measured(name="accuracy", value=value) for value in (0.99, 0.9, math.nan))
    check = made.result("a", Outcome.PASSED, measured=(public,))
    secret = made.result("b", Outcome.PASSED, measured=(hidden,), visibility=Visibility.HIDDEN)

    assert shown(check, secret)["leaderboard"] == [{"name": "accuracy", "value": 0.9, "order": "desc"}]
    assert shown(secret, check)["leaderboard"] == [{"name": "accuracy", "value": 0.9, "order": "desc"}]
    assert shown(check)["leaderboard"][0]["value"] == 0.99
    assert "leaderboard" not in shown(made.result("a", Outcome.PASSED, measured=(lost,)))


def test_refused_is_no_points_and_a_sentence() -> None:
    """What was handed in is the student's to fix."""
    tree = read(results.refused("no addition.py\x1b", replace(TELLING, notices=("Of ours.",))))

    assert (tree["score"], tree["output"]) == (0, "no addition.py\\x1b\n\nOf ours.")
    assert tree["extra_data"] == {"status": "refused"}


@pytest.mark.parametrize("sentence", [results.FAILED, results.STOPPED])
def test_failed_says_that_it_costs_nothing(sentence: str) -> None:
    """And it has no score."""
    tree = read(results.failed(sentence, math.nan))

    assert "costs nothing" in tree["output"]
    assert (tree["execution_time"], tree["extra_data"]) == (0.0, {"status": "failed"})
    assert not {"score", "tests"} & set(tree)
