"""
Let `%run FILE` of a notebook count as it does in IPython, where the file was handed in with it.

The cells of a notebook that is run, and a script that is run by `%run -i`, stand where the line stood: they share its names.
Any other script is imported with all that it defines: it has names of its own.  Lines stay where the student wrote them.
"""

from __future__ import annotations

import ast
import getopt
import posixpath
import re
import shlex
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from grader.protocol import sendable
from grader.submission.notebook import NotANotebook, Piece, is_of_another_language, pieces_of
from grader.submission.source_map import standing_in
from grader.submission.statements import UNREADABLE, is_main_guard, parse

_LINE = re.compile(r"^(?P<indent>[ \t]*)%(?P<magic>run|load)[ \t]+(?P<words>\S[^\r\n]*)", re.MULTILINE)
_OPTIONS = "nidtN:b:pD:l:rs:T:em:G"
"""Those of IPython's `%run`; a colon follows one that takes a value."""
MAX_RUN = 20
"""Files that are run, each as often as it is."""
_LONGEST_LINE = 1_000
_LONGEST = 60
_MAX_NOTES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a line runs."""

    file: str
    """As the line names it; of `-m`, the path that the module would have."""
    shares_names: bool
    """Whether it runs among the notebook's own names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expanded:
    """A notebook with what it runs in place of the lines that run it."""

    pieces: tuple[Piece, ...]
    omitted: tuple[str, ...]
    """A sentence for each line that is left out."""


def files_run(pieces: Sequence[Piece]) -> Iterator[str]:
    """Yield the files that a notebook runs, as it names them."""
    for piece in pieces:
        if "%run" in piece.text and not is_of_another_language(piece.text):
            yield from (run.file for match in _LINE.finditer(piece.text) if (run := _run_of(match)) is not None)


class Paths:
    """The files that a line may mean."""

    def __init__(self, paths: Collection[str]) -> None:
        code = [path for path in paths if path.lower().endswith((".py", ".ipynb"))]
        self._by_name = {**{path.lower(): path for path in code}, **{path: path for path in code}}

    def meant(self, name: str, *folders: str) -> str | None:
        """
        Return the file that a line names, as IPython looks for it: `.py` is added where needed.

        A path of the student's own computer means the file of that name; upper and lower case are one.

        Args:
            folders: Where to look, first where the notebook runs.
        """
        is_elsewhere = name.startswith(("/", "~")) or re.match("[A-Za-z]:", name) is not None
        for folder in folders:
            for called in (name, f"{name}.py"):
                path = posixpath.normpath(
                    posixpath.join(folder, posixpath.basename(called) if is_elsewhere else called)
                )
                found = self._by_name.get(path) or self._by_name.get(path.lower())
                if found is not None:
                    return found
        return None


def expanded(
    pieces: Sequence[Piece], graded: str, files: Mapping[str, bytes], module_of: Callable[[str], str]
) -> Expanded:
    """
    Put what a notebook runs where it runs it.

    Args:
        graded: Where the notebook was found.
        files: What was handed in with it, by where it was found.
        module_of: Returns the module as which a script that was found somewhere can be imported.
    """
    expanding = _Expanding(graded, files, module_of)
    expanding.take(pieces, (graded,))
    return Expanded(pieces=tuple(expanding.pieces), omitted=tuple(expanding.omitted))


