"""
Judge what a student sent and make it a Submission: copied, hashed, size-limited, never run.  `apart.py` has a process do it.

Notebooks, and scripts that would do something when they are imported, are taken by their definitions, unless they are read
whole.  What nobody can grade is a SubmissionError.  What is the student's to fix (empty, not UTF-8, a syntax error, a forbidden
import) becomes the Submission's *problem*, and every check gets it as its outcome.  Only the graded file and what it imports can
have one: what is wrong with other files is a note, and they stay out.
"""

from __future__ import annotations

import ast
import codecs
import contextlib
import functools
import io
import sys
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from grader.errors import SubmissionError
from grader.listed import listed
from grader.model import Assignment, Defined, Extent, Location, Problem, ProblemKind, SourceFile, SourceSpan, Submission
from grader.protocol import ONLY_SHOWS
from grader.submission import answers, newer_python, notebook, run_magics
from grader.submission.candidates import is_notebook
from grader.submission.choosing import HandedIn, Unread, sha256
from grader.submission.definitions import Demand, belongs_to
from grader.submission.graded_file import GradedFile, of_notebook, of_script, of_whole_notebook
from grader.submission.import_path import ImportPath, Script
from grader.submission.lines_on_disk import OnDisk, lines_on_disk
from grader.submission.needed_files import needed
from grader.submission.source_map import line_as_written, location_of
from grader.submission.statements import LONGEST_MODULE, UNREADABLE, Definition, tree_of

_OF_HOST_NAMES = frozenset({"punycode", "idna"})
"""Encodings of a few letters, which Python takes a time to decode that grows with the square of their length."""
_MAX_NAMED = 3
_MAX_FILES = 200
_MAX_NOTES = 10
_COME_ALONG = {
    "torch": ("sympy", "networkx", "jinja2", "filelock", "fsspec", "typing_extensions", "mpmath"),
    "torchvision": ("numpy", "PIL", "torch"),
    "matplotlib": ("numpy", "PIL", "mpl_toolkits", "pylab", "cycler", "dateutil", "packaging", "pyparsing"),
}
"""Modules that packages bring along."""


def submission_of(given: HandedIn, assignment: Assignment, extent: Extent) -> Submission:
    """
    Judge what was handed in.

    Args:
        extent: How much of it is to run.

    Raises:
        SubmissionError: If its code is more than the assignment takes.
    """
    taken, problem = _as_it_is(given), None
    try:
        taken = _taken(given, assignment, extent)
    except notebook.NotANotebook as error:
        where = Location(path=given.main)
        problem = Problem(kind=ProblemKind.UNREADABLE, message=f"{given.main}: {error}", location=where)
    graded = taken.graded
    files, unneeded = _without_unneeded(taken, given, assignment)
    written = answers.answers_in(given.main, _cells(given), given.texts, assignment.exercises)
    _refuse_large(sum(len(file.content) for file in files if file.path.endswith(".py")), given.where, assignment)
    return Submission(
        name=given.name,
        files=files,
        sha256=sha256(
            [(file.path, file.content) for file in (*given.files, *given.notebooks, *given.elsewhere, *given.texts)]
        ),
        imports=tuple(sorted({name for file in files for name, _line in _imports(file)})),
        problem=problem or _first_problem(files, assignment, given.main, graded),
        omitted=(*graded.omitted, *_about_choice(given, taken.used), *unneeded, *_left_behind(given)),
        given_as=given.main,
        source_map=graded.source_map,
        absent=graded.absent,
        definitions=tuple(_definitions(files, assignment, graded)),
        extent=extent,
        answers=written,
        unanswered=() if given.is_alone else answers.unanswered(written, assignment.exercises),
    )


def _cells(given: HandedIn) -> list[dict[str, object]]:
    """Return the cells of the notebook that is graded; none of a script, or of what is no notebook in truth."""
    with contextlib.suppress(notebook.NotANotebook):
        if _is_notebook(given):
            return notebook.all_cells(given.files[0].content)
    return []


def _refuse_large(size_bytes: int, where: str, assignment: Assignment) -> None:
    """
    Refuse more source than the assignment takes.

    Raises:
        SubmissionError: If it is more.
    """
    limit = assignment.policy.max_submission_bytes
    if size_bytes > limit:
        raise SubmissionError(f"{where}: {size_bytes:,} bytes is more than the {limit:,} that this assignment takes")


