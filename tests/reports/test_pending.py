"""What is graded by hand, in every report: neither lost nor earned, and never silent."""

from __future__ import annotations

import base64
import csv
import io
import json
from dataclasses import replace
from xml.etree import ElementTree

import jsonschema
import pytest
from results import addition, graded, result
from rich.console import Console

from grader.gradescope import results as gradescope
from grader.gradescope.settings import Shown
from grader.grading import verdict
from grader.model import Answer, Audience, Blame, Exercise, Feedback, Outcome, RubricItem
from grader.reports import (
    alike,
    autolab,
    code_quality,
    coursera,
    github,
    github_classroom,
    html,
    junit,
    markdown,
    nbgrader_csv,
    prairielearn,
    results_json,
    stored_results,
    table_csv,
    terminal,
)
from grader.reports.audience import for_audience, for_own_machine

SUMS = Exercise(name="sums", title="Sums", provides=("add",))
ESSAY = Exercise(
    name="essay",
    title="Why carry",
    rubric=(RubricItem(item="names the carry", points=3), RubricItem(item="gives an example", points=1)),
)
RIGHT = result("any_sum", Outcome.PASSED, title="Any sum is right.")
WRONG = result("zero", Outcome.FAILED, title="Zero is right.", feedback=Feedback(message="wrong"))
ANSWER = Answer(exercise="essay", path="design.md", text="The <carry> moves on.")


def waiting(*checks, name="ada", answers=(ANSWER,)):
    """A submission with these checks, whose essay nobody has read."""
    every = (*(checks or (RIGHT, WRONG)), *verdict.pending(ESSAY))
    return replace(graded(*every, name=name, exercises=(SUMS, ESSAY)), answers=answers)


def shown(renderable) -> str:
    """What a terminal shows."""
    console = Console(width=120, file=io.StringIO(), record=True)
    console.print(renderable)
    return console.export_text()


def test_points_that_wait_are_neither_earned_nor_lost():
    """They are possible, belong to their exercise, and nothing is to fix in it; names tell which ones wait."""
    whole = waiting()

    assert (whole.score.earned, whole.score.possible, whole.score.pending, whole.score.settled) == (2, 8, 4, 4)
    assert [(one.exercise, one.earned, one.possible, one.pending) for one in whole.score.exercises] == [
        ("sums", 2, 4, 0),
        ("essay", 0, 4, 4),
    ]
    assert whole.pending == ("essay",)
    assert [check.name for check in whole.to_fix] == ["zero"]
    assert not whole.ungraded
    assert [(check.name, check.blame) for check in whole.checks[2:]] == [("essay.1", None), ("essay.2", None)]


def test_terminal():
    """Each item with what it is worth, the exercise and the whole with what is pending."""
    lines = [" ".join(line.split()) for line in shown(terminal.one(waiting())).splitlines()]

    assert lines[-1] == "2 of 8 points, 4 pending"
    assert lines[lines.index("Why carry 0/4, 4 pending") :][1:3] == [
        "… –/3 names the carry pending",
        "… –/1 gives an example pending",
    ]


def test_terminal_of_a_class():
    """Who lost nothing has a full bar, and the mean is that of the points that are settled."""
    text = shown(terminal.many([waiting(RIGHT), waiting(name="bob")]))

    assert "2/6, 4 pending  ━━━━━━━━━━" in text
    assert "2/8, 4 pending  ━━━━━╌╌╌╌╌" in text
    assert "mean 75, median 75 % of the points, without those that are pending" in text


def test_all_green_where_all_checks_passed():
    """The last line has the colour of a score from which nothing is missing."""
    console = Console(width=120, file=io.StringIO(), record=True, force_terminal=True)
    console.print(terminal.one(waiting(RIGHT)))

    assert "\x1b[1;32m2 of 6 points, 4 pending" in console.export_text(styles=True)


def test_what_all_checks_say_is_said_once_beside_what_is_pending():
    """An item of a rubric says nothing, and so it hides nothing."""
    same = Feedback(message="ada.py is empty")
    empty = [result(name, Outcome.MISSING, feedback=same) for name in ("a", "b")]

    assert alike.shared_feedback(waiting(*empty)) == same


