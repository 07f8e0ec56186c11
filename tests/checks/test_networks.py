"""Networks are recognised by what they compute, and where they are not the one asked for, the first difference is named."""

from __future__ import annotations

import dataclasses
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_courses import TinyCourse, WriteCourse

from grader import protocol
from grader.checks import expect
from grader.checks.architectures import networks as known_networks
from grader.checks.architectures.comparison import Comparison
from grader.checks.architectures.networks import Networks
from grader.checks.architectures.structure import Structure
from grader.checks.expect import network as expect_network
from grader.errors import AssignmentError, CheckFailed, ReferenceFault
from grader.keys import GradingKeys, public_keys
from grader.model import CheckResult, Outcome, SourceFile
from grader.protocol import Limits
from grader.proxy.code import MODULE_PACKAGES, Code
from grader.proxy.reference import session_of_file
from grader.proxy.session import Session
from grader.proxy.shared_evidence import SharedEvidence
from grader.proxy.student import RemoteName
from grader.sandbox import Sandbox, Worker

COURSE = Path(__file__).parents[2]

NETWORKS = """
from grader.checks.architectures.table import Network, parse
def net(name, family, table, side=16):
    return Network(name=name, title=f"the {name} net", module="Net", family=family, sides=(side,), layers=parse(table))
HEAD = "flatten, dropout 0.5, linear 12, relu, dropout 0.5, linear 10, relu, linear classes"
NETWORKS = (
    net("small", "asked", f"conv 4 3 p1, relu, maxpool 2/2, conv 6 3 p1, relu, maxpool 2/2, {HEAD}"),
    net("normalised", "other", f"conv 4 3 p1, bn, relu, maxpool 2/2, conv 6 3 p1, bn, relu, maxpool 2/2, {HEAD}"),
    net("deep", "deep", f"conv 4 3 p1, relu, conv 4 3 p1, relu, maxpool 2/2, conv 6 3 p1, relu, maxpool 2/2, {HEAD}"),
    net("tiny", "tiny", f"conv 4 3 p1, relu, maxpool 2/2, conv 6 3 p1, relu, maxpool 2/2, {HEAD}", side=8),
)
"""
LAYERS = '''
from grader.checks.expect import known as expect_known
@pytest.mark.check(points=1, exercise="squares")
def test_parameters(student, networks):
    """The parameters are those of the table."""
    expect_known.parameters(networks, student.Net)

@pytest.mark.check(points=1, exercise="squares")
def test_shapes(student, networks):
    """The shapes are those of the table."""
    expect_known.shapes(networks, student.Net)

@pytest.mark.check(points=1, exercise="squares")
def test_dropout(student, networks):
    """Dropout is where it belongs."""
    expect_known.dropout(networks, student.Net, probability=0.5, positions=((0, 1), (1, 2)))

'''
FUNCTION = '''
from grader.checks.expect import known as expect_known
@pytest.mark.check(points=1, exercise="squares")
def test_function(student, networks):
    """The function is that of the table."""
    expect_known.same_function(networks, student.Net)
'''
CHECKS = LAYERS + FUNCTION
BOTH_MODES = '''
@pytest.mark.check(points=1, exercise="squares")
def test_training(student, networks, shared):
    """So is that in training mode."""
    expect_known.same_in_training(networks, student.Net)
'''
PROMISES = '''
@pytest.mark.check(points=1, exercise="squares")
def test_logits(student, networks):
    """One logit per class for each image."""
    expect_known.logits(networks, student.Net, 10)

@pytest.mark.check(points=1, exercise="squares")
def test_repeatable(student, networks):
    """Asked again, an image gets the same logits."""
    expect_known.repeatable(networks, student.Net)

@pytest.mark.check(points=1, exercise="squares")
def test_apart(student, networks):
    """Another image has no part in them."""
    expect_known.images_do_not_mix(networks, student.Net)
'''
MISTAKES = '''
from grader.checks.architectures.table import parse
def no_relu(layers):
    """A ReLU is missing.

    Is every convolution followed by one?
    """
    for i, layer in enumerate(layers):
        if layer.kind == "relu":
            yield layers[:i] + layers[i + 1:]
def channels_last(layers):
    """The channels come last.

    Which axis comes first?
    """
    yield tuple(parse("flatten_channels_last")[0] if layer.kind == "flatten" else layer for layer in layers)
def divided(layers):
    """Divided.

    Who scales the pixels?
    """
    yield (*parse("divide 255"), *layers)
MISCONCEPTIONS = {"Net": (no_relu, channels_last, divided)}
'''
NET = """
import torch
from torch import nn
from torch.nn import functional as F
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.one, self.two = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 6, 3, padding=1)
        self.a, self.b, self.c = nn.Linear(96, 12), nn.Linear(12, 10), nn.Linear(10, num_classes)
    def forward(self, x):
        x = F.max_pool2d(F.relu(self.one(x)), 2)
        x = F.max_pool2d(F.relu(self.two(x)), 2)
        x = F.dropout(x.flatten(1), training=self.training)
        x = F.dropout(F.relu(self.a(x)), training=self.training)
        return self.c(F.relu(self.b(x)))
"""


