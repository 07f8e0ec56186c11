"""
Read the code cells of a notebook as Python, line by line where the student wrote them.

Any notebook of format 1 to 4 will do, whatever wrote it: only its code counts.  What IPython adds to Python (magics, shell
lines, help, indented cells) is turned into Python by IPython's own transformer, and then does nothing.
"""

from __future__ import annotations

import json
import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from grader.model import SourceFile
from grader.submission import newer_python
from grader.submission.source_map import standing_in
from grader.submission.statements import UNREADABLE, parse, source_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from IPython.core.inputtransformer2 import TransformerManager

MAX_BYTES = 50_000_000
MAX_CELLS = 10_000
_MAX_FILES = 50
_MAX_READ = 1_000_000
"""Characters that the transformer may read in one notebook; for each magic it reads a whole cell again."""
_FORMAT_OF_CELLS = 4
"""From this one on a notebook has its cells in one list; before, in worksheets."""
_MAX_DIGITS = 1_000
_OF_PYTHON = ("%%time", "%%timeit", "%%capture", "%%prun")
_OF_FILES = ("%%writefile", "%%file")
_MAGIC = re.compile(r"%%\w*")
_BLANK_LINES = re.compile(r"(?:[ \t]*(?:\r\n|\r|\n))*")
_NOT_BLANK = re.compile(r"\S")
_CALL = re.compile(r"(\s*+)(?:([^=]*+=\s*+))?get_ipython\(\)\..*", re.DOTALL)  # possessive: it never tries a line twice


