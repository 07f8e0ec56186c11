"""
A gradebook: gradings and decisions, to which rows are only added, one transaction each.

    open, close            a file or a database; made or upgraded where that is allowed
    check_course           whether it is of this course; name_course: that it is
    seed_of                the class's own secret
    record, refuse         a grading, or why there is none
    newest, last, history  what was recorded
    enter, entries         what staff have decided
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import msgspec
from sqlalchemy import Engine, Row, Select, func, insert, select
from sqlalchemy.exc import IntegrityError

from grader.classroom.gradebook.database import engine_of, shown, told, url_of
from grader.classroom.gradebook.entries import Entry, Published, decode, encode
from grader.classroom.gradebook.tables import courses, decisions, gradings, seeds
from grader.classroom.gradebook.upgrading import upgrade
from grader.classroom.gradebook.values import HandedIn, Recorded
from grader.classroom.policies import Decision
from grader.errors import UsageError
from grader.grading import Fingerprint, content_key
from grader.model import GradedSubmission, Refused, Score, Submission
from grader.protocol import sendable
from grader.reports import results_json, stored_results

_MAX_BYTES = 64 * 1024**2
"""Of one result, unpacked."""
_NO_POINTS = Score(earned=0, possible=0, exercises=())
_scores = msgspec.json.Decoder(Score)
_digests = msgspec.json.Decoder(dict[str, str])
_WITHOUT_RESULT = [column for column in gradings.c if column.name != "result"]
_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Grading:
    """What is to be recorded of one grading."""

    submission: Submission
    handed_in: HandedIn
    graded: GradedSubmission
    fingerprint: Fingerprint
    repeat: int = 0
    """How many gradings with this very key there were before."""


class Gradebook:
    """An open gradebook; a context manager that closes it."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self.name = name
        """As a sentence calls it."""

    @classmethod
    def open(cls, where: str, *, make: bool = False) -> Self:
        """
        Open the gradebook at *where*, a path or a URL, and bring it to this version.

        Args:
            make: Whether one that is not there is made.

        Raises:
            UsageError: If it is none, or cannot be opened.
        """
        url = url_of(where)
        name = shown(url)
        engine = engine_of(url, make=make)
        with told(name), engine.begin() as connection:
            upgrade(connection, name)
        return cls(engine, name)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._engine.dispose()

    # --- its course ---------------------------------------------------------------------------------------------------

    def check_course(self, title: str, assignments: Mapping[str, str] | None = None) -> None:
        """
        Refuse another course than the one that this gradebook is of; the first one with a title takes it.

        Args:
            assignments: Titles of all that the course has, by name, or empty where one is not known: until a title is there,
                gradings of others tell that the gradebook is of another course.

        Raises:
            UsageError: If course.toml has another title: assignments of two courses may have one name.
        """
        with told(self.name), self._reading() as connection:
            known = connection.scalar(select(courses.c.title).order_by(courses.c.id.desc()).limit(1))
        if known is None and assignments is not None:
            self._refuse_gradings_of_others(title, assignments)
        if known is None and title:
            self.name_course(title)
        elif known not in (None, title):
            this = f"{title!r}" if title else "one without a title"
            raise UsageError(
                f"{self.name}: this gradebook is of the course {known!r}, and the course here is {this} (`title` of "
                "course.toml): give each course a gradebook of its own; if the same one has got another title, "
                "`grader gradebook rename` says so"
            )

    def _refuse_gradings_of_others(self, title: str, assignments: Mapping[str, str]) -> None:
        last = select(func.max(gradings.c.id)).where(gradings.c.result.is_not(None)).group_by(gradings.c.assignment)
        query = select(gradings.c.id, gradings.c.assignment, gradings.c.result).where(gradings.c.id.in_(last))
        with told(self.name), self._reading() as connection:
            found = list(connection.execute(query.order_by(gradings.c.id)))
        for row in found:
            here = assignments.get(row.assignment)
            if here is None:
                difference = "has no such assignment"
            elif here and here != (there := self._unpacked(row.id, row.result).title):
                difference = f"calls it {here!r}, and not {there!r}"
            else:
                continue
            first = "" if title else "give this one a `title` in course.toml, and "
            raise UsageError(
                f"{self.name}: this gradebook has gradings of {row.assignment}, and the course here {difference}; no title says "
                "of which course it is: give each course a gradebook of its own and a `title` in its course.toml; if it is the "
                f"same course, {first}say `grader gradebook rename`"
            )

    def name_course(self, title: str) -> None:
        """Let this gradebook be of the course of that title from now on."""
        with told(self.name), self._engine.begin() as connection:
            connection.execute(insert(courses).values(title=sendable(title), at=_text(_now())))

    # --- gradings -----------------------------------------------------------------------------------------------------

    def seed_of(self, assignment: str, drawn: str) -> str:
        """Return the secret of a class; *drawn* becomes it where there is none yet."""
        with told(self.name), self._engine.begin() as connection:
            found = connection.scalar(select(seeds.c.seed).where(seeds.c.assignment == assignment))
            if found is not None:
                return str(found)
            try:
                with connection.begin_nested():
                    connection.execute(insert(seeds).values(assignment=assignment, seed=drawn, at=_text(_now())))
            except IntegrityError:  # another grader was faster
                return str(connection.scalar(select(seeds.c.seed).where(seeds.c.assignment == assignment)))
            return drawn

    def record(self, grading: Grading) -> bool:
        """Add a grading; False where another grader has recorded this very one already."""
        graded = grading.graded
        return self._add_grading(
            assignment=graded.assignment,
            submission=graded.submission,
            content=content_key(grading.submission),
            key=grading.fingerprint.key(grading.submission),
            repeat=grading.repeat,
            handed_in=grading.handed_in,
            score=graded.score,
            ungraded=graded.ungraded,
            common=grading.fingerprint.common,
            checks=msgspec.json.encode(dict(sorted(grading.fingerprint.checks.items()))).decode(),
            result=zlib.compress(results_json.encode(graded)),
        )

    def refuse(self, assignment: str, refused: Refused, handed_in: HandedIn) -> bool:
        """Add that a submission could not be read; False where this is the last that is known of the student."""
        key = f"refused: {refused.why}"
        of = (gradings.c.assignment == assignment, gradings.c.student == sendable(handed_in.student))
        with told(self.name), self._reading() as connection:
            last = connection.scalar(select(gradings.c.key).where(*of).order_by(gradings.c.id.desc()).limit(1))
            query = select(func.max(gradings.c.repeat)).where(*of, gradings.c.key == sendable(key))
            before = connection.scalar(query)
        if last == sendable(key):
            return False
        return self._add_grading(
            assignment=assignment,
            submission=refused.name,
            content=key,
            key=key,
            repeat=0 if before is None else before + 1,
            handed_in=handed_in,
            refusal=refused.why,
        )

    def _add_grading(
        self,
        *,
        handed_in: HandedIn,
        score: Score = _NO_POINTS,
        ungraded: bool = False,
        refusal: str = "",
        common: str = "",
        checks: str = "{}",
        **values: Any,
    ) -> bool:
        row = {
            **values,
            **_of_whom(handed_in),
            "graded_at": _text(_now()),
            "earned": score.earned,
            "possible": score.possible,
            "score": msgspec.json.encode(score).decode(),
            "ungraded": ungraded,
            "refusal": refusal,
            "common": common,
            "checks": checks,
        }
        row = {name: sendable(value) if isinstance(value, str) else value for name, value in row.items()}
        with told(self.name):
            try:
                with self._engine.begin() as connection:
                    connection.execute(insert(gradings).values(row))
            except IntegrityError:
                return False
        return True

    def note(self, recorded: Recorded, handed_in: HandedIn) -> None:
        """Add a grading again, with what is known now of whom it is, what it is called and when it was handed in."""
        with told(self.name), self._engine.begin() as connection:
            row = dict(connection.execute(select(gradings).where(gradings.c.id == recorded.row)).mappings().one())
            same = (gradings.c.assignment == row["assignment"], gradings.c.key == row["key"])
            last = select(func.max(gradings.c.repeat)).where(*same, gradings.c.student == handed_in.student)
            before = connection.scalar(last)
            del row["id"]
            row |= _of_whom(handed_in) | {"repeat": 0 if before is None else before + 1, "graded_at": _text(_now())}
            row["submission"] = recorded.submission
            connection.execute(insert(gradings).values(row))

    def newest(self, assignment: str) -> Mapping[tuple[str, str], Recorded]:
        """Return the last grading of each attempt, by student and content, without results."""
        last = (
            select(func.max(gradings.c.id))
            .where(gradings.c.assignment == assignment)
            .group_by(gradings.c.student, gradings.c.content)
        )
        found = self._recorded(select(*_WITHOUT_RESULT).where(gradings.c.id.in_(last)))
        return {(one.handed_in.student, one.content): one for one in found}

    def last(self, assignment: str) -> Mapping[str, str]:
        """Return what was recorded last of each student, by its content, be it a grading or why there is none."""
        last = select(func.max(gradings.c.id)).where(gradings.c.assignment == assignment).group_by(gradings.c.student)
        query = select(gradings.c.student, gradings.c.content).where(gradings.c.id.in_(last))
        with told(self.name), self._reading() as connection:
            return {row.student: row.content for row in connection.execute(query)}

    def repeats(self, assignment: str) -> Mapping[tuple[str, str], int]:
        """Return how many gradings there are, by student and key."""
        query = (
            select(gradings.c.student, gradings.c.key, func.max(gradings.c.repeat))
            .where(gradings.c.assignment == assignment)
            .group_by(gradings.c.student, gradings.c.key)
        )
        with told(self.name), self._reading() as connection:
            return {(student, key): repeat + 1 for student, key, repeat in connection.execute(query)}

    def times(self, assignment: str) -> Mapping[tuple[str, str], frozenset[datetime | None]]:
        """Return all times of handing in that were recorded, by student and content."""
        columns = (gradings.c.student, gradings.c.content, gradings.c.handed_in_at)
        found: dict[tuple[str, str], set[datetime | None]] = {}
        with told(self.name), self._reading() as connection:
            for student, content, at in connection.execute(
                select(*columns).where(gradings.c.assignment == assignment).distinct()
            ):
                found.setdefault((student, content), set()).add(None if at is None else _time(at))
        return {of: frozenset(times) for of, times in found.items()}

    def results(self, rows: Iterable[int]) -> Mapping[int, GradedSubmission]:
        """Return the results in rows that have one."""
        numbers, found = sorted(rows), {}
        with told(self.name), self._reading() as connection:
            for start in range(0, len(numbers), _BATCH):
                query = select(gradings.c.id, gradings.c.result).where(
                    gradings.c.id.in_(numbers[start : start + _BATCH])
                )
                for row, packed in connection.execute(query):
                    if packed is not None:
                        found[row] = self._unpacked(row, packed)
        return found

    def history(self, assignment: str | None = None, student: str | None = None) -> Iterator[Recorded]:
        """Yield gradings in the order in which they were recorded, without results."""
        query = select(*_WITHOUT_RESULT).order_by(gradings.c.id)
        if assignment is not None:
            query = query.where(gradings.c.assignment == assignment)
        if student is not None:
            query = query.where(gradings.c.student == student)
        return self._recorded(query)

    def _recorded(self, query: Select[Any]) -> Iterator[Recorded]:
        with told(self.name), self._reading() as connection:
            yield from map(_recorded, connection.execute(query))

    def _unpacked(self, row: int, packed: bytes) -> GradedSubmission:
        unpacking = zlib.decompressobj()
        try:
            content = unpacking.decompress(packed, _MAX_BYTES)
        except zlib.error:
            raise UsageError(f"{self.name}: the result in row {row} is damaged") from None
        return stored_results.decode(content, f"{self.name}, row {row}")

    # --- decisions ----------------------------------------------------------------------------------------------------

    def enter(self, assignment: str, student: str, decision: Decision | Published) -> int:
        """Add what staff have decided, of one student, or of all by an empty name; returns its number."""
        values = {
            "assignment": assignment,
            "student": student,
            "content": encode(decision).decode(),
            "at": _text(decision.at),
        }
        with told(self.name), self._engine.begin() as connection:
            added = connection.execute(insert(decisions).values(values)).inserted_primary_key
        assert added is not None
        return int(added[0])

    def entries(self, assignment: str | None = None) -> Iterator[Entry]:
        """Yield what was entered, in order."""
        columns = (decisions.c.id, decisions.c.assignment, decisions.c.student, decisions.c.content)
        query = select(*columns).order_by(decisions.c.id)
        if assignment is not None:
            query = query.where(decisions.c.assignment == assignment)
        with told(self.name), self._reading() as connection:
            for number, of, student, content in connection.execute(query):
                decision = decode(content.encode(), f"{self.name}, decision {number}")
                yield Entry(number=number, assignment=of, student=student, decision=decision)

    def _reading(self) -> Any:
        return self._engine.connect().execution_options(is_reader=True)


def _recorded(row: Row[Any]) -> Recorded:
    return Recorded(
        row=row.id,
        assignment=row.assignment,
        submission=row.submission,
        content=row.content,
        handed_in=HandedIn(
            student=row.student, at=None if row.handed_in_at is None else _time(row.handed_in_at), late=row.late
        ),
        graded_at=_time(row.graded_at),
        score=_scores.decode(row.score),
        ungraded=row.ungraded,
        refusal=row.refusal,
        common=row.common,
        checks=_digests.decode(row.checks),
    )


def _of_whom(handed_in: HandedIn) -> dict[str, Any]:
    return {
        "student": handed_in.student,
        "handed_in_at": None if handed_in.at is None else _text(handed_in.at),
        "late": handed_in.late,
    }


def _now() -> datetime:
    return datetime.now(UTC)


def _text(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="microseconds")


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
