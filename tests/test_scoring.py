"""Points: from the results of checks to a score."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.model import CheckResult, Disclosure, ExerciseScore, Outcome, Visibility
from grader.scoring import score


def result(exercise="sums", points=1, outcome=Outcome.PASSED):
    return CheckResult(
        name="any",
        title="Any.",
        exercise=exercise,
        points=points,
        outcome=outcome,
        visibility=Visibility.PUBLIC,
        disclosure=Disclosure.FULL,
    )


results = st.lists(
    st.builds(result, st.sampled_from(["sums", "doubles", "halves"]), st.integers(1, 9), st.sampled_from(Outcome))
)


def test_exercises_come_in_order_of_first_appearance():
    """Each exercise is added up on its own, in the order in which checks name them."""
    checks = [result("sums", 2), result("doubles", 3, Outcome.FAILED), result("sums", 4, Outcome.RAISED)]

    assert score(checks).exercises == (
        ExerciseScore(exercise="sums", earned=2, possible=6),
        ExerciseScore(exercise="doubles", earned=0, possible=3),
    )
    assert (score(checks).earned, score(checks).possible) == (2, 9)


def test_no_checks_are_no_points():
    """An empty suite scores 0 of 0."""
    assert (score([]).earned, score([]).possible, score([]).exercises) == (0, 0, ())


@pytest.mark.parametrize("outcome", list(Outcome), ids=str)
def test_only_a_pass_earns(outcome):
    """A check earns all its points or none, and only a pass earns."""
    assert score([result(points=5, outcome=outcome)]).earned == (5 if outcome is Outcome.PASSED else 0)


@settings(deadline=None)
@given(results)
def test_totals_are_the_sums_of_the_exercises(checks):
    """What is earned and possible in all is what the exercises add up to, and never more is earned than possible."""
    total = score(checks)

    assert total.earned == sum(one.earned for one in total.exercises)
    assert total.possible == sum(one.possible for one in total.exercises) == sum(check.points for check in checks)
    assert all(0 <= one.earned <= one.possible for one in total.exercises)


@settings(deadline=None)
@given(results, st.randoms(use_true_random=False))
def test_order_of_checks_changes_no_points(checks, random):
    """The same results in another order score the same, exercise by exercise."""
    shuffled = random.sample(checks, len(checks))

    assert set(score(shuffled).exercises) == set(score(checks).exercises)
