"""What holds for every good network, asked of small ones in a real worker."""

from __future__ import annotations

import pytest
import torch
from made_keys import torch_key
from students import StudentOf
from told import told

from grader.checks import findings
from grader.checks.expect import network as expect_network
from grader.datasets import noise
from grader.errors import CheckFailed, StudentRaised
from grader.keys import public_keys
from grader.proxy.student import Student

KEYS = public_keys("any")
IMAGES = noise.uniform(KEYS.images, 3, 3, 8, 8)
NET = """\
import torch
from torch import nn
from torch.nn import functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.last = nn.Linear(4 * 36, 10)

    def forward(self, images):
        return self.last(F.relu(self.conv(images)).flatten(1))
"""


def registered(student: Student) -> None:
    """Build the network twice and require that everything in it is registered."""
    expect_network.everything_registered(*(student.Net.build(torch_key(number)) for number in (0, 1)), IMAGES, KEYS)


def test_registered_layers_pass(student_of: StudentOf) -> None:
    """Two builds with the same parameters compute the same."""
    registered(student_of(NET, modules=("Net",)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "self.conv = nn.Conv2d(3, 4, 3)",
            "self.layers = [nn.Conv2d(3, 4, 3)]; self.conv = lambda x: self.layers[0](x)",
        ),
        (
            "self.conv = nn.Conv2d(3, 4, 3)",
            "self.w = torch.randn(4, 3, 3, 3); self.conv = lambda x: F.conv2d(x, self.w)",
        ),
    ],
    ids=["list-of-layers", "plain-tensor"],
)
def test_weights_that_torch_does_not_know_are_told(student_of: StudentOf, old: str, new: str) -> None:
    """Layers in a Python list, or weights in a plain tensor, are never trained."""
    with pytest.raises(CheckFailed, match="weights that are not among its parameters") as caught:
        registered(student_of(NET.replace(old, new), modules=("Net",)))

    assert told(caught.value).misconception == "layers_not_registered"


LATE = NET.replace("nn.Linear(4 * 36, 10)", "None").replace(
    "        return", "        if self.last is None:\n            self.last = nn.Linear(4 * 36, 10)\n        return"
)


@pytest.mark.parametrize(
    ("source", "received"),
    [
        (LATE, "`last.weight`, `last.bias`"),
        (LATE.replace("= None", "= nn.Linear(1, 10)").replace("is None", "is not None"), "`last.weight`"),
        (
            NET.replace("        return", "        self.scale = nn.Parameter(torch.tensor(1.0))\n        return"),
            "`scale`",
        ),
    ],
    ids=["made-when-it-is-needed", "made-anew-in-another-size", "one-number"],
)
def test_parameters_that_are_made_in_forward_are_told(student_of: StudentOf, source: str, received: str) -> None:
    """An optimizer that was made before the first images never trains them."""
    with pytest.raises(CheckFailed, match="not there before its first images") as caught:
        expect_network.nothing_made_in_forward(student_of(source, modules=("Net",)).Net(), IMAGES)

    feedback = told(caught.value)
    assert (feedback.misconception, feedback.received) == ("layers_made_in_forward", received)


@pytest.mark.parametrize(
    "source",
    [
        NET,
        NET.replace("nn.Conv2d(3, ", "nn.LazyConv2d(").replace("nn.Linear(4 * 36, 10)", "nn.LazyLinear(10)"),
        NET.replace("nn.Linear(4 * 36, 10)", "nn.Parameter(torch.randn(4 * 36, 10))").replace(
            "self.last(F.relu(self.conv(images)).flatten(1))", "F.relu(self.conv(images)).flatten(1) @ self.last"
        ),
    ],
    ids=["plain", "lazy", "weights-by-inputs"],
)
def test_parameters_that_are_there_from_the_start_pass(student_of: StudentOf, source: str) -> None:
    """Lazy layers have them without numbers; which axis comes first is known once they are used."""
    expect_network.nothing_made_in_forward(student_of(source, modules=("Net",)).Net(), IMAGES)


def test_chance_in_evaluation_is_another_matter(student_of: StudentOf) -> None:
    """A network that drops in evaluation mode is told that by `repeatable`, and is not blamed for hidden weights."""
    student = student_of(NET.replace(".flatten(1))", ".flatten(1) * torch.rand(1))"), modules=("Net",))
    registered(student)

    with pytest.raises(CheckFailed, match="get other logits when they are asked for again"):
        expect_network.repeatable(student.Net(), IMAGES, KEYS)


def test_scores_that_are_no_numbers_are_another_matter(student_of: StudentOf) -> None:
    """NaN is no sign of hidden weights."""
    registered(student_of(NET.replace(".flatten(1))", ".flatten(1)) * float('nan')"), modules=("Net",)))


DEEP = """
import torch
from torch import nn


class Deep(nn.Module):
    def __init__(self):
        super().__init__()
        self.one, self.two = nn.Linear(6, 5), nn.Linear(5, 4)
        self.drop = nn.Dropout()

    def forward(self, images):
        return self.two(self.drop(self.one(images.flatten(1)).relu()))
"""
ALIKE = "        for p in self.parameters():\n            nn.init.constant_(p, 0.1)\n"
WEIGHTS_ALIKE = "        for p in self.parameters():\n            nn.init.constant_(p, 0.1) if p.dim() > 1 else None\n"


def images(count: int) -> torch.Tensor:
    """Return images of six pixels."""
    return noise.uniform(KEYS.images, count, 1, 2, 3)


@pytest.mark.parametrize("more", [ALIKE, WEIGHTS_ALIKE], ids=["all", "weights"])
def test_weights_that_begin_alike_are_told(student_of: StudentOf, more: str) -> None:
    """Every unit of a layer then computes the same, for ever; biases that differ hide nothing."""
    right = student_of(DEEP, modules=("Deep",))
    with findings.gather() as found:
        expect_network.learns_from_its_start(right.Deep(), images(2), 4, KEYS)
    (norms,) = found.figures.bars
    assert norms.labels == tuple(parameter.name for parameter in right.Deep().parameters)
    assert all(value is not None and value > 0 for value in norms.values)

    alike = student_of(DEEP.replace("    def forward", more + "\n    def forward"), modules=("Deep",))
    with pytest.raises(CheckFailed, match="another image changes the logits of all classes by the same number"):
        expect_network.learns_from_its_start(alike.Deep(), images(2), 4, KEYS)


def test_a_network_that_cannot_be_trained_is_found_in_training_mode(student_of: StudentOf) -> None:
    """Dropout that overwrites what the ReLU before it needs raises in training mode alone."""
    student = student_of(DEEP.replace("nn.Dropout()", "nn.Dropout(inplace=True)"), modules=("Deep",))
    expect_network.gradient_everywhere(student.Deep(), images(2), 4, KEYS)

    with pytest.raises(StudentRaised, match="modified by an inplace operation"):
        expect_network.gradient_everywhere(student.Deep(), images(2), 4, KEYS, training=True)
