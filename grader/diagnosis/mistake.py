"""What explains a failed check."""

from __future__ import annotations

from dataclasses import dataclass

from grader.model import ExplainedBy


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A name for staff and a hint for the student; what is None stays as the check said it."""

    name: str
    hint: str | None = None
    message: str | None = None
    """What is wrong, said nearer to the cause than the check says it; *expected* and *received* then belong to it."""
    expected: str | None = None
    received: str | None = None
    explained_by: ExplainedBy | None = None
    """On what the name rests; None where the facts say it whole."""
