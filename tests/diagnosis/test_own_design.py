"""Networks of students' own design that break a promise of every network: what stands in the way is told."""

from __future__ import annotations

import pytest
from made_keys import key
from students import StudentOf

from grader.checks import expect
from grader.checks.architectures.promises import Promise, WrongShape
from grader.checks.expect import network as expect_network
from grader.datasets import noise
from grader.diagnosis import own_design
from grader.errors import CheckFailed, StudentRaised
from grader.keys import Keys, public_keys
from grader.proxy import RemoteName, session_of

KEYS: Keys = public_keys("tests of own designs")
IMAGES = (3, 8, 8)
RIGHT = """\
import torch
from torch import nn
from torch.nn import functional as F


class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 3, padding=1)
        self.norm = nn.BatchNorm2d(6)
        self.conv2 = nn.Conv2d(6, 8, 3, padding=1)
        self.linear = nn.Linear(8 * 16, num_classes)

    def forward(self, x):
        x = F.relu(self.norm(self.conv1(x)))
        x = F.relu(self.conv2(F.max_pool2d(x, 2)))
        return self.linear(x.flatten(1))
"""
LOGITS, INIT = "self.linear(x.flatten(1))", "        self.linear = nn.Linear(8 * 16, num_classes)\n"


def edited(*edits: tuple[str, str]) -> str:
    """Return the right network with some lines replaced; an edit that changes nothing is a mistake of the test."""
    source = RIGHT
    for old, new in edits:
        assert old in source, old
        source = source.replace(old, new)
    return source


WRONG = {
    "softmax_at_the_end": (Promise.LOGITS, edited((LOGITS, LOGITS + ".softmax(1)"))),
    "log_softmax_at_the_end": (Promise.LOGITS, edited((LOGITS, f"F.log_softmax({LOGITS}, dim=1)"))),
    "relu_at_the_end": (Promise.BOTH_SIGNS, edited((LOGITS, f"F.relu({LOGITS})"))),
    "sigmoid_at_the_end": (Promise.BOTH_SIGNS, edited((LOGITS, f"torch.sigmoid({LOGITS})"))),
    "dropout_never_off": (Promise.REPEATABLE, edited((LOGITS, "self.linear(F.dropout(x.flatten(1)))"))),
    "random_in_evaluation_mode": (Promise.REPEATABLE, edited((LOGITS, LOGITS + " + torch.randn(1)"))),
    "changes_itself_in_evaluation_mode": (
        Promise.REPEATABLE,
        edited(
            (INIT, INIT + "        self.seen = 0\n"),
            (
                "        x = F.relu(self.norm",
                "        self.seen += 1\n        x = x * self.seen\n        x = F.relu(self.norm",
            ),
        ),
    ),
    "layers_are_not_registered": (
        Promise.LAST_LAYER,
        edited((INIT, "        self.classes = num_classes\n"), (LOGITS, "nn.Linear(128, self.classes)(x.flatten(1))")),
    ),
    "batch_statistics_always": (
        Promise.IMAGES_APART,
        edited(("nn.BatchNorm2d(6)", "nn.BatchNorm2d(6, track_running_stats=False)")),
    ),
    "layers_not_registered": (
        Promise.IMAGES_APART,
        edited(
            ("self.norm = nn.BatchNorm2d(6)", "self.rest = [nn.Sequential(nn.Conv2d(6, 6, 1), nn.BatchNorm2d(6))]"),
            ("self.norm(self.conv1(x))", "self.rest[0](self.conv1(x))"),
        ),
    ),
    "softmax_over_the_batch": (Promise.IMAGES_APART, edited((LOGITS, LOGITS + ".softmax(0)"))),
    "mixes_the_batch": (
        Promise.IMAGES_APART,
        edited(("        x = F.relu(self.norm", "        x = x - x.mean(0)\n        x = F.relu(self.norm")),
    ),
    "parameters_are_frozen": (Promise.GRADIENTS, edited((INIT, INIT + "        self.conv1.requires_grad_(False)\n"))),
    "gradient_is_cut": (Promise.GRADIENTS, edited(("F.max_pool2d(x, 2)", "F.max_pool2d(x, 2).detach()"))),
    "a_bias_is_not_used": (
        Promise.GRADIENTS,
        edited(("self.conv2(F.max_pool2d(x, 2))", "F.conv2d(F.max_pool2d(x, 2), self.conv2.weight, padding=1)")),
    ),
    "a_layer_is_not_used": (Promise.GRADIENTS, edited((INIT, INIT + "        self.spare = nn.Linear(8, 8)\n"))),
    "initial_weights_are_zero": (
        Promise.GRADIENTS,
        edited((INIT, INIT + "        for p in self.parameters():\n            nn.init.zeros_(p)\n")),
    ),
    "initial_weights_are_all_the_same": (
        Promise.GRADIENTS,
        edited((INIT, INIT + "        nn.init.constant_(self.conv2.weight, 0.1)\n")),
    ),
}
"""By the name that must be told: the promise that is broken, and the network."""
CANNOT_LEARN = {
    "drops_everything": edited((LOGITS, "self.linear(F.dropout(x.flatten(1), float(self.training)))")),
    "no_activation": edited(
        ("F.relu(self.norm(self.conv1(x)))", "self.norm(self.conv1(x))"),
        ("F.relu(self.conv2(F.max_pool2d(x, 2)))", "self.conv2(F.avg_pool2d(x, 2))"),
    ),
    "parameters_are_frozen": WRONG["parameters_are_frozen"][1],
    "initial_weights_are_zero": WRONG["initial_weights_are_zero"][1],
    "layers_not_registered": WRONG["layers_not_registered"][1],
    "softmax_at_the_end": WRONG["softmax_at_the_end"][1],
}


