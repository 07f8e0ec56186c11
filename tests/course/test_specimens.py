"""
Every stored submission gets exactly the outcomes that it declares: the backbone of all checks.

A specimen is a folder of files as a student would send them, and `expected.toml`:

    why = "one sentence: what this student did"
    skipped = ["vgg16"]     exercises of a choice that are left out
    [outcomes]          every check that is not listed passes
    any_pool = "failed"
    [misconceptions]    the known mistake whose hint must be shown
    any_pool = "pool_rounds_up"
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from grader import submission as submissions
from grader.course import assignment as assignments
from grader.grading.batch import ClassRequest, grade_all
from grader.grading.grade import list_checks
from grader.grading.request import GradingRequest
from grader.model import GradedSubmission, Outcome, Suite
from grader.sandbox import Bubblewrap, Local

COURSE = Path(__file__).parents[2]
SLUGS = assignments.slugs(COURSE)
SEED = "1"


class Expected(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What a specimen declares."""

    why: str
    skipped: tuple[str, ...] = ()
    outcomes: dict[str, str] = {}
    misconceptions: dict[str, str] = {}


@dataclass(frozen=True)
class Specimen:
    """A stored submission."""

    slug: str
    folder: Path

    @property
    def expected(self) -> Expected:
        """Return what it declares."""
        return msgspec.toml.decode((self.folder / "expected.toml").read_bytes(), type=Expected)


SPECIMENS = [
    Specimen(slug, path.parent)
    for slug in SLUGS
    for path in sorted((COURSE / "solutions" / slug / "specimens").glob("*/expected.toml"))
]


Graded = Callable[[str], dict[str, GradedSubmission]]


def grade_specimens(slug: str) -> dict[str, GradedSubmission]:
    """Grade all specimens of an assignment and its reference as one class; by name."""
    assignment = assignments.load(COURSE, slug)
    paths = [specimen.folder for specimen in SPECIMENS if specimen.slug == slug]
    staged = [submissions.read(path, assignment) for path in (*paths, COURSE / "solutions" / slug / assignment.file)]
    request = ClassRequest(
        grading=GradingRequest(assignment=assignment, seed=SEED),
        submission_sandbox=lambda: Bubblewrap(assignment.packages),
        reference_sandbox=lambda: Local(assignment.packages),
    )
    return {result.submission: result for result in grade_all(request, staged)}


@pytest.fixture(scope="module")
def graded(needs_bubblewrap: None) -> Graded:
    """Grade the specimens of an assignment, once for all tests."""
    return functools.cache(grade_specimens)


@pytest.mark.slow
@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda specimen: f"{specimen.slug}-{specimen.folder.name}")
def test_specimen_gets_the_outcomes_it_declares(specimen: Specimen, graded: Graded) -> None:
    """A specimen loses exactly the declared checks, in the declared way, with the declared hint."""
    expected = specimen.expected
    checks = graded(specimen.slug)[specimen.folder.name].checks

    omitted = {check.exercise for check in checks if check.outcome is Outcome.SKIPPED}
    assert omitted == set(expected.skipped)
    wrong = [check for check in checks if check.outcome is not Outcome.PASSED and check.exercise not in omitted]
    outcomes = {check.name: check.outcome.value for check in wrong}
    assert outcomes == expected.outcomes, "\n".join(f"{check.name}: {check.feedback}" for check in checks)
    named = {check.name: check.feedback.misconception for check in checks if check.feedback is not None}
    assert {name: named[name] for name in expected.misconceptions} == expected.misconceptions


@pytest.mark.slow
@pytest.mark.parametrize("slug", SLUGS)
def test_reference_scores_everything(slug: str, graded: Graded) -> None:
    """The reference solution, graded as a submission, gets every point."""
    score = graded(slug)[slug].score

    assert score.earned == score.possible > 0


@pytest.mark.slow
@pytest.mark.parametrize("slug", SLUGS)
def test_stub_scores_nothing(slug: str, graded: Graded) -> None:
    """The stub as it is handed out gets no point."""
    assert graded(slug)["stub"].score.earned == 0


@pytest.mark.parametrize("slug", SLUGS)
def test_stub_specimen_is_the_stub_that_is_handed_out(slug: str) -> None:
    """The specimen called stub is a copy of what students start from."""
    name = f"{slug}.py"
    handed_out = (COURSE / "assignments" / slug / name).read_bytes()

    assert (COURSE / "solutions" / slug / "specimens" / "stub" / name).read_bytes() == handed_out


@pytest.mark.parametrize("slug", SLUGS)
def test_every_check_has_a_wrong_specimen(slug: str) -> None:
    """Each check is lost by a specimen that loses few others: it catches what the rest would let through."""
    assignment = assignments.load(COURSE, slug)
    lost = [set(specimen.expected.outcomes) for specimen in SPECIMENS if specimen.slug == slug]
    most = len(list_checks(assignment, Suite.ALL)) // 2

    for check in list_checks(assignment, Suite.ALL):
        assert any(check.name in names and len(names) <= most for names in lost), check.name
