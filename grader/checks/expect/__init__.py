"""
Require something of an answer, or raise CheckFailed with what was expected, what was received and a hint.

    values     numbers, tensors and exceptions; `expect.equal` and its like are these
    network    what holds for every good network
    known      that a network is one of the known ones
    drawn      that random numbers are drawn as asked
    loop       what a right training loop or evaluation does
    history    that the history of a training is true
    learning   that a network learns from its own training
    loosely    what tests in notebooks require: `==`, `allclose`, whatever is true

The modules beside `values` are imported when they are first used: an assignment of plain functions needs none of them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from grader.checks.expect.values import (
    accepts,
    close,
    close_parts,
    distance,
    equal,
    number,
    raises,
    render,
    same_function,
    same_gradient,
    that,
)
from grader.checks.findings import measured, picture, remark

if TYPE_CHECKING:
    from types import ModuleType

    from grader.checks.expect import drawn, history, known, learning, loop, loosely, network

__all__ = [
    "accepts",
    "close",
    "close_parts",
    "distance",
    "drawn",
    "equal",
    "history",
    "known",
    "learning",
    "loop",
    "loosely",
    "measured",
    "network",
    "number",
    "picture",
    "raises",
    "remark",
    "render",
    "same_function",
    "same_gradient",
    "that",
]


def __getattr__(name: str) -> ModuleType:
    if name in ("drawn", "history", "known", "learning", "loop", "loosely", "network"):
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
