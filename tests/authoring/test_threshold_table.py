"""The table of a threshold: written where it belongs, without a change of any other byte."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from grader.authoring.threshold_table import with_threshold
from grader.course import assignment as assignments
from grader.errors import AssignmentError
from grader.model import Threshold

COURSE = Path(__file__).parents[2]
ASSIGNMENT = assignments.load(COURSE, "cifar10_training")
NEW = Threshold(accuracy=0.54, seeds=4, worst=0.7, deviation=0.0216025, false_fail=1.2e-5)
BEFORE = """\
# how "[training.thresholds.gratings]" came about
title = 'accuracy = 3'  # no number

[ training.thresholds . gratings ]  # measured
accuracy   = 0.9 # not 1
  seeds=12\t# twelve

worst = 0.9995
train = 4500
# in between
false_fail = 0.0e+00
deviation = 0.0001

[training.thresholds.cifar10]
accuracy = 0.47
"""
AFTER = """\
# how "[training.thresholds.gratings]" came about
title = 'accuracy = 3'  # no number

[ training.thresholds . gratings ]  # measured
accuracy   = 0.54 # not 1
  seeds=4\t# twelve

worst = 0.7000
train = 4500
# in between
false_fail = 1.2e-05
deviation = 0.0216

[training.thresholds.cifar10]
accuracy = 0.47
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_only_the_numbers_change(newline: str) -> None:
    """Comments, blanks, order, line ends and what stands there besides stay."""
    before, after = (text.replace("\n", newline).encode() for text in (BEFORE, AFTER))

    assert with_threshold(before, ASSIGNMENT, "gratings", NEW) == after


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("end", ["", "\n"], ids=["no-newline", "newline"])
def test_a_new_table_stands_at_the_end(newline: str, end: str) -> None:
    """What was there before stays as it is."""
    before = (BEFORE.strip() + end).replace("\n", newline).encode()
    after = with_threshold(before, ASSIGNMENT, "mnist", NEW)
    added = after.removeprefix(before).decode()

    assert after.startswith(before)
    assert added.replace(newline, "\n").lstrip("\n") == (
        "[training.thresholds.mnist]\naccuracy = 0.54\nseeds = 4\nworst = 0.7000\ndeviation = 0.0216\nfalse_fail = 1.2e-05\n"
    )
    assert added.count("\n") == added.count(newline)
    assert (end + added).replace(newline, "\n").startswith("\n\n[")


@pytest.mark.parametrize("end", ["", "\n", "\n\n[needs]\nmemory_bytes = 5\n"], ids=["no-newline", "last", "not-last"])
def test_keys_that_are_missing_are_added_to_the_table(end: str) -> None:
    """As where an author has begun it with what it is trained with."""
    before = "[training.thresholds.mnist]\ntrain = 7"
    after = with_threshold((before + end).encode(), ASSIGNMENT, "mnist", NEW).decode()

    assert after.startswith(before + "\naccuracy = 0.54\nseeds = 4\n")
    assert tomllib.loads(after)["training"]["thresholds"]["mnist"].keys() == {
        *("train", "accuracy", "seeds", "worst", "deviation", "false_fail")
    }
    assert end.strip() in after


@pytest.mark.parametrize(
    "content",
    [
        "[training]\nthresholds = {mnist = {accuracy = 0.5}}\n",
        "[training.thresholds.'mnist']\naccuracy = 0.5\n",
        "[training.thresholds]\nmnist.accuracy = 0.5\n",
        "x = '''\n[training.thresholds.mnist]\naccuracy = 1\n'''\n",
    ],
    ids=["inline", "quoted", "dotted", "in-a-text"],
)
def test_a_table_that_is_written_in_another_way_is_refused(content: str) -> None:
    """The text says so, and shows what is to stand there."""
    with pytest.raises(AssignmentError) as raised:
        with_threshold(content.encode(), ASSIGNMENT, "mnist", NEW)

    assert (
        f"{ASSIGNMENT.folder / 'assignment.toml'}: the threshold of mnist is not written as a table of its own"
        in str(raised.value)
    )
    assert "[training.thresholds.mnist]\naccuracy = 0.54\nseeds = 4\n" in str(raised.value)


@pytest.mark.parametrize("content", [b"[training", b"\xff"], ids=["syntax", "encoding"])
def test_what_is_no_toml_is_refused(content: bytes) -> None:
    """The text names the file."""
    with pytest.raises(AssignmentError, match=r"assignment\.toml: not TOML: "):
        with_threshold(content, ASSIGNMENT, "mnist", NEW)


def test_the_assignments_of_this_course_can_be_written() -> None:
    """What this repository has is written in the way that can be edited, number by number."""
    path = ASSIGNMENT.folder / "assignment.toml"
    before = path.read_bytes()
    after = with_threshold(before, ASSIGNMENT, "cifar10", NEW)
    changed = [line for line, old in zip(after.splitlines(), before.splitlines(), strict=True) if line != old]

    assert changed == [
        b"accuracy = 0.54",
        b"seeds = 4",
        b"worst = 0.7000",
        b"deviation = 0.0216",
        b"false_fail = 1.2e-05",
    ]
