"""What a later grading has changed, in a few words."""

from __future__ import annotations

from results import graded, result

from grader.classroom.gradebook import changed
from grader.model import Outcome

PASSED, FAILED, UNGRADED = Outcome.PASSED, Outcome.FAILED, Outcome.UNGRADED


def test_old_and_new_points_and_the_checks_behind_them() -> None:
    """Checks that give the same are not named."""
    before = graded(result("one", PASSED), result("two", FAILED), result("three", PASSED))
    after = graded(result("one", FAILED), result("two", FAILED, partial=1), result("three", PASSED))
    assert changed(before, after) == "4 → 3 of 6: one 2 → 0, two 0 → 1"


def test_the_same_score_is_no_change() -> None:
    """Also where other checks give it."""
    assert changed(graded(result("one", PASSED)), graded(result("one", PASSED))) == ""
    before, after = (result("one", PASSED), result("two", FAILED)), (result("one", FAILED), result("two", PASSED))
    assert changed(graded(*before), graded(*after)) == ""


def test_other_possible_points_are_told() -> None:
    """A check is new, gone, or worth more."""
    before = graded(result("one", PASSED), result("two", PASSED))
    after = graded(result("one", PASSED, points=5), result("three", FAILED))
    assert changed(before, after) == (
        "4 of 4 → 5 of 7: one 2 → 5 of 5, which were 2, three is new, 0 of 2, two is gone"
    )


def test_what_was_ungraded_has_a_score_now() -> None:
    """And what is ungraded now had one."""
    lost, fine = graded(result("one", UNGRADED)), graded(result("one", PASSED))
    assert changed(lost, fine) == "ungraded → 2 of 2: one ungraded → 2"
    assert changed(fine, lost) == "2 → ungraded of 2: one 2 → ungraded"
