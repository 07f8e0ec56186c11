"""What a receipt holds, and what is none; what differs between two of them."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from tiny_courses import RIGHT, SEVEN, TinyCourse, WriteCourse

from grader.errors import UsageError
from grader.grading import list_checks
from grader.model import Extent, Suite
from grader.receipts import Receipt, decode, differences, encode, read, receipt_of

SECRET = "a secret of this grading alone"
WRONG = "def square(n):\n    print('printed by the submission')\n    return n\n"
HIDDEN = SEVEN.replace("test_seven", "test_seven_hidden")


def receipt(course: TinyCourse, source: str = RIGHT) -> Receipt:
    """Grade a submission; returns the receipt."""
    request, submission = course.request(seed=SECRET), course.submission(source)
    return receipt_of(request, list_checks(course.assignment, Suite.ALL), submission, course.grade(source, seed=SECRET))


def test_a_receipt_says_what_went_in_and_what_came_out(tiny_course: WriteCourse, tmp_path: Path) -> None:
    """With points and outcomes, and no text of anybody; read again, it is the same."""
    course = tiny_course(SEVEN, hidden=HIDDEN)
    made = receipt(course, WRONG)
    path = tmp_path / "r.json"
    path.write_bytes(encode(made))

    assert [(check.name, check.outcome, check.earned, check.points) for check in made.checks] == [
        ("seven", "failed", 0, 1),
        ("seven_hidden", "failed", 0, 1),
    ]
    assert (made.seed, made.score.earned, made.score.possible) == (SECRET, 0, 2)
    assert made.submission.sha256 == course.submission(WRONG).sha256
    assert not any(word in path.read_text() for word in ("printed by", "the hint of the check", "received", "expected"))
    assert read(path) == (made, path.read_bytes())


def test_what_people_grade_waits(tiny_course: WriteCourse) -> None:
    """An item of a rubric is in the receipt as it came out: pending, and from no file of checks."""
    rubric = '[[exercises]]\nname = "essay"\ntitle = "Essay"\ngraded = "by hand"\n'
    rubric += 'rubric = [{ item = "Says why.", points = 2 }]\n'
    course = tiny_course(SEVEN, settings=rubric)
    made = receipt(course)
    *_, essay = made.checks

    assert (essay.name, essay.outcome, essay.earned, essay.points, essay.sha256) == ("essay.1", "pending", 0, 2, None)
    assert decode(encode(made), Path("r.json")) == made
    assert differences(made, receipt(course)).is_same


def test_the_same_grading_twice(tiny_course: WriteCourse) -> None:
    """Only when it was differs, and that does not count."""
    course = tiny_course(SEVEN, hidden=HIDDEN)
    found = differences(receipt(course), receipt(course))

    assert found.is_same
    assert (found.inputs, found.outcomes, found.elsewhere) == ((), (), ())


def edit(path: Path, text: str = "# edited\n") -> None:
    """Add a line to a file."""
    path.write_text((path.read_text() if path.exists() else "") + text)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("assignments/{}/assignment.toml", ("the assignment was edited: its settings, or a file that its checks use",)),
        (
            "assignments/{}/checks/conftest.py",
            ("the assignment was edited: its settings, or a file that its checks use",),
        ),
        ("assignments/{}/checks/test_{}.py", ("check seven: its file was edited",)),
        ("solutions/{}/checks/test_{}_hidden.py", ("check seven_hidden: its file was edited",)),
        ("solutions/{}/squares.py", ("the solution was edited",)),
        ("assignments/{}/README.md", ()),
        ("assignments/{}/squares.py", ()),
        ("solutions/{}/specimens/one/squares.py", ()),
    ],
)
def test_each_file_that_decides_is_told_apart(tiny_course: WriteCourse, file: str, said: tuple[str, ...]) -> None:
    """An edit of one is named, and nothing else; what decides no verdict is no difference."""
    course = tiny_course(SEVEN, hidden=HIDDEN)
    before = receipt(course)
    path = course.folder / file.format(course.slug, course.slug)
    path.parent.mkdir(parents=True, exist_ok=True)
    edit(path)

    found = differences(before, receipt(course))
    assert (found.inputs, found.outcomes) == (said, ())


def test_another_submission_with_other_outcomes(tiny_course: WriteCourse) -> None:
    """Both are told: what went in, and what each check gives now."""
    course = tiny_course(SEVEN, hidden=HIDDEN)
    before = receipt(course, WRONG)
    now = receipt(course)
    found = differences(before, now)

    assert not found.is_same
    assert found.inputs == (
        f"the submission is another one: {before.submission.sha256[:12]}, now {now.submission.sha256[:12]}",
    )
    assert found.outcomes == (
        "check seven: failed, 0 of 1 points, now passed, 1 of 1 points",
        "check seven_hidden: failed, 0 of 1 points, now passed, 1 of 1 points",
        "score: 0 of 2 points, now 2 of 2 points",
    )


def test_what_else_may_differ(tiny_course: WriteCourse) -> None:
    """The grader, what computes, what ran, checks that come and go, the solution; where it ran decides nothing."""
    course = tiny_course(SEVEN, hidden=HIDDEN)
    before = receipt(course)
    change = msgspec.structs.replace
    now = change(
        before,
        grader=change(before.grader, version="9.9", sha256="f" * 64),
        submission=change(before.submission, extent=Extent.WHOLE),
        versions={**before.versions, "torch": "9.9", "scipy": "1"},
        device="cuda",
        data="gratings",
        solution_sha256=None,
        checks=(before.checks[0], change(before.checks[1], name="eight")),
    )
    elsewhere = change(before, ran_in=change(before.ran_in, sandbox="docker", platform="Mars", threads=7, memory="x"))
    found, moved = differences(before, now), differences(before, elsewhere)

    assert found.inputs == (
        "of the submission ran: definitions, now whole",
        "check eight is new",
        "check seven_hidden is gone",
        "the solution is gone",
        f"the grader is another one: {before.grader.version} ({before.grader.sha256[:12]}), now 9.9 (ffffffffffff)",
        "scipy: unknown, now 1",
        f"torch: {before.versions['torch']}, now 9.9",
        "device: cpu, now cuda",
        "data: none, now gratings",
    )
    assert differences(now, before).inputs[3] == "there is a solution, and was none"
    assert moved.is_same
    assert moved.elsewhere == (
        f"platform: {before.ran_in.platform}, now Mars",
        f"sandbox: {before.ran_in.sandbox}, now docker",
        f"memory held by: {before.ran_in.memory}, now x",
        "processors: 1, now 7",
    )


def test_what_is_no_receipt(tiny_course: WriteCourse) -> None:
    """Each is one sentence that names the file; nothing is taken that is longer or of another type than it should be."""
    good = json.loads(encode(receipt(tiny_course(SEVEN))))
    check = good["checks"][0]
    for change, text in (
        ({"kind": "shopping list"}, "this is no receipt: its `kind` is 'shopping list', and not 'grader receipt'"),
        ({"version": 2}, "a receipt of version 2, and this grader reads version 1"),
        ({"colour": "red"}, "this is no receipt: Object contains unknown field `colour`"),
        ({"seed": " blank "}, "this is no receipt: --seed ' blank ': a seed is 1 to 200 printable characters"),
        ({"seed": "x" * 201}, "this is no receipt: Expected `str` of length <= 200"),
        ({"checks": [check, check]}, "this is no receipt: it names a check twice"),
        ({"checks": [check] * 1001}, "this is no receipt: Expected `array` of length <= 1000"),
        ({"checks": [check | {"outcome": "splendid"}]}, "this is no receipt: Invalid enum value 'splendid'"),
        ({"checks": [check | {"earned": -1}]}, "this is no receipt: Expected `int` >= 0"),
        ({"solution_sha256": "xyz"}, "this is no receipt: Expected `str` matching regex"),
    ):
        with pytest.raises(UsageError) as raised:
            decode(json.dumps(good | change).encode(), Path("r.json"))
        assert str(raised.value).startswith(f"r.json: {text}"), raised.value


@pytest.mark.parametrize("content", [b"", b"hello", b"[]", b"{}", b"\xff", b"[" * 100_000], ids=len)
def test_what_is_no_json(content: bytes) -> None:
    """Nor a receipt."""
    with pytest.raises(UsageError, match=r"r\.json: this is no receipt: "):
        decode(content, Path("r.json"))