@pytest.fixture
def course(tiny_course: WriteCourse) -> TinyCourse:
    """A course that asks for one of four small networks."""
    return course_of(tiny_course, CHECKS)


def course_of(tiny_course: WriteCourse, checks: str) -> TinyCourse:
    """Write a course that asks for one of four small networks with these checks."""
    made = tiny_course(checks, reference=NET, misconceptions=MISTAKES)
    folder = made.folder / "assignments" / made.slug
    (folder / "networks.py").write_text(NETWORKS)
    toml = folder / "assignment.toml"
    text = toml.read_text().replace('provides = ["square"]', 'provides = ["Net"]')
    toml.write_text('modules = ["Net"]\nnetworks = ["asked", "other"]\n' + text)
    return made


def graded(course: TinyCourse, *edits: tuple[str, str]) -> dict[str, CheckResult]:
    """Grade NET after replacing texts in it; by check."""
    source = NET
    for before, after in edits:
        assert before in source
        source = source.replace(before, after)
    return {check.name: check for check in course.grade(source).checks}


def lost(results: dict[str, CheckResult]) -> set[str]:
    """Names of the checks that did not pass."""
    return {name for name, check in results.items() if check.outcome is not Outcome.PASSED}


def said(check: CheckResult) -> str:
    """Everything that the feedback says."""
    feedback = check.feedback
    assert feedback is not None
    return " | ".join(str(part) for part in (feedback.message, feedback.expected, feedback.received, feedback.hint))


def test_the_network_asked_for_is_recognised(course: TinyCourse) -> None:
    """It passes everything, and the remark says which one it is; an accepted other one is told apart."""
    right = graded(course)
    assert lost(right) == set()
    assert right["function"].remarks == ("recognised: the small net",)

    normalised = graded(
        course,
        ("self.a, self.b", "self.n, self.m = nn.BatchNorm2d(4), nn.BatchNorm2d(6)\n        self.a, self.b"),
        ("F.relu(self.one(x))", "F.relu(self.n(self.one(x)))"),
        ("F.relu(self.two(x))", "F.relu(self.m(self.two(x)))"),
    )
    assert lost(normalised) == set()
    assert normalised["function"].remarks == (
        "recognised: the normalised net; not quite what was asked for, but it counts",
    )


