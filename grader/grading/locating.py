"""
Say where in what was handed in a check failed: the line that raised, and where what the check is about is defined.
"""

from __future__ import annotations

from dataclasses import replace

from grader.errors import StudentRaised
from grader.model import Assignment, CheckResult, Location, Outcome, Submission
from grader.submission import location_in

_NOTHING_TO_FIX = (Outcome.PASSED, Outcome.SKIPPED, Outcome.UNGRADED, Outcome.PENDING)


def located(
    result: CheckResult, error: BaseException | None, last_name: str, submission: Submission, assignment: Assignment
) -> CheckResult:
    """
    Return the result of a check that has run with what is known of where it failed.

    Args:
        error: What ended the check.
        last_name: The name that it asked for last; empty where it asked for none.
    """
    if result.outcome in _NOTHING_TO_FIX:
        return result
    feedback = result.feedback
    if feedback is not None and isinstance(error, StudentRaised):
        feedback = replace(feedback, raised_at=_raised_at(error, submission))
    return replace(result, feedback=feedback, defined_at=_defined_at(result, last_name, submission, assignment))


def _raised_at(error: StudentRaised, submission: Submission) -> Location | None:
    """Return the deepest line that was handed in; a worker may say anything."""
    locations = (location_in(submission, path, line) for path, line in reversed(error.frames))
    return next((location for location in locations if location is not None), None)


def _defined_at(result: CheckResult, last_name: str, submission: Submission, assignment: Assignment) -> Location | None:
    names = [last_name]
    if result.outcome is not Outcome.MISSING:  # else that one name is to be written, and no other is wrong
        names += [name for one in assignment.exercises if one.name == result.exercise for name in one.provides]
    known = {one.name: one.location for one in submission.definitions}
    locations = (known[name] for name in names if name in known)
    file = Location(path=submission.given_as) if submission.given_as else None
    return next(locations, file)
