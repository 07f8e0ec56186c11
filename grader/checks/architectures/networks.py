"""
Which known network a submission's is, and how both are asked the same.

An assignment's `networks.py` lists networks as tables of layers.  Those of the families that the assignment accepts are what a
submission is compared with, under weights that the harness chose: the same outputs and the same gradients of the images are
proof.  The others are recognised and named, and so are known mistakes, which are edits of the accepted tables.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING

from grader.checks import expect, tolerances
from grader.checks.architectures import influence
from grader.checks.architectures.attempt import Asking
from grader.checks.architectures.both_modes import BothModes, in_training
from grader.checks.architectures.comparison import Comparison
from grader.checks.architectures.links import Links, find_layers
from grader.checks.architectures.structure import (
    Seen,
    Structure,
    dropouts_of,
    shapes_of,
    similarity,
    starts_like,
    steps_of,
    steps_of_network,
)
from grader.checks.architectures.table import Network, Shape, table_of
from grader.checks.architectures.towers import in_towers
from grader.checks.architectures.two_images import TwoImages
from grader.course import python_file
from grader.datasets import noise
from grader.errors import AssignmentError, CheckFailed, StudentFault, StudentRaised, WorkerLost
from grader.keys import Keys, WeightsKey
from grader.proxy import (
    ForwardPass,
    Model,
    Parameter,
    RemoteName,
    Run,
    Session,
    SharedEvidence,
    as_reference_faults,
)

if TYPE_CHECKING:
    import torch

CLASSES = 10
_TELLING_IMAGES = 3
BUILDER = Path(__file__).with_name("built_network.py")
"""What makes an nn.Module of a table, in a worker; named by its path, since importing it would load torch."""


def load(path: Path, families: tuple[str, ...]) -> tuple[Network, ...]:
    """
    Load `networks.py`; a file that does not exist lists none.

    Raises:
        AssignmentError: If the file cannot be imported, a table does not fit its own images, or one of *families* is not
            in it.
    """
    if not path.is_file():
        if families:
            raise AssignmentError(f"{path}: no such file, although assignment.toml accepts networks of it")
        return ()
    known: tuple[Network, ...] = python_file.load(path, "NETWORKS").NETWORKS
    for network in known:
        for side in network.sides:
            if not network.fits(side):
                at = len(network.steps(side)) + 1
                raise AssignmentError(f"{path}: {network.name}: layer {at} does not fit images of {side} x {side}")
    there = {network.family for network in known}
    for family in families:
        if family not in there:
            raise AssignmentError(f"{path}: no network of the family {family!r}; there are {', '.join(sorted(there))}")
    return known


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What was found out about a submission's network, once per grading."""

    structure: Structure
    error: StudentFault | None = None
    """Why it could not be run on images of any side that is asked for; the structure then goes up to there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Influence:
    """What of a submission's network reaches its logits, once per grading."""

    sees_images: bool
    """Whether other images get other logits, in more than one direction and in another way under other weights."""
    has_layers: bool
    """Whether the images get to the logits through layers of which each feeds the next."""
    has_head: bool
    """Whether its linear layers feed each other, where its parameters are those of an accepted network."""
    idle: tuple[Parameter, ...]
    """Weights that were asked about, some of each number of units, through which the images do not go."""
    dead_units: frozenset[int]
    """Numbers of units of which there are no weights through which they go."""


def head(network: Network, structure: Structure) -> tuple[influence.LayerSize, ...]:
    """Return the linear layers of a known network, one after the other; those in towers, which feed a part each, are left out."""
    steps = network.steps(network.sides[0], structure.classes)
    linear = [step for step in steps if step.layer.kind == "linear" and step.layer.towers == 1]
    return tuple(influence.LayerSize(units=step.shape[0], inputs=step.before[0]) for step in linear)


