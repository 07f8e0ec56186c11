"""
Choose the file that is graded from what was found, and what comes along.

A file may have any name; it becomes the file that the assignment asks for.  Of a folder or a zip, `candidates` tells which file
is graded, and other Python files come along.  This parses what a student wrote, so it runs where `reading` does.
"""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from grader.errors import SubmissionError
from grader.listed import listed
from grader.model import Assignment, SourceFile
from grader.submission import candidates, notebook, run_magics
from grader.submission.candidates import Choice, Looking, Standing, Why, is_notebook
from grader.submission.discovery import Code, Found, Kind

_MAX_HELD = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A Python file that cannot be read, which matters only if the graded one needs it."""

    path: str
    """Where it would come to lie; empty if another file does."""
    found: str
    """Where it was found."""
    why: str
    """Without the place of the submission, which students do not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Which file that was found a file of the submission is."""

    path: str
    found: str
    """Where it was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """What is judged of a submission: the file that is graded, and what may come along."""

    name: str
    where: str
    """What a refusal names."""
    main: str
    """The student's own name of the main file."""
    files: tuple[SourceFile, ...]
    """The main file first: a notebook under its own name, a script under the assignment's."""
    origins: tuple[Origin, ...]
    """Those of *files*, of *notebooks*, of *elsewhere* and of *texts*, in order."""
    unread: tuple[Unread, ...] = ()
    notebooks: tuple[SourceFile, ...] = ()
    """Notebooks that the main file, one itself, runs by `%run`, directly or through others."""
    elsewhere: tuple[SourceFile, ...] = ()
    """Scripts that lie where another file comes to lie: they come along only if a package that they are in is imported."""
    above: str = ""
    """The folder that all of it was found in, as far as its name is known."""
    why: Why = Why.ONLY
    """What decided for the main file."""
    passed_over: tuple[str, ...] = ()
    """Other files that define what is asked for, by where they were found."""
    is_stub: bool = False
    """Whether the main file was chosen although it is what was handed out: there is no other one."""
    weights: tuple[str, ...] = ()
    """Files beside it that look like weights or data, and are not taken over."""
    archives: tuple[str, ...] = ()
    """Archives beside it, which are not looked into."""
    texts: tuple[SourceFile, ...] = ()
    """Files beside it in which an answer is expected."""
    is_alone: bool = False
    """Whether it is one file, beside which nobody looks."""


def handed_in(found: Found, assignment: Assignment, stub: bytes) -> HandedIn:
    """
    Choose what is judged.

    Args:
        stub: The assignment's file as it was handed out.

    Raises:
        SubmissionError: If nobody can tell which file is meant, or if that one cannot be graded.
    """
    if found.kind is Kind.FILE:
        return _only(found, assignment)
    choice = _choice(found, assignment, stub)
    if len(choice.paths) > 1:
        raise SubmissionError(f"{_undecided(choice.paths, found.where, assignment)}; {_of_a_class(found)}")
    by_path = {one.path: one for one in found.code}
    main = by_path[choice.paths[0] if choice.paths else _only_one(found, assignment)]
    content = _content(main)
    first = main.path if is_notebook(main.path) else assignment.file
    scripts = [one for one in found.code if not is_notebook(one.path) and not one.is_passed_by]
    beside = _as_imported(scripts, main.path, {main.path.partition("/")[0], first, assignment.file})
    others = {to: one.content for to, one in beside.items() if one.content is not None}
    lying = {one.path for one in beside.values()}
    elsewhere = [one for one in scripts if one.path not in lying and one.path != main.path]
    run = tuple(_notebooks_run(content, main.path, by_path))
    return HandedIn(
        name=found.name,
        where=found.where,
        main=main.path,
        files=(
            SourceFile(path=first, content=content, given_as=main.path),
            *(SourceFile(path=to, content=source, given_as=beside[to].path) for to, source in others.items()),
        ),
        origins=(
            Origin(path=first, found=main.path),
            *(Origin(path=to, found=beside[to].path) for to in others),
            *(origin for origin, _ran in run),
            *(Origin(path=one.path, found=one.path) for one in elsewhere if one.content is not None),
            *(Origin(path=one.path, found=one.path) for one in found.texts),
        ),
        unread=tuple(
            Unread(path=to, found=one.path, why=one.refusal.removeprefix(found.where).lstrip("/: "))
            for to, one in (*beside.items(), *(("", one) for one in elsewhere))
            if one.content is None
        ),
        notebooks=tuple(ran for _origin, ran in run),
        elsewhere=tuple(SourceFile(path=one.path, content=one.content) for one in elsewhere if one.content is not None),
        above=found.above or found.name,
        why=choice.why,
        passed_over=choice.passed_over,
        is_stub=choice.standing is Standing.STUB,
        weights=found.weights,
        archives=found.archives,
        texts=found.texts,
    )


