"""
Read a notebook from anywhere, bounded, as cells; nothing of it is run.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat

from grader.bounded_read import read_bounded
from grader.errors import UsageError

_MAX_BYTES = 32 * 1024**2
_MAX_CELLS = 2_000
_MAX_SOURCE = 1_000_000
"""Characters of code and Markdown; a notebook of a book of exercises has some 100,000."""
_MAGIC = re.compile(r"\s*[%!?]|\s*\w[\w.]*\?+\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of a notebook."""

    number: int
    """From 1."""
    kind: str
    """`code`, `markdown` or `raw`."""
    source: str
    metadata: Mapping[str, Any]
    shown: str | None = None
    """The text of what its last expression gave, where it has been run."""
    prints: bool = False
    """Whether it has printed something."""

    @property
    def first_line(self) -> str:
        """The first line that is not blank."""
        return next((line.strip() for line in self.source.split("\n") if line.strip()), "")

    def with_source(self, source: str) -> Cell:
        """Return the cell with other text."""
        return replace(self, source=source)


def notebook_in(path: Path) -> Path:
    """
    Return the notebook that is meant by a path: itself, or the only one in a folder.

    Raises:
        UsageError: If there is none, or several.
    """
    if not path.is_dir():
        return path
    found = sorted(one for one in path.glob("*.ipynb"))
    if len(found) != 1:
        there = ", ".join(one.name for one in found[:10]) or "none"
        raise UsageError(f"{path}: name one notebook, which becomes one assignment; there are: {there}")
    return found[0]


def cells_of(path: Path) -> tuple[Cell, ...]:
    """
    Read the cells of a notebook in Python.

    Raises:
        UsageError: If it cannot be read, is none, is too large, or is in another language.
    """
    content = read_bounded(path, _MAX_BYTES, "notebook of an assignment")
    try:
        book = nbformat.reads(content.decode(), as_version=4)
        cells = tuple(_cells(book))
    except Exception as error:  # nbformat raises what json, jsonschema and its own upgrades raise
        reason = (str(error).splitlines() or [type(error).__name__])[0][:200]
        raise UsageError(f"{path}: no notebook: {reason}") from None
    kernel = book.metadata.get("kernelspec", {})
    language = str(kernel.get("language") or book.metadata.get("language_info", {}).get("name") or "python")
    if not language.lower().startswith("python"):
        raise UsageError(f"{path}: a notebook in {language}; assignments here are in Python")
    if len(cells) > _MAX_CELLS or sum(len(cell.source) for cell in cells) > _MAX_SOURCE:
        raise UsageError(f"{path}: more than {_MAX_CELLS:,} cells or {_MAX_SOURCE:,} characters; split it")
    return cells


def _cells(book: Any) -> Iterator[Cell]:
    for number, cell in enumerate(book.cells, start=1):
        shown, prints = None, False
        for output in cell.get("outputs", ()):
            if output.output_type == "stream":
                prints = prints or output.get("name") == "stdout"
            elif output.output_type == "execute_result":
                shown = "".join(output.get("data", {}).get("text/plain", "")) or None
        yield Cell(
            number=number,
            kind=str(cell.cell_type),
            source=str(cell.source).replace("\r\n", "\n").strip("\n"),
            metadata=cell.metadata,
            shown=shown,
            prints=prints,
        )


def is_to_be_seen(magic: str) -> bool:
    """Return whether a line for IPython may change what its cell computes: one that only measures or hides something does not."""
    return magic.startswith("%%") and magic[2:].partition(" ")[0] not in ("time", "capture", "prun")


def without_magics(source: str) -> tuple[str, tuple[str, ...]]:
    """Return code with its lines for IPython as comments, and these lines; a line within a string stays."""
    if parsed(source) is not None:
        return source, ()
    found: list[str] = []
    lines = []
    for line in source.split("\n"):
        if _MAGIC.match(line):
            found.append(line.strip())
            indent = line[: len(line) - len(line.lstrip())]
            plain = line.strip()
            lines.append(f"{indent}# {plain}" if not plain.startswith("%%") else f"{indent}# cell magic: {plain[2:]}")
        else:
            lines.append(line)
    return "\n".join(lines), tuple(found)


def parsed(source: str) -> ast.Module | None:
    """Return the syntax tree of some code, None where it is no Python."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
