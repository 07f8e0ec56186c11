"""What the commands on a gradebook work on: the gradebook itself, the course, its policy and its students."""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.classroom import Student, forms, read_roster
from grader.classroom.policies import CoursePolicy, load
from grader.cli.options import course_of
from grader.course import assignment as assignments
from grader.errors import UsageError
from grader.model import Assignment

if TYPE_CHECKING:  # a database takes a third of a second to import
    from grader.classroom.gradebook import Gradebook, Standings

_USUAL = "gradebook.db"
_MAX_NAMED = 3
_BOOK = f"The gradebook: a file or a URL. Default: what course.toml names, else {_USUAL} in the course."
_ASSIGNMENT = "Name of the assignment; see `grader list`."
_STUDENT = "The student: the id, as `gradebook show` has it, or a login, an address or a name of the roster."

BookOption = Annotated[
    str | None, typer.Option("--gradebook", metavar="FILE|URL", envvar="GRADER_GRADEBOOK", help=_BOOK)
]
AssignmentArgument = Annotated[str, typer.Argument(metavar="ASSIGNMENT", help=_ASSIGNMENT)]
StudentArgument = Annotated[str, typer.Argument(metavar="STUDENT", help=_STUDENT)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """An open gradebook, and what is known of its course."""

    book: Gradebook
    policy: CoursePolicy
    assignments: Mapping[str, Assignment]
    """By slug."""
    students: tuple[Student, ...]
    """Those of the roster; none without one."""
    now: datetime

    def standings(self) -> Standings:
        """Return what every student has."""
        from grader.classroom.gradebook import standings_of

        return standings_of(self.book, self.policy, self.assignments, self.names)

    def assignments_of(self, standings: Standings) -> tuple[str, ...]:
        """Return the assignments that have begun: something is recorded of them, or course.toml says what is due."""
        recorded = {slug for records in standings.records.values() for slug in records}
        known = (*self.policy.order, *sorted(recorded - {*self.policy.order}))
        return tuple(slug for slug in known if slug in recorded or slug in self.policy.assignments)

    def check_assignment(self, slug: str) -> None:
        """Refuse a name that no assignment of the course has."""
        if slug not in self.assignments:
            near = difflib.get_close_matches(slug, self.assignments, n=1)
            there = f"did you mean {near[0]}?" if near else f"there are: {', '.join(self.assignments)}"
            raise UsageError(f"there is no assignment {slug!r} in this course; {there}")

    def student(self, called: str, standings: Standings) -> str:
        """
        Return the id of the student who is called so: by the id itself, or as the roster alone calls one of them.

        Raises:
            UsageError: If nobody is, or several are.
        """
        if called in standings.records:
            return called
        found = {one.id for one in self.students if called.casefold() in _calls(one)}
        found = found or {one.id for one in self.students if forms(called) & forms(one.name)}
        if len(found) == 1:
            return found.pop()
        if found:
            raise UsageError(f"{called!r} may be {' or '.join(sorted(found))}: name the student by the id")
        near = self._near(called, standings)
        raise UsageError(
            f"{self.book.name}: there is no student {called!r}"
            + (f"; near: {'; '.join(near)}" if near else "; `grader gradebook show` has them")
        )

    def _near(self, called: str, standings: Standings) -> list[str]:
        """Return who may be meant: those of whose name or login it is a part, else those who are spelt much like it."""
        part = called.casefold()
        of_part = [self.shown(one.id) for one in self.students if any(part in call for call in _calls(one))]
        if of_part:
            return of_part[:_MAX_NAMED]
        logins = (login for one in self.students for login in one.logins)
        return difflib.get_close_matches(called, [*standings.records, *self.names.values(), *logins], n=_MAX_NAMED)

    @property
    def names(self) -> Mapping[str, str]:
        """Return the names of the students in the roster, by their id."""
        return {one.id: one.name for one in self.students}

    def shown(self, student: str) -> str:
        """Return how a student is called: by name and id, where the roster has a name."""
        name = self.names.get(student, "")
        return f"{name} ({student})" if name and name != student else student


def gradebook_of(given: str | None, course: Path) -> str:
    """Return where the gradebook of a course is: the one that is given, the one of course.toml, or the usual file."""
    if given is not None:
        return given
    return str(load(course).gradebook or course / _USUAL)


def _check_extensions(policy: CoursePolicy, names: Collection[str]) -> None:
    """Refuse an extension in course.toml of somebody whom the roster does not have: it would help nobody."""
    for slug, until in policy.extensions.items():
        unknown = next((student for student in until if student not in names), None)
        if unknown is not None:
            near = difflib.get_close_matches(unknown, names, n=1)
            raise UsageError(
                f"course.toml: assignments.{slug}.extensions: no student of the roster has the id {unknown!r}"
                + (f"; did you mean {near[0]}?" if near else f"; ids are as {next(iter(names))!r} is")
            )


def _calls(student: Student) -> frozenset[str]:
    """Return what a student may be called, in lower case; a name in either order."""
    calls = map(str.casefold, (student.name, student.email, *student.logins))
    return frozenset((*calls, *forms(student.name))) - {""}


@contextlib.contextmanager
def desk(gradebook: str | None, course: Path | None, *, is_renamed: bool = False) -> Iterator[Desk]:
    """
    Open the gradebook of a course.

    Args:
        is_renamed: Whether the gradebook may be of a course of another title.

    Raises:
        UsageError: If there is no course or no gradebook, it is of another course, or a file of them is wrong.
    """
    from grader.classroom.gradebook import Gradebook

    folder = course_of(course)
    policy = load(folder)
    roster = None if policy.roster is None else read_roster(policy.roster)
    students = () if roster is None else roster.students
    if students:
        _check_extensions(policy, [one.id for one in students])
    loaded = {slug: assignments.load(folder, slug) for slug in assignments.slugs(folder)}
    with Gradebook.open(gradebook_of(gradebook, folder)) as book:
        if not is_renamed:
            book.check_course(policy.title, {slug: one.title for slug, one in loaded.items()})
        yield Desk(
            book=book,
            policy=policy,
            assignments=loaded,
            students=students,
            now=datetime.now(UTC),
        )
