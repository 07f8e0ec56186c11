"""
Prove that a handout holds nothing of a solution.

No file of it may be one of the solution's.  No statement of the solution's Python may be in a notebook (cells, outputs and
metadata) or in a text, unless the Python that is handed out has it too; statements are compared as syntax trees, so that spaces,
quotes and comments make no difference.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.errors import AssignmentError

_SPECIMENS = "specimens"
_STUB = f"{_SPECIMENS}/stub"
"""A specimen that is what was handed out."""
_NODES = 3
"""A statement of fewer nodes of a syntax tree, such as `pass`, is no answer."""
_LINE = re.compile(r"\s*(?:-+>|>>>|\.\.\.|In \[\d*\]:)?\s*(?:\d+\s)?\s*(?P<code>.*)")
"""A line of code as it stands in a prompt or in a traceback."""
_FENCE = re.compile(r"^```\w*\n(.*?)^```", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Answer:
    """A statement of the solution."""

    path: Path
    line: int


def require_none(folder: Path, solution: Path, files: Mapping[str, bytes]) -> None:
    """
    Require that *files*, by their paths below *folder*, hold nothing of what lies in *solution*.

    Raises:
        AssignmentError: If one does; names both places.
    """
    _require_no_file(folder, solution, files)
    public = {
        statement for name, content in files.items() if name.endswith(".py") for statement, _ in _of(content.decode())
    }
    secret: dict[str, _Answer] = {}
    for path in sorted(solution.rglob("*.py")):
        if _SPECIMENS not in path.relative_to(solution).parts:
            for statement, line in _of(path.read_text(encoding="utf-8")):
                secret.setdefault(statement, _Answer(path, line))
    for name, content in files.items():
        for text in _texts(name, content):
            for statement in _in_text(text):
                if statement in secret and statement not in public:
                    answer = secret[statement]
                    shown = answer.path.read_text(encoding="utf-8").splitlines()[answer.line - 1].strip()
                    raise AssignmentError(
                        f"{folder / name}: holds what line {answer.line} of {answer.path} does: `{shown[:80]}`; take it out, or "
                        "make the notebook anew from the stub"
                    )


def _require_no_file(folder: Path, solution: Path, files: Mapping[str, bytes]) -> None:
    theirs = {hashlib.sha256(content).digest(): name for name, content in files.items() if content.strip()}
    for path in sorted(solution.rglob("*")):
        if path.is_file() and not path.relative_to(solution).as_posix().startswith(f"{_STUB}/"):
            name = theirs.get(hashlib.sha256(path.read_bytes()).digest())
            if name is not None:
                raise AssignmentError(f"{folder / name}: is the same file as {path}; hand out another one")


def _of(source: str) -> Iterator[tuple[str, int]]:
    """Yield each statement of a source and its line; nothing of what is no Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and not isinstance(node, (ast.Import, ast.ImportFrom)):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                continue  # a docstring
            if sum(1 for _ in ast.walk(node)) >= _NODES:
                yield ast.dump(node), node.lineno


def _in_text(text: str) -> Iterator[str]:
    """Yield each statement of a text that is Python, or has it between fences, or line by line."""
    for part in (text, *_FENCE.findall(text)):
        yield from (statement for statement, _ in _of(part))
    for line in text.splitlines():
        match = _LINE.fullmatch(line)
        if match is not None:
            yield from (statement for statement, _ in _of(match["code"]))


def _texts(name: str, content: bytes) -> Iterator[str]:
    """Yield every text of a file that is neither Python nor a picture."""
    if name.endswith(".ipynb"):
        try:
            yield from _strings(json.loads(content))
        except ValueError as error:
            raise AssignmentError(f"{name}: no notebook: {error}") from None
    elif name.endswith((".md", ".toml")):
        yield content.decode()


def _strings(tree: object) -> Iterator[str]:
    """Yield each string of a tree of JSON; lines in a list are one text."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, list) and tree and all(isinstance(one, str) for one in tree):
        yield "".join(tree)
    elif isinstance(tree, (list, dict)):
        below: Iterable[object] = (*tree.keys(), *tree.values()) if isinstance(tree, dict) else tree
        for one in below:
            yield from _strings(one)
