"""
Require that a submission's network is one of the known ones that count, or raise CheckFailed with where it is not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

from grader.checks import expect, tolerances
from grader.checks.architectures.both_modes import BothModes
from grader.checks.architectures.comparison import Comparison
from grader.checks.architectures.networks import CLASSES, Influence, Networks, agree, candidates
from grader.checks.architectures.structure import (
    Dropout,
    Structure,
    beside,
    first_difference,
    ordinal,
    steps_of_network,
    words,
)
from grader.checks.architectures.table import Network, Shape, Step, Table, table_of
from grader.checks.expect import network as expect_network
from grader.checks.expect.values import telling_draw
from grader.datasets import noise
from grader.errors import CheckFailed
from grader.keys import Keys, public_keys
from grader.proxy import Model, RemoteName, Run

if TYPE_CHECKING:
    import torch

_KEYS = public_keys("is it random")
_DRAWS = 3
"""Of images and weights, where rounding may be why gradients are apart: AlexNet as products of patches was in 3 draws of 40."""


def goes_through_layers(networks: Networks, network: RemoteName) -> None:
    """
    Require that the images go through the network's layers, as `expect.network.goes_through_layers` does.

    Raises:
        CheckFailed: If it does not.
    """
    _goes_through_layers(networks, network)


def _goes_through_layers(networks: Networks, network: RemoteName) -> Influence:
    found = networks.influence(network)
    if not found.sees_images:
        raise expect_network.does_not_see()
    if not found.has_layers:
        raise expect_network.has_no_layers()
    return found


def parameters(networks: Networks, network: RemoteName) -> None:
    """
    Require the parameters of an accepted network: as many as it has of every size, no others, and none that is there for show.

    Of the weights of each number of units one is asked about, which the keys choose; and hidden units of the linear layers change
    places.

    Raises:
        CheckFailed: If they are those of none; names the first layer that differs from the nearest.
    """
    examined = networks.examine(network)
    structure = examined.structure  # parameters can be counted even where it cannot be run
    for one in networks.accepted_like(network.name, structure):
        if one.table(structure.classes) == structure.table:
            if examined.error is None:
                _parameters_count(networks, network)
            return
    near = networks.nearest(structure, network.name)
    raise CheckFailed(
        _parameter_difference(structure, near),
        expected=f"{_total(near.table(structure.classes)):,} parameters in all",
        received=f"{_total(structure.table):,}: " + _listing(structure),
        hint="print name and shape of each parameter and lay them beside the table of the handout",
    )


def _parameters_count(networks: Networks, network: RemoteName) -> None:
    found = _goes_through_layers(networks, network)
    if found.idle:
        raise CheckFailed(
            "there are parameters that do nothing for the images: other numbers in them change nothing, or all images alike",
            received=", ".join(f"{parameter.name} {parameter.shape}" for parameter in found.idle),
            hint="through which layers does an image go in `forward`, and what is only there?",
        )
    if not found.has_head:
        raise expect_network.do_not_follow()


def shapes(networks: Networks, network: RemoteName) -> None:
    """
    Require the shapes of an accepted network, in its order, after convolutions, poolings and linear layers.

    An operator counts where something of the images goes through it into the logits.

    Raises:
        CheckFailed: If some shape is missing, or what gives it has no part in the logits; names the first.
    """
    structure = networks.structure(network)
    fitting = [one for one in networks.accepted_like(network.name, structure) if structure.side in one.sides]
    if any(_first_missing(structure, one) is None for one in fitting):
        found = _goes_through_layers(networks, network)
        if found.dead_units:
            raise CheckFailed(
                f"the layer of {min(found.dead_units)} units is there, but what it computes does not reach the logits",
                hint="which steps of `forward` is the returned value made of?",
            )
        return
    near = networks.nearest(structure, network.name)
    missing = _first_missing(structure, near)
    assert missing is not None
    with expect.picture(beside(structure, near)):
        raise CheckFailed(
            f"no layer gives {words(missing)} where {near.title} has it, for images of {structure.side} x {structure.side}",
            expected=" → ".join(map(words, _shapes(near, structure))),
            received=" → ".join(map(words, _without_repeats([step.shape for step in structure.steps]))),
            hint=_sentence(first_difference(structure, near)) or "print the shape after every layer",
        )


def classes_by_default(networks: Networks, network: RemoteName, keys: Keys, *, hint: str) -> None:
    """
    Require that the network, built without arguments, has the usual number of classes.

    One that has the parameters of the network which was built for so many classes, and gave that many logits, is not run again.

    Raises:
        CheckFailed: If it has another.
    """
    structure = networks.structure(network)
    model = networks.default_model(network)
    built_alike = [one.shape for one in model.parameters] == [one.shape for one in structure.parameters]
    if built_alike and structure.classes == CLASSES:
        return
    images = noise.normal(keys.images, 1, *structure.images).float()
    expect_network.logits(model.run(images).output, 1, CLASSES, hint=hint)


def logits(networks: Networks, network: RemoteName, classes: int) -> None:
    """
    Require one logit per class for each image, of two images together and of one alone.

    Raises:
        CheckFailed: If the output has another shape.
    """
    asked = networks.two_images(network)
    expect_network.logits(asked.together.received(network).output, 2, classes)
    expect_network.logits(asked.alone.received(network).output, 1, classes)


def logits_of_one(networks: Networks, network: RemoteName) -> torch.Tensor:
    """Return the logits of one image under weights of ours, of whatever shape; raises what came instead."""
    return networks.two_images(network).alone.received(network).output


def repeatable(networks: Networks, network: RemoteName) -> None:
    """
    Require that, in evaluation mode, an image gets the same logits when it is asked for again.

    Raises:
        CheckFailed: If it does not.
    """
    asked = networks.two_images(network)
    if not asked.agree():
        expect_network.same_again(*networks.one_image_twice(network))


def images_do_not_mix(networks: Networks, network: RemoteName) -> None:
    """
    Require that, in evaluation mode, another image has no part in the logits of an image.

    Raises:
        CheckFailed: If it has one.
    """
    asked = networks.two_images(network)
    if not asked.agree():
        classes = networks.structure(network).classes
        expect_network.only_one_counts(networks.gradient_of_one(network), 2, classes, row=0)


def same_function(networks: Networks, network: RemoteName) -> None:
    """
    Require that the network computes in evaluation mode what an accepted one computes under the same weights, gradient included.

    An image is asked about alone, and beside another one.

    Raises:
        CheckFailed: If it does not; names the nearest network and the first step that differs.
    """
    both = networks.both_modes(network)
    question = both.question
    received = _with_a_row(both.received(network, training=False), question.structure.classes)
    rows = [received.output, *_beside_another(networks, network)]
    close: Network | None = None
    for one, expected in _answers(networks, network, both, training=False):
        if not all(agree(row, expected.output) for row in rows):
            continue
        close = one
        if expected.input_gradient is None:
            expected = networks.answer(question, one)
        if agree(*telling_draw(_gradients(networks, network, one, question, received, expected))):
            break
    else:
        _refuse_function(networks, network, question.structure, close)
    also = "" if close.family == networks.asked_for else "; not quite what was asked for, but it counts"
    expect.remark(f"recognised: {close.title}{also}")


def _beside_another(networks: Networks, network: RemoteName) -> Iterator[torch.Tensor]:
    """Yield the logits that the same image has in a batch of two, unless dropout is left on, which is for another check."""
    asked = networks.two_images(network)
    if asked.both_modes is not None:
        output = asked.together.received(network).output
        expect_network.logits(output, 2, asked.question.structure.classes)
        yield output[:1]


def _with_a_row(received: Run, classes: int) -> Run:
    """Return the answer about one image with its logits as a row, which some squeeze away: that is for another check to tell."""
    if received.output.numel() == classes:
        return replace(received, output=received.output.reshape(1, classes))
    expect_network.logits(received.output, 1, classes)
    return received


def same_in_training(networks: Networks, network: RemoteName) -> None:
    """
    Require that the network computes in training mode, without dropout, what an accepted one does; as `same_function` otherwise.

    Dropout that is made by hand cannot be switched off; then nothing is compared, and a remark says so.

    Raises:
        CheckFailed: If it does not.
    """
    both = networks.both_modes(network)
    received = both.received(network, training=True).output
    structure = both.question.structure
    expect_network.logits(received, 2, structure.classes)
    answers = _answers(networks, network, both, training=True)
    if any(agree(received[:1], expected.output[:1]) for _one, expected in answers):
        return
    network.session.renew()  # several large networks at once would not fit
    if not structure.training_dropouts and _is_random(networks, network, structure):
        expect.remark("your dropout is made by hand, so that training mode was not compared")
        return
    network.session.last_call = both.training.call
    _refuse_function(networks, network, structure, None)


def _answers(
    networks: Networks, network: RemoteName, both: BothModes, *, training: bool
) -> Iterator[tuple[Network, Run]]:
    """Yield the accepted networks that a submission's may be, with what each gives in a mode."""
    structure = both.question.structure
    for number, one in enumerate(candidates(networks.accepted_like(network.name, structure), structure)):
        # most are the first; of the others the backward pass is asked for where the forward pass agrees
        yield one, both.expected(one, training=training, gradients=number == 0)


