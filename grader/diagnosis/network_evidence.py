"""
What a submission's network shows when it is asked for mistakes: what it is made of, and what it computes under weights of ours.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from grader.checks import expect
from grader.checks.architectures.comparison import Comparison
from grader.checks.architectures.edits import Layers
from grader.checks.architectures.networks import Examined, Networks, agree
from grader.checks.architectures.structure import Seen, Structure
from grader.checks.architectures.table import Network
from grader.errors import GraderError, StudentFault
from grader.keys import public_keys
from grader.proxy import Model, Parameter, RemoteName, Run

if TYPE_CHECKING:
    import torch

KEYS = public_keys("network mistakes")
"""Of images and weights under which networks are compared with known mistakes; any do."""
OTHER_CLASSES = 7
_IMAGES = 2
"""More than one, since some networks mix them."""


IN_A_ROW = 3
"""So many steps must differ: a single one may, where a bias is added by hand or a ReLU works in place."""
_BRIGHT = 100.0
"""How much brighter images are where small ones do not tell the numbers of local response normalisation: alpha is 1e-4."""
_SAME = 1e-4
_GRADIENT = 5e-2
"""Relative distance of gradients: where a mistake divides by a deviation plus 1e-7 and ours plus nothing, a few ReLUs turn."""


def same_projection(one: float | None, other: float | None) -> bool:
    """Return whether two projections are the same but for the order of summations; one that is not known is none."""
    if one is None or other is None:
        return False
    return abs(one - other) <= _SAME * max(abs(one), abs(other), 1e-30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """In what two networks of the same steps and parameters differ."""

    output: bool
    training: bool
    gradient: bool

    def __bool__(self) -> bool:
        return self.output or self.training or self.gradient


class NetworkEvidence:
    """Ask a submission's network; each question is asked once, and only when its answer is needed."""

    def __init__(self, networks: Networks, network: RemoteName) -> None:
        self._networks = networks
        self._network = network
        self._projections: dict[Layers, tuple[Seen, ...]] = {}

    @functools.cached_property
    def examined(self) -> Examined:
        """
        Return its parameters and steps, with the projection of what each step gives.

        Raises:
            StudentFault: If it cannot be built.
        """
        return self._networks.traced(self._network, KEYS.weights)

    @property
    def structure(self) -> Structure:
        """Return what it is made of."""
        return self.examined.structure

    @functools.cached_property
    def initial(self) -> tuple[Parameter, ...]:
        """Return its parameters with the mean and deviation of their initial values."""
        self._network.session.renew()
        return self._networks.initialised(self._network, KEYS, 0).moments()

    @functools.cached_property
    def classes_when_asked(self) -> int | None:
        """Return how many logits an image gets where another number of classes than the usual is asked for, or None."""
        return self._classes_of(partial(self._networks.model, self._network, classes=OTHER_CLASSES))

    @functools.cached_property
    def classes_by_default(self) -> int | None:
        """Return how many logits an image gets where the network is built without arguments, or None."""
        return self._classes_of(partial(self._networks.default_model, self._network))

    def _classes_of(self, build: Callable[[], Model]) -> int | None:
        self._network.session.renew()
        try:
            shape = build().output_shape((1, *self.structure.images))
        except StudentFault:
            return None
        return shape[-1] if shape else None

    @functools.cached_property
    def unregistered(self) -> tuple[Parameter, ...]:
        """Return weights that torch does not know of."""
        return self._model.unregistered

    def is_random_in_training(self) -> bool:
        """Return whether two passes in training mode differ."""
        question = self._question(images=1, training=False, gradients=False)
        try:
            one, other = (
                self._model.run(question.shown(), weights=KEYS.weights, training=True).output for _ in range(2)
            )
        except StudentFault:
            return False
        return not agree(one, other)

    def depends_on_other_weights(self) -> bool:
        """Return whether what it computes depends on more than its parameters: built anew it is another, with these alike."""
        question = self._question(images=1, training=False, gradients=False)
        try:
            one, other = (
                self._networks.initialised(self._network, KEYS, number)
                .run(question.shown(), weights=KEYS.weights)
                .output
                for number in range(2)
            )
        except StudentFault:
            return False
        return not agree(one, other)

    @functools.cached_property
    def lacking_gradients(self) -> int | None:
        """Return how many parameters get no gradient; None where the network raises on the way back."""
        question = self._question(images=_IMAGES, training=False, gradients=False)
        try:
            run = self._model.run(question.shown(), weights=KEYS.weights, gradients="all")
        except StudentFault:
            return None
        return len(self._model.parameters) - len(run.gradient_norms)

    def differences(self, network: Network) -> Differences:
        """Return in what a known network differs; what is not asked since something else differs counts as the same."""
        if not self._agrees(network, training=False):
            return Differences(output=True, training=False, gradient=False)
        if self._output(training=False) is None:  # both refuse several images, which says little
            other = not self._agrees(network, training=False, images=1)
            return Differences(output=other, training=False, gradient=False)
        if not self._agrees(network, training=True):
            return Differences(output=False, training=True, gradient=False)
        if _normalises_large_numbers(network) and not self._agrees(network, training=False, brightness=_BRIGHT):
            return Differences(output=True, training=False, gradient=False)
        received, expected = (
            self._gradient,
            self._answer(self._question(images=1, training=False, gradients=True), network),
        )
        return Differences(output=False, training=False, gradient=not _same_gradient(received, expected))

    def has_projections_of(self, network: Network) -> bool:
        """Return whether one of the last steps gives what that of a known network does, as far as projections tell."""
        received, expected = self.structure.used_steps[-IN_A_ROW:], self.seen(network)[-IN_A_ROW:]
        if received != expected:
            return True  # written so that they cannot be compared
        return any(same_projection(a.projection, b.projection) for a, b in zip(received, expected, strict=True))

    def seen(self, network: Network) -> tuple[Seen, ...]:
        """Return the steps of a known network, with the projection of what each gives."""
        layers = tuple(replace(one, inputs=0) if one.is_made_for else one for one in network.layers)
        if layers not in self._projections:
            self._projections[layers] = self._networks.seen(network, self.structure, KEYS.weights)
        return self._projections[layers]

    def _agrees(self, network: Network, *, training: bool, images: int = _IMAGES, brightness: float = 1.0) -> bool:
        received = self._output(training=training, images=images, brightness=brightness)
        question = self._question(images=images, training=training, gradients=False, brightness=brightness)
        expected = self._answer(question, network)
        if received is None or expected is None or received.shape != expected.output.shape:
            return received is None and expected is None
        return agree(received, expected.output)

    @functools.cached_property
    def _model(self) -> Model:
        self._network.session.renew()
        return self._networks.model(self._network)

    @functools.cache  # noqa: B019 - it lives as long as one diagnosis
    def _output(self, *, training: bool, images: int = _IMAGES, brightness: float = 1.0) -> torch.Tensor | None:
        question = self._question(images=images, training=training, gradients=False, brightness=brightness)
        try:
            return question.ask(self._model).output
        except StudentFault:
            return None

    @functools.cached_property
    def _gradient(self) -> Run | None:
        try:
            return self._question(images=1, training=False, gradients=True).ask(self._model)
        except StudentFault:
            return None

    def _question(self, *, images: int, training: bool, gradients: bool, brightness: float = 1.0) -> Comparison:
        return Comparison(
            images=images,
            structure=self.structure,
            keys=KEYS,
            training=training,
            gradients=gradients,
            brightness=brightness,
        )

    def _answer(self, question: Comparison, network: Network) -> Run | None:
        try:
            return self._networks.answer(question, network)
        except GraderError:  # a network of this table cannot be built or run
            return None


def _normalises_large_numbers(network: Network) -> bool:
    return any(layer.kind in ("lrn", "lrn_of_sum", "lrn_within") for layer in network.layers)


def _same_gradient(received: Run | None, expected: Run | None) -> bool:
    """Return whether the gradients that reach a single image are the same, or there are none for an output of the same shape."""
    if received is None or expected is None or received.output.shape != expected.output.shape:
        return received is None and expected is None
    one, other = received.input_gradient, expected.input_gradient
    return one is other if one is None or other is None else expect.distance(one, other) < _GRADIENT
