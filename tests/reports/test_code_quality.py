"""GitLab's Code Quality report: a finding for each check to fix, in the form that GitLab reads."""

from __future__ import annotations

import json
import re

import pytest
import results
from any_results import checks
from hypothesis import given
from hypothesis import strategies as st
from results import graded

from grader.model import CheckResult, Feedback, Location, Outcome, Refused
from grader.reports import code_quality

AT = Location(path="a.py", line=3)


def result(name: str, outcome: Outcome, **more: object) -> CheckResult:
    """One check of two points."""
    return results.result(name, outcome, title=f"{name.capitalize()} passes.", **more)


def findings(*gradings, **more) -> list[dict]:
    """The report, read."""
    return json.loads(code_quality.encode(gradings, **more))


def test_each_check_to_fix_is_a_finding() -> None:
    """It says which, why and where; what passed or was skipped is none."""
    feedback = Feedback(message="50% are\nwrong", counterexample="add(1, 2)")
    raised = Feedback(message="it raised", raised_at=Location(path="b.py", line=9))
    (first, second) = findings(
        graded(
            result("a", Outcome.PASSED),
            result("b", Outcome.FAILED, feedback=feedback, defined_at=AT),
            result("c", Outcome.RAISED, feedback=raised, defined_at=AT),
            result("d", Outcome.SKIPPED),
        )
    )

    assert first.pop("fingerprint") != second["fingerprint"]
    assert first == {
        "description": "ada: B passes. 50% are\\nwrong",
        "check_name": "b",
        "severity": "major",
        "location": {"path": "a.py", "lines": {"begin": 3}},
    }
    assert second["location"] == {"path": "b.py", "lines": {"begin": 9}}


@pytest.mark.parametrize(
    ("outcome", "partial", "severity"),
    [
        (Outcome.FAILED, 0, "major"),
        (Outcome.FAILED, 1, "minor"),
        (Outcome.MISSING, 0, "major"),
        (Outcome.RAISED, 0, "critical"),
        (Outcome.CRASHED, 0, "critical"),
        (Outcome.TIMED_OUT, 0, "critical"),
        (Outcome.OUT_OF_MEMORY, 0, "critical"),
        (Outcome.UNGRADED, 0, "info"),
    ],
)
def test_severity_follows_from_the_outcome(outcome: Outcome, partial: int, severity: str) -> None:
    """What is partly right is minor, and a fault of ours is none of the student's."""
    (finding,) = findings(graded(result("a", outcome, partial=partial)))

    assert finding["severity"] == severity
    assert finding["description"] == f"ada: A passes. {outcome.value}"


def test_a_sentence_is_said_once() -> None:
    """Where a student reads no more than what is checked."""
    (finding,) = findings(graded(result("a", Outcome.FAILED, feedback=Feedback(message="A passes."))))

    assert finding["description"] == "ada: A passes."


def test_fingerprint_stays_and_tells_apart() -> None:
    """The same wherever and however a check fails; another one for another check, submission or assignment."""
    before = graded(result("a", Outcome.FAILED, defined_at=AT))
    after = graded(result("a", Outcome.RAISED, feedback=Feedback(message="no"), defined_at=Location(path="b.py")))
    other = graded(result("b", Outcome.FAILED), name="ada"), graded(result("a", Outcome.FAILED), name="eve")
    first, second, *others = (one["fingerprint"] for one in findings(before, after, *other))

    assert first == second
    assert len({first, *others}) == 3
    assert re.fullmatch("[0-9a-f]{64}", first)


def test_where_nothing_is_known_the_graded_file_is_named() -> None:
    """GitLab drops a finding without a file; the folder of the repository goes before either."""
    check = result("a", Outcome.UNGRADED)
    one, two = graded(check, graded_file="hw.ipynb"), graded(check, name="eve")
    locations = [finding["location"] for finding in findings(one, two, folders={("addition", "ada"): "hw"})]

    assert locations == [{"path": path, "lines": {"begin": 1}} for path in ("hw/hw.ipynb", "eve")]


def test_what_could_not_be_read_is_a_finding() -> None:
    """With the sentence that says why."""
    (finding,) = findings(refused=[Refused(name="cyd", why="cyd.txt is no Python")])

    assert (finding["description"], finding["severity"]) == ("cyd: cyd.txt is no Python", "blocker")
    assert finding["location"] == {"path": "cyd", "lines": {"begin": 1}}


@given(st.lists(checks, max_size=3))
def test_any_result_gives_findings_that_gitlab_takes(every: list[CheckResult]) -> None:
    """Whatever a submission says: five fields, texts on one bounded line, and a line from 1."""
    whole = graded(*every)
    found = findings(whole)

    assert len(found) == len(whole.to_fix)
    for finding in found:
        assert set(finding) == {"description", "check_name", "fingerprint", "severity", "location"}
        texts = (finding["description"], finding["check_name"], finding["location"]["path"])
        assert not any(re.search(r"[\0-\x1f\x7f-\x9f]", text) or len(text) > 1000 for text in texts)
        assert finding["location"]["lines"]["begin"] >= 1


def test_nothing_to_say_is_an_empty_list() -> None:
    """A file all the same: GitLab compares it with that of another branch."""
    assert code_quality.encode([graded(result("a", Outcome.PASSED))]) == b"[]\n"
