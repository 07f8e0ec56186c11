"""
Lessons on which training loops are rehearsed, and what a right loop makes of them: the oracle of training.

A lesson is a small network with weights, labelled images in batches and an optimizer.  What one epoch of training makes of the
weights is worked out here, in float64 and from the formulas, without torch's modules and optimizers: an independent answer, which
a right loop of any style reproduces up to rounding.

    h = relu(norm(conv(x)))          norm: batch statistics in training mode, running ones in evaluation mode
    s = linear(mean of h over a grid of 4 x 4)

Images hold multiples of 1/16, so that a loop which casts them to another precision changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader import protocol
from grader.checks import tolerances
from grader.datasets import noise
from grader.keys import StreamKey

if TYPE_CHECKING:
    import torch

CLASSES = 10
_WIDTH, _GRID, _SIDE, _EPSILON = 4, 4, 32, 1e-5
PARAMETERS = ("conv.weight", "conv.bias", "norm.weight", "norm.bias", "linear.weight", "linear.bias")
State = Mapping[str, "torch.Tensor"]
"""Parameters and running statistics by name, float64."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Batch:
    """Images (N, 3, 32, 32) float32 and labels (N,) int64."""

    images: torch.Tensor
    labels: torch.Tensor


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lesson:
    """Everything that an epoch of training, or an evaluation, depends on."""

    state: State
    everything: Batch
    batch_size: int
    learning_rate: float = 0.1
    momentum: float = 0.9
    weight_decay: float = 0.0
    label_smoothing: float = 0.0

    @property
    def batches(self) -> tuple[Batch, ...]:
        """Return the batches as a loader gives them; the last one may be smaller."""
        images, labels = self.everything.images, self.everything.labels
        pairs = zip(images.split(self.batch_size), labels.split(self.batch_size), strict=True)
        return tuple(Batch(images=some, labels=own) for some, own in pairs)

    def network(self, *, training: bool, dropout: float = 0.0) -> protocol.LessonNetwork:
        """Return the network, handed over in training or in evaluation mode."""
        return protocol.LessonNetwork(protocol.pack_tensors(self.state), dropout, training)

    @property
    def loader(self) -> protocol.Batches:
        """Return the loader: the batches in order."""
        return loader(self.everything, self.batch_size, shuffled=False)

    @property
    def criterion(self) -> protocol.Criterion:
        """Return the criterion."""
        return protocol.Criterion(self.label_smoothing)

    @property
    def optimizer(self) -> protocol.Optimizer:
        """Return the optimizer."""
        return protocol.Optimizer(self.learning_rate, self.momentum, self.weight_decay)


def loader(images: Batch, batch_size: int, *, shuffled: bool) -> protocol.Batches:
    """Return a loader over *images*."""
    packed = protocol.Images(protocol.pack_tensor(images.images))
    return protocol.Batches(packed, protocol.pack_tensor(images.labels), batch_size, shuffled)


def lesson(key: StreamKey, *, images: int = 22, batch_size: int = 4, **settings: float) -> Lesson:
    """
    Make up a lesson: random weights, random running statistics, images of which each class has its own tint.

    Args:
        settings: `learning_rate`, `momentum`, `weight_decay`, `label_smoothing`.
    """
    import torch

    def normal(name: str, *shape: int) -> torch.Tensor:
        return noise.normal(key.derive(name), *shape)

    features = _WIDTH * _GRID * _GRID
    state = {
        "conv.weight": 0.3 * normal("conv.weight", _WIDTH, 3, 3, 3),
        "conv.bias": 0.1 * normal("conv.bias", _WIDTH),
        "norm.weight": 1 + 0.2 * normal("norm.weight", _WIDTH),
        "norm.bias": 0.2 * normal("norm.bias", _WIDTH),
        "norm.running_mean": 0.3 * normal("norm.running_mean", _WIDTH),
        "norm.running_var": 0.5 + noise.uniform(key.derive("norm.running_var"), _WIDTH).double(),
        "norm.num_batches_tracked": torch.tensor(0),
        "linear.weight": 0.3 * normal("linear.weight", CLASSES, features),
        "linear.bias": 0.1 * normal("linear.bias", CLASSES),
    }
    return Lesson(state=state, everything=tinted(key.derive("images"), images), batch_size=batch_size, **settings)


