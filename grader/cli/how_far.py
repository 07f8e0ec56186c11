"""What an interrupted class says: how far it came, and how to go on."""

from __future__ import annotations

import contextlib
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli.console import say
from grader.model import GradedSubmission
from grader.reports.escape import clean

if TYPE_CHECKING:
    from grader.classroom.gradebook import Gradebook


@dataclass(slots=True, kw_only=True)
class HowFar:
    """How far a class is."""

    count: int
    """How many are to be graded, as far as is known."""
    seed: str = ""
    """The secret of the class, as soon as it is known."""
    gradings: list[GradedSubmission] = field(default_factory=list)
    """What has been graded now."""


@contextlib.contextmanager
def told_how_far(count: int, out: Path | None, book: Gradebook | None) -> Iterator[HowFar]:
    """Yield a list for what is graded; what is interrupted says how far it came, and how to go on."""
    far = HowFar(count=count)
    try:
        yield far
    except KeyboardInterrupt:
        done = f"interrupted: {len(far.gradings)} of {far.count} graded"
        written = f", which {out} holds" if out is not None and far.gradings else ""
        if book is not None:
            say(f"{done} and recorded in {book.name}{written}; the same command grades the rest")
        elif far.seed:
            say(f"{done}{written}; --seed {shlex.quote(clean(far.seed))} asks the same questions again")
        else:
            say(done)
        raise
