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
from enum import Enum

import pytest
from specimens import COURSE, IN_SHORT, SLUGS, SPECIMENS, Specimen, gets_what_it_declares, short

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


class Part(Enum):
    """Which specimens are graded together."""

    SHORT = "those that `make test` grades"
    REMAINING = "the others"


def part_of(specimen: Specimen) -> Part:
    """Return the part that a specimen belongs to."""
    return Part.SHORT if specimen.folder.name in IN_SHORT[specimen.slug] else Part.REMAINING


PARAMETERS = [
    pytest.param(
        one,
        marks=() if part_of(one) is Part.SHORT else pytest.mark.remaining,
        id=f"{one.slug}-{one.folder.name}",
    )
    for one in SPECIMENS
]


@functools.cache
def graded(slug: str, part: Part, *, something: bool, in_full: bool) -> dict[str, GradedSubmission]:
    """Grade the specimens of a part that learn something, or the others, as one class, with the reference once; by name."""
    assignment = assignments.load(COURSE, slug)
    specimens = [one for one in SPECIMENS if one.slug == slug and part_of(one) is part]
    paths = [one.folder for one in specimens if learns_something(one) == something]
    if something and part is Part.SHORT:
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
@pytest.mark.parametrize("specimen", PARAMETERS)
def test_specimen_gets_the_outcomes_it_declares(specimen: Specimen) -> None:
    """
    A specimen loses exactly the declared checks, in the declared way, with the declared hint.

    Those that lose other checks than those of learning train little, which saves a third of the time; `make audit` trains all.
    """
    full = learns_something(specimen)
    of_its_class = graded(specimen.slug, part_of(specimen), something=full, in_full=full)

    gets_what_it_declares(specimen, of_its_class[specimen.folder.name])


@pytest.mark.audit
@pytest.mark.usefixtures("needs_bubblewrap")
@pytest.mark.parametrize("part", Part)
@pytest.mark.parametrize("slug", LEARNING)
def test_specimens_that_train_in_full_get_the_same(slug: str, part: Part) -> None:
    """However long networks are trained, a specimen loses the checks that it declares."""
    of_its_class = graded(slug, part, something=False, in_full=True)

    for specimen in SPECIMENS:
        if specimen.slug == slug and specimen.folder.name in of_its_class:
            gets_what_it_declares(specimen, of_its_class[specimen.folder.name])


@pytest.mark.slow
@pytest.mark.usefixtures("needs_bubblewrap")
@pytest.mark.parametrize("slug", SLUGS)
def test_reference_scores_everything(slug: str) -> None:
    """The reference solution, graded as a submission, gets every point."""
    score = graded(slug, Part.SHORT, something=True, in_full=True)[slug].score

    assert score.earned == score.possible > 0


@pytest.mark.slow
@pytest.mark.usefixtures("needs_bubblewrap")
@pytest.mark.parametrize("slug", SLUGS)
def test_stub_scores_nothing(slug: str) -> None:
    """The stub as it is handed out gets no point."""
    assert graded(slug, Part.SHORT, something=True, in_full=True)["stub"].score.earned == 0


@pytest.mark.parametrize("slug", SLUGS)
def test_stub_specimen_is_the_stub_that_is_handed_out(slug: str) -> None:
    """The specimen called stub is a copy of what students start from."""
    name = f"{slug}.py"
    handed_out = (COURSE / "assignments" / slug / name).read_bytes()

    assert (COURSE / "solutions" / slug / "specimens" / "stub" / name).read_bytes() == handed_out


@pytest.mark.parametrize("slug", SLUGS)
def test_the_short_form_has_right_specimens_and_loses_every_check(slug: str) -> None:
    """What `make test` grades would show a check that passes everything, and one that passes nothing."""
    assignment = assignments.load(COURSE, slug)
    short_form = [one.expected.outcomes for one in SPECIMENS if one.slug == slug and part_of(one) is Part.SHORT]

    assert {name for lost in short_form for name in lost} == {
        check.name for check in list_checks(assignment, Suite.ALL)
    }
    assert sum(not lost for lost in short_form) >= 3


@pytest.mark.parametrize("slug", SLUGS)
def test_every_check_has_a_wrong_specimen(slug: str) -> None:
    """Each check is lost by a specimen that loses few others: it catches what the rest would let through."""
    assignment = assignments.load(COURSE, slug)
    lost = [set(specimen.expected.outcomes) for specimen in SPECIMENS if specimen.slug == slug]
    most = len(list_checks(assignment, Suite.ALL)) // 2

    for check in list_checks(assignment, Suite.ALL):
        assert any(check.name in names and len(names) <= most for names in lost), check.name