def test_markdown_for_staff_and_students():
    """The rubric is for both; the answer, which a student has, is for staff, and nothing in it is obeyed."""
    whole = markdown.encode([waiting()]).decode()
    students = markdown.encode([for_audience(waiting(), Audience.STUDENT)]).decode()

    for text in (whole, students):
        assert "**2 of 8 points\\, 4 pending**" in text
        assert "| … pending | –/3 | names the carry |" in text
    assert "### Why carry\\: the answer in design\\.md\n\n```\nThe <carry> moves on.\n```" in whole
    assert "moves on" not in students
    assert (
        "| bob | 2/8\\, 4 pending |".replace("\\,", ",") in markdown.encode([waiting(), waiting(name="bob")]).decode()
    )


def test_feedback_page():
    """A badge, the rubric with points, who grades it, and for staff the answer, escaped."""
    whole = html.encode([waiting()]).decode()
    students = html.encode([for_audience(waiting(RIGHT), Audience.STUDENT)]).decode()

    for page in (whole, students):
        assert '<span class="badge pending"><span aria-hidden="true">…</span> 4 pending</span> 0/4 points' in page
        assert '<span class="points quiet">–/3</span>\n<span class="what">names the carry</span>' in page
        assert "4 points are pending: graded by hand, by the course staff." in page
    assert '<div class="score">2 of 8 points, 4 pending</div>' in whole
    assert '<rect width="50.0" height="1"/>' in whole
    assert "1 of 2 checks passed" in whole
    assert "<pre>The &lt;carry&gt; moves on.</pre>" in whole
    assert "moves on" not in students
    assert '<rect width="100.0" height="1"/>' in students
    assert "Nothing is left to fix." in students


def test_class_page():
    """The row has a badge and can be filtered by it; a check that people run has no rate; answers are in the dialog."""
    page = html.encode([waiting(), waiting(RIGHT, name="bob"), graded(RIGHT, name="cyd")]).decode()

    assert "3 submissions, 2 pending: graded by hand" in page
    assert 'data-state="fix pending"' in page
    assert 'data-state="fine pending"' in page
    assert 'data-value="100.0">2/6 <span class="badge pending">' in page
    assert '<option value="pending">pending</option>' in page
    assert "Submissions by percent of the points, without those that are pending." in page
    assert page.count("names the carry") == 1
    assert "<pre>The &lt;carry&gt; moves on.</pre>" in page
    nobody = html.encode([graded(RIGHT), graded(RIGHT, name="cyd")]).decode().partition("<body>")[2]
    assert "pending" not in nobody


def test_notebook():
    """The fragment below a cell has badges too, and its exercise is open, as there is something to know."""
    fragment = html.one(for_own_machine(waiting(RIGHT)))

    assert '<span class="score">2 of 6 points, 4 pending</span>' in fragment
    assert '<div style="width: 100%"></div>' in fragment
    assert '<details class="exercise" open>\n    <summary class="title"><span class="what">Why carry</span>' in fragment
    assert '<span class="badge pending"><span aria-hidden="true">…</span> 4 pending</span>' in fragment
    assert "moves on" not in fragment


def test_an_answer_is_shown_at_length():
    """People grade by what they see, so of several pages nothing is left out, where other texts are cut."""
    whole = waiting(answers=(replace(ANSWER, text="\n".join(["a word on the carry"] * 900)),))

    for report in (html.encode([whole]), markdown.encode([whole]), results_json.encode(whole)):
        assert report.count(b"a word on the carry") == 900


def test_results_json(tmp_path):
    """Version 4 says it, holds the answer for staff, fits its schema, and is read again as it was."""
    tree = json.loads(results_json.encode(waiting()))
    jsonschema.validate(tree, results_json.schema())
    path = tmp_path / "ada.results.json"
    path.write_bytes(results_json.encode(waiting()))

    assert (tree["version"], tree["status"], tree["score"], tree["max_score"], tree["pending"]) == (
        4,
        "pending",
        2,
        8,
        4,
    )
    assert [one["pending"] for one in tree["exercises"]] == [0, 4]
    assert tree["answers"] == [{"exercise": "essay", "path": "design.md", "text": "The <carry> moves on."}]
    assert [(one["name"], one["outcome"], one["earned"]) for one in tree["checks"][2:]] == [
        ("essay.1", "pending", 0),
        ("essay.2", "pending", 0),
    ]
    assert stored_results.read([path]) == ([waiting()], [])
    assert json.loads(results_json.encode(for_audience(waiting(), Audience.STUDENT)))["answers"] == []


