"""Hidden checks of learning: what networks make of images that nobody has ever seen. The training is ours."""

import math

import pytest

from grader.checks import expect
from grader.checks.training.reading import draw_reading
from grader.datasets import PIXEL_DEVIATION, PIXEL_MEAN, DataSource, Task

LEARNING_RATE = 1e-3
DIGITS = ("new_digits", "mnist")
COLOURS = ("gratings", "cifar10")
LINEAR = {"new_digits": 0.25, "mnist": 0.80}
"""
What a linear classifier must reach.  In 24 gradings it reached 0.59 in the mean (deviation 0.051, worst 0.486); one that reads
0.333, three deviations below the worst, reads fewer than 250 of 1,000 with probability 5e-9 (binomial, exact).
"""
MARGIN = {"new_digits": 0.10, "mnist": 0.01}
"""
By how much the MLP must be better than the linear classifier, both trained on the same digits and asked for the same ones.  In 24
gradings it was by 0.375 in the mean (deviation 0.049, least 0.246): less than 0.10 has probability 1e-8 (normal). Without its
ReLUs it is no better at all. `solutions/mnist_mlp/measured.py` measures both.
On MNIST only three gradings were looked at: linear 0.905 to 0.923, the MLP 0.034 to 0.039 better.
"""


@pytest.mark.check(points=2, exercise="learning", seconds=60)
def test_linear_reads_unseen_digits(student, task, keys):
    """Trained on digits of a new script, the linear classifier reads as many of 1,000 others as the handout asks for."""
    task = _on(task, DIGITS)
    data = task.data(keys.data)
    right = _right_after_training(student.LinearClassifier, task, data, keys, None)
    _require(right, len(data.held_out_labels), LINEAR[task.source.name], "the linear classifier")


@pytest.mark.check(points=3, exercise="learning", seconds=60, calibrates=DIGITS)
def test_mlp_reads_unseen_digits(student, task, keys):
    """Trained on digits of a new script, the MLP reads as many of 1,000 others as the handout asks for."""
    task = _on(task, DIGITS)
    data = task.data(keys.data)
    right = _right_after_training(student.MLP, task, data, keys, None)
    expect.measured(expect.learning.UNSEEN, right / len(data.held_out_labels))
    _require(right, len(data.held_out_labels), task.threshold.accuracy, "the MLP")


@pytest.mark.check(points=3, exercise="learning", seconds=60)
def test_mlp_beats_the_linear_classifier(student, task, keys):
    """Trained on the same digits, the MLP reads more unseen ones than the linear classifier, by as many as the handout says."""
    task = _on(task, DIGITS)
    data = task.data(keys.data)
    linear = _right_after_training(student.LinearClassifier, task, data, keys, None)
    mlp = _right_after_training(student.MLP, task, data, keys, None)
    unseen = len(data.held_out_labels)
    required = math.ceil(round(MARGIN[task.source.name] * unseen, 6))
    expect.that(
        mlp - linear >= required,
        "the MLP is not better than the linear classifier by as much as two hidden layers make it",
        received=f"the MLP reads {mlp} of {unseen} unseen digits, the linear classifier {linear}",
        expected=f"at least {required} more",
        hint="what can the MLP compute that one linear layer cannot, and what in it makes that so?",
    )


@pytest.mark.check(points=3, exercise="learning", seconds=90, calibrates=COLOURS)
def test_cifar_mlp_reads_unseen_images(student, task, keys):
    """Trained on colour images made for this grading, CifarMLP reads as many of 1,000 others as the handout asks for."""
    task = _on(task, COLOURS)
    data = task.data(keys.data)
    right = _right_after_training(student.CifarMLP, task, data, keys, (PIXEL_MEAN, PIXEL_DEVIATION))
    expect.measured(expect.learning.UNSEEN, right / len(data.held_out_labels))
    _require(right, len(data.held_out_labels), task.threshold.accuracy, "CifarMLP")


def _on(task, names):
    """Return the task on the data that --data names, if this check is for these, or else on those that need no download."""
    return task if task.source.name in names else Task(training=task.training, source=DataSource(name=names[0]))


def _right_after_training(network, task, data, keys, prepared):
    """Train a network, and return how many held-out images it reads right; the labels stay here."""
    mean, deviation = prepared or (0.0, 1.0)
    model = network.build(keys.torch)
    expect.network.logits(model.run(data.train.images[:2].float()).output, 2, 10)
    model.train_on(
        data.train.images,
        data.train.labels,
        epochs=task.epochs,
        batch_size=task.training.batch_size,
        learning_rate=LEARNING_RATE,
        key=keys.torch,
        mean=mean,
        deviation=deviation,
    )
    logits = model.predict(data.held_out_images, mean=mean, deviation=deviation)
    expect.network.logits(logits, len(data.held_out_labels), 10)
    draw_reading(logits, data.held_out_images, data.held_out_labels)
    return int((logits.argmax(dim=1) == data.held_out_labels).sum())


def _require(right, unseen, accuracy, name):
    required = math.ceil(round(accuracy * unseen, 6))  # 0.55 of 2,000 are 1100.0000000000002
    expect.that(
        right >= required,
        f"{name} learns too little from the images that it is trained on",
        received=f"{right} of {unseen} unseen images read right",
        expected=f"at least {required}",
        hint="are its logits those of the handout's network, and do all its layers get a gradient? Look at its first weights",
    )
