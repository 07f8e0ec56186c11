"""
Hints for a copy of the course without solutions: each is sealed with the answers of its mistake, and nothing else opens it.

`hints.msgpack` of an assignment holds calls of its functions, which are those that the public checks make, and for every known
mistake a salted digest of its answers to them, with its name and hint enciphered under a key that follows from these answers.
There is no code in it, no answer and no readable text.  Who makes a mistake finds its hint; who reads the file finds nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec

from grader import protocol
from grader.diagnosis.mistake import Mistake
from grader.diagnosis.runner import Call
from grader.errors import AssignmentError
from grader.model import ExplainedBy
from grader.proxy import Answer, RaisedInstead, Returned, readable

HINTS_FILE = "hints.msgpack"
_MAX_BYTES = 8 * 1024**2
_DIGEST = 16

_Digest = Annotated[bytes, msgspec.Meta(min_length=_DIGEST, max_length=_DIGEST)]


class _Sealed(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    digest: _Digest
    text: Annotated[bytes, msgspec.Meta(max_length=4096)]


class PackedCall(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A question to a function as it lies in the file; where *lines* of Python ask, these are what *kwargs* are the inputs of."""

    args: Annotated[tuple[protocol.Value, ...], msgspec.Meta(max_length=100)] = ()
    kwargs: Annotated[dict[str, protocol.Value], msgspec.Meta(max_length=100)] = {}
    lines: Annotated[str, msgspec.Meta(max_length=protocol.MAX_TEXT)] = ""

    def unpacked(self) -> Call:
        """
        Return it as it is asked.

        Raises:
            Crashed: If a value is not what it claims to be.
        """
        kwargs = {name: readable(protocol.unpack, value) for name, value in self.kwargs.items()}
        return tuple(readable(protocol.unpack, value) for value in self.args), kwargs, self.lines


class _Function(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    calls: Annotated[tuple[PackedCall, ...], msgspec.Meta(max_length=1000)]
    hints: Annotated[tuple[_Sealed, ...], msgspec.Meta(max_length=20_000)]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: Annotated[int, msgspec.Meta(ge=2, le=2)]
    salt: _Digest
    functions: Annotated[dict[str, _Function], msgspec.Meta(max_length=1000)]


class _Text(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    name: Annotated[str, msgspec.Meta(max_length=200)]
    hint: Annotated[str, msgspec.Meta(max_length=4000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What a file of hints holds."""

    file: _File

    def calls(self, name: str) -> tuple[Call, ...]:
        """Return the calls of a function to which its answers are needed; none where there are no hints for it."""
        function = self.file.functions.get(name)
        if function is None:
            return ()
        return tuple(call.unpacked() for call in function.calls)

    def look_up(self, name: str, answers: Sequence[Answer]) -> Mistake | None:
        """Return the mistake whose answers to all calls of a function these are, or None."""
        function = self.file.functions.get(name)
        if function is None or len(answers) != len(function.calls):
            return None
        told = canonical(answers)
        digest = _digest(self.file.salt, name, told)
        sealed = next((one for one in function.hints if one.digest == digest), None)
        if sealed is None:
            return None
        text = msgspec.msgpack.decode(_ciphered(sealed.text, self.file.salt, name, told), type=_Text)
        explained_by = ExplainedBy(distance=1, reproduces=f"{len(answers)} answers")
        return Mistake(name=text.name, hint=text.hint, explained_by=explained_by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A known mistake in a function, and its answers to all calls."""

    mistake: Mistake
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a function: its calls, the right answers, and wrong ones; of two with the same the first is told."""

    calls: tuple[PackedCall, ...]
    right: tuple[Answer, ...]
    candidates: tuple[Candidate, ...]


def load_hints(path: Path) -> Hints | None:
    """
    Load a file of hints; None where there is none.

    Raises:
        AssignmentError: If it is none, or far too large.
    """
    if not path.is_file():
        return None
    if path.stat().st_size > _MAX_BYTES:
        raise AssignmentError(f"{path}: {path.stat().st_size:,} bytes are no hints; `make hints` writes them anew")
    try:
        return Hints(file=msgspec.msgpack.decode(path.read_bytes(), type=_File))
    except (msgspec.DecodeError, RecursionError) as error:
        raise AssignmentError(f"{path}: these are no hints ({error}); `make hints` writes them anew") from None


def encode_hints(known: Mapping[str, Known], salt: bytes) -> bytes:
    """
    Return the bytes of a file of hints: the same for the same mistakes.

    Args:
        known: By the names of the functions.
        salt: Any bytes; equal answers in two assignments have other digests where it differs.
    """
    short = hashlib.blake2b(salt, digest_size=_DIGEST).digest()
    functions = {name: _Function(one.calls, tuple(_sealed(name, one, short))) for name, one in sorted(known.items())}
    return msgspec.msgpack.encode(_File(2, short, functions))


def _sealed(name: str, known: Known, salt: bytes) -> Iterator[_Sealed]:
    seen = {_digest(salt, name, canonical(known.right))}
    for candidate in known.candidates:
        told = canonical(candidate.answers)
        digest = _digest(salt, name, told)
        if digest in seen:
            continue
        seen.add(digest)
        text = msgspec.msgpack.encode(_Text(candidate.mistake.name, candidate.mistake.hint or ""))
        yield _Sealed(digest, _ciphered(text, salt, name, told))


def canonical(answers: Sequence[Answer]) -> bytes:
    """Return answers as bytes: equal for what counts as equal, numbers rounded to nine digits, of tensors to four."""
    return msgspec.json.encode([_word(answer) for answer in answers])


def _word(answer: Answer) -> object:
    match answer:
        case RaisedInstead(type_names=names):
            return ["raises", "ValueError" in names]
        case Returned(value=value):
            return _word_of_value(value)


def _word_of_value(value: object) -> object:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return ["int", str(value)]
    if isinstance(value, float):
        return ["float", f"{value + 0.0:.9g}"]
    if isinstance(value, str):
        return ["str", value]
    if isinstance(value, tuple | list):
        return ["items", [_word_of_value(one) for one in value]]
    shape = getattr(value, "shape", None)
    if shape is not None:
        numbers = value.reshape(-1).tolist()  # type: ignore[attr-defined]
        return ["tensor", list(shape), [f"{number + 0.0:.4g}" for number in numbers]]
    return ["other", type(value).__name__]


def _digest(salt: bytes, name: str, told: bytes) -> bytes:
    return hashlib.blake2b(name.encode() + b"\0" + told, digest_size=_DIGEST, salt=salt, person=b"hint digest").digest()


def _ciphered(text: bytes, salt: bytes, name: str, told: bytes) -> bytes:
    """Encipher or decipher under a key that follows from answers: each is used for one text, so a keystream alone will do."""
    key = hashlib.blake2b(name.encode() + b"\0" + told, salt=salt, person=b"hint key").digest()
    stream = hashlib.shake_256(key).digest(len(text))
    return bytes(one ^ other for one, other in zip(text, stream, strict=True))
