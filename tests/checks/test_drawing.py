"""What checks draw of a training: a history as it is told, and how held-out images are read."""

from __future__ import annotations

import math

import pytest
import torch

from grader.checks import findings
from grader.checks.training.curves import draw_training
from grader.checks.training.reading import draw_reading
from grader.figures import Figures
from grader.proxy import Observation


def drawn_of(value: object, losses: tuple[float, ...] = ()) -> Figures:
    """What is drawn where a `fit` returns *value*."""
    observation = Observation(
        function="fit", value=value, notes=(), state={}, stopped=False, losses=losses, gradients_left_off=False
    )
    with findings.gather() as found:
        draw_training(observation)
    return found.figures


def test_a_history_is_drawn_as_it_is_told() -> None:
    """Losses in one drawing, accuracies in another; tensors are numbers, what is not finite or no number is a gap."""
    history = [
        {"train_loss": 2.0, "val_loss": torch.tensor(1.5), "val_accuracy": 0.5},
        {"train_loss": math.nan, "val_loss": 10**400, "val_accuracy": "much"},
        "no dictionary",
        {"train_loss": 1, "val_loss": None},
    ]
    loss, accuracy = drawn_of(history).curves

    assert loss.title == "Loss of each epoch, as your history says"
    assert [(line.name, line.values) for line in loss.lines] == [
        ("training", (2.0, None, None, 1.0)),
        ("validation", (1.5, None, None, None)),
    ]
    assert [(line.name, line.values) for line in accuracy.lines] == [("validation", (0.5, None, None, None))]


@pytest.mark.parametrize("value", [None, 3, [], {"train_loss": [1.0]}, [[1.0]], [{"loss": 1.0}]], ids=repr)
def test_losses_from_outside_stand_in_for_a_history(value: object) -> None:
    """Where none came back, as of a training that was stopped."""
    (curves,) = drawn_of(value, losses=(2.0, math.inf)).curves

    assert curves.title == "Loss of each epoch, of what `backward` was called on"
    assert curves.lines[0].values == (2.0, None)
    assert not drawn_of(value)


def test_a_long_history_is_cut() -> None:
    """Of a million entries two hundred are looked at."""
    (curves,) = drawn_of([{"train_loss": 1.0}] * 1_000_000).curves

    assert len(curves.lines[0].values) == 200


def test_what_is_read_as_what_is_counted() -> None:
    """Rows are classes; scores that are not finite read nothing; misread images come with their pixels."""
    labels = torch.tensor([0, 0, 1, 1, 1])
    scores = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [1.0, 0.0], [math.nan, 1.0]])
    images = torch.arange(5 * 3 * 2 * 2, dtype=torch.uint8).view(5, 3, 2, 2)
    with findings.gather() as found:
        draw_reading(scores, images, labels)
    (matrix,) = found.figures.confusions

    assert (matrix.counts, matrix.unread) == (((1, 1), (1, 1)), 1)
    assert [(one.label, one.read_as) for one in matrix.misread] == [(0, 1), (1, 0)]
    assert list(matrix.misread[0].pixels) == images[1].permute(1, 2, 0).flatten().tolist()


def test_misread_images_are_taken_from_everywhere() -> None:
    """Not the first alone, which may all be of one class; of many classes nothing is drawn."""
    labels = torch.arange(100) // 10
    scores = torch.nn.functional.one_hot((labels + 1) % 10).float()
    with findings.gather() as found:
        draw_reading(scores, torch.zeros(100, 1, 2, 2, dtype=torch.uint8), labels)
        draw_reading(torch.zeros(1, 50), torch.zeros(1, 1, 2, 2, dtype=torch.uint8), torch.tensor([0]))
    (matrix,) = found.figures.confusions

    assert [one.label for one in matrix.misread] == [0, 1, 3, 5, 6, 8]