def _is_notebook(given: HandedIn) -> bool:
    """Return whether the main file is a notebook, whatever it is called: some are saved with the ending of a script."""
    return is_notebook(given.main) or notebook.is_one(given.files[0].content)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """What runs of a submission, and what became of it."""

    main: SourceFile
    others: tuple[SourceFile, ...]
    unread: tuple[Unread, ...]
    graded: GradedFile
    used: frozenset[str] = frozenset()
    """Where the other files were found that the main one imports or runs."""

    @property
    def files(self) -> tuple[SourceFile, ...]:
        return (self.main, *self.others)


def _as_it_is(given: HandedIn) -> _Taken:
    main, *others = given.files
    unread = tuple(one for one in given.unread if one.path)
    return _Taken(main=main, others=tuple(others), unread=unread, graded=GradedFile(source=""))


def _taken(given: HandedIn, assignment: Assignment, extent: Extent) -> _Taken:
    """
    Take what runs.

    Raises:
        NotANotebook: If the main file should be one.
    """
    if _is_notebook(given):
        return _notebook_taken(given, assignment, extent)
    main = given.files[0]
    encoding = _encoding_of(main)
    if encoding is None:
        return _as_it_is(given)
    text = main.content.decode(encoding)
    path = _import_path(given, assignment, _scripts(given))
    source = path.take(text)
    scripts = _beside(path, assignment)
    graded = GradedFile(source=source)
    if extent is Extent.DEFINITIONS:
        graded = of_script(source, _demand(assignment, scripts))
    if graded.source != source:
        main = replace(main, content=graded.source.encode())
    elif source != text:
        main = replace(main, content=source.encode(encoding))
    scripts = [replace(one, content=main.content) if one.found == given.main else one for one in scripts]
    return _with(scripts, given, _Taken(main=main, others=(), unread=(), graded=graded, used=path.imported))


def _notebook_taken(given: HandedIn, assignment: Assignment, extent: Extent) -> _Taken:
    """
    Take a notebook, with what it runs.

    Raises:
        NotANotebook: If it is none.
    """
    pieces = notebook.pieces_of(given.files[0].content)
    scripts = {script.found: script for script in (*_scripts(given)[1:], *_written(pieces, given, assignment))}
    path = _import_path(given, assignment, tuple(scripts.values()))
    beside = {one.found: one.content for one in scripts.values() if one.content is not None}
    run = run_magics.expanded(
        pieces, given.main, {**beside, **{file.path: file.content for file in given.notebooks}}, path.module_of
    )
    book = notebook.of_pieces(run.pieces, assignment.file, assignment.policy.max_submission_bytes)
    _refuse_large(book.code_bytes, given.where, assignment)
    book = replace(book, cells=tuple(replace(cell, source=path.take(cell.source)) for cell in book.cells))
    others = _beside(path, assignment)
    graded = of_whole_notebook(book) if extent is Extent.WHOLE else of_notebook(book, _demand(assignment, others))
    taken = _Taken(
        main=SourceFile(path=assignment.file, content=graded.source.encode(), given_as=given.main),
        others=(),
        unread=(),
        graded=replace(
            graded, omitted=(*run.omitted, *graded.omitted), source_map=_with_lines_on_disk(graded.source_map, given)
        ),
        used=path.imported | {piece.file for piece in run.pieces},
    )
    return _with(others, given, taken)


def _with(scripts: Sequence[Script], given: HandedIn, taken: _Taken) -> _Taken:
    """Return what is taken, with the scripts that lie beside it."""
    why = {unread.found: unread.why for unread in given.unread}
    handed_in = {origin.found for origin in given.origins}  # a cell may write more
    return replace(
        taken,
        others=tuple(
            SourceFile(path=one.path, content=one.content, given_as=one.found if one.found in handed_in else "")
            for one in scripts
            if one.content is not None
        ),
        unread=tuple(
            Unread(path=one.path, found=one.found, why=why[one.found]) for one in scripts if one.content is None
        ),
    )


def _with_lines_on_disk(spans: Sequence[SourceSpan], given: HandedIn) -> tuple[SourceSpan, ...]:
    """Return spans that know where their lines stand in the files that were handed in."""
    contents = {"": given.files[0].content, **{file.path: file.content for file in given.notebooks}}
    cells = {path: lines_on_disk(contents[path]) for path in {span.file for span in spans if span.cell}}
    handed_in = {origin.found for origin in given.origins}

    def on_disk(span: SourceSpan) -> SourceSpan:
        # a cell may write the script that another one runs, and of no file are imports that a notebook need not have
        of_a_script = OnDisk(line=1, apart=1) if span.file in handed_in else None
        here = cells[span.file].get(span.cell) if span.cell else of_a_script
        if here is None:
            return span
        return replace(span, file_line=here.line + here.apart * (span.cell_line - 1), apart=here.apart)

    return tuple(map(on_disk, spans))


