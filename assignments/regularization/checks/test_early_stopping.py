"""Public checks of exercise 2, early stopping."""

import pytest

from grader.checks import expect

STOPS = """
    stopper = EarlyStopper(patience)
    answer = [bool(stopper.update(error)) for error in errors]
"""
BEST = """
    stopper = EarlyStopper(patience=patience, min_delta=min_delta)
    for error in errors:
        stopper.update(error)
    answer = stopper.best_error, stopper.best_epoch
"""
RISING = [0.75, 0.5, 0.625, 0.375, 0.5, 0.375, 0.4375]


@pytest.mark.check(points=2, exercise="early_stopping")
def test_handout_stop(student):
    """Training stops after the third epoch in a row without an improvement, as in the handout's first example."""
    received = student.EarlyStopper.use(STOPS, patience=3, errors=RISING)
    expect.equal(received, [False, False, False, False, False, False, True])
    received = student.EarlyStopper.use(STOPS, patience=1, errors=[0.75, 0.5, 0.625])
    expect.equal(received, [False, False, True])


@pytest.mark.check(points=1, exercise="early_stopping")
def test_handout_best_epoch(student):
    """The best error is 0.375, of epoch 3, as in the handout."""
    received = student.EarlyStopper.use(BEST, patience=3, min_delta=0.0, errors=RISING)
    error, epoch = received
    expect.close(error, 0.375)
    expect.close(epoch, 3)
