"""
Which known mistake reproduces what the student's code answered.

A misconception is an executable wrong solution with the hint it deserves.  It is claimed only if it gives the submission's
answer to every question of the failed check and explains most of what else is wrong; two that nothing observed separates are
not claimed.
"""

from __future__ import annotations

import ast
import difflib
import inspect
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.checks import tolerances
from grader.course import python_file
from grader.diagnosis.mistake import Mistake
from grader.diagnosis.runner import Runnable, Runner, call_of
from grader.errors import AssignmentError
from grader.proxy import Answer, Question, RaisedInstead, Returned

if TYPE_CHECKING:
    import torch

_UNWRITTEN = {"NotImplementedError", "NameError", "ImportError"}
"""Exceptions that say what is wrong: a known mistake that raises as well is another one."""
Answers = Callable[["Misconception", Question], Answer | None]
"""What a known mistake answers to a question; None where it never ends, or cannot be run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Misconception:
    """A known mistake that can be run."""

    name: str
    replaces: str
    """Name of the function or module that it is a wrong version of."""
    title: str
    hint: str
    implementation: Callable[..., Any]
    source: str
    """Of the file that it stands in."""

    @property
    def mistake(self) -> Mistake:
        """Return its name and hint."""
        return Mistake(name=self.name, hint=self.hint)

    @property
    def runnable(self) -> Runnable:
        """Return what a worker runs."""
        return Runnable(source=self.source, name=self.name, stands_for=self.replaces)


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


EMPTY_CATALOGUE = Catalogue(probes={})


def load_catalogue(path: Path, names: tuple[str, ...], modules: Collection[str] = ()) -> Catalogue:
    """
    Load `misconceptions.py`; a file that does not exist holds none.

    Args:
        names: What the exercises ask for.
        modules: Those of them that are networks, whose mistakes are tables of layers; all others run in a worker.

    Raises:
        AssignmentError: If the file cannot be imported, an entry has no hint, a key is none of *names*, or the file imports the
            grader where its functions are to run in a worker, which has none.
    """
    if not path.is_file():
        return EMPTY_CATALOGUE
    module = python_file.load(path, "MISCONCEPTIONS")
    table: Mapping[str, tuple[Callable[..., Any], ...]] = module.MISCONCEPTIONS
    if not _is_table(table):
        raise AssignmentError(
            f'{path}: MISCONCEPTIONS must give a tuple of functions for each name, as in {{"square": (doubles,)}}, '
            f"got {repr(table)[:100]}"
        )
    probes, source = getattr(module, "PROBES", {}), path.read_text(encoding="utf-8")
    for what, keys in (("MISCONCEPTIONS", table), ("PROBES", probes)):
        for key in keys:
            if key not in names:
                near = difflib.get_close_matches(str(key), names, n=1)
                meant = f"did you mean {near[0]}?" if near else f"they provide: {', '.join(names)}"
                line = _line_of_key(source, what, key)
                raise AssignmentError(f"{path}:{line}: {what} has a key {key!r}, which no exercise provides; {meant}")
    imported = _line_of_import(source)
    in_worker = next((name for name, functions in table.items() if functions and name not in modules), None)
    if imported is not None and in_worker is not None:
        raise AssignmentError(
            f"{path}:{imported}: imports grader when it is loaded, but known mistakes of {in_worker} run in a worker, which has "
            "none, so they would never be named; import it inside the functions that need it"
        )
    known = []
    for replaces, implementations in table.items():
        for implementation in implementations:
            title, _blank, hint = (inspect.getdoc(implementation) or "").partition("\n\n")
            if not hint:
                where = f"{path}:{_line_of(implementation)}"
                raise AssignmentError(
                    f"{where}: {implementation.__name__} has no hint (second paragraph of its docstring)"
                )
            known.append(
                Misconception(
                    name=implementation.__name__,
                    replaces=replaces,
                    title=" ".join(title.split()),
                    hint=" ".join(hint.split()),
                    implementation=implementation,
                    source=source,
                )
            )
    return Catalogue(path=path, misconceptions=tuple(known), probes=probes)


def _line_of_key(source: str, table: str, key: object) -> int:
    """Return the line on which a key of a table stands; that of the table, or 1, where it is not written out."""
    line = 1
    for node in ast.parse(source).body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        if any(isinstance(target, ast.Name) and target.id == table for target in targets):
            line = node.lineno
            for inner in ast.walk(node):
                if isinstance(inner, ast.Constant) and inner.value == key:
                    return inner.lineno
    return line


def _line_of_import(source: str) -> int | None:
    """Return the first line on which a module imports the grader when it is loaded, and not in a function; None if none does."""
    lines: list[int] = []
    waiting: list[ast.AST] = [*ast.parse(source).body]
    while waiting:
        node = waiting.pop()
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                continue
            case ast.Import(names=names):
                imported = [one.name for one in names]
            case ast.ImportFrom(module=str(module), level=0):
                imported = [module]
            case _:
                imported = []
        if isinstance(node, ast.stmt) and any(name.split(".")[0] == "grader" for name in imported):
            lines.append(node.lineno)
        waiting += [inner for inner in ast.iter_child_nodes(node) if isinstance(inner, ast.stmt | ast.excepthandler)]
    return min(lines, default=None)


def _line_of(implementation: Callable[..., Any]) -> int:
    code = getattr(implementation, "__code__", None)
    return 1 if code is None else code.co_firstlineno


def _is_table(table: object) -> bool:
    return isinstance(table, Mapping) and all(
        isinstance(name, str) and isinstance(functions, tuple | list) and all(map(callable, functions))
        for name, functions in table.items()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A question of a misconception's author: what the submission answered, and what is right."""

    question: Question
    right: Answer

    @property
    def is_wrong(self) -> bool:
        """Whether the submission's answer is not the right one."""
        return not same_answer(self.right, self.question.answer)


