"""
Edits of what has no weights to choose: normalisations, dropouts, the flattening, the images, the output, and gradients.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from grader.checks.architectures.edits.edit import (
    Clues,
    Edit,
    Layers,
    after,
    changed,
    first_flat,
    indices_of,
    inserted,
    the,
    without,
)
from grader.checks.architectures.table import ACTIVATIONS, Layer

_NORMALISES = {
    "bn": "batch normalisation",
    "ln": "layer normalisation",
    "gn": "group normalisation",
    "instance": "instance normalisation",
    "bn_of_batch": "batch normalisation that goes by the batch in both modes",
    "lrn": "local response normalisation",
}
_LRN = (
    (2, 1e-4, 0.75, 5.0),  # size and k interchanged
    *((5, 1e-4, 0.75, k) for k in (0.0, 0.5, 3.0, 5.0)),
    *((5, alpha, 0.75, None) for alpha in (1e-3, 1e-2, 5e-4, 1e-5, 2e-5, 1.0)),
    *((channels, 1e-4, 0.75, None) for channels in (2, 3, 4, 7, 9, 10)),
    *((5, 1e-4, beta, None) for beta in (0.5, 1.0, 0.25)),
    (5, 0.75, 1e-4, None),
    (5, 2.0, 0.75, 1e-4),  # k and alpha interchanged
)
"""Channels, alpha, beta and k of local response normalisations that are mistaken for others; None for the k of the table."""
_NEIGHBOURS = (
    "The answer for an image must not depend on its neighbours. Does the handout ask the network to change its input?"
)
_OWN_INPUT = "Does the handout ask the network to change its input?"
_BINARY = "How many shades of grey has an image of the handout, and how many of them get to your first layer?"
_MIXED = "`view` and `reshape` keep the order in memory and know nothing of images. Which axis must stay the first?"
_SIZES = {"gn": (1, 2, 4, 8, 16, 32), "lrn": (1, 2), "instance": (0,), "ln": (0,), "bn": (0,), "bn_of_batch": (0,)}


def normalised(layers: Layers, clues: Clues) -> Iterator[Edit]:
    """A normalisation was added: after each convolution, after one of them, after a linear layer, or before everything."""
    question = "Which of your layers is not in the handout? Does it know the mode that the network is in, or has it parameters?"
    convolutions = indices_of(layers, "conv")
    for kind, word in _NORMALISES.items():
        if kind not in clues.kinds:
            continue
        for size, bias in (
            (size, bias) for size in _SIZES[kind] for bias in ((True, False) if kind == "ln" else (True,))
        ):
            layer = Layer(kind=kind, size=size, bias=bias)
            for shift, where in ((1, "after"), (2, "after the activation of")):
                every = layers
                for place in reversed(convolutions):
                    every = inserted(every, place + shift, layer)
                if len(convolutions) > 1:
                    yield Edit(
                        name=_added(kind),
                        difference=f"with {word} {where} every convolution",
                        question=question,
                        layers=every,
                    )
            for place in range(first_flat(layers) if kind in ("instance", "lrn", "bn_of_batch") else len(layers)):
                if place and kind != "ln" and layers[place - 1].kind in ("flatten", "dropout"):
                    continue
                yield Edit(
                    name=_added(kind),
                    difference=f"with {word} {after(layers, place) if place else 'before the first layer'}",
                    question=question,
                    layers=inserted(layers, place, layer),
                )
    for kind in ("bn", "lrn", "lrn_of_sum"):
        positions = indices_of(layers, kind)
        for place in positions:
            yield Edit(
                name="a_normalisation_is_missing",
                difference=f"without the normalisation {after(layers, place)}",
                question="After which layers does the handout normalise?",
                layers=without(layers, place),
            )
    widths = [int(layers[i].size) for i in convolutions]
    batch = indices_of(layers, "bn")
    if batch and len(batch) == len(widths):
        told = layers
        for place, width in zip(batch, widths, strict=True):
            told = changed(told, place, size=width)
        yield Edit(
            name="width_given_as_eps",
            difference="with the number of channels as the eps of its batch normalisations",
            question="The second argument of `nn.BatchNorm2d` is eps, the small number under the root. How small is yours?",
            layers=told,
        )


def local_response(layers: Layers, clues: Clues) -> Iterator[Edit]:
    """Local response normalisation has other numbers than the table's, or its neighbours are pixels, not channels."""
    positions = indices_of(layers, "lrn", "lrn_of_sum")
    if not positions:
        return
    for channels, alpha, beta, k in _LRN if "lrn" in clues.kinds else ():
        for own in dict.fromkeys(layers[i].size for i in positions) if k is None else (k,):
            yield Edit(
                name="normalises_by_other_numbers",
                difference="whose local response normalisation is that of "
                f"`nn.LocalResponseNorm({channels}, alpha={alpha:g}, beta={beta:g}, k={own:g})`",
                question="Four numbers belong to this normalisation. Which argument of yours takes which of them?",
                layers=changed(layers, *positions, kind="lrn", size=own, kernel=channels, mode=f"{alpha} {beta}"),
            )
    for side, k in product((5, 3), (2, 1)) if "smoothing" in clues.kinds else ():
        yield Edit(
            name="normalises_within_each_channel",
            difference=f"whose local response normalisation goes over {side} x {side} pixels of each channel, with k = {k}",
            question="Whose squares belong into the sum: along which axis do the neighbours of a number lie?",
            layers=changed(layers, *positions, kind="lrn_within", size=k, kernel=side, groups=1),
        )


