"""
Require of a training loop and of an evaluation what every right one does, or raise CheckFailed: the weights after an epoch, the
numbers that are returned, nothing kept and nothing changed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.checks import tolerances
from grader.checks.expect.values import as_float, number, render, that
from grader.checks.findings import remark
from grader.checks.training import notes, paired, rehearsal
from grader.checks.training.averages import wrong_accuracies
from grader.checks.training.evidence import ChangedByEvaluation, Fact, WrongEvaluation, WrongLoss, WrongWeights
from grader.checks.training.rehearsal import Lesson, mean_of_batches, mean_of_samples, near, same_state, same_tensor
from grader.errors import AssignmentError, CheckFailed
from grader.keys import StreamKey
from grader.protocol import Device
from grader.proxy import Observation, RemoteName

if TYPE_CHECKING:
    import torch

    from grader.datasets import Stream


def trains(function: RemoteName, lesson: Lesson, *, training: bool = True) -> None:
    """
    Require that an epoch by `function(model, loader, criterion, optimizer, device)` changes the weights as a right one does.

    Args:
        training: Whether the network is handed over in training mode.

    Raises:
        CheckFailed: If the weights are others.
    """
    observation = epoch(function, lesson, training=training)
    not_stopped(observation)
    right = rehearsal.one_epoch(lesson).weights
    if not same_state(observation.state, right):
        raise CheckFailed(
            "after an epoch the weights are not those of one step per batch, each against the gradient of that batch's mean loss",
            hint="go through the order of a step: clear, forward, loss, backward, step",
            evidence=WrongWeights(lesson=lesson, observation=observation),
        )


def returns_mean_loss(function: RemoteName, lesson: Lesson) -> None:
    """
    Require that an epoch returns its mean loss: over samples, or over batches.

    With a learning rate of 0 this does not depend on how the weights change; with another, a loss of wrong weights is not judged.

    Raises:
        CheckFailed: If it returns anything else.
    """
    observation = epoch(function, lesson)
    not_stopped(observation)
    right = rehearsal.one_epoch(lesson)
    if lesson.learning_rate and not same_state(observation.state, right.weights):
        return
    if hasattr(observation.value, "shape"):
        raise CheckFailed(
            "the loss is a tensor, but a Python number is asked for",
            received=render(observation.value),
            hint="`loss.item()` is the number alone; add these up",
            evidence=Fact.LOSS_IS_A_TENSOR,
        )
    received = number(observation.value, "the loss")
    mean = mean_of_samples(right.losses, right.sizes)
    if near(received, mean) or near(received, mean_of_batches(right.losses)):
        return
    raise _wrong_loss(
        WrongLoss(received=received, losses=right.losses, sizes=right.sizes, lesson=lesson, observation=observation),
        received=received,
        mean=mean,
    )


def lets_graphs_go(function: RemoteName, lesson: Lesson) -> None:
    """
    Require that no graph of a past batch is kept alive during an epoch.

    Raises:
        CheckFailed: If memory would grow with every batch.
    """
    observation = epoch(function, lesson)
    alive = notes.graphs_alive(observation)
    if alive is not None:
        raise CheckFailed(
            "the graphs of past batches are kept, so that an epoch needs more memory with every batch",
            received=f"{alive} graphs alive at once",
            expected="that of one batch",
            hint="a loss remembers everything that it was computed from; `loss.item()` is the number alone",
            evidence=Fact.GRAPHS_ALIVE,
        )
    that(
        len(observation.notes) > 0,
        "the network that you are given is never called",
        hint="the network to train is the argument `model`, not one of your own",
    )

    def ask(other: Lesson) -> Observation:
        return epoch(function, other)

    if not (_learns(ask, lesson, observation) or _tells_of_scores(ask, lesson)):
        raise _made_up()
    if notes.measures_in_training_mode(observation):
        remark(
            "the network is called in training mode without gradients too: batch normalisation takes its running statistics "
            "from these calls as well, and each takes time"
        )


def epoch(function: RemoteName, lesson: Lesson, *, training: bool = True) -> Observation:
    """Let `function(model, loader, criterion, optimizer, device)` train the network of a lesson; raises as calls do."""
    network = lesson.network(training=training)
    return function.observe(network, lesson.loader, lesson.criterion, lesson.optimizer, Device())


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
    observation = evaluation(function, lesson, training=training, dropout=dropout)
    not_stopped(observation)
    loss, accuracy = _pair(observation.value)
    right = rehearsal.measure(lesson.state, lesson.everything, lesson.batch_size, lesson.label_smoothing)
    means = mean_of_samples(right.losses, right.sizes), mean_of_batches(right.losses)
    loss_is_right = any(near(loss, mean) for mean in means)
    accuracy_is_right = abs(accuracy - right.accuracy) <= tolerances.SHARE
    if not (loss_is_right and accuracy_is_right):
        evidence = WrongEvaluation(
            loss=loss,
            accuracy=accuracy,
            accuracy_is_right=accuracy_is_right,
            right=right,
            lesson=lesson,
            training=training,
            dropout=dropout,
            observation=observation,
        )
        raise _wrong_loss(evidence, received=loss, mean=means[0]) if accuracy_is_right else _wrong_accuracy(evidence)
    changed = [name for name, value in lesson.state.items() if not same_tensor(observation.state.get(name), value)]
    if changed:
        raise CheckFailed(
            "the network is another one after its evaluation",
            hint="measuring must change nothing: no step, no statistics",
            received=f"changed: {', '.join(changed)}",
            evidence=ChangedByEvaluation(observation=observation),
        )


def evaluates_without_gradients(function: RemoteName, lesson: Lesson) -> None:
    """
    Require that an evaluation builds no graphs, and leaves torch as it was: who trains afterwards needs gradients.

    Raises:
        CheckFailed: If it builds some, switches gradients off for good, or never calls the network.
    """
    observation = evaluation(function, lesson)
    that(
        len(observation.notes) > 0,
        "the network that you are given is never called",
        hint="the network to evaluate is the argument `model`, not one of your own",
    )
    if notes.with_gradients(observation):
        raise CheckFailed(
            "torch builds a graph for gradients that an evaluation never needs",
            hint="which context tells torch that no gradients are wanted? It saves half of the memory and time",
            evidence=Fact.GRADIENTS_WHILE_EVALUATING,
        )
    that(
        not observation.gradients_left_off,
        "after the evaluation torch records no gradients any more, for whatever comes next",
        hint="what you switch off stays off when the function returns: what switches gradients off for a few lines alone?",
        evidence=Fact.GRADIENTS_STAY_OFF,
    )
    if not _tells_of_scores(lambda other: evaluation(function, other), lesson):
        raise _made_up()


def evaluation(function: RemoteName, lesson: Lesson, *, training: bool = False, dropout: float = 0.0) -> Observation:
    """Let `function(model, loader, criterion, device)` measure the network of a lesson; raises as calls do."""
    network = lesson.network(training=training, dropout=dropout)
    return function.observe(network, lesson.loader, lesson.criterion, Device())


def _pair(value: object) -> tuple[float, float]:
    hint = "return the mean loss and the accuracy, in this order: `return loss, accuracy`"
    if isinstance(value, list):
        remark("your answer is a list where a tuple was asked for")
    if not isinstance(value, tuple | list) or len(value) != 2:
        kind = "None (is a `return` missing?)" if value is None else render(value)
        fact = Fact.RETURNS_NOTHING if value is None else Fact.NOT_A_PAIR
        raise CheckFailed("the answer is not a pair of loss and accuracy", received=kind, hint=hint, evidence=fact)
    return number(value[0], "the loss"), number(value[1], "the accuracy")


def _wrong_loss(evidence: WrongLoss | WrongEvaluation, *, received: float, mean: float) -> CheckFailed:
    return CheckFailed(
        "the loss is not the mean over the epoch",
        expected=f"{mean:.6g}",
        received=f"{received:.6g}",
        hint="each batch gives a mean loss; weight it by the number of images in the batch",
        evidence=evidence,
    )


def _wrong_accuracy(evidence: WrongEvaluation) -> CheckFailed:
    right = evidence.right
    return CheckFailed(
        "the accuracy is wrong",
        expected=f"{right.accuracy:.6g} ({sum(right.correct)} of {sum(right.sizes)} images)",
        received=f"{evidence.accuracy:.6g}",
        hint="the class of an image is where its scores are largest: along which axis do you look?",
        evidence=evidence,
    )


_SMALL_LEARNING_RATE = 1e-3
_RENUMBERED = 3
"""What is added to the number of each class, around, so that a loop which takes them to begin at 1 does the same."""

_MAX_LABELLINGS = 1000
"""How many are drawn; among the sizes that checks use, one in four or more tells all averages apart."""


def telling_lesson(key: StreamKey, *, images: int = 23, batch_size: int = 5, **settings: float) -> Lesson:
    """
    Return a lesson on which every wrong way to work an accuracy out gives another number.

    The labels are drawn to that end: about half of the images are read right.

    Raises:
        AssignmentError: If none of so many images can: of 100, a percentage is the number of those that are right.
    """
    from grader.datasets import Stream

    lesson = rehearsal.lesson(key, images=images, batch_size=batch_size, **settings)
    found = rehearsal.scores(lesson.state, lesson.everything.images, training=False)
    for attempt in range(_MAX_LABELLINGS):
        labelled = _labelled(lesson, found.argmax(dim=1), Stream(key.derive("labels", attempt)))
        right = rehearsal.measured(found, labelled.everything.labels, batch_size)
        over_the_batch = _right_over_the_batch(found, labelled) / sum(right.sizes)
        ways = [right.accuracy, over_the_batch, 0.0, *(way.value for way in wrong_accuracies(right))]
        if min(abs(one - other) for i, one in enumerate(ways) for other in ways[:i]) > 1e-3:
            return labelled
    raise AssignmentError(
        f"no lesson of {images} images in batches of {batch_size} tells the wrong averages apart: choose numbers of images "
        "and of a batch that do not divide each other, fewer than 100 images"
    )


def _labelled(lesson: Lesson, found: torch.Tensor, stream: Stream) -> Lesson:
    """Return the lesson with other labels: that which the network finds, or with a chance of one half any other one."""
    import torch

    missed = torch.from_numpy(stream.between(0, 1, len(found)) * stream.between(1, rehearsal.CLASSES - 1, len(found)))
    labels = (found + missed) % rehearsal.CLASSES
    return replace(lesson, everything=replace(lesson.everything, labels=labels))


def _right_over_the_batch(found: torch.Tensor, lesson: Lesson) -> int:
    """Return how many images are right for who looks for the largest score among images instead of among classes."""
    right = 0
    for scores, labels in rehearsal.in_batches(found, lesson.everything.labels, lesson.batch_size):
        classes = scores.argmax(dim=0)
        count = min(len(classes), len(labels))
        right += int((classes[:count] == labels[:count]).sum())
    return right


def _learns(ask: Callable[[Lesson], Observation], lesson: Lesson, observation: Observation) -> bool:
    """
    Return whether the weights that came back are right, or are others with other labels, as these ask.

    The second with small steps, since those of a large learning rate go anywhere.
    """
    right = rehearsal.one_epoch(lesson).weights
    if same_state(observation.state, right) and not same_state(lesson.state, right):
        return True
    small = replace(lesson, learning_rate=_SMALL_LEARNING_RATE)
    return paired.uses_the_labels(small, lambda other: ask(other).state)


def _tells_of_scores(ask: Callable[[Lesson], Observation], lesson: Lesson) -> bool:
    """
    Return whether a number that is returned comes of the network's scores and the labels, whatever is worked out of them.

    It must be the same for a network with other weights that computes the same, but for a number that is added to all its
    scores and other numbers for the classes; and another one where the labels lie at other images.  Numbers that are made of
    weights, of scores alone or of how often a class is are not.
    """
    still = replace(lesson, learning_rate=0.0)  # else the weights change while the number is worked out
    numbers, same, others = (_numbers(ask(some).value) for some in (still, _twin(still), paired.relabelled(still)))
    return len(numbers) == len(same) == len(others) and any(
        near(twin, one) and not near(other, one) for one, twin, other in zip(numbers, same, others, strict=True)
    )


def _numbers(value: object) -> list[float]:
    """Return the finite numbers of an answer."""
    parts = value if isinstance(value, tuple | list) else (value,)
    found = [as_float(one) for one in parts if isinstance(one, int | float) or getattr(one, "shape", None) == ()]
    return [one for one in found if math.isfinite(one)]


def _twin(lesson: Lesson) -> Lesson:
    """Return the lesson with other numbers for classes, and a network of other weights with the same scores, larger by 1."""
    state, images = dict(lesson.state), lesson.everything
    for name, factor in (("norm.weight", 2), ("norm.bias", 2), ("linear.weight", 0.5)):  # a ReLU lets factors through
        state[name] = factor * state[name]
    state["linear.bias"] = state["linear.bias"] + 1
    for name in ("linear.weight", "linear.bias"):
        state[name] = state[name].roll(_RENUMBERED, 0)
    labels = (images.labels + _RENUMBERED) % rehearsal.CLASSES
    return replace(lesson, state=state, everything=replace(images, labels=labels))


def _made_up() -> CheckFailed:
    return CheckFailed(
        "what comes back does not come of the scores of the network and the labels, so there is nothing to judge by",
        expected="a number, or weights, that come of the network and of the images and labels that you are given",
        hint="work with the arguments `model` and `loader`, and return what is asked for",
        evidence=Fact.MADE_UP,
    )


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
