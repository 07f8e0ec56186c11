"""
What goes to a process that reads a submission, and what comes back: msgpack, decoded into closed types, within limits.

The answer is believed as little as a worker's: bytes that are no answer to the request are a ProtocolError.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

import msgspec

from grader import model
from grader.errors import ProtocolError
from grader.model import Assignment, Extent, SourceFile, Submission
from grader.protocol import sendable
from grader.submission import answers
from grader.submission.choosing import Origin, sha256
from grader.submission.discovery import MAX_BYTES_LOOKED_AT, Found

READ, READ_WITH_EVERYTHING = b"r", b"e"
"""Orders to the fork server: have a process read, or have it do so after everything is loaded that reading may ever need."""
STATUS = struct.Struct("=i")
"""How such a process ended, as wait(2) says it."""
_SHA256 = re.compile(r"[0-9a-f]{64}")
_ROOM_BYTES = 4_000_000
_MAX_FILES = 1_000
_LONGEST_PATH = 1_000
_LONGEST_REFUSAL = 40_000
"""Letters; it may name several paths, each as long as a system takes."""


class Request(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Choose the graded file of this, and read it."""

    found: Found
    assignment: Assignment
    """Without where it lies."""
    stub: bytes
    """Its file as it was handed out."""
    extent: Extent


class WhichFile(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Choose the graded file of this."""

    found: Found
    assignment: Assignment
    """Without where it lies."""
    stub: bytes
    """Its file as it was handed out."""


class Taken(msgspec.Struct, frozen=True, tag=True):
    """It is a submission."""

    submission: Submission
    origins: tuple[Origin, ...]
    """Of what its digest is of, in order; the main file is the first."""


class Chosen(msgspec.Struct, frozen=True, tag=True):
    """This file is meant, or none."""

    path: str | None


class Refused(msgspec.Struct, frozen=True, tag=True):
    """Nobody can grade it, and why."""

    message: str


class Unprepared(msgspec.Struct, frozen=True, tag=True):
    """It needs a module that is not loaded, and files cannot be opened here: ask a process that has loaded them all."""


AnyRequest = Request | WhichFile
Answer = Taken | Chosen | Refused | Unprepared
_encoder = msgspec.msgpack.Encoder(enc_hook=str)  # of a path
_request_decoder: msgspec.msgpack.Decoder[AnyRequest] = msgspec.msgpack.Decoder(
    AnyRequest, dec_hook=lambda kind, value: kind(value)
)
_answer_decoder: msgspec.msgpack.Decoder[Answer] = msgspec.msgpack.Decoder(Answer)
_NOT_IT = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)


def encode_request(request: AnyRequest) -> bytes:
    """Return a request as bytes, without where the assignment lies."""
    found = replace(request.found, where=sendable(request.found.where))
    assignment = replace(request.assignment, folder=Path(), solution=None)
    return _encoder.encode(msgspec.structs.replace(request, found=found, assignment=assignment))


def decode_request(content: bytes) -> AnyRequest:
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
    return 2 * (request_bytes + MAX_BYTES_LOOKED_AT) + _ROOM_BYTES  # a zip may be that large in truth


def decode_answer(content: bytes, request: AnyRequest) -> Answer:
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
    if isinstance(answer, Chosen) and not _is_choice(answer, request):
        raise ProtocolError("not an answer: it is a file of another folder")
    if isinstance(answer, Taken) and not _answers(answer, request):
        raise ProtocolError("not an answer: it is of another submission")
    return answer


def _is_choice(chosen: Chosen, request: AnyRequest) -> bool:
    if not isinstance(request, WhichFile):
        return False
    return chosen.path is None or chosen.path in {one.path for one in request.found.code}


def _answers(taken: Taken, request: AnyRequest) -> bool:
    submission = taken.submission
    if not isinstance(request, Request):
        return False
    if (submission.name, submission.extent) != (request.found.name, request.extent):
        return False
    if not taken.origins or submission.given_as != taken.origins[0].found:
        return False
    if not _is_digest(submission.sha256, taken.origins, request.found):
        return False
    if not _is_of_what_was_found(submission, {"", *(origin.found for origin in taken.origins)}):
        return False
    if not _are_answers(submission.answers, request, {origin.found for origin in taken.origins}):
        return False
    paths = [file.path for file in submission.files]
    return 0 < len(paths) <= _MAX_FILES and len(set(paths)) == len(paths) and all(map(_is_within, submission.files))


def _are_answers(given: Sequence[model.Answer], request: Request, found: set[str]) -> bool:
    """Return whether these may be answers to exercises that are graded by hand, in files that were found."""
    by_hand = {exercise.name for exercise in request.assignment.exercises if exercise.is_graded_by_hand}
    return len(given) <= answers.MAX_ANSWERS and all(
        one.exercise in by_hand and one.path in found and len(one.text) <= answers.MAX_CHARACTERS for one in given
    )


def _is_of_what_was_found(submission: Submission, found: set[str]) -> bool:
    """Return whether every line that it says to be in some file may be in one that was found."""
    given = {
        *(file.given_as for file in submission.files),
        *(span.file for span in submission.source_map if span.file_line),
    }
    locations = [one.location for one in submission.definitions]
    if submission.problem is not None and submission.problem.location is not None:
        locations.append(submission.problem.location)
    lines_are_from_1 = all(one.line >= 1 and one.cell >= 0 for one in locations)
    spans_are = all(min(one.file_line, one.cell, one.apart, one.line - 1) >= 0 for one in submission.source_map)
    return lines_are_from_1 and spans_are and (given | {one.path for one in locations}) <= found


def _is_digest(sha256: str, origins: Sequence[Origin], found: Found) -> bool:
    """Return whether this is the digest of what was found; of a zip, whose files are unknown here, whether it is one at all."""
    return bool(_SHA256.fullmatch(sha256)) if found.packed is not None else sha256 == _digest(origins, found)


def _digest(origins: Sequence[Origin], found: Found) -> str | None:
    """Return the digest of what was found, each file once, or None where it was not."""
    contents = {one.path: one.content for one in found.code} | {one.path: one.content for one in found.texts}
    if len({origin.found for origin in origins}) < len(origins):
        return None
    files = [(origin.path, contents.get(origin.found)) for origin in origins]
    known = [(path, content) for path, content in files if content is not None]
    return sha256(known) if len(known) == len(files) else None


def _is_within(file: SourceFile) -> bool:
    """Return whether a file lies in the submission, wherever that is written."""
    path = PurePosixPath(file.path)
    is_plain = str(path) == file.path and file.path.isprintable() and len(file.path) <= _LONGEST_PATH
    return is_plain and bool(path.parts) and not path.is_absolute() and ".." not in path.parts
