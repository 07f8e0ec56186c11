"""
What students get of an assignment: its folder without anything that knows an answer, as a zip or as a repository.

    contents.py     what is handed out, and what is not
    answers.py      the proof that nothing of the solution is in it
    pack.py         the zip
    repository.py   the repository
"""

from __future__ import annotations

from grader.handout.contents import Contents, contents_of
from grader.handout.pack import write as write_handout
from grader.handout.repository import write as write_repository

__all__ = ["Contents", "contents_of", "write_handout", "write_repository"]
