"""
What the notes say that the parts of a lesson took while code of the submission used them.

Notes come from the worker, so no check gives points for what they claim alone.  Some checks take points for them, and the
diagnosis explains with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader import protocol
from grader.checks.training.rehearsal import State
from grader.proxy import Observation, readable, state_like

if TYPE_CHECKING:
    import torch

_MAX_GRAPHS = 2
"""Graphs that may be alive when the network is called: that of the batch before, and one that is just being replaced."""
TRAINING, VALIDATION = 0, 1
"""Numbers of the loaders that a `fit` is given, in this order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The notes of one call, sorted by kind."""

    notes: tuple[protocol.Note, ...]

    @property
    def forwards(self) -> list[protocol.Forward]:
        """Return the calls of the network."""
        return [note for note in self.notes if isinstance(note, protocol.Forward)]

    @property
    def criticised(self) -> list[protocol.Criticised]:
        """Return the calls of the criterion."""
        return [note for note in self.notes if isinstance(note, protocol.Criticised)]

    @property
    def steps(self) -> list[protocol.Step]:
        """Return the steps of the optimizer."""
        return [note for note in self.notes if isinstance(note, protocol.Step)]

    def given(self, loader: int = TRAINING) -> int:
        """Return how many batches a loader has given."""
        return sum(isinstance(note, protocol.BatchGiven) and note.loader == loader for note in self.notes)

    def passes(self, loader: int = TRAINING) -> int:
        """Return how often a loader was begun."""
        return sum(isinstance(note, protocol.PassBegun) and note.loader == loader for note in self.notes)


def work_of(observation: Observation) -> Work:
    """Return the notes of a call, sorted."""
    return Work(notes=observation.notes)


def graphs_alive(observation: Observation) -> int | None:
    """Return how many graphs of past batches were alive at once, if that is more than a loop needs."""
    alive = max((note.graphs for note in work_of(observation).forwards), default=0)
    return alive if alive > _MAX_GRAPHS else None


def in_training_mode(observation: Observation) -> bool:
    """Return whether the network was called in training mode."""
    return any(note.training for note in work_of(observation).forwards)


def with_gradients(observation: Observation) -> bool:
    """Return whether the network was called while torch built graphs for gradients."""
    return any(note.gradients for note in work_of(observation).forwards)


def measures_in_training_mode(observation: Observation) -> bool:
    """Return whether the network was called in training mode while torch built no graphs, beside calls that did."""
    calls = {note.gradients for note in work_of(observation).forwards if note.training}
    return calls == {True, False}


def looks_at_validation(observation: Observation) -> bool:
    """Return whether the loader of validation images was gone through."""
    return work_of(observation).passes(VALIDATION) > 0


def trains_on_validation(observation: Observation) -> bool:
    """Return whether `backward` was called while the validation images were gone through."""
    return any(isinstance(note, protocol.Backward) for note in during(observation.notes, VALIDATION))


def validates_in_training_mode(observation: Observation) -> bool:
    """Return whether the network was called in training mode while the validation images were gone through."""
    notes = during(observation.notes, VALIDATION)
    return any(isinstance(note, protocol.Forward) and note.training for note in notes)


def states_before_validation(observation: Observation) -> tuple[State, ...]:
    """Return the network's state each time that the validation images were begun."""
    begun = [note for note in observation.notes if isinstance(note, protocol.PassBegun) and note.loader == VALIDATION]
    states = (readable(protocol.unpack_tensors, note.state) for note in begun if note.state)
    return tuple(state_like(state, observation.state) for state in states)


def first_loss(observation: Observation) -> tuple[torch.Tensor, float] | None:
    """Return the images of the call of the network before the first `backward`, and the value that this was called on."""
    images: bytes | None = None
    for note in observation.notes:
        if isinstance(note, protocol.Forward) and note.gradients:
            images = note.images
        elif isinstance(note, protocol.Backward) and images is not None:
            return readable(protocol.unpack_tensor, images).float(), note.value
    return None


def losses_of_epochs(observation: Observation) -> tuple[tuple[float, ...], ...]:
    """Return, of each pass over the training images in which `backward` was called, the losses that it was called on."""
    epochs: list[list[float]] = []
    for note in during(observation.notes, TRAINING):
        if isinstance(note, protocol.PassBegun):
            epochs.append([])
        elif isinstance(note, protocol.Backward):
            epochs[-1].append(note.value)
    return tuple(tuple(losses) for losses in epochs if losses)


def restarts_in_every_epoch(observation: Observation, epochs: int) -> bool:
    """Return whether after each beginning of the training images but the first an optimizer began that remembers nothing."""
    restarted: list[bool] = []
    for note in observation.notes:
        if isinstance(note, protocol.PassBegun) and note.loader == TRAINING:
            restarted.append(False)
        elif isinstance(note, protocol.Restarted) and restarted:
            restarted[-1] = True
    return len(restarted) == epochs > 1 and all(restarted[1:])


def during(notes: Sequence[protocol.Note], loader: int) -> Iterator[protocol.Note]:
    """Yield what was noted while a loader was gone through."""
    running = False
    for note in notes:
        match note:
            case protocol.PassBegun():
                running = note.loader == loader
            case protocol.PassEnded():
                running = running and note.loader != loader
        if running:
            yield note
