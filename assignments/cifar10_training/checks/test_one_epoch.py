"""Public checks of train_one_epoch: known by what it makes of the weights of a small network."""

import pytest

from grader.checks import expect
from grader.checks.training import rehearsal


@pytest.mark.check(points=4, exercise="one_epoch")
def test_one_step_per_batch(student, keys):
    """After an epoch every weight is where one step of the optimizer for each batch takes it."""
    expect.loop.trains(student.train_one_epoch, rehearsal.lesson(keys.images))


@pytest.mark.check(points=2, exercise="one_epoch")
def test_training_mode(student, keys):
    """The network trains in training mode, also where an evaluation before has left it in evaluation mode."""
    expect.loop.trains(student.train_one_epoch, rehearsal.lesson(keys.images, images=9), training=False)


@pytest.mark.check(points=2, exercise="one_epoch")
def test_mean_loss(student, keys):
    """It returns the mean loss of the epoch: over the images, or over the batches."""
    # nothing changes at a learning rate of 0, so a loop with another mistake can be right there
    for number, (images, batch_size, rate) in enumerate(((46, 4, 0.0), (14, 3, 0.0), (11, 3, 0.05))):
        lesson = rehearsal.lesson(keys.images.derive(number), images=images, batch_size=batch_size, learning_rate=rate)
        expect.loop.returns_mean_loss(student.train_one_epoch, lesson)


@pytest.mark.check(points=1, exercise="one_epoch")
def test_lets_graphs_go(student, keys):
    """An epoch needs no more memory the more batches it has: nothing of a past batch is kept but numbers."""
    expect.loop.lets_graphs_go(student.train_one_epoch, rehearsal.lesson(keys.images, images=16, batch_size=2))
