"""
What comes back from a worker: frozen values, on which checks base their verdicts.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader import protocol
from grader.errors import StudentFault, WorkerLost

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """A question was answered with a value."""

    value: object


@dataclass(frozen=True, slots=True, kw_only=True)
class RaisedInstead:
    """A question was answered with an exception."""

    type_names: tuple[str, ...]


Answer = Returned | RaisedInstead


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """
    One call of a function and its answer, kept so that known mistakes can be asked the same.

    Where it was asked by *lines* of Python, these are given, and *kwargs* are the inputs that they name.
    """

    name: str
    args: tuple[object, ...]
    kwargs: Mapping[str, object]
    answer: Answer
    lines: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a check has asked of a submission."""

    questions: tuple[Question, ...] = ()
    """The calls of functions, with their answers."""
    modules: tuple[str, ...] = ()
    """Names of the modules that it was about."""
    images: tuple[int, ...] | None = None
    """The shape of one image, as a network was shown last; None where none was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of a module, as the worker describes it."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    trainable: bool
    mean: float | None = None
    """Of its numbers, where they were asked for, as their standard deviation."""
    deviation: float | None = None

    @property
    def count(self) -> int:
        """Return how many numbers it holds."""
        return functools.reduce(lambda product, side: product * side, self.shape, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One operator of a forward pass, by its ATen name, and the shape of its output."""

    operator: str
    shape: tuple[int, ...]
    probability: float | None = None
    """That of a dropout, the only operator which is not run: it passes on what it gets."""
    used: bool = True
    """Whether something of the images goes through it into the output, as the worker says."""
    projection: float | None = None
    """A sum of numbers of its output, each times another fixed one, where the weights were ours: what is equal has equal ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardPass:
    """The operators of a forward pass, up to where it raised."""

    stages: tuple[Stage, ...]
    raised: StudentFault | WorkerLost | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a forward (and backward) pass gave; the tensors are float32 on the CPU."""

    output: torch.Tensor
    input_gradient: torch.Tensor | None
    gradient_norms: Mapping[str, float]
    """Euclidean norm of each parameter's gradient, by name; a parameter that got none is absent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What a function of the submission returned and did while it worked on parts of ours."""

    function: str
    """Its name."""
    value: object
    notes: tuple[protocol.Note, ...]
    """What the parts noted, in order.  It explains; it proves nothing."""
    state: Mapping[str, torch.Tensor]
    """Our network's state_dict afterwards, float64 on the CPU; empty where it was not ours."""
    stopped: bool
    """Whether it was stopped for its time; then it returned nothing."""
    losses: tuple[float, ...]
    """Mean loss of each pass over the training images, as the worker saw it."""
    gradients_left_off: bool
    """Whether torch records no gradients any more after it, and did before."""
