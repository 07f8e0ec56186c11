"""
What of a class is still to be graded: everything that no recorded grading answers for.

A recorded check counts as long as nothing that decides it has changed, and it was not left ungraded.  So after a crash only what
is missing is graded, and after a check was edited only that check.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from grader.classroom.gradebook.store import Gradebook, Grading
from grader.classroom.gradebook.values import HandedIn, Recorded
from grader.errors import UsageError
from grader.grading import Check, Fingerprint, GradingRequest, completed, content_key
from grader.model import GradedSubmission, Outcome, Submission

_FINE = (Outcome.PASSED, Outcome.SKIPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """What staff want graded anew, of what is recorded; without any of it, what is missing or has changed."""

    checks: tuple[str, ...] = ()
    failed: bool = False
    """Checks that did not pass."""
    ungraded: bool = False
    """Checks that something of ours left without a verdict."""

    def __bool__(self) -> bool:
        return bool(self.checks) or self.failed or self.ungraded


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A submission of which something is to be graded."""

    submission: Submission
    handed_in: HandedIn
    checks: tuple[str, ...] = ()
    """All if there are none."""
    before: GradedSubmission | None = None
    """What is recorded; its other checks stay."""
    fingerprint: Fingerprint
    """Of the grading that comes out."""
    repeat: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is graded, and what is there."""

    tasks: tuple[Task, ...]
    there: tuple[GradedSubmission, ...]
    """Of those that nothing is graded of."""
    waiting: tuple[str, ...] = ()
    """Submissions of which nothing is recorded, where only what is recorded is graded anew."""

    @property
    def checks(self) -> Mapping[str, tuple[str, ...]]:
        """Return the checks that single submissions are asked, by name."""
        return {task.submission.name: task.checks for task in self.tasks if task.checks}


def plan(
    book: Gradebook,
    request: GradingRequest,
    checks: Sequence[Check],
    fingerprint: Fingerprint,
    submissions: Sequence[Submission],
    handed_in: Mapping[str, HandedIn],
    again: Again,
) -> Plan:
    """
    Return what of *submissions* is to be graded.

    Args:
        checks: All of the assignment, in its order.
        handed_in: Of whom each is, by its name.

    Raises:
        UsageError: If there is no such check as *again* names, or a result cannot be read.
    """
    names = tuple(check.name for check in checks)
    unknown = next((name for name in again.checks if name not in names), None)
    if unknown is not None:
        raise UsageError(f"--only {unknown}: there is no such check; there are {', '.join(names)}")
    slug = request.assignment.slug
    newest, repeats = book.newest(slug), book.repeats(slug)
    found = {one.name: newest.get((handed_in[one.name].student, content_key(one))) for one in submissions}
    results = book.results([one.row for one in found.values() if one is not None and not one.refusal])
    tasks: list[Task] = []
    there: list[GradedSubmission] = []
    waiting: list[str] = []
    for submission in submissions:
        recorded = found[submission.name]
        whose = handed_in[submission.name]
        before = None if recorded is None else results.get(recorded.row)
        if recorded is None or before is None:
            if again:
                waiting.append(submission.name)
            else:
                repeat = repeats.get((whose.student, fingerprint.key(submission)), 0)
                tasks.append(Task(submission=submission, handed_in=whose, fingerprint=fingerprint, repeat=repeat))
            continue
        before = replace(before, submission=submission.name)
        current = fingerprint.unchanged(recorded.common, recorded.checks)
        anew = tuple(name for name in names if name in set(_anew(again, before, names, current)))
        if not anew:
            there.append(before)
            continue
        becomes = _after(fingerprint, recorded, current, anew)
        whole = len(anew) == len(names)
        tasks.append(
            Task(
                submission=submission,
                handed_in=whose,
                checks=() if whole else anew,
                before=None if whole else before,
                fingerprint=becomes,
                repeat=repeats.get((whose.student, becomes.key(submission)), 0),
            )
        )
    return Plan(tasks=tuple(tasks), there=tuple(there), waiting=tuple(waiting))


def _anew(again: Again, before: GradedSubmission, names: Sequence[str], current: frozenset[str]) -> Iterator[str]:
    """Yield the checks that are run anew."""
    outcomes = {check.name: check.outcome for check in before.checks}
    if not current:  # what all checks share has changed: old and new verdicts would stand side by side
        yield from names
        return
    yield from again.checks
    for name in names:
        outcome = outcomes.get(name, Outcome.UNGRADED)
        is_missing = outcome is Outcome.UNGRADED or name not in current
        if (again.failed and outcome not in _FINE) or (is_missing and (again.ungraded or not again)):
            yield name


def _after(fingerprint: Fingerprint, recorded: Recorded, current: frozenset[str], anew: Sequence[str]) -> Fingerprint:
    """Return what decides a grading of which *anew* was run now: the digests of its other checks stay those of their time."""
    digests = {
        name: digest if name in anew or name in current else recorded.checks.get(name, "")
        for name, digest in fingerprint.checks.items()
    }
    return replace(fingerprint, checks=digests)


def recorded_whole(
    book: Gradebook, request: GradingRequest, checks: Sequence[Check], task: Task, graded: GradedSubmission
) -> GradedSubmission:
    """Record the grading of a task, with the checks that were not run anew; returns it whole."""
    if task.before is not None:
        graded = completed(request, task.submission, task.before, graded, checks)
    book.record(
        Grading(
            submission=task.submission,
            handed_in=task.handed_in,
            graded=graded,
            fingerprint=task.fingerprint,
            repeat=task.repeat,
        )
    )
    return graded
