"""
From the objects of a check to what may cross to a worker, and from what a worker packed back to values.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from grader import protocol
from grader.errors import CheckFailed, Crashed, HarnessFault, ProtocolError, RefusedDtype

if TYPE_CHECKING:
    import torch

_FEW = 12
"""A tensor of so many numbers is written with them."""
_USUAL_DTYPES = ("float32", "int64", "bool")
"""Those that torch gives to numbers and truth values by itself."""
_Read = TypeVar("_Read")
_Packed = TypeVar("_Packed")


def render_call(name: str, args: tuple[object, ...], kwargs: Mapping[str, object]) -> str:
    """Write a call as a line of Python; large tensors by shape."""
    words = [render(value) for value in args] + [f"{key}={render(value)}" for key, value in kwargs.items()]
    return f"{name}({', '.join(words)})"


def render(value: object) -> str:
    """Write a value as in a line of Python; a tensor of more than a few numbers by its shape."""
    match value:
        case protocol.Batches():
            return f"<loader with batches of {value.batch_size}>"
        case protocol.Message():
            return f"<{type(value).__name__.removeprefix('Our').lower()}>"
        case list() if type(value) is list:
            return f"[{', '.join(map(render, value))}]"
        case tuple() if type(value) is tuple:
            return f"({', '.join(map(render, value))}{',' if len(value) == 1 else ''})"
        case dict() if type(value) is dict:
            return f"{{{', '.join(f'{key!r}: {render(item)}' for key, item in value.items())}}}"
    return repr(value) if getattr(value, "shape", None) is None else _render_numbers(value)


def _render_numbers(value: Any) -> str:
    """Write a tensor or an array of numpy: as what makes it, where it has a few numbers."""
    if not 0 < math.prod(value.shape) <= _FEW:
        return f"<tensor {tuple(value.shape)}>"
    dtype = str(value.dtype).removeprefix("torch.")
    numbers = _rounded(value.tolist()) if dtype == "float32" else value.tolist()
    if type(value).__module__ == "numpy":
        return f"np.array({numbers})"
    return f"torch.tensor({numbers}{'' if dtype in _USUAL_DTYPES else f', dtype=torch.{dtype}'})"


def _rounded(numbers: Any) -> Any:
    """Return float32 numbers without the digits that come of writing them as a Python float."""
    import numpy

    return [_rounded(one) for one in numbers] if isinstance(numbers, list) else float(str(numpy.float32(numbers)))


def pack(value: object) -> protocol.Value:
    packed = protocol.pack(value, _pack_other)
    if isinstance(packed, protocol.Opaque):
        raise HarnessFault(f"a check asked with a {packed.type_name} that cannot cross to a worker: {packed.text}")
    return packed


def pack_all(values: tuple[object, ...]) -> tuple[protocol.Value, ...]:
    return tuple(pack(value) for value in values)


def _pack_other(value: object) -> protocol.Value:
    """Pack a tensor, or an array or a number of numpy."""
    if type(value).__module__ == "numpy" and hasattr(value, "item"):
        return _pack_of_numpy(value)
    import torch

    if not isinstance(value, torch.Tensor):
        raise HarnessFault(f"a check asked with a {type(value).__name__}, which cannot cross to a worker")
    _require_dtype("a tensor", _dtype(value))
    return protocol.TensorValue(protocol.pack_tensor(value))


def _pack_of_numpy(value: Any) -> protocol.Value:
    import torch

    if not value.ndim:
        return protocol.pack(value.item(), _pack_other)
    _require_dtype("an array", str(value.dtype))
    return protocol.ArrayValue(protocol.pack_tensor(torch.from_numpy(value.copy())))


def _require_dtype(what: str, dtype: str) -> None:
    if dtype not in protocol.DTYPES:
        raise HarnessFault(f"a check asked with {what} of dtype {dtype}, which cannot cross to a worker")


def refused_dtype(text: str) -> CheckFailed:
    """Return what a check fails with where a tensor has a dtype that is refused; *text* is that of a RefusedDtype."""
    hint = "convert it with `.float()` or `.long()`, or leave the dtype as it was given to you"
    return CheckFailed(text, hint=hint, is_explained=True)


def readable(read: Callable[[_Packed], _Read], packed: _Packed) -> _Read:
    """
    Read what a worker packed.

    Raises:
        CheckFailed: If a tensor has a dtype that is refused.
        Crashed: If it is not what it claims to be: then the worker has been tampered with.
    """
    try:
        return read(packed)
    except RefusedDtype as error:
        raise refused_dtype(str(error)) from None
    except ProtocolError as error:
        raise Crashed(f"your code disturbed the process that ran it: {error}") from None


def scores(packed: bytes) -> torch.Tensor:
    """
    Read the output of a module.

    Raises:
        CheckFailed: If it holds no real numbers, or none at all.
    """
    output = readable(protocol.unpack_tensor, packed)
    if not output.is_floating_point():
        dtype = _dtype(output)
        raise CheckFailed(f"the output should be floating-point numbers, but it is {dtype}", received=dtype)
    if not output.numel():
        raise CheckFailed("the output is empty", received=f"shape {tuple(output.shape)}")
    return output


def _dtype(tensor: torch.Tensor) -> str:
    return str(tensor.dtype).removeprefix("torch.")


def gradient(packed: bytes, images: torch.Tensor) -> torch.Tensor:
    """
    Read the gradient of *images*, which PyTorch gives their shape and dtype.

    Raises:
        Crashed: If it has others: then it is not PyTorch that answered.
    """
    received = readable(protocol.unpack_tensor, packed)
    if received.shape != images.shape or received.dtype != images.dtype:
        raise Crashed("your code disturbed the process that ran it: the gradient of the images has another shape")
    return received


def state_like(state: Mapping[str, torch.Tensor], given: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """
    Return the weights of a network that was handed over with those in *given*; floating-point ones in float64.

    Raises:
        CheckFailed: If they are others by name, shape or kind.
    """
    described, expected = ({name: _described(tensor) for name, tensor in side.items()} for side in (state, given))
    if described != expected:
        changed = sorted({name for name, _entry in described.items() ^ expected.items()})
        raise CheckFailed(
            "the network has other weights afterwards than the one that was handed over",
            received=f"another {', another '.join(changed[:3])}",
            hint="train the weights that it has, and replace no layer",
        )
    return {name: tensor.double() if tensor.is_floating_point() else tensor for name, tensor in state.items()}


def _described(tensor: torch.Tensor) -> tuple[tuple[int, ...], bool]:
    return tuple(tensor.shape), tensor.is_floating_point()