FIRST_DROPOUT = "F.dropout(x.flatten(1), training=self.training)"
SECOND_DROPOUT = "F.dropout(F.relu(self.a(x)), training=self.training)"
FIRST_BLOCK = "F.max_pool2d(F.relu(self.one(x)), 2)"
UNFOLDED = "(self.one.weight.flatten(1) @ F.unfold(x, 3, padding=1) + self.one.bias[:, None]).view(-1, 4, 16, 16)"
PLACE_FIRST = (
    "self.kernel = nn.Conv2d(3, 4, 3, padding=1), nn.Parameter(torch.randn(3, 3, 4, 6))"
    "\n        self.bias = nn.Parameter(torch.zeros(6))"
)
PRODUCT = (
    "F.relu((F.unfold(x, 3, padding=1).view(len(x), 4, 9, 64).permute(0, 3, 2, 1).reshape(-1, 36)"
    " @ self.kernel.view(36, 6) + self.bias).view(len(x), 8, 8, 6).permute(0, 3, 1, 2))"
)
STYLES = {
    "view": [("x.flatten(1)", "x.view(-1, 96)"), ("F.relu(self.one(x))", "self.one(x).clamp(min=0)")],
    "pool-first": [(FIRST_BLOCK, "F.relu(F.max_pool2d(self.one(x), 2))")],
    "conv-head": [
        ("nn.Linear(96, 12)", "nn.Conv2d(6, 12, 4)"),
        ("x.flatten(1)", "x"),
        ("self.b(x)", "self.b(x.flatten(1))"),
    ],
    "place-before-channel": [
        ("self.two = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 6, 3, padding=1)", PLACE_FIRST),
        ("F.relu(self.two(x))", PRODUCT),
    ],
    "towers": [
        ("nn.Conv2d(3, 4, 3, padding=1)", "nn.ModuleList(nn.Conv2d(3, 2, 3, padding=1) for _ in 'ab')"),
        ("nn.Linear(96, 12), nn.Linear", "nn.ModuleList([nn.Linear(96, 6), nn.Linear(96, 6)]), nn.Linear"),
        (FIRST_BLOCK, "torch.cat([F.max_pool2d(F.relu(one(x)), 2) for one in self.one], 1)"),
        ("F.relu(self.a(x))", "torch.cat([F.relu(a(x)) for a in self.a], 1)"),
    ],
    "lazy": [
        ("nn.Linear(96, 12)", "nn.LazyLinear(12)"),
        ("nn.Conv2d(4, 6, 3, padding=1)", "nn.LazyConv2d(6, 3, padding=1)"),
    ],
    "dropout-after": [
        (FIRST_DROPOUT, "x.flatten(1)"),
        ("F.relu(self.b(x))", "F.dropout(F.relu(self.b(x)), 0.5, self.training)"),
    ],
    "adaptive": [("x.flatten(1)", "F.adaptive_avg_pool2d(x, 4).flatten(1)")],
    "other-name": [("num_classes", "classes")],
    "1000-classes": [("num_classes=10", "in_channels=3, num_classes=1000")],
    "no-argument": [("(self, num_classes=10)", "(self)"), ("num_classes", "10")],
    "two-classes": [("(self, num_classes=10)", "(self)"), ("num_classes", "2")],
    "einsum": [
        ("self.a(x)", "torch.einsum('nf,kf->nk', x, self.a.weight) + self.a.bias"),
        ("self.b(x)", "torch.einsum('nf,kf->nk', x, self.b.weight) + self.b.bias"),
    ],
    "unfold": [(FIRST_BLOCK, f"F.max_pool2d(F.relu({UNFOLDED}), 2)")],
}


@pytest.mark.parametrize("edits", STYLES.values(), ids=STYLES)
def test_the_same_network_in_other_styles(course: TinyCourse, edits: list[tuple[str, str]]) -> None:
    """What computes the same passes, however it is written."""
    results = graded(course, *edits)

    assert lost(results) == set(), [said(results[name]) for name in lost(results)]


UNFIT = {"parameters", "shapes", "dropout", "function"}
MISTAKEN = {
    "relu": ([("F.relu(self.two(x))", "self.two(x)")], {"function"}, "no_relu"),
    "channels-last": ([("x.flatten(1)", "x.permute(0, 2, 3, 1).flatten(1)")], {"function"}, "channels_last"),
    "scaled": ([("self.one(x)", "self.one(x / 255)")], {"function"}, "divided"),
    "flatten": ([("nn.Linear(96", "nn.Linear(95")], UNFIT, "flatten_size_wrong"),
    "reshape": ([("x.flatten(1)", "x.view(-1, 95)")], UNFIT - {"parameters"}, "flatten_size_wrong"),
    "first-channels": ([("nn.Conv2d(3, 4", "nn.Conv2d(1, 4")], UNFIT, "images_have_other_channels"),
    "channels": ([("nn.Conv2d(4, 6", "nn.Conv2d(5, 6")], UNFIT, "channels_do_not_match"),
    "arguments": ([("num_classes=10", "dropout, num_classes")], UNFIT, "unknown_constructor_arguments"),
    "no-such-layer": ([("self.two(x)", "self.more(x)")], UNFIT - {"parameters"}, None),
    "no-return": ([("return self.c(", "self.c(")], UNFIT - {"parameters"}, "returns_nothing"),
    "two-things": (
        [("return self.c(F.relu(self.b(x)))", "return self.c(F.relu(self.b(x))), x")],
        UNFIT - {"parameters"},
        "returns_several_things",
    ),
    "no-such-name": ([("return self.c(", "return scores(")], UNFIT - {"parameters"}, None),
    "pooling-too-many": (
        [("F.max_pool2d(F.relu(self.two(x)), 2)", "F.max_pool2d(F.max_pool2d(F.relu(self.two(x)), 2), 2)")],
        UNFIT - {"parameters"},
        "a_pooling_too_many",
    ),
    "pooling-missing": ([(FIRST_BLOCK, "F.relu(self.one(x))")], UNFIT - {"parameters"}, "a_pooling_is_missing"),
    "other-images": (
        [("nn.Conv2d(3, 4", "nn.Conv2d(3, 5"), ("nn.Conv2d(4, 6", "nn.Conv2d(5, 6"), ("nn.Linear(96", "nn.Linear(24")],
        UNFIT,
        "made_for_other_images",
    ),
    "super": ([("super().__init__()", "pass")], UNFIT, "no_super_init"),
    "nested-forward": (
        [
            ("    def forward(self, x):\n", "        def forward(self, x):\n"),
            ("        x = F", "            x = F"),
            ("        return self.c", "            return self.c"),
        ],
        UNFIT - {"parameters"},
        "forward_is_nested",
    ),
    "misspelt-forward": ([("def forward", "def foward")], UNFIT - {"parameters"}, "forward_is_misspelt"),
}


