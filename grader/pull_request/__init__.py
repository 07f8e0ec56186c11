"""
What a pull request changed, read from git: what is to be graded with the checks of its base, and what it may not change.

    repository.py   commits, and the files in them, as git stores them
    paths.py        whose a path is: a student's, and of which assignment
    changes.py      the paths that a head has otherwise than its base
    sorting.py      changes to submissions, and to forbidden edits
    written.py      files of commits on disk: the course of the base, the submissions of the head
"""

from __future__ import annotations

from grader.pull_request.changes import Change
from grader.pull_request.paths import Layout
from grader.pull_request.repository import Repository
from grader.pull_request.sorting import HandedIn, Review, review
from grader.pull_request.written import write_course, write_submission

__all__ = [
    "Change",
    "HandedIn",
    "Layout",
    "Repository",
    "Review",
    "review",
    "write_course",
    "write_submission",
]
