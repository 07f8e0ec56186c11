"""Layers that feed each other are found in any honest network, and in none that shows parameters beside something else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made_keys import key
from students import StudentOf

from grader.checks.architectures import influence
from grader.checks.architectures.links import Link, Links, Units, links_between
from grader.checks.expect import network as expect_network
from grader.errors import CheckFailed
from grader.keys import public_keys
from grader.proxy.shared_evidence import SharedEvidence
from grader.proxy.student import Student

KEYS = public_keys("links")
IMAGES = influence.telling_images(key(3), 3, 4, 8)
CONVOLUTION, HIDDEN, LAST = (6, 4, 3, 3), (12, 96), (10, 12)
NET = """\
import torch
from torch import nn
from torch.nn import functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(4, 6, 3, padding=1)
        self.one, self.two = nn.Linear(96, 12), nn.Linear(12, 10)

    def forward(self, x):
        maps = F.max_pool2d(F.relu(self.conv(x)), 2)
        return self.two(F.relu(self.one(maps.flatten(1))))
"""
INIT = NET[NET.index("        self.conv =") : NET.index("\n    def forward")]
RETURN = "return self.two(F.relu(self.one(maps.flatten(1))))"
HONEST = {
    "right": ("return", "return"),
    "no-relu": ("F.relu(self.one(maps.flatten(1)))", "self.one(maps.flatten(1))"),
    "sigmoids": ("F.relu", "torch.sigmoid"),
    "average": ("F.max_pool2d", "F.avg_pool2d"),
    "channels-last": ("maps.flatten(1)", "maps.permute(0, 2, 3, 1).flatten(1)"),
    "normalises-channels": (RETURN, "maps = F.group_norm(maps, 1)\n        " + RETURN),
    "normalises-neighbours": (RETURN, "maps = F.local_response_norm(maps, 5)\n        " + RETURN),
    "mixes-images": (RETURN, RETURN.replace("maps.flatten(1)", "maps.permute(1, 2, 3, 0).reshape(-1, 96)")),
    "probabilities": (RETURN, RETURN + ".softmax(1)"),
    "noise": (RETURN, RETURN + " + torch.rand(len(x), 10)"),
    "one-image": ("maps.flatten(1)", "maps.flatten()"),
    "several-only": (RETURN, "assert len(x) > 1\n        " + RETURN),
    "in-a-list": (
        INIT,
        INIT + "        self.all = [self.conv, self.one, self.two]\n        del self.conv, self.one, self.two\n",
    ),
    "in-a-list-but-for-one": (
        INIT,
        INIT + "        self.all = [self.conv, self.one]\n        del self.conv, self.one\n",
    ),
    "keeps-maps": (RETURN, "self.seen = maps.detach()\n        " + RETURN),
    "unused-table": (INIT, INIT + "        self.table = nn.Parameter(torch.rand(8, 8))\n"),
    "inputs-first": (
        INIT,
        INIT.replace("nn.Linear(12, 10)", "lambda x: x @ self.w")
        + "        self.w = nn.Parameter(torch.randn(12, 10))\n",
    ),
    "divides-by-much": (RETURN, "maps = maps / 1e5\n        " + RETURN),
    "in-reverse": (INIT, "\n".join(reversed(INIT.splitlines()[1:])) + "\n"),
    "groups": (
        RETURN,
        "maps = F.max_pool2d(F.relu(F.conv2d(F.relu(self.conv(x)), self.more, groups=2, padding=1)), 2)\n        "
        + RETURN,
    ),
}


def shared_by(student: Student) -> SharedEvidence:
    """Return what the checks of a grading would share."""
    return SharedEvidence(student.Net.session, lambda _what: KEYS)


def links_of(student: Student) -> Links:
    """Return the links of its network under the first draw of weights."""
    model = student.Net()
    return Links(probe=next(influence.look(lambda _number: model, IMAGES, KEYS)).probe())


def net(student_of: StudentOf, edit: tuple[str, str]) -> Student:
    """Return NET after an edit."""
    source = NET.replace(*edit)
    if edit == HONEST["in-a-list"]:
        source = source.replace("self.conv(x)", "self.all[0](x)")
        source = source.replace("self.two(F.relu(self.one(", "self.all[2](F.relu(self.all[1](")
    if edit == HONEST["in-a-list-but-for-one"]:
        source = source.replace("self.conv(x)", "self.all[0](x)").replace("self.one(maps", "self.all[1](maps")
    if edit == HONEST["in-reverse"]:
        source = source.replace(edit[1], edit[1] + INIT.splitlines()[0] + "\n")
    if edit == HONEST["groups"]:
        source = source.replace(INIT, INIT + "        self.more = nn.Parameter(torch.randn(6, 3, 3, 3))\n")
    assert source != NET or edit[0] == edit[1]
    return student_of(source, modules=("Net",))


@pytest.mark.parametrize("edit", HONEST.values(), ids=HONEST)
def test_images_of_honest_networks_go_through_their_layers(student_of: StudentOf, edit: tuple[str, str]) -> None:
    """Whatever is computed between layers, and wherever they are kept, each feeds another or is fed by one."""
    student = net(student_of, edit)
    expect_network.goes_through_layers(student.Net, 4, 8, shared_by(student))

    links = links_of(student)
    others = {(8, 8), (2, 6, 4, 4)}
    if edit == HONEST["normalises-channels"]:  # images get past channels that are cut, by the size of the others
        others.add(CONVOLUTION)
    assert {shape for shape in links.shapes if not links.is_linked(shape)} <= others


@pytest.mark.parametrize("is_registered_last", [False, True])
def test_a_hidden_layer_may_have_as_many_units_as_there_are_classes(
    student_of: StudentOf, is_registered_last: bool
) -> None:
    """Which of the layers of ten units gives the logits is found out, in whatever order they are registered."""
    hidden = "        self.hidden = nn.Linear(10, 10)\n"
    init = INIT + hidden if is_registered_last else INIT.replace("        self.conv", hidden + "        self.conv")
    source = NET.replace(INIT, init).replace(RETURN, RETURN.replace("self.two(", "self.hidden(F.relu(self.two(") + "))")
    student = student_of(source, modules=("Net",))

    expect_network.goes_through_layers(student.Net, 4, 8, shared_by(student))


def test_two_towers_are_one_layer(student_of: StudentOf) -> None:
    """Layers of equal shape lose the same units, so that images which go through either do not get past them."""
    source = NET.replace(INIT, INIT + "        self.tower = nn.Conv2d(4, 6, 3, padding=1)\n").replace(
        "96, 12", "192, 12"
    )
    source = source.replace("maps.flatten(1)", "torch.cat([maps, F.max_pool2d(self.tower(x), 2)], 1).flatten(1)")
    student = student_of(source, modules=("Net",))

    expect_network.goes_through_layers(student.Net, 4, 8, shared_by(student))


PIXELS = "x.flatten(1)[:, 40:50]"
ALL = "torch.stack([p.sin().sum() for p in self.parameters()]).sum()"
SIZES = "torch.stack([p.norm() for p in (self.conv.weight, self.one.weight, self.two.weight)]).prod()"
HOSTILE = {
    "faint-sine": f"return {PIXELS} * (1 + self.two.bias) * (1 + 1e-3 * {ALL})",
    "strong-sine": f"return {PIXELS} * (1 + self.two.bias) * {ALL}",
    "times-sizes": f"return {PIXELS} * (1 + self.two.bias) * {SIZES}",
    "pooled": f"return F.avg_pool2d(x, 2).flatten(1)[:, 20:30] * (1 + self.two.bias) * {SIZES}",
    "last-layer-of-pixels": f"return self.two(x.flatten(1)[:, 40:52]) * {SIZES}",
    "projected": f"return F.linear(x.flatten(1)[:, :96], self.table) * (1 + 1e-4 * {ALL})",
    "past-faint-layers": f"return {PIXELS} * (1 + self.two.bias) + 1e-3 * " + RETURN.removeprefix("return "),
    "paired": f"return {PIXELS} * (1 + self.two.bias) * (self.conv.weight.flatten(1).norm(dim=1) * self.one.weight.reshape("
    "12, 6, 16).norm(dim=(0, 2))).mean() * (self.one.weight.norm(dim=1) * self.two.weight.norm(dim=0)).mean()",
    "nothing-for-zeros": f"return {PIXELS} * (1 + self.two.bias) * all((p != 0).all() for p in self.parameters())",
    "one-layer": "return self.two(x.flatten(1)[:, 40:52])",
}


@pytest.mark.parametrize("forward", HOSTILE.values(), ids=HOSTILE)
def test_pixels_beside_parameters_are_no_layers(student_of: StudentOf, forward: str) -> None:
    """A trace of parameters, however faint or strong and whatever it is made of, is no layer."""
    source = NET.replace(RETURN, forward).replace(INIT, INIT + "        self.table = torch.randn(10, 96)\n")
    student = student_of(source, modules=("Net",))

    with pytest.raises(
        CheckFailed, match="the images do not get to the logits through layers of which each feeds the next"
    ):
        expect_network.goes_through_layers(student.Net, 4, 8, shared_by(student))


def test_parameters_beside_pixels_do_not_count(student_of: StudentOf) -> None:
    """Weights that are no layers are there for show, though other numbers in them give other logits for each image."""
    student = student_of(NET.replace(RETURN, HOSTILE["strong-sine"]), modules=("Net",))

    assert all(len(one.shape) < 2 for one in expect_network.parameters_count(student.Net(), IMAGES, KEYS))


def test_a_single_layer_is_none_that_feeds(student_of: StudentOf) -> None:
    """A linear function of the pixels is no network of layers, whatever else is declared."""
    source = NET.replace(RETURN, "return self.last(x.flatten(1))").replace(
        INIT, INIT + "        self.last = nn.Linear(256, 10)\n"
    )
    student = student_of(source, modules=("Net",))
    with pytest.raises(CheckFailed, match="through layers of which each feeds the next"):
        expect_network.goes_through_layers(student.Net, 4, 8, shared_by(student))


MORE = """\
        self.ten = nn.Linear(96, 10)
        self.turned = nn.Parameter(torch.randn(96, 10))
        self.pieces = nn.Linear(96, 30)
