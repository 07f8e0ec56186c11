"""
What was graded of a class, and what staff have entered: rows that are only ever added.

    store.py       open it, add to it, read it
    resuming.py    what of a class is still to be graded
    changes.py     what a later grading of the same work has changed
    entries.py     what staff decide; standings.py: attempts and decisions of each student
    database.py    a file of SQLite, or a URL
    tables.py      its tables; upgrading.py and migrations/ bring an older one to these
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.lazy_face import lazily

if TYPE_CHECKING:
    from grader.classroom.gradebook.changes import changed
    from grader.classroom.gradebook.entries import Entry, Published
    from grader.classroom.gradebook.resuming import Plan, Task, plan, recorded_whole
    from grader.classroom.gradebook.standings import Standings, standings_of
    from grader.classroom.gradebook.store import Gradebook
    from grader.classroom.gradebook.values import Again, HandedIn, Recorded

__all__ = [
    "Again",
    "Entry",
    "Gradebook",
    "HandedIn",
    "Plan",
    "Published",
    "Recorded",
    "Standings",
    "Task",
    "changed",
    "plan",
    "recorded_whole",
    "standings_of",
]

__getattr__ = lazily(
    __name__,
    {
        "changes": ("changed",),
        "entries": ("Entry", "Published"),
        "resuming": ("Plan", "Task", "plan", "recorded_whole"),
        "standings": ("Standings", "standings_of"),
        "store": ("Gradebook",),
        "values": ("Again", "HandedIn", "Recorded"),
    },
)
