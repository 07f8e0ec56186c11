"""results.json: valid under its own schema whatever a submission says."""

import json
import math
import re
from dataclasses import replace

import jsonschema
import pytest
from any_results import ANY_TEXT, checks
from hypothesis import given, settings
from hypothesis import strategies as st
from results import BLAME

from grader.model import (
    Cause,
    CheckResult,
    Disclosure,
    Environment,
    ExerciseScore,
    ExplainedBy,
    Feedback,
    GradedSubmission,
    Location,
    Outcome,
    Score,
    Visibility,
)
from grader.reports import results_json

CONTROL = re.compile(r"[\0-\x08\x0b-\x1f\x7f-\x9f]")


def graded(*results, name="ada", notes=(), seed="1"):
    """A grading with these results; its score is added up here."""
    earned, possible = sum(check.earned for check in results), sum(check.points for check in results)
    return GradedSubmission(
        assignment="addition",
        title="Addition",
        submission=name,
        sha256="0" * 64,
        seed=seed,
        environment=Environment(grader="1", python="3", torch="2", platform="Linux", sandbox="local", device="cpu"),
        checks=results,
        score=Score(
            earned=earned,
            possible=possible,
            exercises=(ExerciseScore(exercise="sums", title="Sums", earned=earned, possible=possible),),
        ),
        notes=notes,
    )


def failed(**feedback):
    return CheckResult(
        name="any_sum",
        title="Any two numbers are added.",
        exercise="sums",
        points=2,
        outcome=Outcome.FAILED,
        blame=BLAME.get(Outcome.FAILED),
        visibility=Visibility.HIDDEN,
        disclosure=Disclosure.FULL,
        feedback=Feedback(**feedback) if feedback else None,
    )


def refuse_constant(name):
    raise AssertionError(f"{name} is no JSON")


def decoded(whole):
    """Read as a strict reader does: NaN and Infinity are no JSON."""
    return json.loads(results_json.encode(whole).decode("utf-8"), parse_constant=refuse_constant)


def texts(tree):
    """Every text in a decoded object."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict | list):
        for child in tree.values() if isinstance(tree, dict) else tree:
            yield from texts(child)


def test_schema_file_is_in_step():
    """The schema in the repository is the one that the code describes; `make schema` writes it."""
    assert json.loads(results_json.SCHEMA.read_bytes()) == results_json.schema()


def test_schema_is_a_schema():
    """The file is itself valid JSON Schema of the version that it names."""
    assert "2020-12" in results_json.schema()["$schema"]
    jsonschema.Draft202012Validator.check_schema(results_json.schema())


def test_schema_lists_every_outcome():
    """No outcome of the values is missing from the schema."""
    outcomes = results_json.schema()["$defs"]["Check"]["properties"]["outcome"]["enum"]

    assert set(outcomes) == {outcome.value for outcome in Outcome}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("score",), -1),
        (("version",), 1),
        (("seed",), 1),
        (("sha256",), "short"),
        (("status",), "lost"),
        (("checks", 0, "outcome"), "fine"),
        (("checks", 0, "wall_seconds"), -0.5),
        (("checks", 0, "peak_bytes"), -1),
    ],
    ids=[
        "negative-score",
        "other-version",
        "seed-is-a-number",
        "short-hash",
        "unknown-status",
        "unknown-outcome",
        "negative-time",
        "negative-memory",
    ],
)
def test_schema_refuses_what_is_wrong(path, value):
    """The schema says something: a wrong value does not pass it."""
    tree = decoded(graded(failed()))
    jsonschema.validate(tree, results_json.schema())
    place = tree
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(tree, results_json.schema())


@settings(deadline=None)
@given(st.lists(checks, max_size=3), ANY_TEXT, st.lists(ANY_TEXT, max_size=2), ANY_TEXT)
def test_every_grading_gives_valid_and_clean_json(results, name, notes, seed):
    """Whatever a submission is called or says: strict JSON that follows the schema, without control characters."""
    tree = decoded(graded(*results, name=name, notes=tuple(notes), seed=seed))

    jsonschema.validate(tree, results_json.schema())
    assert not any(CONTROL.search(text) for text in texts(tree))
    assert tree["score"] == sum(check["earned"] for check in tree["checks"])
    assert tree["max_score"] == sum(check["points"] for check in tree["checks"])


@pytest.mark.parametrize("seconds", [math.nan, math.inf], ids=["nan", "infinity"])
def test_time_that_is_no_number_is_null(seconds):
    """NaN and infinity never reach the file."""
    check = CheckResult(
        name="a",
        title="A.",
        exercise="sums",
        points=1,
        outcome=Outcome.PASSED,
        blame=BLAME.get(Outcome.PASSED),
        visibility=Visibility.PUBLIC,
        disclosure=Disclosure.FULL,
        wall_seconds=seconds,
    )

    assert decoded(graded(check))["checks"][0]["wall_seconds"] is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", "\\x1b[2J"),
        ("a\rb", "a\\x0db"),
        ("\0", "\\x00"),
        ("\x9b31m", "\\x9b31m"),
        ("\ud800", "\\ud800"),
        ("a\n\tb", "a\n\tb"),
        ("Größe 🙂", "Größe 🙂"),
    ],
    ids=["escape", "carriage-return", "null", "one-byte-escape", "lone-surrogate", "newline-and-tab", "letters"],
)
def test_control_characters_are_made_visible(text, shown):
    """A terminal that shows the file must not obey it; newline, tab and letters stay."""
    check = failed(message=text, trace=(text,), hint=text)
    tree = decoded(graded(check, name=text, notes=(text,)))

    received = tree["checks"][0]
    assert [received["message"], received["hint"], *received["trace"], *tree["notes"]] == [shown] * 4
    assert tree["submission"] == shown


def test_long_text_is_cut_and_says_so():
    """A student's code that returns a million letters does not fill the disk of the course."""
    (check,) = decoded(graded(failed(message="wrong", received="a" * 1_000_000)))["checks"]

    assert check["received"] == "a" * 65_536 + "\n… 934,464 more characters"


