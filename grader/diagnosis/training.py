"""
From what a failed check of a training found to the mistake behind it.

    the weights after an epoch, notes of its steps      loop_steps.py, gradient_ways.py, step_ways.py
    a mean loss                                         the wrong averages, below
    an accuracy                                         accuracy_ways.py
    a history, the weights of each epoch                fit_epochs.py
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.checks import expect, tolerances
from grader.checks.training.averages import Average, wrong_losses
from grader.checks.training.evidence import (
    ChangedByEvaluation,
    Unchanged,
    ValidationTouched,
    WrongEntry,
    WrongEvaluation,
    WrongLength,
    WrongLoss,
    WrongTrainLoss,
    WrongWeights,
)
from grader.checks.training.notes import in_training_mode
from grader.checks.training.rehearsal import Lesson, mean_of_batches, mean_of_samples, measure, near
from grader.diagnosis import accuracy_ways, fit_epochs, loop_steps, wrong_averages
from grader.diagnosis.mistake import Mistake
from grader.proxy import Observation, RemoteName, Session


def explain(evidence: object, session: Session | None = None) -> Mistake | None:
    """
    Return what explains the evidence of a failed check; None where nothing does, or it is of another kind.

    Args:
        session: Where the submission can be asked for more; None where it cannot.
    """
    match evidence:
        case str():  # the condition says it all
            return Mistake(name=str(evidence))
        case WrongWeights():
            return loop_steps.of_training(evidence.lesson, evidence.observation)
        case WrongLoss():
            average = _wrong_loss(evidence.received, evidence.losses, evidence.sizes)
            if (
                average is None or average.name == Average.SOME_BATCHES
            ):  # why it is of some alone is nearer to the cause
                average = loop_steps.of_loss(evidence.lesson, evidence.observation) or average
            return average or _of_earlier_calls(_is_right_alone(evidence, session))
        case WrongEvaluation():
            return _wrong_evaluation(evidence, session)
        case ChangedByEvaluation():
            return _changed_by_evaluation(evidence.observation)
        case WrongEntry():
            return fit_epochs.of_entry(evidence)
        case WrongTrainLoss():
            average = _wrong_loss(evidence.received, evidence.losses, evidence.sizes, tolerances.HISTORY)
            return (
                None if average is None else Mistake(name=average.name)
            )  # the check's own hint says what the mean is of
        case ValidationTouched():
            return fit_epochs.of_validation(evidence.observation)
        case WrongLength():
            return fit_epochs.of_length(evidence)
        case Unchanged():
            return fit_epochs.of_unchanged(evidence, session)
    return None


def _wrong_loss(
    received: float, losses: tuple[float, ...], sizes: tuple[int, ...], tolerance: float = tolerances.LOOP
) -> Mistake | None:
    ways = wrong_losses(losses, sizes)
    found = next((way.average for way in ways if near(received, way.value, tolerance)), None)
    return None if found is None else wrong_averages.told(found)


def _wrong_evaluation(evidence: WrongEvaluation, session: Session | None) -> Mistake | None:
    right = evidence.right
    step = loop_steps.of_evaluation(evidence.lesson, evidence.observation)
    if step is not None:
        return step
    if evidence.accuracy_is_right:
        average = _wrong_loss(evidence.loss, right.losses, right.sizes)
        other = average or next(_other_criteria(evidence), None)
        return other or _of_earlier_calls(_measures_right_alone(evidence, session))
    if abs(evidence.accuracy - mean_of_samples(right.losses, right.sizes)) <= tolerances.SHARE:
        return Mistake(name="swapped", hint="the loss comes first, then the accuracy")
    return accuracy_ways.explain(evidence, session) or _of_earlier_calls(_measures_right_alone(evidence, session))


def _of_earlier_calls(is_right_alone: bool) -> Mistake | None:
    """Explain a number that is right where the function is called for the first time, and not later."""
    if not is_right_alone:
        return None
    return Mistake(
        name="keeps_numbers_between_calls",
        hint="called for the first time it is right, and another time it is not: which list, dictionary or counter of yours is "
        "still filled from the call before? Default values of arguments are made once",
    )


def _is_right_alone(evidence: WrongLoss, session: Session | None) -> bool:
    """Return whether an epoch returns the right loss in a process of its own."""
    if session is None:
        return False
    session.begin()
    observation = expect.loop.epoch(RemoteName(session, evidence.observation.function), evidence.lesson)
    session.end()
    value, means = observation.value, _means(evidence.losses, evidence.sizes)
    return isinstance(value, int | float) and any(near(float(value), mean) for mean in means)


def _measures_right_alone(evidence: WrongEvaluation, session: Session | None) -> bool:
    """Return whether an evaluation returns the right numbers in a process of its own."""
    if session is None:
        return False
    session.begin()
    function = RemoteName(session, evidence.observation.function)
    observation = expect.loop.evaluation(
        function, evidence.lesson, training=evidence.training, dropout=evidence.dropout
    )
    session.end()
    match observation.value:
        case [int() | float() as loss, int() | float() as accuracy]:
            right = evidence.right
            is_loss = any(near(float(loss), mean) for mean in _means(right.losses, right.sizes))
            return is_loss and abs(accuracy - right.accuracy) <= tolerances.SHARE
    return False


def _means(losses: tuple[float, ...], sizes: tuple[int, ...]) -> tuple[float, float]:
    return mean_of_samples(losses, sizes), mean_of_batches(losses)


def _other_criteria(evidence: WrongEvaluation) -> Iterator[Mistake]:
    """Yield what explains a loss that is the mean of another criterion's."""
    lesson = evidence.lesson
    for smoothing in (0.0, 0.05, 0.1, 0.2):
        if smoothing == lesson.label_smoothing:
            continue
        losses, sizes = _losses(lesson, smoothing), evidence.right.sizes
        if any(near(evidence.loss, mean) for mean in _means(losses, sizes)):
            yield Mistake(
                name="own_criterion",
                hint="this is the mean of another criterion than the one that you are given as an argument: where do you use it?",
            )


def _losses(lesson: Lesson, smoothing: float) -> tuple[float, ...]:
    return measure(lesson.state, lesson.everything, lesson.batch_size, smoothing).losses


def _changed_by_evaluation(observation: Observation) -> Mistake:
    if in_training_mode(observation):
        return loop_steps.TRAINING_MODE_WHILE_EVALUATING
    return Mistake(name="evaluation_changes_the_network")
