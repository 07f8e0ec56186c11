"""
What a question or an answer may hold: plain values, sequences, dictionaries and tensors, of exactly those types.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, NoReturn

import msgspec

from grader.errors import ProtocolError, RefusedDtype

if TYPE_CHECKING:
    import torch

MAX_TEXT = 4_000
"""Longest text from the worker, in characters."""
MAX_DEPTH = 8
MAX_ITEMS = 10_000
MAX_NAME = 200
DTYPES = frozenset(
    (
        *("float64", "float32", "float16", "bfloat16"),
        *("int64", "int32", "int16", "int8", "uint8", "bool"),
    )
)
"""
Dtypes that may cross, by torch's names without `torch.`: those that every operator of torch takes.

Refused are the others: complex numbers, since no exercise asks for any, and they have no order, no largest and no float;
unsigned integers of more than eight bits and floats of eight bits or fewer, which torch stores but hardly computes with;
quantized numbers, which are integers under a scale.
"""
_INT64 = 2**63
_MAX_BITS = 14_000  # more could not be shown: Python refuses to write integers of over 4,300 digits
_MAX_DIGITS = len("-0x") + _MAX_BITS // 4  # a submission that writes the message itself is held to it as well

Name = Annotated[str, msgspec.Meta(max_length=MAX_NAME)]
Text = Annotated[str, msgspec.Meta(max_length=MAX_TEXT)]
Shape = Annotated[tuple[int, ...], msgspec.Meta(max_length=64)]


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag=str.lower):
    """Base of all messages: immutable, tagged with its own name, no extra fields."""


class Plain(Message, frozen=True):
    """None, a truth value, a number or a text, of exactly that type."""

    value: bool | int | float | Text | None


class BigInteger(Message, frozen=True):
    """An integer that MessagePack cannot hold, as hexadecimal text."""

    digits: Annotated[str, msgspec.Meta(max_length=_MAX_DIGITS, pattern="^-?0x[0-9a-f]+$")]


class Sequence(Message, frozen=True):
    """A tuple or a list."""

    is_tuple: bool
    items: Annotated[tuple[Value, ...], msgspec.Meta(max_length=MAX_ITEMS)]


class Dictionary(Message, frozen=True):
    """A dictionary whose keys are texts."""

    entries: Annotated[dict[Name, Value], msgspec.Meta(max_length=MAX_ITEMS)]


class TensorValue(Message, frozen=True):
    """One tensor, as a safetensors file with one entry."""

    blob: bytes


class ArrayValue(Message, frozen=True):
    """One array of numpy, as a safetensors file with one entry."""

    blob: bytes


class Opaque(Message, frozen=True):
    """Something that no message can hold: only what it is called."""

    type_name: Name
    text: Text

    def __getattr__(self, name: str) -> NoReturn:
        """Say to who writes a check how an object is asked for what it holds; it stays with the submission."""
        raise AttributeError(
            f"an object of {self.type_name} stays in the worker, and has no {name!r} here: a check asks it by lines of Python, "
            "`student.NAME.use(...)`"
        )


Value = Plain | BigInteger | Sequence | Dictionary | TensorValue | ArrayValue | Opaque


def pack(value: object, pack_other: Callable[[object], Value], depth: int = 0) -> Value:
    """
    Turn a Python object into a Value; what is neither plain, a sequence nor a dictionary goes to *pack_other*.

    Numbers of other libraries that stand for an integer (`__index__`) become plain integers, so that
    `numpy.int64(5)` and `5` are the same answer.
    """
    if isinstance(value, str) and not value.isascii():
        value = sendable(value)
    if value is None or type(value) in (bool, float, str):
        return Plain(value) if not isinstance(value, str) or len(value) <= MAX_TEXT else opaque(value)  # type: ignore[arg-type]
    if isinstance(value, int):
        plain = operator.index(value)
        if -_INT64 <= plain < _INT64:
            return Plain(plain)
        if plain.bit_length() > _MAX_BITS:
            return Opaque("int", f"an integer of {plain.bit_length():,} bits")
        return BigInteger(hex(plain))
    if isinstance(value, (tuple, list)):
        if depth >= MAX_DEPTH or len(value) > MAX_ITEMS:
            return opaque(value)
        items = (tuple if isinstance(value, tuple) else list).__iter__(value)  # type: ignore[arg-type]
        return Sequence(isinstance(value, tuple), tuple(pack(item, pack_other, depth + 1) for item in items))
    if isinstance(value, dict):
        pairs = list(dict.items(value))
        if depth >= MAX_DEPTH or len(pairs) > MAX_ITEMS or not all(_is_key(key) for key, _item in pairs):
            return opaque(value)
        return Dictionary({sendable(key): pack(item, pack_other, depth + 1) for key, item in pairs})
    return pack_other(value)


def _is_key(key: object) -> bool:
    return type(key) is str and len(sendable(key)) <= MAX_NAME


def sendable(text: str) -> str:
    """Return *text* with the halves of characters that UTF-8 cannot hold made visible."""
    return text.encode(errors="backslashreplace").decode()


def opaque(value: object) -> Opaque:
    """Name a value that no message can hold."""
    try:
        text = sendable(repr(value)[:200])[:200]
    except Exception:  # a submission's own __repr__ may do anything
        text = ""
    return Opaque(type(value).__name__[:MAX_NAME], text)


def unpack(value: Value, depth: int = 0) -> object:
    """
    Turn a Value back into a Python object; tensors become torch tensors, arrays numpy arrays, and Opaque stays what it is.

    Raises:
        ProtocolError: If it is nested more deeply than `pack` nests, or a tensor cannot be read or has a refused dtype.
    """
    if depth > MAX_DEPTH:
        raise ProtocolError(f"a value is nested more than {MAX_DEPTH} deep")
    match value:
        case Plain():
            return value.value
        case BigInteger():
            return int(value.digits, 16)
        case Sequence():
            items = [unpack(item, depth + 1) for item in value.items]
            return tuple(items) if value.is_tuple else items
        case Dictionary():
            return {key: unpack(item, depth + 1) for key, item in value.entries.items()}
        case TensorValue():
            return unpack_tensor(value.blob)
        case ArrayValue():
            return _unpack_array(value.blob)
        case Opaque():
            return value


def _unpack_array(blob: bytes) -> object:
    try:
        return unpack_tensor(blob).numpy()
    except TypeError as error:  # numpy has no bfloat16
        raise ProtocolError(f"an array from the worker cannot be read: {error}") from None


def pack_tensors(tensors: Mapping[str, torch.Tensor]) -> bytes:
    """Turn named CPU tensors into safetensors bytes; tensors may share memory or be views."""
    import safetensors.torch

    return safetensors.torch.save({name: tensor.contiguous().clone() for name, tensor in tensors.items()})


def unpack_tensors(blob: bytes) -> dict[str, torch.Tensor]:
    """
    Turn safetensors bytes into named tensors.

    Raises:
        RefusedDtype: If one has a dtype that is not among DTYPES.
        ProtocolError: If the bytes are no safetensors file whose tensors fill it exactly.
    """
    import safetensors
    import safetensors.torch

    try:
        tensors = safetensors.torch.load(blob)
    except (safetensors.SafetensorError, KeyError, ValueError, RuntimeError, TypeError) as error:
        raise ProtocolError(f"a tensor from the worker cannot be read: {error}") from None
    for tensor in tensors.values():
        dtype = str(tensor.dtype).removeprefix("torch.")
        if dtype not in DTYPES:
            raise RefusedDtype(dtype)
    return tensors


def pack_tensor(tensor: torch.Tensor) -> bytes:
    """Turn one CPU tensor into safetensors bytes."""
    return pack_tensors({"": tensor})


def unpack_tensor(blob: bytes) -> torch.Tensor:
    """
    Turn the safetensors bytes of one tensor into it.

    Raises:
        RefusedDtype: If it has a dtype that is not among DTYPES.
        ProtocolError: If there is not exactly one tensor in the bytes.
    """
    tensors = unpack_tensors(blob)
    if tensors.keys() != {""}:
        raise ProtocolError(f"expected one tensor from the worker, got {len(tensors)}")
    return tensors[""]