@pytest.mark.parametrize("name", WRONG)
def test_why_a_promise_is_broken_is_told(student_of: StudentOf, name: str) -> None:
    """The name says what stands in the way, not only which promise it is."""
    broken, source = WRONG[name]

    mistake = own_design.explain(RemoteName(session_of(student_of(source)), "Net"), IMAGES, broken)

    assert mistake is not None
    assert mistake.name == name


@pytest.mark.parametrize(
    ("output", "images", "name"),
    [
        ((10,), 1, "squeezes_single_images"),
        ((4, 10, 2, 2), 4, "no_flatten"),
        ((8, 10), 2, "view_makes_rows_of_parts_of_images"),
        ((1, 10), 3, "gives_fewer_rows_than_images"),
        ((2, 12), 2, "another_number_of_classes"),
        ((), 2, None),
    ],
)
def test_a_wrong_shape_is_told(student_of: StudentOf, output: tuple[int, ...], images: int, name: str | None) -> None:
    """Which axis is wrong tells what went wrong."""
    network = RemoteName(session_of(student_of(RIGHT)), "Net")

    mistake = own_design.explain(network, IMAGES, WrongShape(output=output, images=images, classes=10))

    assert (mistake and mistake.name) == name


def test_ten_logits_for_another_number_of_classes_are_told(student_of: StudentOf) -> None:
    """A network that was asked for seven classes and has ten does not listen to its argument."""
    network = RemoteName(session_of(student_of(RIGHT)), "Net")

    mistake = own_design.explain(network, IMAGES, WrongShape(output=(2, 10), images=2, classes=7))

    assert mistake is not None
    assert mistake.name == "num_classes_ignored"


def test_sizes_that_do_not_fit_are_told_with_both_numbers(student_of: StudentOf) -> None:
    """torch says which sizes do not fit; the hint says what arrives and what is taken."""
    network = RemoteName(session_of(student_of(edited(("8 * 16", "8 * 25")))), "Net")
    with pytest.raises(StudentRaised) as caught:
        network.build(KEYS.torch).run(noise.uniform(key(1), 2, *IMAGES))

    mistake = own_design.explain_error(network, IMAGES, caught.value)

    assert mistake is not None
    assert mistake.name == "flatten_size_wrong"
    assert mistake.hint is not None
    assert "128 numbers" in mistake.hint
    assert "takes 200" in mistake.hint


@pytest.mark.parametrize("name", CANNOT_LEARN)
def test_what_keeps_a_network_from_learning_is_told(student_of: StudentOf, name: str) -> None:
    """Where a training learns too little, the network is looked at too."""
    mistake = own_design.explain_learning(RemoteName(session_of(student_of(CANNOT_LEARN[name])), "Net"), IMAGES)

    assert mistake is not None
    assert mistake.name == name


@pytest.mark.parametrize(
    "source",
    [
        RIGHT,
        edited(
            (INIT, INIT + "        self.mean = torch.zeros(1, 3, 1, 1)\n"),
            ("self.conv1(x)", "self.conv1(x - self.mean)"),
        ),
    ],
    ids=["plain", "constant-in-an-attribute"],
)
def test_nothing_is_told_of_a_right_network(student_of: StudentOf, source: str) -> None:
    """A network with all its layers and activations is not blamed for what its training does."""
    assert own_design.explain_learning(RemoteName(session_of(student_of(source)), "Net"), IMAGES) is None


def test_hidden_layers_are_not_blamed_for_a_normalisation_that_is_registered(student_of: StudentOf) -> None:
    """Where all batch normalisation is registered, a hidden convolution is not why images mix."""
    source = edited(
        ("nn.BatchNorm2d(6)", "nn.BatchNorm2d(6, track_running_stats=False)"),
        (INIT, INIT + "        self.rest = [nn.Conv2d(6, 6, 1)]\n"),
        ("self.norm(self.conv1(x))", "self.norm(self.rest[0](self.conv1(x)))"),
    )

    mistake = own_design.explain(RemoteName(session_of(student_of(source)), "Net"), IMAGES, Promise.IMAGES_APART)

    assert mistake is not None
    assert mistake.name == "batch_statistics_always"


def test_checks_hand_up_which_promise_is_broken(student_of: StudentOf) -> None:
    """The evidence of a failed check is the promise."""
    model = student_of(WRONG["softmax_at_the_end"][1]).Net()
    output = model.run(noise.uniform(key(2), 3, *IMAGES)).output

    with pytest.raises(CheckFailed) as caught:
        expect_network.not_normalised(output)
    with pytest.raises(CheckFailed) as shape:
        expect_network.logits(output, 3, 7)

    assert caught.value.evidence is Promise.LOGITS
    assert shape.value.evidence == WrongShape(output=(3, 10), images=3, classes=7)


def test_an_authors_own_name_goes_up_too() -> None:
    """What a condition says whole is named where it is written."""
    with pytest.raises(CheckFailed) as caught:
        expect.that(False, "the network is too large", evidence="too_many_parameters")

    assert caught.value.evidence == "too_many_parameters"
