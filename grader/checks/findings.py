"""
What checks find out besides their verdict: remarks, numbers that were measured, figures, and a picture of the
question that failed.

`expect.remark`, `expect.measured` and `expect.picture` add to the findings that are open, as `draw_training` and `draw_reading`
of `training/` do; the harness opens them for each check.
"""

from __future__ import annotations

import contextlib
import contextvars
from collections.abc import Iterator
from dataclasses import dataclass, field

from grader import figures
from grader.checks.pictures import Windows
from grader.errors import CheckFailed
from grader.model import Measured


@dataclass(slots=True)
class Findings:
    """What checks find out besides their verdict, while these are open."""

    remarks: list[str] = field(default_factory=list)
    """Small findings, which cost nothing."""
    measured: list[Measured] = field(default_factory=list)
    figures: figures.Figures = figures.NONE
    picture: str = ""
    """Of the question that failed."""

    def clear(self) -> None:
        """Forget all that was found, as where a check begins anew."""
        self.remarks.clear()
        self.measured.clear()
        self.figures, self.picture = figures.NONE, ""


_open: contextvars.ContextVar[Findings | None] = contextvars.ContextVar("findings", default=None)


@contextlib.contextmanager
def gather() -> Iterator[Findings]:
    """Gather what `remark` and `measured` are told until this is closed; where nothing is open, they tell nobody."""
    gathered = Findings()
    token = _open.set(gathered)
    try:
        yield gathered
    finally:
        _open.reset(token)


def remark(text: str) -> None:
    """Add a small finding to this check; it costs nothing."""
    gathered = _open.get()
    if gathered is not None and text not in gathered.remarks:
        gathered.remarks.append(text)


def measured(name: str, value: float) -> None:
    """Note a number that this check has found out; of one name the last counts."""
    gathered = _open.get()
    if gathered is not None:
        others = [one for one in gathered.measured if one.name != name]
        gathered.measured = [*others, Measured(name=name, value=value)]


def figure(drawn: figures.Curves | figures.Bars | figures.Confusion) -> None:
    """Note what is to be drawn of what this check has found out; of one title the last counts."""
    gathered = _open.get()
    if gathered is not None:
        gathered.figures = figures.with_figure(gathered.figures, drawn)


@contextlib.contextmanager
def picture(drawn: str) -> Iterator[None]:
    """Show a picture of what is asked meanwhile, if that fails; lines of characters, "" for none."""
    try:
        yield
    except BaseException as error:
        gathered = _open.get()
        if gathered is not None:
            received = error.received if isinstance(error, CheckFailed) else None
            gathered.picture = drawn.for_answer(received) if isinstance(drawn, Windows) else drawn
        raise
