"""
Require what tests in notebooks require, as they mean it: `==` of Python, `allclose` of numpy, whatever is true.

`expect.equal` and `expect.close` are stricter, and tell students more; these are what imported checks begin with.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from grader.checks.expect.values import render
from grader.errors import CheckFailed
from grader.protocol import Opaque

_ODD = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""What computing with an answer of another kind raises."""


@contextlib.contextmanager
def answers() -> Iterator[None]:
    """
    Let a check compute with answers: one that is of another kind, with which that cannot be done, fails.

    Raises:
        CheckFailed: If what stands in the block raises what computing raises.
    """
    try:
        yield
    except _ODD as error:
        reason = f"{type(error).__name__}: {error}"[:200]
        raise CheckFailed("the answer is of another kind than the one asked for", received=reason) from None


def usable(answer: object) -> object:
    """
    Return an answer with which something else is asked.

    Raises:
        CheckFailed: If it is none that can be asked with.
    """
    if isinstance(answer, Opaque):
        raise CheckFailed("the answer is of another kind than the one asked for", received=render(answer))
    return answer


def true(condition: object, sentence: str) -> None:
    """
    Require a condition; *sentence* is what a student reads where it does not hold.

    Raises:
        CheckFailed: If it does not.
    """
    if not condition:
        raise CheckFailed(sentence)


def equal(received: object, expected: object) -> None:
    """
    Require what `==` says is equal, at every depth: 5.0 is 5, and an array is a list of its numbers; a list is no tuple.

    Raises:
        CheckFailed: If it is anything else.
    """
    if not _equal(received, expected):
        raise CheckFailed("the answer is wrong", expected=render(expected), received=render(received))


def close(received: object, expected: object, *, rtol: float, atol: float) -> None:
    """
    Require numbers that differ from *expected* by at most `atol + rtol * abs(expected)`, each; a single number stands for all.

    Raises:
        CheckFailed: If a value is wrong, or the shape, or it is of another kind; NaN never passes.
    """

    got, want = _as_tensor(received), _as_tensor(expected)
    if got is None or want is None:
        raise CheckFailed("the answer should be numbers", expected=render(expected), received=render(received))
    if got.shape != want.shape and min(got.numel(), want.numel()) != 1:
        raise CheckFailed("the shape is wrong", expected=str(tuple(want.shape)), received=str(tuple(got.shape)))
    is_close = ((got - want).abs() <= atol + rtol * want.abs()) | (got == want)
    wrong = int((~is_close).sum())
    if wrong:
        message = f"{wrong} of {got.numel()} values differ" if got.ndim else "the value is wrong"
        raise CheckFailed(message, expected=render(expected), received=render(received))


def _as_tensor(value: object):  # type: ignore[no-untyped-def]  # torch is imported when it is used
    import torch

    if isinstance(value, torch.Tensor):
        return value.detach().double()
    if value is None or isinstance(value, str | bytes | Opaque | dict | set):
        return None
    try:
        if isinstance(value, tuple | list) and any(isinstance(item, torch.Tensor) for item in value):
            return torch.stack([torch.as_tensor(item, dtype=torch.float64) for item in value])
        return torch.as_tensor(value, dtype=torch.float64)
    except (TypeError, ValueError, RuntimeError, OverflowError):
        return None


def _equal(received: object, expected: object) -> bool:
    if hasattr(received, "shape") or hasattr(expected, "shape"):
        one, other = _as_tensor(received), _as_tensor(expected)
        return one is not None and other is not None and one.shape == other.shape and bool((one == other).all())
    if isinstance(received, tuple | list) and isinstance(expected, tuple | list) and type(received) is type(expected):
        return len(received) == len(expected) and all(map(_equal, received, expected))
    if isinstance(received, dict) and isinstance(expected, dict):
        return received.keys() == expected.keys() and all(_equal(received[key], expected[key]) for key in expected)
    return bool(received == expected)
