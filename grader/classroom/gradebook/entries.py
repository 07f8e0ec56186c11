"""What staff enter, as a gradebook stores it: JSON of a decision of `policies`, with the word for its kind."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar

import msgspec

from grader.classroom.policies import DECISIONS, Decision
from grader.errors import UsageError
from grader.protocol import sendable


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """Staff let students see an assignment, where its release is `published`."""

    kind: ClassVar[str] = "published"
    by: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One decision, and of whom it is."""

    number: int
    assignment: str
    student: str
    """Empty for all of the class."""
    decision: Decision | Published


_KINDS: dict[str, type[Any]] = {**DECISIONS, Published.kind: Published}


def encode(decision: Decision | Published) -> bytes:
    """Return JSON."""
    values = {field.name: getattr(decision, field.name) for field in fields(decision)}
    values = {name: sendable(value) if isinstance(value, str) else value for name, value in values.items()}
    return msgspec.json.encode({"kind": decision.kind, **values}, enc_hook=str)  # 1/3 is how a fraction is written


def decode(content: bytes, where: str) -> Decision | Published:
    """
    Return a decision.

    Args:
        where: What a sentence calls the place that it comes from.

    Raises:
        UsageError: If it is none that this grader knows.
    """
    try:
        values = msgspec.json.decode(content, type=dict[str, Any])
        kind = _KINDS[values.pop("kind")]
        found: Decision | Published = msgspec.convert(values, kind, dec_hook=_fraction)
    except (msgspec.MsgspecError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{where}: this is no decision: {error}") from None
    return found


def _fraction(wanted: type[Any], value: Any) -> Any:
    return wanted(value)
