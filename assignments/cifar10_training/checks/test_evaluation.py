"""Public checks of evaluate: its numbers, and that it changes nothing."""

import pytest

from grader.checks import expect


@pytest.mark.check(points=3, exercise="evaluation")
def test_loss_and_accuracy(student, keys):
    """It returns the mean loss and the share of images that are read right, also where the last batch is smaller."""
    expect.loop.evaluates(student.evaluate, expect.loop.telling_lesson(keys.images))


@pytest.mark.check(points=2, exercise="evaluation")
def test_evaluation_mode(student, keys):
    """It measures in evaluation mode, also where the network comes in training mode, and changes no weight or statistic."""
    expect.loop.evaluates(student.evaluate, expect.loop.telling_lesson(keys.images), training=True, dropout=0.5)


@pytest.mark.check(points=1, exercise="evaluation")
def test_no_gradients(student, keys):
    """It builds no graphs for gradients, and leaves torch as it was."""
    expect.loop.evaluates_without_gradients(student.evaluate, expect.loop.telling_lesson(keys.images))
