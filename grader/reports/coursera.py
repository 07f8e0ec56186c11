"""
feedback.json of a custom grader of Coursera: a share of the points and a text, on one line.

Coursera has no word for what is ungraded.  Such a file has no score, which Coursera takes for an error of the grader; a
number, whatever it is, would be the learner's score.  What is graded by hand is not in the share, as it is not lost: the
text says how many points are pending.

Sources: coursera/programming-assignments-demo, custom-graders/v2/README.md; coursera_autograder, `commands/grade.py`, which takes
the last line of standard output for the same object and refuses one without `fractionalScore`.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import UNSET, UnsetType

from grader.model import GradedSubmission, Refused
from grader.reports import details, plain
from grader.reports.single import the_only


class _Feedback(msgspec.Struct, kw_only=True, rename="camel"):
    fractional_score: float | UnsetType = UNSET
    feedback: str


def encode(gradings: Sequence[GradedSubmission], refused: Sequence[Refused] = ()) -> bytes:
    """
    Write the result of one submission.

    Raises:
        UsageError: If there is not one submission.
    """
    one = the_only(gradings, refused, "Coursera")
    if isinstance(one, Refused):
        said = _Feedback(fractional_score=0.0, feedback=details.bounded(one.why))
    else:
        said = _Feedback(fractional_score=UNSET if one.ungraded else details.share(one), feedback=plain.text(one))
    return msgspec.json.encode(said) + b"\n"
