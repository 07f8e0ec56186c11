"""
Known mistakes in AlexNet and VGG16, each with the hint it deserves.

Each is an edit: from the table of a right network to the tables that the mistake makes of it.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from grader.checks.architectures.table import Layer, parse

Table = tuple[Layer, ...]


def _layer(text: str) -> Layer:
    return parse(text)[0]


def _indices_of(layers: Table, kind: str) -> list[int]:
    return [i for i, layer in enumerate(layers) if layer.kind == kind]


def _replaced(layers: Table, kind: str, change: Callable[[Layer], Layer]) -> Table:
    return tuple(change(layer) if layer.kind == kind else layer for layer in layers)


def _without(layers: Table, index: int) -> Table:
    return layers[:index] + layers[index + 1 :]


def _convolutional(layers: Table) -> int:
    """Return how many layers there are before the first flatten."""
    return _indices_of(layers, "flatten")[0]


def _made_to_fit(layers: Table, right: Table) -> Table:
    """Put an average pooling before the first linear layer, which hides that the maps have another size."""
    side = 7 if len(_indices_of(right, "conv")) > 8 else 6
    flatten = _convolutional(layers)
    return (*layers[:flatten], _layer(f"adaptive {side}"), *layers[flatten:])


# --- activations ------------------------------------------------------------------------------------------------------


def no_relu_after_a_convolution(layers: Table) -> Iterator[Table]:
    """A convolution is not followed by a ReLU.

    Two layers with nothing between them are one layer. Go through your forward pass: is every convolution followed by
    an activation?
    """
    for index in _indices_of(layers[: _convolutional(layers)], "relu"):
        yield _without(layers, index)


def no_relu_after_any_convolution(layers: Table) -> Iterator[Table]:
    """No convolution is followed by a ReLU.

    What can a stack of convolutions compute when nothing between them bends?
    """
    maps = tuple(layer for layer in layers[: _convolutional(layers)] if layer.kind != "relu")
    yield maps + layers[_convolutional(layers) :]


def no_relu_between_linear_layers(layers: Table) -> Iterator[Table]:
    """There is a linear layer that is not followed by a ReLU.

    A matrix times a matrix is a matrix. What makes two linear layers more than one?
    """
    end = _convolutional(layers)
    head = [index for index in _indices_of(layers, "relu") if index > end]
    for index in head:
        yield _without(layers, index)
    yield tuple(layer for i, layer in enumerate(layers) if i not in head)


def relu_after_the_last_layer(layers: Table) -> Iterator[Table]:
    """The logits go through a ReLU.

    A ReLU makes every negative score 0. May a logit be negative?
    """
    yield (*layers, _layer("relu"))


def softmax_at_the_end(layers: Table) -> Iterator[Table]:
    """The logits go through a softmax.

    The cross entropy normalises by itself. What does it make of numbers that have been normalised before?
    """
    yield (*layers, _layer("softmax"))


def log_softmax_at_the_end(layers: Table) -> Iterator[Table]:
    """The logits go through a log-softmax.

    The cross entropy does so by itself, and logits were asked for, not logarithms of probabilities.
    """
    yield (*layers, _layer("log_softmax"))


def sigmoid_at_the_end(layers: Table) -> Iterator[Table]:
    """The logits go through a sigmoid.

    A sigmoid squeezes every score between 0 and 1, so no class can be much likelier than another.
    """
    yield (*layers, _layer("sigmoid"))


def sigmoid_instead_of_relu(layers: Table) -> Iterator[Table]:
    """The activations are sigmoids.

    A sigmoid is nearly flat for large inputs, so hardly any gradient comes back through so many. Which activation does
    the table name?
    """
    yield _replaced(layers, "relu", lambda _: _layer("sigmoid"))


def tanh_instead_of_relu(layers: Table) -> Iterator[Table]:
    """The activations are tanhs, as before AlexNet.

    The paper's figure 1 is about this: how much faster does a network learn with ReLUs?
    """
    yield _replaced(layers, "relu", lambda _: _layer("tanh"))


def leaky_relu_instead_of_relu(layers: Table) -> Iterator[Table]:
    """The activations are leaky ReLUs.

    A leaky ReLU lets a little of the negative numbers through. Which activation does the table name?
    """
    yield _replaced(layers, "relu", lambda _: _layer("leaky_relu"))


def gelu_instead_of_relu(layers: Table) -> Iterator[Table]:
    """The activations are GELUs.

    They came years later. Which activation does the table name?
    """
    yield _replaced(layers, "relu", lambda _: _layer("gelu"))


# --- pooling ----------------------------------------------------------------------------------------------------------


def average_pooling(layers: Table) -> Iterator[Table]:
    """Windows are averaged where their maximum is asked for.

    Both shrink the map to the same size. What does each keep of a window that holds one strong response?
    """
    pools = _indices_of(layers, "maxpool")
    as_average = tuple(replace(layer, kind="avgpool") if layer.kind == "maxpool" else layer for layer in layers)
    yield as_average
    for index in pools:
        yield (*layers[:index], as_average[index], *layers[index + 1 :])


def a_pooling_is_missing(layers: Table) -> Iterator[Table]:
    """A pooling is missing, which an adaptive pooling hides.

    An adaptive pooling accepts every size, so that no error tells you. Print the shapes and lay them beside the table.
    """
    for index in _indices_of(layers, "maxpool"):
        yield _made_to_fit(_without(layers, index), layers)


def a_pooling_too_many(layers: Table) -> Iterator[Table]:
    """There is a pooling too many, which an adaptive pooling hides.

    An adaptive pooling accepts every size, so that no error tells you. Print the shapes and lay them beside the table.
    """
    pool = layers[_indices_of(layers, "maxpool")[0]]
    for index in _indices_of(layers[: _convolutional(layers)], "relu"):
        if layers[index + 1].kind != "maxpool":
            yield _made_to_fit((*layers[: index + 1], pool, *layers[index + 1 :]), layers)


def windows_of_another_size(layers: Table) -> Iterator[Table]:
    """The pooling windows have another size, which an adaptive pooling hides.

    How large are the windows, and do neighbours overlap? Print the shapes and lay them beside the table.
    """
    for kernel, stride in ((2, 2), (3, 2), (3, 3)):
        changed = _replaced(layers, "maxpool", lambda layer, k=kernel, s=stride: replace(layer, kernel=k, stride=s))
        if changed != layers:
            yield _made_to_fit(changed, layers)


# --- convolutions -----------------------------------------------------------------------------------------------------


def convolutions_without_padding(layers: Table) -> Iterator[Table]:
    """The convolutions do not pad, which an adaptive pooling hides.

    A convolution with a kernel of 3 and no padding takes a pixel off each side. Which shapes does the table give?
    """
    first = _indices_of(layers, "conv")[0]
    changed = tuple(
        replace(layer, padding=0) if layer.kind == "conv" and i != first else layer for i, layer in enumerate(layers)
    )
    yield _made_to_fit(changed, layers)
    yield _made_to_fit(_replaced(layers, "conv", lambda layer: replace(layer, padding=0)), layers)


def another_first_stride(layers: Table) -> Iterator[Table]:
    """The first convolution steps with another stride, which an adaptive pooling hides.

    How far does the first window move? Print the shape after the first layer and lay it beside the table.
    """
    first = _indices_of(layers, "conv")[0]
    for stride in (1, 2, 3, 4):
        if stride != layers[first].stride:
            yield _made_to_fit((*layers[:first], replace(layers[first], stride=stride), *layers[first + 1 :]), layers)


def convolutions_without_bias(layers: Table) -> Iterator[Table]:
    """The convolutions have no biases.

    Every filter has one bias, unless batch normalisation takes its place. Which argument switched them off?
    """
    if not _indices_of(layers, "bn"):
        yield _replaced(layers, "conv", lambda layer: replace(layer, bias=False))


def kernels_of_another_size(layers: Table) -> Iterator[Table]:
    """The kernels have another size; the padding makes up for it, so the shapes are right.

    A smaller kernel has fewer weights. Count the weights of each layer and lay them beside the table.
    """
    for index in _indices_of(layers, "conv"):
        for kernel in (1, 3, 5, 7):
            layer = layers[index]
            if layer.stride == 1 and kernel != layer.kernel:
                changed = replace(layer, kernel=kernel, padding=kernel // 2)
                yield (*layers[:index], changed, *layers[index + 1 :])


def a_convolution_is_missing(layers: Table) -> Iterator[Table]:
    """A convolution is missing.

    Count the convolutions between two poolings and lay them beside the table.
    """
    indices = _indices_of(layers, "conv")
    for index, following in zip(indices, (*indices[1:], _convolutional(layers)), strict=True):
        block = [i for i in range(index, following) if layers[i].kind in ("conv", "bn", "relu")]
        yield tuple(layer for i, layer in enumerate(layers) if i not in block)


def groups_in_some_layers_only(layers: Table) -> Iterator[Table]:
    """Only some of the convolutions that the paper divides into groups are divided.

    The paper's two processors exchanged their maps at one convolution only. Which ones are divided in two?
    """
    grouped = [index for index in _indices_of(layers, "conv") if layers[index].groups > 1]
    for index in grouped:
        whole = replace(layers[index], groups=1)
        yield (*layers[:index], whole, *layers[index + 1 :])
        yield tuple(
            replace(layer, groups=1) if i in grouped and i != index else layer for i, layer in enumerate(layers)
        )


# --- normalisation, head, input ---------------------------------------------------------------------------------------


def width_given_as_eps(layers: Table) -> Iterator[Table]:
    """Batch normalisation got its number of channels twice, the second time as eps.

    The second argument of `nn.BatchNorm2d` is eps, the small number under the root. How small is yours?
    """
    width = 0.0
    changed = []
    for layer in layers:
        width = layer.size if layer.kind == "conv" else width
        changed.append(replace(layer, size=width) if layer.kind == "bn" else layer)
    if tuple(changed) != layers:
        yield tuple(changed)


def a_linear_layer_is_missing(layers: Table) -> Iterator[Table]:
    """There are two linear layers instead of three.

    Count the linear layers of the table, and those of your classifier.
    """
    second = _indices_of(layers, "linear")[1]
    yield (*layers[:second], *layers[second + 2 :])


def other_widths_in_the_classifier(layers: Table) -> Iterator[Table]:
    """The linear layers have other widths than the table.

    How many numbers does each image have after the first and after the second linear layer?
    """
    for first, second in (
        (4096, 1000),
        (1024, 1024),
        (4096, 1024),
        (2048, 2048),
        (512, 512),
        (1000, 1000),
        (4096, 2048),
    ):
        one, two, _last = _indices_of(layers, "linear")
        changed = list(layers)
        changed[one], changed[two] = replace(layers[one], size=first), replace(layers[two], size=second)
        yield tuple(changed)


def channels_last_when_flattened(layers: Table) -> Iterator[Table]:
    """The maps are flattened with the channels last.

    The order of numbers decides which weight each one meets. Which axis comes first after the images in PyTorch?
    """
    yield _replaced(layers, "flatten", lambda _: _layer("flatten_channels_last"))


def divides_the_images(layers: Table) -> Iterator[Table]:
    """The network divides the images by 255.

    Scaling the pixels belongs to the data, before the network: what reaches you is scaled already.
    """
    yield (_layer("divide 255"), *layers)


def local_response_normalisation_everywhere(layers: Table) -> Iterator[Table]:
    """Local response normalisation follows every convolution.

    The paper normalises after the first two convolutions only.
    """
    for k in (1, 2):
        changed: list[Layer] = []
        for i, layer in enumerate(layers):
            if layer.kind not in ("lrn", "lrn_of_sum"):
                changed.append(layer)
            if layer.kind == "relu" and i < _convolutional(layers):
                changed.append(_layer(f"lrn {k}"))
        yield tuple(changed)


_BOTH = (
    no_relu_after_a_convolution,
    no_relu_after_any_convolution,
    no_relu_between_linear_layers,
    relu_after_the_last_layer,
    softmax_at_the_end,
    log_softmax_at_the_end,
    sigmoid_at_the_end,
    sigmoid_instead_of_relu,
    tanh_instead_of_relu,
    leaky_relu_instead_of_relu,
    gelu_instead_of_relu,
    average_pooling,
    a_pooling_is_missing,
    a_pooling_too_many,
    windows_of_another_size,
    convolutions_without_padding,
    another_first_stride,
    convolutions_without_bias,
    kernels_of_another_size,
    a_convolution_is_missing,
    width_given_as_eps,
    a_linear_layer_is_missing,
    other_widths_in_the_classifier,
    channels_last_when_flattened,
    divides_the_images,
)

MISCONCEPTIONS = {
    "AlexNet": (*_BOTH, groups_in_some_layers_only, local_response_normalisation_everywhere),
    "VGG16": (*_BOTH, local_response_normalisation_everywhere),
}
