"""`import torchvision` works beside any build of torch: in the harness, and in a submission."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import grader
from grader import protocol
from grader.protocol import Limits
from grader.sandbox import Sandbox

USE = """
import torch, torchvision
from torchvision.transforms import v2
def f():
    net = torchvision.models.resnet18(weights=None, num_classes=3).eval()
    image = v2.functional.resize(torch.zeros(1, 3, 40, 40), [32, 32])
    return [tuple(net(image).shape), torchvision.ops.box_area(torch.tensor([[0.0, 0.0, 2.0, 3.0]]))]
"""


def test_a_submission_may_import_torchvision(sandbox: Sandbox) -> None:
    """Models, transforms and operators that are written in Python work in a worker."""
    worker = sandbox.worker(Limits(request_seconds=60), ("torch", "torchvision"))
    loaded = worker.ask(protocol.Load((protocol.File("a.py", USE.encode()),), "a.py", ()))
    reply = worker.ask(protocol.Call("f", (), {}))
    worker.end()

    assert isinstance(loaded, protocol.Loaded), loaded
    assert isinstance(reply, protocol.Returned), reply
    shape, area = protocol.unpack(reply.value)  # type: ignore[misc]
    assert shape == (1, 3)
    assert torch.equal(area, torch.tensor([6.0]))


@pytest.mark.slow
@pytest.mark.parametrize(
    "first",
    ["import grader, torchvision", "import torch, grader, torchvision.ops"],
    ids=["torchvision-first", "torch-before-us"],
)
def test_the_harness_may_import_torchvision(first: str) -> None:
    """In a fresh interpreter the import works in any order, and leaves no finder behind."""
    found = "any('Declare' in type(finder).__name__ for finder in sys.meta_path)"
    rest = f"\nimport sys, torchvision\nprint(torchvision.ops.nms is not None, {found})"
    environment = {**os.environ, "PYTHONPATH": str(Path(grader.__file__).parents[1])}
    ran = subprocess.run([sys.executable, "-c", first + rest], capture_output=True, text=True, env=environment)

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == "True False\n"


def test_importing_the_grader_imports_neither() -> None:
    """The grader itself starts without torch: only who asks for torchvision pays for it."""
    code = "import grader, sys; print('torch' in sys.modules, 'torchvision' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": str(Path(grader.__file__).parents[1])}
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)

    assert ran.stdout == "False False\n", ran.stderr
