"""
Every known mistake proves the checks: handed in, it loses points, and it is recognised.

Each misconception is made into a submission: the reference with one name replaced by the wrong version.
"""

from __future__ import annotations

import functools
from pathlib import Path

import pytest

from grader import assignment as assignments
from grader import grade, misconceptions
from grader import submission as submissions
from grader.grading import open_grading
from grader.misconceptions import Misconception
from grader.model import CheckResult, Outcome, Suite
from grader.plugin import GradingPlugin
from grader.sandbox.base import Sandbox
from grader.sandbox.bubblewrap import Bubblewrap
from grader.sandbox.local import Local

COURSE = Path(__file__).parents[1]
SEED = 7
SLOW_CHECKS = "not learns_eight_digits and not reads_unseen_digits"
"""Left out: each of them trains, and test_specimens.py runs them."""

KNOWN = [
    pytest.param(slug, known, id=f"{slug}-{known.name}")
    for slug in assignments.slugs(COURSE)
    for known in misconceptions.load(COURSE / "solutions" / slug / "misconceptions.py").misconceptions
]


@functools.cache
def sides(slug: str) -> tuple[Sandbox, Sandbox]:
    """Return the two sandboxes of an assignment, shared by all tests."""
    packages = assignments.load(COURSE, slug).packages
    return Bubblewrap(packages), Local(packages)


@pytest.fixture(scope="module", autouse=True)
def _closed_sandboxes():
    """Prevent sandboxes from outliving this module."""
    yield
    for slug in assignments.slugs(COURSE):
        for sandbox in sides(slug):
            sandbox.close()


def hand_in(folder: Path, slug: str, known: Misconception) -> list[CheckResult]:
    """Grade the reference with one of its names replaced by a known mistake."""
    assignment = assignments.load(COURSE, slug)
    solution = COURSE / "solutions" / slug
    (folder / "right.py").write_bytes((solution / assignment.file).read_bytes())
    (folder / "mistakes.py").write_bytes((solution / "misconceptions.py").read_bytes())
    torch = "import torch\n" if assignment.modules else ""
    (folder / assignment.file).write_text(
        f"{torch}from right import *\nfrom mistakes import {known.name} as {known.replaces}\n"
    )
    sandbox, ours = sides(slug)
    submission = submissions.read(folder, assignment)
    grading = open_grading(assignment, submission, seed=SEED, device="cpu", sandbox=sandbox, ours=ours)
    plugin = GradingPlugin(grading)
    grade._run_pytest(assignment, Suite.ALL, plugin, "-k", SLOW_CHECKS)
    return plugin.results


@pytest.mark.slow
@pytest.mark.parametrize(("slug", "known"), KNOWN)
def test_known_mistake_loses_points_and_is_named(slug: str, known: Misconception, tmp_path: Path) -> None:
    """A known mistake fails a check, is named there, and no other mistake is named anywhere."""
    lost = [check for check in hand_in(tmp_path, slug, known) if check.outcome is not Outcome.PASSED]

    assert lost
    assert all(check.outcome is not Outcome.UNGRADED for check in lost), [check.feedback for check in lost]
    named = {check.feedback.misconception for check in lost if check.feedback is not None}
    assert named - {None} == {known.name}
