"""
What of a class is still to be graded: everything that no recorded grading answers for.

A recorded check counts as long as nothing that decides it has changed, and it was not left ungraded.  So after a crash only what
is missing is graded, and after a check was edited only that check.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from grader.classroom.gradebook.store import Gradebook, Grading
from grader.classroom.gradebook.values import Again, HandedIn, Recorded
from grader.download_names import upload_number
from grader.errors import UsageError
from grader.grading import Check, Fingerprint, GradingRequest, completed, content_key
from grader.model import GradedSubmission, Outcome, Submission

_FINE = (Outcome.PASSED, Outcome.SKIPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A submission of which something is to be graded, or to be recorded."""

    submission: Submission
    whose: tuple[HandedIn, ...]
    """Of each member of a group."""
    repeats: tuple[int, ...]
    """How many gradings of each there were with the key that this one will have."""
    checks: tuple[str, ...] = ()
    """All if there are none."""
    before: GradedSubmission | None = None
    """What is recorded; its other checks stay."""
    recorded: GradedSubmission | None = None
    """What was recorded last, also where all checks are run anew."""
    fingerprint: Fingerprint
    """Of the grading that comes out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is graded, and what is there."""

    tasks: tuple[Task, ...]
    there: tuple[GradedSubmission, ...]
    """Of those that nothing is graded of."""
    waiting: tuple[str, ...] = ()
    """Submissions of which nothing is recorded, where only what is recorded is graded anew."""
    noted: tuple[tuple[Recorded, HandedIn], ...] = ()
    """What is recorded, and of whom it is, or when it was handed in, as far as that is known now."""
    once_more: tuple[str, ...] = ()
    """Of these, submissions that were there before something else of their students, and are there again."""

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
    whose: Mapping[str, tuple[HandedIn, ...]],
    again: Again,
) -> Plan:
    """
    Return what of *submissions* is to be graded.

    Args:
        checks: All of the assignment, in its order.
        whose: Of whom each is, by its name; several for a group.

    Raises:
        UsageError: If there is no such check as *again* names, or a result cannot be read.
    """
    names = tuple(check.name for check in checks)
    unknown = next((name for name in again.checks if name not in names), None)
    if unknown is not None:
        raise UsageError(f"--only {unknown}: there is no such check; there are {', '.join(names)}")
    newest, repeats = book.newest(request.assignment.slug), book.repeats(request.assignment.slug)
    times = book.times(request.assignment.slug)
    once_more = _once_more(book, request.assignment.slug, submissions, whose)

    def rows(submission: Submission) -> list[Recorded | None]:
        found = [newest.get((one.student, content_key(submission))) for one in whose[submission.name]]
        return [None if one is None or one.refusal else one for one in found]

    def known(one: HandedIn, row: Recorded | None) -> HandedIn:
        """Return what is known of whom and of when, by the site now or by what was recorded and staff have entered."""
        if row is None or _says_more(one, row.handed_in, times[one.student, row.content]):
            return one
        return row.handed_in

    def task(submission: Submission, becomes: Fingerprint) -> Task:
        key, people = becomes.key(submission), whose[submission.name]
        counts = tuple(repeats.get((one.student, key), 0) for one in people)
        now = tuple(known(one, row) for one, row in zip(people, rows(submission), strict=True))
        return Task(submission=submission, whose=now, repeats=counts, fingerprint=becomes)

    found = {one.name: next(filter(None, rows(one)), None) for one in submissions}
    results = book.results([one.row for one in found.values() if one is not None])
    tasks: list[Task] = []
    there: list[GradedSubmission] = []
    waiting: list[str] = []
    noted: list[tuple[Recorded, HandedIn]] = []
    for submission in submissions:
        recorded, people = found[submission.name], whose[submission.name]
        if recorded is None:
            if again:
                waiting.append(submission.name)
            else:
                tasks.append(task(submission, fingerprint))
            continue
        before = replace(results[recorded.row], submission=submission.name)
        current = fingerprint.unchanged(recorded.common, recorded.checks)
        anew = frozenset(_anew(again, before, names, current))
        becomes = _after(fingerprint, recorded, current, anew)
        if anew:
            made = replace(task(submission, becomes), recorded=before)
            some = tuple(name for name in names if name in anew)
            tasks.append(made if len(some) == len(names) else replace(made, checks=some, before=before))
            continue
        there.append(before)
        noted += [
            (replace(recorded, submission=submission.name), known(one, row))
            for one, row in zip(people, rows(submission), strict=True)
            if row is None
            or known(one, row) != row.handed_in
            or upload_number(submission.name) > upload_number(row.submission)
            or (row.handed_in.at is None and (one.student, row.content) in once_more)
        ]
    again_there = {content for _student, content in once_more}
    names_once_more = [recorded.submission for recorded, _known in noted if recorded.content in again_there]
    return Plan(
        tasks=tuple(tasks),
        there=tuple(there),
        waiting=tuple(waiting),
        noted=tuple(noted),
        once_more=tuple(dict.fromkeys(names_once_more)),
    )


def _once_more(
    book: Gradebook, assignment: str, submissions: Sequence[Submission], whose: Mapping[str, tuple[HandedIn, ...]]
) -> frozenset[tuple[str, str]]:
    """
    Return student and content of what is there now, where something else of the student was recorded after it.

    Of several that are there at once, readable or not, nobody knows which is newest, and each run would take another one for it.
    """
    last = book.last(assignment)
    count = Counter(one.student for people in whose.values() for one in people)
    return frozenset(
        (one.student, content)
        for submission in submissions
        for one in whose[submission.name]
        if count[one.student] == 1 and one.student in last and last[one.student] != (content := content_key(submission))
    )


def _says_more(now: HandedIn, before: HandedIn, times: Collection[datetime | None]) -> bool:
    """
    Return whether something is known that was not.

    Who hands in the same work once more, and late, had it there in time: of several times the first one counts.

    Args:
        times: All that were ever recorded of this attempt: staff may have entered another one since a site has said it.
    """
    is_earlier = now.at is not None and all(time is None or now.at < time for time in times)
    return is_earlier or (now.late and not before.late and before.at is None)


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


def _after(fingerprint: Fingerprint, recorded: Recorded, current: frozenset[str], anew: frozenset[str]) -> Fingerprint:
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
    for one, repeat in zip(task.whose, task.repeats, strict=True):
        book.record(
            Grading(
                submission=task.submission,
                handed_in=one,
                graded=graded,
                fingerprint=task.fingerprint,
                repeat=repeat,
            )
        )
    return graded