def _added(kind: str) -> str:
    return {"bn": "batch_norm_added", "lrn": "local_response_normalisation_added"}.get(kind, "normalisation_added")


def dropouts(layers: Layers, clues: Clues) -> Iterator[Edit]:
    """Dropout was added to a table that has none; in evaluation mode it may go on."""
    if indices_of(layers, "dropout"):
        return
    probability = clues.probabilities[0] if clues.probabilities else 0.5
    for kind, name, told in (
        ("dropout", "dropout_added", "dropout"),
        ("dropout_always", "dropout_never_off", "dropout that never stops"),
    ):
        if not clues.probabilities:
            continue
        for place in range(1, len(layers)):
            if layers[place - 1].kind in ("conv", "linear"):
                continue
            yield Edit(
                name=name,
                difference=f"with {told} {after(layers, place)}",
                question="Run one batch twice and compare. Does the handout's network contain chance?",
                layers=inserted(layers, place, Layer(kind=kind, size=probability)),
            )


def flattened(layers: Layers, clues: Clues) -> Iterator[Edit]:
    """The maps are flattened in another order, or those of different images are mixed."""
    flat = first_flat(layers)
    if flat == len(layers):
        return
    for kind, name, difference, question in (
        (
            "flatten_channels_last",
            "channels_last_when_flattened",
            "with the channels last when the maps are flattened",
            "The order of numbers decides which weight each one meets. Which axis comes first after the images in PyTorch?",
        ),
        (
            "flatten_mixed",
            "flatten_mixes_images",
            "with numbers of different images mixed when they are flattened",
            _MIXED,
        ),
        (
            "flatten_width_first",
            "width_before_height_when_flattened",
            "with the width before the height when the maps are flattened",
            "The order of numbers decides which weight each one meets. In which order are the axes of a map?",
        ),
        (
            "flatten_images_last",
            "flatten_mixes_images",
            "with numbers of different images mixed when they are flattened",
            _MIXED,
        ),
        (
            "flatten_turned",
            "flatten_mixes_images",
            "with numbers of different images mixed when they are flattened",
            _MIXED,
        ),
        (
            "flatten_all",
            "flattens_the_images_too",
            "which flattens the axis of the images too",
            "Which axis tells the images apart, and from which one on does `flatten` begin?",
        ),
        (
            "squeezed",
            "squeezes_single_images",
            "which squeezes the axis of the images away where there is a single one",
            "Which axes have the size one where there is a single image? Which ones should go?",
        ),
    ):
        yield Edit(name=name, difference=difference, question=question, layers=changed(layers, flat, kind=kind))
    features = next((layer.inputs for layer in layers[flat:] if layer.kind == "linear"), 0)
    if features:
        yield Edit(
            name="view_makes_rows_of_parts_of_images",
            difference=f"whose `view` makes rows of {features:,} numbers, several of each image",
            question="How many rows has the output, and how many images came in? Which axis should `view` leave alone?",
            layers=tuple(
                replace(one, kind="view", size=features) if i == flat else one for i, one in enumerate(layers)
            ),
        )
        pools = [i for i in indices_of(layers, "maxpool", "avgpool") if i < flat]
        if pools:
            rows = tuple(replace(one, kind="view", size=features) if i == flat else one for i, one in enumerate(layers))
            yield Edit(
                name="view_makes_rows_of_parts_of_images",
                difference=f"without {the(layers, pools[-1])}, and whose `view` makes several rows of each image",
                question="How many rows has the output, and how many images came in? Which axis should `view` leave alone?",
                layers=without(rows, pools[-1]),
            )
    if flat + 1 < len(layers) and layers[flat - 1].kind != "adaptive":
        yield Edit(
            name="averages_the_maps",
            difference="with the mean of each map in place of all its numbers",
            question="How many numbers of each image arrive at the first linear layer?",
            layers=inserted(layers, flat, Layer(kind="adaptive", size=1)),
        )


