"""
What was graded of a class, and what staff have entered: rows that are only ever added.

    store.py       open it, add to it, read it
    resuming.py    what of a class is still to be graded
    database.py    a file of SQLite, or a URL
    tables.py      its tables; upgrading.py and migrations/ bring an older one to these
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.lazy_face import lazily

if TYPE_CHECKING:
    from grader.classroom.gradebook.resuming import Again, Plan, Task, plan, recorded_whole
    from grader.classroom.gradebook.store import Gradebook
    from grader.classroom.gradebook.values import HandedIn, Recorded

__all__ = ["Again", "Gradebook", "HandedIn", "Plan", "Recorded", "Task", "plan", "recorded_whole"]

__getattr__ = lazily(
    __name__,
    {
        "resuming": ("Again", "Plan", "Task", "plan", "recorded_whole"),
        "store": ("Gradebook",),
        "values": ("HandedIn", "Recorded"),
    },
)