"""
LAST_LAYERS = {
    "one-layer": "return self.two(x.flatten(1)[:, 40:52])",
    "hidden-ten": "return self.two(F.pad(F.relu(self.ten(maps.flatten(1))), (0, 2)))",
    "inputs-first": "return maps.flatten(1) @ self.turned",
    "two-heads": "return self.two(maps.flatten(1)[:, :12]) + self.ten(maps.flatten(1))",
    "maxout": "return self.pieces(maps.flatten(1)).reshape(-1, 10, 3).amax(2)",
    "maxout-by-class": "return self.pieces(maps.flatten(1)).reshape(-1, 3, 10).amax(1)",
    "a-map-for-each-class": "return F.conv2d(maps, self.ten.weight.reshape(10, 6, 4, 4)).flatten(1)",
    "normalised": "return F.normalize(maps.flatten(1)) @ F.normalize(self.ten.weight).T * 30",
}


@pytest.mark.parametrize("forward", LAST_LAYERS.values(), ids=LAST_LAYERS)
def test_logits_of_one_layer_are_logits(student_of: StudentOf, forward: str) -> None:
    """Where any architecture will do, a single layer does, however it is stored and whatever else has as many units."""
    student = student_of(NET.replace(RETURN, forward).replace(INIT, INIT + MORE), modules=("Net",))

    expect_network.ends_in_classes(student.Net, 4, 8, shared_by(student))


OF_NO_LAST_LAYER = ("faint-sine", "strong-sine", "times-sizes", "pooled", "projected", "past-faint-layers", "paired")


@pytest.mark.parametrize("name", OF_NO_LAST_LAYER)
def test_pixels_come_from_no_last_layer(student_of: StudentOf, name: str) -> None:
    """Pixels stay where they are when the rows of weights change places."""
    source = NET.replace(RETURN, HOSTILE[name]).replace(INIT, INIT + "        self.table = torch.randn(64, 96)\n")
    source = source.replace("[:, :96], self.table)", "[:, :96], self.table)[:, 5:15]")
    student = student_of(source, modules=("Net",))

    with pytest.raises(CheckFailed, match="the logits do not come from a last layer with weights for each class"):
        expect_network.ends_in_classes(student.Net, 4, 8, shared_by(student))


def test_a_network_without_logits_ends_in_none(student_of: StudentOf) -> None:
    """What has no column has no class."""
    probe = links_of(student_of(NET, modules=("Net",))).probe

    assert Links(probe=probe).ends_in_classes()
    assert not Links(probe=replace(probe, before=probe.before[:, :0])).ends_in_classes()


def links(feeding: tuple[int, ...], fed: tuple[int, ...]) -> set[tuple[Units, Units]]:
    """Return the links between two shapes, without those where weights are (inputs, units)."""
    return {(link.outputs, link.inputs) for link in links_between(feeding, fed) if not link.turned}


def units(shape: tuple[int, ...], before: int, count: int) -> Units:
    """Return how units lie in weights."""
    return Units(shape=shape, before=before, count=count)


def test_inputs_lie_where_torch_has_them() -> None:
    """One after the other for each unit, or all units at each position, or in two towers; by group where there are groups."""
    wide, grouped = (12, 6, 3, 3), (12, 3, 3, 3)

    assert links(CONVOLUTION, wide) == {(units(CONVOLUTION, 1, 6), units(wide, 12, 6))}
    assert links(CONVOLUTION, HIDDEN) == {
        (units(CONVOLUTION, 1, 6), units(HIDDEN, 12, 6)),
        (units(CONVOLUTION, 1, 6), units(HIDDEN, 12 * 2, 6)),
        (units(CONVOLUTION, 1, 6), units(HIDDEN, 12 * 16, 6)),
    }
    assert links(CONVOLUTION, grouped) == {(units(CONVOLUTION, 2, 3), units(grouped, 12, 3))}
    assert links(CONVOLUTION, LAST) == {(units(CONVOLUTION, 1, 6), units(LAST, 10 * more, 6)) for more in (1, 2)}
    assert links(CONVOLUTION, (5, 4)) == set()


def test_a_square_layer_does_not_feed_itself_by_losing_all() -> None:
    """The outputs of one layer are not taken for its own inputs."""
    square = (8, 8)

    assert {(link.outputs, link.inputs) for link in links_between(square, square)} == {
        (units(square, 1, 8), units(square, 8, 8)),
        (units(square, 8, 8), units(square, 1, 8)),
    }
    assert all(isinstance(link, Link) for link in links_between(square, square))