@pytest.mark.parametrize(("edits", "expected", "mistake"), MISTAKEN.values(), ids=MISTAKEN)
def test_a_known_mistake_is_named(
    course: TinyCourse, edits: list[tuple[str, str]], expected: set[str], mistake: str | None
) -> None:
    """What is wrong loses the checks that it must lose, and its name is told."""
    results = graded(course, *edits)

    assert lost(results) == expected
    named = {check.feedback.misconception for check in results.values() if check.feedback is not None}
    assert named == ({mistake} if expected else set())


@pytest.mark.parametrize(
    ("name", "takes"), [("one_tower_textbook_padding_1_227", True), ("one_tower_textbook_padding_0_224", False)]
)
def test_what_would_run_is_not_why_a_network_raises(name: str, takes: bool) -> None:
    """A network whose linear layers suit the images is not named as the reason why another one raised on them."""
    known = known_networks.load(COURSE / "assignments" / "alexnet_vgg16" / "networks.py", ("published",))
    (network,) = (one for one in known if one.name == name)
    structure = dataclasses.replace(NOTHING, side=227)

    assert known_networks._takes(network, structure) is takes


def test_poolings_and_sizes_are_told_in_words(course: TinyCourse) -> None:
    """The place of a pooling and the size that a network is made for are in the hint."""
    many, other = (graded(course, *MISTAKEN[name][0])["shapes"] for name in ("pooling-too-many", "other-images"))

    assert (
        "what this network computes is the small net, but with one pooling more after the second convolution."
        in said(many)
    )
    assert "this network is made for 8 x 8: it runs on images of that size, and not on the 16 x 16" in said(other)


def test_an_argument_that_comes_first_costs_no_check(course: TinyCourse) -> None:
    """`Net()` decides what a network is where its number of classes has another name and another place."""
    assert lost(graded(course, ("num_classes=10", "channels=3, classes=10"), ("num_classes)", "classes)"))) == set()


def test_another_known_network_is_named(course: TinyCourse) -> None:
    """A network that is known but does not count is named, and where it leaves the one asked for."""
    results = graded(
        course,
        ("self.a, self.b", "self.more = nn.Conv2d(4, 4, 3, padding=1)\n        self.a, self.b"),
        ("F.max_pool2d(F.relu(self.one(x)), 2)", "F.max_pool2d(F.relu(self.more(F.relu(self.one(x)))), 2)"),
    )

    assert lost(results) == {"parameters", "function"}
    for name in lost(results):
        assert results[name].feedback.misconception == "deep"  # type: ignore[union-attr]
        assert "this is the deep net. It leaves the small net: after the first convolution and a ReLU comes" in said(
            results[name]
        )
    assert "there are parameters that belong to no layer of the small net: " in said(results["parameters"])


def test_a_network_for_other_images_is_named(course: TinyCourse) -> None:
    """Where it cannot even be run, its parameters and its steps up to there tell what it is."""
    results = graded(course, ("nn.Linear(96", "nn.Linear(24"))

    assert lost(results) == {"parameters", "shapes", "dropout", "function"}
    assert {check.feedback.misconception for check in results.values() if check.feedback} == {"tiny"}
    assert "this is the tiny net" in said(results["shapes"])
    assert results["shapes"].outcome is Outcome.RAISED
    assert results["parameters"].outcome is Outcome.FAILED