def maps_reordered(layers: Layers, clues: Clues) -> Iterator[Edit]:
    """What a convolution written by hand computes is read as maps in another order."""
    convolutions = indices_of(layers, "conv")
    for kind, name, difference, question in (
        (
            "rows_as_maps",
            "channels_last_read_as_maps",
            "with the channels last where its maps are made",
            "In which order are the axes of what your product gives? `reshape` and `view` move none of them.",
        ),
        (
            "images_among_maps",
            "convolution_mixes_images",
            "with maps of different images mixed",
            _MIXED,
        ),
    ):
        every = layers
        for place in reversed(convolutions):
            every = inserted(every, place + 1, Layer(kind=kind))
        if len(convolutions) > 1:
            yield Edit(name=name, difference=f"{difference}, in every convolution", question=question, layers=every)
        for place in convolutions:
            yield Edit(
                name=name,
                difference=f"{difference}, in {the(layers, place)}",
                question=question,
                layers=inserted(layers, place + 1, Layer(kind=kind)),
            )


def images_changed(layers: Layers, clues: Clues) -> Iterator[Edit]:
    """The network changes its images before the first layer."""
    scaled = "Scaling the pixels belongs to the data, before the network. Which range have the images when they arrive?"
    for kind, size, name, difference, question in (
        ("divide", 255, "divides_the_images", "which divides its images by 255", scaled),
        ("divide", 1 / 255, "multiplies_the_images", "which multiplies its images by 255", scaled),
        (
            "mnist_scaled",
            0,
            "standardises_the_images",
            "which standardises by MNIST's numbers",
            scaled,
        ),
        (
            "imagenet_scaled",
            0,
            "standardises_the_images",
            "which standardises by ImageNet's numbers",
            scaled,
        ),
        ("centred_batch", 0, "standardises_the_batch", "which subtracts the mean of the batch", _NEIGHBOURS),
        (
            "channels_reversed",
            0,
            "exchanges_the_colours",
            "which takes the colours in the opposite order",
            "In which order are the channels of an image, and does the handout ask the network to change its input?",
        ),
        (
            "repeated",
            3,
            "repeats_the_image",
            "which makes three channels of one",
            "How many channels have the images of the handout, and for how many is your first convolution made?",
        ),
        ("shift", 0.5, "shifts_the_images", "which moves its images from 0 .. 1 to -1 .. 1", scaled),
        (
            "standardise_batch",
            0,
            "standardises_the_batch",
            "which standardises its images with mean and deviation of their batch",
            _NEIGHBOURS,
        ),
        (
            "standardise_channels",
            0,
            "standardises_the_batch",
            "which standardises each channel with mean and deviation of the batch",
            _NEIGHBOURS,
        ),
        (
            "standardise_images",
            0,
            "standardises_each_image",
            "which standardises each image",
            _OWN_INPUT,
        ),
        (
            "over_largest_of_batch",
            0,
            "standardises_the_batch",
            "which divides its images by the largest pixel of the batch",
            _NEIGHBOURS,
        ),
        (
            "range_of_batch",
            0,
            "standardises_the_batch",
            "which stretches its images from the least to the largest pixel of the batch",
            _NEIGHBOURS,
        ),
        ("over_largest", 0, "standardises_each_image", "which divides each image by its largest pixel", _OWN_INPUT),
        (
            "range_of_images",
            0,
            "standardises_each_image",
            "which stretches each image from its least to its largest pixel",
            _OWN_INPUT,
        ),
        ("beyond", 0.5, "makes_the_images_black_and_white", "which makes its images black and white at 0.5", _BINARY),
        ("beyond", 0, "makes_the_images_black_and_white", "which makes its images black and white at 0", _BINARY),
        ("rounded", 0, "makes_the_images_black_and_white", "which rounds its pixels", _BINARY),
        (
            "transposed",
            0,
            "transposes_the_images",
            "which exchanges height and width",
            "Axes are in the order (N, C, H, W). Which ones do you move?",
        ),
    ):
        yield Edit(name=name, difference=difference, question=question, layers=(Layer(kind=kind, size=size), *layers))


