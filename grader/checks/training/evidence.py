"""
What a failed check of a training hands up, from which the diagnosis tells the mistake.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from grader.checks.training.rehearsal import Evaluated, Lesson
from grader.proxy import Observation


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WrongWeights:
    """An epoch left other weights than a right loop."""

    lesson: Lesson
    observation: Observation


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WrongLoss:
    """The loss of an epoch is none of its means."""

    received: float
    losses: tuple[float, ...]
    """The mean loss of each batch, as it is."""
    sizes: tuple[int, ...]
    """Images of each batch."""
    lesson: Lesson
    observation: Observation


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WrongEvaluation:
    """An evaluation returned another loss, or another accuracy."""

    loss: float
    accuracy: float
    accuracy_is_right: bool
    right: Evaluated
    lesson: Lesson
    observation: Observation


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChangedByEvaluation:
    """The network was another one after its evaluation."""

    observation: Observation


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WrongEntry:
    """The history of a `fit` says another loss or accuracy of the validation images than the network gives."""

    loss: float
    accuracy: float
    accuracy_is_right: bool
    validation: Evaluated
    """What the network gives on the validation images."""
    training: Evaluated
    """What it gives on the training images."""
    observation: Observation


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongTrainLoss:
    """The history of a `fit` says another training loss than those that `backward` was called on."""

    received: float
    losses: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ValidationTouched:
    """A `fit` does with its validation images what only training may do."""

    observation: Observation


class Fact(enum.Enum):
    """What a check has found out whole: it needs a name, and nothing else explains it better."""

    GRAPHS_ALIVE = enum.auto()
    """Graphs of past batches stay alive."""
    GRADIENTS_WHILE_EVALUATING = enum.auto()
    """An evaluation builds graphs."""
    NETWORK_UNCHANGED = enum.auto()
    """A `fit` returned, and its network is what it was."""
    DIVERGED = enum.auto()
    """The loss is no finite number any more."""
    STOPPED = enum.auto()
    """A training was stopped for its time."""
    WORSE_THAN_GUESSING = enum.auto()
    """A training ends with a higher loss than guessing has."""
    LAYERS_NOT_REGISTERED = enum.auto()
    """Weights that are no parameters."""
