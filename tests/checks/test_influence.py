"""What reaches the logits of a network counts, and what is there for show does not."""

from __future__ import annotations

from math import prod

import pytest
import torch
from students import StudentOf

from grader.checks.architectures import influence
from grader.checks.architectures.influence import LayerSize
from grader.checks.expect import network as expect_network
from grader.errors import CheckFailed
from grader.keys import public_keys
from grader.proxy.shared_evidence import SharedEvidence
from grader.proxy.student import Student

KEYS = public_keys("influence")
IMAGES = influence.telling_images(KEYS.images, 4, 3, 8)
CHAIN = (
    LayerSize(units=6, inputs=3, positions=9),
    LayerSize(units=12, inputs=6, positions=16),
    LayerSize(units=10, inputs=12),
)
NET = """\
import torch
from torch import nn
from torch.nn import functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 6, 3, padding=1)
        self.one, self.two = nn.Linear(96, 12), nn.Linear(12, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv(x)), 2)
        return self.two(F.relu(self.one(x.flatten(1))))
"""
RETURN = "return self.two(F.relu(self.one(x.flatten(1))))"
DEEP = "deep = self.two(F.relu(self.one(x.flatten(1))))\n        return "
HONEST = {
    "right": ("return", "return"),
    "no-relu": ("F.relu(self.one(x.flatten(1)))", "self.one(x.flatten(1))"),
    "sigmoid": ("F.relu", "torch.sigmoid"),
    "average": ("F.max_pool2d", "F.avg_pool2d"),
    "cut": ("self.conv(x)", "self.conv(x.detach())"),
    "probabilities": (RETURN, RETURN + ".softmax(1)"),
    "positions-first": ("x.flatten(1)", "x.permute(0, 2, 3, 1).flatten(1)"),
}
BLIND = {
    "biases": (RETURN, "return self.two.bias + 0 * x.sum((1, 2, 3))[:, None]"),
    "bright-biases": (RETURN, "return self.two.bias * (1 + x.mean((1, 2, 3)))[:, None]"),
    "shown": (RETURN, DEEP + "self.two.bias + 1e-20 * deep"),
    "pixels": (RETURN, "return x.flatten(1)[:, :10] * 0 + x.new_tensor(range(10)) * x.mean()"),
    "faint-pixels": ("x = F.max_pool2d(F.relu(self.conv(x)), 2)", "return 1e-8 * x.flatten(1)[:, :10]"),
    "a-class-for-all": (RETURN, "return torch.eye(10)[torch.zeros(len(x), dtype=int)]"),
}


def shared_by(student: Student) -> SharedEvidence:
    """Return what the checks of a grading would share."""
    return SharedEvidence(student.Net.session, lambda _what: KEYS)


def net(student_of: StudentOf, edit: tuple[str, str]) -> Student:
    """Return NET after an edit."""
    assert edit[0] in NET
    return student_of(NET.replace(*edit), modules=("Net",))


@pytest.mark.parametrize("edit", HONEST.values(), ids=HONEST)
def test_what_an_honest_network_has_counts(student_of: StudentOf, edit: tuple[str, str]) -> None:
    """Whatever function it computes, it sees its images, every parameter counts, and its layers follow each other."""
    student = net(student_of, edit)

    expect_network.goes_through_layers(student.Net, 3, 8, shared_by(student))
    model = student.Net()
    assert expect_network.parameters_count(model, IMAGES, KEYS) == model.parameters
    expect_network.layers_follow(model, IMAGES[:1], CHAIN, KEYS)
    expect_network.units_count(student.Net.build, IMAGES, (6, 12, 10), KEYS)


def test_parameters_that_hardly_matter_are_no_layers(student_of: StudentOf) -> None:
    """Logits that stay whatever changes places owe nothing to layers that feed each other."""
    faint = "1 + 1e-4 * torch.stack([p.sin().sum() for p in self.parameters()]).sum()"
    student = net(student_of, (RETURN, f"return x.flatten(1)[:, :10] * ({faint})"))
    with pytest.raises(CheckFailed, match="are not those of layers of which each feeds the next"):
        expect_network.layers_follow(student.Net(), IMAGES[:1], CHAIN, KEYS)


def test_a_network_that_takes_one_image_is_asked_about_one(student_of: StudentOf) -> None:
    """What it computes is told all the same; that it takes no more is for other checks."""
    student = net(student_of, ("x.flatten(1)", "x.flatten()"))

    expect_network.depends_on_images(student.Net, 3, 8, shared_by(student))
    expect_network.units_count(student.Net.build, IMAGES, (6, 12, 10), KEYS)


