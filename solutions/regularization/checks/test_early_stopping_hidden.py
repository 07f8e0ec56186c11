"""Hidden checks of exercise 2: any errors, small improvements, and several stoppers at once."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.checks import expect

UNTIL_IT_STOPS = """
    stopper = EarlyStopper(patience, min_delta)
    answer = []
    for error in errors:
        stops = bool(stopper.update(error))
        answer.append((stops, stopper.best_error, stopper.best_epoch))
        if stops:
            break
"""
TWO_AT_ONCE = """
    one, other = EarlyStopper(patience=2), EarlyStopper(patience=3)
    answer = [(bool(one.update(a)), bool(other.update(b))) for a, b in zip(first, second)]
    answer += [(one.best_epoch, other.best_epoch)]
"""
ERRORS = st.lists(st.integers(1, 24).map(lambda number: number / 16), min_size=1, max_size=20)
"""Sixteenths, so that every border is met exactly, and none by rounding."""


@pytest.mark.check(points=2, exercise="early_stopping", disclosure="counterexample")
@given(errors=ERRORS, patience=st.integers(1, 4), min_delta=st.integers(0, 4).map(lambda number: number / 16))
@example(errors=[1.0, 0.875, 0.75, 0.625], patience=3, min_delta=0.25)
@example(errors=[1.0, 0.5, 0.5, 0.5, 0.25], patience=3, min_delta=0.0)
@example(errors=[1.0, 0.9375, 0.875, 0.8125, 0.75], patience=2, min_delta=0.125)
def test_any_errors(student, errors, patience, min_delta):
    """Training stops at the right epoch and the best one is known, for any errors, patience and least improvement."""
    received = student.EarlyStopper.use(UNTIL_IT_STOPS, errors=errors, patience=patience, min_delta=min_delta)
    expected = _epochs(errors, patience, min_delta)
    for epoch, (answer, right) in enumerate(zip(received, expected, strict=False)):
        expect.that(
            answer[0] == right[0],
            f"training should {'stop' if right[0] else 'go on'} after epoch {epoch}",
            expected=right[0],
            received=answer[0],
        )
        expect.close(answer[1], right[1])
        expect.close(answer[2], right[2])


@pytest.mark.check(points=1, exercise="early_stopping", disclosure="counterexample")
def test_two_stoppers(student):
    """Two stoppers that are used in turn know nothing of each other."""
    first, second = [0.75, 0.5, 0.625, 0.625], [0.25, 0.5, 0.125, 0.25]
    received = student.EarlyStopper.use(TWO_AT_ONCE, first=first, second=second)
    expected = [(False, False), (False, False), (False, False), (True, False), (1, 2)]
    expect.that(
        [tuple(pair) for pair in received] == expected,
        "the stoppers should answer as if each were alone",
        expected=expected,
        received=received,
    )


def _epochs(errors, patience, min_delta):
    """Return (whether to stop, best error, best epoch) of each epoch up to the one that stops, by looking back at all."""
    found = []
    for epoch in range(len(errors)):
        improvements = [0]
        for later in range(1, epoch + 1):
            if errors[later] < errors[improvements[-1]] - min_delta:
                improvements.append(later)
        found.append((epoch - improvements[-1] >= patience, errors[improvements[-1]], improvements[-1]))
        if found[-1][0]:
            break
    return found
