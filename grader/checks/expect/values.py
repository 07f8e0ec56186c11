"""
Compare what a submission answered with what is right, or raise CheckFailed with feedback.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from grader.checks import tolerances
from grader.checks.findings import remark
from grader.errors import CheckFailed, ForbiddenOperation, StudentRaised
from grader.protocol import Opaque

if TYPE_CHECKING:
    import torch

_MAX_VALUES = 4


def equal(received: object, expected: object, *, hint: str | None = None) -> None:
    """
    Require exactly *expected*, type included: 5.0 is not 5, True is not 1.  A list for a tuple passes with a remark.

    Raises:
        CheckFailed: If it is anything else.
    """
    if isinstance(expected, tuple) and isinstance(received, tuple | list) and len(received) == len(expected):
        for wanted, found in zip(expected, received, strict=True):
            if not _same(found, wanted):
                raise _wrong("the answer is wrong", received, expected, hint)
        if isinstance(received, list):
            remark("your answer is a list where a tuple was asked for")
        return
    if type(received) is not type(expected):
        wanted, found = _kind(expected), _kind(received)
        if type(expected) is int and type(received) is float:
            hint = hint or "a whole number is asked for: `/` always gives a float, `//` divides and drops the remainder"
        raise _wrong(f"the answer should be {wanted}, but it is {found}", received, expected, hint)
    if not _same(received, expected):
        raise _wrong("the answer is wrong", received, expected, hint)


def _same(received: object, expected: object) -> bool:
    """Return whether two values are equal with their types, at every depth; a tensor, whose `==` is a tensor, equals nothing."""
    if type(received) is not type(expected) or hasattr(received, "shape"):
        return False
    if isinstance(received, tuple | list) and isinstance(expected, tuple | list):
        return len(received) == len(expected) and all(map(_same, received, expected))
    if isinstance(received, dict) and isinstance(expected, dict):
        return received.keys() == expected.keys() and all(_same(received[key], expected[key]) for key in expected)
    return received == expected


def raises(
    kind: type[Exception], function: Callable[..., object], *args: object, hint: str | None = None, **kwargs: object
) -> None:
    """
    Require that the call raises *kind* or a subclass of it; a function that is not implemented yet stays `raised`.

    Raises:
        CheckFailed: If it returns, or raises something else.
    """
    name = kind.__name__
    try:
        received = function(*args, **kwargs)
    except StudentRaised as error:
        if error.while_loading or "NotImplementedError" in error.type_names:
            raise
        if name not in error.type_names:
            message = f"this call should raise a {name}, but it raises {error.type_names[0]}"
            raise CheckFailed(message, expected=name, received=str(error), hint=hint) from None
        return
    raise CheckFailed(
        f"this call should raise a {name}, but it returns a value", expected=name, received=render(received), hint=hint
    )


def accepts(kind: type[Exception], function: Callable[..., object], *args: object, **kwargs: object) -> None:
    """
    Require that the call does not raise *kind*, whatever it answers: who refuses everything has not seen what must be refused.

    Raises:
        CheckFailed: If it raises *kind* or a subclass of it.
    """
    name = kind.__name__
    try:
        function(*args, **kwargs)
    except ForbiddenOperation:  # refused by us
        return
    except StudentRaised as error:
        if name in error.type_names and "NotImplementedError" not in error.type_names:
            message = f"nothing is wrong with this call, but it raises a {name}"
            raise CheckFailed(message, expected="an answer", received=str(error)) from None


def close(
    received: object, expected: torch.Tensor | float, *, what: str = "the answer", hint: str | None = None
) -> None:
    """
    Require a number or tensor that equals *expected* up to rounding of its own dtype; NaN never passes.

    An answer in float32, or with its digits alone, passes with float32's tolerance and a remark.  A list of numbers may be a
    tensor.

    Args:
        what: What it is, as the beginning of a sentence.

    Raises:
        CheckFailed: If type, shape or a value is wrong.
    """
    _close(received, expected, _largest(expected), what, hint)


def _largest(expected: torch.Tensor | float) -> float:
    import torch

    numbers = torch.as_tensor(expected, dtype=torch.float64).abs()
    return numbers.max().item() if numbers.numel() else 0.0


def _close(received: object, expected: torch.Tensor | float, scale: float, what: str, hint: str | None) -> None:
    """Require what `close` does, where rounding is measured by *scale*."""
    import torch

    want = torch.as_tensor(expected, dtype=torch.float64) if isinstance(expected, float | int) else expected
    received = with_tensors(received)
    if want.ndim and isinstance(received, tuple | list):
        received = _of_numbers(received)
    if isinstance(received, bool) or not isinstance(received, torch.Tensor | float | int):
        raise _wrong(f"{what} should be a number or a tensor, but it is {_kind(received)}", received, expected, hint)
    got = torch.as_tensor(received, dtype=torch.float64) if isinstance(received, float | int) else received
    of = "" if what == "the answer" else f" of {what}"
    if got.shape != want.shape:
        shapes = str(tuple(want.shape)), str(tuple(got.shape))
        raise CheckFailed(f"the shape{of} is wrong", expected=shapes[0], received=shapes[1], hint=hint)
    dtype = str(got.dtype).removeprefix("torch.")
    if got.dtype.is_floating_point and got.dtype != want.dtype and want.dtype.is_floating_point:
        wanted = str(want.dtype).removeprefix("torch.")
        remark(f"your answer is {dtype} although the input is {wanted}: create tensors with `dtype=x.dtype`")
    difference = (got.double() - want.double()).abs()
    allowed = tolerances.BY_DTYPE.get(dtype, tolerances.BY_DTYPE["float64"]) * scale or tolerances.TINY
    is_close = difference <= allowed  # not "not >": a NaN difference must fail
    if not is_close.all() and got.dtype == torch.float64 and torch.equal(got, got.float().double()):
        is_close = difference <= tolerances.BY_DTYPE["float32"] * scale
        if is_close.all():
            remark(
                "your answer has the digits of float32 alone: `torch.tensor` makes that of Python floats, unless it gets a dtype"
            )
    if not bool(is_close.all()):
        wrong = int((~is_close).sum())
        worst = _worst(difference)
        raise CheckFailed(
            f"{wrong} of {got.numel()} values{of} differ" if got.ndim else f"the value{of} is wrong",
            expected=_at(want, worst),
            received=_at(got, worst),
            hint=hint,
        )


def close_parts(received: object, expected: Mapping[str, torch.Tensor | float], *, hint: str | None = None) -> None:
    """
    Require a tuple, list or tensor with a part for each of *expected*, in their order, each of them `close`.

    A part that is much smaller than the others may be what is left of sums that cancel, such as a gradient, and its rounding
    that of their terms: it is measured by `tolerances.PART` of the largest part at least.

    Args:
        expected: The parts by their names, as the handout writes them.

    Raises:
        CheckFailed: If it has other parts, or one is wrong: the first one is told.
    """
    import torch

    names = f"({', '.join(expected)})"
    received = with_tensors(received)
    if isinstance(received, torch.Tensor) and received.ndim:
        received = list(received)
    if not isinstance(received, tuple | list):
        raise CheckFailed(
            f"the answer should be {names}, but it is {_kind(received)}", received=render(received), hint=hint
        )
    if len(received) != len(expected):
        message = f"the answer should be {names}: {len(expected)} parts, but it has {len(received)}"
        raise CheckFailed(message, received=render(received), hint=hint)
    least = tolerances.PART * max(map(_largest, expected.values()), default=0.0)
    for (name, want), got in zip(expected.items(), received, strict=True):
        _close(got, want, max(_largest(want), least), name, hint)


def same_function(
    received: torch.Tensor, expected: torch.Tensor, *, what: str = "output", hint: str | None = None
) -> None:
    """
    Require that two networks under the same weights agree: relative Frobenius distance below 1e-3.

    Raises:
        CheckFailed: If the shape is wrong or they are further apart, or not finite.
    """
    if received.shape != expected.shape:
        raise CheckFailed(
            f"the {what} has the wrong shape",
            expected=str(tuple(expected.shape)),
            received=str(tuple(received.shape)),
            hint=hint,
        )
    apart = distance(received, expected)
    if not apart < tolerances.FUNCTION:
        message = f"with the same weights in every layer, the {what} is not that of the network asked for"
        far = f"{apart:.2g} away" if math.isfinite(apart) else "not finite"
        raise CheckFailed(message, expected=f"less than {tolerances.FUNCTION:g} away", received=far, hint=hint)


def same_gradient(
    draws: Iterable[tuple[torch.Tensor, torch.Tensor]], *, what: str = "gradient of the images", hint: str | None = None
) -> None:
    """
    Require that gradients agree as outputs do in `same_function`, under one of several draws of weights and images.

    In one draw rounding may turn a unit off that is on for another order of summation; gradients that are wrong are so in all.

    Args:
        draws: What was received and what was expected, asked for one after the other until a pair tells.

    Raises:
        CheckFailed: If no pair agrees, or one is further apart than rounding makes it.
    """
    same_function(*telling_draw(draws), what=what, hint=hint)


def telling_draw(draws: Iterable[tuple[torch.Tensor, torch.Tensor]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the first pair of gradients that are not merely as near as rounding may leave them, or else the last."""
    for received, expected in draws:
        if received.shape != expected.shape:
            break
        if not tolerances.FUNCTION <= distance(received, expected) < tolerances.FLIPPED:  # true for NaN
            break
    return received, expected


