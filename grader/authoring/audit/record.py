"""
`solutions/<slug>/audit.json`: what an audit has found, and on what it rests.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

import grader
from grader.atomic_write import write_atomically
from grader.authoring.audit import fingerprint
from grader.authoring.audit.fingerprint import RECORD
from grader.authoring.specimens import Specimen
from grader.errors import AssignmentError
from grader.listed import listed
from grader.model import Assignment

VERSION = 1
_SHOWN_CHANGES = 4


class SpecimenRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A specimen that was graded."""

    hash: str
    held: bool
    earned: int


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How many mutants there were."""

    made: int
    """All that the operators make."""
    not_drawn: int = 0
    """Of these, such as nothing else was done with, where there are very many."""
    not_written: int
    """Of these, such as cannot be handed in: a table of layers that do not fit each other."""
    alike: int
    """Of these, such as another one stands for, which gives the same answers to all questions."""
    equivalent: int
    """Of these, such as give the answers of the reference to all questions, or count as right by `networks.py`."""
    questions: int
    """How many questions tell that; 0 where it is a network, or none can be asked."""
    tried: int
    """Of those that are left so many were graded: all, or drawn by the hash."""
    killed: int
    waived: int
    survived: int

    @property
    def different(self) -> int:
        """Return how many are left to be graded."""
        return self.made - self.not_drawn - self.not_written - self.alike - self.equivalent


class Survivor(msgspec.Struct, frozen=True, kw_only=True):
    """A mutant that got as much as the reference."""

    name: str
    what: str
    """What it does, after "a submission"."""
    diff: str
    checks: tuple[str, ...]
    """Checks of the exercises that ask for what it changes."""
    waived: str = ""
    """Why that is nothing to mind; empty where nobody says so."""


class Flakiness(msgspec.Struct, frozen=True, kw_only=True):
    """The reference, graded with several seeds and twice with each."""

    seeds: int
    lost: tuple[str, ...]
    """What it lost, one sentence each; must be empty."""


class CheckCost(msgspec.Struct, frozen=True, kw_only=True):
    """What a check takes, with the reference."""

    check: str
    points: int
    wall_seconds: float
    peak_bytes: int = 0
    """The most memory that one process had resident, with Python and packages; 0 where that is unknown."""


class AuditRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What an audit has found."""

    version: int = VERSION
    grader: str = grader.__version__
    assignment: str
    hash: str
    """Of everything below `hashes`."""
    hashes_of_assignment: dict[str, str]
    hashes_of_grader: dict[str, str]
    score: float
    mutants: dict[str, Counts]
    """By what they are mutants of."""
    survivors: tuple[Survivor, ...]
    killed: tuple[str, ...]
    """Some of the mutants that lose points, drawn by the hash: a short audit grades the first of them again."""
    troubles: tuple[str, ...] = ()
    """What must not be, of the reference, the stub and the specimens, one sentence each."""
    specimens: dict[str, SpecimenRecord]
    stub: int
    """What the stub earned."""
    idle: int
    """What a submission earned that defines all names and computes nothing."""
    idle_points: int
    """What a submission may earn that computes nothing right."""
    reference: int
    possible: int
    handout: str = ""
    """What the handout's table of points says otherwise than the checks; empty where they agree, or there is none."""
    mistakes: int = 0
    """Known mistakes that lose points and are named."""
    mistakes_missed: tuple[str, ...] = ()
    flakiness: Flakiness
    costs: tuple[CheckCost, ...] = ()

    @property
    def specimens_held(self) -> int:
        """Return how many specimens got exactly what they declare."""
        return sum(one.held for one in self.specimens.values())


def path_of(assignment: Assignment) -> Path:
    """
    Return where the record of an assignment lies.

    Raises:
        AssignmentError: If there is no solution to audit.
    """
    if assignment.solution is None:
        raise AssignmentError(
            f"{assignment.slug}: an audit needs solutions/{assignment.slug} in the course: the reference, the hidden checks and "
            "the specimens"
        )
    return assignment.solution / RECORD


def read(assignment: Assignment) -> AuditRecord | None:
    """
    Return the record of an assignment, or None where there is none.

    Raises:
        AssignmentError: If there is no solution, or what lies there is no record of this version.
    """
    path = path_of(assignment)
    try:
        return msgspec.json.decode(path.read_bytes(), type=AuditRecord)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise AssignmentError(
            f"{path}: not a record of an audit ({error}); `grader audit {assignment.slug}` writes it"
        ) from None


def write(assignment: Assignment, record: AuditRecord) -> None:
    """Write a record beside the solution."""
    text = msgspec.json.format(msgspec.json.encode(record), indent=2)
    write_atomically(path_of(assignment), text + b"\n")


def stale(assignment: Assignment, changed: tuple[str, ...]) -> str:
    """Say that an audit holds no longer, and what to do."""
    return (
        f"{path_of(assignment)} is stale: changed since are {listed(changed, _SHOWN_CHANGES)}; `grader audit {assignment.slug}` "
        "makes the audit anew"
    )


def troubles(record: AuditRecord, floor: float) -> tuple[str, ...]:
    """Return why an audit proves nothing, one sentence each; nothing where it does."""
    return tuple(_troubles(record, floor))


def _troubles(record: AuditRecord, floor: float) -> Iterator[str]:
    yield from record.troubles
    if record.score < floor:
        survived = sum(one.survived for one in record.mutants.values())
        what = "mutant survives" if survived == 1 else "mutants survive"
        yield f"score {record.score:.3f} is below the floor of {floor}: {survived} {what}"
    yield from (f"known mistake {missed}" for missed in record.mistakes_missed)
    yield from (f"flaky: {lost}" for lost in record.flakiness.lost)
    if record.handout:
        yield record.handout


def changes(record: AuditRecord, assignment: Assignment, specimens: tuple[Specimen, ...]) -> tuple[str, ...]:
    """Return what has changed of an assignment since its audit, in words; nothing where its results still hold."""
    return tuple(_changes(record, assignment, specimens))


def changes_of_grader(record: AuditRecord) -> tuple[str, ...]:
    """Return which parts of the grader have changed since an audit."""
    return tuple(f"grader/{name}" for name in _different(record.hashes_of_grader, fingerprint.of_grader()))


def _changes(record: AuditRecord, assignment: Assignment, specimens: tuple[Specimen, ...]) -> Iterator[str]:
    if record.version != VERSION:
        yield "the form of the record"
    yield from _different(record.hashes_of_assignment, fingerprint.of_assignment(assignment))
    before = {name: one.hash for name, one in record.specimens.items()}
    there = {one.name: fingerprint.of_specimen(one) for one in specimens}
    yield from (f"specimen {name}" for name in _different(before, there))


def _different(before: dict[str, str], now: dict[str, str]) -> list[str]:
    return [name for name in sorted({*before, *now}) if before.get(name) != now.get(name)]
