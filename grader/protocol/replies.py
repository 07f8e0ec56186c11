"""
Replies: what a worker may answer.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from grader.protocol.values import MAX_ITEMS, Message, Name, Shape, Text, Value

MAX_TRACE = 5
MAX_STAGES = 4_000
MAX_NOTES = 4_000


class Definition(Message, frozen=True):
    """A name that the submission defines; *kind* is "function", "module" or "value"."""

    name: Name
    kind: Name


class Loaded(Message, frozen=True):
    """The submission was imported."""

    definitions: Annotated[tuple[Definition, ...], msgspec.Meta(max_length=MAX_ITEMS)]


class Returned(Message, frozen=True):
    """What a function returned."""

    value: Value


class Built(Message, frozen=True):
    """A module was constructed."""


class ParameterEntry(Message, frozen=True):
    """One parameter of a module."""

    name: Name
    shape: Shape
    dtype: Name
    trainable: bool
    mean: float | None = None
    deviation: float | None = None


class Described(Message, frozen=True):
    """Parameters of a module, in registration order."""

    parameters: Annotated[tuple[ParameterEntry, ...], msgspec.Meta(max_length=MAX_ITEMS)]
    unregistered: Annotated[tuple[ParameterEntry, ...], msgspec.Meta(max_length=MAX_ITEMS)] = ()
    """Weights that are in lists or plain attributes, where torch does not know of them."""
    awaited: Annotated[tuple[Name, ...], msgspec.Meta(max_length=MAX_ITEMS)] = ()
    """Names of parameters of lazy layers, which are registered and have no numbers before the first forward pass."""


class StageEntry(Message, frozen=True):
    """
    One operator that ran, and the shape of its output; *probability* is that of a dropout.

    It is *used* where it lies on a way from the images to the output of the whole pass; *projection* is a sum of numbers of its
    output, each times another fixed one, where it was asked for.
    """

    operator: Name
    shape: Shape
    probability: float | None = None
    used: bool = True
    projection: float | None = None


class Ran(Message, frozen=True):
    """What a forward (and backward) pass gave."""

    output: bytes
    input_gradient: bytes | None
    gradient_norms: Annotated[dict[Name, float], msgspec.Meta(max_length=MAX_ITEMS)]
    """Euclidean norm of the gradient of each parameter that got one."""


class Traced(Message, frozen=True):
    """The operators of a forward pass, up to where it raised."""

    stages: Annotated[tuple[StageEntry, ...], msgspec.Meta(max_length=MAX_STAGES)]
    raised: Raised | None


# --- what was noted while a function of the submission worked on parts of the harness ----------------------------------------
#
# Notes explain; they are never believed where they could be worth points.


class PassBegun(Message, frozen=True):
    """Somebody begins to go through the loader of this number; *state* is our network's at that moment, if there is one."""

    loader: int
    state: bytes


class BatchGiven(Message, frozen=True):
    """A loader gave out a batch."""

    loader: int


class PassEnded(Message, frozen=True):
    """A loader has no more batches, or nobody goes through it any more."""

    loader: int


class Forward(Message, frozen=True):
    """Our network was called; *graphs* of earlier calls are still held by somebody; no *images* where they could not be noted."""

    training: bool
    """Whether it, or a layer of it, was in training mode."""
    gradients: bool
    graphs: int
    images: bytes


class Criticised(Message, frozen=True):
    """Our criterion was called; what could not be noted is empty."""

    scores: bytes
    labels: bytes


class Backward(Message, frozen=True):
    """`backward` was called on a loss of this value."""

    value: float


class Cleared(Message, frozen=True):
    """`zero_grad` was called on our optimizer or our network."""


class Step(Message, frozen=True):
    """Our optimizer is about to take a step; a parameter without a gradient is absent from *gradients*."""

    gradients: bytes
    weights: bytes


class Restarted(Message, frozen=True):
    """An optimizer of the submission takes its first step on our network, without what another one remembers of its weights."""


Note = PassBegun | BatchGiven | PassEnded | Forward | Criticised | Backward | Cleared | Step | Restarted


class Observed(Message, frozen=True):
    """
    What a function returned and did.

    Attributes:
        state: Our network's state_dict afterwards; empty where a module of the submission was trained.
        stopped: Whether it was stopped for its time; it has then returned nothing.
        losses: Mean value of the losses of each pass on which `backward` was called, as far as it came.
        gradients_left_off: Whether torch records no gradients any more for who called it, and did before.
    """

    value: Value
    notes: Annotated[tuple[Note, ...], msgspec.Meta(max_length=MAX_NOTES)]
    state: bytes
    stopped: bool
    losses: Annotated[tuple[float, ...], msgspec.Meta(max_length=MAX_ITEMS)]
    gradients_left_off: bool


class Trained(Message, frozen=True):
    """Mean training loss of every epoch, as the worker saw it."""

    losses: tuple[float, ...]


class Predicted(Message, frozen=True):
    """Outputs for the images of a Predict."""

    outputs: bytes


class Raised(Message, frozen=True):
    """Student code raised; *type_names* are the exception's class and bases."""

    type_names: Annotated[tuple[Name, ...], msgspec.Meta(min_length=1, max_length=100)]
    text: Text
    trace: Annotated[tuple[Text, ...], msgspec.Meta(max_length=MAX_TRACE)]
    forbidden_operator: Name | None = None


Reply = Loaded | Returned | Built | Described | Ran | Traced | Trained | Observed | Predicted | Raised


class Answer(Message, frozen=True):
    """A reply to the request of the same number."""

    number: int
    reply: Reply


class Progress(Message, frozen=True):
    """
    How far a request has come, written before its Answer; shown to people, and nothing else.

    Attributes:
        number: That of the request.
        passes: Passes over the training images that have begun.
        share: How much of all passes is done, from 0 to 1.
        loss: The last loss that is known.
    """

    number: int
    passes: int
    share: float
    loss: float | None


WorkerMessage = Answer | Progress
"""What a worker may send while a request is open."""