def test_the_first_difference_is_told(course: TinyCourse) -> None:
    """An unknown network is compared with the nearest, shape by shape and step by step."""
    results = graded(course, ("F.max_pool2d(F.relu(self.one(x)), 2)", "F.avg_pool2d(F.elu(self.one(x)), 2)"))

    assert lost(results) == {"function"}
    assert "are not those of the small net: after the first convolution comes an ELU where it has a ReLU" in said(
        results["function"]
    )
    wider = graded(course, ("nn.Conv2d(3, 4", "nn.Conv2d(3, 5"), ("nn.Conv2d(4, 6", "nn.Conv2d(5, 6"))
    assert "the weights of the first convolution of the small net (4 x 27) are not among your parameters" in said(
        wider["parameters"]
    )
    assert "no layer gives 4 x 16 x 16 where the small net has it, for images of 16 x 16" in said(wider["shapes"])


def test_the_first_difference_is_drawn(course: TinyCourse) -> None:
    """Two steps before and two after it, beside those of the table; none where what differs is no step."""
    results = graded(course, ("F.max_pool2d(F.relu(self.two(x)), 2)", "F.max_pool2d(F.elu(self.two(x)), 2)"))
    feedback = results["function"].feedback
    assert feedback is not None
    assert feedback.picture == "\n".join(
        (
            "yours                     asked for",
            "...                       ...",
            "max pooling 4 x 8 x 8     max pooling 4 x 8 x 8",
            "convolution 6 x 8 x 8     convolution 6 x 8 x 8",
            "ELU                    ≠  ReLU",
            "max pooling 6 x 4 x 4     max pooling 6 x 4 x 4",
            "linear layer 12           linear layer 12",
        )
    )
    scaled = graded(course, ("self.one(x)", "self.one(x * 3)"))["function"].feedback
    assert scaled is not None
    assert scaled.picture is None


ELSEWHERE = "dropout is not where it is asked for"
DROPOUTS = {
    "one-missing": ([(FIRST_DROPOUT, "x.flatten(1)")], ELSEWHERE),
    "share": ([(", training=self.training", ", 0.2, self.training")], "drops another share than is asked for"),
    "evaluation": ([(", training=self.training", "")], "drops in evaluation mode too"),
    "none": (
        [(FIRST_DROPOUT, "x.flatten(1)"), (SECOND_DROPOUT, "F.relu(self.a(x))")],
        "in training mode there is no dropout",
    ),
    "too-many": (
        [("self.c(F.relu(self.b(x)))", "F.dropout(self.c(F.relu(self.b(x))), 0.5, self.training)")],
        ELSEWHERE,
    ),
    "among-convolutions": (
        [(FIRST_DROPOUT, "x.flatten(1)"), ("self.two(x)", "self.two(F.dropout(x, 0.5, self.training))")],
        ELSEWHERE,
    ),
}


@pytest.mark.parametrize(("edits", "words"), DROPOUTS.values(), ids=DROPOUTS)
def test_dropout_is_judged_by_place_and_share(course: TinyCourse, edits: list[tuple[str, str]], words: str) -> None:
    """Each way to get dropout wrong has its own sentence, and no known mistake is looked for."""
    results = graded(course, *edits)

    assert words in said(results["dropout"])
    assert results["dropout"].feedback.misconception is None  # type: ignore[union-attr]
    if words != "drops in evaluation mode too":
        assert lost(results) == {"dropout"}


def test_dropout_that_is_made_by_hand_passes(tiny_course: WriteCourse) -> None:
    """Its place cannot be seen, nor can it be switched off; but that the output is random can be seen."""
    own = "x * (torch.rand_like(x) > 0.5) * 2 if self.training else x"
    by_hand = ((FIRST_DROPOUT, "x.flatten(1)"), (SECOND_DROPOUT, "F.relu(self.a(x))\n        x = " + own))
    results = graded(course_of(tiny_course, CHECKS + BOTH_MODES), *by_hand)

    assert lost(results) == set()
    assert results["dropout"].remarks == ("your dropout is made by hand, so that its place was not looked at",)
    assert results["training"].remarks == ("your dropout is made by hand, so that training mode was not compared",)


def test_chance_beside_dropout_is_no_dropout(tiny_course: WriteCourse) -> None:
    """Where the dropouts of torch are there and switched off, nothing else may be left to chance."""
    flips = "        x = x.flip(0) if self.training and torch.rand(1) < 2 else x\n"
    added = ("    def forward(self, x):\n", "    def forward(self, x):\n" + flips)
    results = graded(course_of(tiny_course, CHECKS + BOTH_MODES), added)

    assert lost(results) == {"training"}


