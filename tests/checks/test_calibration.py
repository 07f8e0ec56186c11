"""Calibration: the threshold that gradings of the reference give, and how it is written down."""

from __future__ import annotations

import dataclasses
import math
import shutil
from pathlib import Path

import pytest

from grader.checks import calibration
from grader.checks.calibration import Calibration, keys_of
from grader.course import assignment as assignments
from grader.datasets.training_task import Task, task_of
from grader.errors import AssignmentError
from grader.keys import GradingKeys
from grader.model import Assignment

COURSE = Path(__file__).parents[2]
SLUG = "cifar10_training"
FOUND = Calibration(accuracies=(0.75, 0.70, 0.72, 0.71), held_out=400)


@pytest.fixture
def copied(tmp_path: Path) -> Assignment:
    """Return an assignment that trains, in a course without its solution."""
    shutil.copytree(COURSE / "assignments" / SLUG, tmp_path / "assignments" / SLUG)
    return assignments.load(tmp_path, SLUG)


def task(assignment: Assignment, **training: int) -> Task:
    """Return what it trains on, with other numbers."""
    found = task_of(assignment)
    assert found is not None
    return dataclasses.replace(found, training=dataclasses.replace(found.training, **training))


def test_the_threshold_follows_from_the_worst_grading() -> None:
    """Three deviations below the worst grading, and below that what the draw of held-out images may cost."""
    assert (FOUND.mean, FOUND.worst) == (pytest.approx(0.72), 0.70)
    assert FOUND.deviation == pytest.approx(0.0216025, rel=1e-5)
    assert FOUND.p_low == pytest.approx(0.70 - 3 * 0.0216025)
    assert FOUND.threshold == 0.54  # 0.6352 - 3.72 * sqrt(0.6352 * 0.3648 / 400) = 0.5456
    assert Calibration(accuracies=(1.0, 1.0), held_out=400).threshold == 0.9


@pytest.mark.parametrize("accuracies", [(0.75, 0.70), (1.0, 1.0), (0.5, 0.1)], ids=["usual", "always", "never"])
def test_the_chance_of_a_false_fail_is_exact(accuracies: tuple[float, ...]) -> None:
    """It is the binomial probability, also of networks that read everything or nothing."""
    found = Calibration(accuracies=accuracies, held_out=100)
    p = found.p_low

    for count in (0, 1, 50, 100, 101):
        exact = math.fsum(math.comb(100, k) * p**k * (1 - p) ** (100 - k) for k in range(count))
        assert found.chance_of_fewer(count) == pytest.approx(exact)
    assert found.false_fail == found.chance_of_fewer(math.ceil(found.threshold * 100))


def test_a_made_up_grading_has_the_keys_of_its_name() -> None:
    """They are those of a grading under this secret, and others for another name or check."""
    keys = keys_of("calibration 0", "learns")

    assert keys == GradingKeys.of("calibration 0").of_check("learns")
    assert keys != keys_of("calibration 1", "learns")
    assert keys != keys_of("calibration 0", "learns_more")


def test_the_assignment_is_that_of_the_solution() -> None:
    """A script in `solutions/<slug>` finds its assignment by where it lies."""
    assert calibration.assignment_of(COURSE / "solutions" / SLUG) == assignments.load(COURSE, SLUG)


def test_the_reference_is_trained_once_for_each_keys() -> None:
    """Each keys give a share of the held-out images, and the same keys the same one."""
    assignment = calibration.assignment_of(COURSE / "solutions" / SLUG)
    few = task(assignment, train=64, validation=10, held_out=200, epochs=1)
    first, second = keys_of("a", "learns"), keys_of("b", "learns")
    one, other, again = calibration.train_reference(
        assignment, few, [first, second, first], network="CifarNet", fit="fit"
    )

    assert one == again != other
    assert all(0 < reached < 1 and (200 * reached).is_integer() for reached in (one, other))


def test_without_a_reference_nothing_is_trained(copied: Assignment) -> None:
    """The text says what is missing."""
    with pytest.raises(AssignmentError, match="a calibration trains the reference, and there is no solution here"):
        next(calibration.train_reference(copied, task(copied), [], network="CifarNet", fit="fit"))


def test_a_threshold_is_written_in_place_of_the_old_one(copied: Assignment) -> None:
    """The numbers come from the calibration; what it is trained with, and the rest of the file, stay."""
    path = copied.folder / "assignment.toml"
    before = path.read_text()
    assert copied.training is not None
    old = copied.training.thresholds["cifar10"]
    calibration.write_threshold(copied, task_of(copied, "cifar10"), FOUND)
    written = assignments.load(copied.folder.parents[1], SLUG)

    assert written.training is not None
    new = written.training.thresholds["cifar10"]
    assert (new.accuracy, new.seeds, new.worst, new.deviation) == (0.54, 4, 0.7, 0.0216)
    assert new.false_fail == pytest.approx(FOUND.false_fail, rel=0.05)
    assert (new.train, new.epochs) == (old.train, old.epochs) != (None, None)
    assert written.training.thresholds["gratings"] == copied.training.thresholds["gratings"]
    assert len(path.read_text().splitlines()) == len(before.splitlines())


def test_a_threshold_that_cannot_be_written_is_named(copied: Assignment) -> None:
    """Where the table does not stand by itself, the text says where it is missed, and the file stays as it is."""
    path = copied.folder / "assignment.toml"
    text = path.read_text().replace("[training.thresholds.gratings]", "[training.thresholds.'gratings']")
    path.write_text(text)
    with pytest.raises(AssignmentError, match=r"assignment\.toml: no line \[training\.thresholds\.gratings\], below"):
        calibration.write_threshold(copied, task(copied), FOUND)

    assert path.read_text() == text
