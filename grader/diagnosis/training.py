"""
From what a failed check of a training found to the mistake behind it.

Numbers are told by the wrong ways to work out an average, everything else by the notes of the parts (`loop_steps.py`).
"""

from __future__ import annotations

import math

from grader.checks import tolerances
from grader.checks.training.averages import Average, wrong_accuracies, wrong_losses
from grader.checks.training.evidence import (
    ChangedByEvaluation,
    Fact,
    ValidationTouched,
    WrongEntry,
    WrongEvaluation,
    WrongLoss,
    WrongTrainLoss,
    WrongWeights,
)
from grader.checks.training.notes import in_training_mode, trains_on_validation, validates_in_training_mode
from grader.checks.training.rehearsal import mean_of_batches, mean_of_samples, near
from grader.diagnosis import loop_steps
from grader.diagnosis.mistake import Mistake
from grader.proxy import Observation

_HINTS = {
    Average.SUM_OF_LOSSES: "this is the sum over the batches, not their mean",
    Average.SUM_OVER_SAMPLES: "this is the sum over all images, not their mean",
    Average.LAST_LOSS: "this is the loss of the last batch alone",
    Average.FIRST_LOSS: "this is the loss of the first batch alone",
    Average.DIVIDES_TWICE: "the criterion gives means over a batch already: their sum was divided by the number of images",
    Average.DIVIDES_SUMS_BY_BATCHES: "sums over the images of a batch were divided by the number of batches",
    Average.ACCURACY_IN_PERCENT: "the accuracy is a share between 0 and 1, not a percentage",
    Average.MEAN_OF_BATCH_ACCURACIES: "this is the mean of the batches' accuracies, in which an image of a small batch counts "
    "more: count right images and all images instead",
    Average.COUNTS_INSTEAD_OF_SHARE: "this is how many are right: divide by the number of images",
    Average.DIVIDES_BY_BATCHES: "the number of right images was divided by the number of batches, not by that of images",
    Average.DIVIDES_BY_FULL_BATCHES: "the last batch is smaller than the others: count the images instead of multiplying",
    Average.FIRST_BATCH_ONLY: "this is the accuracy of the first batch alone",
    Average.LAST_BATCH_ONLY: "this is the accuracy of the last batch alone",
}
_FINDINGS = {
    Fact.GRAPHS_ALIVE: "graph_kept",
    Fact.GRADIENTS_WHILE_EVALUATING: "no_no_grad",
    Fact.NETWORK_UNCHANGED: "network_unchanged",
    Fact.DIVERGED: "diverged",
    Fact.STOPPED: "too_slow",
    Fact.WORSE_THAN_GUESSING: "worse_than_guessing",
    Fact.LAYERS_NOT_REGISTERED: "layers_not_registered",
}


def explain(evidence: object) -> Mistake | None:
    """Return what explains the evidence of a failed check; None where nothing does, or it is of another kind."""
    match evidence:
        case Fact():
            return Mistake(name=_FINDINGS[evidence])
        case WrongWeights():
            return loop_steps.of_training(evidence.lesson, evidence.observation)
        case WrongLoss():
            average = _wrong_loss(evidence.received, evidence.losses, evidence.sizes)
            return average or loop_steps.of_loss(evidence.lesson, evidence.observation)
        case WrongEvaluation():
            return _wrong_evaluation(evidence)
        case ChangedByEvaluation():
            return _changed_by_evaluation(evidence.observation)
        case WrongEntry():
            return _of_validation(evidence.observation) or _wrong_entry(evidence)
        case WrongTrainLoss():
            return _wrong_train_loss(evidence)
        case ValidationTouched():
            return _of_validation(evidence.observation)
    return None


def _named(average: Average) -> Mistake:
    return Mistake(name=average.value, hint=_HINTS[average])


def _wrong_loss(received: float, losses: tuple[float, ...], sizes: tuple[int, ...]) -> Mistake | None:
    found = next((way.average for way in wrong_losses(losses, sizes) if near(received, way.value)), None)
    return None if found is None else _named(found)


def _wrong_evaluation(evidence: WrongEvaluation) -> Mistake | None:
    right = evidence.right
    step = loop_steps.of_evaluation(evidence.observation, len(evidence.lesson.batches))
    if step is not None:
        return step
    if evidence.accuracy_is_right:
        return _wrong_loss(evidence.loss, right.losses, right.sizes)
    if abs(evidence.accuracy - mean_of_samples(right.losses, right.sizes)) <= tolerances.SHARE:
        return Mistake(name="swapped", hint="the loss comes first, then the accuracy")
    ways = wrong_accuracies(right)
    found = next((way.average for way in ways if abs(evidence.accuracy - way.value) <= tolerances.SHARE), None)
    return None if found is None else _named(found)


def _changed_by_evaluation(observation: Observation) -> Mistake:
    if in_training_mode(observation):
        return loop_steps.TRAINING_MODE_WHILE_EVALUATING
    return Mistake(name="evaluation_changes_the_network")


def _of_validation(observation: Observation) -> Mistake | None:
    """Return a mistake in how a `fit` treats its validation images, or None."""
    if trains_on_validation(observation):
        return Mistake(
            name="trains_on_validation",
            message="the network is trained on the validation images",
            hint="they are there to measure how it does on images that it has not learnt from",
        )
    if validates_in_training_mode(observation):
        return loop_steps.TRAINING_MODE_WHILE_EVALUATING
    return None


def _wrong_entry(evidence: WrongEntry) -> Mistake | None:
    validation, accuracy = evidence.validation, evidence.accuracy
    if evidence.accuracy_is_right:
        if near(evidence.loss, math.fsum(validation.losses), tolerances.HISTORY):
            return _named(Average.SUM_OF_LOSSES)
        return None
    if validation.accuracy and abs(accuracy - 100 * validation.accuracy) < tolerances.HISTORY:
        return _named(Average.ACCURACY_IN_PERCENT)
    if abs(accuracy - evidence.training.accuracy) < tolerances.SHARE:
        hint = "these are the numbers of the training images: which loader is it?"
        return Mistake(name="validates_on_training_images", hint=hint)
    if abs(accuracy - mean_of_batches(validation.shares)) < tolerances.SHARE:
        return _named(Average.MEAN_OF_BATCH_ACCURACIES)
    return None


def _wrong_train_loss(evidence: WrongTrainLoss) -> Mistake | None:
    if near(evidence.received, evidence.losses[-1], tolerances.HISTORY):
        return Mistake(name=Average.LAST_LOSS.value)  # the check's own hint says what the mean is of
    if near(evidence.received, math.fsum(evidence.losses), tolerances.HISTORY):
        return Mistake(name=Average.SUM_OF_LOSSES.value)
    return None