class _Expanding:
    """A notebook half expanded."""

    def __init__(self, graded: str, files: Mapping[str, bytes], module_of: Callable[[str], str]) -> None:
        self._folder = posixpath.dirname(graded)
        self._files = files
        self._paths = Paths(files)
        self._module_of = module_of
        self._left = MAX_RUN
        self.pieces: list[Piece] = []
        self.omitted: list[str] = []

    def take(self, pieces: Sequence[Piece], running: tuple[str, ...]) -> None:
        """
        Take the pieces of one file.

        Args:
            running: Where the files were found that run now, this one last.
        """
        for piece in pieces:
            if _may_run_something(piece):
                self._take_line_by_line(piece, running)
            else:
                self.pieces.append(piece)

    def _take_line_by_line(self, piece: Piece, running: tuple[str, ...]) -> None:
        """Take a cell up to each line that runs something, and then what it runs."""
        part: list[str] = []
        done = 0
        for match in _LINE.finditer(piece.text):
            part.append(piece.text[done : match.start()])
            done = match.end()
            indent, instead = match["indent"], self._instead(match, running)
            if isinstance(instead, str):
                part.append(indent + instead)
            elif instead is None:
                part.append(match[0])
                self._leave_out(piece, match)
            else:
                found, more = instead
                if indent:  # a block cannot be parted: what it runs goes before it
                    part.append(f"{indent}pass")
                else:
                    self.pieces.append(replace(piece, text="".join(part)))
                    part = ["\n" * piece.text.count("\n", 0, done)]
                self.take(more, (*running, found))
        self.pieces.append(replace(piece, text="".join((*part, piece.text[done:]))))

    def _instead(self, match: re.Match[str], running: tuple[str, ...]) -> str | tuple[str, Sequence[Piece]] | None:
        """Return what takes the place of a line: an import, or where a file was found with its pieces; None if nothing."""
        run = _run_of(match)
        if run is None or self._left == 0:
            return None
        found = self._paths.meant(run.file, self._folder, posixpath.dirname(running[-1]))
        if found is None or found in running:
            return None
        self._left -= 1
        content = self._files[found]
        try:
            if found.lower().endswith(".ipynb"):
                return found, pieces_of(content, found)
            source = content.decode("utf-8-sig")
            if run.shares_names:
                parse(source)
                return found, (Piece(number=0, text=source, file=found),)
            return _import_of_all(source, lambda: self._module_of(found))
        except (NotANotebook, *UNREADABLE):
            return None

    def _leave_out(self, piece: Piece, match: re.Match[str]) -> None:
        if len(self.omitted) < _MAX_NOTES:
            line = piece.text.count("\n", 0, match.start()) + 1
            what = "`%run` of a file that is not taken over"
            if match["magic"] == "load":
                what = "`%load` shows a file and does not run it"
            shown = sendable(match[0].strip()[:_LONGEST])
            self.omitted.append(f"{standing_in(piece.file, piece.number)}line {line}: left out, {what}: `{shown}`")


def _may_run_something(piece: Piece) -> bool:
    """Return whether there may be a line that runs a file; in what is Python already, it stands in a text."""
    if not piece.number or not _LINE.search(piece.text) or is_of_another_language(piece.text):
        return False
    try:
        parse(piece.text)
    except UNREADABLE:
        return True
    return False


def _run_of(match: re.Match[str]) -> Run | None:
    """Return what a line runs, by IPython's own rules, or None if it does not run a file."""
    words = match["words"]
    if match["magic"] != "run" or len(words) > _LONGEST_LINE:
        return None
    try:
        options, names = getopt.getopt(shlex.split(re.sub(r"\\(?! )", "/", words)), _OPTIONS)
    except (ValueError, getopt.GetoptError):
        return None
    given = dict(options)
    if "-m" in given:
        names = [f"{given['-m'].replace('.', '/')}.py"]
    return Run(file=names[0], shares_names="-i" in given) if names else None


def _import_of_all(source: str, module: Callable[[], str]) -> str:
    """Return statements on one line that import all names of a script, those of itself and those that it has from others."""
    names: set[str] = set()
    may_be_more = False
    for node in parse(source).body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names.add(node.name)
            case ast.Import() | ast.ImportFrom():
                imported = {alias.asname or alias.name.partition(".")[0] for alias in node.names}
                may_be_more = may_be_more or "*" in imported
                names |= imported - {"*"}
            case ast.Assign() | ast.AnnAssign(value=ast.expr()):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                stored = (part for target in targets for part in ast.walk(target) if isinstance(part, ast.Name))
                names |= {part.id for part in stored if isinstance(part.ctx, ast.Store)}
            case ast.Expr() | ast.AugAssign():
                pass
            case _:  # whether it gives a name a value, or takes one away, shows when it runs
                may_be_more = may_be_more or not is_main_guard(node)
                names -= {
                    part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Del)
                }
    public = sorted(name for name in names if not name.startswith("__"))
    called = module()
    imports = [f"from {called} import {', '.join(public)}"] if public else []
    imports += [f"from {called} import *"] if may_be_more else []
    return "; ".join(imports) or f"import {called}"
