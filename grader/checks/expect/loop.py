"""
Require of a training loop and of an evaluation what every right one does, or raise CheckFailed: the weights after an epoch, the
numbers that are returned, nothing kept and nothing changed.

Tolerance: 1e-5 of the largest value.  Right loops agree with the oracle to 1e-14; one that computes its loss in float32 stays
below 1e-6; the faintest mistake that we know (gradients clipped to a norm just below their own) is far above.
"""

from __future__ import annotations

import itertools
import math

from grader.checks.expect.values import number, remark, render, that
from grader.checks.training import loop_mistakes, rehearsal
from grader.checks.training.loop_mistakes import LoopMistake
from grader.checks.training.rehearsal import Lesson, mean_of_batches, mean_of_samples, near, same_state, same_tensor
from grader.errors import CheckFailed
from grader.keys import StreamKey
from grader.protocol import Device
from grader.proxy.evidence import Observation
from grader.proxy.student import RemoteName


def trains(function: RemoteName, lesson: Lesson, *, training: bool = True) -> None:
    """
    Require that an epoch by `function(model, loader, criterion, optimizer, device)` changes the weights as a right one does.

    Args:
        training: Whether the network is handed over in training mode.

    Raises:
        CheckFailed: If the weights are others; the notes of the parts tell why.
    """
    observation = _epoch(function, lesson, training=training)
    not_stopped(observation)
    right = rehearsal.one_epoch(lesson).weights
    if not same_state(observation.state, right):
        raise loop_mistakes.of_training(lesson, observation).failure()


def returns_mean_loss(function: RemoteName, lesson: Lesson) -> None:
    """
    Require that an epoch returns its mean loss: over samples, or over batches.

    The lesson should have a learning rate of 0, so that this does not depend on how the weights change.

    Raises:
        CheckFailed: If it returns anything else.
    """
    observation = _epoch(function, lesson, training=True)
    not_stopped(observation)
    epoch = rehearsal.one_epoch(lesson)
    received = number(observation.value, "the loss")
    mean = mean_of_samples(epoch.losses, epoch.sizes)
    if near(received, mean) or near(received, mean_of_batches(epoch.losses)):
        return
    wrong = _wrong_loss(received, epoch.losses, epoch.sizes)
    mistake = loop_mistakes.of_loss(lesson, observation) if wrong.mistake is None else None
    raise wrong if mistake is None else mistake.failure()


def lets_graphs_go(function: RemoteName, lesson: Lesson) -> None:
    """
    Require that no graph of a past batch is kept alive during an epoch.

    Raises:
        CheckFailed: If memory would grow with every batch.
    """
    observation = _epoch(function, lesson, training=True)
    most = loop_mistakes.graphs_kept(observation)
    if most is not None:
        raise CheckFailed(
            "the graphs of past batches are kept, so that an epoch needs more memory with every batch",
            received=f"{most} graphs alive at once",
            expected="that of one batch",
            hint="a loss remembers everything that it was computed from; `loss.item()` is the number alone",
            mistake="graph_kept",
        )
    that(
        len(observation.notes) > 0,
        "the network that you are given is never called",
        hint="the network to train is the argument `model`, not one of your own",
    )


def _epoch(function: RemoteName, lesson: Lesson, *, training: bool) -> Observation:
    network = lesson.network(training=training)
    return function.observe(network, lesson.loader, lesson.criterion, lesson.optimizer, Device())


def _wrong_loss(received: float, losses: tuple[float, ...], sizes: tuple[int, ...]) -> CheckFailed:
    mean = mean_of_samples(losses, sizes)
    known = {
        "sum_of_losses": (math.fsum(losses), "this is the sum over the batches, not their mean"),
        "sum_over_samples": (mean * sum(sizes), "this is the sum over all images, not their mean"),
        "last_loss": (losses[-1], "this is the loss of the last batch alone"),
        "first_loss": (losses[0], "this is the loss of the first batch alone"),
        "divides_twice": (
            math.fsum(losses) / sum(sizes),
            "the criterion gives means over a batch already: their sum was divided by the number of images",
        ),
        "divides_sums_by_batches": (
            mean * sum(sizes) / len(sizes),
            "sums over the images of a batch were divided by the number of batches",
        ),
    }
    name = next((name for name, (value, _hint) in known.items() if near(received, value)), None)
    hint = known[name][1] if name else "each batch gives a mean loss; weight it by the number of images in the batch"
    return CheckFailed(
        "the loss is not the mean over the epoch",
        expected=f"{mean:.6g}",
        received=f"{received:.6g}",
        hint=hint,
        mistake=name,
    )


# --- evaluation ---------------------------------------------------------------------------------------------------------


def evaluates(function: RemoteName, lesson: Lesson, *, training: bool = False, dropout: float = 0.0) -> None:
    """
    Require that `function(model, loader, criterion, device)` returns the mean loss and the accuracy, and changes nothing.

    Args:
        training: Whether the network is handed over in training mode.
        dropout: Its probability, in training mode.

    Raises:
        CheckFailed: If a number is wrong, or the network is another one afterwards.
    """
    observation = _evaluation(function, lesson, training=training, dropout=dropout)
    not_stopped(observation)
    loss, accuracy = _pair(observation.value)
    right = rehearsal.measure(lesson.state, lesson.everything, lesson.batch_size, lesson.label_smoothing)
    means = mean_of_samples(right.losses, right.sizes), mean_of_batches(right.losses)
    loss_is_right = any(near(loss, mean) for mean in means)
    accuracy_is_right = abs(accuracy - right.accuracy) <= 1e-6
    if not (loss_is_right and accuracy_is_right):
        mistake = loop_mistakes.of_evaluation(observation, len(lesson.batches))
        if mistake is not None:
            raise mistake.failure()
    if not accuracy_is_right:
        raise _wrong_accuracy(accuracy, loss, right, means)
    if not loss_is_right:
        raise _wrong_loss(loss, right.losses, right.sizes)
    changed = [name for name, value in lesson.state.items() if not same_tensor(observation.state.get(name), value)]
    if changed:
        mistake = loop_mistakes.training_mode_while_evaluating(observation) or LoopMistake(
            name="evaluation_changes_the_network",
            message="the network is another one after its evaluation",
            hint="measuring must change nothing: no step, no statistics",
            received=f"changed: {', '.join(changed)}",
        )
        raise mistake.failure()


