"""The proxy of a submission that is a text in a test; the fixture `student_of` makes it."""

from __future__ import annotations

from typing import Any, Protocol

from grader.model import SourceFile
from grader.protocol import Limits
from grader.proxy.code import Code, module_packages
from grader.proxy.session import Session
from grader.proxy.student import Student
from grader.sandbox import Workers

USUAL = Limits()


class StudentOf(Protocol):
    """Makes the proxy of a submission of one file."""

    def __call__(self, source: str, *, limits: Limits = USUAL, **code: Any) -> Student:
        """Take the source, and by keyword what else `Code` takes."""


def student_in(sandbox: Workers, source: str, *, limits: Limits = USUAL, **code: Any) -> Student:
    """Return the proxy of a submission whose workers are of *sandbox*; what imports torch finds it loaded."""
    files = (SourceFile(path="work.py", content=source.encode()),)
    chosen = {
        "files": files,
        "main": "work.py",
        "preload": module_packages(files) if "torch" in source else (),
        **code,
    }
    return Student(Session(sandbox, Code(**chosen), limits))