def test_a_gradient_that_is_changed_on_the_way_back_is_told(course: TinyCourse) -> None:
    """The same logits with another gradient of the images are another function."""
    results = graded(course, ("self.one(x)", "self.one((x + x.detach()) / 2)"))

    assert lost(results) == {"function"}
    assert "the logits are those of the small net, but not the gradient that reaches the images" in said(
        results["function"]
    )


SLIGHTLY_OFF = """
class SlightlyOff(torch.autograd.Function):
    @staticmethod
    def forward(context, images):
        context.off = any(abs(images[0, 0, 0, 0].item() - first) < 1e-6 for first in FIRST_PIXELS)
        return images.clone()
    @staticmethod
    def backward(context, gradient):
        return gradient * (1.005 if context.off else 1)
class Net(nn.Module):
"""


@pytest.mark.parametrize(("often", "loses"), [(2, set()), (3, {"function"})], ids=["by-chance", "always"])
def test_a_gradient_that_is_nearly_right_is_asked_for_again(course: TinyCourse, often: int, loses: set[str]) -> None:
    """Rounding may turn a unit off in one draw of weights; what is a little wrong in three of them is wrong."""
    keys = GradingKeys.of("1").of_check("networks/two images/Net")
    structure = dataclasses.replace(NOTHING, side=16)
    asked = Comparison(images=1, structure=structure, keys=keys, training=False, gradients=True)
    pixels = [dataclasses.replace(asked, draw=draw).shown()[0, 0, 0, 0].item() for draw in range(often)]
    nearly = SLIGHTLY_OFF.replace("FIRST_PIXELS", repr(pixels))
    results = graded(course, ("class Net(nn.Module):\n", nearly), ("self.one(x)", "self.one(SlightlyOff.apply(x))"))

    assert lost(results) == loses


TWO_IMAGES = {
    "right": ("", set(), ""),
    "chance": ("x = x + 0.1 * torch.randn(len(x), 1, 1, 1)", {"repeatable", "function", "training"}, ""),
    "counted": (
        "self.n = getattr(self, 'n', 0) + 1; x = x * (1 + self.n)",
        {"repeatable", "function", "training"},
        "",
    ),
    "mixed": ("x = x + 0.1 * x.flip(0) if len(x) > 1 else x", {"apart", "function", "training"}, ""),
    "alone": (
        "assert len(x) < 2 or torch.is_grad_enabled()",
        {"logits", "function", "training"},
        "AssertionError",
    ),
    "squeezed": ("x = x", {"logits"}, "shape (10,)"),
}
"""What is done to the images at first, which checks are lost by it, and what the first of them says."""


@pytest.mark.parametrize("name", TWO_IMAGES)
def test_two_images_show_what_is_wrong_with_batches(tiny_course: WriteCourse, name: str) -> None:
    """One image is asked about alone and beside another: who mixes them, or leaves something to chance, loses that check."""
    added, loses, words = TWO_IMAGES[name]
    course = course_of(tiny_course, FUNCTION + BOTH_MODES + PROMISES)
    edits = [("    def forward(self, x):\n", f"    def forward(self, x):\n        {added or 'pass'}\n")]
    if name == "squeezed":
        edits.append(("return self.c(F.relu(self.b(x)))", "return self.c(F.relu(self.b(x))).squeeze()"))
    results = graded(course, *edits)

    assert lost(results) == loses
    if words:
        assert words in said(results["logits"])


@pytest.mark.parametrize(
    ("wrong", "loses"),
    [
        ("if self.training: raise ValueError", {"training"}),
        ("if not self.training: raise ValueError", {"function"}),
        ("if self.training: import os; os._exit(1)", {"training"}),
        ("if not self.training: import os; os._exit(1)", {"function"}),
        ("if self.training: x = x.clamp(max=9.0)", {"training"}),
        ("if not self.training: x = x.abs()", {"function"}),
    ],
    ids=["raises", "raises-otherwise", "exits", "exits-otherwise", "other", "other-otherwise"],
)
def test_what_happens_in_one_mode_costs_the_other_nothing(
    tiny_course: WriteCourse, wrong: str, loses: set[str]
) -> None:
    """Both modes are asked for at once, and each check gets what came of its own."""
    course = course_of(tiny_course, CHECKS + BOTH_MODES)
    traced = "        if torch.is_grad_enabled() or x.shape[0] > 1:\n"  # not while it is traced
    results = graded(
        course, ("    def forward(self, x):\n", f"    def forward(self, x):\n{traced}            {wrong}\n")
    )

    assert lost(results) == loses
    (check,) = loses
    feedback = results[check].feedback
    assert feedback is not None
    assert ("in training mode" in str(feedback.counterexample)) == (check == "training")


