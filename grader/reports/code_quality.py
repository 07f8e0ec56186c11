"""
GitLab's Code Quality report: a JSON array of findings, one for each check to fix, shown in merge requests beside their lines.

Source: GitLab Docs, "Code Quality", "Code Quality report format".  A finding must name a file and a line: what is known of
neither stands at the first line of the graded file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from grader.model import CheckResult, ForbiddenEdit, GradedSubmission, Location, Outcome, Refused
from grader.reports import details
from grader.reports.escape import one_line
from grader.reports.repository import AT_THE_ROOT, Folders, path_of

_MAX_DESCRIPTION = 1_000
_Severity = Literal["info", "minor", "major", "critical", "blocker"]
_SEVERITIES: dict[Outcome, _Severity] = {
    Outcome.UNGRADED: "info",
    Outcome.FAILED: "major",
    Outcome.MISSING: "major",
}
"""Where nothing else is said, the code could not be judged by its answers: critical."""


class Lines(msgspec.Struct, frozen=True, kw_only=True):
    """Where a finding begins."""

    begin: int


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """Where a finding stands."""

    path: str
    """From the root of the repository."""
    lines: Lines


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the report."""

    description: str
    check_name: str
    fingerprint: str
    """The same for the same check of the same submission, wherever it fails: GitLab compares branches by it."""
    severity: _Severity
    location: Position


def encode(
    gradings: Iterable[GradedSubmission],
    refused: Iterable[Refused] = (),
    folders: Folders = AT_THE_ROOT,
    forbidden: Iterable[ForbiddenEdit] = (),
) -> bytes:
    """Write *gradings*, and what could not be read, as a report: UTF-8, indented, ending in a newline."""
    findings = [finding for graded in gradings for finding in _findings(graded, folders)]
    findings += map(_refused, refused)
    findings += map(_forbidden, forbidden)
    return msgspec.json.format(msgspec.json.encode(findings), indent=2) + b"\n"


def _findings(graded: GradedSubmission, folders: Folders) -> Iterator[Finding]:
    for check in graded.to_fix:
        yield Finding(
            description=_description(graded, check),
            check_name=one_line(check.name),
            fingerprint=_fingerprint(graded.assignment, graded.submission, check.name),
            severity=_severity(check),
            location=_position(graded, check, folders),
        )


def _refused(refused: Refused) -> Finding:
    return Finding(
        description=one_line(f"{refused.name}: {refused.why}", _MAX_DESCRIPTION),
        check_name="submission",
        fingerprint=_fingerprint("", refused.name, "submission"),
        severity="blocker",
        location=Position(path=one_line(refused.name), lines=Lines(begin=1)),
    )


def _forbidden(edit: ForbiddenEdit) -> Finding:
    return Finding(
        description=one_line(edit.why, _MAX_DESCRIPTION),
        check_name="edit",
        fingerprint=_fingerprint("", edit.path, "edit"),
        severity="blocker",
        location=Position(path=one_line(edit.path), lines=Lines(begin=1)),
    )


def _description(graded: GradedSubmission, check: CheckResult) -> str:
    said = details.in_a_sentence(check)
    title = f"{one_line(graded.submission)}: {check.title}"
    return one_line(title if said == check.title else f"{title} {said}", _MAX_DESCRIPTION)


def _severity(check: CheckResult) -> _Severity:
    return "minor" if check.earned else _SEVERITIES.get(check.outcome, "critical")


def _position(graded: GradedSubmission, check: CheckResult, folders: Folders) -> Position:
    location = check.location or Location(path=graded.graded_file or graded.submission)
    path = path_of(location, graded, folders)
    return Position(path=one_line(location.path) if path is None else path, lines=Lines(begin=location.line))


def _fingerprint(*names: str) -> str:
    return hashlib.sha256("\0".join(names).encode(errors="backslashreplace")).hexdigest()
