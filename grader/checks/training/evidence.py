"""
What a failed check of a training hands up, from which the diagnosis tells the mistake.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from grader.checks.training.rehearsal import Batch, Evaluated, Lesson
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
    training: bool
    """Whether the network was handed over in training mode, where it drops with the probability *dropout*."""
    dropout: float
    observation: Observation


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChangedByEvaluation:
    """The network was another one after its evaluation."""

    observation: Observation


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a history says of the validation images after one epoch."""

    loss: float
    accuracy: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WrongEntry:
    """The history of a `fit` says another loss or accuracy of the validation images than the network gives."""

    told: tuple[Told, ...]
    """What it says of each epoch."""
    epoch: int
    """The first one that is wrong, from 0."""
    right: Evaluated
    """What the network gives on the validation images at the end of this epoch."""
    accuracy_is_right: bool
    lesson: Lesson
    validation: Batch
    observation: Observation


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongTrainLoss:
    """The history of a `fit` says another training loss than those that `backward` was called on."""

    received: float
    losses: tuple[float, ...]
    sizes: tuple[int, ...]
    """Images of each batch; all 1 where nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ValidationTouched:
    """A `fit` does with its validation images what only training may do."""

    observation: Observation


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WrongLength:
    """The history of a `fit` has not one entry for each epoch."""

    entries: int
    epochs: int
    observation: Observation


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Unchanged:
    """A `fit` returned, and its network is what it was."""

    observation: Observation
    lesson: Lesson | None = None
    """What it was trained on, where the network was ours."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LearnsTooLittle:
    """A network of the submission, trained by its own `fit`, has not learnt enough, and nothing says why."""

    observation: Observation
    told: tuple[float, ...] = ()
    """The training losses of its history, where it was asked for them."""


class Fact(enum.StrEnum):
    """What a check has found out whole: this is the name of the mistake, and nothing else explains it better."""

    GRAPHS_ALIVE = "graph_kept"
    """Graphs of past batches stay alive."""
    GRADIENTS_WHILE_EVALUATING = "no_no_grad"
    """An evaluation builds graphs."""
    DIVERGED = "diverged"
    """The loss is no finite number any more."""
    STOPPED = "too_slow"
    """A training was stopped for its time."""
    WORSE_THAN_GUESSING = "worse_than_guessing"
    """A training ends with a higher loss than guessing has."""
    LAYERS_NOT_REGISTERED = "layers_not_registered"
    """Weights that are no parameters."""
    LAYERS_MADE_IN_FORWARD = "layers_made_in_forward"
    """Parameters that are there only once images have gone through the network."""
    GRADIENTS_STAY_OFF = "gradients_stay_off"
    """Torch records no gradients any more after an evaluation."""
    OPTIMIZER_MADE_ANEW = "optimizer_made_anew"
    """In every epoch another optimizer begins, and what the one before remembered is lost."""
    LOSS_IS_A_TENSOR = "loss_is_a_tensor"
    """A tensor where a Python number is asked for."""
    RETURNS_NOTHING = "returns_nothing"
    """None where something is asked for."""
    NOT_A_PAIR = "not_a_pair"
    """An evaluation returns something else than loss and accuracy."""
    DICTIONARY_OF_LISTS = "dictionary_of_lists"
    """The history is one dictionary of lists."""
    NOT_A_LIST_OF_DICTIONARIES = "not_a_list_of_dictionaries"
    """The history is something else."""
    KEYS_MISSING = "keys_missing"
    """An entry of the history has other keys."""
    MADE_UP = "made_up"
    """Nothing that came back comes of the network and the images."""
    VALIDATION_UNUSED = "validation_unused"
    """A `fit` never looks at the validation images."""
    LOSS_OVERFLOWS = "loss_overflows"
    """The loss is no finite number where logits are large."""
    SEEDS_ITSELF = "not_reproducible"
    """Random numbers come from elsewhere than the seeded generators."""
    LOSS_TOLD_FALLS_ALONE = "loss_falls_only_in_the_history"
    """The history says that the loss falls, and the losses that were seen do not."""