# --- the tables themselves --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "families", "words"),
    [
        (None, ("asked",), "no such file, although assignment.toml accepts networks of it"),
        ("NETWORKS = 1 / 0", (), ":1: cannot be loaded: `NETWORKS = 1 / 0` raises ZeroDivisionError"),
        (NETWORKS.replace("relu, maxpool", "swish, maxpool"), (), "layer 'swish' of a network: not a layer"),
        (NETWORKS.replace("side=8", "side=1"), (), "tiny: layer 3 does not fit images of 1 x 1"),
        (NETWORKS, ("asked", "othr"), "no network of the family 'othr'; there are asked, deep, other, tiny"),
    ],
    ids=["absent", "broken", "no-layer", "no-fit", "no-family"],
)
def test_unusable_tables_are_refused(
    tmp_path: Path, content: str | None, families: tuple[str, ...], words: str
) -> None:
    """What is wrong with networks.py is said in one sentence that names the file."""
    path = tmp_path / "networks.py"
    if content is not None:
        path.write_text(content)
    with pytest.raises(AssignmentError) as error:
        known_networks.load(path, families)

    assert str(error.value).startswith(f"{path}:")
    assert words in str(error.value)
    assert known_networks.load(tmp_path / "none.py", ()) == ()


def test_a_check_of_a_network_that_nobody_lists_is_refused(reference_sandbox: Sandbox) -> None:
    """A name without an accepted network is a mistake of the assignment."""
    nobody = Session(reference_sandbox, Code(files=(), main=""), Limits())
    with pytest.raises(AssignmentError, match=r"networks\.py lists no accepted network for `Net`"):
        Networks((), (), nobody, SharedEvidence(nobody, public_keys)).structure(RemoteName(nobody, "Net"))


@pytest.mark.parametrize(
    ("edit", "known"),
    [
        (("", ""), True),
        (("F.relu(self.b(x))", "torch.tanh(self.b(x))"), False),
    ],
    ids=["asked-for", "unknown"],
)
def test_layers_are_asked_about_where_nobody_knows_the_network(
    reference_sandbox: Sandbox, tmp_path: Path, edit: tuple[str, str], known: bool
) -> None:
    """A network that computes what a known one does has its layers; of any other it is found out what feeds what."""
    (tmp_path / "networks.py").write_text(NETWORKS)
    tables = known_networks.load(tmp_path / "networks.py", ("asked",))
    before, after = edit
    assert before in NET
    source = SourceFile(path="net.py", content=NET.replace(before, after).encode())
    code = Code(files=(source,), main="net.py", modules=("Net",), preload=MODULE_PACKAGES)
    session = Recorded(reference_sandbox, code, Limits())
    builder = session_of_file(reference_sandbox, known_networks.BUILDER)
    networks = Networks(tables, ("asked",), builder, SharedEvidence(session, public_keys))

    found = networks.influence(RemoteName(session, "Net"))
    session.end()
    networks.end()

    assert found.has_layers
    assert found.has_head
    assert not found.idle
    assert (session.silenced == 0) is known


class Recorded(Session):
    """A session that counts how often units were silenced."""

    silenced = 0

    def ask(self, request: Any, kind: Any, *more: Any) -> Any:
        """Count and ask."""
        self.silenced += isinstance(request, protocol.Run) and bool(request.silenced)
        return super().ask(request, kind, *more)