def _scripts(given: HandedIn) -> list[Script]:
    """Return the scripts of a submission where they come to lie, the main file first."""
    found = (origin.found for origin in given.origins)
    read = [
        Script(path=file.path, found=where, content=file.content)
        for file, where in zip(given.files, found, strict=False)
    ]
    read += [Script(path="", found=file.path, content=file.content) for file in given.elsewhere]
    return [*read, *(Script(path=unread.path, found=unread.found, content=None) for unread in given.unread)]


def _written(pieces: Sequence[notebook.Piece], given: HandedIn, assignment: Assignment) -> Iterator[Script]:
    """Yield the scripts that a notebook writes, or one that it runs."""
    folder = PurePosixPath(given.main).parent
    for ran in given.notebooks:
        with contextlib.suppress(notebook.NotANotebook):
            pieces = (*pieces, *notebook.pieces_of(ran.content))
    for file in notebook.files_written(pieces, assignment.file):
        yield Script(path=file.path, found=str(folder / file.path), content=file.content)


def _import_path(given: HandedIn, assignment: Assignment, scripts: Sequence[Script]) -> ImportPath:
    own = assignment.file.removesuffix(".py")
    return ImportPath(given.main, given.above, scripts, _demand(assignment, ()).available, own)


def _beside(path: ImportPath, assignment: Assignment) -> list[Script]:
    return [script for script in path.scripts if script.path != assignment.file]


def _demand(assignment: Assignment, others: Sequence[Script]) -> Demand:
    own = {PurePosixPath(file.path).parts[0].removesuffix(".py") for file in others}
    own |= {PurePosixPath(file.path).stem for file in others}
    packages = (required for package in assignment.packages for required in (package, *_COME_ALONG.get(package, ())))
    forbidden = (name.partition(".")[0] for name in assignment.policy.forbidden_imports)  # named as such elsewhere
    itself = assignment.file.removesuffix(".py")
    return Demand(
        names=frozenset(name for exercise in assignment.exercises for name in exercise.provides),
        available=frozenset({*sys.stdlib_module_names, *packages, *ONLY_SHOWS, *forbidden, *own, itself, "grader"}),
        forbidden=assignment.policy.forbidden_imports,
    )


def _encoding_of(file: SourceFile) -> str | None:
    """Return the encoding of a script, or None where it is for `_unreadable` to say why there is none."""
    if _unreadable(file) is not None:
        return None
    encoding, _lines = tokenize.detect_encoding(io.BytesIO(file.content).readline)
    return encoding


def _without_unneeded(
    taken: _Taken, given: HandedIn, assignment: Assignment
) -> tuple[tuple[SourceFile, ...], list[str]]:
    """
    Return the files that come along, and a note on each file that stays out because nothing imports it.

    Other files may come along unneeded, since a name that is imported may be made up while the code runs.

    Raises:
        SubmissionError: If a file that is imported cannot be read, or too many are.
    """
    main, others = taken.main, taken.others
    contents = {file.path: file.content for file in (main, *others)}
    wanted = needed(main.path, contents, frozenset(file.path for file in taken.unread))
    if len(wanted) > _MAX_FILES:
        raise SubmissionError(f"{given.where}: the graded file imports more than {_MAX_FILES} others")
    notes = []
    for unread in taken.unread:
        if unread.path in wanted:
            raise SubmissionError(f"{given.where}: {unread.why}")
        notes.append(f"{unread.why}; nothing imports it, and it is left out")
    along = []
    for file in others:
        problem = None if file.path in wanted else _problem_of(file, file.path, assignment, ())
        if problem is None:
            along.append(file)
        else:
            notes.append(f"{problem.message}; nothing imports it, and it is left out")
    size = sum(len(file.content) for file in (main, *along) if file.path.endswith(".py"))
    if len(along) > _MAX_FILES or size > assignment.policy.max_submission_bytes:
        unneeded = [file.path for file in along if file.path not in wanted]
        along = [file for file in along if file.path in wanted]
        if unneeded:
            notes.append(
                f"{listed(unneeded, _MAX_NAMED)}: left out, nothing imports them, and there are too many or too large ones"
            )
    return (main, *along), _few(notes)