def _gradients(
    networks: Networks, network: RemoteName, one: Network, question: Comparison, received: Run, expected: Run
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Yield the gradients of the images on both sides, and those of further draws as far as they are asked for."""
    model: Model | None = None
    for draw in range(1, _DRAWS + 1):
        assert received.input_gradient is not None
        assert expected.input_gradient is not None
        yield received.input_gradient, expected.input_gradient
        if draw < _DRAWS:
            if model is None:
                network.session.renew()  # several large networks at once would not fit
                model = networks.model(network)
            again = replace(question, draw=draw)
            received, expected = again.ask(model), networks.answer(again, one)


def _refuse_function(networks: Networks, network: RemoteName, structure: Structure, close: Network | None) -> NoReturn:
    if close is not None:
        raise CheckFailed(
            f"the logits are those of {close.title}, but not the gradient that reaches the images",
            hint="does something on the way back change gradients, such as detach, a hook or another activation?",
        )
    near = networks.nearest(structure, network.name)
    difference = first_difference(structure, near)
    told = f": {difference}" if difference else ""
    with expect.picture(beside(structure, near)):
        raise CheckFailed(
            f"with the same weights in every layer, the logits are not those of {near.title}{told}",
            hint="go through your forward pass beside the handout: is a step missing, added, or another one?",
        )


def dropout(
    networks: Networks, network: RemoteName, *, probability: float, positions: tuple[tuple[int, ...], ...]
) -> None:
    """
    Require dropout at one of *positions*, each told by how many linear layers come before it, and none in evaluation.

    Dropout that is made by hand cannot be placed; it passes with a remark.

    Raises:
        CheckFailed: If there is none, or another one.
    """
    structure = networks.structure(network)
    _refuse_dropout_in_evaluation(structure)
    found = structure.training_dropouts
    if not found and _is_random(networks, network, structure):
        expect.remark("your dropout is made by hand, so that its place was not looked at")
        return
    near = networks.nearest(structure, network.name)
    asked = f"{len(positions[0])} dropouts of {probability:g} around the first linear layers"
    received = ", ".join(f"{one.probability:g} {_dropout_position(one.linears)}" for one in found) or "no dropout"
    problem = None
    if not any(drops_at(found, position, structure, near) for position in positions):
        problem = "in training mode there is no dropout" if not found else "dropout is not where it is asked for"
    elif any(not abs(one.probability - probability) <= tolerances.SHARE for one in found):
        problem = "dropout drops another share than is asked for"
    if problem is not None:
        hint = "dropout belongs where most of the parameters are: which layers have them?"
        raise CheckFailed(problem, expected=asked, received=received, hint=hint, is_explained=True)


def drops_at(found: tuple[Dropout, ...], position: tuple[int, ...], structure: Structure, near: Network) -> bool:
    """
    Return whether dropouts come after as many linear layers as *position* says, and after all convolutions.

    Where products are written so that a trace does not show them as layers, the number of features tells the position.
    """
    layers = [step for step in near.steps(structure.side, structure.classes) if step.layer.kind == "linear"]
    features = [layers[linears].before[0] for linears in position]
    position = tuple(sum(step.layer.towers for step in layers[:linears]) for linears in position)
    seen = [step.kind for step in structure.steps]
    if seen.count("linear") < len(layers):
        return [one.features for one in found] == features
    after_convolutions = all(one.convolutions >= seen.count("conv") for one in found)
    return after_convolutions and tuple(one.linears for one in found) == position


def _is_random(networks: Networks, network: RemoteName, structure: Structure) -> bool:
    """Return whether two passes in training mode differ."""
    import torch

    model = networks.model(network)
    images = noise.normal(_KEYS.images, 2, *structure.images).float()
    one, other = (model.run(images, weights=_KEYS.weights, training=True).output for _ in range(2))
    return not torch.equal(one, other)


def _shapes(network: Network, structure: Structure) -> tuple[Shape, ...]:
    """Return the shapes one after another; how often each occurs is for the parameters to tell."""
    steps = steps_of_network(network, structure.side, structure.classes)
    return tuple(_without_repeats([step.shape for step in steps]))


def _first_missing(structure: Structure, network: Network) -> Shape | None:
    position = 0
    for shape in _shapes(network, structure):
        if shape not in structure.used_shapes[position:]:
            return shape
        position = structure.used_shapes.index(shape, position) + 1
    return None


def _without_repeats(shapes: list[Shape]) -> list[Shape]:
    return [shape for i, shape in enumerate(shapes) if i == 0 or shape != shapes[i - 1]]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _total(table: Table) -> int:
    return sum(rows * columns * count for (rows, columns), count in table.items())


def _parameter_difference(structure: Structure, network: Network) -> str:
    """Name the first layer of *network* whose parameters are missing, or what is left over."""
    spare = Counter(structure.table)
    for label, step in _labelled(network.steps(network.sides[0], structure.classes)):
        for what, (rows, columns) in zip(("weights", "biases"), step.parameters, strict=False):
            if spare[rows, columns] <= 0:
                size = f"{rows:,} x {columns:,}" if what == "weights" else f"{rows:,}"
                return f"the {what} of {label} of {network.title} ({size}) are not among your parameters"
            spare[rows, columns] -= 1
    extra = [
        f"{parameter.name} {parameter.shape}"
        for parameter in structure.parameters
        if spare[next(iter(table_of(iter((parameter.shape,)))))] > 0
    ]
    return f"there are parameters that belong to no layer of {network.title}: {', '.join(extra[:4])}"


def _labelled(steps: tuple[Step, ...]) -> Iterator[tuple[str, Step]]:
    counts: Counter[str] = Counter()
    names = {"conv": "convolution", "linear": "linear layer", "bn": "batch normalisation"}
    for step in steps:
        if step.parameters:
            kind = step.layer.kind
            counts[kind] += 1
            yield f"the {ordinal(counts[kind])} {names[kind]}", step


def _listing(structure: Structure, count: int = 16) -> str:
    listed = [f"{parameter.name} {parameter.shape}" for parameter in structure.parameters]
    return ", ".join(listed[:count] + ["…"] * (len(listed) > count)) or "no parameters at all"


def _refuse_dropout_in_evaluation(structure: Structure) -> None:
    if structure.evaluation_dropouts:
        raise CheckFailed(
            "dropout drops in evaluation mode too",
            expected="no dropout after model.eval()",
            received=f"{len(structure.evaluation_dropouts)} that drop",
            hint="nn.Dropout knows the mode; F.dropout must be told: training=self.training",
            is_explained=True,
        )


def _dropout_position(linears: int) -> str:
    return f"after the {ordinal(linears)} linear layer" if linears else "before the first linear layer"
