"""
Which other number than the accuracy an evaluation returns: a wrong average, or classes that are looked for elsewhere.

Of a few images there are few shares, and an accuracy is any of them by chance.  So a way is named only where it gives the answer
on other images too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.checks import expect, tolerances
from grader.checks.training.averages import wrong_accuracies
from grader.checks.training.evidence import WrongEvaluation
from grader.checks.training.rehearsal import CLASSES, Lesson, State, measure, scores
from grader.diagnosis.mistake import Mistake
from grader.diagnosis.wrong_averages import HINTS
from grader.keys import public_keys
from grader.model import ExplainedBy
from grader.proxy import RemoteName, Session

if TYPE_CHECKING:
    import torch

_KEYS = public_keys("accuracy ways")
_OTHERS = ((61, 7, 1.0), (45, 8, 6.0))
"""Images, size of a batch and size of the scores of the lessons on which a way must give the answer too."""
_CLASS_HINTS = {
    "argmax_over_the_batch": "the largest score is looked for among the images, not among the classes: which axis is it?",
    "softmax_over_the_batch": "a softmax over the images makes other classes the largest: does the accuracy need one at all?",
    "looks_for_the_smallest_score": "the class of an image is where its score is largest",
    "classes_off_by_one": "classes count from 0, as the scores do",
    "compares_each_with_all": "there are more comparisons than images: which shapes have the two sides of `==`, and what does "
    "broadcasting make of them?",
    "scores_taken_for_classes": "the largest scores themselves are compared with the labels: what does `max` tell of a score "
    "besides how large it is?",
    "scores_cut_to_whole_numbers": "scores are compared after they were made whole numbers, so that several are the largest",
}
_TARGET_HINTS = {
    "compares_one_hot_rows": "a row of zeros and a one agrees with another one in most of its numbers, whatever the classes are: "
    "what is compared, and what is counted?",
    "rounds_probabilities": "the largest probability may be below one half, and then rounding leaves nothing of it: which class "
    "is it all the same?",
}
_ROUNDED = (
    "these are the first decimals of the accuracy; to compare two networks takes all. Where would a short number do?"
)
_AMONG_SEVERAL = (
    "an image counts as right where its class is among several largest scores: how many answers has the network?"
)
_OF_ONE_BATCH = "these are the right images of one batch, divided by the number of all: where is your count set to 0?"
_ON_OTHERS = ExplainedBy(distance=1, reproduces="the accuracy, on other images too")
_PLACE, _LARGEST, _EVERY = 1, 5, 3
"""Where the largest score of all images stands, what it is, and one label in how many is that number."""
_SEVERAL = (2, 3, 4, 5)
_OF_CLASSES = "this is the mean over the classes, in which an image of a rare class counts more: count images"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    name: str
    hint: str
    value: float


def explain(evidence: WrongEvaluation, session: Session | None) -> Mistake | None:
    """
    Return what explains a wrong accuracy, or None.

    Args:
        session: Where the submission can be asked for other images; without one nothing is named but what is no share at all.

    Raises:
        GraderError, WorkerLost: As asking the submission does.
    """
    if session is not None and not evidence.accuracy and _takes_scores_for_classes(evidence, session):
        name = "scores_taken_for_classes"
        return Mistake(name=name, hint=_CLASS_HINTS[name], explained_by=_ON_OTHERS)
    fitting = [way for way in _ways(evidence.lesson) if _is(evidence.accuracy, way.value)]
    if not fitting:
        return None
    if session is not None:
        fitting = [way for way in fitting if way.name in _names_on_others(evidence, session)]
    elif 0 <= evidence.accuracy <= 1 and len({way.name for way in fitting}) > 1:
        return None
    if not fitting:
        return None
    explained = ExplainedBy(distance=1, reproduces="the accuracy") if session is None else _ON_OTHERS
    return Mistake(name=fitting[0].name, hint=fitting[0].hint, explained_by=explained)


def _takes_scores_for_classes(evidence: WrongEvaluation, session: Session) -> bool:
    """
    Return whether labels that are the value of the largest score count as right, and those that are its place do not.

    Scores are seldom whole numbers; here the network gives all images the same ones, and the largest is the number of a class.
    """
    lesson = expect.loop.telling_lesson(_KEYS.images.derive("scores"))
    state, labels = _with_scores_times(0.0, lesson.state), lesson.everything.labels.clone()
    state["linear.bias"][_PLACE] = _LARGEST
    labels[:] = _PLACE
    labels[::_EVERY] = _LARGEST
    told = replace(lesson, state=state, everything=replace(lesson.everything, labels=labels))
    received = _accuracy(evidence, told, session)
    return received is not None and _is(received, (labels == _LARGEST).double().mean().item())


def _accuracy(evidence: WrongEvaluation, lesson: Lesson, session: Session) -> float | None:
    """Return the accuracy that the submission finds on a lesson; None where it is no number."""
    session.begin()
    observation = expect.loop.evaluation(RemoteName(session, evidence.observation.function), lesson)
    session.end()
    match observation.value:
        case [_, int() | float() as accuracy]:
            return float(accuracy)
    return None


def _names_on_others(evidence: WrongEvaluation, session: Session) -> set[str]:
    """Return the names of the ways that give what the submission returns on other lessons."""
    names: set[str] | None = None
    for number, (images, batch_size, factor) in enumerate(_OTHERS):
        lesson = expect.loop.telling_lesson(_KEYS.images.derive(number), images=images, batch_size=batch_size)
        lesson = replace(lesson, state=_with_scores_times(factor, lesson.state))
        received = _accuracy(evidence, lesson, session)
        if received is None:
            return set()
        found = {way.name for way in _ways(lesson) if _is(received, way.value)}
        names = found if names is None else names & found
    return names or set()


def _with_scores_times(factor: float, state: State) -> State:
    """Return the state of a network whose scores are so many times as large: it reads the same images right."""
    return {**state, **{name: factor * state[name] for name in ("linear.weight", "linear.bias")}}


def _is(received: float, value: float) -> bool:
    return abs(received - value) <= tolerances.SHARE


def _ways(lesson: Lesson) -> Iterator[_Way]:
    right = measure(lesson.state, lesson.everything, lesson.batch_size)
    for way in wrong_accuracies(right):
        yield _Way(name=way.average.value, hint=HINTS[way.average], value=way.value)
    for digits in (2, 3, 4):  # one decimal is the value of too many other ways
        yield _Way(name="accuracy_is_rounded", hint=_ROUNDED, value=round(right.accuracy, digits))
    count = len(lesson.everything.labels)
    for number in (right.correct[0], right.correct[-1]):
        yield _Way(name="counts_one_batch_alone", hint=_OF_ONE_BATCH, value=number / count)
    for number in _among_several(lesson):
        yield _Way(name="right_among_several", hint=_AMONG_SEVERAL, value=number / count)
    for name, number in _counts(lesson).items():
        yield _Way(name=name, hint=_CLASS_HINTS[name], value=number / count)
    for name, share in _one_hot(lesson):
        yield _Way(name=name, hint=_TARGET_HINTS[name], value=share)
    found, labels = (
        scores(lesson.state, lesson.everything.images, training=False).argmax(dim=1),
        lesson.everything.labels,
    )
    there = sorted(set(labels.tolist()))
    classes = [(found[labels == one] == one).double().mean().item() for one in there]
    for value in (sum(classes) / len(classes), sum(classes) / CLASSES):
        yield _Way(name="mean_of_class_accuracies", hint=_OF_CLASSES, value=value)


def _among_several(lesson: Lesson) -> Iterator[int]:
    """Yield how many images are right where their class is among the two, three, four or five largest scores."""
    found, labels = scores(lesson.state, lesson.everything.images, training=False), lesson.everything.labels
    for several in _SEVERAL:
        if several < found.shape[1]:
            yield int((found.topk(several, dim=1).indices == labels[:, None]).sum())


def _one_hot(lesson: Lesson) -> Iterator[tuple[str, float]]:
    """Yield the accuracies of who compares rows with one number for each class: all numbers alike, or whole rows."""
    from torch.nn import functional as F

    found, targets = (
        scores(lesson.state, lesson.everything.images, training=False),
        F.one_hot(lesson.everything.labels, CLASSES),
    )
    one_hot, rounded = F.one_hot(found.argmax(dim=1), CLASSES), found.softmax(dim=1).round()
    same, near = one_hot == targets, rounded == targets
    for name, agree in (("compares_one_hot_rows", same), ("rounds_probabilities", near)):
        yield name, agree.double().mean().item()
        yield name, agree.double().sum(dim=1).mean().item()
    yield "rounds_probabilities", near.all(dim=1).double().mean().item()


def _counts(lesson: Lesson) -> Mapping[str, int]:
    """Return how many images are right for who looks for their classes elsewhere."""
    counts = dict.fromkeys(_CLASS_HINTS, 0)
    for batch in lesson.batches:
        found, labels = scores(lesson.state, batch.images, training=False), batch.labels
        classes: dict[str, torch.Tensor] = {
            "argmax_over_the_batch": found.argmax(dim=0),
            "softmax_over_the_batch": found.softmax(dim=0).argmax(dim=1),
            "looks_for_the_smallest_score": found.argmin(dim=1),
            "classes_off_by_one": found.argmax(dim=1) + 1,
            "scores_taken_for_classes": found.max(dim=1).values.trunc(),
            "scores_cut_to_whole_numbers": found.trunc().argmax(dim=1),
        }
        counts["compares_each_with_all"] += int((found.argmax(dim=1)[:, None] == labels).sum())
        for name, given in classes.items():
            length = min(len(given), len(labels))
            counts[name] += int((given[:length] == labels[:length]).sum())
    return counts
