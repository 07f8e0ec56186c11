"""`--fail-under`: what it reads, and whom it finds."""

from __future__ import annotations

import pytest
from results import graded, result

from grader.cli.fail_under import fail_under
from grader.errors import UsageError
from grader.grading import verdict
from grader.model import Exercise, GradedSubmission, Outcome, RubricItem


def scored(earned: int, possible: int, name: str = "ada") -> GradedSubmission:
    """A submission with some of the points."""
    right = [result(f"right_{number}", Outcome.PASSED, points=1) for number in range(earned)]
    wrong = [result(f"wrong_{number}", Outcome.FAILED, points=1) for number in range(possible - earned)]
    return graded(*right, *wrong, name=name)


@pytest.mark.parametrize(
    ("word", "earned", "possible", "is_missed"),
    [
        ("0", 0, 7, False),
        ("3", 2, 7, True),
        ("3", 3, 7, False),
        ("3.5", 3, 7, True),
        ("3.5", 4, 7, False),
        ("8", 7, 7, True),
        ("0%", 0, 7, False),
        ("50%", 3, 7, True),
        ("50%", 4, 8, False),
        ("28.571428571%", 2, 7, False),
        ("28.571428572%", 2, 7, True),
        ("100%", 6, 7, True),
        ("100%", 7, 7, False),
        ("007", 7, 7, False),
    ],
)
def test_fewer_points_or_a_smaller_share_miss_it(word: str, earned: int, possible: int, is_missed: bool) -> None:
    """Exactly as many are enough, and nothing is rounded."""
    least = fail_under(word)

    assert least is not None
    assert bool(least.missed_by([scored(earned, possible)])) == is_missed


def test_points_that_are_pending_are_left_out() -> None:
    """A share is one of what checks give; of points, none is counted that nobody has given yet, and both are told."""
    essay = Exercise(name="essay", title="Essay", rubric=(RubricItem(item="names the carry", points=5),))
    waiting = graded(
        result("a", Outcome.PASSED), result("b", Outcome.FAILED), *verdict.pending(essay), exercises=(essay,)
    )
    half, more, points = fail_under("50%"), fail_under("51%"), fail_under("3")

    assert half is not None
    assert more is not None
    assert points is not None
    assert half.missed_by([waiting]) == ()
    assert more.missed_by([waiting]) == points.missed_by([waiting]) == (waiting,)
    assert more.about([waiting]) == "--fail-under 51%: too few points: ada (2 of 4, 5 pending)"


def test_what_is_ungraded_has_no_points_to_compare() -> None:
    """A fault of ours is exit code 3, not a low score."""
    least = fail_under("100%")

    assert least is not None
    assert least.missed_by([graded(result("a", Outcome.FAILED), result("b", Outcome.UNGRADED))]) == ()


def test_the_first_that_miss_it_are_named() -> None:
    """And how many more there are."""
    least = fail_under("50%")
    gradings = [scored(earned, 4, name) for earned, name in enumerate(["ada", "bob", "cyd", "dan", "eve"])]

    assert least is not None
    assert least.about(least.missed_by(gradings)) == "--fail-under 50%: too few points: ada (0 of 4), bob (1 of 4)"
    assert least.about(gradings).endswith("ada (0 of 4), bob (1 of 4), cyd (2 of 4) and 2 more")


def test_nothing_is_asked_for_where_nothing_is_said() -> None:
    """Without the option no score is too low."""
    assert fail_under(None) is None


@pytest.mark.parametrize("word", ["-1", "-0", "-5%", "-3.5"])
def test_negative_numbers_are_refused(word: str) -> None:
    """They would never be missed."""
    with pytest.raises(UsageError) as refused:
        fail_under(word)

    assert str(refused.value) == (
        f"--fail-under {word}: it cannot be negative; give a number of points, as 20, or a share of them, as 62.5%"
    )


NO_NUMBERS = (
    "",
    "%",
    "half",
    "5 %",
    " 5",
    "5\n",
    "5,5",
    "5%%",
    "1e3",
    "nan",
    "inf",
    "+5",
    ".5",
    "5.",
    "٥",
    "½",
    "9" * 5000,
)


@pytest.mark.parametrize("word", NO_NUMBERS, ids=lambda word: repr(word[:5]))
def test_what_is_no_number_is_refused(word: str) -> None:
    """Rather than taken for one that nobody meant."""
    with pytest.raises(UsageError) as refused:
        fail_under(word)

    assert str(refused.value).endswith(
        ": this is neither; give a number of points, as 20, or a share of them, as 62.5%"
    )
    assert len(str(refused.value)) < 600


@pytest.mark.parametrize("word", ["100.1%", "150%"])
def test_more_than_everything_is_refused(word: str) -> None:
    """No submission would reach it."""
    with pytest.raises(UsageError) as refused:
        fail_under(word)

    assert str(refused.value) == (
        f"--fail-under {word}: nobody can have more than 100% of the points; without % it is a number of them"
    )
