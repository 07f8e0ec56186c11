"""
Edits of the layers that have weights: missing, too many, shared, of another width, without biases, or divided into groups.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from grader.checks.architectures.edits.edit import (
    Clues,
    Edit,
    Layers,
    changed,
    first_flat,
    free,
    indices_of,
    inserted,
    the,
    without,
)
from grader.checks.architectures.table import ACTIVATIONS, Layer

_WIDTH = {
    "conv": "Compare the channels after each of your convolutions with the handout.",
    "linear": "How many numbers does each image have after each of your linear layers?",
}
_SHARED = "How many layers does the handout count, and how many have weights of their own in yours?"


def widths(layers: Layers, clues: Clues) -> Iterator[Edit]:
    """A layer has another number of filters or units, or all convolutions have more or fewer."""
    positions = indices_of(layers, "conv", "linear")
    for place in positions:
        what = "filters" if layers[place].kind == "conv" else "units"
        for size in clues.rows if layers[place].size else ():
            if size != layers[place].size:
                yield Edit(
                    name="another_number_of_filters" if what == "filters" else "other_widths_in_the_classifier",
                    difference=f"with {size:,} {what} in {the(layers, place)}",
                    question=_WIDTH[layers[place].kind],
                    layers=_loosened(changed(layers, place, size=size), place),
                )
    for kind, what in (("conv", "filters"), ("linear", "units")):
        some = [i for i in indices_of(layers, kind) if layers[i].size]
        for factor, word in ((0.5, "half as many"), (2.0, "twice as many"), (0.25, "a quarter of the")):
            if len(some) > 1:
                wider = tuple(
                    replace(layer, size=int(layer.size * factor)) if i in some else layer
                    for i, layer in enumerate(layers)
                )
                yield Edit(
                    name="another_number_of_filters" if kind == "conv" else "other_widths_in_the_classifier",
                    difference=f"with {word} {what} in every {'convolution' if kind == 'conv' else 'linear layer'}",
                    question=_WIDTH[kind],
                    layers=_loosened(wider, *some),
                )
    for one, two in pairwise(positions):
        if layers[one].kind == layers[two].kind and layers[one].size != layers[two].size and layers[two].size:
            exchanged = changed(changed(layers, one, size=layers[two].size), two, size=layers[one].size)
            yield Edit(
                name="two_widths_exchanged",
                difference=f"with the widths of {the(layers, one)} and {the(layers, two)} exchanged",
                question=_WIDTH[layers[one].kind],
                layers=_loosened(exchanged, one, two),
            )
    features = [i for i in indices_of(layers, "linear") if layers[i].size]
    for first in clues.rows:
        for second in clues.rows:
            if len(features) == 2 and all(
                size != layers[i].size for i, size in zip(features, (first, second), strict=True)
            ):
                other = changed(changed(layers, features[0], size=first), features[1], size=second)
                yield Edit(
                    name="other_widths_in_the_classifier",
                    difference=f"with {first:,} and {second:,} units in the first two linear layers",
                    question=_WIDTH["linear"],
                    layers=_loosened(other, *features),
                )


def _loosened(layers: Layers, *positions: int) -> Layers:
    """Let the layer after each of some take what they give."""
    following = set()
    for place in positions:
        end = next((i for i in range(place + 1, len(layers)) if layers[i].has_weights), len(layers))
        following |= {i for i in range(place + 1, min(end + 1, len(layers))) if layers[i].is_made_for}
    return tuple(free(layer) if i in following else layer for i, layer in enumerate(layers))


def biases(layers: Layers, clues: Clues) -> Iterator[Edit]:
    """A layer has no bias, all convolutions have none, all linear layers, or all."""
    question = "Besides its weights, what does each filter and each unit have? Which argument switched it off?"
    positions = [i for i in indices_of(layers, "conv", "linear") if layers[i].bias]
    groups = {f"without the biases of {the(layers, i)}": [i] for i in positions}
    for kind, plural in (("conv", "convolutions"), ("linear", "linear layers")):
        some = [i for i in positions if layers[i].kind == kind]
        if len(some) > 1:
            groups[f"without biases in the {plural}"] = some
    groups["without any biases"] = positions
    for difference, some in groups.items():
        kinds = {layers[i].kind for i in some}
        only = kinds.pop() if len(kinds) == 1 else "both"
        name = {"conv": "convolutions_without_bias", "linear": "linear_layers_without_bias", "both": "no_biases"}[only]
        if some:
            yield Edit(
                name=name,
                difference=difference,
                question=question,
                layers=changed(layers, *some, bias=False),
            )


def _block(layers: Layers, place: int) -> list[int]:
    """Return a layer with weights and what belongs to it: its normalisation, activation and dropout."""
    end = place + 1
    while end < len(layers) and layers[end].kind in ({"bn", "lrn", "dropout"} | set(ACTIVATIONS)):
        end += 1
    return list(range(place, end))


def number_of_layers(layers: Layers, clues: Clues) -> Iterator[Edit]:
    """A convolution or a linear layer is missing, or there is one more."""
    flat = first_flat(layers)
    positions = indices_of(layers, "conv", "linear")
    for place in positions:
        kind = layers[place].kind
        block, last = _block(layers, place), place == positions[-1]
        name = "a_convolution_is_missing" if kind == "conv" else "a_linear_layer_is_missing"
        question = (
            "Count the convolutions between two poolings and lay them beside the handout."
            if kind == "conv"
            else "Count the linear layers of the handout, and those of your classifier."
        )
        retained = without(layers, *block)
        left = tuple(free(layer) if i >= place else layer for i, layer in enumerate(retained))
        if last and indices_of(left, "linear"):
            left = changed(left, indices_of(left, "linear")[-1], size=0)
            left = left[: indices_of(left, "linear")[-1] + 1]
        yield Edit(name=name, difference=f"without {the(layers, place)}", question=question, layers=left)
        if not last:
            yield Edit(
                name=name,
                difference=f"without {the(layers, place)}, whose activation is there",
                question=question,
                layers=tuple(free(one) if i >= place else one for i, one in enumerate(without(layers, place))),
            )
        yield from _one_more(layers, place, block)
    if len(indices_of(layers, "linear")) > 2:
        final = indices_of(layers, "linear")[-1]
        yield Edit(
            name="a_linear_layer_is_missing",
            difference="with one linear layer alone, the last",
            question="Count the linear layers of the handout, and those of your classifier.",
            layers=(*layers[: flat + 1], free(layers[final])),
        )


def _one_more(layers: Layers, place: int, block: list[int]) -> Iterator[Edit]:
    layer, again = layers[place], [layers[i] for i in block[1:]]
    name = "a_convolution_too_many" if layer.kind == "conv" else "a_linear_layer_too_many"
    which = "convolution" if layer.kind == "conv" else "linear layer"
    question = f"Count the {which}s of the handout, and yours."
    if layer.size:
        more = replace(layer, inputs=0, stride=1, groups=1) if layer.kind == "conv" else free(layer)
        if layer.kind == "conv" and layer.stride > 1:
            more = replace(more, kernel=3, padding=1)
        for added in ([more, *again], [more]) if again else ([more],):
            yield Edit(
                name=name,
                difference=f"with one {which} more after {the(layers, place)}",
                question=question,
                layers=inserted(layers, block[-1] + 1, *added),
            )
        yield Edit(
            name="a_layer_is_used_twice",
            difference=f"with {the(layers, place)} used twice",
            question=_SHARED,
            layers=inserted(layers, block[-1] + 1, Layer(kind="again", size=place), *again),
        )
    if layer.kind == "linear" and not layer.size:
        for activated in ((Layer(kind="relu"),), ()):
            yield Edit(
                name=name,
                difference=f"with one linear layer more after {the(layers, place)}",
                question=question,
                layers=(*layers, *activated, Layer(kind="linear")),
            )
    for size in _widths_between(layers, place):
        for activated in ((Layer(kind="relu"),), ()):
            yield Edit(
                name=name,
                difference=f"with one {which} more, of {size:,}, before {the(layers, place)}",
                question=question,
                layers=inserted(layers, place, replace(free(layer), size=size, groups=1), *activated),
            )


def _widths_between(layers: Layers, place: int) -> list[int]:
    """Return the widths that a further layer before one may have."""
    if layers[place].kind != "linear":
        return []
    return sorted({int(one.size) for one in layers if one.kind == "linear" and one.size} | {512, 1000, 1024, 256, 64})


def used_in_place_of_another(layers: Layers, clues: Clues) -> Iterator[Edit]:
    """A layer is used where another one belongs that has the same shape, and that one is missing."""
    positions = indices_of(layers, "conv", "linear")
    for place in positions:
        for earlier in positions:
            if earlier < place and layers[earlier].kind == layers[place].kind:
                yield Edit(
                    name="a_layer_is_used_twice",
                    difference=f"with {the(layers, earlier)} used again where {the(layers, place)} belongs",
                    question=_SHARED,
                    layers=(*layers[:place], Layer(kind="again", size=earlier), *layers[place + 1 :]),
                )


def used_again_in_each_block(layers: Layers, clues: Clues) -> Iterator[Edit]:
    """One convolution stands for all further ones of its block, as `[convolution] * n` makes them."""
    again: dict[int, int] = {}
    channels: dict[int, int] = {}
    before = 0
    for place in indices_of(layers, "conv"):
        channels[place], before = before, int(layers[place].size)
        width = layers[place].size
        block = max((i for i in indices_of(layers, "maxpool", "avgpool") if i < place), default=0)
        same = [i for i in channels if block <= i < place and layers[i] == layers[place]]
        if same and channels[place] == width:
            again[place] = same[0]
    if len(again) > 1:
        yield Edit(
            name="a_layer_is_used_twice",
            difference="with one convolution used again for all further ones of its block",
            question=_SHARED,
            layers=tuple(Layer(kind="again", size=again[i]) if i in again else one for i, one in enumerate(layers)),
        )


def groups_of_channels(layers: Layers, clues: Clues) -> Iterator[Edit]:
    """Convolutions are divided into groups, or are not where they should be."""
    convolutions = indices_of(layers, "conv")
    grouped = [i for i in convolutions if layers[i].groups > 1]
    question = "Through how many channels does one filter reach? Which argument divides them?"
    for place in convolutions[1:]:
        width = int(layers[[i for i in convolutions if i < place][-1]].size)
        for groups in sorted({1, 2, 4, width} - {layers[place].groups}):
            yield Edit(
                name="groups_in_some_layers_only" if grouped else "convolutions_in_groups",
                difference=f"with {the(layers, place)} "
                + (f"divided into {groups} groups" if groups > 1 else "not divided into groups"),
                question=question,
                layers=changed(layers, place, groups=groups),
            )
    for some in [[j for j in grouped if j != i] for i in grouped] if len(grouped) > 1 else []:
        left = next(i for i in grouped if i not in some)
        yield Edit(
            name="groups_in_some_layers_only",
            difference=f"with {the(layers, left)} alone divided into groups",
            question=question,
            layers=changed(layers, *some, groups=1),
        )
    if len(convolutions) > 2 and not grouped:
        yield Edit(
            name="convolutions_in_groups",
            difference="with every convolution but the first divided into 2 groups",
            question=question,
            layers=changed(layers, *convolutions[1:], groups=2),
        )


def made_for_others(layers: Layers, clues: Clues) -> Iterator[Edit]:
    """A layer is made for another number of channels or features than it gets, so that nothing runs beyond it."""
    for place in (i for i, layer in enumerate(layers) if layer.has_weights and layer.inputs):
        layer = layers[place]
        per_input = layer.kernel**2 if layer.kind == "conv" else 1
        for columns in clues.columns:
            inputs, rest = divmod(columns * layer.groups, per_input)
            if rest or inputs in (0, layer.inputs):
                continue
            what = "channels" if layer.kind == "conv" else "numbers"
            name = "channels_do_not_match" if layer.kind == "conv" else "flatten_size_wrong"
            if place in indices_of(layers, "conv")[:1]:
                name = "images_have_other_channels"
            yield Edit(
                name=name,
                difference=f"with {the(layers, place)} made for {inputs:,} {what}, and it gets {layer.inputs:,}",
                question="The inputs of a layer are what the layer before gives. Write down the shape after every layer"
                + (", then multiply channels, height and width." if layer.kind == "linear" else "."),
                layers=changed(layers, place, inputs=inputs),
            )


def spare_weights(layers: Layers, clues: Clues) -> Iterator[Edit]:
    """There are weights through which nothing goes."""
    for rows, columns, bias in clues.pairs:
        yield Edit(
            name="a_layer_is_not_used",
            difference=f"with weights of {rows:,} x {columns:,} more, through which nothing goes",
            question="Which layer is made in `__init__`, and where does `forward` use it?",
            layers=(*layers, Layer(kind="spare", size=rows, inputs=columns, bias=bias)),
        )


def not_called(layers: Layers, clues: Clues) -> Iterator[Edit]:
    """A layer has weights, and nothing goes through it."""
    for place in indices_of(layers, "conv", "linear"):
        layer, block = layers[place], _block(layers, place)
        columns = layer.inputs // layer.groups * (layer.kernel**2 if layer.kind == "conv" else 1)
        spare = Layer(kind="spare", size=layer.size, inputs=columns, bias=layer.bias)
        for omitted in (block, [place]):
            if layer.size and columns:
                yield Edit(
                    name="a_layer_is_not_used",
                    difference=f"which has {the(layers, place)}, and does not use it",
                    question="Which layer is made in `__init__`, and where does `forward` use it?",
                    layers=(*without(layers, *omitted), spare),
                )


def bias_not_used(layers: Layers, clues: Clues) -> Iterator[Edit]:
    """Layers have biases, and they are not added."""
    with_biases = [i for i in indices_of(layers, "conv", "linear") if layers[i].bias and layers[i].size]
    some = [([place], the(layers, place)) for place in reversed(with_biases)]
    for kind, which in (("conv", "every convolution"), ("linear", "every linear layer but the last")):
        positions = [i for i in with_biases if layers[i].kind == kind]
        if len(positions) > 1:
            some.append((positions, which))
    for positions, which in some:
        spare = (Layer(kind="spare", size=layers[i].size, inputs=1, bias=False) for i in positions)
        yield Edit(
            name="a_bias_is_not_used",
            difference=f"whose biases of {which} are there, and not added",
            question="Which of your parameters reach the logits? Which argument of the function takes the biases?",
            layers=(*changed(layers, *positions, bias=False), *spare),
        )


def biases_elsewhere(layers: Layers, clues: Clues) -> Iterator[Edit]:
    """Biases are added after the activation."""
    followed = [
        i for i in indices_of(layers[:-1], "conv", "linear") if layers[i].bias and layers[i + 1].kind in ACTIVATIONS
    ]
    for positions, which in _alone_and_together(layers, followed):
        moved = layers
        for place in reversed(positions):
            moved = inserted(changed(moved, place, bias=False), place + 2, Layer(kind="bias"))
        yield Edit(
            name="bias_after_the_activation",
            difference=f"whose biases of {which} are added after the activation",
            question="Which numbers does the activation get to see? Write down in which order product, bias and activation come.",
            layers=moved,
        )


def single_biases(layers: Layers, clues: Clues) -> Iterator[Edit]:
    """All filters or units of a layer have one bias together."""
    if 1 not in clues.rows:
        return
    with_biases = [i for i in indices_of(layers, "conv", "linear") if layers[i].bias]
    for positions, which in _alone_and_together(layers, with_biases):
        told = layers
        for place in reversed(positions):
            told = inserted(changed(told, place, bias=False), place + 1, Layer(kind="bias", size=1))
        yield Edit(
            name="one_bias_for_all_units",
            difference=f"with a single number as the bias of {which}",
            question="Besides its weights, what does each filter and each unit have? Print the shapes of your biases.",
            layers=told,
        )


def _alone_and_together(layers: Layers, positions: list[int]) -> Iterator[tuple[list[int], str]]:
    """Yield layers with weights one by one, those of each kind, and all, with the words for them."""
    for place in positions:
        yield [place], the(layers, place)
    for kinds, word in ((("conv",), "convolution"), (("linear",), "linear layer"), (("conv", "linear"), "layer")):
        every, some = indices_of(layers, *kinds), [i for i in positions if layers[i].kind in kinds]
        if len(some) > 1 and some in (every, every[:-1]):
            yield some, f"every {word}" + ("" if some == every else " but the last")


def residuals(layers: Layers, clues: Clues) -> Iterator[Edit]:
    """What goes into a block is added to what comes out of it."""
    for place in indices_of(layers, "conv", "linear"):
        block = _block(layers, place)
        for end in sorted({place + 1, block[-1] + 1, place + 2 if len(block) > 2 else place + 1}):
            yield Edit(
                name="a_shortcut_around_a_layer",
                difference=f"with what goes into {the(layers, place)} added to what it gives",
                question="Does the handout's network add anything? Go through your forward pass line by line.",
                layers=inserted(layers, end, Layer(kind="plus", size=end - place)),
            )


OPERATORS = (
    widths,
    biases,
    number_of_layers,
    used_in_place_of_another,
    used_again_in_each_block,
    groups_of_channels,
    made_for_others,
    spare_weights,
    not_called,
    bias_not_used,
    biases_elsewhere,
    single_biases,
    residuals,
)