class NotANotebook(Exception):
    """The bytes are no notebook; the text says why, for the student."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Code as it was written: a code cell, a part of one, or a script that a notebook runs as if it stood there."""

    number: int
    """Of the cell among the code cells, from 1; 0 of a script."""
    text: str
    """Each line where the student wrote it."""
    file: str = ""
    """Where it was found, if the notebook that is read runs it; empty for itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A piece that is Python."""

    number: int
    """Of the cell among the code cells, from 1; 0 of a script."""
    source: str
    """Python, each line where the student wrote it."""
    file: str = ""
    """Where it was found, if the notebook that is read runs it; empty for itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LostCell:
    """A piece that cannot be read."""

    number: int
    why: str
    """The line and what is wrong there, as it follows the number: `, line 2: invalid syntax`."""
    text: str
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notebook:
    """The code of a notebook."""

    cells: tuple[Cell, ...]
    lost: tuple[LostCell, ...]
    files: tuple[SourceFile, ...]
    """What `%%writefile` cells write beside it."""
    omitted: tuple[str, ...]
    """Cells that are not Python, one sentence each."""

    @property
    def code_bytes(self) -> int:
        """Return how large its code is, that of cells which cannot be read included."""
        sizes = (len(cell.source) for cell in self.cells)
        return sum(sizes) + sum(len(cell.text) for cell in self.lost) + sum(len(file.content) for file in self.files)


def is_one(content: bytes) -> bool:
    """Return whether a file is a notebook by what it holds."""
    if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") or len(content) > MAX_BYTES:
        return False
    try:
        book = _json(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return False
    return isinstance(book, dict) and ("cells" in book or "worksheets" in book) and "nbformat" in book


def read(content: bytes, main: str, max_code_bytes: int = MAX_BYTES) -> Notebook:
    """
    Read a notebook.

    Args:
        main: Name of the file that the assignment asks for; a cell that writes it is a cell like others.
        max_code_bytes: Code beyond which the caller takes no notebook; further cells are then taken as they stand.

    Raises:
        NotANotebook: If it is too large, or no notebook.
    """
    return of_pieces(pieces_of(content), main, max_code_bytes)


def pieces_of(content: bytes, file: str = "") -> tuple[Piece, ...]:
    """
    Return the code cells of a notebook.

    Args:
        file: Where it was found, if another notebook runs it; empty if it is the one that is read.

    Raises:
        NotANotebook: If it is too large, or no notebook.
    """
    if len(content) > MAX_BYTES:
        raise NotANotebook(f"a notebook of more than {MAX_BYTES:,} bytes; clear its outputs")
    code = [source_of(cell) for cell in all_cells(content) if cell.get("cell_type") == "code"]
    return tuple(Piece(number=number, text=text, file=file) for number, text in enumerate(code, start=1))


def files_written(pieces: Sequence[Piece], main: str) -> tuple[SourceFile, ...]:
    """Return what the `%%writefile` cells among *pieces* write beside the notebook; *main* is as for `read`."""
    reading = _Reading(main, 0)
    for piece in pieces:
        if is_of_a_file(piece.text):
            reading.take(piece)
    return reading.written()


def is_of_a_file(text: str) -> bool:
    """Return whether a cell starts as one that writes a file."""
    return text.lstrip().startswith(_OF_FILES)


def is_of_another_language(text: str) -> bool:
    """Return whether a cell is not Python, by the magic that it starts with."""
    first = text.split(maxsplit=1)
    return bool(first) and first[0].startswith("%%") and first[0] not in _OF_PYTHON


def of_pieces(pieces: Sequence[Piece], main: str, max_code_bytes: int = MAX_BYTES) -> Notebook:
    """
    Read what the code cells of a notebook hold; the arguments are those of `read`.
    """
    reading = _Reading(main, max_code_bytes)
    for piece in pieces:
        reading.take(piece)
    return Notebook(
        cells=tuple(reading.cells),
        lost=tuple(reading.lost),
        files=reading.written(),
        omitted=tuple(reading.omitted),
    )


def all_cells(content: bytes) -> list[dict[str, object]]:
    """
    Return the cells of a notebook, of code and of text, as it has them.

    Raises:
        NotANotebook: If it is none.
    """
    try:
        cells = _cells(_json(content.decode("utf-8-sig")))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise NotANotebook(f"this is not a notebook: {_one_line(str(error))[:200]}") from None
    if len(cells) > MAX_CELLS:  # before anything is made of a single one
        raise NotANotebook(f"a notebook of {len(cells):,} cells; {MAX_CELLS:,} are the most that are read")
    return [cell for cell in cells if isinstance(cell, dict)]


def source_of(cell: dict[str, object]) -> str:
    """Return the text of a cell."""
    text = cell.get("source", cell.get("input", ""))
    lines = text if isinstance(text, list) else [text]
    return "".join(line for line in lines if isinstance(line, str))


def _json(text: str) -> object:
    try:
        return json.loads(text, parse_int=_whole_number)
    except ValueError:
        raise ValueError(f"Notebook does not appear to be JSON: {text[:60]!r}"[:77] + "...") from None


def _whole_number(digits: str) -> int | float:
    """Return a number of JSON; Python refuses to read one of thousands of digits exactly, and nothing here needs it."""
    return int(digits) if len(digits) <= _MAX_DIGITS else float(digits)


def _cells(book: object) -> list[object]:
    """Return the cells of a notebook, of all its worksheets where it is one of format 2 or 3; nothing else in it matters."""
    if not isinstance(book, dict):
        raise ValueError(f"it holds a {type(book).__name__}")
    has_cells = isinstance(book.get("cells"), list)
    version = book.get("nbformat")
    is_old = "worksheets" in book and (not has_cells or (isinstance(version, int) and version < _FORMAT_OF_CELLS))
    if is_old:
        return [cell for sheet in book["worksheets"] for cell in sheet["cells"]]
    if not has_cells:
        raise ValueError("it has no list of cells")
    return list(book["cells"])


class _Reading:
    """A notebook half read."""

    def __init__(self, main: str, max_code_bytes: int) -> None:
        self._main = main
        self._left = max_code_bytes
        self._python = _Transformer()
        self.cells: list[Cell] = []
        self.lost: list[LostCell] = []
        self.files: dict[str, list[str]] = {}
        """The text of each, in pieces."""
        self.omitted: list[str] = []

    def written(self) -> tuple[SourceFile, ...]:
        return tuple(SourceFile(path=path, content="".join(text).encode()) for path, text in self.files.items())

    def take(self, piece: Piece) -> None:
        number, file = piece.number, piece.file
        source = self._without_cell_magics(piece)
        if source is None:
            return
        self._left -= len(source)
        if self._left < 0:  # it is refused for its size, and parsing it might take minutes
            self.cells.append(Cell(number=number, source=source, file=file))
            return
        try:
            self.cells.append(Cell(number=number, source=self._python.of(source), file=file))
        except SyntaxError as error:
            line = f", line {error.lineno}" if error.lineno else ""
            why = f"{line}: {_one_line(error.msg)[:200]}{newer_python.explained(error)}"
            self.lost.append(LostCell(number=number, why=why, text=source, file=file))
        except UNREADABLE:
            self.lost.append(LostCell(number=number, why=": it cannot be read", text=source, file=file))

    def _without_cell_magics(self, piece: Piece) -> str | None:
        """Return the Python of a cell, with blank lines for its cell magics; None if it is none."""
        text = piece.text
        at = 0
        while True:
            found = _NOT_BLANK.search(text, at)
            if found is None or not text.startswith("%%", found.start()):
                return "\n" * text.count("\n", 0, at) + text[at:]
            end = text.find("\n", found.start())
            after = len(text) if end < 0 else end + 1
            first = text[found.start() : after]
            magic, *words = first.split()
            if magic in _OF_FILES and words and words[-1] == self._main:
                pass  # its definitions are graded like those of any other cell
            elif magic in _OF_FILES:
                self._write(piece, words, text[after:])
                return None
            elif magic not in _OF_PYTHON:
                named = _MAGIC.match(first)
                self._leave_out(piece, f"it is not Python ({named[0][:40] if named else '%%'})")
                return None
            at = after

    def _leave_out(self, piece: Piece, why: str) -> None:
        called = standing_in(piece.file, piece.number).removesuffix(", ")
        self.omitted.append(f"{called}: left out, {why}")

    def _write(self, piece: Piece, words: list[str], body: str) -> None:
        path = words[-1] if words else ""
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,99}\.py", path) or len(self.files) >= _MAX_FILES:
            self._leave_out(piece, "it writes a file that is no Python module beside this one")
            return
        try:
            parse(body)
        except UNREADABLE:
            why = f": {path}, which it writes, is not Python"
            self.lost.append(LostCell(number=piece.number, why=why, text=body, file=piece.file))
            return
        before = self.files.get(path, []) if "-a" in words or "--append" in words else []
        self.files[path] = before
        before.append(body.rstrip("\n") + "\n")


class _Transformer:
    """IPython's transformer, kept in bounds and on its lines."""

    def __init__(self) -> None:
        self._left = _MAX_READ
        self._manager: TransformerManager | None = None

    def of(self, source: str) -> str:
        """
        Return a cell as Python; what only IPython understands becomes `pass`.

        Raises:
            SyntaxError, ValueError, RecursionError, MemoryError, OverflowError: If it is none even so.
        """
        try:
            parse(source)
        except SyntaxError as error:  # whatever IPython adds to Python is none
            transformed = self._transformed(source)
            if transformed is None:
                raise error from None
            parse(transformed)
            return transformed
        return source

    def _transformed(self, source: str) -> str | None:
        from IPython.core.inputtransformer2 import TransformerManager  # half a second that few submissions need

        self._manager = self._manager or TransformerManager()
        blank = _BLANK_LINES.match(source)
        start = blank.end() if blank else 0
        lines = [line + "\n" for line in source_lines(source[start:])]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                for clean in cast("list[Callable[[list[str]], list[str]]]", self._manager.cleanup_transforms):
                    lines = clean(lines)
                lines = self._without_magics(lines)
        except Exception:  # a cell may be anything, and IPython's transformer was written for what is typed into it
            return None
        return "\n" * (len(source_lines(source[:start])) - 1) + "".join(lines)

    def _without_magics(self, lines: list[str]) -> list[str]:
        assert self._manager is not None
        size = sum(map(len, lines)) + 1
        while self._left >= size:
            self._left -= size
            changed, after = self._manager.do_one_token_transform(lines)
            if not changed:
                break
            lines = _on_its_lines(lines, after)
        return lines


def _on_its_lines(before: list[str], after: list[str]) -> list[str]:
    """Put one transformation, which makes one line of some, back where those lines were."""
    pairs = zip(before, after, strict=False)
    first = next((index for index, (old, new) in enumerate(pairs) if old != new), len(after) - 1)
    call = _CALL.fullmatch(after[first])
    if call is not None:
        after[first] = f"{call[1]}{call[2]}None\n" if call[2] else f"{call[1]}pass\n"
    return [*after[: first + 1], *["\n"] * (len(before) - len(after)), *after[first + 1 :]]


def _one_line(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
