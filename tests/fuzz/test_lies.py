"""Whatever a worker says within the protocol, every check comes to a verdict about the submission: nothing is ungraded."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from grader.grading.reference_cache import CachedAnswers
from grader.model import Outcome
from grader.sandbox import Sandbox, Workers

spec = importlib.util.spec_from_file_location("fuzz_lies", Path(__file__).with_name("lies.py"))
assert spec is not None
assert spec.loader is not None
lies = importlib.util.module_from_spec(spec)
sys.modules["fuzz_lies"] = lies
spec.loader.exec_module(lies)

SEEDS = {
    "conv_arithmetic": range(4),
    "naive_convnet": range(2),
    "cifar10_training": range(2),
    "alexnet_vgg16": range(1),
}
"""The short form: `python tests/fuzz/lies.py ASSIGNMENT FIRST LAST` has more."""


@pytest.fixture(scope="module")
def reference(reference_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Workers:
    """Answer for the reference solution, each question once."""
    return CachedAnswers(reference_sandbox, tmp_path_factory.mktemp("answers"))


@pytest.mark.parametrize(("slug", "seed"), [(slug, seed) for slug, seeds in SEEDS.items() for seed in seeds])
def test_no_lie_leaves_a_check_ungraded(slug: str, seed: int, reference: Workers) -> None:
    """Odd dtypes, shapes, numbers, notes and names are the submission's: each check fails, or ends, for them."""
    for check in lies.grade_liar(slug, seed, reference):
        assert check.outcome is not Outcome.UNGRADED, f"{check.name}: {check.fault.traceback}"
