"""
A class: what was handed in, by whom.

    intake/     a folder, a download or its zip, to one `Work` for each student
    roster/     who is who: the students of a course, and which of them handed in what
    gradebook/  what was graded, and what staff decided; a face of its own
    policies/   course.toml, attempts and decisions to the score of a student; a face of its own
"""

from __future__ import annotations

from grader.classroom.intake.taking import Intake, take_in
from grader.classroom.intake.values import Scheme, Work
from grader.classroom.roster import Duplicate, Resolved, Roster, Student, Unclear, resolve
from grader.classroom.roster import read as read_roster
from grader.classroom.roster.names import forms

__all__ = [
    "Duplicate",
    "Intake",
    "Resolved",
    "Roster",
    "Scheme",
    "Student",
    "Unclear",
    "Work",
    "forms",
    "read_roster",
    "resolve",
    "take_in",
]
