"""Points: from the results of checks to a score."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.grading.scoring import score
from grader.model import CheckResult, Disclosure, Exercise, ExerciseScore, Outcome, Visibility


def result(exercise="sums", points=1, outcome=Outcome.PASSED):
    return CheckResult(
        name="any",
        title="Any.",
        exercise=exercise,
        points=points,
        outcome=outcome,
        blame=None,
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
        ExerciseScore(exercise="sums", title="sums", earned=2, possible=6),
        ExerciseScore(exercise="doubles", title="doubles", earned=0, possible=3),
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


def choice(*names):
    """Exercises of one choose-one group."""
    return [Exercise(name=name, title=name, provides=(), choose_one="any") for name in names]


@pytest.mark.parametrize(
    ("sums", "doubles", "counted"),
    [
        ((3, 0), (1, 2), "sums"),
        ((1, 2), (3, 0), "doubles"),
        ((2, 1), (2, 1), "sums"),
        ((0, 3), (0, 0), "sums"),
    ],
    ids=["first-better", "second-better", "equal", "both-nothing"],
)
def test_the_better_of_a_choice_counts(sums, doubles, counted):
    """Of a choose-one group the exercise with more points counts alone, of equals the first; others are added as always."""
    checks = [result("halves", 5)]
    for name, (passed, failed) in (("sums", sums), ("doubles", doubles)):
        checks += [result(name, 2) for _ in range(passed)] + [result(name, 2, Outcome.FAILED) for _ in range(failed)]
    total = score(checks, choice("sums", "doubles"))

    if doubles != (0, 0):
        assert {one.exercise for one in total.exercises if one.counts} == {"halves", counted}
    best = max(2 * sums[0], 2 * doubles[0])
    assert (total.earned, total.possible) == (5 + best, 5 + 2 * sum(sums))


def test_what_was_skipped_does_not_count_beside_what_was_tried():
    """Where nothing is earned, the exercise that was handed in counts, not the one that was left out."""
    checks = [result("sums", 2, Outcome.SKIPPED), result("doubles", 2, Outcome.FAILED)]
    total = score(checks, choice("sums", "doubles"))

    assert [(one.exercise, one.counts) for one in total.exercises] == [("sums", False), ("doubles", True)]


@settings(deadline=None)
@given(results)
def test_a_choice_never_costs_points(checks):
    """With a choice, the share of the points is never less than that of its better half."""
    chosen = score(checks, choice("sums", "doubles"))
    parts = {one.exercise: one for one in score(checks).exercises}

    for name in {"sums", "doubles"} & parts.keys():
        others = sum(one.earned for one in parts.values() if one.exercise not in ("sums", "doubles"))
        assert chosen.earned >= parts[name].earned + others