def distance(received: torch.Tensor, expected: torch.Tensor) -> float:
    """Return the relative Frobenius distance, NaN if anything is not finite."""
    want = expected.double()
    return float((received.double() - want).norm() / want.norm().clamp_min(tolerances.TINY))


def that(
    condition: bool,
    message: str,
    *,
    received: object = None,
    expected: object = None,
    hint: str | None = None,
    evidence: object = None,
) -> None:
    """
    Require *condition*; *message* is the sentence that a student reads where it does not hold.

    Args:
        evidence: The name of the mistake where the condition says it all, or what the diagnosis tells it from.

    Raises:
        CheckFailed: If it does not.
    """
    if not condition:
        raise CheckFailed(
            message,
            expected=None if expected is None else render(expected),
            received=None if received is None else render(received),
            hint=hint,
            evidence=evidence,
        )


def as_float(value: int | float) -> float:
    """Return a number as a float, infinity where it is an integer beyond all of these."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def number(value: object, what: str, *, or_tensor: bool = False) -> float:
    """
    Require a number, and return it; a tensor of one value passes with a remark.

    Args:
        what: What it is, as the beginning of a sentence.
        or_tensor: Whether a tensor without axes is as good, so that nothing is to be remarked.

    Raises:
        CheckFailed: If it is none.
    """
    import torch

    value = with_tensors(value)
    if isinstance(value, torch.Tensor) and value.numel() == 1:
        if value.ndim or not or_tensor:
            remark(f"{what} is a tensor where a Python number was asked for: `.item()` makes it one")
        return float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        kind = "None (is a `return` missing?)" if value is None else render(value)
        raise CheckFailed(
            f"{what} is not a number",
            received=kind,
            hint="a Python float is asked for",
            evidence="returns_nothing" if value is None else None,
        )
    try:
        return float(value)
    except OverflowError:
        digits = f"an integer of {value.bit_length():,} bits" if isinstance(value, int) else render(value)
        raise CheckFailed(f"{what} is far too large", received=digits, hint="a Python float is asked for") from None


def render(value: object) -> str:
    """Write a value for a reader: short, one line, tensors by shape and a few values."""
    if isinstance(value, str):
        return value
    if isinstance(value, Opaque):
        return value.text or f"<{value.type_name}>"
    shape = getattr(value, "shape", None)
    if shape is not None:
        flat = value.reshape(-1)[:_MAX_VALUES].tolist()  # type: ignore[attr-defined]
        more = ", …" if math.prod(shape) > _MAX_VALUES else ""
        kind, numbers = "array" if _is_array(value) else "tensor", ", ".join(f"{number:.6g}" for number in flat)
        return f"{kind} of shape {tuple(shape)}: {numbers}{more}"
    text = repr(value)
    return text if len(text) <= 200 else text[:200] + "…"


def _is_array(value: object) -> bool:
    return type(value).__module__ == "numpy" and type(value).__name__ == "ndarray"


def with_tensors(value: object) -> object:
    """Return an array of numpy as a tensor, and anything else as it is: where a tensor is asked for, it is as good."""
    import torch

    return torch.as_tensor(value) if _is_array(value) else value


def _of_numbers(value: tuple[object, ...] | list[object]) -> object:
    """Return a list of numbers, or of such lists, as a tensor, and anything else as it is."""
    import torch

    try:
        return torch.as_tensor(value, dtype=torch.float64)
    except (TypeError, ValueError, RuntimeError):
        return value


def _wrong(message: str, received: object, expected: object, hint: str | None) -> CheckFailed:
    return CheckFailed(message, expected=render(expected), received=render(received), hint=hint)


def _kind(value: object) -> str:
    if value is None:
        return "None (is a `return` missing?)"
    if isinstance(value, Opaque):
        names_of_others = {"int": "too large a number", "ndarray": "a numpy array"}
        article = "an" if value.type_name[:1].lower() in "aeiou" else "a"
        return names_of_others.get(value.type_name, f"{article} {value.type_name}")
    if _is_array(value):
        return "a numpy array"
    names: dict[type, str] = {
        bool: "a bool",
        int: "an int",
        float: "a float",
        str: "a text",
        tuple: "a tuple",
        list: "a list",
    }
    return names.get(type(value), f"a {type(value).__name__}")


def _worst(difference: torch.Tensor) -> tuple[int, ...]:
    flat = int(difference.nan_to_num(nan=math.inf).argmax())
    index: Sequence[int] = []
    for side in reversed(difference.shape):
        index = [flat % side, *index]
        flat //= side
    return tuple(index)


def _at(tensor: torch.Tensor, index: tuple[int, ...]) -> str:
    place = f" at {index}" if index else ""
    return f"{tensor[index].item():.6g}{place}"
