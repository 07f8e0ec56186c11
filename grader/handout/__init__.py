"""
What students get of an assignment: its folder without anything that knows an answer, as a zip, a folder or a repository.

    contents.py      what is handed out of one assignment, and what is not
    answers.py       the proof that nothing of the solution is in it
    course.py        several assignments at once, and the text that leads to them
    parts.py         a handout as folders, each with a record of its files (record.py)
    pack.py          the zip, and the folder
    repository.py    the repository

and a handout that follows another one:

    differences.py   what becomes of a file, edited or not
    template.py      a commit in the repository that was made before
    unpacking.py     the zip, read within bounds where a student works
    starting.py      unpacked, or brought up to date
"""

from __future__ import annotations

from grader.handout.contents import Contents, contents_of
from grader.handout.course import course_handout
from grader.handout.differences import Changes, changes_of, only_changed
from grader.handout.pack import write as write_handout
from grader.handout.pack import write_folder
from grader.handout.parts import Handout, Part, handout_of
from grader.handout.repository import write as write_repository
from grader.handout.starting import LeftAlone, Started, start
from grader.handout.template import Update
from grader.handout.template import update as update_repository
from grader.handout.unpacking import parts_of_zip

__all__ = [
    "Changes",
    "Contents",
    "Handout",
    "LeftAlone",
    "Part",
    "Started",
    "Update",
    "changes_of",
    "contents_of",
    "course_handout",
    "handout_of",
    "only_changed",
    "parts_of_zip",
    "start",
    "update_repository",
    "write_folder",
    "write_handout",
    "write_repository",
]
