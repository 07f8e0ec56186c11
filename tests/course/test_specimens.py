"""
Every stored submission gets exactly the outcomes that it declares: the backbone of all checks.

`make test` grades a specimen for every kind of check, `grader audit` all of them (`make proof`); what they must get stands in
their `expected.toml` (`grader/authoring/specimens.py`).  The stub is one of them, and is made of the solution.
"""

from __future__ import annotations

import functools
from pathlib import Path

import pytest
from specimens import (
    COURSE,
    FEW,
    IN_SHORT,
    SLUGS,
    SPECIMENS,
    Specimen,
    exercises_of,
    gets_what_it_declares,
    kinds_of_checks,
    specimen,
)
from student_reports import tells_students_nothing_hidden

from grader import submission as submissions
from grader.authoring.audit.gradings import SEED, short_task
from grader.course import assignment as assignments
from grader.datasets.training_task import task_of
from grader.grading.batch import ClassRequest, grade_all
from grader.grading.grade import list_checks
from grader.grading.request import GradingRequest
from grader.model import GradedSubmission, Suite
from grader.sandbox import Bubblewrap, Local

LEARNING = {"cifar10_training": ("learns", "reads_unseen_images")}
"""Checks that train a network by the submission's loop for as long as it takes to learn."""
LONG = {"naive_convnet": ("training",), "cifar10_training": ("fit", "learning")}
"""Exercises whose checks take longer than all others."""


def learns_something(specimen: Specimen) -> bool:
    """Return whether all of the training counts: where all is right, and where something else is learnt, or nothing."""
    lost = specimen.expected.outcomes
    return specimen.slug not in LEARNING or not lost or any(name in lost for name in LEARNING[specimen.slug])


def asked_of(specimen: Specimen) -> tuple[str, ...]:
    """Return the exercises that it is graded in: of a wrong one, long ones only where it loses something in them."""
    exercises, lost = exercises_of(specimen.slug), specimen.expected.outcomes
    shown_by = {exercises[name] for name in lost}
    left_out = set(LONG.get(specimen.slug, ())) - shown_by if lost else set()
    return tuple(dict.fromkeys(one for one in exercises.values() if one not in left_out))


PARAMETERS = [
    pytest.param(one, id=f"{one.slug}-{one.folder.name}") for one in SPECIMENS if one.folder.name in IN_SHORT[one.slug]
]


@functools.cache
def graded(slug: str, exercises: tuple[str, ...], *, in_full: bool) -> dict[str, GradedSubmission]:
    """Grade those specimens of the short form as one class that are asked alike, with the reference once; by name."""
    specimens = [one for one in SPECIMENS if one.slug == slug and one.folder.name in IN_SHORT[slug]]
    paths = [one.folder for one in specimens if asked_of(one) == exercises and learns_something(one) == in_full]
    assignment = assignments.load(COURSE, slug)
    if in_full and exercises == everything(slug):
        paths.append(COURSE / "solutions" / slug / assignment.file)
    return grade(slug, paths, exercises, in_full=in_full)


def everything(slug: str) -> tuple[str, ...]:
    """Return all exercises of an assignment."""
    return tuple(dict.fromkeys(exercises_of(slug).values()))


def grade(slug: str, paths: list[Path], exercises: tuple[str, ...], *, in_full: bool) -> dict[str, GradedSubmission]:
    """Grade submissions as one class; by name."""
    assignment = assignments.load(COURSE, slug)
    task = task_of(assignment) if in_full else short_task(assignment)
    request = ClassRequest(
        grading=GradingRequest(assignment=assignment, seed=SEED, exercises=exercises, task=task),
        submission_sandbox=lambda: Bubblewrap(assignment.packages),
        reference_sandbox=lambda: Local(assignment.packages),
    )
    return {
        result.submission: result
        for result in grade_all(request, [submissions.read(path, assignment) for path in paths])
    }


@pytest.mark.slow
@pytest.mark.whole
@pytest.mark.usefixtures("needs_bubblewrap")
@pytest.mark.parametrize("specimen", PARAMETERS)
def test_specimen_gets_the_outcomes_it_declares(specimen: Specimen) -> None:
    """
    A specimen loses exactly the declared checks, in the declared way, with the declared hint; students are told nothing hidden.

    Those that lose other checks than those of learning train little, or not at all; `make audit` asks all of them everything.
    """
    asked = asked_of(specimen)
    result = graded(specimen.slug, asked, in_full=learns_something(specimen))[specimen.folder.name]

    assert {check.exercise for check in result.checks} == set(asked)
    gets_what_it_declares(specimen, result)
    tells_students_nothing_hidden(result)


@pytest.mark.audit
@pytest.mark.usefixtures("needs_bubblewrap")
@pytest.mark.parametrize("slug", SLUGS)
def test_all_specimens_that_are_asked_everything_get_what_they_declare(slug: str) -> None:
    """However long networks are trained, each loses what it declares and nothing else; students are told nothing hidden."""
    specimens = [one for one in SPECIMENS if one.slug == slug]

    of_its_class = grade(slug, [one.folder for one in specimens], everything(slug), in_full=True)

    for one in specimens:
        gets_what_it_declares(one, of_its_class[one.folder.name])
        tells_students_nothing_hidden(of_its_class[one.folder.name])


@pytest.mark.slow
@pytest.mark.whole
@pytest.mark.usefixtures("needs_bubblewrap")
@pytest.mark.parametrize("slug", SLUGS)
def test_reference_scores_everything(slug: str) -> None:
    """The reference solution, graded as a submission, gets every point."""
    score = graded(slug, everything(slug), in_full=True)[slug].score

    assert score.earned == score.possible > 0


@pytest.mark.slow
@pytest.mark.whole
@pytest.mark.usefixtures("needs_bubblewrap")
@pytest.mark.parametrize("slug", SLUGS)
def test_stub_scores_nothing(slug: str) -> None:
    """The stub as it is handed out gets no point."""
    assert graded(slug, everything(slug), in_full=True)["stub"].score.earned == 0


@pytest.mark.parametrize("slug", SLUGS)
def test_stub_specimen_is_the_stub_that_is_handed_out(slug: str) -> None:
    """The specimen called stub, which is made of the solution, is what students start from."""
    name = f"{slug}.py"
    handed_out = (COURSE / "assignments" / slug / name).read_bytes()

    assert (specimen(slug, "stub").folder / name).read_bytes() == handed_out


@pytest.mark.parametrize("slug", SLUGS)
def test_the_short_form_has_a_right_specimen_and_loses_checks_of_every_kind(slug: str) -> None:
    """What `make test` grades would show checks that pass everything, and checks that pass nothing."""
    kinds = kinds_of_checks(slug)
    short_form = [one.expected.outcomes for one in SPECIMENS if one.slug == slug and one.folder.name in IN_SHORT[slug]]

    assert {kinds[name] for lost in short_form if len(lost) <= FEW for name in lost} == {*kinds.values()}
    assert any(not lost for lost in short_form)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_check_has_a_wrong_specimen(slug: str) -> None:
    """Each check is lost by a specimen that loses few others: it catches what the rest would let through."""
    assignment = assignments.load(COURSE, slug)
    lost = [set(specimen.expected.outcomes) for specimen in SPECIMENS if specimen.slug == slug]
    most = len(list_checks(assignment, Suite.ALL)) // 2

    for check in list_checks(assignment, Suite.ALL):
        assert any(check.name in names and len(names) <= most for names in lost), check.name
