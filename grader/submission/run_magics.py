"""
Let `%run FILE` of a notebook count, where the file was handed in beside it: as an import of all that the file defines.

A notebook that is run becomes a module of its definitions.  Lines stay where the student wrote them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath

from grader.model import SourceFile
from grader.protocol import sendable
from grader.submission.statements import UNREADABLE, TooManyStatements, parse, split

_RUN = re.compile(
    r"""^(?P<indent>[ \t]*)%run[ \t]+(?:-[a-zA-Z]+[ \t]+)*(?P<quote>["']?)(?:\./)?(?P<file>[^"'\n]+?\.(?:ipynb|py))(?P=quote)"""
    r"""(?:[ \t].*)?$""",
    re.MULTILINE | re.IGNORECASE,
)
_LONGEST = 60
_MODULE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def files_run(content: bytes) -> tuple[str, ...]:
    """Return the files that a notebook runs, as it names them, each once."""
    book = _book(content)
    if book is None or b"%run" not in content:
        return ()
    return tuple(dict.fromkeys(match["file"] for _cell, text in _cells(book) for match in _RUN.finditer(text)))


def as_imports(
    content: bytes, files: Mapping[str, SourceFile], module_of: Callable[[SourceFile], str]
) -> tuple[bytes, tuple[SourceFile, ...]]:
    """
    Return a notebook that imports what it ran, and the modules that were notebooks.

    Args:
        files: What was handed in beside it, scripts and notebooks, by their paths.
        module_of: Makes the source of a module of a notebook; what it raises of UNREADABLE leaves the line as it is.
    """
    book = _book(content)
    if book is None or b"%run" not in content:
        return content, ()
    made: dict[str, SourceFile] = {}

    def import_of(match: re.Match[str]) -> str:
        file = files.get(match["file"])
        stem = PurePosixPath(match["file"]).stem
        if file is None or "/" in match["file"] or not _MODULE.fullmatch(stem):
            return match[0]
        try:
            if file.path.lower().endswith(".py"):
                source = file.content.decode("utf-8-sig")
            elif f"{stem}.py" in files:  # a module of this name is something else
                return match[0]
            else:
                source = module_of(file)
                made[file.path] = SourceFile(path=f"{stem}.py", content=source.encode())
            names = sorted({name for one in split(source) for name in one.binds if not name.startswith("__")})
        except (*UNREADABLE, TooManyStatements):
            return match[0]
        return f"{match['indent']}from {stem} import {', '.join(names)}" if names else f"{match['indent']}import {stem}"

    for cell, text in _cells(book):
        if not _is_python(text):
            cell["source"] = _RUN.sub(import_of, text)
    return json.dumps(book).encode(), tuple(made.values())


def left_out(content: bytes) -> Iterator[str]:
    """Yield a sentence for each line that runs a file, in the notebook that `as_imports` returns."""
    book = _book(content)
    if book is None or b"%run" not in content:
        return
    for number, (_cell, text) in enumerate(_cells(book), start=1):
        for match in () if _is_python(text) else _RUN.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            shown = sendable(match[0].strip()[:_LONGEST])
            yield f"cell {number}, line {line}: left out, `%run` of a file that is not taken over: `{shown}`"


def _is_python(text: str) -> bool:
    """Return whether a cell is Python already: then `%run` stands in a text of it."""
    try:
        parse(text)
    except UNREADABLE:
        return False
    return True


def _book(content: bytes) -> object:
    try:
        return json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None


def _cells(book: object) -> Iterator[tuple[dict[str, object], str]]:
    """Yield the code cells of a notebook of format 4, with their texts."""
    cells = book.get("cells") if isinstance(book, dict) else None
    for cell in cells if isinstance(cells, list) else ():
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            source = cell.get("source", "")
            lines = source if isinstance(source, list) else [source]
            yield cell, "".join(line for line in lines if isinstance(line, str))
