"""Stored submissions of this course, what each of them declares to get, and those of them that `make test` grades."""

from __future__ import annotations

import functools
import tempfile
from dataclasses import dataclass
from pathlib import Path

from grader.authoring import STUB, Expected, specimens_of
from grader.authoring.audit import differences, nothing_written
from grader.course import assignment as assignments
from grader.grading import Check, list_checks
from grader.model import GradedSubmission, Suite

COURSE = Path(__file__).parents[1]
SLUGS = assignments.slugs(COURSE)
_SCRATCH = tempfile.TemporaryDirectory(prefix="grader-stubs-")
"""Where stubs are written, until this process ends."""


@functools.cache
def checks_of(slug: str) -> tuple[Check, ...]:
    """Return the checks of an assignment."""
    return list_checks(assignments.load(COURSE, slug), Suite.ALL)


def exercises_of(slug: str) -> dict[str, str]:
    """Return the exercise of each check."""
    return {check.name: check.exercise for check in checks_of(slug)}


@dataclass(frozen=True)
class Specimen:
    """A submission of which it is known what it gets."""

    slug: str
    folder: Path
    declared: Expected | None

    @property
    def expected(self) -> Expected:
        """Return what it declares; of the stub every check raises."""
        return self.declared or nothing_written(exercises_of(self.slug))


SPECIMENS = [
    Specimen(slug, one.path(Path(_SCRATCH.name) / slug), one.expected)
    for slug in SLUGS
    for one in specimens_of(assignments.load(COURSE, slug))
]


def specimen(slug: str, name: str) -> Specimen:
    """Return a specimen of an assignment."""
    (found,) = (one for one in SPECIMENS if (one.slug, one.folder.name) == (slug, name))
    return found


FEW = 5
"""Checks that a specimen of the short form loses at most, so that it is seen which of them catch it."""


def kinds_of_checks(slug: str) -> dict[str, str]:
    """Return of each check the file that it stands in: checks of one kind stand together."""
    return {check.name: check.file.name for check in checks_of(slug)}


def in_short(slug: str) -> frozenset[str]:
    """Return a few specimens that lose checks of every kind between them, a right one and the stub, by name."""
    kinds = kinds_of_checks(slug)
    declared = {one.folder.name: set(one.expected.outcomes) for one in SPECIMENS if one.slug == slug}
    right = [name for name, lost in declared.items() if not lost]
    telling = {name: {kinds[check] for check in lost} for name, lost in declared.items() if 0 < len(lost) <= FEW}
    chosen = [STUB, right[0]]
    not_lost = {*kinds.values()}
    while not_lost:
        chosen.append(max(telling, key=lambda name: (len(telling[name] & not_lost), -len(declared[name]))))
        not_lost -= telling[chosen[-1]]
    return frozenset(chosen)


IN_SHORT = {slug: in_short(slug) for slug in SLUGS}


def gets_what_it_declares(specimen: Specimen, graded: GradedSubmission) -> None:
    """Require that of the checks asked a specimen loses those that it declares, in the declared way, with the declared hint."""
    assert differences(specimen.expected, graded) == ()
