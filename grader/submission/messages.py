"""
What goes to a process that reads a submission, and what comes back: msgpack, decoded into closed types, within limits.

The answer is believed as little as a worker's: bytes that are no answer to the request are a ProtocolError.
"""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path, PurePosixPath

import msgspec

from grader.errors import ProtocolError
from grader.model import Assignment, Extent, SourceFile, Submission
from grader.submission.discovery import HandedIn

READ, READ_WITH_EVERYTHING = b"r", b"e"
"""Orders to the fork server: have a process read, or have it do so after everything is loaded that reading may ever need."""
STATUS = struct.Struct("=i")
"""How such a process ended, as wait(2) says it."""
_ROOM_BYTES = 4_000_000
_MAX_FILES = 1_000
_LONGEST_PATH = 1_000
_LONGEST_REFUSAL = 4_000


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """Read this."""

    given: HandedIn
    assignment: Assignment
    """Without where it lies."""
    extent: Extent


class Taken(msgspec.Struct, frozen=True, tag=True):
    """It is a submission."""

    submission: Submission


class Refused(msgspec.Struct, frozen=True, tag=True):
    """Nobody can grade it, and why."""

    message: str


class Unprepared(msgspec.Struct, frozen=True, tag=True):
    """It needs a module that is not loaded, and files cannot be opened here: ask a process that has loaded them all."""


Answer = Taken | Refused | Unprepared
_encoder = msgspec.msgpack.Encoder(enc_hook=str)  # of a path
_request_decoder = msgspec.msgpack.Decoder(Request, dec_hook=lambda kind, value: kind(value))
_answer_decoder: msgspec.msgpack.Decoder[Answer] = msgspec.msgpack.Decoder(Answer)
_NOT_IT = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)


def encode_request(request: Request) -> bytes:
    """Return a request as bytes, without where the assignment lies."""
    where = request.given.where.encode(errors="backslashreplace").decode()  # a path of this machine may be no text
    given = replace(request.given, where=where)
    assignment = replace(request.assignment, folder=Path(), solution=None)
    return _encoder.encode(Request(given=given, assignment=assignment, extent=request.extent))


def decode_request(content: bytes) -> Request:
    """
    Return the request that bytes are.

    Raises:
        ProtocolError: If they are none.
    """
    try:
        return _request_decoder.decode(content)
    except _NOT_IT as error:
        raise ProtocolError(f"not a request to read: {error}") from None


def encode_answer(answer: Answer) -> bytes:
    """Return an answer as bytes."""
    return _encoder.encode(answer)


def longest_answer(request_bytes: int) -> int:
    """Return how many bytes an answer to a request of that size may have: the graded file is often longer than the given one."""
    return 2 * request_bytes + _ROOM_BYTES


def decode_answer(content: bytes, request: Request) -> Answer:
    """
    Return the answer that bytes are.

    Raises:
        ProtocolError: If they are none, or one to another request.
    """
    try:
        answer = _answer_decoder.decode(content)
    except _NOT_IT as error:
        raise ProtocolError(f"not an answer: {error}") from None
    if isinstance(answer, Refused) and len(answer.message) > _LONGEST_REFUSAL:
        raise ProtocolError("not an answer: its refusal is too long")
    if isinstance(answer, Taken) and not _answers(answer.submission, request):
        raise ProtocolError("not an answer: it is of another submission")
    return answer


def _answers(submission: Submission, request: Request) -> bool:
    given = request.given
    if (submission.name, submission.given_as, submission.extent) != (given.name, given.main, request.extent):
        return False
    if submission.sha256 != given.sha256():
        return False
    paths = [file.path for file in submission.files]
    return 0 < len(paths) <= _MAX_FILES and len(set(paths)) == len(paths) and all(map(_is_within, submission.files))


def _is_within(file: SourceFile) -> bool:
    """Return whether a file lies in the submission, wherever that is written."""
    path = PurePosixPath(file.path)
    is_plain = str(path) == file.path and file.path.isprintable() and len(file.path) <= _LONGEST_PATH
    return is_plain and bool(path.parts) and not path.is_absolute() and ".." not in path.parts