def _has_head(links: Links, layers: Sequence[influence.LayerSize]) -> bool:
    """Return whether linear layers feed each other, also where they are convolutions that see a whole image."""

    def shapes_of_layer(layer: influence.LayerSize) -> list[Shape]:
        return [shape for shape in links.layers if (shape[0], prod(shape[1:])) == layer.weights]

    return all(
        any(links.feeds(one, other) for one in shapes_of_layer(feeding) for other in shapes_of_layer(fed))
        for feeding, fed in pairwise(layers)
        if feeding.weights != fed.weights
    )


def _build(network: RemoteName, keys: Keys, number: int, *args: object, **kwargs: object) -> Model:
    network.session.renew()
    return network.build(keys.torch.derive("telling", number), args=args, kwargs=kwargs)


class Networks:
    """The known networks of an assignment, and what was found out about a submission's; for checks."""

    def __init__(
        self,
        known: tuple[Network, ...],
        accepted: tuple[str, ...],
        builder: Session,
        shared: SharedEvidence,
        *,
        compares: bool = False,
    ) -> None:
        """
        Take the tables that there are.

        Args:
            accepted: The families that count.
            builder: Builds known networks.
            shared: What is found out about the submission's.
            compares: Whether checks will compare it with known ones in both modes; that is then asked as soon as anything is.
        """
        self._known = known
        self._accepted = accepted
        self._builder = builder
        self._shared = shared
        self._compares = compares
        self._examined: dict[str, Examined] = {}

    def end(self) -> None:
        """End the worker that builds known networks, if there is one."""
        self._builder.end()

    # --- what a submission's network is -----------------------------------------------------------------------------

    def model(self, network: RemoteName, classes: int = CLASSES) -> Model:
        """
        Build the submission's network without initial values.

        However it takes the number of classes: by the name `num_classes`, by position, or not at all.  Where the usual number is
        asked for, a constructor that does not know the name decides itself, since another argument may come first.

        Raises:
            StudentFault: If it cannot be built.
        """
        return _built(network.blank, classes)

    def default_model(self, network: RemoteName) -> Model:
        """
        Build the submission's network without arguments, and without initial values.

        Raises:
            CheckFailed: If it demands some.
            StudentFault: If it cannot be built.
        """
        network.session.note_module(network.name)
        try:
            return network.blank()
        except StudentRaised as error:
            if not is_refused_call(error):
                raise
            message = f"`{network.name}()` cannot be built without arguments: {error.text}"
            hint = "give every argument of `__init__` a default value"
            raise CheckFailed(message, hint=hint, is_explained=True) from None

    def model_with_initial_values(self, network: RemoteName) -> Model:
        """Build the submission's network as it initialises itself; raises as `model` does."""
        return _built(network, CLASSES)

    def structure(self, network: RemoteName) -> Structure:
        """
        Return what the submission's network is made of.

        Raises:
            StudentFault: If it cannot be built, or cannot be run on images of any side that is asked for.
        """
        examined = self.examine(network)
        if examined.error is not None:
            raise examined.error
        return examined.structure

    def examine(self, network: RemoteName) -> Examined:
        """
        Build and trace the submission's network, unless that was done before in this grading.

        Raises:
            StudentFault: If it cannot be built.
        """
        network.session.note_module(network.name)
        if network.name not in self._examined:
            self._examined[network.name] = self._examine(network)
        return self._examined[network.name]

    def influence(self, network: RemoteName) -> Influence:
        """
        Find out what of the submission's network reaches its logits, unless that was done before in this grading.

        The worker of the check is another one afterwards.

        Raises:
            StudentFault: As `structure` does.
        """
        return self._shared.ask("influence", network.name, question=partial(self._influence, network))

    def two_images(self, network: RemoteName) -> TwoImages:
        """
        Ask the submission's network about two images, and about the first of them alone, once in a grading.

        The worker of the check is another one afterwards, here and in all that is asked once in a grading.

        Raises:
            StudentFault: As `structure` does.
        """
        return self._shared.ask("two images", network.name, question=partial(self._two_images, network))

    def _two_images(self, network: RemoteName, keys: Keys) -> TwoImages:
        structure = self.structure(network)
        question = Comparison(images=1, structure=structure, keys=keys, training=False, gradients=False)
        images = replace(question, others=1).shown()
        asking = Asking(network, self.model)
        # whatever drops in evaluation mode too does so
        together = asking.attempt(lambda model: model.run(images, weights=keys.weights))
        both = self._both_modes(asking, question) if self._compares and not structure.evaluation_dropouts else None
        if both is not None and isinstance(both.evaluating.outcome, Run):
            alone = both.evaluating
        else:
            alone = asking.attempt(lambda model: model.run(images[:1], weights=keys.weights))
        return TwoImages(question=question, together=together, alone=alone, both_modes=both)

    def both_modes(self, network: RemoteName) -> BothModes:
        """
        Ask the submission's network about an image in both modes, without dropout, unless that was done before in this grading.

        In evaluation mode the gradient that reaches the image is asked for, too.  A mode in which it raises, or loses its worker,
        costs the other mode nothing.

        Raises:
            StudentFault: As `structure` does.
        """
        asked = self.two_images(network)
        if asked.both_modes is not None:
            return asked.both_modes

        def question(keys: Keys) -> BothModes:
            return self._both_modes(Asking(network, self.model), replace(asked.question, keys=keys))

        return self._shared.ask("both modes", network.name, question=question)

    def _both_modes(self, asking: Asking, question: Comparison) -> BothModes:
        evaluated = replace(question, gradients=True)
        return BothModes(
            question=evaluated,
            evaluating=asking.attempt(evaluated.ask),
            training=asking.attempt(in_training(evaluated).ask),
            answers=self.answers,
        )

    def one_image_twice(self, network: RemoteName) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the logits of an image, and those of asking again, once in a grading; raises as `structure` does."""
        return self._shared.ask("one image twice", network.name, question=partial(self._one_image_twice, network))

    def _one_image_twice(self, network: RemoteName, keys: Keys) -> tuple[torch.Tensor, torch.Tensor]:
        image = noise.normal(keys.images, 1, *self.structure(network).images).float()
        network.session.renew()
        model = self.model(network)
        logits = model.run(image, weights=keys.weights).output  # whatever drops in evaluation mode too does so
        return logits, model.run(image).output

    def gradient_of_one(self, network: RemoteName) -> Run:
        """
        Return the logits of two images, and the gradient that reaches both from those of the first, asked once in a grading.

        Raises:
            StudentFault: As `structure` does.
        """
        return self._shared.ask("gradient of one", network.name, question=partial(self._gradient_of_one, network))

    def _gradient_of_one(self, network: RemoteName, keys: Keys) -> Run:
        structure = self.structure(network)
        images = noise.normal(keys.images, 2, *structure.images).float()
        network.session.renew()
        return expect.network.backward_from_one_image(self.model(network), images, structure.classes, row=0, keys=keys)

    def _influence(self, network: RemoteName, keys: Keys) -> Influence:
        structure = self.structure(network)
        if self._is_known(network, structure):
            nothing: frozenset[int] = frozenset()
            return Influence(sees_images=True, has_layers=True, has_head=True, idle=(), dead_units=nothing)
        images = influence.telling_images(
            keys.images.derive("telling"), _TELLING_IMAGES, structure.channels, structure.side
        )
        network.session.renew()  # several large networks at once would not fit
        model = self.model(network)

        def model_for(number: int) -> Model:
            if number < 2:  # without initial values; weights that are no parameters are then zeros
                return model
            return _built(partial(_build, network, keys, number - 1), CLASSES)

        from grader.datasets import Stream

        chance = Stream(keys.images.derive("chosen"))
        shapes: dict[int, list[Shape]] = {}
        chosen: list[Shape] = []

        def are_enough(links: Links) -> bool:
            for shape in links.layers:
                shapes.setdefault(shape[0], []).append(shape)
            chosen.extend(some[int(chance.between(0, len(some) - 1, 1)[0])] for some in shapes.values())
            return links.ends_in_classes() and links.has_many(chosen)

        found = find_layers(influence.look(model_for, images, keys), are_enough)
        links, has_layers = found.links, found.are_enough
        idle = [shape for shape in chosen if not (has_layers and links.is_linked(shape))]
        dead = [shape[0] for shape in idle if not (has_layers and any(map(links.is_linked, shapes[shape[0]])))]
        heads = {
            head(one, structure)
            for one in self.accepted_like(network.name, structure)
            if one.table(structure.classes) == structure.table
        }
        return Influence(
            sees_images=has_layers or found.sight.sees,
            has_layers=has_layers,
            has_head=has_layers and any(_has_head(links, one) for one in heads),
            idle=tuple(one for one in found.sight.model.parameters if one.shape in idle),
            dead_units=frozenset(dead),
        )

    def _is_known(self, network: RemoteName, structure: Structure) -> bool:
        """Return whether the submission's network gives the logits of the known one that it is most like, accepted or not."""
        known = tuple(one for one in self._known if one.module == network.name)
        accepted = self.accepted_like(network.name, structure)
        alike = candidates((*accepted, *known), structure)  # of equals an accepted one
        if not alike:
            return False
        asked = self.two_images(network)
        try:
            logits = asked.alone.received(network).output
        except StudentRaised:
            return False  # one that takes several images alone has layers all the same
        if asked.both_modes is not None:
            return agree(logits, asked.both_modes.expected(alike[0], training=False, gradients=True).output)
        return agree(logits, self.answer(asked.question, alike[0]).output)

    def traced(self, network: RemoteName, weights: WeightsKey) -> Examined:
        """
        Build and trace the submission's network with weights of ours, so that the projections of its steps are known.

        Raises:
            StudentFault: If it cannot be built.
        """
        return self._examine(network, weights)

    def initialised(self, network: RemoteName, keys: Keys, number: int) -> Model:
        """Build the submission's network with initial values, others for each number; raises as `model` does."""
        return _built(partial(_build, network, keys, number), CLASSES)

    def seen(self, network: Network, structure: Structure, weights: WeightsKey) -> tuple[Seen, ...]:
        """
        Return the steps of a known network, with the projection of what each gives.

        Raises:
            ReferenceFault: If it cannot be built or run.
        """
        with self._built_by_us(network, structure) as built:
            traced = built.trace((1, *structure.images), weights=weights)
            return steps_of(traced.stages, images=1)

    @property
    def asked_for(self) -> str:
        """Return the family that the assignment is about; the others that it accepts get a remark."""
        return self._accepted[0]

    def accepted(self, name: str) -> tuple[Network, ...]:
        """Return the networks that count as *name*."""
        return tuple(one for one in self._known if one.module == name and one.family in self._accepted)

    def accepted_like(self, name: str, structure: Structure) -> tuple[Network, ...]:
        """Return the networks that count as *name*, also with layers in towers where a structure has them so."""
        accepted = self.accepted(name)
        return (*accepted, *in_towers(accepted, structure.table, structure.classes))

    def nearest(self, structure: Structure, name: str) -> Network:
        """Return the accepted network that is most like a structure."""
        accepted = self.accepted_like(name, structure)
        for_these = [one for one in accepted if structure.side in one.sides]
        return max(for_these or accepted, key=lambda one: similarity(structure, one))

    def other(self, network: RemoteName, keys: Keys) -> Network | None:
        """
        Return the known network that the submission's is, where that is none of the accepted ones.

        Where its parameters and steps are also those of an accepted one or of a second known one, as paddings leave no trace in
        them, the function decides; so it does where the network does not run on images that are asked for.

        Raises:
            StudentFault: As `examine` does.
        """
        examined = self.examine(network)
        structure = examined.structure
        others = [
            one
            for one in self._known
            if one.module == network.name
            and one.family not in self._accepted
            and one.table(structure.classes) == structure.table
            and (_is(structure, one) if examined.error is None else _stops_as(structure, one))
        ]
        twins = any(_fits(structure, one) and _same_steps(structure, one) for one in self.accepted(network.name))
        if len(others) == 1 and not twins and examined.error is None:
            return others[0]
        return next((one for one in others if self._agrees_with(network, one, structure, keys)), None)

    def _agrees_with(self, network: RemoteName, known: Network, structure: Structure, keys: Keys) -> bool:
        """Return whether the submission's network gives the logits of a known one, on images that this is made for."""
        side = structure.side if structure.side in known.sides else known.sides[0]
        try:
            return self._computes(network, known, replace(structure, side=side), keys)
        except StudentRaised:
            return False

    def _computes(self, network: RemoteName, known: Network, structure: Structure, keys: Keys) -> bool:
        """Return whether the submission's network gives the logits of a known one."""
        question = Comparison(images=1, structure=structure, keys=keys, training=False, gradients=False)
        return agree(question.ask(self.model(network)).output, self.answer(question, known).output)

    def _examine(self, network: RemoteName, weights: WeightsKey | None = None) -> Examined:
        accepted = self.accepted(network.name)
        if not accepted:
            raise AssignmentError(f"networks.py lists no accepted network for `{network.name}`")
        unfit: Examined | None = None
        for shape in dict.fromkeys((one.channels, side, side) for one in accepted for side in one.sides):
            model = self.model(network)
            traced = model.trace((1, *shape), weights=weights)
            if traced.raised is None:
                return Examined(structure=_structure(model, shape, traced, _in_training(model, shape)))
            if isinstance(traced.raised, WorkerLost):
                raise traced.raised
            unfit = unfit or Examined(structure=_structure(model, shape, traced, None), error=traced.raised)
        assert unfit is not None
        return unfit

    def side_that_fits(self, network: RemoteName) -> int | None:
        """
        Return a side of images that the submission's network takes, among those of known networks that are not accepted; or None.

        Raises:
            StudentFault: If it cannot be built.
            WorkerLost: If its worker is lost.
        """
        asked = {side for one in self.accepted(network.name) for side in one.sides}
        others = dict.fromkeys(
            (one.channels, side) for one in self._known if one.module == network.name for side in one.sides
        )
        for channels, side in others:
            if side in asked:
                continue
            traced = self.model(network).trace((1, channels, side, side))
            if isinstance(traced.raised, WorkerLost):
                raise traced.raised
            if traced.raised is None:
                return side
        return None

    def answer(self, question: Comparison, network: Network) -> Run:
        """
        Put a question to a known network, built in our own worker for the images and classes of the question.

        Raises:
            ReferenceFault: If it cannot be built or run.
        """
        (answer,) = self.answers((question,), network)
        return answer

    def answers(self, questions: Sequence[Comparison], network: Network) -> tuple[Run, ...]:
        """Put questions about the same images and classes to a known network, one after the other; raises as `answer` does."""
        structure = questions[0].structure
        with self._built_by_us(network, structure) as built:
            return tuple(question.ask(built) for question in questions)

    @contextlib.contextmanager
    def _built_by_us(self, network: Network, structure: Structure) -> Iterator[Model]:
        """Build a known network in our own worker, in place of the last one: a search builds dozens."""
        with as_reference_faults(f"network {network.name}"):
            self._builder.forget()
            try:
                built = RemoteName(self._builder, "Network").blank(rows(network, structure.side, structure.classes))
                assert isinstance(built, Model)
                yield built
            except StudentRaised:
                raise
            except BaseException:
                self._builder.end()  # the next one gets another worker
                raise


