"""
What an audit rests on, as hashes: where one of them has changed, its results say nothing any more.

Of the grader these are the parts that decide what a submission gets.  Their comments and docstrings are left out, and so is the
prose of an assignment: a sentence that is written better makes no audit stale.
"""

from __future__ import annotations

import ast
import hashlib
import io
import tokenize
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from pathlib import Path

import grader
from grader.authoring.specimens import Specimen
from grader.model import Assignment

DECIDES = (
    "checks",
    "datasets",
    "diagnosis",
    "grading",
    "keys.py",
    "protocol",
    "proxy",
    "submission",
    "worker",
    *(
        f"authoring/audit/{name}.py"
        for name in ("functions", "killing", "questions", "same_network", "statements", "tables")
    ),
)
"""Parts of the grader that decide what a submission gets, and the last, which mutants there are."""
RECORD, WAIVERS = "audit.json", "waivers.toml"
_GRADER = Path(grader.__file__).parent
_SHOWN = 16
"""Hexadecimal digits of a hash: it tells versions apart, and nobody gains by another text with the same."""


@cache
def of_grader() -> dict[str, str]:
    """Return a hash for each part of the grader that decides what a submission gets."""
    return {name: _hash(_grader_files(_GRADER / name)) for name in DECIDES}


def _grader_files(path: Path) -> Iterator[tuple[str, bytes]]:
    for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
        yield file.relative_to(_GRADER).as_posix(), code_alone(file.read_text(encoding="utf-8")).encode()


def of_assignment(assignment: Assignment) -> dict[str, str]:
    """Return a hash for each part of an assignment that decides what a submission gets, and of what is waived."""
    folder, solution = assignment.folder, assignment.solution
    parts = {
        "assignment.toml": [folder / "assignment.toml"],
        "networks.py": [folder / "networks.py"],
        "checks": sorted((folder / "checks").rglob("*.py")),
    }
    if solution is not None:
        parts |= {
            "the reference": [solution / assignment.file],
            "the hidden checks": sorted((solution / "checks").rglob("*.py")),
            "misconceptions.py": [solution / "misconceptions.py"],
            WAIVERS: [solution / WAIVERS],
        }
    return {
        name: _hash((path.name, path.read_bytes()) for path in paths)
        for name, paths in ((name, [path for path in paths if path.is_file()]) for name, paths in parts.items())
        if paths
    }


def of_specimen(specimen: Specimen) -> str:
    """Return the hash of a specimen: its files, or the text of the stub, and what it declares."""
    folder = specimen.folder
    files = sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    made = [] if specimen.made is None else [(specimen.file, specimen.made.encode())]
    return _hash(chain(made, ((path.relative_to(folder).as_posix(), path.read_bytes()) for path in files)))


def together(*parts: dict[str, str]) -> str:
    """Return one hash of several parts."""
    return _hash((name, value.encode()) for part in parts for name, value in sorted(part.items()))


def _hash(files: Iterable[tuple[str, bytes]]) -> str:
    whole = hashlib.sha256()
    for name, content in files:
        for text in (name.encode(), content):
            whole.update(len(text).to_bytes(8, "big") + text)
    return whole.hexdigest()[:_SHOWN]


def code_alone(source: str) -> str:
    """Return source text without comments, docstrings and empty lines, in the same way in every version of Python."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        body = getattr(node, "body", None)
        for statement in body if isinstance(body, list) else ():
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                first, last = statement.lineno - 1, (statement.end_lineno or statement.lineno) - 1
                if lines[first][: statement.col_offset].isspace() or statement.col_offset == 0:
                    lines[first : last + 1] = [""] * (last + 1 - first)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start[0] - 1, token.start[1]
            lines[row] = lines[row][:column]
    return "\n".join(filter(None, (line.rstrip() for line in lines)))
