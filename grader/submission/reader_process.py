"""
The process that reads one submission: a request on standard input, an answer on standard output, nothing else.

It is forked from one that has loaded all that most submissions need, and can open no file itself.  Whatever needs a module more
(IPython for magics, an encoding) is answered by `Unprepared`; a process that has loaded everything is then asked.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import pkgutil
import sys
import warnings
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from grader.errors import SubmissionError
from grader.model import Assignment, Exercise, Extent, Policy
from grader.protocol import Limits
from grader.submission import confinement, messages
from grader.submission.choosing import default_in, handed_in
from grader.submission.discovery import Code, Found, Kind, unpacked
from grader.submission.messages import Answer, AnyRequest, Chosen, Refused, Request, Taken, Unprepared, WhichFile
from grader.submission.reading import submission_of

_NEARLY = 0.9
"""Share of the memory from which on a reading is not believed: a parser that gets none says that source is nested too deeply."""
_PIECE_BYTES = 1 << 20
_SAMPLES = {
    "script.py": b'def f(x: int = 1) -> str:\n    """Say."""\n    return f"{x:.3f} {x!r}"\nprint(f(2))\n',
    "latin.py": b"# coding: latin-1\nx = 1\n",
    "broken.py": b"x = (\n",
    "notebook.ipynb": b'{"cells": [{"cell_type": "code", "source": "def f():\\n    return 1"}], "nbformat": 4}',
    "broken.ipynb": b"{",
}
"""What needs nothing special."""
_MAGICS = b'{"cells": [{"cell_type": "code", "source": "%x\\n!y\\nz = !w\\nv?\\n  %%u"}], "nbformat": 4}'


class _NotLoaded(BaseException):
    """A module is asked for that is not loaded; no Exception, as whoever asks may go on without it."""


class _NoFinder:
    """A meta-path finder that ends the reading where a module would have to be found."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        raise _NotLoaded(name)


def warm_up() -> None:
    """Read a sample of each kind, for what that loads."""
    b"".decode("cp437")  # the names of files that Windows has packed
    for name, content in _SAMPLES.items():
        _read_sample(name, content)


def load_everything() -> None:
    """Load whatever reading may ever need."""
    import encodings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for module in pkgutil.iter_modules(encodings.__path__):
            with contextlib.suppress(ImportError):  # some are of Windows
                importlib.import_module(f"encodings.{module.name}")
        _read_sample("magics.ipynb", _MAGICS)


def run(parent: int, *, loaded: bool) -> None:
    """
    Be that process: confined, it reads standard input to its end, and writes its answer.

    Args:
        parent: The process that it ends with.
        loaded: Whether everything is loaded, so that a module which cannot be had does not exist.
    """
    confinement.confine(parent)
    finders: list[object] = [] if loaded else [_NoFinder()]
    sys.meta_path[:] = finders  # type: ignore[assignment]
    pieces = []
    while piece := os.read(0, _PIECE_BYTES):
        pieces.append(piece)
    left = memoryview(messages.encode_answer(answer(b"".join(pieces))))
    while left:
        left = left[os.write(1, left[:_PIECE_BYTES]) :]


def answer(content: bytes) -> Answer:
    """
    Read what a request asks for.

    Raises:
        ProtocolError: If the bytes are no request.
    """
    where = "a submission"
    before = confinement.used_bytes()
    try:
        request = messages.decode_request(content)
        where = request.found.where
        return _answer(request, before)
    except MemoryError:
        return _too_large(where)


def _answer(request: AnyRequest, before: int) -> Answer:
    try:
        answered = _chosen(request) if isinstance(request, WhichFile) else _taken(request)
    except SubmissionError as error:
        return Refused(str(error))
    except _NotLoaded:
        return Unprepared()
    if confinement.used_bytes() - before > _NEARLY * confinement.MEMORY_BYTES:
        return _too_large(request.found.where)
    return answered


def _chosen(request: WhichFile) -> Chosen:
    return Chosen(default_in(request.found, request.assignment, request.stub))


def _taken(request: Request) -> Taken:
    found = unpacked(request.found, request.assignment)
    given = handed_in(found, request.assignment, request.stub)
    return Taken(submission_of(given, request.assignment, request.extent), given.origins)


def _too_large(where: str) -> Refused:
    size = confinement.MEMORY_BYTES
    limit = f"{size // 1024**3} GiB" if size >= 1024**3 else f"{size // 1024**2} MiB"
    return Refused(f"{where}: needs more than {limit} of memory to be read")


def _read_sample(name: str, content: bytes) -> None:
    assignment = Assignment(
        slug="",
        title="",
        summary="",
        file="main.py",
        modules=(),
        networks=(),
        packages=(),
        exercises=(Exercise(name="all", title="", provides=("f",)),),
        limits=Limits(),
        policy=Policy(),
        course=Path(),
        folder=Path(),
        solution=None,
    )
    found = Found(kind=Kind.FOLDER, name="main", where="main", code=(Code(path=name, content=content),))
    request = Request(found=found, assignment=assignment, stub=_SAMPLES["script.py"], extent=Extent.DEFINITIONS)
    messages.encode_answer(answer(messages.encode_request(request)))
