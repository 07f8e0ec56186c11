"""
Require of a `fit` that its history says what happened, and that validation images only measure, or raise CheckFailed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.checks import tolerances
from grader.checks.expect.loop import not_stopped
from grader.checks.expect.values import as_float, number, render, that
from grader.checks.training import notes, paired, rehearsal
from grader.checks.training.evidence import (
    Fact,
    Told,
    Unchanged,
    ValidationTouched,
    WrongEntry,
    WrongLength,
    WrongTrainLoss,
)
from grader.checks.training.rehearsal import Batch, Lesson, mean_of_batches, mean_of_samples, near
from grader.errors import CheckFailed
from grader.keys import StreamKey
from grader.protocol import Device
from grader.proxy import Observation, RemoteName

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a history says of one epoch."""

    train_loss: float
    val_loss: float
    val_accuracy: float


_KEYS = ("train_loss", "val_loss", "val_accuracy")
_HUNDREDTHS = range(51)
"""By how much the losses of a history may be smoothed."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Course:
    """A small network and images for `fit`: a lesson to train on, and images to validate on."""

    lesson: Lesson
    validation: Batch
    epochs: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Validated:
    plain: rehearsal.Evaluated
    smooth: rehearsal.Evaluated


def course(key: StreamKey, *, epochs: int = 3, shift: float = 0.0) -> Course:
    """
    Make up 60 images to train on, in 4 batches, and 22 to validate on, in unequal ones.

    Args:
        shift: Added to all logits of the network that is handed over, which changes no probability.
    """
    lesson = rehearsal.lesson(key, images=60, batch_size=16)
    state = {**lesson.state, "linear.bias": lesson.state["linear.bias"] + shift}
    return Course(
        lesson=replace(lesson, state=state),
        validation=rehearsal.tinted(key.derive("validation"), 22),
        epochs=epochs,
    )


def rehearses(function: RemoteName, course: Course) -> Observation:
    """Let `function(model, train_loader, val_loader, *, epochs, device)` train the small network of a course."""
    lesson = course.lesson
    loaders = (
        rehearsal.loader(lesson.everything, lesson.batch_size, shuffled=True),
        rehearsal.loader(course.validation, lesson.batch_size, shuffled=False),
    )
    kwargs = {"epochs": course.epochs, "device": Device()}
    network = lesson.network(training=False)
    observation = function.observe(network, *loaders, kwargs=kwargs, passes=course.epochs)
    not_stopped(observation)
    return observation


def history(observation: Observation, epochs: int) -> tuple[Entry, ...]:
    """
    Require that a `fit` returned a list of one dictionary per epoch with `train_loss`, `val_loss` and `val_accuracy`.

    Returns what it says.

    Raises:
        CheckFailed: If it is anything else.
    """
    keys = ", ".join(_KEYS)
    hint = f"one dictionary per epoch, with the keys {keys}, gathered in a list"
    value = observation.value
    if value is None:
        raise CheckFailed("`fit` returns None (is a `return` missing?)", hint=hint, evidence=Fact.RETURNS_NOTHING)
    if not isinstance(value, list | tuple) or not all(isinstance(entry, dict) for entry in value):
        fact = Fact.DICTIONARY_OF_LISTS if isinstance(value, dict) else Fact.NOT_A_LIST_OF_DICTIONARIES
        raise CheckFailed("the history is not a list of dictionaries", received=render(value), hint=hint, evidence=fact)
    if len(value) != epochs:
        raise CheckFailed(
            "the history has not one entry per epoch",
            expected=f"{epochs} entries, for {epochs} epochs",
            received=f"{len(value)} entries",
            hint="append one entry at the end of each epoch",
            evidence=WrongLength(entries=len(value), epochs=epochs, observation=observation),
        )
    entries = []
    for epoch, entry in enumerate(value, start=1):
        missing = [key for key in _KEYS if key not in entry]
        if missing:
            raise CheckFailed(
                f"the entry of epoch {epoch} has no {' and no '.join(missing)}",
                expected=keys,
                received=", ".join(map(str, entry)) or "no keys",
                hint=hint,
                evidence=Fact.KEYS_MISSING,
            )
        numbers = {key: number(entry[key], f"{key} of epoch {epoch}") for key in _KEYS}
        entries.append(Entry(**numbers))
    return tuple(entries)


def has_trained(function: RemoteName, course: Course, observation: Observation) -> None:
    """
    Require that a `fit` has done something with the network and the images that it was given, right or wrong.

    A history and notes may be made up, and a loss falls where weights only become smaller.  One of these is neither: the last
    entry holds a number that the network gives, `backward` was first called on its loss on some of its images, or with other
    labels it becomes another network, as these labels ask.  The last is asked only where neither of the others is true.

    Raises:
        CheckFailed: If there is none of them.
    """
    state, lesson = observation.state, course.lesson
    if (
        _first_loss_is_genuine(course, observation)
        or _holds_a_number(course, observation)
        or _has_learnt(function, course, observation)
    ):
        return
    raise (
        unchanged(observation, lesson)
        if rehearsal.same_state(state, lesson.state)
        else CheckFailed(
            "nothing that came back shows a training: neither the network, nor the losses, nor the numbers of the history",
            hint="train the network that you are given on the images of `train_loader`, and write down what you measure",
            evidence=Fact.MADE_UP,
        )
    )


def remembers_between_epochs(function: RemoteName, course: Course, observation: Observation) -> None:
    """
    Require that one optimizer trains all epochs: what it remembers of past gradients is lost where the next epoch makes another.

    A few changes of the optimizer are free, so who changes it in every epoch is asked for more epochs.

    Raises:
        CheckFailed: If an optimizer that remembers nothing begins in every epoch, where the one before remembered something.
    """
    if not notes.restarts_in_every_epoch(observation, course.epochs):
        return
    longer = replace(course, epochs=2 * course.epochs)
    if notes.restarts_in_every_epoch(rehearses(function, longer), longer.epochs):
        raise CheckFailed(
            "in every epoch another optimizer begins, and what the one before has remembered of the gradients is lost",
            expected="one optimizer for all epochs",
            hint="which line makes your optimizer, and how often is it reached in a training of several epochs?",
            evidence=Fact.OPTIMIZER_MADE_ANEW,
        )


def _has_learnt(function: RemoteName, course: Course, observation: Observation) -> bool:
    lesson = course.lesson
    if rehearsal.same_state(observation.state, lesson.state):
        return False
    return paired.uses_the_labels(lesson, lambda other: rehearses(function, replace(course, lesson=other)).state)


def _first_loss_is_genuine(course: Course, observation: Observation) -> bool:
    """Return whether the first loss is that of the network, as it was handed over, on the images that it was called with."""
    return bool(_factors_of_the_first_loss(course, observation))


def _factors_of_the_first_loss(course: Course, observation: Observation) -> frozenset[int]:
    """Return by what the first loss was multiplied for `backward`, 1 or the number of images; none if it is no usual loss."""
    first = notes.first_loss(observation)
    if first is None:
        return frozenset()
    images, loss = first
    labels = rehearsal.labels_of(images, course.lesson.everything)
    if labels is None:
        return frozenset()
    rights = [
        right
        for training in (True, False)
        for right in _usual_losses(rehearsal.scores(course.lesson.state, images, training=training), labels)
    ]
    return frozenset(
        factor
        for factor in (1, len(labels))
        if any(near(abs(loss), abs(right) * factor, tolerances.HISTORY) for right in rights)
    )


def _usual_losses(scores: torch.Tensor, labels: torch.Tensor) -> Iterator[float]:
    """Yield the losses that people train with, and some that they take for one."""
    from torch.nn import functional as F

    for smoothing in (0.0, 0.1, 1.0):
        yield rehearsal.cross_entropy(scores, labels, smoothing).item()
    targets = F.one_hot(labels, scores.shape[1]).to(scores)
    for values in (scores, scores.softmax(dim=1), scores.log_softmax(dim=1), scores.sigmoid()):
        yield rehearsal.cross_entropy(values, labels).item()
        yield F.nll_loss(values, labels).item()
        yield F.mse_loss(values, targets).item()
    yield F.binary_cross_entropy_with_logits(scores, targets).item()
    yield F.multi_margin_loss(scores, labels).item()


def _holds_a_number(course: Course, observation: Observation) -> bool:
    """Return whether the last entry of the history holds the loss or the accuracy of the network on the validation images."""
    value = observation.value
    if not isinstance(value, list | tuple) or not value or not isinstance(value[-1], dict):
        return False
    numbers = [as_float(one) for one in value[-1].values() if isinstance(one, int | float)]
    found = rehearsal.measure(observation.state, course.validation, course.lesson.batch_size)
    return any(_is_loss(one, found.losses, found.sizes) for one in numbers)


def history_is_true(course: Course, observation: Observation) -> None:
    """
    Require that a history says what happened: numbers are worked out again from the weights.

    The last entry, or that of the best epoch where its weights were restored, must be what the weights that came back give on
    the validation images; other entries what the weights noted before each validation give.  Losses may be smoothed, by as much
    in every epoch.

    Raises:
        CheckFailed: If a number is not that one.
    """
    entries = history(observation, course.epochs)
    states = notes.states_before_validation(observation)
    ends = _validate(course, observation.state)
    measured = [_validate(course, state) for state in states] if len(states) == course.epochs else []
    of_epochs = [_smoothings(entry, then) for entry, then in zip(entries, measured, strict=False)]
    # where all epochs have one in common, the end must have it too: another one fits by chance
    usual = frozenset(_HUNDREDTHS).intersection(*of_epochs) or frozenset(_HUNDREDTHS)
    smoothings = next((found for entry in _retained(entries) if (found := usual & _smoothings(entry, ends))), None)
    if smoothings is None:
        raise _untrue(course.epochs, entries, ends, course, observation)
    for epoch, (found, then) in enumerate(zip(of_epochs, measured, strict=True), start=1):
        smoothings &= found
        if not smoothings:
            raise _untrue(epoch, entries, then, course, observation)
    _train_losses_are_true(course, observation, entries, states)


def losses_are_finite(course: Course, observation: Observation) -> None:
    """
    Require that a history has losses that are finite numbers, for a course of large logits.

    Raises:
        CheckFailed: If one is not: then a cross entropy takes exponentials as they are.
    """
    for epoch, entry in enumerate(history(observation, course.epochs), start=1):
        for what, loss in (("train_loss", entry.train_loss), ("val_loss", entry.val_loss)):
            that(
                math.isfinite(loss),
                f"where the logits are large, {what} of epoch {epoch} is no finite number",
                received=f"{loss:g}",
                hint="exp(1000) is more than a float can hold: nn.CrossEntropyLoss and log_softmax take logits of any size",
                evidence=Fact.LOSS_OVERFLOWS,
            )


def _validate(course: Course, state: rehearsal.State) -> _Validated:
    """Measure the network on the validation images, by the plain cross entropy and by one that is smoothed altogether."""
    plain, smooth = (
        rehearsal.measure(state, course.validation, course.lesson.batch_size, smoothing) for smoothing in (0.0, 1.0)
    )
    return _Validated(plain=plain, smooth=smooth)


def _retained(entries: Sequence[Entry]) -> Iterator[Entry]:
    """Yield the entries of the epochs whose weights may be there in the end: the last one, and the best ones by any number."""
    yield entries[-1]
    yield min(entries, key=lambda entry: entry.val_loss)
    yield max(entries, key=lambda entry: entry.val_accuracy)
    yield max(reversed(entries), key=lambda entry: entry.val_accuracy)
    yield min(entries, key=lambda entry: entry.train_loss)


def _smoothings(entry: Entry, found: _Validated) -> frozenset[int]:
    """Return by how many hundredths, up to fifty, the loss of an entry may be smoothed; none where its numbers are others."""
    plain = found.plain
    if abs(entry.val_accuracy - plain.accuracy) > tolerances.SHARE:
        return frozenset()
    pairs = list(zip(plain.losses, found.smooth.losses, strict=True))
    fitting = []
    for hundredths in _HUNDREDTHS:
        share = hundredths / 100  # a cross entropy is linear in its smoothing
        mixed = tuple((1 - share) * one + share * other for one, other in pairs)
        if _is_loss(entry.val_loss, mixed, plain.sizes):
            fitting.append(hundredths)
    return frozenset(fitting)


def _is_loss(value: float, losses: tuple[float, ...], sizes: tuple[int, ...]) -> bool:
    return any(
        near(value, mean, tolerances.HISTORY) for mean in (mean_of_samples(losses, sizes), mean_of_batches(losses))
    )


def _untrue(
    epoch: int, entries: Sequence[Entry], validated: _Validated, course: Course, observation: Observation
) -> CheckFailed:
    found, entry = validated.plain, entries[epoch - 1]
    if rehearsal.same_state(observation.state, course.lesson.state):
        return unchanged(observation, course.lesson)
    loss = mean_of_samples(found.losses, found.sizes)
    accuracy_is_right = abs(entry.val_accuracy - found.accuracy) <= tolerances.SHARE
    what = "val_loss" if accuracy_is_right else "val_accuracy"
    return CheckFailed(
        f"the history does not say what happened: {what} of epoch {epoch} is another one",
        expected=f"{loss:.6g}" if accuracy_is_right else f"{found.accuracy:.4g}",
        received=f"{entry.val_loss:.6g}" if accuracy_is_right else f"{entry.val_accuracy:.4g}",
        hint="measure the network as it is at the end of each epoch, on all validation images",
        evidence=WrongEntry(
            told=tuple(Told(loss=one.val_loss, accuracy=one.val_accuracy) for one in entries),
            epoch=epoch - 1,
            right=found,
            accuracy_is_right=accuracy_is_right,
            lesson=course.lesson,
            validation=course.validation,
            observation=observation,
        ),
    )


def unchanged(observation: Observation, lesson: Lesson | None = None) -> CheckFailed:
    """
    Return what to say of a `fit` that returns and has changed nothing.

    Args:
        lesson: What it was trained on, where the network was ours.
    """
    return CheckFailed(
        "`fit` returns, but the network that it was given has not changed",
        hint="the network to train is the argument `model`: is the optimizer built from its parameters?",
        evidence=Unchanged(observation=observation, lesson=lesson),
    )


def _train_losses_are_true(
    course: Course, observation: Observation, entries: tuple[Entry, ...], states: Sequence[rehearsal.State]
) -> None:
    """The training loss is the mean of what `backward` was called on, or that of the training images after the epoch."""
    noted = notes.losses_of_epochs(observation)
    if len(noted) != course.epochs:
        return  # it trains in a way that cannot be told from outside
    lesson = course.lesson
    sizes = tuple(len(batch.labels) for batch in lesson.batches)
    factors = _factors_of_the_first_loss(course, observation)
    if factors and 1 not in factors:  # `backward` was called on sums, which is for another check
        noted = tuple(_of_each_image(losses, sizes) for losses in noted)
    means = [
        mean_of_samples(losses, sizes) if len(losses) == len(sizes) else mean_of_batches(losses) for losses in noted
    ]
    if _in_proportion([entry.train_loss for entry in entries], means, len(sizes)):
        return
    for epoch, (entry, losses) in enumerate(zip(entries, noted, strict=True)):
        ways = [losses]
        if len(states) == course.epochs:
            ways.append(rehearsal.measure(states[epoch], lesson.everything, lesson.batch_size).losses)
        if any(_is_loss(entry.train_loss, way, sizes if len(way) == len(sizes) else (1,) * len(way)) for way in ways):
            continue
        raise CheckFailed(
            f"the history does not say what happened: train_loss of epoch {epoch + 1} is another one",
            expected=f"{means[epoch]:.6g}, the mean of the losses on which `backward` was called",
            received=f"{entry.train_loss:.6g}",
            hint="the mean over the batches of the epoch, each weighted by its images or all alike",
            evidence=WrongTrainLoss(
                received=entry.train_loss,
                losses=losses,
                sizes=sizes if len(losses) == len(sizes) else (1,) * len(losses),
            ),
        )


def _of_each_image(sums: tuple[float, ...], sizes: tuple[int, ...]) -> tuple[float, ...]:
    """Return the means of the batches, of which these are the sums; where it is not known of which, the losses as they are."""
    if len(sums) != len(sizes):
        return sums
    return tuple(loss / size for loss, size in zip(sums, sizes, strict=True))


def _in_proportion(told: Sequence[float], means: Sequence[float], batches: int) -> bool:
    """Return whether losses are means but for a factor, as where `backward` is called on a scaled loss; a sum is none."""
    if len(means) < 2 or not all(math.isfinite(mean) and mean for mean in means):
        return False
    factor = told[0] / means[0]
    if near(factor, batches, tolerances.HISTORY):
        return False
    return all(near(one, factor * mean, tolerances.HISTORY) for one, mean in zip(told, means, strict=True))


def leaves_validation_alone(function: RemoteName, course: Course, observation: Observation) -> None:
    """
    Require that `fit` trains, but not on the validation images, and that batch normalisation does not learn from them either.

    Raises:
        CheckFailed: If it does, or never looks at them.
    """
    that(
        notes.looks_at_validation(observation),
        "the loader of validation images is never gone through",
        hint="at the end of each epoch the network is measured on `val_loader`",
        evidence=Fact.VALIDATION_UNUSED,
    )
    if notes.trains_on_validation(observation) or notes.validates_in_training_mode(observation):
        raise CheckFailed(
            "while the validation images are gone through, the network learns from them",
            hint="they are there to measure how it does on images that it has not learnt from",
            evidence=ValidationTouched(observation=observation),
        )
    has_trained(function, course, observation)
