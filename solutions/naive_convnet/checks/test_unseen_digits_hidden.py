"""Hidden check of learning: what the network makes of digits that it has never seen."""

import pytest

from grader import data, expect

# `python solutions/naive_convnet/calibrate.py 30` prints, for the reference and n = 500 held-out digits:
#   after pass 1: mean 0.594 sd 0.130 worst 0.286 p_low 0.000 T_max 0.000; floor 0.000, P(false fail) 0.0e+00
#   after pass 2: mean 0.873 sd 0.041 worst 0.792 p_low 0.670 T_max 0.592; floor 0.590, P(false fail) 7.5e-05
#   best pass: mean 0.928 sd 0.021 worst 0.886; 0.800 is 6.2 sd below
# A right network as bad as p_low, three standard deviations below the worst seed, is stopped early with less than 1e-4.
BATCH_SIZE, LEARNING_RATE = 32, 1e-3
REQUIRED, FLOORS = 400, (0, 295, 400)
"""Digits of 500 that pass at once, and those below which a network fails after its first, second and third pass."""


@pytest.mark.check(points=4, exercise="training", seconds=120)
def test_reads_unseen_digits(student, grading_seed):
    """After at most three passes over 1,297 digits, the network reads 400 of 500 digits that it has never seen."""
    digits = data.digits(grading_seed)
    model = student.NaiveConvNet.build(seed=grading_seed)
    shape = model.output_shape((2, 1, 28, 28))
    expect.that(shape == (2, 10), "the output has the wrong shape", received=shape, expected=(2, 10))
    for number, floor in enumerate(FLOORS):
        model.train_on(
            digits.train.images,
            digits.train.labels,
            epochs=1,
            batch_size=BATCH_SIZE,
            learning_rate=LEARNING_RATE,
            seed=grading_seed + number,
        )
        right = _right(model, digits)
        if right >= REQUIRED:  # most right networks are there after two passes, and need not pay for three
            return
        expect.that(
            right >= floor,
            "the network learns too little from 1,297 digits",
            received=f"{right} of 500 unseen digits read right after pass {number + 1}",
            expected=f"at least {floor}, and {REQUIRED} after pass {len(FLOORS)}",
            hint="does it learn eight digits by heart? Then compare how it treats a batch of 32 and a batch of 8",
        )


def _right(model, digits: data.DataSplit) -> int:
    """Return how many held-out digits are read right; their labels stay here."""
    logits = model.predict(digits.held_out_images)
    shape = tuple(logits.shape)
    expect.that(shape == (500, 10), "the output has the wrong shape", received=shape, expected=(500, 10))
    return int((logits.argmax(dim=1) == digits.held_out_labels).sum())
