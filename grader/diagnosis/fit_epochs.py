"""
Which step of a whole training went wrong, told from its history, from the notes that our network and loaders took, and from the
weights at the beginning of each pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from grader import protocol
from grader.checks import expect, tolerances
from grader.checks.training import notes
from grader.checks.training.averages import Average
from grader.checks.training.evidence import LearnsTooLittle, Told, Unchanged, WrongEntry, WrongLength
from grader.checks.training.notes import TRAINING, VALIDATION, Work, work_of
from grader.checks.training.rehearsal import (
    PARAMETERS,
    Evaluated,
    Lesson,
    State,
    cross_entropy,
    in_batches,
    labels_of,
    mean_of_batches,
    mean_of_samples,
    measure,
    near,
    same_state,
    scores,
)
from grader.diagnosis import gradient_ways, wrong_averages
from grader.diagnosis.loop_steps import TRAINING_MODE_WHILE_EVALUATING
from grader.diagnosis.mistake import Mistake
from grader.keys import public_keys
from grader.model import ExplainedBy
from grader.proxy import Observation, RemoteName, Session, readable

if TYPE_CHECKING:
    import torch

_KEYS = public_keys("fit epochs")


def of_validation(observation: Observation) -> Mistake | None:
    """Return a mistake in how a `fit` treats its validation images, or None."""
    if notes.trains_on_validation(observation):
        return Mistake(
            name="trains_on_validation",
            message="the network is trained on the validation images",
            hint="they are there to measure how it does on images that it has not learnt from",
        )
    if notes.validates_in_training_mode(observation):
        return TRAINING_MODE_WHILE_EVALUATING
    return None


def of_length(evidence: WrongLength) -> Mistake:
    """Return what explains a history that has not one entry for each epoch."""
    work = work_of(evidence.observation)
    passes, entries, epochs = work.passes(TRAINING), evidence.entries, evidence.epochs
    if passes == entries == 1 < epochs:
        return Mistake(
            name="returns_inside_the_loop",
            hint="it goes through the training images once and returns: does `return` stand inside the loop?",
        )
    if passes == entries:
        return Mistake(
            name="another_number_of_epochs",
            hint=f"asked for {epochs} epochs it trains for {passes}: what does your `range` begin and end with?",
        )
    if passes == epochs:
        return Mistake(
            name="entries_left_out" if entries < epochs else "entries_too_many",
            hint=f"it trains for {passes} epochs, and the history has {entries} entries: which lines add one, and how often "
            "are they reached? Is the list a new one in each call?",
        )
    return Mistake(
        name="another_number_of_entries",
        hint=f"it goes through the training images {passes} times: which lines add an entry, and how often are they reached?",
    )


def of_unchanged(evidence: Unchanged, session: Session | None) -> Mistake:
    """
    Return what explains that a `fit` leaves its network as it was.

    Of a network of the submission nobody takes notes, so then it is asked to train one of ours.
    """
    observation, lesson = evidence.observation, evidence.lesson
    unknown = Mistake(name="network_unchanged")
    if lesson is None:
        if session is None:
            return unknown
        course = expect.history.course(_KEYS.images)
        observation, lesson = _rehearsed(session, observation.function, course), course.lesson
        if _moved(observation.state, lesson.state):
            return unknown
    work = work_of(observation)
    if any(_moved(state, lesson.state) for state in notes.states_before_validation(observation)):
        return Mistake(
            name="restores_the_first_weights",
            hint="the weights changed while it trained, and in the end they are those of the start. When was the copy made that "
            "you load, and is it a copy?",
        )
    has_gradients = any(isinstance(note, protocol.Backward) for note in work.notes)
    if not work.forwards and has_gradients:
        return Mistake(
            name="another_network_is_trained",
            hint="the network that you are given is never called: which one do you train?",
        )
    if not work.forwards:
        return Mistake(
            name="network_unused", hint="the network that you are given is never called: it is the argument `model`"
        )
    if not has_gradients:
        return Mistake(
            name="no_backward", hint="no gradient is ever computed: which call goes from the loss to the weights?"
        )
    genuine = _is_that_of_the_first_weights(work, lesson)
    if genuine is None:
        return unknown
    if genuine:
        return Mistake(
            name="no_step_reaches_the_network",
            hint="gradients are computed, and its loss stays that of the first weights: does the optimizer take steps, and is it "
            "built from the parameters of this network?",
        )
    return Mistake(
        name="trains_a_copy",
        hint="another network learns from these images, and the one that you are given stays as it was: where is it copied?",
    )


def _rehearsed(session: Session, function: str, course: expect.history.Course) -> Observation:
    session.begin()
    observation = expect.history.rehearses(RemoteName(session, function), course)
    session.end()
    return observation


_ONE_FOR_ALL = Mistake(
    name="one_entry_for_all_epochs",
    message="all entries of the history say the same: what the last epoch gave",
    hint="a dictionary that is made once and appended in each epoch is one dictionary in many places: where is it made?",
)
_ROUNDED = 1e-3
"""Of a percentage, which people write down with two decimals."""
_HARDLY = 1e-3
"""Relative change of all weights, from which on a training has changed them."""


def of_told_losses(found: LearnsTooLittle) -> Mistake | None:
    """Return what explains a history that says the same of all epochs, while the losses that were seen change; or None."""
    told, seen = found.told, found.observation.losses
    if 0 < len(seen) < len(told) and len(set(told)) == 1:  # some gather the batches once and go through these
        return Mistake(
            name="trains_for_fewer_epochs",
            hint=f"the history has {len(told)} entries, and the training images were gone through {len(seen)} times",
        )
    if len(told) < 2 or len(set(told)) > 1 or len(set(seen)) < 2:
        return None
    return _ONE_FOR_ALL


def of_little_learning(function: str, session: Session) -> Mistake | None:
    """Return what explains that a network learns too little, told by how `fit` trains one of ours; or None."""
    course = expect.history.course(_KEYS.images)
    observation = _rehearsed(session, function, course)
    moved = _moved(observation.state, course.lesson.state)
    states = notes.states_before_validation(observation)
    if moved >= _HARDLY and len(states) == course.epochs and _moved(observation.state, states[0]) < _HARDLY:
        return Mistake(
            name="weights_stop_changing",
            hint="in the first epoch the weights change, and afterwards hardly at all: what becomes of the learning rate? Some "
            "schedules count epochs, others count steps",
        )
    if moved >= _HARDLY:
        return _of_turned_images(observation, course.lesson)
    if not moved:
        return of_unchanged(Unchanged(observation=observation, lesson=course.lesson), session)
    return Mistake(
        name="weights_hardly_change",
        hint=f"in {course.epochs} epochs no weight of a small network changes by more than {moved:.1g} of its size: how large "
        "is the learning rate, and does a schedule make it smaller?",
    )


def _of_turned_images(observation: Observation, lesson: Lesson) -> Mistake | None:
    """Return what explains a network that is trained on images which are mirrored, or turned by a right angle; or None."""
    for note in notes.during(observation.notes, TRAINING):
        if not isinstance(note, protocol.Forward) or not note.images or not note.training:
            continue
        shown = readable(protocol.unpack_tensor, note.images)
        if any(labels_of(one[None], lesson.everything) is None and _is_turned(one, lesson) for one in shown):
            return Mistake(
                name="trains_on_turned_images",
                hint="some images are mirrored or turned before the network learns from them: does such an image still belong to "
                "its class?",
            )
    return None


def _is_turned(image: torch.Tensor, lesson: Lesson) -> bool:
    """Return whether an image (C, H, W) is one of a lesson, mirrored or turned by a right angle."""
    ways = [one.rot90(turns, (-2, -1)) for one in (image, image.flip(-1)) for turns in range(4)]
    return any(labels_of(way[None], lesson.everything) is not None for way in ways)


def _moved(after: State, before: State) -> float:
    """Return the largest relative change of a parameter."""
    return max(
        float((after[name].double() - before[name]).norm() / before[name].norm().clamp_min(tolerances.TINY))
        for name in PARAMETERS
    )


def _is_that_of_the_first_weights(work: Work, lesson: Lesson) -> bool | None:
    """Return whether the last loss on which `backward` was called is what the first weights give; None where nobody knows."""
    images, found = b"", None
    for note in work.notes:
        if isinstance(note, protocol.Forward) and note.gradients and note.training:
            images = note.images
        elif isinstance(note, protocol.Backward) and images:
            found = images, note.value
    if found is None:
        return None
    shown = readable(protocol.unpack_tensor, found[0]).float()
    labels = labels_of(shown, lesson.everything)
    if labels is None:
        return None
    return near(found[1], cross_entropy(scores(lesson.state, shown, training=True), labels).item(), tolerances.HISTORY)


def of_entry(evidence: WrongEntry) -> Mistake | None:
    """Return what explains an entry of the history that is not what the network gives, or None."""
    return (
        of_validation(evidence.observation)
        or _swapped(evidence)
        or _of_images(evidence)
        or _one_for_all(evidence)
        or _when(evidence)
        or _other_numbers(evidence)
    )


def _fits(told: Told, found: Evaluated) -> bool:
    losses = mean_of_samples(found.losses, found.sizes), mean_of_batches(found.losses)
    is_loss = any(near(told.loss, loss, tolerances.HISTORY) for loss in losses)
    return is_loss and abs(told.accuracy - found.accuracy) <= tolerances.SHARE


def _swapped(evidence: WrongEntry) -> Mistake | None:
    told = evidence.told[evidence.epoch]
    if not _fits(Told(loss=told.accuracy, accuracy=told.loss), evidence.right):
        return None
    return Mistake(
        name="swapped",
        hint="val_loss holds the accuracy, and val_accuracy the loss: in which order does `evaluate` return them?",
    )


def _of_images(evidence: WrongEntry) -> Mistake | None:
    """Explain validation images that are left out, or changed before the network sees them."""
    work, validation = work_of(evidence.observation), evidence.validation
    passes = work.passes(VALIDATION)
    batches = -(-len(validation.labels) // evidence.lesson.batch_size)
    if _fits(evidence.told[-1], _on_training_images(evidence)):
        return Mistake(
            name="validates_on_training_images",
            hint="these are the numbers of the training images: which loader is it?",
        )
    if not passes:
        return Mistake(
            name="validation_unused", hint="`val_loader` is never gone through: which loader do you hand to `evaluate`?"
        )
    if work.given(VALIDATION) < min(passes, len(evidence.told)) * batches:
        return Mistake(
            name="stops_early",
            message="not every batch of the validation images is measured",
            hint="look at your `return` and `break`: do they stand inside the loop?",
            expected=f"{batches} batches",
            received=f"{work.given(VALIDATION) / passes:.3g}",
        )
    for note in notes.during(evidence.observation.notes, VALIDATION):
        if isinstance(note, protocol.Forward) and note.images:
            shown = readable(protocol.unpack_tensor, note.images)
            if shown.shape[1:] != validation.images.shape[1:] or labels_of(shown, validation) is None:
                return Mistake(
                    name="changes_validation_images",
                    message="while validating, the network gets other images than `val_loader` gives",
                    hint="augmentation is for the training images alone: what happens to a validation batch before the network?",
                )
    return None


def _on_training_images(evidence: WrongEntry) -> Evaluated:
    return measure(evidence.observation.state, evidence.lesson.everything, evidence.lesson.batch_size)


def _one_for_all(evidence: WrongEntry) -> Mistake | None:
    """Explain entries that are one dictionary, changed in each epoch."""
    last = evidence.told[-1]
    if len(evidence.told) < 2 or evidence.epoch == len(evidence.told) - 1 or any(one != last for one in evidence.told):
        return None
    return _ONE_FOR_ALL


def _when(evidence: WrongEntry) -> Mistake | None:
    """Explain numbers that the network gave at another moment than at the end of the epoch."""
    observation, lesson = evidence.observation, evidence.lesson
    states = notes.states_before_validation(observation)
    told = evidence.told[evidence.epoch]
    if _begins_with_validation(work_of(observation)):
        return Mistake(
            name="validates_before_training",
            hint="in each epoch the validation images are measured first, before the network has learnt: which comes first?",
        )
    if len(states) != len(evidence.told):
        return None
    if evidence.epoch == len(evidence.told) - 1 and _fits(told, _measured(states[-1], evidence)):
        return _changed_in_the_end(states, observation.state, lesson)
    fitting = [number for number, state in enumerate(states) if _fits(told, _measured(state, evidence))]
    if len(fitting) == 1 and fitting[0] != evidence.epoch:
        return Mistake(
            name="entry_of_another_epoch",
            hint=f"the entry of epoch {evidence.epoch + 1} says what the network gave in epoch {fitting[0] + 1}: "
            "which variables still hold earlier numbers?",
        )
    return None


def _begins_with_validation(work: Work) -> bool:
    loaders = [note.loader for note in work.notes if isinstance(note, protocol.PassBegun)]
    pairs = list(zip(loaders[::2], loaders[1::2], strict=False))
    return bool(pairs) and all(pair == (VALIDATION, TRAINING) for pair in pairs)


def _measured(state: State, evidence: WrongEntry) -> Evaluated:
    return measure(state, evidence.validation, evidence.lesson.batch_size)


def _changed_in_the_end(states: Sequence[State], end: State, lesson: Lesson) -> Mistake | None:
    """Explain weights that are others after the last validation, which measured the right ones."""
    if same_state(end, lesson.state):
        return Mistake(
            name="restores_the_first_weights",
            hint="in the end the weights are those of the start: when was the copy made that you load?",
        )
    earlier = next((number for number, state in enumerate(states[:-1], start=1) if same_state(end, state)), None)
    if earlier is not None:
        return Mistake(
            name="keeps_the_wrong_epoch",
            hint=f"in the end the weights are those of epoch {earlier}, which is neither the last nor the best: "
            "what decides which epoch is kept?",
        )
    mixed = _of_two_epochs(states, end)
    if mixed is not None:
        return mixed
    import torch

    among = [lesson.state, *states]
    for first in range(len(among) - 1):
        some = among[first:]
        mean = {name: torch.stack([state[name].double() for state in some]).mean(dim=0) for name in PARAMETERS}
        if same_state(end, mean):
            return Mistake(
                name="averages_the_weights",
                hint="in the end the weights are the mean over epochs, which nobody has measured: the history is about others",
            )
    return Mistake(
        name="changes_weights_after_the_last_validation",
        hint="the last entry is right for the network as it was then, and afterwards its weights change: what comes after the "
        "last validation?",
    )


def _of_two_epochs(states: Sequence[State], end: State) -> Mistake | None:
    """Explain parameters of one epoch beside running statistics of another."""

    def epoch_of(names: set[str]) -> int | None:
        some = {name: end[name] for name in names}
        return next((number for number, state in enumerate(states, start=1) if same_state(state, some)), None)

    parameters, statistics = epoch_of(set(PARAMETERS)), epoch_of(set(end) - set(PARAMETERS))
    if parameters is None or statistics is None:
        return None
    return Mistake(
        name="restores_parameters_without_statistics",
        hint=f"in the end the parameters are those of epoch {parameters}, and the running statistics of batch normalisation "
        f"those of epoch {statistics}: what belongs to the state of a network besides its parameters?",
    )


def _other_numbers(evidence: WrongEntry) -> Mistake | None:
    told, right = evidence.told[evidence.epoch], evidence.right
    if evidence.accuracy_is_right:
        if near(told.loss, sum(right.losses), tolerances.HISTORY):
            return wrong_averages.told(Average.SUM_OF_LOSSES)
        return _other_criterion(told.loss, evidence)
    if right.accuracy and near(told.accuracy, 100 * right.accuracy, _ROUNDED):
        return wrong_averages.told(Average.ACCURACY_IN_PERCENT)
    if abs(told.accuracy - mean_of_batches(right.shares)) < tolerances.SHARE:
        return wrong_averages.told(Average.MEAN_OF_BATCH_ACCURACIES)
    if abs(told.accuracy - sum(right.correct)) < tolerances.SHARE:
        return wrong_averages.told(Average.COUNTS_INSTEAD_OF_SHARE)
    return None


def _other_criterion(loss: float, evidence: WrongEntry) -> Mistake | None:
    """Explain a loss that is the mean of another one than the cross entropy."""
    lesson, validation, state = evidence.lesson, evidence.validation, evidence.observation.state
    found = scores(state, validation.images, training=False)
    parts = in_batches(found, validation.labels, lesson.batch_size)
    sizes = tuple(len(labels) for _found, labels in parts)
    for other in gradient_ways.other_losses(lesson):
        losses = tuple(other.value(found, labels).item() for found, labels in parts)
        if any(
            near(loss, mean, tolerances.HISTORY) for mean in (mean_of_samples(losses, sizes), mean_of_batches(losses))
        ):
            return Mistake(
                name="own_criterion",
                hint=f"val_loss is the mean of {other.words}, and the handout asks for that of `nn.CrossEntropyLoss()`",
                explained_by=ExplainedBy(distance=1, reproduces="the loss on the validation images"),
            )
    return None
