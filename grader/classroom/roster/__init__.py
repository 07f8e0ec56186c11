"""
Who is who: the students of a course, and which of them handed in what.

    values.py    what is told
    names.py     names of people as they are compared
    reading.py   a roster.csv, or what Canvas or Moodle has exported, to a Roster
    directory.py students by all that they are called
    resolving.py works of intake to students: by what identifies them, and never by a guess
"""

from __future__ import annotations

from grader.classroom.roster.reading import read
from grader.classroom.roster.resolving import resolve
from grader.classroom.roster.values import Duplicate, Resolved, Roster, Student, Unclear

__all__ = ["Duplicate", "Resolved", "Roster", "Student", "Unclear", "read", "resolve"]
