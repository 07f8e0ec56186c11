"""What formats have in common of which a file holds one submission: the one that a system has asked about."""

from __future__ import annotations

from collections.abc import Sequence

from grader.errors import UsageError
from grader.model import GradedSubmission, Refused


def the_only(
    gradings: Sequence[GradedSubmission], refused: Sequence[Refused], system: str
) -> GradedSubmission | Refused:
    """
    Return the one result that there is.

    Raises:
        UsageError: If there are several, or none.
    """
    every: list[GradedSubmission | Refused] = [*gradings, *refused]
    if len(every) != 1:
        raise UsageError(
            f"{system} reads the result of one submission, and here are {len(every)}: name one results.json"
        )
    return every[0]
