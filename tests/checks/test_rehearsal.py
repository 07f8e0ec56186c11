"""The oracle of training, against torch's own modules, loss and optimizer."""

from __future__ import annotations

import math

import pytest
import torch
from made_keys import key
from torch import nn

from grader import protocol
from grader.checks.training import rehearsal


def torch_network(lesson: rehearsal.Lesson) -> nn.Sequential:
    """Build the small network of a lesson from torch's modules."""
    network = nn.Sequential()
    network.add_module("conv", nn.Conv2d(3, 4, 3, padding=1, dtype=torch.float64))
    network.add_module("norm", nn.BatchNorm2d(4, dtype=torch.float64))
    network.add_module("relu", nn.ReLU())
    network.add_module("pool", nn.AdaptiveAvgPool2d(4))
    network.add_module("flatten", nn.Flatten())
    network.add_module("linear", nn.Linear(64, 10, dtype=torch.float64))
    network.load_state_dict(dict(lesson.state))
    return network


LESSONS = [rehearsal.lesson(key(1)), *rehearsal.lessons(key(5))]


@pytest.mark.parametrize("lesson", LESSONS, ids=range(len(LESSONS)))
def test_an_epoch_is_that_of_torch(lesson: rehearsal.Lesson) -> None:
    """Losses and weights are those of torch's modules, trained by torch's SGD on torch's cross entropy."""
    network = torch_network(lesson).train()
    optimizer = torch.optim.SGD(
        network.parameters(), lr=lesson.learning_rate, momentum=lesson.momentum, weight_decay=lesson.weight_decay
    )
    criterion = nn.CrossEntropyLoss(label_smoothing=lesson.label_smoothing)
    losses = []
    for batch in lesson.batches:
        optimizer.zero_grad()
        loss = criterion(network(batch.images.double()), batch.labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    epoch = rehearsal.one_epoch(lesson)

    assert epoch.losses == pytest.approx(losses, rel=1e-12)
    assert rehearsal.same_state(network.state_dict(), epoch.weights)
    for name, value in network.named_parameters():
        torch.testing.assert_close(epoch.weights[name], value.detach(), rtol=0, atol=1e-12)


@pytest.mark.parametrize("lesson", LESSONS, ids=range(len(LESSONS)))
def test_an_evaluation_is_that_of_torch(lesson: rehearsal.Lesson) -> None:
    """Loss and accuracy are those of torch's modules in evaluation mode."""
    network = torch_network(lesson).eval()
    criterion = nn.CrossEntropyLoss(label_smoothing=lesson.label_smoothing)
    with torch.no_grad():
        scores = network(lesson.everything.images.double())
    found = rehearsal.measure(lesson.state, lesson.everything, lesson.batch_size, lesson.label_smoothing)

    assert found.accuracy == (scores.argmax(1) == lesson.everything.labels).double().mean().item()
    whole = rehearsal.mean_of_samples(found.losses, found.sizes)
    assert whole == pytest.approx(criterion(scores, lesson.everything.labels).item(), rel=1e-12)


def test_batches_are_those_of_a_data_loader() -> None:
    """A lesson's batches are what its loader gives: in order, the last one smaller."""
    lesson = rehearsal.lesson(key(3), images=22, batch_size=5)
    images = protocol.unpack_tensor(lesson.loader.images.blob)

    assert [len(batch.labels) for batch in lesson.batches] == [5, 5, 5, 5, 2]
    assert torch.equal(torch.cat([batch.images for batch in lesson.batches]), images)
    assert not lesson.loader.shuffled


def test_images_survive_every_precision() -> None:
    """Images hold so few bits that half precision, of either kind, changes nothing."""
    images = rehearsal.tinted(key(0), 50).images

    assert images.dtype == torch.float32
    assert torch.equal(images.half().float(), images)
    assert torch.equal(images.bfloat16().float(), images)
    assert 0 <= images.min() < images.max() <= 1


def test_same_key_same_lesson() -> None:
    """A key decides weights and images."""
    one, again, other = (rehearsal.lesson(key(number)) for number in (4, 4, 5))

    assert all(torch.equal(one.state[name], again.state[name]) for name in one.state)
    assert torch.equal(one.everything.images, again.everything.images)
    assert torch.equal(one.everything.labels, again.everything.labels)
    assert not torch.equal(one.everything.images, other.everything.images)
    drawn = [name for name, value in one.state.items() if value.dim()]
    assert not any((one.state[name] == other.state[name]).any() for name in drawn)


def test_lessons_are_all_different() -> None:
    """Lessons of one key share neither weights nor images."""
    first, *others = rehearsal.lessons(key(6))

    for other in others:
        assert not (first.state["linear.weight"] == other.state["linear.weight"]).any()
        assert not torch.equal(first.everything.images[:6], other.everything.images[:6])


def test_means_over_samples_and_over_batches_differ_where_batches_do() -> None:
    """Two batches of 3 and 1 with losses 1 and 5: a mean of 2 over samples, of 3 over batches."""
    assert rehearsal.mean_of_samples((1.0, 5.0), (3, 1)) == 2
    assert rehearsal.mean_of_batches((1.0, 5.0)) == 3


@pytest.mark.parametrize("losses", [(math.inf, -math.inf), (1e308, 1e308), (math.nan, 1.0)], ids=repr)
def test_losses_without_a_sum_have_no_mean(losses: tuple[float, ...]) -> None:
    """Whatever a worker says of its losses, nothing raises, and what is no number is none."""
    assert not math.isfinite(rehearsal.mean_of_samples(losses, (3, 1)))
    assert not math.isfinite(rehearsal.mean_of_batches(losses))


def test_nothing_is_near_what_is_no_number() -> None:
    """NaN agrees with nothing, in numbers and in tensors; a missing tensor or another shape does neither."""
    right = torch.ones(2)

    assert not rehearsal.near(math.nan, 1.0)
    assert not rehearsal.same_tensor(torch.tensor([1.0, math.nan]), right)
    assert not rehearsal.same_tensor(torch.ones(3), right)
    assert not rehearsal.same_tensor(None, right)
    assert rehearsal.same_tensor(right + 1e-6, right)
    assert not rehearsal.same_tensor(right + 1e-4, right)
    assert not rehearsal.same_state({}, {"weight": right})
