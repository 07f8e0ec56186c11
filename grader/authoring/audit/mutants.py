"""
A mutant: the reference with one mistake, as it is handed in.
"""

from __future__ import annotations

import ast
import difflib
import functools
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol, TypeVar

from grader import submission as submissions
from grader.checks.architectures.table import Network
from grader.model import Assignment, Submission

_CONTEXT = 1
"""Lines of a diff before and after a change."""


class Named(Protocol):
    """Something with a name of its own."""

    @property
    def name(self) -> str:
        """Return it."""


_Named = TypeVar("_Named", bound=Named)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A reference with one mistake."""

    name: str
    """What it changes, how, and a hash that tells it apart: `square/off_by_one-3f2a91`."""
    of: str
    """The function or module that it changes."""
    what: str
    """What it is: "a function that returns a float"."""
    diff: str
    files: Mapping[str, str]
    """Of the submission, by path."""
    tables: tuple[Network, Network] | None = None
    """Of layers: the right one and its own; None of a function."""
    is_alone: bool = False
    """Whether the submission defines nothing else that is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crop:
    """The mutants of one function or module."""

    of: str
    made: int
    """How many the operators make."""
    not_drawn: int = 0
    """Of these, such as nothing else was done with, where there are very many."""
    not_written: int = 0
    """Of these, such as cannot be handed in."""
    alike: int = 0
    """Of these, such as give the same answers to all questions as another one, which stands for them."""
    equivalent: int = 0
    """Of these, such as give the answers of the reference to all questions."""
    questions: int = 0
    """How many questions tell that; 0 where none can be asked."""
    mutants: tuple[Mutant, ...] = ()
    """What is left to be graded."""


def named(of: str, mistake: str, diff: str) -> str:
    """Return the name of a mutant, which stays the same as long as its diff does."""
    return f"{of}/{mistake}-{hashlib.sha256(diff.encode()).hexdigest()[:6]}"


def diff_of(reference: str, mutated: str) -> str:
    """Return what a mutant changes, as a diff of both sources without comments; its functions in the order of the reference."""
    order, before = _ordered(reference)
    after = _lines(_parsed(mutated, order))
    lines = difflib.unified_diff(before, after, lineterm="", n=_CONTEXT)
    return "\n".join(line for line in lines if not line.startswith(("---", "+++")))


@functools.lru_cache(maxsize=4)  # the reference is compared with thousands
def _ordered(source: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    tree = _parsed(source, ())
    names = tuple(node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef))
    return names, tuple(_lines(tree))


def _parsed(source: str, order: tuple[str, ...]) -> ast.Module:
    tree = ast.parse(source)
    named = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in order]
    # of a name that is defined twice the second one wraps the first, and stays behind it
    if len({node.name for node in named}) == len(named):
        rest = [node for node in tree.body if node not in named]
        tree.body = [*rest, *sorted(named, key=lambda node: order.index(node.name))]
    return tree


def _lines(tree: ast.Module) -> list[str]:
    return ast.unparse(tree).splitlines()


def handed_in(mutants: Sequence[Mutant], assignment: Assignment) -> list[Submission]:
    """Return mutants as submissions, read as any other."""
    found = []
    with TemporaryDirectory(prefix="grader-mutants-") as temporary:
        for number, mutant in enumerate(mutants):
            folder = Path(temporary, f"{number:05d}")
            folder.mkdir()
            for path, content in mutant.files.items():
                (folder / path).write_text(content)
            found.append(submissions.read(folder, assignment))
    return found


def drawn(every: Sequence[_Named], count: int, key: str) -> list[_Named]:
    """Return *count* of all, or all, in an order that follows from *key* and their names alone."""
    return sorted(every, key=lambda one: hashlib.sha256(f"{key}/{one.name}".encode()).digest())[:count]
