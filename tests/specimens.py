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
FEW = 5
"""Checks that a specimen of the short form loses at most, so that each of them is seen to catch something of its own."""


def in_short(slug: str) -> frozenset[str]:
    """Return a few specimens that lose every check between them, some right ones and the stub, by name."""
    declared = {one.folder.name: set(one.expected.outcomes) for one in SPECIMENS if one.slug == slug}
    right = [name for name, lost in declared.items() if not lost]
    telling = {name: lost for name, lost in declared.items() if len(lost) <= FEW}
    chosen = ["stub", *right[::EVERY_NTH_RIGHT]]
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


def short(task: Task | None) -> Task | None:
    """Return a task with few images and a threshold that little training reaches: the same is asked, with the same keys."""
    if task is None:
        return None
    threshold = replace(task.threshold, accuracy=0.05)
    training = replace(
        task.training, train=300, validation=60, held_out=200, epochs=2, thresholds={task.source.name: threshold}
    )
    return replace(task, training=training)
