"""Stored submissions and what each of them declares to get."""

from __future__ import annotations

import functools
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from grader.authoring import STUB, Expected, specimens_of
from grader.course import assignment as assignments
from grader.datasets.training_task import Task
from grader.grading import list_checks
from grader.model import CheckResult, GradedSubmission, Outcome, Suite

COURSE = Path(__file__).parents[1]
SLUGS = assignments.slugs(COURSE)
_SCRATCH = tempfile.TemporaryDirectory(prefix="grader-stubs-")
"""Where stubs are written, until this process ends."""


@functools.cache
def exercises_of(slug: str) -> dict[str, str]:
    """Return the exercise of each check."""
    return {check.name: check.exercise for check in list_checks(assignments.load(COURSE, slug), Suite.ALL)}


@dataclass(frozen=True)
class Specimen:
    """A submission of which it is known what it gets."""

    slug: str
    folder: Path
    declared: Expected | None

    @property
    def expected(self) -> Expected:
        """Return what it declares; of the stub every check raises."""
        if self.declared is not None:
            return self.declared
        return Expected(why="Nothing is written yet.", outcomes=dict.fromkeys(exercises_of(self.slug), "raised"))


SPECIMENS = [
    Specimen(slug, one.path(Path(_SCRATCH.name) / slug), one.expected)
    for slug in SLUGS
    for one in specimens_of(assignments.load(COURSE, slug))
]


def specimen(slug: str, name: str) -> Specimen:
    """Return a specimen of an assignment."""
    (found,) = (one for one in SPECIMENS if (one.slug, one.folder.name) == (slug, name))
    return found


EVERY_NTH_RIGHT = 4
FEW = 5
"""Checks that a specimen of the short form loses at most, so that each of them is seen to catch something of its own."""


def in_short(slug: str) -> frozenset[str]:
    """Return a few specimens that lose every check between them, some right ones and the stub, by name."""
    declared = {one.folder.name: set(one.declared.outcomes) for one in SPECIMENS if one.slug == slug and one.declared}
    right = [name for name, lost in declared.items() if not lost]
    telling = {name: lost for name, lost in declared.items() if len(lost) <= FEW}
    chosen = [STUB, *right[::EVERY_NTH_RIGHT]]
    not_lost = set().union(*telling.values())
    while not_lost:
        chosen.append(max(telling, key=lambda name: (len(telling[name] & not_lost), -len(telling[name]))))
        not_lost -= telling[chosen[-1]]
    return frozenset(chosen)


IN_SHORT = {slug: in_short(slug) for slug in SLUGS}


def gets_what_it_declares(specimen: Specimen, graded: GradedSubmission) -> None:
    """Require that of the checks asked a specimen loses those that it declares, in the declared way, with the declared hint."""
    expected, checks = specimen.expected, graded.checks
    asked = {check.name for check in checks}
    omitted = {check.exercise for check in checks if check.outcome is Outcome.SKIPPED}
    assert omitted == set(expected.skipped)
    declared = {name: outcome for name, outcome in expected.outcomes.items() if name in asked}
    lost = {name: lost for name, lost in _lost(checks, omitted).items() if name not in expected.borderline}
    assert lost == declared, "\n".join(f"{check.name}: {check.feedback}" for check in checks)
    named = {check.name: check.feedback.misconception for check in checks if check.feedback is not None}
    assert {name: named[name] for name in expected.misconceptions if name in asked} == {
        name: misconception for name, misconception in expected.misconceptions.items() if name in asked
    }


def _lost(checks: tuple[CheckResult, ...], omitted: set[str]) -> dict[str, str]:
    wrong = [check for check in checks if check.outcome is not Outcome.PASSED and check.exercise not in omitted]
    return {check.name: check.outcome.value for check in wrong}


SHORT_AS_THEY_ARE = ("new_digits",)
"""Data whose images are small, and of which few are asked for."""


def short(task: Task | None) -> Task | None:
    """Return a task with few images and a threshold that little training reaches: the same is asked, with the same keys."""
    if task is None or task.source.name in SHORT_AS_THEY_ARE:
        return task
    threshold = replace(task.threshold, accuracy=0.05)
    training = replace(
        task.training, train=300, validation=60, held_out=200, epochs=2, thresholds={task.source.name: threshold}
    )
    return replace(task, training=training)