def tinted(key: StreamKey, count: int) -> Batch:
    """Make up images of noise, of which each class is a little brighter in its own channel and quarter."""
    import torch

    from grader.datasets import Stream

    stream = Stream(key)
    labels = torch.from_numpy(stream.between(0, CLASSES - 1, count)).long()
    sixteenths = torch.from_numpy(stream.between(0, 8, count, 3, _SIDE, _SIDE))
    half = _SIDE // 2
    for number, label in enumerate(labels.tolist()):
        row, column = divmod(label // 3 % 4, 2)
        sixteenths[number, label % 3, row * half : (row + 1) * half, column * half : (column + 1) * half] += 6
    return Batch(images=sixteenths.float() / 16, labels=labels)


# --- what is right ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Epoch:
    """One epoch of a right loop."""

    weights: State
    """The parameters after it."""
    losses: tuple[float, ...]
    """Mean loss of each batch, before its step."""
    sizes: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evaluated:
    """What an evaluation finds, batch by batch."""

    losses: tuple[float, ...]
    """Mean loss of each batch."""
    correct: tuple[int, ...]
    """Images of each batch whose largest score is that of their class."""
    sizes: tuple[int, ...]

    @property
    def accuracy(self) -> float:
        """Return the share of all images that is read right."""
        return sum(self.correct) / sum(self.sizes)

    @property
    def shares(self) -> tuple[float, ...]:
        """Return the accuracy of each batch."""
        return tuple(good / size for good, size in zip(self.correct, self.sizes, strict=True))


def mean_of_samples(losses: tuple[float, ...], sizes: tuple[int, ...]) -> float:
    """Return the mean over samples of losses that are means of batches; NaN where there is none."""
    return total(tuple(loss * size for loss, size in zip(losses, sizes, strict=True))) / sum(sizes)


def mean_of_batches(losses: tuple[float, ...]) -> float:
    """Return the mean of the batches' mean losses, each batch counted alike; NaN where there is none."""
    return total(losses) / len(losses)


def total(losses: tuple[float, ...]) -> float:
    """Return the sum; NaN where infinities of both signs, or finite numbers beyond a float, have none."""
    try:
        return math.fsum(losses)
    except (ValueError, OverflowError):
        return math.nan


def one_epoch(lesson: Lesson) -> Epoch:
    """
    Work out what one step of SGD for each batch, in order, makes of the weights.

    Source: torch.optim.SGD's documentation: v = momentum * v + (g + weight_decay * w), w = w - learning_rate * v, v from 0.
    """
    import torch

    weights = {name: lesson.state[name] for name in PARAMETERS}
    velocity = {name: torch.zeros_like(value) for name, value in weights.items()}
    losses = []
    for batch in lesson.batches:
        loss, gradients = loss_and_gradients(weights, batch, lesson.label_smoothing)
        losses.append(loss)
        for name, value in weights.items():
            velocity[name] = lesson.momentum * velocity[name] + gradients[name] + lesson.weight_decay * value
            weights[name] = value - lesson.learning_rate * velocity[name]
    return Epoch(weights=weights, losses=tuple(losses), sizes=tuple(len(batch.labels) for batch in lesson.batches))


def loss_and_gradients(weights: State, batch: Batch, label_smoothing: float) -> tuple[float, dict[str, torch.Tensor]]:
    """Return the mean loss of a batch in training mode, and its gradient with respect to each parameter."""
    import torch

    leaves = {name: weights[name].detach().clone().requires_grad_() for name in PARAMETERS}
    loss = cross_entropy(scores(leaves, batch.images, training=True), batch.labels, label_smoothing)
    gradients = torch.autograd.grad(loss, list(leaves.values()))
    return loss.item(), dict(zip(leaves, gradients, strict=True))


def measure(state: State, images: Batch, batch_size: int, label_smoothing: float = 0.0) -> Evaluated:
    """Return what a right evaluation finds: in evaluation mode, every image once."""
    return measured(scores(state, images.images, training=False), images.labels, batch_size, label_smoothing)


def in_batches(found: torch.Tensor, labels: torch.Tensor, batch_size: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Return scores (N, K) and labels (N,) as a loader without shuffling would give them."""
    return list(zip(found.split(batch_size), labels.split(batch_size), strict=True))


def measured(found: torch.Tensor, all_labels: torch.Tensor, batch_size: int, label_smoothing: float = 0.0) -> Evaluated:
    """Return what a right evaluation makes of scores (N, K) and labels (N,)."""
    parts = in_batches(found, all_labels, batch_size)
    return Evaluated(
        losses=tuple(cross_entropy(some, labels, label_smoothing).item() for some, labels in parts),
        correct=tuple(int((some.argmax(dim=1) == labels).sum()) for some, labels in parts),
        sizes=tuple(len(labels) for _some, labels in parts),
    )


def scores(state: State, images: torch.Tensor, *, training: bool) -> torch.Tensor:
    """Return the network's scores (N, K) for *images*; nothing is dropped."""
    from torch.nn import functional as F

    maps = F.conv2d(images.double(), state["conv.weight"], state["conv.bias"], padding=1)
    if training:
        mean = maps.mean(dim=(0, 2, 3))
        variance = ((maps - mean[:, None, None]) ** 2).mean(dim=(0, 2, 3))
    else:
        mean, variance = state["norm.running_mean"], state["norm.running_var"]
    normal = (maps - mean[:, None, None]) / (variance[:, None, None] + _EPSILON).sqrt()
    lit = (normal * state["norm.weight"][:, None, None] + state["norm.bias"][:, None, None]).clamp_min(0)
    count, width, height, length = lit.shape
    grid = lit.view(count, width, _GRID, height // _GRID, _GRID, length // _GRID).mean(dim=(3, 5))
    return grid.flatten(1) @ state["linear.weight"].T + state["linear.bias"]


def labels_of(images: torch.Tensor, batch: Batch) -> torch.Tensor | None:
    """Return the labels of images that are some of a batch's; None where one is not."""
    import torch

    if images.shape[1:] != batch.images.shape[1:] or not len(images):
        return None
    same = (images[:, None] == batch.images[None].to(images)).flatten(2).all(dim=2)
    return batch.labels[same.to(torch.uint8).argmax(dim=1)] if bool(same.any(dim=1).all()) else None


def cross_entropy(found: torch.Tensor, labels: torch.Tensor, label_smoothing: float = 0.0) -> torch.Tensor:
    """
    Return the mean cross entropy of scores (N, K).

    Source: torch.nn.CrossEntropyLoss's documentation: with smoothing e the target is 1 - e + e / K for the label, e / K else.
    """
    log_p = found - found.logsumexp(dim=1, keepdim=True)
    target = log_p.gather(1, labels[:, None]).squeeze(1)
    return -((1 - label_smoothing) * target + label_smoothing * log_p.mean(dim=1)).mean()


def near(received: float, right: float, tolerance: float = tolerances.LOOP) -> bool:
    """Return whether two numbers agree, relative to the right one; NaN agrees with nothing."""
    return abs(received - right) <= tolerance * max(abs(right), 1e-3)


def same_tensor(received: torch.Tensor | None, right: torch.Tensor) -> bool:
    """Return whether two tensors agree, on the scale of the largest value of the right one."""
    if received is None or received.shape != right.shape:
        return False
    if right.numel() == 0:
        return True
    scale = right.double().abs().max().clamp_min(tolerances.TINY)
    return bool((received.double() - right.double()).abs().max() <= tolerances.LOOP * scale)


def same_state(received: State, right: State) -> bool:
    """Return whether all tensors of the right state are there and agree."""
    return all(same_tensor(received.get(name), value) for name, value in right.items())


def lessons(key: StreamKey) -> Iterator[Lesson]:
    """Yield lessons of several shapes: one batch, equal batches, a last batch of one, other criteria and optimizers."""
    shapes = ((6, 6), (8, 4), (7, 3), (9, 2), (13, 5))
    settings: tuple[dict[str, float], ...] = (
        {"learning_rate": 0.05, "momentum": 0.0},
        {"label_smoothing": 0.2},
        {"weight_decay": 0.1, "momentum": 0.5},
        {"learning_rate": 0.3, "label_smoothing": 0.1, "momentum": 0.0},
        {"learning_rate": 0.02, "weight_decay": 0.05},
    )
    for number, ((images, batch_size), other) in enumerate(zip(shapes, settings, strict=True)):
        yield lesson(key.derive(number), images=images, batch_size=batch_size, **other)