def _built(build: Callable[..., object], classes: int) -> Model:
    by_name: tuple[tuple[int, ...], dict[str, int]] = (), {"num_classes": classes}
    by_position: tuple[tuple[int, ...], dict[str, int]] = (classes,), {}
    default: tuple[tuple[int, ...], dict[str, int]] = (), {}
    calls = (by_name, default, by_position) if classes == CLASSES else (by_name, by_position, default)
    for number, (args, kwargs) in enumerate(calls):
        try:
            model = build(*args, **kwargs)
        except StudentRaised as error:
            if number == len(calls) - 1 or error.while_loading or not is_refused_call(error):
                raise
        else:
            assert isinstance(model, Model)
            return model
    raise AssertionError("the last call returns or raises")


def rows(network: Network, side: int, classes: int = CLASSES) -> tuple[tuple[object, ...], ...]:
    """Return a table as `grader.checks.architectures.built_network.Network` takes it."""
    return tuple(
        (
            step.layer.kind,
            step.before,
            step.shape[-1] if step.layer.kind == "linear" else step.layer.size,
            step.layer.inputs if step.layer.kind == "spare" else step.layer.kernel,
            step.layer.stride,
            step.layer.padding,
            step.layer.groups,
            step.layer.bias,
            step.layer.dilation,
            step.layer.mode,
            step.layer.towers,
        )
        for step in network.steps(side, classes)
    )


