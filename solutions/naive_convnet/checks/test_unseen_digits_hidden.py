"""Hidden check of learning: what the network makes of digits that nobody has ever seen."""

import pytest

from grader.checks import expect
from grader.checks.training.reading import draw_reading
from grader.datasets import splits as data

# `python solutions/naive_convnet/calibrate.py 30` prints, for the reference:
#   30 gradings of 4 s: held out mean 0.987 sd 0.017 worst 0.920 p_low 0.870; required 0.800, P(false fail) 4.9e-06
#   passes: 0 after 1, 30 after 2, 0 after 3; worst after two 181 of 200, hopeless below 80
BATCH_SIZE, LEARNING_RATE, PASSES = 32, 1e-3, 3
TRAIN, VALIDATION, HELD_OUT = 1300, 200, 500
READY, HOPELESS = 180, 80
"""Of VALIDATION digits: who reads so many needs no further pass, and who reads fewer after two will not learn it in three."""
REQUIRED = 400
"""Of HELD_OUT digits."""


@pytest.mark.check(points=4, exercise="training", seconds=120)
def test_reads_unseen_digits(student, keys):
    """After at most three passes over 1,300 digits of a new script, the network reads 400 of 500 that it has never seen."""
    source = data.DataSource(name="new_digits")
    digits = data.split(source, keys.data, train=TRAIN, validation=VALIDATION, held_out=HELD_OUT)
    model = student.NaiveConvNet.build(keys.torch)
    shape = model.output_shape((2, 1, 28, 28))
    expect.that(shape == (2, 10), "the output has the wrong shape", received=shape, expected=(2, 10))
    for number in range(PASSES):  # how many there are must not depend on held-out labels: it can be seen from inside
        model.train_on(
            digits.train.images,
            digits.train.labels,
            epochs=1,
            batch_size=BATCH_SIZE,
            learning_rate=LEARNING_RATE,
            key=keys.torch.derive(number),
        )
        so_far = _right(model, digits.validation.images, digits.validation.labels)
        if so_far >= READY or (number == 1 and so_far < HOPELESS):
            break
    logits = _logits(model, digits.held_out_images)
    draw_reading(logits, digits.held_out_images, digits.held_out_labels)
    right = int((logits.argmax(dim=1) == digits.held_out_labels).sum())
    expect.that(
        right >= REQUIRED,
        f"the network learns too little from {TRAIN:,} digits",
        received=f"{right} of {HELD_OUT} unseen digits read right after pass {number + 1}",
        expected=f"at least {REQUIRED}",
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
