"""What tests that drive a real Docker engine start from: images, or the reason why there can be none."""

from __future__ import annotations

import functools
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from specimens import specimen

from grader import submission as submissions
from grader.course import assignment as assignments
from grader.errors import EngineError
from grader.grading import batch
from grader.grading.request import GradingRequest
from grader.model import Extent, GradedSubmission
from grader.sandbox import Local
from grader.sandbox.docker import engine, image

ROOT = Path(__file__).parents[1]
BASE = "grader-base:bookworm"
WHEELS = ROOT / "docker" / "wheels"
WORKER, WHOLE = "convnet-grader-worker:tested", "convnet-grader:tested"


@functools.cache
def client() -> Any:
    """Return a client of the engine; the test is skipped where none can make images."""
    try:
        found = engine.connect()
    except EngineError as error:
        pytest.skip(str(error))
    if not found.images(name=BASE):
        pytest.skip(f"the engine has no image {BASE}: docker/make_base.sh {BASE} makes it")
    if not WHEELS.is_dir():
        pytest.skip(f"there is no {WHEELS}: `make wheels` fetches what images install")
    return found


@functools.cache
def worker_image() -> str:
    """Build the image of workers once in a test run; what the engine has built before, it keeps."""
    return _built(WORKER, None)


@functools.cache
def whole_image() -> str:
    """Build the whole grader with the course of this repository, likewise."""
    return _built(WHOLE, ROOT)


def _built(tag: str, course: Path | None) -> str:
    recipe = image.Recipe(tag=tag, torch="cpu", base=BASE, wheels=WHEELS, course=course)
    image.build_image(client(), recipe, lambda step: None)
    return tag


def ours() -> list[dict[str, Any]]:
    """Return the containers that graders of this machine have made and not removed."""
    return list(client().containers(all=True, filters={"label": engine._OWNER_LABEL}))


def docker(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the engine's own command, as an instructor would."""
    return subprocess.run(["docker", *map(str, words)], capture_output=True, encoding="utf-8", timeout=600)


@contextmanager
def container(*words: str) -> Iterator[str]:
    """Run a container in the background, and remove it."""
    made = docker("run", "--detach", *words)
    assert made.returncode == 0, made.stderr
    try:
        yield made.stdout.strip()
    finally:
        docker("rm", "--force", made.stdout.strip())


SPECIMENS = {
    "conv_arithmetic": (
        "right_counting",
        "notebook_colab",
        "rounds_up",
        "never_ends_on_even",
        "steals_and_patches",
        "stub",
    ),
    "naive_convnet": ("functional_raw_parameters", "softmax_at_the_end", "hostile_false_parameters"),
    "alexnet_vgg16": ("missing_relu_after_conv4",),
    "cifar10_training": ("no_zero_grad",),
}


@functools.cache
def graded(slug: str, kind: type[Any], packages: tuple[str, ...]) -> dict[str, GradedSubmission]:
    """Grade some specimens of an assignment as a class, once in a test run."""
    assignment = assignments.load(ROOT, slug)
    read = submissions.reader(Extent.DEFINITIONS)
    handed_in = [read(specimen(slug, name).folder, assignment) for name in SPECIMENS[slug]]
    request = batch.ClassRequest(
        grading=GradingRequest(assignment=assignment, seed="5"),
        submission_sandbox=lambda: kind(packages),
        reference_sandbox=lambda: Local(packages),
        slots=1,
    )
    return {result.submission: result for result in batch.grade_all(request, handed_in)}
