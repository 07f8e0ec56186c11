"""
Works of intake to the students of a roster.

What is of nobody who is known is graded all the same, as its site calls whose it is; that is then nothing that the roster calls
somebody.  Of several works
of one student the newest counts, if somebody knows which that is: all of them have a time, or numbers of uploads to one site.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from grader.classroom.intake.values import Person, Scheme, Work
from grader.classroom.roster.directory import Directory, Unknown
from grader.classroom.roster.values import Duplicate, Resolved, Roster, Student, Unclear
from grader.download_names import CANVAS, CANVAS_ANONYMOUS, MOODLE
from grader.reports.escape import one_line

_BY_FOLDER = (Scheme.ONE, Scheme.PLAIN, Scheme.NBGRADER, Scheme.GITHUB)
"""Whose names of files and folders are logins, as staff or a site has given them; on Gradescope people choose their names."""
_NO_NAMES = "Canvas has taken the names out of this download; show them, and download it again"
_OUTSIDE = " (not in the roster)"


def resolve(roster: Roster, works: Sequence[Work]) -> Resolved:
    """Tell whose each work is."""
    directory = Directory(roster)
    resolved: list[Work] = []
    problems: list[tuple[Unclear, bool]] = []
    by_student: dict[str, list[Work]] = {}
    for work in works:
        students, unknown = _whose(work, directory)
        students = [_outside(one, directory) if isinstance(one, str) else one for one in students]
        problems += [(Unclear(submission=work.name, why=one.why), one.is_ambiguous) for one in unknown]
        named = _with_students(work, students)
        resolved.append(named)
        for one in dict.fromkeys(student.id for student in students if isinstance(student, Student)):
            by_student.setdefault(one, []).append(named)
    return Resolved(
        works=tuple(resolved),
        unmatched=tuple(problem for problem, is_ambiguous in problems if not is_ambiguous),
        ambiguous=tuple(problem for problem, is_ambiguous in problems if is_ambiguous),
        duplicates=tuple(
            _duplicate(one, several) for one in roster.students if len(several := by_student.get(one.id, [])) > 1
        ),
        missing=tuple(one for one in roster.students if one.id not in by_student),
    )


def _whose(work: Work, directory: Directory) -> tuple[list[Student | str], list[Unknown]]:
    """Return the students of a work, or the names of those who are not known, and why they are not."""
    if work.scheme is Scheme.CANVAS and CANVAS_ANONYMOUS.match(work.name):
        return [*work.at_its_site], [Unknown(_NO_NAMES)]
    people, scheme = _people(work)
    group = directory.members(people[0], scheme) if len(people) == 1 else ()
    if group:
        return [*group], []
    students: list[Student | str] = []
    unknown: list[Unknown] = []
    for person in people:
        found = directory.find(person, scheme)
        if isinstance(found, Unknown):
            shown = "" if len(people) == 1 else f"{one_line(person.name or ' '.join(person.ids))}: "
            unknown.append(replace(found, why=f"{shown}{found.why}"))
            students.append((person.called if work.people else "") or work.at_its_site[0])
        else:
            students.append(found)
    return students, unknown


def _people(work: Work) -> tuple[tuple[Person, ...], Scheme]:
    """Return whose a work is, as far as its site or its name says, and by whose names."""
    if work.people:
        return work.people, work.scheme
    if work.scheme in (Scheme.ONE, Scheme.PLAIN):  # files of a download, handed over one by one
        for pattern, scheme in ((CANVAS, Scheme.CANVAS), (MOODLE, Scheme.MOODLE)):
            found = pattern.fullmatch(work.who)
            if found is not None:
                return (Person(name=found["name"], ids=(found["id"],)),), scheme
    ids = (*work.ids, work.who) if work.scheme in _BY_FOLDER else work.ids
    return (Person(name=work.who, ids=ids),), work.scheme


def _with_students(work: Work, students: Sequence[Student | str]) -> Work:
    ids = tuple(dict.fromkeys(one.id if isinstance(one, Student) else one for one in students))
    return replace(work, student=ids[0], members=ids if len(ids) > 1 else (), is_resolved=True)


def _outside(name: str, directory: Directory) -> str:
    """Return a name by which the roster knows nobody: numbers of a site and of a roster may be the same by chance."""
    while directory.identifies(name):
        name += _OUTSIDE
    return name


def _duplicate(student: Student, works: Sequence[Work]) -> Duplicate:
    in_order = _in_order(works)
    names = tuple(work.name for work in in_order or works)
    return Duplicate(student=student, submissions=names, counts=names[-1] if in_order else "")


def _in_order(works: Sequence[Work]) -> Sequence[Work]:
    """Return works in the order in which they were handed in; none where nobody knows it."""
    times = [work.handed_in_at for work in works if work.handed_in_at is not None]
    if len(times) == len(works) == len(set(times)):
        return sorted(works, key=lambda work: work.handed_in_at or times[0])
    uploads = {work.upload for work in works if work.scheme is Scheme.CANVAS and work.upload}
    if len(uploads) == len(works):
        return sorted(works, key=lambda work: work.upload)
    return ()
