"""
The submissions that are stored beside a solution, each with what it must get.

    solutions/<slug>/specimens/<name>/      the files of a submission, and expected.toml:

        why = "one sentence: what this student did"
        skipped = ["vgg16"]     exercises of a choice that are left out
        borderline = ["reads_unseen_digits"]    so near its threshold that the rounding of a processor decides
        [outcomes]          every check that is not listed passes
        any_pool = "failed"
        [misconceptions]    the known mistake whose hint must be shown
        any_pool = "pool_rounds_up"

The stub is one of them without being stored: it is made of the source, and must earn nothing; or what
`specimens/stub/expected.toml` declares, a folder without any other file.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from grader.authoring.source import source_of
from grader.course import toml_file
from grader.errors import AssignmentError
from grader.model import Assignment, Outcome

STUB = "stub"
"""The specimen that is made."""
_FILE = "expected.toml"
_OUTCOMES = tuple(one.value for one in Outcome if one not in (Outcome.PASSED, Outcome.UNGRADED, Outcome.PENDING))


class Expected(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What a specimen declares."""

    why: str
    """One sentence: what this student did."""
    skipped: tuple[str, ...] = ()
    """Exercises of a choice that are left out."""
    outcomes: dict[str, str] = {}
    """Every check that is not listed passes."""
    borderline: tuple[str, ...] = ()
    """Checks so near their threshold that the rounding of a processor decides."""
    misconceptions: dict[str, str] = {}
    """The mistake that must be named, by check."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Specimen:
    """A submission of which it is known what it gets."""

    name: str
    folder: Path
    expected: Expected | None
    """None of the stub where nothing is declared: it earns nothing."""
    made: str | None = None
    """The text of the stub, which is not stored."""
    file: str = ""
    """How the stub is called."""

    def path(self, scratch: Path) -> Path:
        """Return the folder to hand in; that of the stub is written into *scratch*."""
        if self.made is None:
            return self.folder
        folder = scratch / self.name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / self.file).write_text(self.made, encoding="utf-8")
        return folder


def specimens_of(assignment: Assignment) -> tuple[Specimen, ...]:
    """
    Return the specimens of an assignment, the stub among them, by name.

    Raises:
        AssignmentError: If one has no expected.toml, or a wrong one, or the stub is stored or cannot be made.
    """
    source = source_of(assignment)
    folders = source.path.parent / "specimens"
    stored = [_stored(folder) for folder in sorted(folders.glob("*/")) if folder.name not in (STUB, "__pycache__")]
    declared = folders / STUB
    stub = Specimen(
        name=STUB,
        folder=declared,
        expected=_expected(declared) if declared.is_dir() else None,
        made=source.stub,
        file=assignment.file,
    )
    if declared.is_dir() and (others := [one.name for one in declared.iterdir() if one.name != _FILE]):
        raise AssignmentError(f"{declared / min(others)}: the stub is made of {source.path}; delete this copy of it")
    return tuple(sorted((*stored, stub), key=lambda specimen: specimen.name))


def _stored(folder: Path) -> Specimen:
    expected = _expected(folder)
    if not any(path.name != _FILE for path in folder.iterdir()):
        raise AssignmentError(f"{folder}: holds no file of a submission beside {_FILE}")
    return Specimen(name=folder.name, folder=folder, expected=expected)


def _expected(folder: Path) -> Expected:
    path = folder / _FILE
    if not path.is_file():
        raise AssignmentError(
            f'{path}: no such file, and every specimen has one; write `why = "…"`, and under [outcomes] each check that '
            "does not pass"
        )
    expected = toml_file.read(path, Expected)
    for check, outcome in expected.outcomes.items():
        if outcome not in _OUTCOMES:
            raise AssignmentError(f"{path}: outcomes.{check} must be one of {', '.join(_OUTCOMES)}, got {outcome!r}")
    return expected