def candidates(networks: tuple[Network, ...], structure: Structure) -> list[Network]:
    """Return those of *networks* with the parameters of a structure, the most similar first."""
    fitting = [one for one in networks if _fits(structure, one)]
    return sorted(fitting, key=lambda one: -similarity(structure, one))


def _fits(structure: Structure, network: Network) -> bool:
    return network.table(structure.classes) == structure.table and structure.side in network.sides


def agree(received: torch.Tensor, expected: torch.Tensor) -> bool:
    """Return whether what two networks gave is the same but for the order of summations."""
    return expect.distance(received, expected) < tolerances.FUNCTION


def is_refused_call(error: StudentRaised) -> bool:
    """Return whether Python refused the arguments of a call, before any of the submission's code ran."""
    return "TypeError" in error.type_names and not error.trace


_MAX_CLASSES = 100_000
"""What a worker claims of its network decides how many numbers we draw for it."""


def _in_training(model: Model, images: Shape) -> ForwardPass:
    """Trace a single image, of which a network that goes image by image drops as often as any; some need two to train."""
    alone = model.trace((1, *images), training=True)
    return model.trace((2, *images), training=True) if isinstance(alone.raised, StudentRaised) else alone


def _structure(model: Model, images: Shape, traced: ForwardPass, training: ForwardPass | None) -> Structure:
    parameters = model.parameters
    shapes = shapes_of(traced.stages, images=1)
    ends_flat = traced.raised is None and bool(shapes) and len(shapes[-1]) == 1
    return Structure(
        side=images[-1],
        channels=images[0],
        classes=shapes[-1][0] if ends_flat and 0 < shapes[-1][0] <= _MAX_CLASSES else CLASSES,
        shapes=shapes,
        used_shapes=shapes_of((stage for stage in traced.stages if stage.used), images=1),
        steps=steps_of(traced.stages, images=1),
        used_steps=steps_of([stage for stage in traced.stages if stage.used], images=1),
        parameters=parameters,
        table=table_of(parameter.shape for parameter in parameters),
        evaluation_dropouts=dropouts_of(traced.stages, images=1),
        training_dropouts=dropouts_of(training.stages, images=1) if training is not None else (),
    )


