"""What the fork server imports before a submission is asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from grader.course import assignment as assignments
from grader.model import SourceFile, Submission
from grader.proxy import preload_of

COURSE = Path(__file__).parents[2]
LAYERS = "import torch\nfrom torch import nn\nclass Net(nn.Module): pass\n"
COMPILER = "torch._dynamo"


@pytest.mark.parametrize(
    ("slug", "source", "expected"),
    [
        pytest.param("conv_arithmetic", "import math\n", set(), id="functions"),
        pytest.param("alexnet_vgg16", LAYERS, {"torch"}, id="networks"),
        pytest.param("alexnet_vgg16", LAYERS + "opt = torch.optim.SGD\n", {"torch", COMPILER}, id="its-own-optimizer"),
        pytest.param("naive_convnet", LAYERS, {"torch"}, id="trained-by-the-harness"),
        pytest.param(
            "cifar10_training", "def train_one_epoch(*given): ...\n", {"torch", COMPILER}, id="given-an-optimizer"
        ),
    ],
)
def test_optimizers_are_prepared_for_who_uses_them_or_is_given_one(slug: str, source: str, expected: set[str]) -> None:
    """They import torch's compiler, which a call of a student's function should not have to wait for."""
    assignment = assignments.load(COURSE, slug)
    files = (SourceFile(path=assignment.file, content=source.encode()),)
    imports = ("torch",) if "torch" in source else ()
    submission = Submission(name="ada", files=files, sha256="", imports=imports)

    assert {*preload_of(assignment, submission)} == expected


def test_a_function_that_is_given_an_optimizer_needs_no_class_beside_it() -> None:
    """An assignment may ask for the training loop alone."""
    loop_alone = replace(assignments.load(COURSE, "cifar10_training"), modules=())
    submission = Submission(
        name="ada", files=(SourceFile(path="a.py", content=b"def f(): ..."),), sha256="", imports=()
    )

    assert {*preload_of(loop_alone, submission)} == {"torch", COMPILER}
