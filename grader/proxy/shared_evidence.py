"""
Evidence that several checks need, asked for once: each of them gets what came of it as if it had asked itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from grader.errors import StudentFault, WorkerLost
from grader.keys import Keys
from grader.proxy.evidence import Asked
from grader.proxy.session import Session

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found(Generic[_T]):
    """What came of a question."""

    value: _T | None
    error: StudentFault | WorkerLost | None
    last_call: str
    """The counterexample of a check that fails with it."""
    last_name: str
    """What that check is about."""
    asked: Asked
    """For the diagnosis."""


class SharedEvidence:
    """
    What is asked of a submission once in a grading, whichever checks need it.

    A check with a time limit of its own asks for itself, since what is stopped under one limit may not be under another.  A
    fault of ours is not remembered: the next check may do better.
    """

    def __init__(self, session: Session, keys_of: Callable[[str], Keys]) -> None:
        """
        Describe it; nothing is asked yet.

        Args:
            keys_of: Returns the keys of a question by its name: the same ones whichever check asks first.
        """
        self._session = session
        self._keys_of = keys_of
        self._found: dict[tuple[str, ...], _Found[object]] = {}

    def ask(self, *what: str, question: Callable[[Keys], _T]) -> _T:
        """
        Return what *question* returns, which is asked in the first check that needs it; raises as it does.

        Args:
            what: Words that tell this question from others.
        """
        keys = self._keys_of("/".join(what))
        if self._session.has_own_limits:
            return question(keys)
        if what not in self._found:
            try:
                value = question(keys)
            except (StudentFault, WorkerLost) as error:
                self._note(what, None, error)
                raise
            self._note(what, value, None)
            return value
        found = self._found[what]
        self._session.last_call = found.last_call
        for module in found.asked.modules:
            self._session.note_module(module)
        self._session.last_name = found.last_name
        if found.asked.images is not None:
            self._session.note_images(found.asked.images)
        if found.error is not None:
            raise found.error.with_traceback(None)
        return found.value  # type: ignore[return-value]  # what these words stand for is one question

    def _note(self, what: tuple[str, ...], value: object, error: StudentFault | WorkerLost | None) -> None:
        session = self._session
        self._found[what] = _Found(
            value=value, error=error, last_call=session.last_call, last_name=session.last_name, asked=session.asked
        )