NOTHING = Structure(
    side=0,
    channels=3,
    classes=10,
    shapes=(),
    used_shapes=(),
    steps=(),
    used_steps=(),
    parameters=(),
    table=Counter(),
    training_dropouts=(),
    evaluation_dropouts=(),
)
TORCHVISION = {
    "torchvision_padding_2": ("AlexNet", "alexnet"),
    "vgg16_config_a": ("VGG16", "vgg11"),
    "vgg16_config_b": ("VGG16", "vgg13"),
    "vgg16_config_d": ("VGG16", "vgg16"),
    "vgg16_config_d_bn_before_relu_bias": ("VGG16", "vgg16_bn"),
    "vgg16_config_e": ("VGG16", "vgg19"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", TORCHVISION)
def test_tables_compute_what_torchvision_computes(reference_sandbox: Sandbox, name: str) -> None:
    """Under the same weights torchvision's own networks and the tables agree, gradients and training mode included."""
    module, function = TORCHVISION[name]
    path = COURSE / "assignments" / "alexnet_vgg16" / "networks.py"
    (table,) = (one for one in known_networks.load(path, ()) if (one.module, one.name) == (module, name))
    source = f"from torchvision.models import {function} as oracle".encode()
    code = Code(
        files=(SourceFile(path="oracle.py", content=source),),
        main="oracle.py",
        modules=("oracle",),
        preload=("torchvision", *MODULE_PACKAGES),
    )
    limits = Limits(request_seconds=120, check_seconds=300, memory_bytes=8 * 1024**3)
    oracle = Session(reference_sandbox, code, limits)
    builder = session_of_file(reference_sandbox, known_networks.BUILDER)
    networks = Networks((table,), (table.family,), builder, SharedEvidence(oracle, public_keys))
    for training in (False, True):
        structure = dataclasses.replace(NOTHING, side=224)
        question = Comparison(
            images=1, structure=structure, keys=public_keys("5"), training=training, gradients=not training
        )
        right = question.ask(RemoteName(oracle, "oracle").blank(num_classes=10))
        mine = networks.answer(question, table)
        assert expect.distance(mine.output, right.output) < 1e-4
        if right.input_gradient is not None and mine.input_gradient is not None:
            assert expect.distance(mine.input_gradient, right.input_gradient) < 1e-4
    oracle.end()
    networks.end()


class Counting:
    """A sandbox whose workers are counted."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox, self.started = sandbox, list[Worker]()

    def worker(self, limits: Limits, preload: tuple[str, ...] = ()) -> Worker:
        """Start one more."""
        self.started.append(self.sandbox.worker(limits, preload))
        return self.started[-1]


def test_known_networks_are_built_in_one_worker(reference_sandbox: Sandbox, tmp_path: Path) -> None:
    """Each answers as it would alone, whatever was built before; a worker that is lost is replaced for the next one."""
    (tmp_path / "networks.py").write_text(NETWORKS)
    tables = known_networks.load(tmp_path / "networks.py", ("asked",))
    structure = dataclasses.replace(NOTHING, side=16)
    questions = [
        Comparison(images=2, structure=structure, keys=public_keys("5"), training=training, gradients=not training)
        for training in (True, False)
    ]

    def networks_in(workers: Counting) -> Networks:
        builder = session_of_file(workers, known_networks.BUILDER)
        return Networks(tables, ("asked",), builder, SharedEvidence(builder, public_keys))

    shared = Counting(reference_sandbox)
    networks = networks_in(shared)
    for table in (*tables, *tables[::-1]):
        alone = networks_in(Counting(reference_sandbox))
        for mine, other in zip(networks.answers(questions, table), alone.answers(questions, table), strict=True):
            assert torch.equal(mine.output, other.output)
        alone.end()
    assert len(tables) > 1
    assert len(shared.started) == 1

    shared.started[0].end()
    with pytest.raises(ReferenceFault, match=tables[0].name):
        networks.answer(questions[0], tables[0])
    assert networks.answer(questions[0], tables[0]).output.shape[0] == 2
    assert len(shared.started) == 2
    networks.end()


# --- what holds for every good network --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("output", "words"),
    [
        (torch.tensor([[1.0, -2.0], [3.0, 4.0]]).softmax(1), "the numbers of each row add up to 1"),
        (torch.tensor([[1.0, -2.0], [3.0, 4.0]]).log_softmax(1), "the exponentials of each row add up to 1"),
    ],
    ids=["softmax", "log-softmax"],
)
def test_normalised_outputs_are_refused(output: torch.Tensor, words: str) -> None:
    """Probabilities and their logarithms are no logits."""
    with pytest.raises(CheckFailed, match=words):
        expect_network.not_normalised(output)
    expect_network.not_normalised(torch.tensor([[1.0, -2.0], [3.0, 4.0]]))


def test_logits_have_both_signs_and_one_row_each() -> None:
    """A ReLU at the end, and a row too few, are refused."""
    with pytest.raises(CheckFailed, match="all logits have the same sign"):
        expect_network.both_signs(torch.tensor([[0.0, 2.0]]))
    with pytest.raises(CheckFailed, match="not one logit per class for each image"):
        expect_network.logits(torch.zeros(10), 1, 10)
    expect_network.both_signs(torch.tensor([[-0.1, 2.0]]))
    expect_network.logits(torch.zeros(1, 10), 1, 10)