def _few(notes: list[str]) -> list[str]:
    more = len(notes) - _MAX_NOTES
    return notes if more <= 0 else [*notes[:_MAX_NOTES], f"and {more} more files that nothing imports are left out"]


def _about_choice(given: HandedIn, used: frozenset[str]) -> Iterator[str]:
    """Say what a student may not expect of the choice of the file that is graded."""
    if given.is_stub:
        yield f"{given.main} is graded, which is as it was handed out: no other file defines what is asked for"
    rivals = [path for path in given.passed_over if path not in used]
    if rivals:
        are = "are" if len(rivals) > 1 else "is"
        yield f"{listed(rivals, _MAX_NAMED)} {are} not graded, but {given.main}: one file counts, and that {given.why}"


def _left_behind(given: HandedIn) -> Iterator[str]:
    if _is_notebook(given) and not is_notebook(given.main):
        yield f"{given.main}: graded as the notebook that it is; give it the ending .ipynb"
    if given.weights:
        yield f"{listed(given.weights, _MAX_NAMED)}: not taken over; only code is, and what it learns it learns here"
    if given.archives:
        yield f"{listed(given.archives, _MAX_NAMED)}: not looked into; hand in the files themselves if they are needed"


def _first_problem(
    files: tuple[SourceFile, ...], assignment: Assignment, given_as: str, graded: GradedFile
) -> Problem | None:
    main = files[0]
    if not main.content.strip() and not graded.absent:
        return Problem(kind=ProblemKind.EMPTY, message=f"{given_as} is empty", location=Location(path=given_as))
    for file in files:
        path, spans = (given_as, graded.source_map) if file is main else (file.path, ())
        problem = _problem_of(file, path, assignment, spans)
        if problem is not None:
            return problem if problem.location is not None else replace(problem, location=Location(path=given_as))
    for name, line in _attributes(main, graded.wanted):
        forbidden = belongs_to(name, assignment.policy.forbidden_imports)
        if forbidden is not None:
            where = line_as_written(line, given_as, graded.source_map)
            return Problem(
                kind=ProblemKind.FORBIDDEN,
                message=f"{where}: `{forbidden}` may not be used in this assignment",
                location=location_of(line, given_as, graded.source_map),
            )
    return None


def _problem_of(file: SourceFile, path: str, assignment: Assignment, spans: Sequence[SourceSpan]) -> Problem | None:
    """Return what is wrong with one file, which the student calls *path*."""

    def at(line: int) -> Location | None:
        return location_of(line, file.given_as, spans) if file.given_as else None

    unreadable = _unreadable(SourceFile(path=path, content=file.content))
    if unreadable is not None:
        return Problem(kind=ProblemKind.UNREADABLE, message=unreadable.message, location=at(unreadable.line))
    for name, line in _imports(file):
        forbidden = belongs_to(name, assignment.policy.forbidden_imports)
        if forbidden is not None:
            message = f"{line_as_written(line, path, spans)}: `{forbidden}` may not be imported in this assignment"
            return Problem(kind=ProblemKind.FORBIDDEN, message=message, location=at(line))
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unreadable:
    """Why a file is no Python source."""

    message: str
    line: int = 1
    """Where that shows; 1 where it is said of the whole file."""


def _unreadable(file: SourceFile) -> _Unreadable | None:
    """Return why a file is no Python source, or None."""
    if file.content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _Unreadable(message=f"{file.path} is UTF-16 text; save it as UTF-8")
    if b"\0" in file.content:
        return _Unreadable(message=f"{file.path} holds null bytes, so it is not a text file; save it as UTF-8")
    try:
        encoding, _lines = tokenize.detect_encoding(io.BytesIO(file.content).readline)
        if codecs.lookup(encoding).name in _OF_HOST_NAMES:
            raise LookupError(encoding)
        file.content.decode(encoding)
    except UnicodeDecodeError as error:
        line = file.content[: error.start].count(b"\n") + 1
        byte = f"byte 0x{file.content[error.start]:02x} is not UTF-8; save the file as UTF-8"
        return _Unreadable(message=f"{file.path}, line {line}: {byte}", line=line)
    except SyntaxError as error:
        return _Unreadable(message=f"{file.path}: {error.msg}; save the file as UTF-8")
    except (LookupError, UnicodeError):  # rot13 is an encoding to Python, but not one of text
        why = "the encoding that it declares is not one of text; save the file as UTF-8"
        return _Unreadable(message=f"{file.path}: {why}")
    try:
        _parse(file)
    except SyntaxError as error:
        text = (error.text or "").strip()[:100]
        message = f"{file.path}, line {error.lineno}: {error.msg}" + (f": {text}" if text else "") + _hint(error)
        return _Unreadable(message=message, line=error.lineno or 1)
    except (RecursionError, MemoryError, ValueError):
        return _Unreadable(message=f"{file.path} is nested too deeply to be read")
    return None