def explain(
    known: tuple[Misconception, ...],
    questions: tuple[Question, ...],
    probes: tuple[Probe, ...],
    answers: Answers,
) -> Misconception | None:
    """
    Return the one known mistake that explains the answers, or None.

    It must give the submission's answer to every one of *questions*, those of the failed check, and to at least half of
    the *probes* that the submission answers wrongly; a submission may have a second mistake, which shows elsewhere.
    The one that agrees on most probes is claimed; where two agree equally, neither is.  What is not written yet, or lacks a name,
    says so itself.
    """
    last = questions[-1].answer if questions else None
    if isinstance(last, RaisedInstead) and _UNWRITTEN & set(last.type_names):
        return None

    def gives(misconception: Misconception, question: Question) -> bool:
        answer = answers(misconception, question)
        return answer is not None and same_answer(answer, question.answer)

    wrong = [probe.question for probe in probes if probe.is_wrong]
    agreements = {
        misconception.name: sum(gives(misconception, probe.question) for probe in probes)
        for misconception in known
        if all(gives(misconception, question) for question in questions)
        and 2 * sum(gives(misconception, question) for question in wrong) >= len(wrong)
    }
    best = [
        misconception
        for misconception in known
        if agreements.get(misconception.name) == max(agreements.values(), default=0)
    ]
    return best[0] if len(best) == 1 else None


def ask(known: tuple[Misconception, ...], questions: Sequence[Question], runner: Runner) -> Answers:
    """Put *questions* to every known mistake, and return how their answers are looked up."""
    calls = [call_of(question) for question in questions]
    given = dict(
        zip((one.name for one in known), runner.answers_of([one.runnable for one in known], calls), strict=True)
    )
    positions = {id(question): place for place, question in enumerate(questions)}

    def answer_of(misconception: Misconception, question: Question) -> Answer | None:
        answers = given[misconception.name]
        return None if answers is None else answers[positions[id(question)]]

    return answer_of


def same_answer(expected: Answer, received: Answer, precision: str = "float64") -> bool:
    """
    Return whether two answers are the same but for rounding; of exceptions, whether there is one.

    Args:
        precision: In which they were computed at least; tensors of 32 bits are compared as such in any case.
    """
    if isinstance(expected, Returned) and isinstance(received, Returned):
        return _same_value(expected.value, received.value, precision)
    return type(expected) is type(received)  # that it raises is the answer; which type is a matter of style


def _same_value(expected: object, received: object, precision: str) -> bool:
    if any(
        getattr(one, "shape", None) == () for one in (expected, received)
    ):  # checks take it as the number that it holds
        if "torch.float32" in {str(getattr(one, "dtype", "")) for one in (expected, received)}:
            precision = "float32"
        expected, received = _plain(expected), _plain(received)
    if isinstance(expected, tuple | list) and isinstance(received, tuple | list):
        return len(expected) == len(received) and all(
            _same_value(one, other, precision) for one, other in zip(expected, received, strict=True)
        )
    if hasattr(expected, "shape") or hasattr(received, "shape"):
        return _same_tensor(expected, received, precision)
    if isinstance(expected, float) and type(received) in (float, int):  # who counts on paper writes 1 for 1.0
        if math.isnan(expected):
            return math.isnan(received)  # type: ignore[arg-type]
        return math.isclose(expected, received, rel_tol=tolerances.BY_DTYPE[precision])  # type: ignore[arg-type]
    return type(expected) is type(received) and expected == received


def _plain(value: object) -> object:
    """Return a tensor without axes as the number that it holds."""
    return value.item() if getattr(value, "shape", None) == () else value  # type: ignore[attr-defined]


def _same_tensor(expected: object, received: object, precision: str) -> bool:
    """Compare tensors; an array, a list of numbers or, for a tensor without axes, a number may stand for one."""
    import torch

    try:
        want, got = (_as_tensor(one) for one in (expected, received))
    except (TypeError, ValueError, RuntimeError):  # what holds no numbers, or rows of several lengths
        return False
    if want.shape != got.shape:
        return False
    if want.dtype != got.dtype or not want.numel():
        return want.dtype == got.dtype
    allowed = tolerances.BY_DTYPE[precision if want.dtype == torch.float64 else "float32"]
    want, got = want.double(), got.double()
    is_same = (want == got) | (want.isnan() & got.isnan())
    finite = want[want.isfinite()].abs()
    scale = finite.max() if finite.numel() else 0.0
    return bool((is_same | ((want - got).abs() <= allowed * scale)).all())


def _as_tensor(value: object) -> torch.Tensor:
    import torch

    if isinstance(value, bool):
        raise TypeError("a truth value is no number")
    return torch.as_tensor(value, dtype=torch.float64 if isinstance(value, float | list | tuple) else None)
