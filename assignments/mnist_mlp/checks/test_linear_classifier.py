"""Public checks of exercise 3, the linear classifier."""

import pytest
import torch

from grader.checks import expect
from grader.datasets import noise


@pytest.mark.check(points=1, exercise="linear")
def test_linear_logits(student, networks, keys, shared):
    """LinearClassifier gives ten logits for each image, for one image too; with num_classes=7 or 7 it gives seven."""
    expect.known.logits(networks, student.LinearClassifier, 10)
    hint = "`LinearClassifier()` without an argument has ten classes"
    expect.known.classes_by_default(networks, student.LinearClassifier, keys, hint=hint)
    for model in (student.LinearClassifier(7), student.LinearClassifier(num_classes=7)):
        hint = "which layer knows how many classes there are?"
        expect.network.logits(model.run(_images(keys, 2)).output, 2, 7, hint=hint)
    expect.network.ends_in_classes(student.LinearClassifier, 1, 28, shared)


@pytest.mark.check(points=1, exercise="linear")
def test_linear_parameters(student, shared):
    """It has 10 x 784 weights and 10 biases, together 7,850 parameters, and no others."""
    model = student.LinearClassifier()
    model.output_shape((2, 1, 28, 28))  # lazy layers are empty until they have seen an image
    sizes = sorted(_rows_and_columns(parameter.shape) for parameter in model.parameters)
    listing = ", ".join(f"{parameter.name} {parameter.shape}" for parameter in model.parameters)
    total = sum(parameter.count for parameter in model.parameters)
    expect.that(
        sizes in ([(10, 1), (10, 784)], [(10, 1), (784, 10)]),
        "these are not the parameters of one linear layer",
        received=f"{total:,}: {listing or 'no parameters at all'}",
        expected="7,850: 10 x 784 weights and 10 biases",
        hint="each class has a weight for each pixel, and one bias: which of your parameters are others?",
    )
    expect.network.ends_in_classes(student.LinearClassifier, 1, 28, shared)


@pytest.mark.check(points=1, exercise="linear")
def test_linear_scores(student, networks, keys, shared):
    """Its output are logits, of both signs and not normalised, and those of an image depend on that image alone."""
    outputs = []
    for number in range(2):
        model = student.LinearClassifier()
        images = _images(keys, 4)
        outputs.append(model.run(images, weights=keys.weights.derive(number)).output)
        expect.network.logits(outputs[-1], 4, 10)
        expect.network.not_normalised(outputs[-1])
    expect.network.both_signs(torch.cat(outputs))
    expect.known.images_do_not_mix(networks, student.LinearClassifier)
    expect.network.ends_in_classes(student.LinearClassifier, 1, 28, shared)


def _images(keys, count: int) -> torch.Tensor:
    """Return the same *count* random images whenever this check asks for them."""
    return noise.normal(keys.images, count, 1, 28, 28).float()


def _rows_and_columns(shape: tuple[int, ...]) -> tuple[int, int]:
    rows, columns = (shape[0] if shape else 1), 1
    for side in shape[1:]:
        columns *= side
    return rows, columns
