"""
Functions that are wrong in a known way, run in a worker of ours: none of them is ever called in the harness, where one that does
not end would hold up all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader import protocol
from grader.errors import GraderError, WorkerLost
from grader.proxy import Answer, Question, RaisedInstead, RemoteName, Returned, session_of_file
from grader.sandbox import Workers

_IN_WORKER = Path(__file__).with_name("mutants_in_worker.py")
"""What asks them; named by its path, since the harness runs none of it."""
_ANSWERS_AT_ONCE = 20
"""Functions in one request: their answers come back together."""
_AT_ONCE = 500
"""In one request that only asks which of them answer so."""

_PIECE = protocol.MAX_TEXT
"""Longer texts cross in pieces."""
Call = tuple[tuple[object, ...], Mapping[str, object], str]
"""Positional and keyword arguments, and the lines that ask, if any: then the keyword arguments are their inputs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runnable:
    """A function or a class of a module that is known by its source."""

    source: str
    name: str
    stands_for: str = ""
    """What lines of Python call it, where that is another name."""


class Runner:
    """Runs functions, each request in a worker of its own: what ends one costs the others nothing."""

    def __init__(self, workers: Workers) -> None:
        """Take where the workers come from; nothing starts yet."""
        self._session = session_of_file(workers, _IN_WORKER)

    def that_answer(self, functions: Sequence[Runnable], questions: Sequence[Question]) -> list[int]:
        """Return the numbers of the functions that give every answer."""
        asked = [_packed(question) for question in questions]
        found: list[int] = []
        for start in range(0, len(functions), _AT_ONCE):
            numbers = self._ask("that_answer", functions[start : start + _AT_ONCE], asked)
            found += [start + number for number in numbers or ()]
        return found

    def answers_of(self, functions: Sequence[Runnable], calls: Sequence[Call]) -> list[tuple[Answer, ...] | None]:
        """Return what each function answers to all calls; None where one never ends, or its source cannot be run."""
        asked = [(args, dict(kwargs), lines) for args, kwargs, lines in calls]
        found: list[tuple[Answer, ...] | None] = []
        for start in range(0, len(functions), _ANSWERS_AT_ONCE):
            some = functions[start : start + _ANSWERS_AT_ONCE]
            told = self._ask("answers_of", some, asked) or [None] * len(some)
            found += [None if one is None else tuple(_answer(*each) for each in one) for one in told]
        return found

    def digests_of(self, functions: Sequence[Runnable], calls: Sequence[Call]) -> list[str | None]:
        """Return a hash of what each function answers to all calls, which must be plain values; None as `answers_of` does."""
        asked = [(args, dict(kwargs), lines) for args, kwargs, lines in calls]
        found: list[str | None] = []
        for start in range(0, len(functions), _AT_ONCE):
            some = functions[start : start + _AT_ONCE]
            found += self._ask("digests_of", some, asked) or [None] * len(some)
        return found

    def _ask(self, what: str, functions: Sequence[Runnable], asked: Sequence[object]) -> list[Any] | None:
        """Return what the worker answers; None where a function has ended it, and nobody knows which."""
        sources = list(dict.fromkeys(one.source for one in functions))
        positions = {source: place for place, source in enumerate(sources)}
        named = [(positions[one.source], one.name, one.stands_for or one.name) for one in functions]
        self._session.begin()
        try:
            told = RemoteName(self._session, what)([_pieces(source) for source in sources], named, list(asked))
        except (GraderError, WorkerLost):
            return None
        finally:
            self._session.end()
        assert isinstance(told, list)
        return told


def _pieces(text: str) -> list[str]:
    return [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]


def call_of(question: Question) -> Call:
    """Return what a question asks, without its answer."""
    return question.args, question.kwargs, question.lines


def _packed(question: Question) -> tuple[object, ...]:
    kwargs = dict(question.kwargs)
    match question.answer:
        case Returned(value=value):
            return (question.args, kwargs, question.lines), False, value
        case RaisedInstead(type_names=names):
            return (question.args, kwargs, question.lines), True, list(names)


def _answer(raised: bool, value: object) -> Answer:
    if not raised:
        return Returned(value=value)
    assert isinstance(value, list)
    return RaisedInstead(type_names=tuple(map(str, value)))
