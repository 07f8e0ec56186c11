"""Annotations of GitHub Actions: one for each check that did not pass, never more than GitHub keeps."""

from __future__ import annotations

import pytest
import results
from results import graded

from grader.model import CheckResult, Feedback, GradedSubmission, Location, Outcome
from grader.reports import github


def result(name: str, outcome: Outcome, feedback: Feedback | None = None, at: Location | None = None) -> CheckResult:
    """One check of two points."""
    return results.result(name, outcome, title=f"{name.capitalize()} passes.", feedback=feedback, defined_at=at)


def lines(*gradings: GradedSubmission) -> list[str]:
    """The commands."""
    return github.encode(gradings).decode().splitlines()


def test_each_check_that_did_not_pass_is_an_error() -> None:
    """Title and message say which and why; the score is a notice; what passed or was skipped is not mentioned."""
    feedback = Feedback(message="50% are wrong", counterexample="add(1, 2)", expected="3", received="4")
    checks = (
        result("a", Outcome.PASSED),
        result("b", Outcome.FAILED, feedback),
        result("c", Outcome.CRASHED),
        result("d", Outcome.SKIPPED),
    )

    assert lines(graded(*checks)) == [
        "::error title=ada%3A B passes. (0/2)::50%25 are wrong%0Aasked    add(1, 2)%0Aexpected 3%0Areceived 4",
        "::error title=ada%3A C passes. (0/2)::crashed",
        "::notice title=ada::2 of 8 points",
    ]


def test_what_is_ungraded_is_a_warning() -> None:
    """It is no error of the student's, and there is no score."""
    checks = (result("a", Outcome.UNGRADED, Feedback(message="no sandbox")), result("b", Outcome.PASSED))

    assert lines(graded(*checks)) == [
        "::warning title=ada%3A A passes. (0/2)::no sandbox",
        "::notice title=ada::ungraded: some checks could not be run, which costs nothing; grade again",
    ]


@pytest.mark.parametrize(
    ("outcome", "kind"), [(Outcome.MISSING, "error"), (Outcome.UNGRADED, "warning")], ids=["missing", "ungraded"]
)
def test_shared_message_is_one_annotation(outcome: Outcome, kind: str) -> None:
    """Where every check says the same, it is said once."""
    same = Feedback(message="addition.py is empty")
    first, _notice = lines(graded(*(result(name, outcome, same) for name in "abc")))

    assert first == f"::{kind} title=ada::addition.py is empty"


def test_no_more_than_ten_of_a_kind() -> None:
    """Of a class, the last annotation of a kind says how many GitHub would have dropped."""
    wrong = [
        graded(result("a", Outcome.FAILED), result("b", Outcome.PASSED), name=f"s{number}") for number in range(12)
    ]
    commands = lines(*wrong)

    errors = [line for line in commands if line.startswith("::error ")]
    notices = [line for line in commands if line.startswith("::notice ")]
    assert len(commands) == len(errors) + len(notices) == 20
    assert errors[8] == "::error title=s8%3A A passes. (0/2)::failed"
    assert errors[9] == "::error title=and more::3 more are not shown: GitHub keeps ten of a kind"
    assert notices[9] == "::notice title=and more::3 more are not shown: GitHub keeps ten of a kind"


def test_ten_are_all_shown() -> None:
    """Nothing is left out before it must be."""
    checks = [result(f"check {number}", Outcome.FAILED) for number in range(10)]
    commands = lines(graded(*checks, result("other", Outcome.PASSED)))

    assert [line.split(" (")[0] for line in commands[:10]] == [
        f"::error title=ada%3A Check {number} passes." for number in range(10)
    ]


def test_nothing_to_say() -> None:
    """No gradings, no commands."""
    assert github.encode([]) == b""


def test_annotations_stand_at_their_lines() -> None:
    """The line that raised goes before the definition; what is known of no check belongs to no file."""
    feedback = Feedback(message="no", raised_at=Location(path="a.py", line=9))
    at = Location(path="a.py", line=3)
    checks = [
        result("a", Outcome.RAISED, feedback, at),
        result("b", Outcome.FAILED, at=at),
        result("c", Outcome.FAILED),
    ]

    assert [line.split("::")[1] for line in lines(graded(*checks))] == [
        "error file=a.py,line=9,title=ada%3A A passes. (0/2)",
        "error file=a.py,line=3,title=ada%3A B passes. (0/2)",
        "error title=ada%3A C passes. (0/2)",
        "notice title=ada",
    ]


def test_files_are_those_of_the_repository() -> None:
    """Each submission may lie in a folder of its own; one that is not named lies at the root."""
    wrong = [result("a", Outcome.FAILED, at=Location(path="a.py")), result("b", Outcome.PASSED)]
    gradings = [graded(*wrong, name=name) for name in ("ada", "eve")]
    commands = github.encode(gradings, folders={("addition", "ada"): "hw 1/ada"}).decode().splitlines()

    assert [line.split(",")[0] for line in commands[:2]] == ["::error file=hw 1/ada/a.py", "::error file=a.py"]


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("50%, a:b.py", "file=50%25%2C a%3Ab.py,line=2,"),
        ("a" * 300 + ".py", f"file={'a' * 300}.py,line=2,"),
        ("a\n::error::b.py", ""),
        ("a\x1b.py", ""),
        ("a" * 1001, ""),
        ("", ""),
    ],
)
def test_a_path_is_written_as_it_is_or_not_at_all(path: str, written: str) -> None:
    """Encoded it names the same file; cut or made clean it would name none."""
    check = result("a", Outcome.FAILED, at=Location(path=path, line=2))

    assert lines(graded(check, result("b", Outcome.PASSED)))[0].startswith(f"::error {written}title=")


def test_a_shared_message_has_a_line_where_all_have_the_same() -> None:
    """A syntax error does; where each check is about a function of its own, none is the one."""
    same = Feedback(message="no Python")
    alike = [result(name, Outcome.RAISED, same, Location(path="a.py", line=4)) for name in "ab"]
    apart = [result(name, Outcome.RAISED, same, Location(path="a.py", line=len(name))) for name in ("a", "bb")]

    assert lines(graded(*alike))[0] == "::error file=a.py,line=4,title=ada::no Python"
    assert lines(graded(*apart))[0] == "::error title=ada::no Python"
