"""
Python in percent cells (`# %%`, `# %% [markdown]`), as editors and jupytext read it, to a notebook and back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat

from grader.errors import AssignmentError

_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
_CHECK_TEXT = (
    "## Check your work\n\nRun this cell as often as you like: it asks your functions and classes, as they are now, the "
    "public questions of this\nassignment. Run a cell again after you have changed it; nothing need be saved."
)
_CHECK = "import grader\n\ngrader.check()"
_CELL = re.compile(r"# %%(?: (?P<title>.*?))??(?: ?\[(?P<kind>\w+)\])?\s*")
_MAGIC = re.compile(r"# ([%!]\w.*)")


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell of a notebook."""

    is_code: bool
    source: str


def notebook_of(stub: str, path: Path) -> str:
    """
    Return the notebook for a stub, with a last cell that checks it, as nbformat 4 JSON; the same stub always gives the same text.

    Raises:
        AssignmentError: If a cell of it is neither code nor Markdown; the text names *path* and line.
    """
    cells = [*_cells(stub, path), _Cell(False, _CHECK_TEXT), _Cell(True, _CHECK)]
    made = [
        nbformat.v4.new_code_cell(cell.source, id=f"cell-{number}")
        if cell.is_code
        else nbformat.v4.new_markdown_cell(cell.source, id=f"cell-{number}")
        for number, cell in enumerate(cells)
    ]
    book = nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": _KERNEL, "language_info": {"name": "python"}})
    book["nbformat"], book["nbformat_minor"] = 4, 5
    nbformat.validate(book)
    return str(nbformat.writes(book)) + "\n"


def percent_of(content: str, path: Path) -> str:
    """
    Return a notebook as Python in percent cells; lines for IPython, such as `%matplotlib inline`, become comments.

    Raises:
        AssignmentError: If it is no notebook, or has a cell that is neither code nor Markdown.
    """
    try:
        book = nbformat.reads(content, as_version=4)
    except Exception as error:  # nbformat raises what json, jsonschema and its own upgrades raise
        raise AssignmentError(f"{path}: no notebook: {str(error).splitlines()[0]}") from None
    parts = []
    for number, cell in enumerate(book.cells, start=1):
        source = cell.source.strip("\n")
        if cell.cell_type == "markdown":
            parts.append("# %% [markdown]\n" + "\n".join(f"# {line}".rstrip() for line in source.split("\n")))
        elif cell.cell_type == "code":
            parts.append("# %%\n" + "\n".join(_commented(source, path, number)))
        else:
            raise AssignmentError(
                f"{path}: cell {number} is a raw cell, `{source.partition(chr(10))[0]}`; delete it: exercises and limits stand "
                "in assignment.toml, and tests are checks"
            )
    return "\n\n".join(parts) + "\n"


def _commented(source: str, path: Path, number: int) -> Iterator[str]:
    for line in source.split("\n"):
        if line.startswith("%%"):
            raise AssignmentError(
                f"{path}: cell {number} begins with `{line}`; a solution is plain Python: delete that line"
            )
        yield f"# {line}" if line.startswith(("%", "!")) else line


def _cells(text: str, path: Path) -> Iterator[_Cell]:
    lines: list[str] = []
    is_code, is_first = True, True
    for number, line in enumerate(text.split("\n"), start=1):
        found = _CELL.fullmatch(line)
        if found is None:
            lines.append(line)
            continue
        if not is_first or any(one.strip() for one in lines):
            yield _cell(lines, is_code=is_code)
        lines, is_first = [], False
        is_code = found["kind"] is None
        if found["kind"] not in (None, "markdown", "md"):
            raise AssignmentError(
                f"{path}:{number}: `{line}` begins a cell of an unknown kind; there is `# %% [markdown]`"
            )
    yield _cell(lines, is_code=is_code)


def _cell(lines: list[str], *, is_code: bool) -> _Cell:
    if is_code:
        lines = [found[1] if (found := _MAGIC.fullmatch(line)) else line for line in lines]
    else:
        lines = [line.removeprefix("#").removeprefix(" ") for line in lines]
    return _Cell(is_code, "\n".join(lines).strip("\n"))
