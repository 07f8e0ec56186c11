"""
From the objects of a check to what may cross to a worker, and from what a worker packed back to values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

from grader import protocol
from grader.errors import CheckFailed, Crashed, HarnessFault, ProtocolError

if TYPE_CHECKING:
    import torch

_Read = TypeVar("_Read")
_Packed = TypeVar("_Packed")


def render_call(name: str, args: tuple[object, ...], kwargs: Mapping[str, object]) -> str:
    """Write a call as a line of Python; tensors by shape."""
    words = [_render(value) for value in args] + [f"{key}={_render(value)}" for key, value in kwargs.items()]
    return f"{name}({', '.join(words)})"


def _render(value: object) -> str:
    match value:
        case protocol.Batches():
            return f"<loader with batches of {value.batch_size}>"
        case protocol.Message():
            return f"<{type(value).__name__.removeprefix('Our').lower()}>"
    shape = getattr(value, "shape", None)
    return f"<tensor {tuple(shape)}>" if shape is not None else repr(value)


def pack(value: object) -> protocol.Value:
    packed = protocol.pack(value, _pack_tensor)
    if isinstance(packed, protocol.Opaque):
        raise HarnessFault(f"a check asked with a {packed.type_name} that cannot cross to a worker: {packed.text}")
    return packed


def pack_all(values: tuple[object, ...]) -> tuple[protocol.Value, ...]:
    return tuple(pack(value) for value in values)


def _pack_tensor(value: object) -> protocol.Value:
    import torch

    if not isinstance(value, torch.Tensor):
        raise HarnessFault(f"a check asked with a {type(value).__name__}, which cannot cross to a worker")
    return protocol.TensorValue(protocol.pack_tensor(value))


def readable(read: Callable[[_Packed], _Read], packed: _Packed) -> _Read:
    """Read what a worker packed; where it is not what it claims to be, the worker has been tampered with."""
    try:
        return read(packed)
    except ProtocolError as error:
        raise Crashed(f"your code disturbed the process that ran it: {error}") from None


def scores(packed: bytes) -> torch.Tensor:
    """
    Read the output of a module.

    Raises:
        CheckFailed: If it holds no real numbers.
    """
    output = readable(protocol.unpack_tensor, packed)
    if not output.is_floating_point():
        dtype = str(output.dtype).removeprefix("torch.")
        raise CheckFailed(f"the output should be floating-point numbers, but it is {dtype}", received=dtype)
    return output
