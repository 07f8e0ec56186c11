"""Stored submissions and what each of them declares to get."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from grader.course import assignment as assignments
from grader.datasets.training_task import Task
from grader.model import CheckResult, GradedSubmission, Outcome

COURSE = Path(__file__).parents[1]
SLUGS = assignments.slugs(COURSE)


class Expected(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What a specimen declares."""

    why: str
    skipped: tuple[str, ...] = ()
    outcomes: dict[str, str] = {}
    borderline: tuple[str, ...] = ()
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


def specimen(slug: str, name: str) -> Specimen:
    """Return a specimen of an assignment."""
    return Specimen(slug, COURSE / "solutions" / slug / "specimens" / name)


SPECIMENS = [
    Specimen(slug, path.parent)
    for slug in SLUGS
    for path in sorted((COURSE / "solutions" / slug / "specimens").glob("*/expected.toml"))
]


EVERY_NTH_RIGHT = 4


def in_short(slug: str) -> frozenset[str]:
    """Return a few specimens that lose every check between them, some right ones and the stub, by name."""
    declared = {one.folder.name: one.expected.outcomes for one in SPECIMENS if one.slug == slug}
    right = [name for name, lost in declared.items() if not lost]
    checks = {check for lost in declared.values() for check in lost}
    alone = {
        min((name for name in declared if check in declared[name]), key=lambda it: len(declared[it]))
        for check in checks
    }
    return frozenset({"stub", *alone, *right[::EVERY_NTH_RIGHT]})


IN_SHORT = {slug: in_short(slug) for slug in SLUGS}


def gets_what_it_declares(specimen: Specimen, graded: GradedSubmission) -> None:
    """Require that a specimen loses exactly the declared checks, in the declared way, with the declared hint."""
    expected, checks = specimen.expected, graded.checks
    omitted = {check.exercise for check in checks if check.outcome is Outcome.SKIPPED}
    assert omitted == set(expected.skipped)
    lost = {name: lost for name, lost in _lost(checks, omitted).items() if name not in expected.borderline}
    assert lost == expected.outcomes, "\n".join(f"{check.name}: {check.feedback}" for check in checks)
    named = {check.name: check.feedback.misconception for check in checks if check.feedback is not None}
    assert {name: named[name] for name in expected.misconceptions} == expected.misconceptions


def _lost(checks: tuple[CheckResult, ...], omitted: set[str]) -> dict[str, str]:
    wrong = [check for check in checks if check.outcome is not Outcome.PASSED and check.exercise not in omitted]
    return {check.name: check.outcome.value for check in wrong}


def short(task: Task | None) -> Task | None:
    """Return a task with few images and a threshold that little training reaches: the same is asked, with the same keys."""
    if task is None:
        return None
    threshold = replace(task.threshold, accuracy=0.05)
    training = replace(
        task.training, train=300, validation=60, held_out=200, epochs=2, thresholds={task.source.name: threshold}
    )
    return replace(task, training=training)
