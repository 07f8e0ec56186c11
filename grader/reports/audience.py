"""What a reader may see of a grading: staff everything, a student what each check discloses."""

from __future__ import annotations

from dataclasses import replace

from grader.model import Audience, CheckResult, Disclosure, GradedSubmission, Outcome


def for_audience(graded: GradedSubmission, audience: Audience) -> GradedSubmission:
    """Return *graded* with what *audience* may not see taken out."""
    if audience is Audience.STAFF:
        return graded
    return replace(graded, seed="", checks=tuple(for_student(check) for check in graded.checks))


def for_student(check: CheckResult) -> CheckResult:
    """Return *check* with what a student may not see of it taken out."""
    feedback = check.feedback
    if feedback is None or check.disclosure is Disclosure.FULL or check.outcome is Outcome.UNGRADED:
        return check
    if check.disclosure is Disclosure.SENTENCE:
        disclosed = replace(
            feedback,
            message=check.title,
            counterexample=None,
            expected=None,
            received=None,
            picture=None,
            hint=None,
            misconception=None,
            explained_by=None,
            follows_from=None,
            trace=(),
            raised_at=None,
        )
        return replace(check, feedback=disclosed, output="")
    return replace(check, feedback=replace(feedback, misconception=None, explained_by=None))