def default_in(found: Found, assignment: Assignment, stub: bytes) -> str | None:
    """
    Return the file that is graded where none is named, or None if there is nothing like what is asked for.

    Raises:
        SubmissionError: If nobody can tell which one is meant.
    """
    choice = _choice(found, assignment, stub)
    if len(choice.paths) > 1:
        raise SubmissionError(f"{_undecided(choice.paths, found.where, assignment)}; name the one to check")
    if choice.paths:
        return choice.paths[0]
    return assignment.file if assignment.file in {one.path for one in found.code} else None


def sha256(files: Sequence[tuple[str, bytes]]) -> str:
    """Return the digest of paths and contents, in order."""
    digest = hashlib.sha256()
    for path, content in files:
        digest.update(f"{path}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _only(found: Found, assignment: Assignment) -> HandedIn:
    (main,) = found.code
    first = main.path if is_notebook(main.path) else assignment.file
    return HandedIn(
        name=found.name,
        where=found.where,
        main=main.path,
        files=(SourceFile(path=first, content=_content(main), given_as=main.path),),
        origins=(Origin(path=first, found=main.path),),
        is_alone=True,
    )


def _content(code: Code) -> bytes:
    if code.refusal or code.content is None:
        raise SubmissionError(code.refusal)
    return code.content


def _choice(found: Found, assignment: Assignment, stub: bytes) -> Choice:
    looking = Looking(assignment, stub)
    seen = [
        looking.unread(one.path) if one.content is None else looking.at(one.path, one.content)
        for one in found.code
        if not one.is_passed_by
    ]
    return candidates.choose(seen, assignment)


def _as_imported(scripts: Sequence[Code], main: str, taken: set[str]) -> dict[str, Code]:
    """
    Return the other scripts by where they come to lie: as Python has it, beside the file that runs.

    Args:
        taken: Names in that folder that are not free.
    """
    folder = main.rpartition("/")[0]
    prefix = f"{folder}/" if folder else ""
    others = [one for one in scripts if one.path != main]
    others = [*(one for one in others if one.content is not None), *(one for one in others if one.content is None)]
    near = {_lower_ending(one.path.removeprefix(prefix)): one for one in others if one.path.startswith(prefix)}
    far = {_lower_ending(one.path): one for one in others if not one.path.startswith(prefix)}
    if prefix:
        taken = taken - {main.partition("/")[0]} | {main.rpartition("/")[2]}
    return {to: one for to, one in {**far, **near}.items() if to.partition("/")[0] not in taken}


def _notebooks_run(content: bytes, main: str, by_path: Mapping[str, Code]) -> Iterator[tuple[Origin, SourceFile]]:
    """Yield the notebooks that the graded one runs, directly or through others, as far as they can be read."""
    paths = run_magics.Paths(by_path)
    taken, waiting = {main}, [(main, content)]
    while waiting:
        path, content = waiting.pop()
        folders = (posixpath.dirname(main), posixpath.dirname(path))
        for name in run_magics.files_run(_pieces_of(content)):
            other = paths.meant(name, *folders)
            if other is None or other in taken or not is_notebook(other) or len(taken) > run_magics.MAX_RUN:
                continue
            taken.add(other)
            one = by_path[other]
            if one.content is not None:
                waiting.append((other, one.content))
                yield Origin(path=other, found=other), SourceFile(path=other, content=one.content)


def _pieces_of(content: bytes) -> Sequence[notebook.Piece]:
    if b"%run" not in content:
        return ()
    try:
        return notebook.pieces_of(content)
    except notebook.NotANotebook:
        return ()


def _lower_ending(path: str) -> str:
    return path[:-3] + ".py"


def _only_one(found: Found, assignment: Assignment) -> str:
    """Return the file that is meant where none defines what is asked for: by its name, or the only one of its kind."""
    top = [one.path for one in found.code if "/" not in one.path]
    if assignment.file in top:
        return assignment.file
    notebooks = [path for path in top if is_notebook(path)]
    same_name = [path for path in notebooks if PurePosixPath(path).stem == PurePosixPath(assignment.file).stem]
    scripts = [path for path in top if not is_notebook(path)]
    for alike in (same_name, notebooks, scripts):
        if len(alike) == 1:
            return alike[0]
    held = ", ".join(found.top) or "nothing"
    advice = ""
    if len(found.archives) > 1:
        advice = f"; {_of_a_class(found)}"
    elif found.archives:
        advice = f"; unpack {found.archives[0]} and hand in what it holds"
    raise SubmissionError(f"{found.where}: no {assignment.file} in this {found.kind} (it holds {held}){advice}")


def _undecided(paths: Sequence[str], where: str, assignment: Assignment) -> str:
    named = listed([path if path.isprintable() else repr(path) for path in paths], _MAX_HELD)
    return (
        f"{where}: several files define what is asked for, and nobody can tell which one is meant: {named}; "
        f"keep one, or call it {assignment.file} and put it into no folder"
    )


def _of_a_class(found: Found) -> str:
    """Say how a class is graded, which may be what somebody wanted."""
    if found.kind is Kind.FOLDER:
        return f"to grade a class, name its submissions: {found.where}/*"
    return "to grade a class, unpack it and name its submissions: DIR/*"
