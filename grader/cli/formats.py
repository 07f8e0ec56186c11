"""In which formats results are written, and where to: `--format NAME[=PATH]`, as often as wanted."""

from __future__ import annotations

import enum
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self

import typer

from grader.atomic_write import write_atomically
from grader.cli import panels
from grader.cli.console import show, staff_only
from grader.errors import UsageError
from grader.model import Audience, GradedSubmission, Refused
from grader.reports import (
    autolab,
    code_quality,
    coursera,
    github,
    junit,
    markdown,
    nbgrader_csv,
    prairielearn,
    results_json,
    table_csv,
    terminal,
)
from grader.reports.audience import for_audience
from grader.reports.called import NOT_KNOWN, Names
from grader.reports.repository import AT_THE_ROOT, Folders

Encoder = Callable[[Sequence[GradedSubmission], Sequence[Refused], Folders], bytes]


def _without_folders(encode: Callable[[Sequence[GradedSubmission], Sequence[Refused]], bytes]) -> Encoder:
    """Return the encoder of a format that names no files of a repository."""
    return lambda gradings, refused, _folders: encode(gradings, refused)


def _html(gradings: Sequence[GradedSubmission], refused: Sequence[Refused], names: Names = NOT_KNOWN) -> bytes:
    from grader.reports import html  # Jinja takes as long to load as the rest of a short command

    return html.encode(gradings, refused, names)


def _markdown(gradings: Sequence[GradedSubmission], refused: Sequence[Refused], names: Names = NOT_KNOWN) -> bytes:
    return markdown.encode(gradings, refused, names=names)


class Format(enum.StrEnum):
    """How results are written: its name, who reads it where nothing else is said, and what writes it."""

    usual_audience: Audience
    """Students, of what stands on a page that they may read."""
    audience_of_several: Audience
    """The same, where results are not of one submission alone."""
    encoder: Encoder | None
    """None for what a terminal shows."""

    def __new__(
        cls, name: str, usual_audience: Audience, encoder: Encoder | None, audience_of_several: Audience | None = None
    ) -> Self:
        """Make a format; one that does not say who reads it is none."""
        made = str.__new__(cls, name)
        made._value_ = name
        made.usual_audience = usual_audience
        made.audience_of_several = audience_of_several or usual_audience
        made.encoder = encoder
        return made

    TERMINAL = "terminal", Audience.STAFF, None
    JSON = "json", Audience.STAFF, _without_folders(results_json.encode_all)
    JUNIT = "junit", Audience.STAFF, junit.encode
    CSV = "csv", Audience.STAFF, _without_folders(table_csv.encode)
    HTML = (
        "html",
        Audience.STUDENT,
        _without_folders(_html),
        Audience.STAFF,
    )  # a student's feedback, or a page about a class
    MARKDOWN = "markdown", Audience.STUDENT, _without_folders(_markdown)
    GITHUB = "github", Audience.STUDENT, github.encode
    CODE_QUALITY = "code-quality", Audience.STUDENT, code_quality.encode
    PRAIRIELEARN = "prairielearn", Audience.STUDENT, _without_folders(prairielearn.encode)
    COURSERA = "coursera", Audience.STUDENT, _without_folders(coursera.encode)
    AUTOLAB = "autolab", Audience.STUDENT, _without_folders(autolab.encode)
    NBGRADER = "nbgrader", Audience.STAFF, _without_folders(nbgrader_csv.encode)


_WITH_NAMES = {Format.HTML: _html, Format.CSV: table_csv.encode, Format.MARKDOWN: _markdown}
"""Encoders of formats in which staff find a class by its students."""
_OF_ONE = (Format.PRAIRIELEARN, Format.COURSERA, Format.AUTOLAB)
"""Formats of which a file holds one submission."""

_FORMATS = (
    "NAME or NAME=PATH, several times if wanted: terminal, text for people; json, results.json (an array of them for several "
    "submissions); junit, JUnit XML; csv, a table; html, a page: the feedback of one submission, or a class with its scores, "
    "checks, mistakes and students; html=DIR/, a page for every student, and index.html about the class, which leads to them; "
    "markdown, for a job summary; github, workflow commands for annotations; code-quality, a report for GitLab's merge "
    "requests; prairielearn, coursera, autolab, for these systems, one submission each; nbgrader, the table that it exports. "
    "With a PATH it is written there, else printed. Default: terminal."
)
_AUDIENCE = (
    "Who reads it. A student gets of each check what it discloses, and no secret. Default: student for markdown, github, "
    "code-quality, prairielearn, coursera and autolab, for html of one submission, for the pages of html=DIR/ beside its "
    "index, and for what is printed in a log of GitHub; else staff."
)

