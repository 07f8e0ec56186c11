"""Hidden checks of the loops: other loaders, criteria and optimizers than the public ones."""

import pytest

from grader.checks import expect
from grader.checks.training import rehearsal


@pytest.mark.check(points=3, exercise="one_epoch")
def test_any_loader_and_optimizer(student, keys):
    """Any number of batches, any criterion and any settings of the optimizer: the weights are those of one step per batch."""
    for lesson in rehearsal.lessons(keys.images):
        expect.loop.trains(student.train_one_epoch, lesson)


@pytest.mark.check(points=2, exercise="evaluation")
def test_any_batches(student, keys):
    """Any number of images, any size of batches and any criterion: loss and accuracy are right."""
    for number, (images, batch_size, smoothing) in enumerate(((31, 6, 0.0), (12, 5, 0.2), (19, 9, 0.1))):
        lesson = expect.loop.telling_lesson(
            keys.images.derive(number), images=images, batch_size=batch_size, label_smoothing=smoothing
        )
        expect.loop.evaluates(student.evaluate, lesson, training=True, dropout=0.3)


@pytest.mark.check(points=2, exercise="fit")
def test_validation_is_not_trained_on(student, keys):
    """The validation images are there to measure: the network learns nothing from them."""
    course = expect.history.course(keys.images)
    expect.history.leaves_validation_alone(student.fit, course, expect.history.rehearses(student.fit, course))
