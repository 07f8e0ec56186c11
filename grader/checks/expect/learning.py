"""
Require that a network of the submission learns when its own `fit` trains it, or raise CheckFailed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.checks import tolerances
from grader.checks.expect.history import history, unchanged
from grader.checks.expect.loop import not_stopped
from grader.checks.expect.values import that
from grader.checks.findings import measured, remark
from grader.checks.training.curves import draw_training
from grader.checks.training.evidence import Fact, LearnsTooLittle
from grader.checks.training.reading import draw_reading
from grader.checks.training.rehearsal import cross_entropy
from grader.datasets import PIXEL_DEVIATION, PIXEL_MEAN, DataSplit, LabelledImages, Task
from grader.errors import CheckFailed
from grader.keys import Keys, TorchKey
from grader.protocol import Batches, Device, Images, pack_tensor
from grader.proxy import Observation, RemoteName, Student, session_of

if TYPE_CHECKING:
    import torch

    from grader.proxy import Model

_BORDERLINE_DEVIATIONS = 3.72
"""Standard deviations of the sampling of held-out images that a run may lie below the threshold and be repeated."""

_WATCHED_IMAGES = 128

_NOISE_OF_A_LOSS = 0.005
"""Of its value: where no weight changes, the mean losses of two epochs over 640 images seldom differ by more."""
_EPOCHS_TO_REPEAT = 2
"""A learning rate that warms up may be 0 in the first epoch."""

UNSEEN = "accuracy on unseen images"
"""What `reads_unseen_images` measures: a share, from 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trained:
    """One training of a network of the submission by its own `fit`."""

    model: Model
    observation: Observation
    some: LabelledImages
    """A few of the images that it trains on."""
    before: torch.Tensor
    """Scores of these before it."""

    def after(self) -> torch.Tensor:
        """Return the scores of these images after it; raises as calls do."""
        return _predict(self.model, self.some.images)


def train(
    network: RemoteName,
    fit: RemoteName,
    images: LabelledImages,
    validation: LabelledImages,
    *,
    epochs: int,
    batch_size: int,
    key: TorchKey,
) -> Trained:
    """Build a network under *key* and let `fit` train it; raises as calls do."""
    model = network.build(key)
    some = _first(images, _WATCHED_IMAGES)
    before = _predict(model, some.images)
    loaders = _loader(images, batch_size, shuffled=True), _loader(validation, batch_size, shuffled=False)
    kwargs = {"epochs": epochs, "device": Device()}
    observation = fit.observe(model, *loaders, kwargs=kwargs, key=key, passes=epochs)
    return Trained(model=model, observation=observation, some=some, before=before)


def train_for(task: Task, network: RemoteName, fit: RemoteName, data: DataSplit, key: TorchKey) -> Trained:
    """Train on all of *data* for as long as the task says; raises as calls do."""
    size = task.training.batch_size
    return train(network, fit, data.train, data.validation, epochs=task.epochs, batch_size=size, key=key)


def _first(images: LabelledImages, count: int) -> LabelledImages:
    return LabelledImages(images=images.images[:count], labels=images.labels[:count])


def _loader(images: LabelledImages, batch_size: int, *, shuffled: bool) -> Batches:
    packed = Images(pack_tensor(images.images), PIXEL_MEAN, PIXEL_DEVIATION)
    return Batches(packed, pack_tensor(images.labels), batch_size, shuffled)


def _predict(model: Model, images: torch.Tensor) -> torch.Tensor:
    """Return the scores of images as the loaders give them."""
    return model.predict(images, mean=PIXEL_MEAN, deviation=PIXEL_DEVIATION)


def reads_unseen_images(network: RemoteName, fit: RemoteName, task: Task, keys: Keys) -> None:
    """
    Require that a network which `fit` has trained reads held-out images as well as the threshold asks.

    The worker gets the held-out images and returns scores; the labels stay here.  Below the threshold, points are in proportion
    between guessing and it.  A run just below is repeated once under another
    key of torch, if time permits, and the better one counts.

    Raises:
        CheckFailed: If it reads too few, with the share of points that it earns, or if the training did not change it.
    """
    data = task.data(keys.data)
    required, n = task.threshold.accuracy, len(data.held_out_labels)
    borderline = required - _BORDERLINE_DEVIATIONS * math.sqrt(required * (1 - required) / n)
    best, trained = -1.0, None
    for attempt in range(2):
        latest = train_for(task, network, fit, data, keys.torch.derive(attempt))
        scores = _held_out_scores(latest.model, data)
        reached = _share_read_right(scores, data)
        if reached > best:
            best, trained = reached, latest
            measured(UNSEEN, best)
            draw_training(latest.observation)
            draw_reading(scores, data.held_out_images, data.held_out_labels)
        if reached >= required:
            if _same(latest.after(), latest.before):  # it read them before its training, so it was not the training
                raise unchanged(latest.observation)
            if attempt:
                remark(f"the first of two runs was just below {required:.1%}; the better one counts")
            return
        if reached < borderline or latest.observation.stopped:
            break
    assert trained is not None
    raise _too_few(trained, data, task, best)


