"""Public checks of fit: what its history says, and what it does with a small network."""

import pytest

from grader.checks import expect


@pytest.mark.check(points=2, exercise="fit")
def test_history(student, keys):
    """The history has an entry for each epoch, with train_loss, val_loss and val_accuracy, and one optimizer trains them all."""
    for epochs in (1, 3):
        course = expect.history.course(keys.images, epochs=epochs)
        observation = expect.history.rehearses(student.fit, course)
        expect.history.history(observation, epochs)
    expect.history.has_trained(student.fit, course, observation)
    expect.history.remembers_between_epochs(student.fit, course, observation)


@pytest.mark.check(points=3, exercise="fit")
def test_history_is_true(student, keys):
    """The numbers of the history are those of the network at the end of each epoch, however large its logits are."""
    course = expect.history.course(keys.images)
    expect.history.history_is_true(course, expect.history.rehearses(student.fit, course))
    large = expect.history.course(keys.images, epochs=1, shift=1000.0)
    expect.history.losses_are_finite(large, expect.history.rehearses(student.fit, large))


@pytest.mark.check(points=2, exercise="fit", seconds=60)
def test_loss_falls(student, task, keys):
    """The training loss of CifarNet is smaller at the end of three epochs on 640 images than at their start."""
    expect.learning.loss_falls(student.CifarNet, student.fit, task, keys, epochs=3, images=640)


@pytest.mark.check(points=1, exercise="fit", seconds=60)
def test_reproducible(student, task, keys):
    """Two trainings from the same seed give the same network."""
    expect.learning.reproducible(student, "CifarNet", "fit", task, keys, images=256)