def _same_steps(structure: Structure, network: Network) -> bool:
    return network.fits(structure.side) and structure.steps == steps_of_network(
        network, structure.side, structure.classes
    )


def _is(structure: Structure, network: Network) -> bool:
    """Return whether a network that runs is a known one, which may have been made for other images."""
    made_for_these = structure.side in network.sides
    return _same_steps(structure, network) if made_for_these else _same_kinds(structure, network)


def _stops_as(structure: Structure, network: Network) -> bool:
    """Return whether a network that raises is a known one up to there, which does not take its images either."""
    return not _takes(network, structure) and starts_like(structure, network)


def _takes(network: Network, structure: Structure) -> bool:
    """Return whether a known network would run on the images of a structure: its linear layers are made for one side alone."""
    side, classes = structure.side, structure.classes
    fitting = Counter(size for step in network.steps(side, classes) for size in step.parameters)
    return network.fits(side) and fitting == network.table(classes)


def _same_kinds(structure: Structure, network: Network) -> bool:
    """Return whether the layers are the same, whatever they are applied to."""
    received, expected = structure.steps, steps_of_network(network, network.sides[0], structure.classes)
    return [step.kind for step in received if step.kind != "avgpool"] == [
        step.kind for step in expected if step.kind != "avgpool"
    ]