def output_changed(layers: Layers, clues: Clues) -> Iterator[Edit]:
    """What is returned is made of the logits."""
    for kind, name, difference, question in (
        (
            "argmax",
            "class_numbers_instead_of_logits",
            "which returns the number of the best class",
            "The loss needs a score for every class, and an index has no gradient. Where does the choice of a class belong?",
        ),
        (
            "squeezed",
            "squeezes_single_images",
            "which squeezes the axis of the images away where there is a single one",
            "Which shape has the output for a single image?",
        ),
        (
            "minus_largest",
            "subtracts_the_largest_logit",
            "which subtracts the largest logit from all",
            "That is a step of a softmax, which the cross entropy does by itself. Can a logit still be positive?",
        ),
        (
            "as_maps",
            "logits_as_maps",
            "whose logits still have a height and a width of one",
            "Compare the number of axes of your output with the handout. Which step takes the last two away?",
        ),
    ):
        yield Edit(name=name, difference=difference, question=question, layers=(*layers, Layer(kind=kind)))


def gradients_cut(layers: Layers, clues: Clues) -> Iterator[Edit]:
    """No gradient gets through at one place."""
    question = "What do `detach`, `.data`, `torch.tensor(...)` and `no_grad` do to everything before them?"
    for place in range(len(layers) + 1):
        if 0 < place < len(layers) and layers[place - 1].kind in (*ACTIVATIONS, "flatten", "dropout"):
            continue  # where the gradient ends, not at which step between two layers
        where = "at the images" if place == 0 else "at the logits" if place == len(layers) else after(layers, place)
        yield Edit(
            name="gradient_is_cut",
            difference=f"whose gradient ends {where}",
            question=question,
            layers=inserted(layers, place, Layer(kind="cut")),
        )


def order_of_steps(layers: Layers, clues: Clues) -> Iterator[Edit]:
    """Two steps that follow each other are exchanged."""
    for place in range(len(layers) - 1):
        one, other = layers[place], layers[place + 1]
        if {one.kind, other.kind} <= {*ACTIVATIONS, "maxpool", "dropout", "flatten"} or one == other:
            continue  # the same function, or dropout, which is told otherwise
        swapped = (*layers[:place], other, one, *layers[place + 2 :])
        yield Edit(
            name="steps_in_another_order",
            difference=f"with {_step(layers, place + 1)} before {_step(layers, place)}",
            question="In which order do the steps of the handout come? Lay your forward pass beside it.",
            layers=swapped,
        )
    convolutions = indices_of(layers, "conv")
    if len(convolutions) > 1 and all(layers[i + 1].kind == "relu" for i in convolutions):
        moved = layers
        for place in convolutions:
            moved = (*moved[:place], moved[place + 1], moved[place], *moved[place + 2 :])
        yield Edit(
            name="steps_in_another_order",
            difference="with each ReLU before its convolution",
            question="In which order do the steps of the handout come? Lay your forward pass beside it.",
            layers=moved,
        )


def _step(layers: Layers, place: int) -> str:
    kind = layers[place].kind
    if kind in ACTIVATIONS:
        return f"the {ACTIVATIONS[kind].split(' ', 1)[1]} {after(layers, place)}"
    named = {**_NORMALISES, "flatten": "the flattening", "dropout": "dropout"}
    return f"{named[kind]} {after(layers, place)}" if kind in named else the(layers, place)


OPERATORS = (
    normalised,
    local_response,
    dropouts,
    flattened,
    maps_reordered,
    images_changed,
    output_changed,
    gradients_cut,
    order_of_steps,
)
