"""
What a gradebook says of each student: attempts and decisions, for `policies` to make scores of.

An attempt is what was handed in, however often it was graded: its newest grading counts.  Where nobody knows when something was
handed in, the attempt that was graded last is the latest: who hands in A, then B, then A again has A.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from grader.classroom.gradebook.entries import Entry, Published
from grader.classroom.gradebook.store import Gradebook
from grader.classroom.gradebook.values import Recorded
from grader.classroom.policies import Attempt, CourseAccount, CoursePolicy, Record, accounts
from grader.download_names import upload_number
from grader.model import Assignment


@dataclass(frozen=True, slots=True, kw_only=True)
class Standings:
    """All students of a gradebook, and what each has."""

    records: Mapping[str, Mapping[str, Record]]
    """By student and assignment."""
    refusals: Mapping[tuple[str, str], str]
    """By student and assignment, why the last thing that was handed in could not be read."""

    def account(self, policy: CoursePolicy, student: str, now: datetime) -> CourseAccount:
        """Return what a student has, with every step of it."""
        return accounts(policy, student, self.records.get(student, {}), now)

    def told(self, policy: CoursePolicy, student: str, now: datetime) -> CourseAccount:
        """Return the same as the student may read it: without who has decided something, and why."""
        records = {slug: _without_reasons(record) for slug, record in self.records.get(student, {}).items()}
        return accounts(policy, student, records, now)


def standings_of(
    book: Gradebook,
    policy: CoursePolicy,
    assignments: Mapping[str, Assignment],
    students: Iterable[str] = (),
) -> Standings:
    """
    Return what is known of every student.

    Args:
        assignments: By slug, as far as they are there: what is graded by hand stands in them.
        students: Those of the roster, of whom there may be nothing.

    Raises:
        UsageError: If the gradebook cannot be used.
    """
    gradings: dict[tuple[str, str], list[Recorded]] = {}
    for recorded in book.history():
        gradings.setdefault((recorded.handed_in.student, recorded.assignment), []).append(recorded)
    entered: dict[tuple[str, str], list[Entry]] = {}
    for entry in book.entries():
        entered.setdefault((entry.student, entry.assignment), []).append(entry)
    worth = {one.assignment: _worth(one, policy) for every in gradings.values() for one in every if not one.refusal}
    people = {student for student, _slug in (*gradings, *entered) if student} | set(students)
    slugs = sorted({slug for _student, slug in (*gradings, *entered)})
    published = {
        slug for slug in slugs if any(isinstance(one.decision, Published) for one in entered.get(("", slug), ()))
    }
    return Standings(
        records={
            student: {
                slug: Record(
                    attempts=_attempts(gradings.get((student, slug), ()), assignments.get(slug)),
                    decisions=tuple(
                        one.decision
                        for one in entered.get((student, slug), ())
                        if not isinstance(one.decision, Published)
                    ),
                    is_published=slug in published,
                    possible=worth.get(slug, 0),
                )
                for slug in slugs
            }
            for student in sorted(people)
        },
        refusals={of: every[-1].refusal for of, every in gradings.items() if every[-1].refusal},
    )


def _without_reasons(record: Record) -> Record:
    return replace(record, decisions=tuple(replace(one, by="", reason="") for one in record.decisions))


def _worth(recorded: Recorded, policy: CoursePolicy) -> int:
    """Return how many points an assignment has, without extra credit."""
    extra = policy.of(recorded.assignment, "").extra_credit
    return sum(one.possible for one in recorded.score.exercises if one.counts and one.exercise not in extra)


def _attempts(gradings: Sequence[Recorded], assignment: Assignment | None) -> tuple[Attempt, ...]:
    """Return the attempts of one student in one assignment, the latest last."""
    rows: dict[str, list[Recorded]] = {}
    for recorded in gradings:
        if not recorded.refusal:
            rows.setdefault(recorded.content, []).append(recorded)
    uploads = {content: [upload_number(one.submission) for one in every] for content, every in rows.items()}
    if all(map(all, uploads.values())):  # Canvas tells no time, and one run grades several in no fixed order
        first = sorted(rows, key=lambda content: min(uploads[content]))
        last = sorted(rows, key=lambda content: max(uploads[content]))
    else:
        first = sorted(rows, key=lambda content: _when(rows[content][-1], rows[content][0]))
        last = sorted(rows, key=lambda content: _when(rows[content][-1], rows[content][-1]))
    numbers = {content: number for number, content in enumerate(first, start=1)}
    return tuple(
        _attempt(numbers[content], turn, rows[content][-1], assignment) for turn, content in enumerate(last, start=1)
    )


def _when(newest: Recorded, otherwise: Recorded) -> tuple[datetime, int]:
    """Return by what attempts are ordered: when they were handed in, as far as somebody knows it, else when they were graded."""
    return newest.handed_in.at or otherwise.graded_at, otherwise.row


def _attempt(number: int, turn: int, recorded: Recorded, assignment: Assignment | None) -> Attempt:
    rubrics = (
        {}
        if assignment is None
        else {one.name: tuple(item.item for item in one.rubric) for one in assignment.exercises}
    )
    pending = tuple(one.exercise for one in recorded.score.exercises if one.counts and one.pending)
    return Attempt(
        number=number,
        turn=turn,
        submission=recorded.submission,
        handed_in_at=recorded.handed_in.at,
        late=recorded.handed_in.late,
        score=recorded.score,
        pending=pending,
        rubric={name: rubrics[name] for name in pending if rubrics.get(name)},
        ungraded=recorded.ungraded,
        row=recorded.row,
    )
