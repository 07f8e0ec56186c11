"""JUnit XML: what CI services count is what was graded."""

from __future__ import annotations

import functools
import math
import re
from xml.etree import ElementTree

import pytest
import results

from grader.model import (
    CheckResult,
    Exercise,
    Feedback,
    GradedSubmission,
    Location,
    Outcome,
    Refused,
)
from grader.reports import junit

EITHER = tuple(Exercise(name=name, title=name, provides=(), choose_one="either") for name in ("sums", "doubles"))


SEED = "5eed" * 8
graded = functools.partial(results.graded, seed=SEED)


def result(name: str, outcome: Outcome, exercise: str = "sums", **more: object) -> CheckResult:
    """One check of two points."""
    return results.result(name, outcome, exercise=exercise, **more)


def read(*gradings: GradedSubmission) -> list[ElementTree.Element]:
    """The suites of a file."""
    return list(ElementTree.fromstring(junit.encode(gradings)).findall("testsuite"))


@pytest.mark.parametrize(
    ("outcome", "tag"),
    [
        (Outcome.PASSED, None),
        (Outcome.FAILED, "failure"),
        (Outcome.MISSING, "failure"),
        (Outcome.RAISED, "error"),
        (Outcome.TIMED_OUT, "error"),
        (Outcome.OUT_OF_MEMORY, "error"),
        (Outcome.CRASHED, "error"),
        (Outcome.UNGRADED, "error"),
        (Outcome.SKIPPED, "skipped"),
    ],
)
def test_every_outcome_has_its_element(outcome: Outcome, tag: str | None) -> None:
    """Wrong answers are failures, what could not be judged is an error, and only a pass has nothing in it."""
    (suite,) = read(graded(result("any_sum", outcome, feedback=Feedback(message="why"))))
    (case,) = suite.findall("testcase")

    assert [child.tag for child in case] == ([tag] if tag else [])
    assert [child.get("message") for child in case] == (["why"] if tag else [])
    counts = {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")}
    plural = {"failure": "failures", "error": "errors", "skipped": "skipped"}.get(tag or "")
    assert counts == {"tests": "1", "failures": "0", "errors": "0", "skipped": "0"} | ({plural: "1"} if plural else {})


def test_case_says_what_a_reader_learns() -> None:
    """Names, time, the sentence, the facts and what the code printed."""
    feedback = Feedback(
        message="the answer is wrong",
        counterexample="add(1, 2)",
        expected="3",
        received="4\n5",
        hint="count again",
        misconception="off_by_one",
        trace=("addition.py, line 2",),
    )
    check = result("any_sum", Outcome.FAILED, feedback=feedback, remarks=("a list",), output="hi\n", wall_seconds=1.5)
    (suite,) = read(graded(check, notes=("cell 2 is left out", "cell 3 is left out")))
    (case,) = suite.findall("testcase")

    assert case.attrib == {"name": "any_sum", "classname": "addition.sums", "time": "1.500"}
    assert case.findtext("failure") == (
        "Any two numbers are added.\n0 of 2 points\n\nthe answer is wrong\nnote     a list\nasked    add(1, 2)\n"
        "expected 3\nreceived 4\n         5\nat       addition.py, line 2\nhint     count again\nmistake  off_by_one\n"
    )
    assert case.findtext("system-out") == "hi"
    assert suite.findtext("system-out") == "cell 2 is left out\ncell 3 is left out"


def test_suite_is_a_submission() -> None:
    """Each has its name, its time, and what is needed to find the grading, but not its seed: services show the file."""
    checks = (result("a", Outcome.PASSED, wall_seconds=1.25), result("b", Outcome.FAILED, wall_seconds=math.nan))
    ada, zoe = read(graded(*checks), graded(result("a", Outcome.UNGRADED), name="zoe"))

    assert (ada.get("name"), ada.get("time"), zoe.get("name")) == ("ada", "1.250", "zoe")
    properties = [{entry.get("name"): entry.get("value") for entry in suite.iter("property")} for suite in (ada, zoe)]
    about = {"assignment": "addition", "sha256": "0" * 64, "graded_file": ""}
    assert properties == [
        {**about, "status": "graded", "score": "2", "max_score": "4"},
        {**about, "status": "ungraded"},
    ]
    assert SEED not in junit.encode([graded(*checks)]).decode()


def test_what_does_not_count_is_skipped() -> None:
    """Of a choice, the exercise that lost is no failure."""
    checks = (result("a", Outcome.PASSED), result("b", Outcome.FAILED, "doubles", feedback=Feedback(message="wrong")))
    (suite,) = read(graded(*checks, exercises=EITHER))

    assert (suite.get("failures"), suite.get("skipped")) == ("0", "1")


def test_file_is_indented_and_ends_in_a_newline() -> None:
    """People read it too; an empty class is a file as well."""
    text = junit.encode([graded(result("a", Outcome.PASSED))]).decode()

    assert text.startswith("<?xml version='1.0' encoding='utf-8'?>\n<testsuites>\n  <testsuite name=")
    assert text.endswith("</testsuites>\n")
    assert junit.encode([]).endswith(b"<testsuites />\n")


def test_a_case_has_the_file_and_the_line_where_they_are_known() -> None:
    """As attributes, from the root of the repository; a path that XML cannot hold is none."""
    checks = (
        result("a", Outcome.FAILED, defined_at=Location(path="a.py", line=3)),
        result("b", Outcome.PASSED),
        result("c", Outcome.FAILED, defined_at=Location(path="a\ufffe.py")),
    )
    suite = ElementTree.fromstring(junit.encode([graded(*checks)], folders={("addition", "ada"): "hw"}))
    first, *others = suite.iter("testcase")

    assert (first.get("file"), first.get("line")) == ("hw/a.py", "3")
    assert [{"file", "line"} & case.attrib.keys() for case in others] == [set(), set()]


OF_RESULT = ({"type", "message"}, set(), set())
SCHEMA: dict[str, tuple[set[str], set[str], set[str]]] = {
    "testsuites": ({"name", "time", "tests", "failures", "errors"}, set(), {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors", "group", "time", "skipped", "timestamp", "hostname", "id", "package"}
        | {"file", "log", "url"},
        {"name", "tests", "failures", "errors"},
        {"testsuite", "properties", "testcase", "system-out", "system-err"},
    ),
    "properties": (set(), set(), {"property"}),
    "property": ({"name", "value"}, {"name", "value"}, set()),
    "testcase": (
        {"name", "time", "classname", "group"},
        {"name"},
        {"skipped", "error", "failure", "system-out", "system-err"},
    ),
    "failure": OF_RESULT,
    "error": OF_RESULT,
    "skipped": OF_RESULT,
    "system-out": (set(), set(), set()),
}
"""What junit-10.xsd of Jenkins' xUnit plugin says of each element: attributes, those that must be there, and children."""
BEYOND = {"testcase": {"file", "line"}}
TIME = re.compile(r"(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]*)?")


def test_file_is_what_the_schema_of_jenkins_allows() -> None:
    """Of every outcome, with output and notes, and of what could not be read; text stands where text may."""
    said = Feedback(message="why")
    at = Location(path="a.py", line=3)
    checks = [result(one.value, one, feedback=said, output="printed", defined_at=at) for one in Outcome]
    written = junit.encode([graded(*checks, notes=("a note",))], [Refused(name="bob", why="not read")])

    for element in ElementTree.fromstring(written).iter():
        allowed, required, children = SCHEMA[element.tag]
        assert element.attrib.keys() <= allowed | BEYOND.get(element.tag, set()), element.tag
        assert element.attrib.keys() >= required, element.tag
        assert {child.tag for child in element} <= children, element.tag
        assert TIME.fullmatch(element.get("time", "")), element.tag
        assert element.tag in {"failure", "error", "skipped", "system-out"} or not (element.text or "").strip()
