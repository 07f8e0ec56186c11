"""
What a receipt holds: digests of all that went into one grading, the seed that repeats it, and what each check gave.

There are no texts in it: nothing that the submission printed or said, and no feedback.  It holds the seed, from which every
question follows, so it is for staff.  A receipt may come from anywhere, so what is read is bounded and typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from grader.bounded_read import read_bounded
from grader.errors import UsageError
from grader.grading import Check, GradingRequest, inputs
from grader.keys import checked_secret
from grader.model import Extent, GradedSubmission, Outcome, Submission, Suite

KIND, VERSION = "grader receipt", 1
_MAX_BYTES = 1024**2

Text = Annotated[str, Meta(max_length=500)]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Count = Annotated[int, Meta(ge=0, le=1_000_000)]


class SubmissionEntry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What was graded."""

    name: Text
    sha256: Digest
    """Of all paths and contents."""
    extent: Extent


class GraderEntry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What graded it."""

    version: Text
    sha256: Digest
    """Of its source, as far as it decides verdicts."""


class CheckEntry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One check, and what it gave."""

    name: Name
    sha256: Digest | None
    """Of the file that it is written in; null for an item of a rubric, which stands in the settings of the assignment."""
    outcome: Outcome
    earned: Count
    points: Count


class ScoreEntry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Points of the whole submission."""

    earned: Count
    possible: Count


class RanIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where it ran, as far as that decides no verdict."""

    platform: Text
    sandbox: Text
    memory: Text
    """What held the memory of all processes together."""
    threads: Annotated[int, Meta(ge=1, le=4096)]


class Receipt(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole file."""

    kind: Text = KIND
    version: int = VERSION
    written: Annotated[datetime, Meta(tz=True)]
    assignment: Name
    seed: Annotated[str, Meta(min_length=1, max_length=200)]
    """The secret that every question followed from."""
    suite: Suite
    device: Name
    data: Name | None
    """Name of the data that networks were trained on."""
    submission: SubmissionEntry
    grader: GraderEntry
    assignment_sha256: Digest
    """Of its files, but for those of checks."""
    solution_sha256: Digest | None
    """Likewise; null where there was none."""
    versions: Annotated[dict[Name, Text], Meta(max_length=50)]
    """Of what computes, by its name."""
    ran_in: RanIn
    score: ScoreEntry
    checks: Annotated[tuple[CheckEntry, ...], Meta(max_length=1000)]


class _Kind(Struct, frozen=True):
    """What tells a receipt from other files, and its versions apart."""

    kind: str
    version: int


_kind = msgspec.json.Decoder(_Kind)
_receipt = msgspec.json.Decoder(Receipt)


def receipt_of(
    request: GradingRequest, checks: Sequence[Check], submission: Submission, graded: GradedSubmission
) -> Receipt:
    """
    Return the receipt of one grading.

    Args:
        checks: All of the assignment.

    Raises:
        OSError: If a file of the course cannot be read.
    """
    decides, environment = inputs(request, checks), graded.environment
    return Receipt(
        written=datetime.now(UTC).replace(microsecond=0),
        assignment=graded.assignment,
        seed=request.seed,
        suite=request.suite,
        device=request.device,
        data=environment.data,
        submission=SubmissionEntry(name=graded.submission, sha256=submission.sha256, extent=submission.extent),
        grader=GraderEntry(version=environment.grader, sha256=decides.grader),
        assignment_sha256=decides.assignment,
        solution_sha256=decides.solution,
        versions=dict(decides.versions),
        ran_in=RanIn(
            platform=environment.platform,
            sandbox=environment.sandbox,
            memory=environment.memory,
            threads=environment.threads,
        ),
        score=ScoreEntry(earned=graded.score.earned, possible=graded.score.possible),
        checks=tuple(
            CheckEntry(
                name=check.name,
                sha256=decides.checks.get(check.name),
                outcome=check.outcome,
                earned=check.earned,
                points=check.points,
            )
            for check in graded.checks
        ),
    )


def encode(receipt: Receipt) -> bytes:
    """Return a receipt as JSON, for people to read as well."""
    return msgspec.json.format(msgspec.json.encode(receipt)) + b"\n"


def read(path: Path) -> tuple[Receipt, bytes]:
    """
    Return the receipt in a file, and the bytes that it was read from, which are what is signed.

    Raises:
        UsageError: If the file cannot be read, or holds no receipt.
    """
    content = read_bounded(path, _MAX_BYTES, "receipt")
    return decode(content, path), content


def decode(content: bytes, path: Path) -> Receipt:
    """Return the receipt in the *content* of a file; raises UsageError as `read` does."""
    try:
        kind = _kind.decode(content)
        if kind.kind != KIND:
            raise UsageError(f"{path}: this is no receipt: its `kind` is {kind.kind[:40]!r}, and not {KIND!r}")
        if kind.version != VERSION:
            raise UsageError(f"{path}: a receipt of version {kind.version}, and this grader reads version {VERSION}")
        found = _receipt.decode(content)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise UsageError(f"{path}: this is no receipt: {error}") from None
    try:
        checked_secret(found.seed)
    except UsageError as error:
        raise UsageError(f"{path}: this is no receipt: {error}") from None
    names = [check.name for check in found.checks]
    if len(set(names)) < len(names):
        raise UsageError(f"{path}: this is no receipt: it names a check twice")
    return found
