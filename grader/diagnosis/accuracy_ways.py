"""
Which other number than the accuracy an evaluation returns: a wrong average, or classes that are looked for elsewhere.

Of a few images there are few shares, and an accuracy is any of them by chance.  So a way is named only where it gives the answer
on other images too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.checks import expect, tolerances
from grader.checks.training.averages import wrong_accuracies
from grader.checks.training.evidence import WrongEvaluation
from grader.checks.training.rehearsal import CLASSES, Lesson, measure, scores
from grader.diagnosis.mistake import Mistake
from grader.diagnosis.wrong_averages import HINTS
from grader.keys import public_keys
from grader.model import ExplainedBy
from grader.proxy import RemoteName, Session

if TYPE_CHECKING:
    import torch

_KEYS = public_keys("accuracy ways")
_OTHERS = ((61, 7), (45, 8))
"""Images and size of a batch of the lessons on which a way must give the answer too."""
_CLASS_HINTS = {
    "argmax_over_the_batch": "the largest score is looked for among the images, not among the classes: which axis is it?",
    "softmax_over_the_batch": "a softmax over the images makes other classes the largest: does the accuracy need one at all?",
    "looks_for_the_smallest_score": "the class of an image is where its score is largest",
    "classes_off_by_one": "classes count from 0, as the scores do",
    "compares_each_with_all": "there are more comparisons than images: which shapes have the two sides of `==`, and what does "
    "broadcasting make of them?",
    "scores_cut_to_whole_numbers": "scores are compared after they were made whole numbers, so that several are the largest",
}
_ROUNDED = (
    "these are the first decimals of the accuracy; to compare two networks takes all. Where would a short number do?"
)
_AMONG_SEVERAL = (
    "an image counts as right where its class is among several largest scores: how many answers has the network?"
)
_OF_ONE_BATCH = "these are the right images of one batch, divided by the number of all: where is your count set to 0?"
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
    fitting = [way for way in _ways(evidence.lesson) if _is(evidence.accuracy, way.value)]
    if not fitting:
        return None
    if session is not None:
        fitting = [way for way in fitting if way.name in _names_on_others(evidence, session)]
    elif 0 <= evidence.accuracy <= 1 and len({way.name for way in fitting}) > 1:
        return None
    if not fitting:
        return None
    where = "the accuracy" if session is None else "the accuracy, on other images too"
    return Mistake(name=fitting[0].name, hint=fitting[0].hint, explained_by=ExplainedBy(distance=1, reproduces=where))


def _names_on_others(evidence: WrongEvaluation, session: Session) -> set[str]:
    """Return the names of the ways that give what the submission returns on other lessons."""
    names: set[str] | None = None
    for number, (images, batch_size) in enumerate(_OTHERS):
        lesson = expect.loop.telling_lesson(_KEYS.images.derive(number), images=images, batch_size=batch_size)
        session.begin()
        observation = expect.loop.evaluation(RemoteName(session, evidence.observation.function), lesson)
        session.end()
        value = observation.value
        received = value[1] if isinstance(value, list | tuple) and len(value) == 2 else None
        if not isinstance(received, int | float):
            return set()
        found = {way.name for way in _ways(lesson) if _is(float(received), way.value)}
        names = found if names is None else names & found
    return names or set()


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
            "scores_cut_to_whole_numbers": found.trunc().argmax(dim=1),
        }
        counts["compares_each_with_all"] += int((found.argmax(dim=1)[:, None] == labels).sum())
        for name, given in classes.items():
            length = min(len(given), len(labels))
            counts[name] += int((given[:length] == labels[:length]).sum())
    return counts
