"""
Prove that a handout holds nothing of a solution: not of the reference, the hidden checks or the known mistakes.

No file of it may be one of the solution's.  No function or class of the solution may be in the Python that is handed out.  No
statement of it may be in a notebook (cells, outputs, metadata), a text, a picture that is text or a comment, unless the Python
that is handed out has it too: not as a syntax tree, so that spaces, quotes and comments make no difference, and not as a longer
piece of text, so that markup, prompts, colours and indentation make none.  An answer in other words is not found.

Of a reference with markers only what stands between them is an answer, and the stub must be the one that is made of it.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import html
import io
import json
import re
import textwrap
import tokenize
import warnings
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.authoring import solutions_of, stub_of
from grader.errors import AssignmentError
from grader.model import Assignment

_NODES = 3
"""A statement of fewer nodes of a syntax tree, such as `pass`, is no answer."""
_LETTERS = 16
"""A shorter piece of text may stand anywhere by chance."""
_LINE = re.compile(r"\s*(?:-+>|>>>|\.\.\.|In \[\d*\]:)?\s*(?:\d+\s)?\s*(?P<code>.*)")
"""A line of code as it stands in a prompt or in a traceback."""
_MARKUP = re.compile(r"\x1b\[[\d;]*m|<[^<>]*>|\\[nrt]")
"""Colours of a terminal, tags, and the ends of lines as `repr` writes them."""
_NO_LETTERS = re.compile(r"[\s#|│>(),`\\]+")
"""What may stand between the letters of a statement, or be left out: spaces, comment signs, frames, prompts, brackets, commas."""
_TEXTS = (".md", ".toml", ".svg")
_DEFINITIONS = (ast.FunctionDef, ast.ClassDef)
_Python = tuple[ast.Module, str]
"""A source, parsed and as it is written."""


@dataclass(frozen=True, slots=True)
class _Statement:
    """A statement of the solution."""

    path: Path
    line: int
    source: str

    @classmethod
    def of(cls, path: Path, node: ast.stmt, text: str) -> _Statement:
        """Take a statement out of the text of a file."""
        return cls(path, node.lineno, _segment(text, node))

    def __str__(self) -> str:
        """Say where it is, and how it begins."""
        return f"line {self.line} of {self.path} does: `{self.source.splitlines()[0].strip()[:80]}`"


def require_none(assignment: Assignment, solution: Path, files: Mapping[str, bytes]) -> None:
    """
    Require that *files*, by their paths in the assignment's folder, hold nothing of what lies in *solution*.

    Raises:
        AssignmentError: If one does, and names both places; or if one of either side cannot be read.
    """
    folder, reference = assignment.folder, solution / assignment.file
    _require_no_file(folder, solution, files)
    public = {name: _parsed(folder / name, content) for name, content in files.items() if name.endswith(".py")}
    secrets, asked = _secrets(assignment, solution)
    _require_no_definition(folder, public, _definitions(secrets, reference, asked))
    marked = _marked_lines(reference, secrets, public.get(assignment.file), folder / assignment.file)
    _require_no_statement(folder, files, public, secrets, marked)


def require_none_of_another(assignment: Assignment, other: Assignment, files: Mapping[str, bytes]) -> None:
    """
    Require that *files* of an assignment hold no file of another one's solution, and no function or class that it asks for.

    Statements are not compared: what one assignment explains may well be a line of the solution of another one.

    Raises:
        AssignmentError: If they do, with the names of both files; or if one of either side cannot be read.
    """
    solution = other.solution
    if solution is None:
        return
    _require_no_file(assignment.folder, solution, files)
    public = {name: _parsed(assignment.folder / name, one) for name, one in files.items() if name.endswith(".py")}
    secrets, asked = _secrets(other, solution)
    _require_no_definition(assignment.folder, public, _definitions(secrets, solution / other.file, asked))


def _secrets(assignment: Assignment, solution: Path) -> tuple[dict[Path, _Python], set[str]]:
    """Return the Python of a solution, and the names that the assignment asks for."""
    sources = [solution / assignment.file, solution / "misconceptions.py", *sorted((solution / "checks").rglob("*.py"))]
    secrets = {path: _parsed(path, path.read_bytes()) for path in sources if path.is_file()}
    return secrets, {name for exercise in assignment.exercises for name in exercise.provides}


def _marked_lines(
    reference: Path, secrets: Mapping[Path, _Python], handed_out: _Python | None, stub: Path
) -> Mapping[Path, frozenset[int]]:
    """Return which lines of the reference are answers, if it has markers; requires that its stub is the one handed out."""
    if reference not in secrets:
        return {}
    text = secrets[reference][1]
    solutions = solutions_of(text, reference)
    if not solutions:
        return {}
    if handed_out is not None and handed_out[1] != stub_of(text, reference):
        raise AssignmentError(f"{stub}: is not the stub that {reference} makes; run `grader build`")
    return {reference: frozenset(line for solution in solutions for line in solution.answer)}


def _require_no_statement(
    folder: Path,
    files: Mapping[str, bytes],
    public: Mapping[str, _Python],
    secrets: Mapping[Path, _Python],
    marked: Mapping[Path, frozenset[int]],
) -> None:
    shared = {ast.dump(node) for tree, _text in public.values() for node in _statements(tree)}
    public_letters = _letters("\n".join(text for _tree, text in public.values()))
    by_tree: dict[str, _Statement] = {}
    by_letters: dict[str, _Statement] = {}
    for path, (tree, text) in secrets.items():
        for node in _statements(tree):
            if path in marked and marked[path].isdisjoint(range(node.lineno, (node.end_lineno or node.lineno) + 1)):
                continue  # students have it
            statement = _Statement.of(path, node, text)
            if (dumped := ast.dump(node)) not in shared:
                by_tree.setdefault(dumped, statement)
            for written in (statement.source, ast.unparse(node)):
                letters = _letters(written)
                if len(letters) >= _LETTERS and letters not in public_letters:
                    by_letters.setdefault(letters, statement)
    for name, content in files.items():
        for text in _texts(folder / name, content):
            found = next((by_tree[one] for one in _in_text(text) if one in by_tree), None)
            letters = _letters(text)
            found = found or next((by_letters[one] for one in by_letters if one in letters), None)
            if found is not None:
                raise AssignmentError(f"{folder / name}: holds what {found}; take it out, or run `grader build`")


def _require_no_file(folder: Path, solution: Path, files: Mapping[str, bytes]) -> None:
    by_digest = {hashlib.sha256(content).digest(): name for name, content in files.items() if content.strip()}
    for path in sorted(solution.rglob("*")):
        if "specimens" in path.relative_to(solution).parts or not path.is_file():
            continue  # specimens are handed in, not handed out
        name = by_digest.get(hashlib.sha256(path.read_bytes()).digest())
        if name is not None:
            raise AssignmentError(f"{folder / name}: is the same file as {path}; hand out another one")


def _require_no_definition(folder: Path, public: Mapping[str, _Python], secret: Mapping[str, _Statement]) -> None:
    for name, (tree, _text) in public.items():
        for node in ast.walk(tree):
            statement = secret.get(_without_docstrings(node)) if isinstance(node, _DEFINITIONS) else None
            if statement is not None:
                raise AssignmentError(f"{folder / name}: holds what {statement}; take it out")


def _definitions(secrets: Mapping[Path, _Python], reference: Path, asked: Collection[str]) -> dict[str, _Statement]:
    """
    Return the functions and classes that are answers; others may be helpers that both sides have.

    Answers are what the assignment asks for, in the reference; checks, in files of checks; and every known mistake.
    """

    def is_answer(path: Path, name: str) -> bool:
        if path == reference:
            return name in asked
        return name.startswith("test") or path.parent.name != "checks"

    return {
        _without_docstrings(node): _Statement.of(path, node, text)
        for path, (tree, text) in secrets.items()
        for node in tree.body
        if isinstance(node, _DEFINITIONS) and is_answer(path, node.name)
    }


def _without_docstrings(node: ast.AST) -> str:
    """Dump a definition as it computes."""
    copy = ast.parse(ast.unparse(node))
    for inner in ast.walk(copy):
        if isinstance(inner, _DEFINITIONS) and ast.get_docstring(inner) is not None:
            inner.body = inner.body[1:] or [ast.Pass()]
    return ast.dump(copy)


def _parsed(path: Path, content: bytes) -> _Python:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            encoding, _lines = tokenize.detect_encoding(io.BytesIO(content).readline)
            text = content.decode(encoding).removeprefix("\ufeff").replace("\r\n", "\n")
            return ast.parse(text), text
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise AssignmentError(f"{path}: cannot be read as Python, and so not be compared: {error}") from None


_ANY_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")


@functools.lru_cache(maxsize=8)
def _lines_of(text: str) -> tuple[bytes, ...]:
    return tuple(line.encode() for line in _ANY_LINE.findall(text))


def _segment(text: str, node: ast.stmt) -> str:
    """Return what `ast.get_source_segment` does, which takes the whole text apart for every statement: minutes for a course."""
    lines = list(_lines_of(text)[node.lineno - 1 : node.end_lineno])
    lines[-1] = lines[-1][: node.end_col_offset]
    lines[0] = lines[0][node.col_offset :]
    return b"".join(lines).decode()


def _statements(tree: ast.AST) -> Iterator[ast.stmt]:
    """Yield each statement that could be an answer."""
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and not isinstance(node, (ast.Import, ast.ImportFrom)):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                continue  # a docstring
            if sum(1 for _ in ast.walk(node)) >= _NODES:
                yield node


def _letters(text: str) -> str:
    """Return what is left of code however it is laid out and quoted."""
    letters = _NO_LETTERS.sub("", _MARKUP.sub("", html.unescape(text)))
    return letters.replace('"', "'")


def _in_text(text: str) -> Iterator[str]:
    """Yield each statement of a text that is Python as a whole, without its magics, or line by line."""
    plain = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(("%", "!")))
    lines = (match["code"] for line in text.splitlines() if (match := _LINE.fullmatch(line)) is not None)
    for part in (textwrap.dedent(plain), *lines):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(part)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        yield from map(ast.dump, _statements(tree))


def _texts(path: Path, content: bytes) -> Iterator[str]:
    """Yield every text of a file in which there could be code that is no code of it."""
    text = content.decode("utf-8", errors="replace")
    if path.suffix == ".ipynb":
        try:
            yield from _strings(json.loads(content))
        except (ValueError, RecursionError) as error:
            raise AssignmentError(f"{path}: no notebook: {error}") from None
    elif path.suffix in _TEXTS:
        yield text
    elif path.suffix == ".py":
        tokens = tokenize.generate_tokens(io.StringIO(text.removeprefix("\ufeff")).readline)
        yield "\n".join(token.string.lstrip("# ") for token in tokens if token.type == tokenize.COMMENT)


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