def accuracy(model: Model, data: DataSplit) -> float:
    """Return the share of held-out images that is read right; NaN scores read nothing."""
    return _share_read_right(_held_out_scores(model, data), data)


def _held_out_scores(model: Model, data: DataSplit) -> torch.Tensor:
    return _logits(_predict(model, data.held_out_images), len(data.held_out_labels), data.classes)


def _share_read_right(scores: torch.Tensor, data: DataSplit) -> float:
    finite = scores.isfinite().all(dim=1)
    right = (scores.argmax(dim=1) == data.held_out_labels) & finite
    return right.double().mean().item()


def _logits(scores: torch.Tensor, images: int, classes: int) -> torch.Tensor:
    that(
        tuple(scores.shape) == (images, classes),
        "the trained network does not give one logit per class for each image",
        received=f"shape {tuple(scores.shape)}",
        expected=f"shape {(images, classes)}",
    )
    return scores


def credit_for(reached: float, *, chance: float, required: float) -> float:
    """Return the share of points for an accuracy below the required one: in proportion between guessing and that."""
    return min(max((reached - chance) / (required - chance), 0.0), 0.999)


def _too_few(trained: Trained, data: DataSplit, task: Task, reached: float) -> CheckFailed:
    chance, required = 1 / data.classes, task.threshold.accuracy
    credit = credit_for(reached, chance=chance, required=required)
    n = len(data.held_out_labels)
    message, hint, finding = _why_too_few(trained, data, task)
    return CheckFailed(
        message,
        expected=f"at least {required:.1%}",
        received=f"{reached:.1%} of {n:,} unseen images are read right",
        hint=hint,
        evidence=finding,
        credit=credit,
    )


def _why_too_few(trained: Trained, data: DataSplit, task: Task) -> tuple[str, str, object]:
    observation = trained.observation
    epochs = task.epochs
    lost = next((number for number, loss in enumerate(observation.losses, start=1) if not math.isfinite(loss)), None)
    if lost is not None:
        when = f"in epoch {lost} of {epochs} " if observation.stopped or len(observation.losses) == epochs else ""
        return (
            f"the training diverged: {when}the loss is no finite number any more",
            "too large a learning rate is the usual reason: try a tenth of it",
            Fact.DIVERGED,
        )
    if observation.stopped:
        done = len(observation.losses)
        return (
            f"the training was stopped for its time in epoch {max(done, 1)} of {epochs}; "
            "what the network had learnt until then counts",
            "a smaller network, or fewer operations on large images, learns more in the same time",
            Fact.STOPPED,
        )
    if _same(trained.after(), trained.before):
        same = unchanged(observation)
        return same.message, same.hint or "", same.evidence
    guessing = math.log(data.classes)
    losses = observation.losses
    hint = "look at the learning rate, at batch normalisation, at the size of the network"
    if len(losses) > 1:
        hint = f"the loss falls, but not far enough: {hint}"
    if len(losses) == epochs and abs(losses[-1]) > guessing + 0.2:  # below 0 where `backward` is called on the negative
        return (
            "the trained network reads too few unseen images: it ends more wrong than one that only guesses",
            f"guessing has a loss of ln {data.classes} = {guessing:.2f}, the last epoch had {losses[-1]:.3g}: "
            "is the learning rate too large, or the sign of the loss wrong?",
            Fact.WORSE_THAN_GUESSING,
        )
    if len(losses) > 1 and losses[-1] > 0.9 * losses[0]:
        hint = (
            "the loss hardly falls: is the learning rate far too small or too large, and does every batch take a step?"
        )
    return "the trained network reads too few unseen images", hint, LearnsTooLittle(observation=observation)


def _same(after: torch.Tensor, before: torch.Tensor) -> bool:
    return after.shape == before.shape and bool((after == before).all())