def _hint(error: SyntaxError) -> str:
    """Return what a syntax error calls for, in brackets, where that is known."""
    if (error.text or "").lstrip().startswith(("%", "!")):
        return " (a notebook's command, which is no Python: remove it, or hand in the notebook itself)"
    return newer_python.explained(error)


@functools.lru_cache(maxsize=1)  # each file is asked for several things in turn
def _parse(file: SourceFile) -> ast.Module:
    return tree_of(file.content, file.path)


def _imports(file: SourceFile) -> Iterator[tuple[str, int]]:
    """Yield each imported module, `from a import b` as both `a` and `a.b`, with its line."""
    try:
        tree = _parse(file)
    except (SyntaxError, RecursionError, MemoryError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module, node.lineno
            for alias in node.names if len(node.module) <= LONGEST_MODULE else ():
                yield f"{node.module}.{alias.name}", node.lineno


def _definitions(files: Sequence[SourceFile], assignment: Assignment, graded: GradedFile) -> Iterator[Defined]:
    """Yield where each name that is asked for is defined: in the graded file, or else in one that comes along."""
    missing = {name for exercise in assignment.exercises for name in exercise.provides}
    for number, file in enumerate(files):
        if not missing or not file.given_as:
            continue
        spans = () if number else graded.source_map
        lines = {name: line for name, line in _bound(file) if name in missing}  # the last one counts
        missing -= lines.keys()
        for name, line in lines.items():
            yield Defined(name=name, location=location_of(line, file.given_as, spans))


def _bound(file: SourceFile) -> Iterator[tuple[str, int]]:
    """Yield the names that functions, classes and assignments outside of any of these define, in order, with their lines."""
    try:
        waiting: list[ast.AST] = [_parse(file)]
    except UNREADABLE:
        return
    while waiting:
        node = waiting.pop()
        if isinstance(node, Definition):
            yield node.name, node.lineno
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            stored = (part for target in targets for part in ast.walk(target) if isinstance(part, ast.Name))
            yield from ((part.id, part.lineno) for part in stored if isinstance(part.ctx, ast.Store))
        else:
            within = ast.iter_child_nodes(node)
            waiting += [one for one in within if isinstance(one, ast.stmt | ast.excepthandler | ast.match_case)][::-1]


def _attributes(file: SourceFile, wanted: frozenset[str]) -> Iterator[tuple[str, int]]:
    """Yield what the top-level statements that bind *wanted* names use of imported modules, as `torch.nn.Linear`."""
    try:
        tree = _parse(file)
    except (SyntaxError, RecursionError, MemoryError, ValueError):
        return
    modules = {
        alias.asname or alias.name.partition(".")[0]: alias.name if alias.asname else alias.name.partition(".")[0]
        for node in tree.body
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    for begun_from in (one for one in tree.body if isinstance(one, ast.ImportFrom)):
        package = begun_from.module
        if package and not begun_from.level and len(package) <= LONGEST_MODULE:
            modules |= {alias.asname or alias.name: f"{package}.{alias.name}" for alias in begun_from.names}
    for statement in tree.body:
        bound = {getattr(statement, "name", None)}
        bound |= {
            node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        if not bound & wanted:
            continue
        parts = list(ast.walk(statement))
        begun = {id(node.value) for node in parts if isinstance(node, ast.Attribute)}  # `a.b` of `a.b.c` says no more
        for node in parts:
            if not isinstance(node, ast.Attribute) or id(node) in begun:
                continue
            path = _dotted(node)
            if path is not None and path[0] in modules:
                yield ".".join((modules[path[0]], *path[1:])), node.lineno


def _dotted(node: ast.expr) -> tuple[str, ...] | None:
    """Return `a.b.c` as its names, or None where it is no such path."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return (node.id, *reversed(names)) if isinstance(node, ast.Name) else None