FormatsOption = Annotated[
    list[str] | None, typer.Option("--format", metavar="NAME[=PATH]", help=_FORMATS, rich_help_panel=panels.WRITTEN)
]
AudienceOption = Annotated[Audience | None, typer.Option("--audience", help=_AUDIENCE, rich_help_panel=panels.WRITTEN)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sink:
    """One format, and where it goes."""

    format: Format
    path: Path | None
    """Standard output if None."""
    is_folder: bool = False
    """Whether every student gets a page of their own in it."""

    @property
    def is_for_people(self) -> bool:
        """Whether it is text on a terminal."""
        return self.format is Format.TERMINAL

    def usual_audience(self, *, of_one: bool = True) -> Audience:
        """Return who reads it where nothing else is said."""
        if self.is_for_people and not staff_only():
            return Audience.STUDENT
        return self.format.usual_audience if of_one else self.format.audience_of_several


def sinks(words: Sequence[str] | None, submissions: int = 1) -> tuple[Sink, ...]:
    """
    Return what `--format` asks for; the terminal's report where nothing is to be printed.

    Args:
        submissions: How many are to be graded.

    Raises:
        UsageError: If there is no such format, it holds one submission and there are several, two are to be printed, or a PATH
            cannot be one.
    """
    found = tuple(map(_sink, words or ()))
    of_one = next((one.format for one in found if one.format in _OF_ONE), None)
    if of_one is not None and submissions > 1:
        raise UsageError(
            f"--format {of_one}: it holds one submission, and here are {submissions}: grade them with --out DIR, then "
            f"`grader report DIR/NAME.results.json --format {of_one}`"
        )
    printed = [one.format for one in found if one.path is None]
    if len(printed) > 1:
        raise UsageError(
            f"--format {printed[0]} --format {printed[1]}: one of them can be printed; give the other a file, "
            f"--format {printed[1]}=PATH"
        )
    paths = [one.path for one in found if one.path is not None]
    twice = next((path for path in paths if paths.count(path) > 1), None)
    if twice is not None:
        raise UsageError(f"--format: two of them are to be written to {twice}")
    return found if printed else (Sink(format=Format.TERMINAL, path=None), *found)


def sinks_of_what_is_there(words: Sequence[str] | None) -> tuple[Sink, ...]:
    """Return what `--format` asks for, and nothing besides where that is files alone; raises as `sinks` does."""
    every = sinks(words)
    files = tuple(one for one in every if one.path is not None)
    return files if words and len(files) == len(words) else every


def _sink(word: str) -> Sink:
    name, is_file, path = word.partition("=")
    format = next((one for one in Format if one == name), None)
    if format is None:
        raise UsageError(f"--format {word}: there is no such format; there are {', '.join(Format)}")
    if is_file and not path:
        raise UsageError(f"--format {word}: a file is missing after the =")
    if is_file and format is Format.TERMINAL:
        raise UsageError(f"--format {word}: what is for a terminal is printed; markdown is text for a file")
    if is_file and not Path(path).absolute().parent.is_dir():
        raise UsageError(f"--format {word}: there is no folder {Path(path).parent}")
    is_named_as_folder = path.endswith("/")
    if is_named_as_folder and format is not Format.HTML:
        raise UsageError(f"--format {word}: this is a folder, into which html alone writes; give {format} a file")
    is_folder = format is Format.HTML and bool(path) and (is_named_as_folder or Path(path).is_dir())
    return Sink(format=format, path=Path(path) if is_file else None, is_folder=is_folder)


def write(
    every: Sequence[Sink],
    gradings: Sequence[GradedSubmission],
    refused: Sequence[Refused],
    audience: Audience | None,
    folders: Folders = AT_THE_ROOT,
    names: Names = NOT_KNOWN,
) -> None:
    """
    Write results to every sink, to files first.

    Args:
        folders: Where submissions lie in the repository whose files are named.
        names: Of students, by the names of submissions, for staff who look at a class.

    Raises:
        UsageError: If a file cannot be written.
    """
    of_one = is_alone(gradings, refused)
    for sink in sorted(every, key=lambda one: one.path is None):
        reader = audience or sink.usual_audience(of_one=of_one)
        shown = [for_audience(graded, reader) for graded in gradings]
        known = names if reader is Audience.STAFF else NOT_KNOWN
        if sink.format.encoder is None:
            _show(shown, refused, reader, known)
            continue
        if sink.is_folder:
            _write_pages(sink, gradings, refused, audience, names)
            continue
        if (by_names := _WITH_NAMES.get(sink.format)) is not None:
            written = by_names(shown, refused, known)
        else:
            written = sink.format.encoder(shown, refused, folders)
        if sink.path is None:
            sys.stdout.buffer.write(written)
            sys.stdout.buffer.flush()
            continue
        _write(sink, sink.path, written)


def _write_pages(
    sink: Sink,
    gradings: Sequence[GradedSubmission],
    refused: Sequence[Refused],
    audience: Audience | None,
    names: Names,
) -> None:
    """Write a page for every student, and then the one that leads to them."""
    from grader.reports import html

    assert sink.path is not None, "what is printed is no folder"
    of_one, of_several = (audience or usual for usual in (sink.format.usual_audience, sink.format.audience_of_several))
    whole = html.Class(
        for_students=[for_audience(graded, of_one) for graded in gradings],
        for_index=[for_audience(graded, of_several) for graded in gradings],
        refused=refused,
        names=names if of_several is Audience.STAFF else NOT_KNOWN,
    )
    try:
        sink.path.mkdir(exist_ok=True)
    except OSError as error:
        raise UsageError(f"--format {sink.format}={sink.path}/: cannot be made: {error.strerror}") from None
    for name, page in html.pages(whole):
        _write(sink, sink.path / name, page)


def _write(sink: Sink, path: Path, content: bytes) -> None:
    try:
        write_atomically(path, content)
    except OSError as error:
        raise UsageError(f"--format {sink.format}={path}: cannot be written: {error.strerror}") from None


def is_alone(gradings: Sequence[GradedSubmission], refused: Sequence[Refused]) -> bool:
    """Return whether results are of one submission alone."""
    return len(gradings) == 1 and not refused


def _show(gradings: Sequence[GradedSubmission], refused: Sequence[Refused], reader: Audience, names: Names) -> None:
    if is_alone(gradings, refused):
        show(terminal.one(gradings[0], for_student=reader is Audience.STUDENT))
    else:
        show(terminal.many(gradings, refused, names))
