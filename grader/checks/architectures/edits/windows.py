"""
Edits of poolings, and of how the windows of convolutions move.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, pairwise

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
from grader.checks.architectures.structure import ordinal
from grader.checks.architectures.table import ACTIVATIONS, Layer

_POOLS = ("maxpool", "avgpool")
_FOLLOWS = {"bn", "lrn", *ACTIVATIONS}
_WINDOWS = ((2, 2), (2, 1), (3, 2), (3, 3), (3, 1), (4, 4), (4, 2), (5, 2), (7, 7), (14, 14))
_PRINT = "Print the shapes and lay them beside the table of the handout."
_MEAN = "The mean of a window and its strongest value tell different things. Which pooling does the handout name?"


def other_kind_of_pooling(layers: Layers, clues: Clues) -> Iterator[Edit]:
    """One pooling, or every one, takes the mean; or one is adaptive and takes the mean of all of a map."""
    pools = indices_of(layers, "maxpool")
    for place in pools:
        yield Edit(
            name="average_pooling",
            difference=f"with a mean where {the(layers, place)} takes the maximum",
            question=_MEAN,
            layers=changed(layers, place, kind="avgpool"),
        )
    for some, which in _all_of(pools):
        if some:
            yield Edit(
                name="average_pooling",
                difference=f"with a mean where {which} takes the maximum",
                question=_MEAN,
                layers=changed(layers, *some, kind="avgpool"),
            )
    for place in pools:
        for kind, word in (("adaptive", "the mean"), ("adaptive_max", "the maximum")):
            yield Edit(
                name="pools_the_whole_map",
                difference=f"with {word} of each whole map in place of {the(layers, place)}",
                question="How large is a window, and which pooling does the handout name?",
                layers=(*layers[:place], Layer(kind=kind, size=1), *layers[place + 1 :]),
            )


def number_of_poolings(layers: Layers, clues: Clues) -> Iterator[Edit]:
    """A pooling is missing, there is one too many, or one is elsewhere."""
    pools, flat = indices_of(layers, *_POOLS), first_flat(layers)
    for place in pools:
        yield Edit(
            name="a_pooling_is_missing",
            difference=f"without {the(layers, place)}",
            question=f"Which of your layers makes the maps smaller {after(layers, place)}? {_PRINT}",
            layers=without(layers, place),
        )
        moved = _before_its_convolution(layers, place)
        if moved is not None:
            yield moved
        convolutions = indices_of(layers, "conv")
        earlier = [i for i in convolutions if i < place][:-2]  # before the last is a matter of its own
        later = [i for i in convolutions if place < i][:1]
        for convolution in (*earlier, *later):
            end = _end_of_block(layers, convolution)
            if layers[end : end + 1] and layers[end].kind in _POOLS:
                continue
            yield Edit(
                name="a_pooling_elsewhere",
                difference=f"with {the(layers, place)} after {the(layers, convolution)}",
                question=f"In which order do the steps of the handout come? {_PRINT}",
                layers=without(inserted(layers, end, layers[place]), place + (end <= place)),
            )
    every = layers
    for place in reversed(pools):
        moved = _before_its_convolution(every, place)
        every = moved.layers if moved is not None else every
    if len(pools) > 1:
        yield Edit(
            name="pools_before_the_convolution",
            difference="with every pooling before its convolution, not after it",
            question=f"In which order do the steps of the handout come? {_PRINT}",
            layers=every,
        )
        yield Edit(
            name="no_pooling_at_all",
            difference="without any pooling",
            question=f"Which of your layers makes the maps smaller? {_PRINT}",
            layers=without(layers, *pools),
        )
    for layer in dict.fromkeys([*(layers[i] for i in pools), Layer(kind="maxpool", kernel=2, stride=2)]):
        for place in range(1, flat + 1):
            if place < len(layers) and (layers[place - 1].kind in _POOLS or layers[place].kind in ("relu", "bn")):
                continue  # the same as after the activation
            yield Edit(
                name="a_pooling_too_many",
                difference=f"with one pooling more {after(layers, place)}",
                question=f"How often do the maps become smaller? {_PRINT}",
                layers=inserted(layers, place, layer),
            )


def _end_of_block(layers: Layers, convolution: int) -> int:
    """Return where the normalisation and the activation behind a convolution end."""
    return next((i for i in range(convolution + 1, len(layers)) if layers[i].kind not in _FOLLOWS), len(layers))


def _all_of(pools: list[int]) -> Iterator[tuple[list[int], str]]:
    """Yield all of them, and all but the last, which often has another size; nothing where that is a single one."""
    if len(pools) > 1:
        yield pools, "every pooling"
    if len(pools) > 2:
        yield pools[:-1], "every pooling but the last"


def _before_its_convolution(layers: Layers, pool: int) -> Edit | None:
    convolutions = indices_of(layers[:pool], "conv")
    if not convolutions:
        return None
    return Edit(
        name="pools_before_the_convolution",
        difference=f"with {the(layers, pool)} before {the(layers, convolutions[-1])}, not after it",
        question=f"In which order do the steps of the handout come? {_PRINT}",
        layers=inserted(without(layers, pool), convolutions[-1], layers[pool]),
    )


def windows_of_poolings(layers: Layers, clues: Clues) -> Iterator[Edit]:
    """The windows of a pooling, or of every one, have another size, another stride, or a padding; or they round up."""
    pools = indices_of(layers, *_POOLS)
    question = f"How large are the windows, and do neighbours overlap? {_PRINT}"
    for kernel, stride in _WINDOWS:
        for padding in (0, 1):
            if padding > kernel // 2:
                continue
            fields = {"kernel": kernel, "stride": stride, "padding": padding}
            told = f"windows of {kernel} x {kernel} that move by {stride}" + (", padded" if padding else "")
            for place in pools:
                if changed(layers, place, **fields) != layers:
                    yield Edit(
                        name="windows_of_another_size",
                        difference=f"with {told} in {the(layers, place)}",
                        question=question,
                        layers=changed(layers, place, **fields),
                    )
            for some, which in _all_of(pools):
                yield Edit(
                    name="windows_of_another_size",
                    difference=f"with {told} in {which}",
                    question=question,
                    layers=changed(layers, *some, **fields),
                )
    for one, other in combinations(pools, 2):
        exchanged = {one: layers[other], other: layers[one]}
        yield Edit(
            name="windows_of_another_size",
            difference=f"with {the(layers, one)} and {the(layers, other)} exchanged",
            question=question,
            layers=tuple(exchanged.get(i, layer) for i, layer in enumerate(layers)),
        )
    for place in pools:
        yield Edit(
            name="a_pooling_rounds_up",
            difference=f"with `ceil_mode` in {the(layers, place)}",
            question=f"What becomes of a window that reaches over the border? {_PRINT}",
            layers=changed(layers, place, mode="ceil"),
        )


def instead_of_a_pooling(layers: Layers, clues: Clues) -> Iterator[Edit]:
    """A convolution makes the maps smaller: by its own stride, or by one of its own."""
    pools = indices_of(layers, *_POOLS)
    for positions in ([pool] for pool in pools):
        yield from _strides(layers, positions)
    for positions, _which in _all_of(pools):
        yield from _strides(layers, positions)
    for place in pools:
        yield Edit(
            name="leaves_pixels_out_instead_of_pooling",
            difference=f"which leaves rows and columns out in place of {the(layers, place)}",
            question="What becomes of the numbers that a slice leaves out, and what does a pooling make of them?",
            layers=(*layers[:place], Layer(kind="every", size=layers[place].stride), *layers[place + 1 :]),
        )
        pool, channels = layers[place], _channels(layers, place)
        learnt = Layer(kind="conv", size=channels, kernel=pool.kernel, stride=pool.stride, padding=pool.padding)
        yield Edit(
            name="a_convolution_instead_of_a_pooling",
            difference=f"with one convolution more in place of {the(layers, place)}",
            question="How many parameters has a pooling? What would a maximum learn?",
            layers=(*layers[:place], learnt, *layers[place + 1 :]),
        )


def _strides(layers: Layers, pools: list[int]) -> Iterator[Edit]:
    convolutions = [indices_of(layers[:pool], "conv")[-1:] for pool in pools]
    if not all(convolutions):
        return
    before = [some[0] for some in convolutions]
    stepping = tuple(
        replace(layer, stride=layers[pools[before.index(i)]].stride) if i in before else layer
        for i, layer in enumerate(layers)
    )
    which = " and ".join(the(layers, pool) for pool in pools)
    yield Edit(
        name="a_stride_instead_of_a_pooling",
        difference=f"with a stride in the convolution in place of {which}",
        question="Which layer of the handout halves height and width? Print the shapes in between.",
        layers=without(stepping, *pools),
    )


def _channels(layers: Layers, place: int) -> int:
    convolutions = indices_of(layers[:place], "conv")
    return int(layers[convolutions[-1]].size) if convolutions else 3


def windows_of_convolutions(layers: Layers, clues: Clues) -> Iterator[Edit]:
    """The windows of a convolution, or of every one, have another size, stride, padding or dilation."""
    convolutions = indices_of(layers, "conv")
    for place in convolutions:
        for difference, name, fields in _other_windows(layers[place]):
            yield Edit(
                name=name,
                difference=f"with {difference} in {the(layers, place)}",
                question=_QUESTIONS[name],
                layers=changed(layers, place, **fields),
            )
    kinds = {(layers[i].kernel, layers[i].stride, layers[i].padding) for i in convolutions}
    groups = [("every convolution", convolutions)]
    if len(kinds) > 1:
        groups.append(("every convolution but the first", convolutions[1:]))
    pools = indices_of(layers, *_POOLS)
    for number, (start, end) in enumerate(pairwise([0, *pools]), start=1):
        block = [i for i in convolutions if start <= i < end]
        if 1 < len(block) < len(convolutions):
            groups.append((f"the convolutions of the {ordinal(number)} block", block))
    for which, some in groups:
        if len(some) < 2:
            continue
        for difference, name, fields in _other_windows(layers[some[-1]]):
            yield Edit(
                name=name,
                difference=f"with {difference} in {which}",
                question=_QUESTIONS[name],
                layers=changed(layers, *some, **fields),
            )


_QUESTIONS = {
    "kernels_of_another_size": "Count the weights of each filter and lay them beside the table.",
    "another_padding": f"What does a kernel do at the border of an image? {_PRINT}",
    "no_padding": f"What does a kernel do at the border of an image? {_PRINT}",
    "another_stride": f"How far does the window move? {_PRINT}",
    "dilated_convolution": "Which pixels does one number of the output see? Which argument leaves gaps between them?",
    "flipped_kernels": "In which direction does PyTorch lay a kernel over an image? Try one of 1, 2, 3.",
    "pads_one_side_only": "Lay a kernel of ones over an image with a single bright pixel. Where is the middle of what comes out?",
    "another_padding_mode": "What lies beyond the border of an image? Which argument of the convolution decides it?",
}


def _other_windows(layer: Layer) -> Iterator[tuple[str, str, dict[str, object]]]:
    for kernel in (1, 2, 3, 5, 7, 9, 11):
        for padding in sorted({layer.padding, kernel // 2, (kernel - 1) // 2, 0}):
            if kernel != layer.kernel:
                told = f"kernels of {kernel} x {kernel}"
                yield told, "kernels_of_another_size", {"kernel": kernel, "padding": padding}
    for padding in range(layer.kernel + 1):
        if padding != layer.padding:
            name = "another_padding" if padding else "no_padding"
            yield (f"a padding of {padding}" if padding else "no padding"), name, {"padding": padding}
    for stride in (1, 2, 3, 4):
        if stride != layer.stride:
            yield f"a stride of {stride}", "another_stride", {"stride": stride}
    if layer.kernel > 1:
        for padding in sorted({layer.padding, 2 * layer.padding}):
            yield "a dilation of 2", "dilated_convolution", {"dilation": 2, "padding": padding}
    if layer.kernel > 1:
        yield "kernels that are flipped", "flipped_kernels", {"mode": "flipped"}
    if layer.padding:
        for mode, word in (("reflect", "reflected"), ("replicate", "repeated"), ("circular", "wrapped")):
            yield f"a border that is {word}", "another_padding_mode", {"mode": mode}
        for mode, where in (("before", "at the top and on the left"), ("after", "at the bottom and on the right")):
            yield f"all padding {where}", "pads_one_side_only", {"mode": mode}


def pixels_of_poolings(layers: Layers, clues: Clues) -> Iterator[Edit]:
    """Poolings written by hand take pixels from all over the map, or not all of a window."""
    pools = [i for i in indices_of(layers, "maxpool") if layers[i].kernel == layers[i].stride]
    if pools:
        yield Edit(
            name="pools_pixels_that_lie_apart",
            difference="whose poolings take pixels from all over the map, not those that lie beside each other",
            question="Number the pixels of a map of 4 x 4. Which of them meet in your first window?",
            layers=changed(layers, *pools, mode="apart"),
        )
    pairs = [i for i in pools if layers[i].kernel == 2]
    for corner, which in enumerate(("upper left", "upper right", "lower left", "lower right") if pairs else ()):
        yield Edit(
            name="a_pixel_of_the_window_is_left_out",
            difference=f"whose poolings never look at the {which} pixel of a window",
            question="Which pixels has a window of 2 x 2? Write down the indices of each one that you compare.",
            layers=changed(layers, *pairs, mode=f"without {corner}"),
        )


OPERATORS = (
    other_kind_of_pooling,
    number_of_poolings,
    windows_of_poolings,
    pixels_of_poolings,
    instead_of_a_pooling,
    windows_of_convolutions,
)
