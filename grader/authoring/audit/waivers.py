"""
`solutions/<slug>/waivers.toml`: mutants that may survive, each with a reason.

    [[waivers]]
    mutant = "square/off_by_one-3f2a91"
    reason = "the handout says that nobody asks for 0"
"""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from grader.authoring.audit.fingerprint import WAIVERS
from grader.course import toml_file
from grader.errors import AssignmentError
from grader.model import Assignment


class Waiver(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A mutant that may survive."""

    mutant: str
    reason: str


class _File(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    waivers: tuple[Waiver, ...] = ()


def load(assignment: Assignment) -> dict[str, str]:
    """
    Return why each mutant may survive, by its name; nothing where there is no such file.

    Raises:
        AssignmentError: If the file is wrong, or a reason is empty.
    """
    assert assignment.solution is not None
    path = assignment.solution / WAIVERS
    if not path.is_file():
        return {}
    found: dict[str, str] = {}
    for waiver in toml_file.read(path, _File).waivers:
        if not waiver.reason.strip():
            raise AssignmentError(f"{path}: the waiver of {waiver.mutant} has no reason; say why it may survive")
        if waiver.mutant in found:
            raise AssignmentError(f"{path}: {waiver.mutant} is waived twice")
        found[waiver.mutant] = waiver.reason.strip()
    return found


def refuse_idle(
    assignment: Assignment, waived: Collection[str], survivors: Collection[str], not_tried: Collection[str]
) -> None:
    """
    Refuse waivers that waive nothing; one of a mutant that was not drawn this time may stand.

    Raises:
        AssignmentError: If there is one.
    """
    assert assignment.solution is not None
    for name in waived:
        if name not in survivors and name not in not_tried:
            raise AssignmentError(
                f"{assignment.solution / WAIVERS}: {name} is waived, and no such mutant survives: take the waiver out"
            )
