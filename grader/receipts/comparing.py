"""
What differs between the receipt of a grading and that of another one, in sentences.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from grader.receipts.receipt import CheckEntry, Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """What was one thing before and is another now; each is a sentence."""

    inputs: tuple[str, ...]
    """Of what decides verdicts: the submission, a check, the assignment, its solution, the grader, what computes."""
    outcomes: tuple[str, ...]
    """Of what came out: a check, the score."""
    elsewhere: tuple[str, ...]
    """Of where it ran, as far as that decides no verdict."""

    @property
    def is_same(self) -> bool:
        """Whether the same went in and the same came out, wherever it ran."""
        return not self.inputs and not self.outcomes


def differences(before: Receipt, now: Receipt) -> Differences:
    """Return what differs."""
    return Differences(
        inputs=tuple(_inputs(before, now)),
        outcomes=tuple(_outcomes(before, now)),
        elsewhere=tuple(
            f"{what}: {old}, now {new}"
            for what, old, new in (
                ("platform", before.ran_in.platform, now.ran_in.platform),
                ("sandbox", before.ran_in.sandbox, now.ran_in.sandbox),
                ("memory held by", before.ran_in.memory, now.ran_in.memory),
                ("processors", before.ran_in.threads, now.ran_in.threads),
            )
            if old != new
        ),
    )


def _inputs(before: Receipt, now: Receipt) -> Iterator[str]:
    if before.submission.sha256 != now.submission.sha256:
        yield f"the submission is another one: {_short(before.submission.sha256)}, now {_short(now.submission.sha256)}"
    if before.submission.extent != now.submission.extent:
        yield f"of the submission ran: {before.submission.extent.value}, now {now.submission.extent.value}"
    old, new = _checks(before), _checks(now)
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            yield f"check {name} is gone"
        elif name not in old:
            yield f"check {name} is new"
        elif old[name].sha256 != new[name].sha256:
            yield f"check {name}: its file was edited"
    if before.assignment_sha256 != now.assignment_sha256:
        yield "the assignment was edited: its settings, or a file that its checks use"
    if before.solution_sha256 != now.solution_sha256:
        yield (
            "the solution was edited"
            if before.solution_sha256 and now.solution_sha256
            else ("the solution is gone" if before.solution_sha256 else "there is a solution, and was none")
        )
    if before.grader.sha256 != now.grader.sha256:
        yield f"the grader is another one: {_of_grader(before)}, now {_of_grader(now)}"
    for name in sorted(before.versions.keys() | now.versions.keys()):
        was, has = before.versions.get(name, "unknown"), now.versions.get(name, "unknown")
        if was != has:
            yield f"{name}: {was}, now {has}"
    if before.device != now.device:
        yield f"device: {before.device}, now {now.device}"
    if before.data != now.data:
        yield f"data: {before.data or 'none'}, now {now.data or 'none'}"


def _outcomes(before: Receipt, now: Receipt) -> Iterator[str]:
    old, new = _checks(before), _checks(now)
    for name in (name for name in old if name in new):
        if _told(old[name]) != _told(new[name]):
            yield f"check {name}: {_told(old[name])}, now {_told(new[name])}"
    if before.score != now.score:
        yield (
            f"score: {before.score.earned} of {before.score.possible} points, "
            f"now {now.score.earned} of {now.score.possible} points"
        )


def _checks(receipt: Receipt) -> dict[str, CheckEntry]:
    return {check.name: check for check in receipt.checks}


def _told(check: CheckEntry) -> str:
    return f"{check.outcome.value}, {check.earned} of {check.points} points"


def _of_grader(receipt: Receipt) -> str:
    return f"{receipt.grader.version} ({_short(receipt.grader.sha256)})"


def _short(digest: str) -> str:
    return digest[:12]
