"""Students by all that they are called."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from grader.classroom.intake.values import Person, Scheme
from grader.classroom.roster.names import forms, identifier, run_together, runs, without_username
from grader.classroom.roster.values import Roster, Student
from grader.listed import listed
from grader.reports.escape import one_line

_MAX_NAMED = 3
_MAX_SHOWN = 60
_By = Mapping[str, tuple[Student, ...]]


@dataclass(frozen=True, slots=True)
class Unknown:
    """That nobody can tell who somebody is."""

    why: str
    is_ambiguous: bool = False


class Directory:
    """A roster, to look people up in."""

    def __init__(self, roster: Roster) -> None:
        """Sort the students of a roster by what they are called."""
        students = roster.students
        self._site = roster.site
        self._ids = _by(students, lambda one: [identifier(one.id)])
        self._logins = _by(students, lambda one: map(identifier, (one.email, *one.logins)))
        self._names = _by(students, lambda one: forms(one.name))
        self._runs = _by(students, lambda one: runs(one.name))
        self._numbers = _by(students, lambda one: [one.number])
        self._groups = _by(students, lambda one: {form for group in one.groups for form in forms(group)})

    def identifies(self, name: str) -> bool:
        """Return whether this is somebody's id, login or address."""
        return identifier(name) in self._ids or identifier(name) in self._logins

    def find(self, person: Person, scheme: Scheme) -> Student | Unknown:
        """Return who somebody is: by what identifies them, else by their name; two that it may be are none."""
        if scheme in (Scheme.CANVAS, Scheme.MOODLE):
            return self._numbered(person, scheme)
        keys = map(identifier, person.ids)
        found = _distinct(one for key in keys for one in self._ids.get(key) or self._logins.get(key, ()))
        if found:
            return _only(found)
        named = self._called(person.name)
        if not named:
            return Unknown(f"nobody in the roster is called {_shown(person)}")
        chosen = _only(named)
        if isinstance(chosen, Student) and _has_address(chosen) and any("@" in one for one in person.ids):
            return Unknown(f"{chosen.shown} is called so, and has another address in the roster")
        return chosen

    def members(self, person: Person, scheme: Scheme) -> tuple[Student, ...]:
        """Return who is in a group of Moodle that is called so; nobody if it is none, as people choose their names."""
        number = person.ids[0] if person.ids else ""
        if (
            scheme is not Scheme.MOODLE
            or self._site is not scheme
            or number in self._numbers
            or self._called(person.name)
        ):
            return ()
        return _distinct(one for form in forms(person.name) for one in self._groups.get(form, ()))

    def _numbered(self, person: Person, scheme: Scheme) -> Student | Unknown:
        """Return who has the number that a site has given, and the name beside it."""
        number = person.ids[0] if person.ids else ""
        if self._site is scheme:
            numbered = self._numbers.get(number, ())
            if not numbered:
                return Unknown(
                    f"nobody in the roster has the number {number} of {scheme}; export it anew, of all sections"
                )
        elif scheme is Scheme.CANVAS:
            numbered = self._ids.get(number) or self._logins.get(number, ())
        else:
            numbered = ()  # Moodle numbers participants anew in each assignment
        named = self._named_by(person.name, scheme)
        both = [one for one in numbered if one in named]
        if both:
            return _only(both)
        if numbered:
            who = listed([one.shown for one in numbered], _MAX_NAMED, " or ")
            return Unknown(f"the number {number} is that of {who}, but the name beside it is not", is_ambiguous=True)
        return _only(named) if named else Unknown(f"nobody in the roster is called {_shown(person)}")

    def _named_by(self, name: str, scheme: Scheme) -> tuple[Student, ...]:
        if scheme is Scheme.CANVAS:
            return self._runs.get(run_together(name), ())
        return _distinct((*self._called(name), *self._called(without_username(name))))

    def _called(self, name: str) -> tuple[Student, ...]:
        return _distinct(one for form in sorted(forms(name)) for one in self._names.get(form, ()))


def _has_address(student: Student) -> bool:
    """Return whether the roster knows an address; Canvas exports it as a login."""
    return any("@" in one for one in (student.id, student.email, *student.logins))


def _by(students: Iterable[Student], keys: Callable[[Student], Iterable[str]]) -> _By:
    found: dict[str, list[Student]] = {}
    for one in students:
        for key in dict.fromkeys(keys(one)):
            if key:
                found.setdefault(key, []).append(one)
    return {key: tuple(several) for key, several in found.items()}


def _distinct(students: Iterable[Student]) -> tuple[Student, ...]:
    return tuple({one.id: one for one in students}.values())


def _only(found: Iterable[Student]) -> Student | Unknown:
    several = tuple(found)
    if len(several) == 1:
        return several[0]
    return Unknown(f"this may be {listed([one.shown for one in several], _MAX_NAMED, ' or ')}", is_ambiguous=True)


def _shown(person: Person) -> str:
    called = dict.fromkeys(filter(None, (person.name, *person.ids)))
    return " or ".join(repr(one_line(one, _MAX_SHOWN)) for one in called) or "nothing at all"
