"""
Which of Gradescope's containers an assignment needs, and what its limits are in the one that it got.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from grader.model import Assignment, GradedSubmission
from grader.protocol import Limits
from grader.sandbox import Quota, stretched

HARNESS_BYTES = 450 * 1024**2
"""What the harness, the process of the reference solution and a worker that has done nothing take together, as measured."""
_MIN_BYTES = 128 * 1024**2
"""What a worker is left at the least; below it not even torch's own buffers fit."""
_TOO_SMALL = "this container has too little memory: choose a larger one in Gradescope's settings and grade again"
_SHARE_FOR_WORKERS, _SHARE_FOR_ONE_CHECK = 0.7, 0.2
"""How much of Gradescope's timeout all workers together, and the last check, may take; the rest is the harness's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """A size that Gradescope offers."""

    processors: float
    memory_bytes: int

    def __str__(self) -> str:
        return f"{self.processors:g} CPU, {self.memory_bytes / 1024**3:g} GB RAM"

    @property
    def quota(self) -> Quota:
        """Return what it allows."""
        return Quota(processors=self.processors, memory_bytes=self.memory_bytes)


CONTAINERS = tuple(
    Container(processors=processors, memory_bytes=int(gigabytes * 1024**3))
    for processors, gigabytes in ((0.5, 0.75), (1.0, 1.5), (2.0, 3.0), (4.0, 6.0))
)
"""Smallest first; the first is what Gradescope takes where nobody chooses."""


def smallest_for(assignment: Assignment) -> Container | None:
    """Return the smallest container that *assignment* fits into; None where there is none."""
    needed = needed_bytes(assignment)
    return next((one for one in CONTAINERS if one.memory_bytes >= needed), None)


def needed_bytes(assignment: Assignment) -> int:
    """Return the memory that a grading needs: as measured, or else as much as the limits let a worker take."""
    if assignment.needs is not None:
        return assignment.needs.memory_bytes
    return HARNESS_BYTES + assignment.limits.memory_bytes


def needed_minutes(check_seconds: Iterable[float], container: Container) -> int:
    """
    Return the timeout with which every check can have the time that it sets for itself.

    Args:
        check_seconds: The limit of each check on a whole processor.
    """
    longest = max(check_seconds, default=0.0) / container.quota.share
    return -int(-longest // (_SHARE_FOR_ONE_CHECK * 60))


def limits_in(limits: Limits, quota: Quota, minutes: int) -> Limits:
    """
    Return *limits* as they are where *quota* holds: longer on a slow processor, and within the platform's own timeout and memory.

    Args:
        minutes: The platform's timeout, after which it takes no result.
    """
    longer = stretched(limits, quota)
    longest = min(longer.longest_seconds, minutes * 60 * _SHARE_FOR_ONE_CHECK)
    return replace(
        longer,
        longest_seconds=longest,
        check_seconds=min(longer.check_seconds, longest),
        request_seconds=min(longer.request_seconds, longest),
        submission_seconds=min(longer.submission_seconds, minutes * 60 * _SHARE_FOR_WORKERS),
        memory_bytes=min(limits.memory_bytes, _left_by_harness(limits, quota)),
    )


def _left_by_harness(limits: Limits, quota: Quota) -> int:
    if quota.memory_bytes is None:
        return limits.memory_bytes
    return max(quota.memory_bytes - HARNESS_BYTES, _MIN_BYTES)


def without_doubt(graded: GradedSubmission, assignment: Assignment, here: Quota, *, killed: bool) -> GradedSubmission:
    """
    Return *graded* with those checks ungraded that may have ended only because the container has so little memory.

    Args:
        here: What the container has.
        killed: Whether the kernel ended something.
    """
    from grader.grading import score, ungrade_doubtful  # pytest takes a second to import: not before the worker is warm

    small = here.memory_bytes is not None and here.memory_bytes < needed_bytes(assignment)
    checks = ungrade_doubtful(graded.checks, memory_is_short=small, kernel_killed=killed, advice=_TOO_SMALL)
    return replace(graded, checks=checks, score=score(checks, assignment.exercises))
