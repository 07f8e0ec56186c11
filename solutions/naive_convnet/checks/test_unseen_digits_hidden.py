"""Hidden check of learning: what the network makes of digits that nobody has ever seen."""

import math

import pytest

from grader.checks import expect
from grader.checks.training.reading import draw_reading

LEARNING_RATE = 1e-3
READY, HOPELESS = 180, 80
"""
Of 200 digits to validate with: who reads so many needs no further pass, and who reads fewer after two will not learn it in three.
In 30 gradings the reference was ready after two passes each time, with 181 at least.
"""


@pytest.mark.check(points=4, exercise="training", seconds=120, calibrates=True)
def test_reads_unseen_digits(student, task, keys):
    """After at most three passes over 1,300 digits of a new script, the network reads 400 of 500 that it has never seen."""
    digits = task.data(keys.data)
    model = student.NaiveConvNet.build(keys.torch)
    shape = model.output_shape((2, 1, 28, 28))
    expect.that(shape == (2, 10), "the output has the wrong shape", received=shape, expected=(2, 10))
    for number in range(
        task.epochs
    ):  # how many there are must not depend on held-out labels: it can be seen from inside
        model.train_on(
            digits.train.images,
            digits.train.labels,
            epochs=1,
            batch_size=task.training.batch_size,
            learning_rate=LEARNING_RATE,
            key=keys.torch.derive(number),
        )
        so_far = _right(model, digits.validation.images, digits.validation.labels)
        if so_far >= READY or (number == 1 and so_far < HOPELESS):
            break
    logits = _logits(model, digits.held_out_images)
    draw_reading(logits, digits.held_out_images, digits.held_out_labels)
    right, unseen = int((logits.argmax(dim=1) == digits.held_out_labels).sum()), len(digits.held_out_labels)
    expect.measured(expect.learning.UNSEEN, right / unseen)
    required = math.ceil(round(task.threshold.accuracy * unseen, 6))  # 0.55 of 2,000 are 1100.0000000000002
    expect.that(
        right >= required,
        f"the network learns too little from {len(digits.train):,} digits",
        received=f"{right} of {unseen} unseen digits read right after pass {number + 1}",
        expected=f"at least {required}",
        hint="does it learn eight digits by heart? Then compare how it treats a batch of 32 and a batch of 8",
    )


def _right(model, images, labels) -> int:
    """Return how many digits are read right; the labels stay here."""
    return int((_logits(model, images).argmax(dim=1) == labels).sum())


def _logits(model, images):
    """Return ten logits for each of some digits."""
    logits = model.predict(images)
    shape = tuple(logits.shape)
    expect.that(
        shape == (len(images), 10), "the output has the wrong shape", received=shape, expected=(len(images), 10)
    )
    return logits
