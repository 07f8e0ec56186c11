"""What networks are trained on in a grading."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from grader.course import assignment as assignments
from grader.datasets.training_task import task_of
from grader.errors import UsageError
from grader.keys import GradingKeys
from grader.model import Assignment

COURSE = Path(__file__).parents[2]


@pytest.fixture
def assignment() -> Assignment:
    """An assignment that trains networks."""
    return assignments.load(COURSE, "cifar10_training")


def test_a_task_is_that_of_the_assignment(assignment: Assignment) -> None:
    """Without other wishes, data and threshold are those of assignment.toml."""
    task = task_of(assignment)

    assert task is not None
    assert assignment.training is not None
    assert task.source.name == assignment.training.data
    assert task.threshold == assignment.training.thresholds[assignment.training.data]


def test_an_assignment_without_training_has_no_task() -> None:
    """Nothing to train is no task; wishing for data is then a mistake of the command."""
    other = assignments.load(COURSE, "conv_arithmetic")

    assert task_of(other) is None
    with pytest.raises(
        UsageError, match="--data mnist: `conv_arithmetic` trains no network, so there is nothing to choose"
    ):
        task_of(other, "mnist")


def test_data_without_a_threshold_are_refused(assignment: Assignment) -> None:
    """What is not calibrated cannot be graded on; the text says what is."""
    with pytest.raises(
        UsageError,
        match=r"--data mnist: `cifar10_training` has no threshold for these data; it has them for: .*gratings",
    ):
        task_of(assignment, "mnist")


def test_keys_decide_the_images_and_the_names_of_classes(assignment: Assignment) -> None:
    """Other keys give other images and other numbers for the classes; the same keys the same."""
    task = task_of(assignment)
    assert task is not None
    one, again, other = (task.data(GradingKeys.of(secret).of_check("any").data) for secret in ("5", "5", "6"))

    assert torch.equal(one.held_out_labels, again.held_out_labels)
    assert torch.equal(one.train.images, again.train.images)
    assert not torch.equal(one.held_out_labels, other.held_out_labels)
    assert (len(one.train), len(one.validation), len(one.held_out_labels)) == (2000, 500, 2000)
