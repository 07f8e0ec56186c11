"""Public checks of the shapes: what goes in, what comes out, and what lies between."""

import pytest

from grader.checks import expect
from grader.checks.architectures.influence import telling_images

SLIDE = ((64, 28, 28), (64, 14, 14), (128, 14, 14), (128, 7, 7), (256, 7, 7), (256,), (128,), (10,))
"""(C, H, W) after each layer of the slide; the last pooling leaves 256 x 1 x 1, which counts as 256."""


@pytest.mark.check(points=1, exercise="shapes")
def test_any_number_of_images(student, keys, shared):
    """The output has the shape (N, 10) for 1, 2, 5 or any other number of images N."""
    model = student.NaiveConvNet()
    for n in (2, 5, 1):
        received = model.output_shape((n, 1, 28, 28))
        expect.that(
            received == (n, 10),
            f"the output has the wrong shape for N = {n}",
            received=received,
            expected=(n, 10),
            hint="there is one row for each image, even for a single one, and one logit for each class",
        )
    expect.network.goes_through_layers(student.NaiveConvNet, 1, 28, shared)


@pytest.mark.check(points=2, exercise="shapes")
def test_any_number_of_classes(student, keys, shared):
    """NaiveConvNet(7) and NaiveConvNet(num_classes=3) give 7 and 3 logits for each image."""
    hint = "which of your layers knows how many classes there are?"
    for model, classes in ((student.NaiveConvNet(7), 7), (student.NaiveConvNet(num_classes=3), 3)):
        received = model.output_shape((2, 1, 28, 28))
        message = f"with {classes} classes the output has the wrong shape"
        expect.that(received == (2, classes), message, received=received, expected=(2, classes), hint=hint)
    expect.network.goes_through_layers(student.NaiveConvNet, 1, 28, shared)


@pytest.mark.check(points=3, exercise="shapes")
def test_shapes_of_the_slide(student, keys, shared):
    """The shapes of the slide occur in its order: 64 x 28 x 28, 64 x 14 x 14, and so on, down to 10."""
    n = 3
    stages = student.NaiveConvNet().stages((n, 1, 28, 28))
    seen = [_without_trailing_ones(stage.shape) for stage in stages if stage.used]
    place = 0
    for shape in SLIDE:
        # Some compute image by image: then the first axis is 1 or absent.
        positions = [i for i in range(place, len(seen)) if seen[i] in ((n, *shape), (1, *shape), shape)]
        expect.that(
            bool(positions),
            f"no layer gives {_words(shape)} where the slide shows it",
            expected=" → ".join(_words(shape) for shape in SLIDE),
            received=" → ".join(_without_repeats([_words(shape[1:]) for shape in seen if shape[:1] == (n,)])),
            hint="print the shape after every layer on the way from the images to the logits, and lay it beside the slide",
        )
        place = positions[0] + 1
    units = dict.fromkeys(shape[0] for shape in SLIDE)
    expect.network.units_count(student.NaiveConvNet.build, telling_images(keys.images, 4, 1, 28), units, keys)
    expect.network.goes_through_layers(student.NaiveConvNet, 1, 28, shared)


def _without_trailing_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return (N, 256, 1, 1) as (N, 256): when the last two axes go is a matter of style."""
    while len(shape) > 2 and shape[-1] == 1:
        shape = shape[:-1]
    return shape


def _without_repeats(words: list[str]) -> list[str]:
    return [word for i, word in enumerate(words) if i == 0 or word != words[i - 1]]


def _words(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))
