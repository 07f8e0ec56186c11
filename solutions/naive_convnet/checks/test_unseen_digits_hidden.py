"""Hidden check of learning: what the network makes of digits that it has never seen."""

import pytest

from grader import data, expect

# `python solutions/naive_convnet/calibrate.py 12` prints, for the reference and n = 500 held-out digits:
#   after 1 pass:   mean 0.623, sd 0.075, worst 0.474; 11 of 12 seeds reach T = 0.50
#   after 2 passes: mean 0.870, sd 0.032, worst 0.810, p_low 0.713, T_max 0.638; P(false fail) 4.5e-24
# P(guessing passes) is 4.8e-113 a pass.
PASSES, BATCH_SIZE, LEARNING_RATE = 2, 32, 1e-3
REQUIRED = 250


@pytest.mark.check(points=4, exercise="training", seconds=120)
def test_reads_unseen_digits(student, grading_seed):
    """After at most two passes over 1,297 digits, the network reads half of 500 digits that it has never seen."""
    digits = data.digits(grading_seed)
    model = student.NaiveConvNet.build(seed=grading_seed)
    shape = model.output_shape((2, 1, 28, 28))
    expect.that(shape == (2, 10), "the output has the wrong shape", received=shape, expected=(2, 10))
    best = 0
    for number in range(PASSES):
        model.train_on(
            digits.train_images,
            digits.train_labels,
            epochs=1,
            batch_size=BATCH_SIZE,
            learning_rate=LEARNING_RATE,
            seed=grading_seed + number,
        )
        best = max(best, _right(model, digits))
        if best >= REQUIRED:  # nearly every right network is there after one pass, and need not pay for two
            return
    expect.that(
        False,
        "the network learns too little from 1,297 digits",
        received=f"{best} of 500 unseen digits read right",
        expected=f"at least {REQUIRED}",
        hint="does it learn eight digits by heart? Then compare how it treats a batch of 32 and a batch of 8",
    )


def _right(model, digits: data.DataSplit) -> int:
    """Return how many held-out digits are read right; their labels stay here."""
    logits = model.predict(digits.held_out_images)
    shape = tuple(logits.shape)
    expect.that(shape == (500, 10), "the output has the wrong shape", received=shape, expected=(500, 10))
    return int((logits.argmax(dim=1) == digits.held_out_labels).sum())