ONE_NUMBER = {
    "the-class": (RETURN, RETURN + ".argmax(1).float()"),
    "the-largest": (RETURN, RETURN + ".amax(1)"),
    "for-all-images": (RETURN, RETURN + ".sum()"),
}


@pytest.mark.parametrize("edit", ONE_NUMBER.values(), ids=ONE_NUMBER)
def test_one_number_for_an_image_is_no_evidence(student_of: StudentOf, edit: tuple[str, str]) -> None:
    """Whatever shape comes back is the submission's, and ends in a sentence about it."""
    student = net(student_of, edit)
    with pytest.raises(CheckFailed, match=r"^the network returns one number for an image, from which nobody can tell"):
        expect_network.depends_on_images(student.Net, 3, 8, shared_by(student))

    assert len(expect_network.parameters_count(student.Net(), IMAGES, KEYS)) < 6


SHAPES = [(), (0,), (3,), (4,), (4, 0), (4, 10), (5, 10), (2, 2, 10), (40,)]


@pytest.mark.parametrize("one", SHAPES, ids=str)
@pytest.mark.parametrize("other", SHAPES, ids=str)
def test_logits_of_any_shape_are_compared(one: tuple[int, ...], other: tuple[int, ...]) -> None:
    """Other shapes tell nothing, and the largest numbers that there are do not end a comparison."""
    before, after = torch.zeros(one), torch.arange(prod(other), dtype=torch.float64).reshape(other).sin() * 1e308

    assert influence.changes(before, after) == (one == other and prod(one) > 1)
    assert influence.changes_by_image(before, after) == (one == other and len(one) > 1 and prod(one) > 1)
    assert influence.View(images=before, others=after).apart is None or (one == other and len(one) > 1)


@pytest.mark.parametrize("edit", BLIND.values(), ids=BLIND)
def test_logits_that_are_none_are_told(student_of: StudentOf, edit: tuple[str, str]) -> None:
    """Biases, and what is the same for all images but for its size, are no logits of images."""
    student = net(student_of, edit)
    with pytest.raises(CheckFailed, match="the logits do not depend on the images"):
        expect_network.depends_on_images(student.Net, 3, 8, shared_by(student))


def test_weights_that_torch_does_not_know_are_weights(student_of: StudentOf) -> None:
    """A layer in a list sees its images too, feeds others, and its units count."""
    student = net(
        student_of,
        ("self.conv =", "self.layers = [nn.Conv2d(3, 6, 3, padding=1)]; self.conv = lambda x: self.layers[0](x) #"),
    )

    expect_network.depends_on_images(student.Net, 3, 8, shared_by(student))
    expect_network.units_count(student.Net.build, IMAGES, (6, 12, 10), KEYS)


@pytest.mark.parametrize("units", [6, 7])
def test_units_for_show_are_told(student_of: StudentOf, units: int) -> None:
    """A layer whose result is dropped has no units that count, nor has one that is not there."""
    student = net(student_of, (RETURN, "return self.two(self.one(x.detach().flatten(1) * 0 + 1))"))

    with pytest.raises(
        CheckFailed, match=f"the layer of {units} units is there, but what it computes does not reach the logits"
    ):
        expect_network.units_count(student.Net.build, IMAGES, (units,), KEYS)


SHIFTED = "self.two(F.relu(self.one(x.flatten(1)))) + self.more.sum()"
DIGEST = """numbers = torch.cat([p.flatten() for p in self.parameters()])
        return F.linear(x.flatten(1), numbers[: 960].view(10, 96) + numbers[-960:].view(10, 96))"""


def test_a_parameter_that_shifts_logits_does_not_count(student_of: StudentOf) -> None:
    """What is the same for all images is a bias, however many numbers it is made of; what is never read counts even less."""
    made = "self.two = nn.Linear(96, 12), nn.Linear(12, 10)"
    source = NET.replace(
        made, made + "\n        self.more, self.less = (nn.Parameter(torch.ones(4, 4)) for _ in range(2))"
    )
    student = student_of(source.replace(RETURN, "return " + SHIFTED), modules=("Net",))

    counting = expect_network.parameters_count(student.Net(), IMAGES, KEYS)

    assert {one.name for one in student.Net().parameters} - {one.name for one in counting} == {"more", "less"}


def test_parameters_that_are_no_layers_are_told(student_of: StudentOf) -> None:
    """A linear function of the images whose coefficients are made of all parameters has no hidden units."""
    model = net(student_of, (RETURN, DIGEST)).Net()

    with pytest.raises(CheckFailed, match="the parameters are not those of layers of which each feeds the next"):
        expect_network.layers_follow(model, IMAGES[:1], CHAIN, KEYS)
