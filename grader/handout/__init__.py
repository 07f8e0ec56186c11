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

    hints.py         what names mistakes in functions where there is no solution

The modules are imported when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.lazy_face import lazily

if TYPE_CHECKING:
    from grader.handout.contents import Contents, contents_of
    from grader.handout.course import course_handout
    from grader.handout.differences import Changes, changes_of, only_changed
    from grader.handout.hints import HintsState, hints_state, write_hints
    from grader.handout.pack import write_folder, write_handout
    from grader.handout.parts import Handout, Part, handout_of
    from grader.handout.repository import write_repository
    from grader.handout.starting import LeftAlone, Started, start
    from grader.handout.template import Update, update_repository
    from grader.handout.unpacking import parts_of_zip

__all__ = [
    "Changes",
    "Contents",
    "Handout",
    "HintsState",
    "LeftAlone",
    "Part",
    "Started",
    "Update",
    "changes_of",
    "contents_of",
    "course_handout",
    "handout_of",
    "hints_state",
    "only_changed",
    "parts_of_zip",
    "start",
    "update_repository",
    "write_folder",
    "write_handout",
    "write_hints",
    "write_repository",
]

__getattr__ = lazily(
    __name__,
    {
        "contents": (
            "Contents",
            "contents_of",
        ),
        "course": ("course_handout",),
        "differences": (
            "Changes",
            "changes_of",
            "only_changed",
        ),
        "hints": (
            "HintsState",
            "hints_state",
            "write_hints",
        ),
        "pack": (
            "write_folder",
            "write_handout",
        ),
        "parts": (
            "Handout",
            "Part",
            "handout_of",
        ),
        "repository": ("write_repository",),
        "starting": (
            "LeftAlone",
            "Started",
            "start",
        ),
        "template": (
            "Update",
            "update_repository",
        ),
        "unpacking": ("parts_of_zip",),
    },
)
