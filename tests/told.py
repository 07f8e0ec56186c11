"""What a student is told of a failed check of a training: what the check says, and what the diagnosis makes of its evidence."""

from __future__ import annotations

from grader.diagnosis import training
from grader.errors import CheckFailed
from grader.grading import verdict
from grader.model import Feedback


def told(failed: CheckFailed) -> Feedback:
    """Return the feedback on a check that failed so."""
    return verdict.feedback_on(failed, "", training.explain(failed.evidence))
