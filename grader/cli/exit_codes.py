"""Which exit codes there are, and which one counts where several would."""

from __future__ import annotations

import enum
from collections.abc import Iterable


class ExitCode(enum.IntEnum):
    """How a command ended."""

    DONE = 0
    LACKING = 1
    """
    `check` found something to fix, `--fail-under` was not reached, a pull request edits what it may not, `build --check` found
    a file that is out of date, `verify` a difference, an audit fails, or `import` left something to do by hand.
    """
    WRONG = 2
    """The command, or a file that it reads."""
    UNGRADED = 3
    """Something, through no fault of the student."""
    INTERRUPTED = 130


_FIRST_TO_LAST = (ExitCode.INTERRUPTED, ExitCode.WRONG, ExitCode.UNGRADED, ExitCode.LACKING, ExitCode.DONE)
"""What has to be put right first: a wrong command graded less than was asked for, and what is ungraded has no score to judge."""


def that_counts(codes: Iterable[ExitCode]) -> ExitCode:
    """Return the one of several exit codes that the command ends with; 0 of none."""
    return min(codes, key=_FIRST_TO_LAST.index, default=ExitCode.DONE)
