"""Calibration: what the gradings of a reference measure, and the threshold that follows."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import pytest
from tiny_courses import TinyCourse, WriteCourse

from grader.authoring.calibrating import (
    Calibration,
    accuracies,
    check_that_calibrates,
    seed_of,
    task_without_threshold,
)
from grader.checks.made_up_gradings import keys_of
from grader.course import assignment as assignments
from grader.errors import AssignmentError, UsageError
from grader.keys import GradingKeys
from grader.model import Threshold

COURSE = Path(__file__).parents[2]
FOUND = Calibration(accuracies=(0.75, 0.70, 0.72, 0.71), held_out=400)
TRAINING = """\
[training]
data = "gratings"
train = 20
validation = 10
held_out = 100
epochs = 1
batch_size = 5
"""
MEASURES = '''
@pytest.mark.check(points=1, exercise="squares", calibrates=True)
def test_reads(student, task, keys):
    """It reads."""
    data = task.data(keys.data)
    right = student.square(int(data.held_out_labels[0]))
    expect.measured(expect.learning.UNSEEN, right / 81)
    expect.that(right / 81 >= task.threshold.accuracy, "it reads too few", received=right, expected=81)
'''
"""What it measures follows from the seed alone."""


def test_the_threshold_follows_from_the_worst_grading() -> None:
    """Three deviations below the worst grading, and below that what the draw of held-out images may cost."""
    assert (FOUND.mean, FOUND.worst) == (pytest.approx(0.72), 0.70)
    assert FOUND.deviation == pytest.approx(0.0216025, rel=1e-5)
    assert FOUND.p_low == pytest.approx(0.70 - 3 * 0.0216025)
    assert FOUND.accuracy == 0.54  # 0.6352 - 3.72 * sqrt(0.6352 * 0.3648 / 400) = 0.5456
    assert Calibration(accuracies=(1.0, 1.0), held_out=400).accuracy == 0.9


@pytest.mark.parametrize("accuracies", [(0.75, 0.70), (1.0, 1.0), (0.5, 0.1)], ids=["usual", "always", "never"])
def test_the_chance_of_a_false_fail_is_exact(accuracies: tuple[float, ...]) -> None:
    """It is the binomial probability, also of networks that read everything or nothing."""
    found = Calibration(accuracies=accuracies, held_out=100)
    p = found.p_low

    for count in (0, 1, 50, 100, 101):
        exact = math.fsum(math.comb(100, k) * p**k * (1 - p) ** (100 - k) for k in range(count))
        assert found.chance_of_fewer(count) == pytest.approx(exact)
    assert found.false_fail == found.chance_of_fewer(max(math.ceil(found.accuracy * 100), 0))


@pytest.mark.parametrize("percent", range(1, 91))
def test_a_threshold_is_met_by_the_share_that_it_names(percent: int) -> None:
    """No rounding of a product asks for one image more: 0.07 of 100 is 7.000000000000001."""
    found = _Fixed(accuracies=(1.0, 1.0), held_out=2000)
    object.__setattr__(found, "fixed", percent / 100)

    assert found.required == 20 * percent


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Fixed(Calibration):
    fixed: float = 0.0

    @property
    def accuracy(self) -> float:
        return self.fixed


def test_what_networks_are_trained_with_stays() -> None:
    """Only what a calibration finds out is new."""
    old = Threshold(accuracy=0.5, seeds=2, worst=0.6, deviation=0.1, false_fail=0.2, train=4500, epochs=2)
    new = FOUND.threshold(old)

    assert (new.accuracy, new.seeds, new.worst, new.train, new.epochs) == (0.54, 4, 0.70, 4500, 2)
    assert new.false_fail == FOUND.false_fail
    assert (FOUND.threshold(None).train, FOUND.threshold(None).epochs) == (None, None)


def test_gradings_that_differ_too_much_give_no_threshold() -> None:
    """The text says from where to where, and what to do."""
    with pytest.raises(AssignmentError, match=r"differ too much for a threshold: from 0\.1000 to 0\.9000, by 0\.5657"):
        Calibration(accuracies=(0.1, 0.9), held_out=100).threshold(None)


def test_a_made_up_grading_has_the_keys_of_its_name() -> None:
    """They are those of a grading under this seed, and others for another name or check."""
    keys = keys_of("calibration 0", "learns")

    assert keys == GradingKeys.of(seed_of(0)).of_check("learns")
    assert keys != keys_of("calibration 1", "learns")
    assert keys != keys_of("calibration 0", "learns_more")


def loaded(course: TinyCourse) -> assignments.Assignment:
    """Return an assignment that has no threshold yet."""
    return assignments.load(course.folder, course.slug, is_calibrated=False)


def test_what_the_marked_check_measures_counts(tiny_course: WriteCourse) -> None:
    """Under the same seed it is the same, and no threshold is needed, or in its way."""
    course = tiny_course("", hidden=MEASURES, settings=TRAINING)
    assignment = loaded(course)
    task = task_without_threshold(assignment)
    seeds = [seed_of(number) for number in (0, 1, 2, 0)]
    *reached, again = accuracies(assignment, task, seeds)
    labels = [task.data(keys_of(seed, "reads").data).held_out_labels[0].item() for seed in seeds[:3]]

    assert reached == [pytest.approx(label**2 / 81) for label in labels]
    assert again == reached[0]
    assert len(set(reached)) > 1


def test_a_check_that_fails_has_measured_all_the_same(tiny_course: WriteCourse) -> None:
    """What a check requires besides does not matter."""
    fails = MEASURES + "    expect.that(False, 'never')\n"
    course = tiny_course("", hidden=fails, settings=TRAINING)

    assert len(list(accuracies(loaded(course), task_without_threshold(loaded(course)), [seed_of(0)]))) == 1


@pytest.mark.parametrize(
    ("hidden", "text"),
    [
        (MEASURES.replace("int(data", "None, int(data"), r"under --seed 'calibration 0': raised: .*TypeError"),
        (
            MEASURES.replace("expect.learning.UNSEEN", "'seen'"),
            r"`reads` has measured no accuracy .*: it never calls `expect\.measured\(expect\.learning\.UNSEEN, share\)`",
        ),
    ],
    ids=["fails-before", "measures-something-else"],
)
def test_a_reference_that_is_not_measured(tiny_course: WriteCourse, hidden: str, text: str) -> None:
    """The text says of which check, under which seed, and what happened."""
    course = tiny_course("", hidden=hidden, settings=TRAINING)
    with pytest.raises(AssignmentError, match=text):
        list(accuracies(loaded(course), task_without_threshold(loaded(course)), [seed_of(0)]))


def test_one_check_calibrates(tiny_course: WriteCourse) -> None:
    """None, or two, are an error of the assignment, and so is an assignment without its solution."""
    none = tiny_course("", hidden=MEASURES.replace(", calibrates=True", ""), settings=TRAINING)
    two = tiny_course("", hidden=MEASURES + MEASURES.replace("test_reads", "test_reads_more"), settings=TRAINING)
    with pytest.raises(AssignmentError, match=r"one check must be marked with `calibrates=True`.*; marked: none"):
        check_that_calibrates(loaded(none), "gratings")
    with pytest.raises(AssignmentError, match="marked: reads, reads_more"):
        check_that_calibrates(loaded(two), "gratings")
    with pytest.raises(AssignmentError, match="a calibration trains the reference, and there is no solution in"):
        check_that_calibrates(dataclasses.replace(loaded(two), solution=None), "gratings")


def test_other_checks_calibrate_on_other_data(tiny_course: WriteCourse) -> None:
    """An assignment with two kinds of images has a check for each; for data that none names there is none."""
    digits = MEASURES.replace("calibrates=True", "calibrates=('new_digits', 'mnist')")
    stripes = MEASURES.replace("calibrates=True", "calibrates=('gratings',)").replace("test_reads", "test_sees")
    assignment = loaded(tiny_course("", hidden=digits + stripes, settings=TRAINING))

    found = [check_that_calibrates(assignment, data).name for data in ("new_digits", "mnist", "gratings")]
    assert found == ["reads", "reads", "sees"]
    with pytest.raises(AssignmentError, match=r"or with `calibrates=\('cifar10',\)` where other data .*; marked: none"):
        check_that_calibrates(assignment, "cifar10")


def test_an_assignment_that_trains_nothing(tiny_course: WriteCourse) -> None:
    """The text names the table that is missing."""
    with pytest.raises(UsageError, match=r"trains no network: there is no \[training\] in .*assignment\.toml"):
        task_without_threshold(tiny_course(MEASURES).assignment)


def test_other_data_keep_what_they_are_trained_with() -> None:
    """Those of a threshold that is there; other data need none."""
    assignment = assignments.load(COURSE, "cifar10_training")
    some, others = task_without_threshold(assignment, "cifar10"), task_without_threshold(assignment, "mnist")

    assert (some.threshold.train, some.threshold.accuracy) == (4500, 0)
    assert (others.threshold.train, others.threshold.accuracy) == (None, 0)
