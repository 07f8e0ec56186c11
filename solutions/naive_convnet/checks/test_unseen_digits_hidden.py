"""Hidden check of learning: what the network makes of digits that it has never seen."""

import pytest

from grader import data, expect

# `python solutions/naive_convnet/calibrate.py 12` prints, for the reference and n = 500 held-out digits:
#   after pass 1: mean 0.623 sd 0.075 worst 0.474 p_low 0.249 T_max 0.177; floor 0.176, P(false fail) 3.5e-05
#   after pass 2: mean 0.870 sd 0.032 worst 0.810 p_low 0.713 T_max 0.638; floor 0.636, P(false fail) 8.2e-05
#   after pass 3: mean 0.935 sd 0.013 worst 0.910 p_low 0.870 T_max 0.814; floor 0.800, P(false fail) 4.8e-06
# A right network as bad as p_low, three standard deviations below the worst seed, fails with at most 1.2e-4 in all.
BATCH_SIZE, LEARNING_RATE = 32, 1e-3
REQUIRED, FLOORS = 400, (88, 318, 400)
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
