"""
Require of a network what holds for every good one, or raise CheckFailed: logits, independent images, gradients everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from grader.checks import tolerances
from grader.checks.architectures import influence
from grader.checks.architectures.links import Links, find_layers, weights_of
from grader.checks.architectures.promises import Promise, WrongShape
from grader.checks.expect.values import that
from grader.checks.findings import figure
from grader.checks.training.evidence import Fact
from grader.datasets import noise
from grader.errors import CheckFailed
from grader.figures import Bars
from grader.keys import Keys, TorchKey

if TYPE_CHECKING:
    import torch

    from grader.proxy import Model, Parameter, RemoteName, Run, SharedEvidence


HOW_LAYERS_ARE_REGISTERED = (
    "a layer is registered when it is an attribute of the module, or in an nn.ModuleList; a Python list hides it"
)
HOW_LOGITS_ARE_NORMALISED = "logits are scores before any normalisation; which part of the training normalises them?"
_TELLING_IMAGES = 4
GRADIENT_NORMS = "Size of the gradient that reaches each parameter"
_ONE_ROW_EACH = "there is one row for each image, even for a single one, and one logit for each class"


def logits(output: torch.Tensor, images: int, classes: int, *, hint: str = _ONE_ROW_EACH) -> None:
    """
    Require an output of shape (images, classes).

    Raises:
        CheckFailed: If it has another shape.
    """
    shape = tuple(output.shape)
    that(
        shape == (images, classes),
        "the output is not one logit per class for each image",
        received=f"shape {shape}",
        expected=f"shape {(images, classes)}",
        hint=hint,
        evidence=WrongShape(output=shape, images=images, classes=classes),
    )


def depends_on_images(network: RemoteName, channels: int, side: int, shared: SharedEvidence) -> None:
    """
    Require that a network looks at its images: under random weights others get other logits, in ways that the weights decide.

    Logits that are biases, or biases that are brightened with the image, do not depend on images as those of a network do.
    Weights that are no parameters count too, so each time the network is built anew.

    Args:
        channels: Of the images.
        side: Their height and width.
        shared: Several checks may need this; it is asked once.

    Raises:
        CheckFailed: If it does not.
    """
    shared.ask("images", network.name, question=partial(_depends_on_images, network, channels, side))


def _depends_on_images(network: RemoteName, channels: int, side: int, keys: Keys) -> None:
    for sight in _sights(network, channels, side, keys):
        if sight.sees:
            return
    _require_sight(sight)


def ends_in_classes(network: RemoteName, channels: int, side: int, shared: SharedEvidence) -> None:
    """
    Require that a network looks at its images, and that its logits change places where the units of its last layer do.

    This asks for a single layer, of whatever kind: pixels, and whatever else no weights of a class decide, stay where they are.

    Args:
        channels: Of the images.
        side: Their height and width.
        shared: Several checks may need this; it is asked once.

    Raises:
        CheckFailed: If it does not.
    """
    shared.ask("classes", network.name, question=partial(_ends_in_classes, network, channels, side))


def _ends_in_classes(network: RemoteName, channels: int, side: int, keys: Keys) -> None:
    if not _has_layers(network, channels, side, keys, Links.ends_in_classes):
        raise CheckFailed(
            "the logits do not come from a last layer with weights for each class",
            expected="that logits change places where the rows of its weights do",
            hint="does `forward` return what the last layer gives, and has that layer one unit for each class?",
            evidence=Promise.LAST_LAYER,
        )


def goes_through_layers(network: RemoteName, channels: int, side: int, shared: SharedEvidence) -> None:
    """
    Require that a network looks at its images, and that they go through layers of which one feeds the next up to the logits.

    Of its layers half must do so, whatever else there is, and the last one has a row of weights for each class.  What is computed
    between them is for other checks.

    Args:
        channels: Of the images.
        side: Their height and width.
        shared: Several checks may need this; it is asked once.

    Raises:
        CheckFailed: If it does not.
    """
    shared.ask("layers", network.name, question=partial(_goes_through_layers, network, channels, side))


def _goes_through_layers(network: RemoteName, channels: int, side: int, keys: Keys) -> None:
    def are_enough(links: Links) -> bool:
        return links.ends_in_classes() and links.has_many(links.layers)

    if not _has_layers(network, channels, side, keys, are_enough):
        raise has_no_layers()


def _has_layers(network: RemoteName, channels: int, side: int, keys: Keys, are_enough: Callable[[Links], bool]) -> bool:
    """Return whether there are enough layers; a network that does not see its images raises as `depends_on_images` does."""
    found = find_layers(_sights(network, channels, side, keys), are_enough)
    if not found.are_enough:
        _require_sight(found.sight)
    return found.are_enough


def _sights(network: RemoteName, channels: int, side: int, keys: Keys) -> Iterator[influence.Sight]:
    images = influence.telling_images(keys.images.derive("telling"), _TELLING_IMAGES, channels, side)
    return influence.look(lambda number: network.build(keys.torch.derive("telling", number)), images, keys)


def _require_sight(sight: influence.Sight) -> None:
    """Require that a network has seen the images that it was shown."""
    if sight.sees:
        return
    if all(view.images.numel() < len(sight.images) for view in sight.views):
        raise CheckFailed(
            "the network returns one number for an image, from which nobody can tell what it computes",
            received=f"an output of shape {tuple(sight.views[0].images.shape)}",
            expected="a logit for every class",
        )
    raise does_not_see()


def does_not_see() -> CheckFailed:
    """Return what to say of a network that does not look at its images."""
    return CheckFailed(
        "the logits do not depend on the images: under random weights, other images get the same, or nearly so",
        expected="logits that images and weights decide together",
        hint="follow the images through `forward`: do they reach the last layer, and is what they become returned?",
        evidence=Promise.SEES_IMAGES,
    )


def has_no_layers() -> CheckFailed:
    """Return what to say of a network whose layers do not feed each other."""
    return CheckFailed(
        "the images do not get to the logits through layers of which each feeds the next",
        expected="two layers or more through which all of an image goes, and a row of the last one's weights for each logit",
        hint="does every layer take what the one before it gives, and does `forward` return what the last one gives?",
    )


def parameters_count(model: Model, images: torch.Tensor, keys: Keys) -> tuple[Parameter, ...]:
    """
    Return the parameters that count: other numbers in them give other logits.

    Weights must give other ones for each image, and be those of a layer that feeds another or is fed by one.

    Raises:
        StudentFault: As calls do.
    """
    probe = influence.Probe.of(model, images, keys.weights, keys.torch)
    links, layers = Links(probe=probe), weights_of(model)
    alive = [parameter for parameter in model.parameters if probe.is_alive([parameter])]
    return tuple(one for one in alive if one not in layers or links.is_linked(one.shape))


def units_count(build: Callable[[TorchKey], Model], images: torch.Tensor, units: Iterable[int], keys: Keys) -> None:
    """
    Require that for each number of units there is a layer that has so many and feeds another, or is fed by one.

    Raises:
        CheckFailed: If a number of units is there for show.
    """
    links = Links(probe=influence.Probe.of(build(keys.torch), images, keys.weights, keys.torch))
    for count in units:
        layers = [one for one in links.shapes if one[0] == count] or [
            one for one in links.shapes if one[1:] == (count,)
        ]
        if not any(links.is_linked(layer) for layer in layers):
            raise units_for_show(count)


def units_for_show(count: int) -> CheckFailed:
    """Return what to say of a network whose layer of so many units has no part in the logits."""
    return CheckFailed(
        f"the layer of {count} units is there, but what it computes does not reach the logits",
        hint="which steps of `forward` is the returned value made of?",
    )


def layers_follow(model: Model, images: torch.Tensor, chain: Sequence[influence.LayerSize], keys: Keys) -> None:
    """
    Require that layers feed each other: the logits stay when hidden units change places, and the next layer's inputs with them.

    This holds for layers of any kind with any activation and pooling between them, and for nothing else that we know of.

    Args:
        images: A single one, where a network may mix several.
        chain: The layers in order, by the sizes of their weights.

    Raises:
        CheckFailed: If the logits change.
    """
    if not influence.follow(influence.Probe.of(model, images, keys.weights, keys.torch), chain, keys):
        raise do_not_follow()


def do_not_follow() -> CheckFailed:
    """Return what to say of a network whose layers do not feed each other as their sizes suggest."""
    return CheckFailed(
        "the parameters are not those of layers of which each feeds the next",
        expected="the same logits when the units of a layer change places, and the inputs of the next one with them",
        received="other logits",
        hint="does every weight meet the output of the layer before it, and nothing else?",
    )


def not_normalised(output: torch.Tensor) -> None:
    """
    Require that the rows of *output* are neither probabilities nor their logarithms.

    Raises:
        CheckFailed: If they are.
    """
    that(
        not _nearly(output.sum(dim=1), 1.0),
        "the numbers of each row add up to 1, as probabilities do",
        hint=HOW_LOGITS_ARE_NORMALISED,
        evidence=Promise.LOGITS,
    )
    that(
        not _nearly(output.logsumexp(dim=1), 0.0),
        "the exponentials of each row add up to 1, as they do for logarithms of probabilities",
        hint=HOW_LOGITS_ARE_NORMALISED,
        evidence=Promise.LOGITS,
    )


def both_signs(output: torch.Tensor) -> None:
    """
    Require that some logits are below and some above 0.

    Raises:
        CheckFailed: If all have one sign, as after a ReLU or a sigmoid.
    """
    smallest, largest = output.min().item(), output.max().item()
    that(
        smallest < 0 < largest,
        "all logits have the same sign, whatever the weights are",
        received=f"from {smallest:.3g} to {largest:.3g}",
        expected="some below 0 and some above 0",
        hint="what is the last thing that happens to the scores before you return them?",
        evidence=Promise.BOTH_SIGNS,
    )


def independent_images(
    model: Model, images: torch.Tensor, classes: int, *, row: int, keys: Keys, training: bool = False
) -> None:
    """
    Require that the logits of image *row* depend on that image alone.

    Args:
        images: (N, C, H, W) with N of 2 or more.
        keys: Of the weights, which are overwritten.

    Raises:
        CheckFailed: If another image changes them.
    """
    run = backward_from_one_image(model, images, classes, row=row, keys=keys, training=training)
    only_one_counts(run, len(images), classes, row=row, training=training)


def backward_from_one_image(
    model: Model, images: torch.Tensor, classes: int, *, row: int, keys: Keys, training: bool = False
) -> Run:
    """Return a run with the gradient that reaches *images* from the logits of one of them; raises as calls do."""
    import torch

    only_row = torch.zeros(len(images), classes)
    only_row[row] = torch.linspace(-1, 1, classes)
    return model.run(
        images, weights=keys.weights, training=training, dropout=False, gradients="input", upstream=only_row
    )


def only_one_counts(run: Run, images: int, classes: int, *, row: int, training: bool = False) -> None:
    """
    Require that nothing but image *row* got a gradient in a `backward_from_one_image`.

    Raises:
        CheckFailed: If another one did.
    """
    logits(run.output, images, classes)
    assert run.input_gradient is not None
    others = [n for n in range(images) if n != row]
    largest = run.input_gradient[others].abs().max().item()
    that(
        largest == 0,
        f"in {'training' if training else 'evaluation'} mode, another image changes the logits of an image",
        received=f"a gradient of {largest:.3g} on the other images",
        expected="a gradient of exactly 0",
        hint="look for a step that takes the batch as a whole: which axis is that of the images?",
        evidence=Promise.IMAGES_APART,
    )


def repeatable(model: Model, images: torch.Tensor, keys: Keys) -> None:
    """
    Require that, in evaluation mode, the same images get the same logits twice.

    Raises:
        CheckFailed: If they do not.
    """
    same_again(model.run(images, weights=keys.weights).output, model.run(images).output)


def same_again(logits: torch.Tensor, again: torch.Tensor) -> None:
    """
    Require that logits of the same images are the same.

    Raises:
        CheckFailed: If they are not.
    """
    apart = (logits - again).abs().max().item()
    that(
        apart == 0,
        "in evaluation mode the same images get other logits when they are asked for again",
        received=f"up to {apart:.3g} apart",
        expected="the same logits",
        hint="what in your network is random, and should be so in training mode only?",
        evidence=Promise.REPEATABLE,
    )


def everything_registered(one: Model, other: Model, images: torch.Tensor, keys: Keys) -> None:
    """
    Require that two networks whose parameters were given the same values compute the same.

    Args:
        one: A network built under some torch seed.
        other: The same network built under another one.

    Raises:
        CheckFailed: If they do not: then something random is in them that torch does not know of, a layer in a list for one.
    """
    outputs = [model.run(images, weights=keys.weights).output for model in (one, other, one)]
    if outputs[0].shape != outputs[1].shape or not bool((outputs[0] == outputs[2]).all()):
        return  # its shape alone, and chance in evaluation mode, are for other checks
    apart = ((outputs[0] - outputs[1]).norm() / outputs[0].norm().clamp_min(tolerances.TINY)).item()
    if not apart < tolerances.TWINS:
        raise CheckFailed(
            "the network has weights that are not among its parameters, so no optimizer will ever train them",
            received=f"two networks with the same parameters give outputs that are {apart:.2g} apart",
            hint=HOW_LAYERS_ARE_REGISTERED,
            evidence=Fact.LAYERS_NOT_REGISTERED,
        )


def nothing_made_in_forward(model: Model, images: torch.Tensor) -> None:
    """
    Require that a network has all its parameters before it sees its first images; lazy layers may have them without numbers.

    Args:
        model: One that has seen none.

    Raises:
        CheckFailed: If some are there only afterwards, or have other shapes then: no optimizer made before trains them.
    """
    before = model.registered()
    model.run(images)
    late = [
        name
        for name, shape in model.registered().items()
        if name not in before or not _is_the_same(before[name], shape)
    ]
    that(
        not late,
        "the network has parameters that are not there before its first images, so an optimizer made before never trains them",
        received=_few([f"`{name}`" for name in late]),
        hint="which layers of yours are made only in `forward`, and what can an optimizer know of them that is made before?",
        evidence=Fact.LAYERS_MADE_IN_FORWARD,
    )


def _is_the_same(before: tuple[int, ...] | None, after: tuple[int, ...] | None) -> bool:
    """Return whether a parameter may be the one that it was; which of its axes comes first is known once it was used."""
    return before is None or (after is not None and sorted(before) == sorted(after))


def gradient_everywhere(
    model: Model, images: torch.Tensor, classes: int, keys: Keys, *, training: bool = False
) -> None:
    """
    Require that every parameter, as the network initialises it, gets a gradient that is finite and not zero.

    Args:
        training: In training mode, dropout included.

    Raises:
        CheckFailed: If one does not, or there are no parameters.
    """
    _require_gradients(model, _backward(model, images, classes, keys, training=training))


def learns_from_its_start(model: Model, images: torch.Tensor, classes: int, keys: Keys) -> None:
    """
    Require that the network, as it initialises itself, tells classes apart, and `gradient_everywhere` in training mode.

    Where all weights of a layer are the same number, another image changes all logits by as much, whatever the mode: the first
    image is asked for in evaluation mode, and the second one in training mode together with the gradients.

    Args:
        images: (2, C, H, W).

    Raises:
        CheckFailed: If it does not.
    """
    alone = model.run(images[:1]).output
    run = _backward(model, images[1:], classes, keys, training=True)
    _require_classes_apart((alone, run.output), classes)
    _require_gradients(model, run)


def _backward(model: Model, images: torch.Tensor, classes: int, keys: Keys, *, training: bool) -> Run:
    upstream = noise.normal(keys.images.derive("upstream"), len(images), classes).float()
    run = model.run(images, training=training, gradients="all", upstream=upstream)
    if run.output.numel() != upstream.numel():  # its shape alone is for another check
        logits(run.output, len(images), classes)
    return run


def _require_gradients(model: Model, run: Run) -> None:
    that(bool(model.parameters), "the network has no parameters, so it cannot learn")
    norms = {parameter.name: run.gradient_norms.get(parameter.name, 0.0) for parameter in model.parameters}
    figure(Bars(title=GRADIENT_NORMS, of="parameter", labels=tuple(norms), values=tuple(norms.values())))
    wrong = [name for name, norm in norms.items() if not 0 < norm < math.inf]  # NaN is wrong too
    that(
        not wrong,
        "no usable gradient reaches " + _few([f"`{name}`" for name in wrong]),
        received=_few([f"{name} {norm:.2g}" for name, norm in norms.items()]),
        expected="every parameter gets a gradient whose size is finite and above 0",
        hint="follow the way from the loss back to such a parameter: what on it lets nothing through?",
        evidence=Promise.GRADIENTS,
    )


def _require_classes_apart(alone: tuple[torch.Tensor, torch.Tensor], classes: int) -> None:
    """Require that the logits of two images, each asked for alone, do not differ by the same number in all classes."""
    for output in alone:  # whether the network takes several images is for other checks
        if output.numel() != classes:  # its shape alone likewise
            logits(output, 1, classes)
    one, other = (output.flatten().double() for output in alone)
    changes = other - one
    largest, apart = changes.abs().max().item(), (changes - changes.mean()).abs().max().item()
    that(
        not 0 < largest < math.inf or apart > tolerances.ALIKE * largest,
        "with the initial weights, another image changes the logits of all classes by the same number",
        received=f"changes of {largest:.3g} that differ by {apart:.3g} from class to class",
        expected="other changes for other classes",
        hint="weights that all begin as the same number stay the same: leave the initial values to the layers, or draw them",
        evidence=Promise.GRADIENTS,
    )


def _few(texts: list[str], count: int = 10) -> str:
    more = [f"and {len(texts) - count} more"] if len(texts) > count else []
    return ", ".join(texts[:count] + more)


def _nearly(values: torch.Tensor, number: float) -> bool:
    return bool(((values - number).abs() < tolerances.SUM).all())
