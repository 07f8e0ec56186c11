"""
Which known mistake reproduces what the student's code answered.

A misconception is an executable wrong solution with the hint it deserves.  It is claimed only if it gives the submission's
answer to every question of the failed check and to every probe of its author, and no other one does: two that nothing
observed separates are not claimed.
"""

from __future__ import annotations

import importlib.util
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.errors import AssignmentError
from grader.student import Question, RaisedInstead, Returned

_RELATIVE = 1e-9
_APART = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Misconception:
    """A known mistake."""

    name: str
    replaces: str
    """Name of the function or module that it is a wrong version of."""
    title: str
    hint: str
    implementation: Callable[..., Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The known mistakes of an assignment."""

    path: Path | None = None
    misconceptions: tuple[Misconception, ...] = ()
    probes: Mapping[str, tuple[Any, ...]]
    """By name: the calls, as positional arguments, that separate its misconceptions; for a module its input shape."""

    def of(self, name: str) -> tuple[Misconception, ...]:
        """Return the known mistakes for one name."""
        return tuple(known for known in self.misconceptions if known.replaces == name)


EMPTY = Catalogue(probes={})


def load(path: Path) -> Catalogue:
    """
    Load `misconceptions.py`; a file that does not exist holds none.

    Raises:
        AssignmentError: If the file cannot be imported, or an entry has no hint.
    """
    if not path.is_file():
        return EMPTY
    spec = importlib.util.spec_from_file_location(f"misconceptions_of_{path.parent.name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        table: Mapping[str, tuple[Callable[..., Any], ...]] = module.MISCONCEPTIONS
    except Exception as error:
        raise AssignmentError(f"{path}: cannot be loaded: {type(error).__name__}: {error}") from error
    known = []
    for replaces, implementations in table.items():
        for implementation in implementations:
            title, _blank, hint = (inspect.getdoc(implementation) or "").partition("\n\n")
            if not hint:
                raise AssignmentError(
                    f"{path}: {implementation.__name__} has no hint (second paragraph of its docstring)"
                )
            known.append(
                Misconception(
                    name=implementation.__name__,
                    replaces=replaces,
                    title=" ".join(title.split()),
                    hint=" ".join(hint.split()),
                    implementation=implementation,
                )
            )
    return Catalogue(path=path, misconceptions=tuple(known), probes=getattr(module, "PROBES", {}))


def match(known: tuple[Misconception, ...], questions: tuple[Question, ...]) -> Misconception | None:
    """Return the one known mistake that gives every answer of *questions*, which are about one function."""
    fitting = [
        misconception
        for misconception in known
        if all(_same(_answer_of(misconception, question), question.answer) for question in questions)
    ]
    return fitting[0] if len(fitting) == 1 else None


def _answer_of(misconception: Misconception, question: Question) -> Returned | RaisedInstead:
    try:
        return Returned(value=misconception.implementation(*question.args, **question.kwargs))
    except Exception as error:
        return RaisedInstead(type_names=tuple(kind.__name__ for kind in type(error).__mro__))


def _same(ours: Returned | RaisedInstead, theirs: Returned | RaisedInstead) -> bool:
    if isinstance(ours, Returned) and isinstance(theirs, Returned):
        return _same_value(ours.value, theirs.value)
    return type(ours) is type(theirs)  # that it raises is the answer; which type is a matter of style


def _same_value(ours: object, theirs: object) -> bool:
    if isinstance(ours, tuple | list) and isinstance(theirs, tuple | list):
        return len(ours) == len(theirs) and all(map(_same_value, ours, theirs))
    if isinstance(ours, float) and isinstance(theirs, float):
        return abs(ours - theirs) <= _RELATIVE * abs(ours)
    return type(ours) is type(theirs) and ours == theirs
