"""What holds for every good network, asked of small ones in a real worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from made_keys import torch_key

from grader.checks.expect import network as expect_network
from grader.datasets import noise
from grader.errors import CheckFailed
from grader.keys import public_keys
from grader.model import SourceFile
from grader.protocol import Limits
from grader.proxy.student import Student
from grader.proxy.student_code import MODULE_PACKAGES, Code
from grader.sandbox.base import Sandbox

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


@pytest.fixture
def student_of(sandbox: Sandbox) -> Iterator[Callable[[str], Student]]:
    """Make the proxy of a submission from its source."""
    opened: list[Student] = []

    def proxy(source: str) -> Student:
        files = (SourceFile(path="net.py", content=source.encode()),)
        code = Code(files=files, main="net.py", preload=MODULE_PACKAGES, modules=("Net",))
        opened.append(Student(sandbox, code, Limits()))
        return opened[-1]

    yield proxy
    for student in opened:
        student._end()


Of = Callable[[str], Student]


def registered(student: Student) -> None:
    """Build the network twice and require that everything in it is registered."""
    expect_network.everything_registered(*(student.Net.build(torch_key(number)) for number in (0, 1)), IMAGES, KEYS)


def test_registered_layers_pass(student_of: Of) -> None:
    """Two builds with the same parameters compute the same."""
    registered(student_of(NET))


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
def test_weights_that_torch_does_not_know_are_told(student_of: Of, old: str, new: str) -> None:
    """Layers in a Python list, or weights in a plain tensor, are never trained."""
    with pytest.raises(CheckFailed, match="weights that are not among its parameters") as caught:
        registered(student_of(NET.replace(old, new)))

    assert caught.value.mistake == "layers_not_registered"


def test_chance_in_evaluation_is_another_matter(student_of: Of) -> None:
    """A network that drops in evaluation mode is told that by `repeatable`, and is not blamed for hidden weights."""
    student = student_of(NET.replace(".flatten(1))", ".flatten(1) * torch.rand(1))"))
    registered(student)

    with pytest.raises(CheckFailed, match="get other logits when they are asked for again"):
        expect_network.repeatable(student.Net(), IMAGES, KEYS)


def test_scores_that_are_no_numbers_are_another_matter(student_of: Of) -> None:
    """NaN is no sign of hidden weights."""
    registered(student_of(NET.replace(".flatten(1))", ".flatten(1)) * float('nan')")))
