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

import pytest
from specimens import COURSE, SLUGS, SPECIMENS, Specimen, gets_what_it_declares, short

from grader import submission as submissions
from grader.course import assignment as assignments
from grader.datasets.training_task import task_of
from grader.grading.batch import ClassRequest, grade_all
from grader.grading.grade import list_checks
from grader.grading.request import GradingRequest
from grader.model import GradedSubmission, Suite
from grader.sandbox import Bubblewrap, Local

SEED = "1"
LEARNING = {"cifar10_training": ("learns", "reads_unseen_images")}
"""Checks that train a network by the submission's loop for as long as it takes to learn."""


def learns_something(specimen: Specimen) -> bool:
    """Return whether all of the training counts: where all is right, and where something else is learnt, or nothing."""
    lost = specimen.expected.outcomes
    return specimen.slug not in LEARNING or not lost or any(name in lost for name in LEARNING[specimen.slug])


def those_that_learn(slug: str, *, something: bool) -> tuple[Specimen, ...]:
    """Return the specimens of an assignment of one of the two kinds."""
    return tuple(one for one in SPECIMENS if one.slug == slug and learns_something(one) == something)


@functools.cache
def graded(slug: str, *, something: bool, in_full: bool) -> dict[str, GradedSubmission]:
    """Grade the specimens of an assignment that learn something, with its reference, or the others as one class; by name."""
    assignment = assignments.load(COURSE, slug)
    paths = [specimen.folder for specimen in those_that_learn(slug, something=something)]
    if something:
        paths.append(COURSE / "solutions" / slug / assignment.file)
    task = task_of(assignment)
    request = ClassRequest(
        grading=GradingRequest(assignment=assignment, seed=SEED, task=task if in_full else short(task)),
        submission_sandbox=lambda: Bubblewrap(assignment.packages),
        reference_sandbox=lambda: Local(assignment.packages),
    )
    return {
        result.submission: result
        for result in grade_all(request, [submissions.read(path, assignment) for path in paths])
    }


@pytest.mark.slow
@pytest.mark.usefixtures("needs_bubblewrap")
@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda specimen: f"{specimen.slug}-{specimen.folder.name}")
def test_specimen_gets_the_outcomes_it_declares(specimen: Specimen) -> None:
    """
    A specimen loses exactly the declared checks, in the declared way, with the declared hint.

    Those that lose other checks than those of learning train little, which saves a third of the time; `make audit` trains all.
    """
    full = learns_something(specimen)

    gets_what_it_declares(specimen, graded(specimen.slug, something=full, in_full=full)[specimen.folder.name])


@pytest.mark.audit
@pytest.mark.usefixtures("needs_bubblewrap")
@pytest.mark.parametrize("slug", LEARNING)
def test_specimens_that_train_in_full_get_the_same(slug: str) -> None:
    """However long networks are trained, a specimen loses the checks that it declares."""
    for specimen in those_that_learn(slug, something=False):
        gets_what_it_declares(specimen, graded(slug, something=False, in_full=True)[specimen.folder.name])


@pytest.mark.slow
@pytest.mark.usefixtures("needs_bubblewrap")
@pytest.mark.parametrize("slug", SLUGS)
def test_reference_scores_everything(slug: str) -> None:
    """The reference solution, graded as a submission, gets every point."""
    score = graded(slug, something=True, in_full=True)[slug].score

    assert score.earned == score.possible > 0


@pytest.mark.slow
@pytest.mark.usefixtures("needs_bubblewrap")
@pytest.mark.parametrize("slug", SLUGS)
def test_stub_scores_nothing(slug: str) -> None:
    """The stub as it is handed out gets no point."""
    assert graded(slug, something=True, in_full=True)["stub"].score.earned == 0


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
