"""
Which step of a training loop or an evaluation went wrong, told from the notes that its parts took.

The verdict is made before, by comparing weights and numbers.  Here the first thing in the order of a training step that is not as
it should be names the mistake.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from grader import protocol
from grader.checks import tolerances
from grader.checks.training.notes import Work, work_of
from grader.checks.training.rehearsal import (
    PARAMETERS,
    Batch,
    Lesson,
    State,
    loss_and_gradients,
    same_tensor,
)
from grader.diagnosis import gradient_ways, step_ways
from grader.diagnosis.gradient_ways import distance, factor_between
from grader.diagnosis.mistake import Mistake
from grader.errors import CheckFailed
from grader.proxy import Observation, readable, state_like

if TYPE_CHECKING:
    import torch

TRAINING_MODE_WHILE_EVALUATING = Mistake(
    name="training_mode_while_evaluating",
    message="the network is in training mode while it is evaluated",
    hint="in training mode dropout drops and batch normalisation uses the statistics of the batch: "
    "which call switches to evaluation mode, and is it there every time?",
)
_SOFTMAX_BEFORE_CRITERION = Mistake(
    name="softmax_before_criterion",
    message="the criterion gets probabilities: each row adds up to 1",
    hint="CrossEntropyLoss applies the softmax itself; it wants the network's scores as they are",
)
_ANOTHER_OPTIMIZER = Mistake(
    name="another_optimizer",
    message="the weights change, but not by the optimizer that you are given",
    hint="the optimizer is an argument: who calls this function has chosen it, with its learning rate",
)
_LOADER_UNUSED = Mistake(
    name="loader_unused",
    message="the loader that you are given is never gone through",
    hint="`for images, labels in loader:` gives one batch after the other",
)

# --- one epoch of training --------------------------------------------------------------------------------------------


def of_training(lesson: Lesson, observation: Observation) -> Mistake:
    """Return what went wrong in an epoch whose weights are not those of a right loop."""
    changed = any(not same_tensor(observation.state[name], lesson.state[name]) for name in PARAMETERS)
    work = work_of(observation)
    steps = functools.partial(_steps, changed=changed)
    looks = (_unused, _passes, _mode, _images, _criterion, steps, _gradients)
    for look in looks:
        for mistake in look(lesson, work):
            return mistake
    found = step_ways.of_steps(lesson, work.steps, observation.state) if work.steps else None
    return found or Mistake(
        name="weights_changed_elsewhere",
        message="each step uses the right gradient, and yet the weights are not those of one step per batch",
        hint="something besides `optimizer.step()` changes the weights, or the settings of the optimizer",
    )


def of_loss(lesson: Lesson, observation: Observation) -> Mistake | None:
    """Return what is wrong with the way to the loss, whatever becomes of it; None where the way is right."""
    work = work_of(observation)
    looks = (_unused, _passes, _mode, _images, _criterion)
    if not work.steps and any(not same_tensor(observation.state[name], lesson.state[name]) for name in PARAMETERS):
        return _ANOTHER_OPTIMIZER
    return next((mistake for look in looks for mistake in look(lesson, work)), None)


def _unused(lesson: Lesson, work: Work) -> Iterator[Mistake]:
    if not work.passes():
        yield _LOADER_UNUSED
    elif not work.forwards:
        yield Mistake(
            name="network_unused",
            message="the network that you are given is never called",
            hint="the network to train is the argument `model`, not one of your own",
        )


def _passes(lesson: Lesson, work: Work) -> Iterator[Mistake]:
    batches = len(lesson.batches)
    if work.passes() > 1 and work.given() > batches:
        yield Mistake(
            name="several_passes",
            message="the loader is gone through more than once",
            hint="an epoch is one pass over the data; who calls this function decides how many there are",
            expected=f"{_count(batches, 'batch', 'batches')}, each once",
            received=_count(work.given(), "batch", "batches"),
        )
    if work.passes() == work.given() > 1:
        yield Mistake(
            name="begins_the_loader_anew",
            message=f"the loader is begun {work.passes()} times, and gives its first batch each time",
            hint="`iter(loader)` begins a new pass: where is it called, and how often?",
        )
    if work.given() < batches:
        yield _stops_early(work, batches, "not every batch of the loader is used")
    elif len(work.forwards) < batches and work.given() == batches:
        yield Mistake(
            name="leaves_out_a_batch",
            message=f"the network is called for {len(work.forwards)} of {batches} batches",
            hint="which batches does a condition in your loop leave out? The last one may be smaller, and counts too",
        )


def _stops_early(work: Work, batches: int, message: str) -> Mistake:
    return Mistake(
        name="stops_early",
        message=message,
        hint="look at your `return` and `break`: do they stand inside the loop?",
        expected=_count(batches, "batch", "batches"),
        received=str(work.given()),
    )


def _mode(lesson: Lesson, work: Work) -> Iterator[Mistake]:
    if not all(note.training for note in work.forwards):
        yield Mistake(
            name="eval_mode_while_training",
            message="the network is in evaluation mode while it is trained",
            hint="dropout and batch normalisation work in training mode only: who switches it on, and when? "
            "An evaluation before may have left the network in evaluation mode",
        )


def _images(lesson: Lesson, work: Work) -> Iterator[Mistake]:
    for note in work.forwards:
        if not note.images:  # not noted
            continue
        try:
            got = readable(protocol.unpack_tensor, note.images)
        except CheckFailed as refused:
            yield Mistake(
                name="changes_images",
                message="the network gets images of another dtype than the loader gives",
                hint="pass each batch on as it is: the loader has scaled the images already",
                received=refused.message,
            )
            return
        if any(same_tensor(got, batch.images) for batch in lesson.batches):
            continue
        batch = next((batch for batch in lesson.batches if batch.images.numel() == got.numel()), lesson.batches[0])
        if got.shape == batch.images.shape and any(_are_mirrored(got, one.images) for one in lesson.batches):
            yield Mistake(
                name="augments_images",
                message="the network gets images of the loader that are mirrored",
                hint="augmentation belongs to who makes the loader: what happens to a batch before the network?",
            )
        elif got.numel() == batch.images.numel() and any(_same_values(got, one.images) for one in lesson.batches):
            yield Mistake(
                name="mixes_pixels",
                message="the network gets other images than the loader gives: the same numbers, in other places",
                hint="`view` and `reshape` deal numbers out anew and mix pixels, channels and images; to swap axes "
                "there is `permute`. The loader's batches need neither",
                expected=f"images of shape {tuple(batch.images.shape)} as they come from the loader",
                received=f"shape {tuple(got.shape)}",
            )
        else:
            yield Mistake(
                name="changes_images",
                message="the network gets other images than the loader gives",
                hint="pass each batch on as it is: the loader has scaled the images already",
                expected=_range(lesson.everything.images),
                received=_range(got) if got.numel() else "none",
            )
        return


def _criterion(lesson: Lesson, work: Work) -> Iterator[Mistake]:
    if not work.criticised:
        return
    given = [batch.labels for batch in lesson.batches]
    for note in work.criticised:
        if note.labels:
            yield from _labels(readable(protocol.unpack_tensor, note.labels), given)
        if note.scores:
            yield from _scores(readable(protocol.unpack_tensor, note.scores), lesson)


def _labels(got: torch.Tensor, given: Sequence[torch.Tensor]) -> Iterator[Mistake]:
    if got.dim() != 1 or any(got.shape == labels.shape and bool((got == labels).all()) for labels in given):
        return
    alike = next((labels for labels in given if labels.shape == got.shape), None)
    received = expected = None
    if alike is not None:
        expected, received = (", ".join(map(str, some[:5].tolist())) for some in (alike, got))
    yield Mistake(
        name="changes_labels",
        message="the criterion gets other labels than the loader gives",
        hint="labels count the classes from 0, as the scores do: pass them on as they are, in the order of their images",
        expected=expected,
        received=received,
    )


def _scores(got: torch.Tensor, lesson: Lesson) -> Iterator[Mistake]:
    if got.dim() != 2 or not got.numel() or not got.is_floating_point():
        return
    got = got.double()
    is_positive = bool((got >= 0).all())
    received = f"scores from {got.min().item():.3g} to {got.max().item():.3g}"
    if is_positive and _all_near(got.sum(dim=1), 1.0):
        yield replace(_SOFTMAX_BEFORE_CRITERION, received=received)
    elif is_positive and len(got) > 1 and _all_near(got.sum(dim=0), 1.0):
        yield Mistake(
            name="softmax_over_the_batch",
            message="the criterion gets numbers that add up to 1 over the images of the batch",
            hint="a softmax goes over the classes, and CrossEntropyLoss applies it itself",
            received=received,
        )
    elif is_positive and bool((got <= 1).all()):
        yield Mistake(
            name="sigmoid_before_criterion",
            message="the criterion gets numbers between 0 and 1 instead of scores",
            hint="CrossEntropyLoss turns scores into probabilities itself; it wants the network's scores as they are",
            received=received,
        )


def _steps(lesson: Lesson, work: Work, *, changed: bool) -> Iterator[Mistake]:
    batches, steps = len(lesson.batches), len(work.steps)
    if steps == batches:
        return
    expected, received = f"{_count(batches, 'step', 'steps')}, one for each batch", _count(steps, "step", "steps")
    if steps == 0 and changed:
        yield replace(_ANOTHER_OPTIMIZER, expected=expected, received="no step of this optimizer")
    elif steps == 0:
        yield Mistake(
            name="no_step",
            message="the optimizer that you are given never takes a step",
            hint="`backward` only computes gradients: who changes the weights? It must be the optimizer that you are given",
            expected=expected,
            received="no step",
        )
    elif steps % batches == 0:
        yield Mistake(
            name="several_steps_per_batch",
            message=f"the optimizer takes {steps // batches} steps for each batch",
            hint="one batch, one gradient, one step",
            expected=expected,
            received=received,
        )
    elif steps == 1 and _steps_after_the_loop(work):
        yield Mistake(
            name="one_step_per_epoch",
            message="the optimizer takes a single step in the whole epoch",
            hint="look at the indentation: the step belongs inside the loop over the batches",
            expected=expected,
            received=received,
        )
    elif _gathers(work):
        yield Mistake(
            name="gathers_gradients",
            message="the optimizer takes a step after several batches, whose gradients are gathered until then",
            hint="here every batch gets a step of its own: what decides when `step` is called?",
            expected=expected,
            received=received,
        )
    else:
        yield Mistake(
            name="steps_left_out",
            message="the optimizer does not take one step for each batch",
            hint="here every batch gets a step of its own: what decides when `step` is called?",
            expected=expected,
            received=received,
        )


def _steps_after_the_loop(work: Work) -> bool:
    """Return whether the loader had come to its end before the first step."""
    kinds = [type(note) for note in work.notes]
    return protocol.PassEnded in kinds[: kinds.index(protocol.Step)]


def _gathers(work: Work) -> bool:
    """Return whether `backward` was called several times before the first step, and nothing was cleared between."""
    kinds = [type(note) for note in work.notes]
    before = kinds[: kinds.index(protocol.Step)]
    calls = [place for place, kind in enumerate(before) if kind is protocol.Backward]
    return len(calls) > 1 and protocol.Cleared not in before[calls[0] :]


def _gradients(lesson: Lesson, work: Work) -> Iterator[Mistake]:
    """Compare the gradient at each step with that of its batch alone, at the weights of that moment."""
    gathered: dict[str, torch.Tensor] = {}
    for number, (step, batch) in enumerate(zip(work.steps, lesson.batches, strict=False)):
        got = readable(protocol.unpack_tensors, step.gradients)
        weights = readable(protocol.unpack_tensors, step.weights)
        if set(weights) != set(PARAMETERS):
            return
        weights = state_like(weights, {name: lesson.state[name] for name in PARAMETERS})
        if set(got) <= set(PARAMETERS):
            got = state_like(got, {name: lesson.state[name] for name in got})
        _loss, right = loss_and_gradients(weights, batch, lesson.label_smoothing)
        gathered = {name: gathered[name] + value if gathered else value for name, value in right.items()}
        if not set(got) <= set(PARAMETERS) or not _same_state(got, right):
            yield _wrong_gradient(number, got, right, gathered, weights, batch, lesson, work)
            return


def _wrong_gradient(
    number: int,
    got: State,
    right: State,
    gathered: State,
    weights: State,
    batch: Batch,
    lesson: Lesson,
    work: Work,
) -> Mistake:
    where = f"at step {number + 1}"
    if not any(bool(value.abs().max() > 0) for value in got.values()):
        return _no_gradient(work, where)
    missing = [name for name in PARAMETERS if name not in got]
    if missing:
        return Mistake(
            name="some_parameters_untrained",
            message=f"{where}, {len(missing)} of {len(PARAMETERS)} parameters have no gradient",
            hint="what on the way from the loss back to them lets nothing through?",
            received=", ".join(missing),
        )
    if number and _same_state(got, gathered):
        return Mistake(
            name="no_zero_grad",
            message=f"{where}, the gradient is the sum over batches 1 to {number + 1}",
            hint="`backward` adds to the gradients that are there: who clears them, and how often?",
        )
    factor = factor_between(got, right)
    if factor is None:
        found = gradient_ways.of_gradient(got, right, weights, batch, lesson, where)
        return found or Mistake(
            name="another_gradient",
            message=f"{where}, the gradient is not that of the criterion on this batch",
            hint="call `backward` on what the criterion that you are given returns for this batch, and on nothing else",
        )
    return _scaled(factor, lesson, batch, work, where)


def _scaled(factor: float, lesson: Lesson, batch: Batch, work: Work, where: str) -> Mistake:
    """Explain a gradient that is *factor* times the right one."""
    times = f"{where}, the gradient is {factor:.4g} times that of the mean loss"
    if factor < 0:
        return Mistake(
            name="wrong_sign",
            message=f"{where}, the gradient has the wrong sign, so the loss grows",
            hint="the optimizer steps against the gradient: `backward` is called on the loss itself, not on its negative",
            received=f"{factor:.4g} times the gradient of the mean loss",
        )
    if _is(factor, len(batch.labels)) and factor > 1:
        return Mistake(
            name="sum_instead_of_mean",
            message=f"{times}; the batch has {factor:.4g} images",
            hint="the criterion gives the mean over the batch already: `backward` is called on it as it is",
        )
    if factor >= _SCALED and math.log2(factor).is_integer():
        return Mistake(
            name="gradients_stay_scaled",
            message=f"{times}, as a GradScaler makes it",
            hint="what a scaler has multiplied it divides again in `scaler.step(optimizer)`: who calls `step` here?",
        )
    limit = gradient_ways.clipped(_factors(lesson, work))
    if limit is not None:
        return Mistake(
            name="clips_the_gradient",
            message=f"{times}: its norm is cut to {limit:.3g}",
            hint="what happens to the gradients between `backward` and `step`? Here the optimizer gets them as they are",
        )
    batches = len(lesson.batches)
    for name, count, what in (
        ("divides_the_loss_by_batches", batches, f"1 / {batches}, and there are {batches} batches"),
        (
            "divides_the_loss_by_images",
            len(batch.labels),
            f"1 / {len(batch.labels)}, the number of images in the batch",
        ),
        ("divides_the_loss_by_images", len(lesson.everything.labels), "1 / the number of all images"),
    ):
        if _is(factor, 1 / count):
            return Mistake(
                name=name,
                message=f"{times}: {what}",
                hint="the criterion gives the mean over the batch already: what is the loss divided by before `backward`?",
            )
    return Mistake(
        name="scales_the_gradient",
        message=times,
        hint="is the loss multiplied or divided by something before `backward`, or are gradients changed after it?",
    )


_SCALED = 256.0
"""Of a GradScaler, whose factors are powers of two, from 65,536 downwards."""


def _is(factor: float, number: float) -> bool:
    return abs(factor - number) < 1e-6 * number


def _factors(lesson: Lesson, work: Work) -> list[tuple[float, float]]:
    """Return, of each step, by what its right gradient was multiplied, and the norm that it then has."""
    found = []
    for step, batch in zip(work.steps, lesson.batches, strict=False):
        weights = state_like(
            readable(protocol.unpack_tensors, step.weights), {one: lesson.state[one] for one in PARAMETERS}
        )
        got = readable(protocol.unpack_tensors, step.gradients)
        _loss, right = loss_and_gradients(weights, batch, lesson.label_smoothing)
        factor = factor_between(got, right) if set(got) == set(right) else None
        if factor is not None:
            norm = sum(float((value.double() ** 2).sum()) for value in got.values()) ** 0.5
            found.append((factor, norm))
    return found


def _no_gradient(work: Work, where: str) -> Mistake:
    first_step = next(place for place, note in enumerate(work.notes) if isinstance(note, protocol.Step))
    before = work.notes[:first_step]
    last_backward = max((place for place, note in enumerate(before) if isinstance(note, protocol.Backward)), default=-1)
    if last_backward < 0 and any(isinstance(note, protocol.Backward) for note in work.notes):
        return Mistake(
            name="step_before_backward",
            message=f"{where}, no gradient has been computed yet: `backward` comes after the step",
            hint="the order is: clear, forward, loss, backward, step. Which gradients does each of your steps use?",
        )
    if last_backward < 0:
        return Mistake(
            name="no_backward",
            message=f"{where}, no gradient has been computed",
            hint="which call goes from the loss back to the weights? It comes before the step",
        )
    if any(isinstance(note, protocol.Cleared) for note in before[last_backward:]):
        return Mistake(
            name="zero_grad_before_step",
            message=f"{where}, the gradients have just been cleared",
            hint="the order is: clear, forward, loss, backward, step. Between `backward` and `step` the gradients are needed",
        )
    return Mistake(
        name="detached_loss",
        message=f"{where}, `backward` has given the network no gradient",
        hint="the loss is not connected to the network any more: `detach`, `item`, `torch.tensor(...)`, `.data` and "
        "`no_grad` cut the way back",
    )


# --- evaluation -------------------------------------------------------------------------------------------------------


def of_evaluation(lesson: Lesson, observation: Observation) -> Mistake | None:
    """Return what the notes of an evaluation with wrong numbers tell, or None."""
    work, batches = work_of(observation), len(lesson.batches)
    for mistake in _unused(lesson, work):
        return mistake
    if work.given() < batches:
        return _stops_early(work, batches, "not every batch of the loader is evaluated")
    if any(note.training for note in work.forwards):
        return TRAINING_MODE_WHILE_EVALUATING
    return next((mistake for look in (_images, _criterion) for mistake in look(lesson, work)), None)


# --- comparing --------------------------------------------------------------------------------------------------------


def _are_mirrored(got: torch.Tensor, right: torch.Tensor) -> bool:
    """Return whether each image is one of the batch, as it is or mirrored."""
    if got.shape != right.shape:
        return False
    return all(
        any(same_tensor(image, other) for other in (one, one.flip(-1), one.flip(-2), one.flip(-1, -2)))
        for image, one in zip(got, right, strict=True)
    )


def _same_values(got: torch.Tensor, right: torch.Tensor) -> bool:
    if got.numel() != right.numel():
        return False
    return same_tensor(got.double().flatten().sort().values, right.double().flatten().sort().values)


def _same_state(got: State, right: State) -> bool:
    return set(got) == set(right) and distance(got, right) <= tolerances.LOOP


def _count(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def _all_near(values: torch.Tensor, number: float) -> bool:
    return bool(((values - number).abs() < tolerances.SUM_OF_SCORES).all())


def _range(images: torch.Tensor) -> str:
    return f"shape {tuple(images.shape)}, values from {images.min().item():.3g} to {images.max().item():.3g}"
