"""Evaluations as students write them: a wrong accuracy is named only where its way gives the answer on other images too."""

from __future__ import annotations

import pytest
from made_keys import key
from students import StudentOf

from grader.checks.expect import loop as expect_loop
from grader.checks.training import rehearsal
from grader.diagnosis import training
from grader.diagnosis.mistake import Mistake
from grader.errors import CheckFailed
from grader.proxy import session_of
from grader.proxy.student import Student

EVALUATE = """\
import torch


def evaluate(model, loader, criterion, device):
    model.eval()
    total = right = count = batches = 0
    with torch.no_grad():
        for images, labels in loader:
            scores = model(images)
            loss = criterion(scores, labels)
            total += loss.item() * len(labels)
            right += (scores.argmax(dim=1) == labels).sum().item()
            count += len(labels)
            batches += 1
    return total / count, right / count
"""
CLASSES = "scores.argmax(dim=1)"
BY_CLASS = """\
    hits, seen = torch.zeros(10), torch.zeros(10)
    with torch.no_grad():
        for images, labels in loader:
            found = model(images).argmax(1)
            for one, other in zip(found.tolist(), labels.tolist()):
                seen[other] += 1
                hits[other] += one == other
    return total / count, (hits[seen > 0] / seen[seen > 0]).mean().item()
"""


def edited(*edits: tuple[str, str]) -> str:
    """Return the right evaluation with some lines replaced; an edit that changes nothing is a mistake of the test."""
    source = EVALUATE
    for old, new in edits:
        assert old in source, old
        source = source.replace(old, new)
    return source


WRONG = {
    "argmax_over_the_batch": edited((f"({CLASSES} == labels)", "(scores.argmax(0)[:len(labels)] == labels[:10])")),
    "softmax_over_the_batch": edited((CLASSES, "scores.softmax(0).argmax(dim=1)")),
    "looks_for_the_smallest_score": edited((CLASSES, "scores.argmin(dim=1)")),
    "classes_off_by_one": edited((CLASSES, "(scores.argmax(dim=1) + 1)")),
    "compares_each_with_all": edited((CLASSES, "scores.argmax(dim=1, keepdim=True)")),
    "scores_taken_for_classes": edited((CLASSES, "scores.max(dim=1)[0]")),
    "compares_one_hot_rows": edited(
        (f"({CLASSES} == labels)", f"(torch.nn.functional.one_hot({CLASSES}, 10) == torch.eye(10)[labels])")
    ),
    "rounds_probabilities": edited(
        (f"({CLASSES} == labels)", "(scores.softmax(1).round() == torch.eye(10)[labels]).all(dim=1)")
    ),
    "scores_cut_to_whole_numbers": edited((CLASSES, "scores.long().argmax(dim=1)")),
    "mean_of_class_accuracies": edited(("    return total / count, right / count\n", BY_CLASS)),
    "right_among_several": edited(
        (f"({CLASSES} == labels)", "(scores.sort(dim=1).indices[:, -5:] == labels[:, None]).any(dim=1)")
    ),
    "counts_one_batch_alone": edited(
        ("            right += (", "            right = ("),
    ),
    "accuracy_in_percent": edited(("right / count", "100 * right / count")),
    "accuracy_is_rounded": edited(("right / count", "round(right / count, 3)")),
    "counts_instead_of_share": edited(("right / count", "right")),
    "divides_by_batches": edited(("right / count", "right / batches")),
    "divides_by_full_batches": edited(("right / count", "right / (batches * loader.batch_size)")),
    "swapped": edited(("total / count, right / count", "right / count, total / count")),
    "own_criterion": edited(
        ("criterion(scores, labels)", "torch.nn.functional.cross_entropy(scores, labels, label_smoothing=0.1)")
    ),
    "counts_the_last_batch_as_full": edited(("loss.item() * len(labels)", "loss.item() * loader.batch_size")),
    "mean_of_some_batches": edited(
        (
            "            total +=",
            "            total, count = (total, count) if batches != 2 else (0, 0)\n            total +=",
        ),
        ("right / count", "right / len(loader.dataset)"),
    ),
    "keeps_numbers_between_calls": edited(
        ("    model.eval()\n", "    model.eval()\n    calls.append(1)\n"),
        ("def evaluate", "calls = []\n\n\ndef evaluate"),
        ("right / count", "right / count / len(calls)"),
    ),
    None: edited(("right / count", "0.5")),
}
"""By the name that must be told."""
ALIKE = (
    ("scores_taken_for_classes", edited((CLASSES, "scores.max()"))),
    ("scores_taken_for_classes", edited((CLASSES, "scores.max(dim=1).values.long()"))),
    (
        "compares_one_hot_rows",
        edited(
            (
                f"({CLASSES} == labels)",
                f"(torch.nn.functional.one_hot({CLASSES}, 10) == torch.eye(10)[labels]).double().mean(1)",
            )
        ),
    ),
    (None, edited(("right / count", "0.0"))),
    (None, edited(("right / count", "right // (count + 1)"))),
)
"""Other ways to the same, and evaluations that give 0 for another reason."""


def explained(student: Student, number: int) -> Mistake | None:
    """Return what explains how this evaluation fails, the second time that it is called."""
    expect_loop.evaluation(student.evaluate, expect_loop.telling_lesson(key(90)))
    with pytest.raises(CheckFailed) as caught:
        expect_loop.evaluates(student.evaluate, expect_loop.telling_lesson(key(number)))
    return training.explain(caught.value.evidence, session_of(student))


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_number_is_named(student_of: StudentOf, name: str | None, number: int) -> None:
    """Whatever the images are; a share that only looks like another one is not named."""
    mistake = explained(student_of(WRONG[name]), number)

    assert (mistake and mistake.name) == name


@pytest.mark.parametrize(("name", "source"), ALIKE)
def test_each_way_to_a_mistake_is_told(student_of: StudentOf, name: str | None, source: str) -> None:
    """An accuracy of 0 alone says nothing."""
    mistake = explained(student_of(source), 1)

    assert (mistake and mistake.name) == name


def test_a_chance_agreement_is_not_named(student_of: StudentOf) -> None:
    """An evaluation that returns, for one lesson, what the wrong axis would give there is not said to have taken it."""
    lesson = expect_loop.telling_lesson(key(3))
    found = rehearsal.scores(lesson.state, lesson.everything.images, training=False)
    over_images = expect_loop._right_over_the_batch(found, lesson) / len(found)
    student = student_of(edited(("right / count", repr(over_images))))
    with pytest.raises(CheckFailed) as caught:
        expect_loop.evaluates(student.evaluate, lesson)

    assert training.explain(caught.value.evidence, session_of(student)) is None