def test_ungraded_comes_before_pending():
    """What must be graded again has no score at all, whatever else waits."""
    whole = waiting(RIGHT, result("zero", Outcome.UNGRADED, blame=Blame.HARNESS))

    assert json.loads(results_json.encode(whole))["status"] == "ungraded"
    assert "ungraded: 1 checks could not be run" in shown(terminal.one(whole))


def test_junit():
    """An item is skipped, with the reason."""
    suite = ElementTree.fromstring(junit.encode([waiting()]))[0]

    skipped = {case.get("name"): case.find("skipped") for case in suite.iter("testcase")}
    assert [skipped[name].get("message") for name in ("essay.1", "essay.2")] == ["pending: graded by hand"] * 2
    assert (suite.get("skipped"), suite.get("failures"), suite.get("errors")) == ("2", "1", "0")
    properties = {one.get("name"): one.get("value") for one in suite.iter("property")}
    assert (properties["status"], properties["score"], properties["max_score"], properties["pending"]) == (
        "pending",
        "2",
        "8",
        "4",
    )


def test_csv():
    """An empty cell for each item, and how many points wait."""
    (row,) = csv.DictReader(io.StringIO(table_csv.encode([waiting()]).decode()))

    told = {
        key: row[key] for key in ("score", "max_score", "pending", "status", "any_sum", "zero", "essay.1", "essay.2")
    }
    assert list(told.values()) == ["2", "8", "4", "pending", "2", "0", "", ""]


def test_nbgrader():
    """There is no final score; the points so far are there."""
    (row,) = csv.DictReader(io.StringIO(nbgrader_csv.encode([waiting()]).decode()))

    assert (row["raw_score"], row["score"], row["max_score"]) == ("2.0", "", "8.0")


def test_github():
    """The notice says it; an item is no annotation."""
    printed = github.encode([waiting()]).decode().splitlines()

    assert [line.partition(" ")[0] for line in printed] == ["::error", "::notice"]
    assert printed[-1].endswith("::2 of 8 points, 4 pending")


def test_github_classroom():
    """It knows points and tests alone: those of checks."""
    told = json.loads(base64.b64decode(github_classroom.result([waiting()])))

    assert github_classroom.points([waiting()]) == (2, 4)
    assert (told["max_score"], len(told["tests"])) == (4, 2)


def test_code_quality():
    """There is nothing to find in an item."""
    assert [one["check_name"] for one in json.loads(code_quality.encode([waiting()]))] == ["zero"]


@pytest.mark.parametrize(
    ("checks", "share"),
    [((RIGHT, WRONG), 0.5), ((RIGHT,), 1.0)],
)
def test_systems_that_take_a_share(checks, share):
    """It is that of the points which checks give; the text says what is pending."""
    learner = json.loads(coursera.encode([waiting(*checks)]))
    pupil = json.loads(prairielearn.encode([waiting(*checks)]))

    assert learner["fractionalScore"] == pupil["score"] == share
    for text in (learner["feedback"], pupil["message"]):
        assert f"2 of {2 * len(checks) + 4} points, 4 pending" in text
    assert "… –/3  names the carry  pending" in learner["feedback"]
    assert [(one["points"], one["max_points"], one["message"]) for one in pupil["tests"][-2:]] == [
        (0, 0, "pending: graded by hand, 3 points"),
        (0, 0, "pending: graded by hand, 1 point"),
    ]


def test_autolab():
    """A problem without a score, so that what staff enter there stays; it is no stage of the feedback."""
    lines = autolab.encode([waiting()]).decode().splitlines()

    assert json.loads(lines[-1]) == {"scores": {"sums": 2}}
    assert json.loads(lines[-2])["stages"] == ["Sums"]
    assert lines[0] == "Addition: 2 of 8 points, 4 pending"


def test_gradescope():
    """A test without score or status, that says so; the whole has the score of the checks."""
    telling = gradescope.Telling(hidden=Shown.VISIBLE, seconds=1.0)
    tree = json.loads(gradescope.graded(waiting(), addition(SUMS, ESSAY), telling))

    item = tree["tests"][2]
    assert (item["name"], item["number"], item["output"]) == (
        "names the carry",
        "2.1",
        "pending: graded by hand, 3 points",
    )
    assert not {"score", "max_score", "status"} & set(item)
    assert (tree["score"], tree["extra_data"]["status"]) == (2, "pending")
    assert "4 points are pending: graded by hand, by the course staff." in tree["output"]
