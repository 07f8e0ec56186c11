"""
What students get of an assignment: its folder without anything that knows an answer, as a zip, a folder or a repository.

    contents.py      what is handed out of one assignment, and what is not
    answers.py       the proof that nothing of the solution is in it
    course.py        several assignments at once, and the text that leads to them
    parts.py         a handout as folders, each with a record of its files (record.py)
    pack.py          the zip, and the folder
    repository.py    the repository
"""

from __future__ import annotations

from grader.handout.contents import Contents, contents_of
from grader.handout.course import course_handout
from grader.handout.pack import write as write_handout
from grader.handout.pack import write_folder
from grader.handout.parts import Handout, Part, handout_of
from grader.handout.repository import write as write_repository

__all__ = [
    "Contents",
    "Handout",
    "Part",
    "contents_of",
    "course_handout",
    "handout_of",
    "write_folder",
    "write_handout",
    "write_repository",
]