def loss_falls(network: RemoteName, fit: RemoteName, task: Task, keys: Keys, *, epochs: int, images: int) -> None:
    """
    Require that the training loss is lower at the end of a short training than at its start.

    Raises:
        CheckFailed: If it is not, or is no finite number, or if the network is the same as before.
    """
    data = task.data(keys.data)
    some = _first(data.train, images)
    trained = train(
        network, fit, some, data.validation, epochs=epochs, batch_size=task.training.batch_size, key=keys.torch
    )
    draw_training(trained.observation)
    not_stopped(trained.observation)
    losses = [entry.train_loss for entry in history(trained.observation, epochs)]
    if _same(trained.after(), trained.before):
        raise unchanged(trained.observation)
    told = " → ".join(f"{loss:.3g}" for loss in losses)
    lost = next((number for number, loss in enumerate(losses, start=1) if not math.isfinite(loss)), None)
    if lost is not None:
        raise CheckFailed(
            f"the training diverged: in epoch {lost} of {epochs} the loss is no finite number any more",
            received=told,
            hint="too large a learning rate is the usual reason: try a tenth of it",
            evidence=Fact.DIVERGED,
        )
    that(
        _has_fallen(losses[0], losses[-1]),
        f"the training loss does not fall in {epochs} epochs",
        received=told,
        expected=f"a loss that falls by more than {_NOISE_OF_A_LOSS:.1%}",
        hint="does every batch take a step, with the right sign and a sensible learning rate?",
        evidence=LearnsTooLittle(observation=trained.observation, told=tuple(losses)),
    )
    _loss_fell(trained, data.classes, epochs)


def _has_fallen(first: float, last: float) -> bool:
    """Return whether a loss is smaller by more than the order of the images, and dropout, make of it."""
    return last < first - _NOISE_OF_A_LOSS * abs(first)


def _loss_fell(trained: Trained, classes: int, epochs: int) -> None:
    called_on = trained.observation.losses
    if len(called_on) == epochs > 1:  # else the batches are kept, or come from another loader: nobody saw the epochs
        that(
            _has_fallen(called_on[0], called_on[-1]),
            "the history says that the loss falls, but the losses on which `backward` was called do not",
            received=" → ".join(f"{loss:.3g}" for loss in called_on),
            hint="write down the loss of each epoch as it is",
            evidence=Fact.LOSS_TOLD_FALLS_ALONE,
        )
        return
    # then the network itself has to show it, as where gradients come from elsewhere than `backward`
    labels = trained.some.labels
    first, last = (
        cross_entropy(_logits(scores, len(labels), classes).double(), labels).item()
        for scores in (trained.before, trained.after())
    )
    that(
        last < first,
        "the history says that the loss falls, but the network has no smaller one than before",
        received=f"a loss of {first:.3g} before the training and of {last:.3g} after it, on images that it trains on",
        hint="write down the loss of each epoch as it is",
        evidence=Fact.LOSS_TOLD_FALLS_ALONE,
    )


def reproducible(student: Student, network: str, fit: str, task: Task, keys: Keys, *, images: int) -> None:
    """
    Require that two trainings under the same seed, each in a process of its own, give the same network.

    Raises:
        CheckFailed: If they do not, or do not change it.
    """
    data = task.data(keys.data)
    some, few = _first(data.train, images), _first(data.validation, 64)
    scores = []
    for _run in range(2):
        session_of(student).renew()
        trained = train(
            getattr(student, network),
            getattr(student, fit),
            some,
            few,
            epochs=_EPOCHS_TO_REPEAT,
            batch_size=task.training.batch_size,
            key=keys.torch,
        )
        not_stopped(trained.observation)
        if _same(trained.after(), trained.before):
            raise unchanged(trained.observation)
        scores.append(_predict(trained.model, few.images))
    one, other = (some.double().nan_to_num(nan=0.0, posinf=0.0, neginf=0.0) for some in scores)
    apart = (one - other).abs().max().item()
    that(
        bool((scores[0].isfinite() == scores[1].isfinite()).all())
        and apart <= tolerances.TWINS * one.abs().max().item(),
        "two trainings from the same seed give two networks",
        received=f"logits up to {apart:.3g} apart",
        expected="the same logits",
        hint="torch, numpy and random are seeded before each training: which random numbers of yours come from elsewhere?",
        evidence=Fact.SEEDS_ITSELF,
    )
