"""
Every stored submission gets exactly the outcomes that it declares: the backbone of all checks.

A specimen is a folder of files as a student would send them, and `expected.toml`:

    why = "one sentence: what this student did"
    skipped = ["vgg16"]     exercises of a choice that are left out
    borderline = ["reads_unseen_digits"]    so near its threshold that the rounding of a processor decides
    [outcomes]          every check that is not listed passes
    any_pool = "failed"
    [misconceptions]    the known mistake whose hint must be shown
    any_pool = "pool_rounds_up"

The stub is one of them, and is made of the solution.
"""

from __future__ import annotations

import functools
from enum import Enum
from pathlib import Path

import pytest
from specimens import (
    COURSE,
    IN_SHORT,
    SLUGS,
    SPECIMENS,
    Specimen,
    exercises_of,
    gets_what_it_declares,
    short,
    specimen,
)
from student_reports import tells_students_nothing_hidden

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
LONG = {"naive_convnet": ("training",), "cifar10_training": ("fit", "learning")}
"""Exercises whose checks take longer than all others."""


def learns_something(specimen: Specimen) -> bool:
    """Return whether all of the training counts: where all is right, and where something else is learnt, or nothing."""
    lost = specimen.expected.outcomes
    return specimen.slug not in LEARNING or not lost or any(name in lost for name in LEARNING[specimen.slug])


def asked_of(specimen: Specimen) -> tuple[str, ...]:
    """
    Return the exercises that it is graded in: of one that is wrong somewhere, long ones only where these alone show it.

    In the short form they are asked wherever it loses something.
    """
    exercises, lost = exercises_of(specimen.slug), specimen.expected.outcomes
    shown_by = {exercises[name] for name in lost}
    left_out = set(LONG.get(specimen.slug, ())) if lost else set()
    if part_of(specimen) is Part.SHORT or not shown_by - left_out:
        left_out -= shown_by
    return tuple(dict.fromkeys(one for one in exercises.values() if one not in left_out))


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
def graded(
    slug: str, part: Part, exercises: tuple[str, ...], *, something: bool, in_full: bool
) -> dict[str, GradedSubmission]:
    """Grade specimens of a part as one class, with the reference once: those that are asked alike; by name."""
    specimens = [one for one in SPECIMENS if one.slug == slug and part_of(one) is part and asked_of(one) == exercises]
    paths = [one.folder for one in specimens if learns_something(one) == something]
    assignment = assignments.load(COURSE, slug)
    if something and part is Part.SHORT and exercises == everything(slug):
        paths.append(COURSE / "solutions" / slug / assignment.file)
    return grade(slug, paths, exercises, in_full=in_full)


def everything(slug: str) -> tuple[str, ...]:
    """Return all exercises of an assignment."""
    return tuple(dict.fromkeys(exercises_of(slug).values()))


def grade(slug: str, paths: list[Path], exercises: tuple[str, ...], *, in_full: bool) -> dict[str, GradedSubmission]:
    """Grade submissions as one class; by name."""
    assignment = assignments.load(COURSE, slug)
    task = task_of(assignment)
    request = ClassRequest(
        grading=GradingRequest(
            assignment=assignment, seed=SEED, exercises=exercises, task=task if in_full else short(task)
        ),
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
    A specimen loses exactly the declared checks, in the declared way, with the declared hint; students are told nothing hidden.

    Those that lose other checks than those of learning train little, or not at all, which saves half of the time; `make audit`
    asks all of them everything.
    """
    full = learns_something(specimen)
    asked = asked_of(specimen)
    result = graded(specimen.slug, part_of(specimen), asked, something=full, in_full=full)[specimen.folder.name]

    assert {check.exercise for check in result.checks} == set(asked)
    gets_what_it_declares(specimen, result)
    tells_students_nothing_hidden(result)


@pytest.mark.audit
@pytest.mark.usefixtures("needs_bubblewrap")
@pytest.mark.parametrize("slug", LONG)
def test_specimens_that_are_asked_everything_get_the_same(slug: str) -> None:
    """However long networks are trained, a specimen loses the checks that it declares, and no other of any exercise."""
    specimens = [one for one in SPECIMENS if one.slug == slug]
    others = [one for one in specimens if not learns_something(one) or asked_of(one) != everything(slug)]

    of_its_class = grade(slug, [one.folder for one in others], everything(slug), in_full=True)

    for one in others:
        gets_what_it_declares(one, of_its_class[one.folder.name])


@pytest.mark.slow
@pytest.mark.usefixtures("needs_bubblewrap")
@pytest.mark.parametrize("slug", SLUGS)
def test_reference_scores_everything(slug: str) -> None:
    """The reference solution, graded as a submission, gets every point."""
    score = graded(slug, Part.SHORT, everything(slug), something=True, in_full=True)[slug].score

    assert score.earned == score.possible > 0


@pytest.mark.slow
@pytest.mark.usefixtures("needs_bubblewrap")
@pytest.mark.parametrize("slug", SLUGS)
def test_stub_scores_nothing(slug: str) -> None:
    """The stub as it is handed out gets no point."""
    assert graded(slug, Part.SHORT, everything(slug), something=True, in_full=True)["stub"].score.earned == 0


@pytest.mark.parametrize("slug", SLUGS)
def test_stub_specimen_is_the_stub_that_is_handed_out(slug: str) -> None:
    """The specimen called stub, which is made of the solution, is what students start from."""
    name = f"{slug}.py"
    handed_out = (COURSE / "assignments" / slug / name).read_bytes()

    assert (specimen(slug, "stub").folder / name).read_bytes() == handed_out


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