def test_every_field_of_the_feedback_arrives():
    """Nothing that a reader could learn is dropped."""
    feedback = {
        "message": "wrong",
        "counterexample": "add(1, 2)",
        "expected": "3",
        "received": "4",
        "hint": "count",
        "misconception": "off_by_one",
    }
    rests = ExplainedBy(reproduces="12 answers", distance=1)
    cause = Cause(check="any_pair", says="the same mistake")
    (check,) = decoded(graded(failed(**feedback, explained_by=rests, follows_from=cause)))["checks"]

    assert check["follows_from"] == {"check": "any_pair", "says": "the same mistake", "function": None}
    assert check["explained_by"] == {"reproduces": "12 answers", "distance": 1}
    assert {key: check[key] for key in feedback} == feedback
    assert (check["earned"], check["points"], check["visibility"]) == (0, 2, "hidden")


def test_where_a_check_failed_arrives():
    """The line that raised and the definition, each with its cell; null where nothing is known."""
    at = Location(path="a.ipynb", line=30, cell=4)
    known = replace(failed(message="wrong", raised_at=at), defined_at=Location(path="a\x1b.py"))
    first, second = decoded(graded(known, failed()))["checks"]

    assert first["raised_at"] == {"path": "a.ipynb", "line": 30, "cell": 4}
    assert first["defined_at"] == {"path": "a\\x1b.py", "line": 1, "cell": 0}
    assert (second["raised_at"], second["defined_at"]) == (None, None)


@pytest.mark.parametrize(
    ("outcome", "status"), [(Outcome.FAILED, "graded"), (Outcome.UNGRADED, "ungraded")], ids=["graded", "ungraded"]
)
def test_status_says_whether_the_score_counts(outcome, status):
    """One ungraded check makes the whole result ungraded."""
    check = CheckResult(
        name="a",
        title="A.",
        exercise="sums",
        points=1,
        outcome=outcome,
        blame=BLAME.get(outcome),
        visibility=Visibility.PUBLIC,
        disclosure=Disclosure.FULL,
    )

    assert decoded(graded(failed(), check))["status"] == status


@pytest.mark.parametrize("seed", ["1", "a seed of several words", ""])
def test_seed_is_text(seed):
    """The seed is what was given, as text; it is empty where the reader may not see it."""
    assert decoded(graded(failed(), seed=seed))["seed"] == seed


def test_file_is_indented_and_ends_in_a_newline():
    """People read it too."""
    text = results_json.encode(graded(failed())).decode()

    assert text.startswith('{\n  "version": 4,\n')
    assert text.endswith("}\n")
