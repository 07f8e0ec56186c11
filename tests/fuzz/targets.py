"""
Everything that decodes what somebody else wrote, as functions of bytes that may raise only our own errors.

`test_fuzz.py` feeds them from Hypothesis, `fuzz.py` from a coverage-guided fuzzer.
"""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from grader import protocol
from grader.course import assignment as assignments
from grader.errors import GraderError
from grader.model import Extent
from grader.submission import apart, archive, discovery, messages, notebook, reader_process
from grader.submission.apart import Ended
from grader.submission.discovery import Code, Found, Kind
from grader.submission.messages import Refused, Request, Unprepared
from grader.submission.notebook import NotANotebook

COURSE = Path(__file__).parents[2]
SLUG = "conv_arithmetic"
OURS = (GraderError, NotANotebook)
_WORK = tempfile.TemporaryDirectory(prefix="grader-fuzz-")
_FOLDER = Path(_WORK.name)
_ASSIGNMENT = assignments.load(COURSE, SLUG)
_FOUND = Found(kind=Kind.FILE, name="ada", where="ada.py", code=(Code(path="ada.py", content=b"x = 1\n"),))
_REQUEST = Request(found=_FOUND, assignment=_ASSIGNMENT, stub=b"", extent=Extent.DEFINITIONS)
_ASKED = messages.encode_request(_REQUEST)
_STUB = (_ASSIGNMENT.folder / _ASSIGNMENT.file).read_bytes()


def message(data: bytes) -> None:
    """What a worker sends: a frame, decoded into a reply, and the values and tensors in it."""
    for kind in (protocol.WorkerMessage, protocol.Report):
        try:
            said = protocol.decode(data, kind)
        except OURS:
            continue
        reply = getattr(said, "reply", None)
        value = getattr(reply, "value", None)
        if value is not None:
            protocol.unpack(value)


def tensors(data: bytes) -> None:
    """Tensors, as they travel: their header and their bytes."""
    protocol.unpack_tensors(data)


def book(data: bytes) -> None:
    """A notebook, read into its cells."""
    notebook.read(data, _ASSIGNMENT.file)


def notebook_submission(data: bytes) -> None:
    """A notebook from its bytes to the code that would run."""
    _submission("handed_in.ipynb", data)


def script(data: bytes) -> None:
    """A script, to the definitions that are taken from it."""
    _submission("handed_in.py", data)


def zipped(data: bytes) -> None:
    """A zip, and every file in it."""
    for entry in archive.read(data, "handed_in.zip").files:
        archive.content_of(archive.read(data, "handed_in.zip"), entry, 100_000)


def zip_submission(data: bytes) -> None:
    """A zip from its bytes to the code that would run."""
    _submission("handed_in.zip", data)


def settings(data: bytes) -> None:
    """An assignment.toml."""
    folder = _FOLDER / "assignments" / "fuzzed"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "assignment.toml").write_bytes(data)
    assignments.load(_FOLDER, "fuzzed")


def request(data: bytes) -> None:
    """What a process that reads is given."""
    messages.decode_request(data)


def answer(data: bytes) -> None:
    """What comes back from it."""
    apart.judged(Ended(answer=data, status=0), _REQUEST)


def _submission(name: str, data: bytes) -> None:
    """Read what lies in a file as a process of its own would, but in this one, whose code the fuzzer follows."""
    path = _FOLDER / name
    path.write_bytes(data)
    asked = Request(
        found=discovery.read(path, _ASSIGNMENT), assignment=_ASSIGNMENT, stub=b"", extent=Extent.DEFINITIONS
    )
    answered = reader_process.answer(messages.encode_request(asked))
    messages.decode_answer(messages.encode_answer(answered), asked)


@dataclass(frozen=True, kw_only=True)
class Target:
    """One decoder, what to start from, and which share of a run it gets."""

    decode: Callable[[bytes], None]
    seeds: tuple[bytes, ...]
    share: float

    def __call__(self, data: bytes) -> None:
        """Decode; what is raised and not ours goes through."""
        with contextlib.suppress(*OURS):
            self.decode(data)


def _zip(**files: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in files.items():
            out.writestr(name, content)
    return written.getvalue()


def _book(*sources: str) -> bytes:
    cells = [
        {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
        for source in sources
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}).encode()


_VALUE = protocol.Sequence(
    True, (protocol.Plain(1), protocol.Plain("a"), protocol.Dictionary({"k": protocol.Plain(None)}))
)
_TENSORS = protocol.pack_tensors({"": torch.arange(4.0), "b": torch.zeros(2, 2, dtype=torch.int64)})
_SCRIPT = b"import torch\n@f\ndef conv2d_output_size(n, f=1):\n    return n\nfor i in range(3):\n    print(i)\n"
_BOOK = _book("%matplotlib inline\nimport torch", "!pip install x", "def same_padding(f):\n    return f // 2")
TARGETS = {
    "message": Target(
        decode=message,
        seeds=(
            protocol.encoder.encode(protocol.Answer(3, protocol.Returned(_VALUE))),
            protocol.encoder.encode(
                protocol.Answer(1, protocol.Returned(protocol.TensorValue(protocol.pack_tensor(torch.arange(4.0)))))
            ),
            protocol.encoder.encode(
                protocol.Answer(2, protocol.Raised(("ValueError",), "no", ("a.py, line 1",), None))
            ),
            protocol.encoder.encode(protocol.Answer(4, protocol.Returned(protocol.BigInteger("0xffffffffffffffffff")))),
            protocol.encoder.encode(protocol.Progress(1, 2, 0.5, None)),
            protocol.encoder.encode(protocol.Ended("", "", 0, b"out", 0)),
        ),
        share=0.34,
    ),
    "tensors": Target(decode=tensors, seeds=(_TENSORS,), share=0.2),
    "book": Target(decode=book, seeds=(_BOOK,), share=0.06),
    "notebook_submission": Target(decode=notebook_submission, seeds=(_BOOK,), share=0.04),
    "script": Target(decode=script, seeds=(_SCRIPT, _STUB[:1500]), share=0.04),
    "zipped": Target(
        decode=zipped,
        seeds=(_zip(**{"conv_arithmetic.py": _SCRIPT, "helper.py": b"x = 1\n"}), _zip(**{"a/b.ipynb": _BOOK})),
        share=0.14,
    ),
    "zip_submission": Target(decode=zip_submission, seeds=(_zip(**{"conv_arithmetic.py": _SCRIPT}),), share=0.04),
    "request": Target(decode=request, seeds=(_ASKED,), share=0.04),
    "answer": Target(
        decode=answer,
        seeds=tuple(map(messages.encode_answer, (reader_process.answer(_ASKED), Refused("no"), Unprepared()))),
        share=0.06,
    ),
    "settings": Target(decode=settings, seeds=((_ASSIGNMENT.folder / "assignment.toml").read_bytes(),), share=0.04),
}
