"""
Definitions out of a notebook: cells to importable code, without its side effects.

A notebook is graded by what it defines: imports, functions, classes and plain constants.  Cells that train, plot, download or
install are left out, and it is said which.  A cell with a syntax error loses that cell only.
"""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass

import nbformat

MAX_BYTES = 50_000_000
_ANYWHERE = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_SHELL = ("!", "%", "?")


class NotANotebook(Exception):
    """The bytes are no notebook; the text says why, for the student."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definitions:
    """What a notebook defines, as Python source, and what was left out of it."""

    source: str
    left_out: tuple[str, ...]


def definitions(content: bytes) -> Definitions:
    """
    Extract the definitions of a notebook of format 3 or 4.

    Raises:
        NotANotebook: If it is too large, or no notebook.
    """
    if len(content) > MAX_BYTES:
        raise NotANotebook(f"a notebook of more than {MAX_BYTES:,} bytes; clear its outputs")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what nbformat thinks of missing cell ids is not our output
            book = nbformat.reads(content.decode("utf-8-sig"), as_version=4)
        cells = [(cell.cell_type, cell.source) for cell in book.cells]
    except (UnicodeDecodeError, ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        raise NotANotebook(f"this is not a notebook: {str(error)[:200]}") from None
    except Exception as error:  # nbformat's own errors share no base class
        raise NotANotebook(f"this is not a notebook: {str(error)[:200]}") from None
    kept: list[str] = []
    left_out: list[str] = []
    number = 0
    for kind, source in cells:
        if kind != "code":
            continue
        number += 1
        python, skipped = _of_cell(str(source), number)
        kept += python
        left_out += skipped
    return Definitions(source="\n\n".join(kept) + "\n", left_out=tuple(left_out))


def _of_cell(source: str, number: int) -> tuple[list[str], list[str]]:
    lines = source.splitlines()
    if lines and lines[0].startswith("%%"):
        return [], [f"cell {number}: left out, it is not Python ({lines[0].split()[0]})"]
    try:
        plain, tree = _parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        where = f", line {error.lineno}: {error.msg}" if isinstance(error, SyntaxError) else ": it cannot be read"
        return [], [f"cell {number}{where}; the cell is left out"]
    kept, skipped = [], []
    for node in tree.body:
        if isinstance(node, _ANYWHERE) or _is_constant(node):
            kept.append(_source_of(plain, node))
        elif not _is_text(node) and not isinstance(node, ast.Pass):
            first = (_source_of(plain, node).splitlines() or [""])[0][:60]
            skipped.append(
                f"cell {number}, line {node.lineno}: left out, a notebook is graded by its definitions: {first}"
            )
    return kept, skipped


def _parse(source: str) -> tuple[str, ast.Module]:
    """Parse a cell; only where it is no Python are its shell lines taken for such (`% n` may continue an expression)."""
    try:
        return source, ast.parse(source)
    except SyntaxError:
        lines = [
            line[: len(line) - len(line.lstrip())] + "pass" if line.lstrip().startswith(_SHELL) else line
            for line in source.splitlines()
        ]
        plain = "\n".join(lines)
        return plain, ast.parse(plain)


def _source_of(source: str, node: ast.stmt) -> str:
    decorators = getattr(node, "decorator_list", [])
    if decorators:
        first = min(decorator.lineno for decorator in decorators)
        return "\n".join(source.splitlines()[first - 1 : node.end_lineno])
    return ast.get_source_segment(source, node) or ""  # a line may hold several statements


def _is_constant(node: ast.stmt) -> bool:
    """Whether it assigns literals, or another name to a name: nothing that could do something."""
    if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
        return False
    harmless = (
        ast.Constant,
        ast.Tuple,
        ast.List,
        ast.Dict,
        ast.Name,
        ast.Attribute,
        ast.UnaryOp,
        ast.BinOp,
        ast.Lambda,
    )
    if isinstance(node.value, ast.Lambda):
        return True
    parts = (part for part in ast.walk(node.value) if isinstance(part, ast.expr))
    return all(isinstance(part, harmless) for part in parts)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