def evaluates_without_gradients(function: RemoteName, lesson: Lesson) -> None:
    """
    Require that an evaluation builds no graphs.

    Raises:
        CheckFailed: If it does, or never calls the network.
    """
    observation = _evaluation(function, lesson, training=False, dropout=0.0)
    that(
        len(observation.notes) > 0,
        "the network that you are given is never called",
        hint="the network to evaluate is the argument `model`, not one of your own",
    )
    if loop_mistakes.with_gradients(observation):
        raise CheckFailed(
            "torch builds a graph for gradients that an evaluation never needs",
            hint="which context tells torch that no gradients are wanted? It saves half of the memory and time",
            mistake="no_no_grad",
        )


def _evaluation(function: RemoteName, lesson: Lesson, *, training: bool, dropout: float) -> Observation:
    network = lesson.network(training=training, dropout=dropout)
    return function.observe(network, lesson.loader, lesson.criterion, Device())


def _pair(value: object) -> tuple[float, float]:
    hint = "return the mean loss and the accuracy, in this order: `return loss, accuracy`"
    if isinstance(value, list):
        remark("your answer is a list where a tuple was asked for")
    if not isinstance(value, tuple | list) or len(value) != 2:
        kind = "None (is a `return` missing?)" if value is None else render(value)
        raise CheckFailed("the answer is not a pair of loss and accuracy", received=kind, hint=hint)
    return number(value[0], "the loss"), number(value[1], "the accuracy")


def _wrong_accuracy(accuracy: float, loss: float, right: rehearsal.Measured, means: tuple[float, float]) -> CheckFailed:
    correct, images = sum(right.correct), sum(right.sizes)
    largest = max(right.sizes)
    shares = right.shares
    known = {
        "swapped": (means[0], "the loss comes first, then the accuracy"),
        "accuracy_in_percent": (100 * right.accuracy, "the accuracy is a share between 0 and 1, not a percentage"),
        "mean_of_batch_accuracies": (
            sum(shares) / len(shares),
            "this is the mean of the batches' accuracies, in which an image of a small batch counts more: "
            "count right images and all images instead",
        ),
        "counts_instead_of_share": (correct, "this is how many are right: divide by the number of images"),
        "divides_by_batches": (
            correct / len(right.sizes),
            "the number of right images was divided by the number of batches, not by that of images",
        ),
        "divides_by_full_batches": (
            correct / (len(right.sizes) * largest),
            "the last batch is smaller than the others: count the images instead of multiplying",
        ),
        "first_batch_only": (shares[0], "this is the accuracy of the first batch alone"),
        "last_batch_only": (shares[-1], "this is the accuracy of the last batch alone"),
    }
    name = next((name for name, (value, _hint) in known.items() if abs(accuracy - value) <= 1e-6), None)
    hint = "the class of an image is where its scores are largest: along which axis do you look?"
    return CheckFailed(
        "the accuracy is wrong",
        expected=f"{right.accuracy:.6g} ({correct} of {images} images)",
        received=f"{accuracy:.6g}",
        hint=known[name][1] if name else hint,
        mistake=name,
    )


def telling_lesson(key: StreamKey, *, images: int = 23, batch_size: int = 5, **settings: float) -> Lesson:
    """Return a lesson on which every wrong way to work an accuracy out gives another number."""
    for attempt in itertools.count():
        lesson = rehearsal.lesson(key.derive(attempt), images=images, batch_size=batch_size, **settings)
        right = rehearsal.measure(lesson.state, lesson.everything, batch_size)
        shares = right.shares
        correct, largest = sum(right.correct), max(right.sizes)
        ways = (
            right.accuracy,
            sum(shares) / len(shares),
            correct / len(shares),
            correct / (len(shares) * largest),
            float(correct),
            shares[0],
            shares[-1],
            _right_over_the_batch(lesson) / sum(right.sizes),
            0.0,
        )
        if min(abs(one - other) for i, one in enumerate(ways) for other in ways[:i]) > 1e-3:
            return lesson
    raise AssertionError("there is no last attempt")


def _right_over_the_batch(lesson: Lesson) -> int:
    """Return how many images are right for who looks for the largest score among images instead of among classes."""
    right = 0
    for batch in lesson.batches:
        found = rehearsal.scores(lesson.state, batch.images, training=False).argmax(dim=0)
        count = min(len(found), len(batch.labels))
        right += int((found[:count] == batch.labels[:count]).sum())
    return right


def not_stopped(observation: Observation) -> None:
    """
    Require that a function came to its end.

    Raises:
        CheckFailed: If it was stopped for its time.
    """
    that(
        not observation.stopped,
        "your code was stopped for its time on a task that takes a moment",
        hint="is there a loop that never ends?",
    )
