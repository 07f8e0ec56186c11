"""
Annotations of GitHub Actions: workflow commands, one for each check that did not pass, to be printed on lines of their own.

Nothing else may be between them; text for people is printed apart, between `escape.github_fenced`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from grader.model import ForbiddenEdit, GradedSubmission, Outcome, Refused
from grader.reports import details
from grader.reports.escape import github_message, github_property
from grader.reports.terminal import shared_feedback

_MAX_OF_A_KIND = 10
"""The runner drops the rest of a step's (actions/runner, `ExecutionContext.cs`, `_maxCountPerIssueType`)."""


def encode(
    gradings: Iterable[GradedSubmission], refused: Iterable[Refused] = (), forbidden: Iterable[ForbiddenEdit] = ()
) -> bytes:
    """
    Write *gradings* as commands: an error for what is to fix or could not be read, a warning for what is ungraded, a notice
    for scores.
    """
    kinds: dict[str, list[tuple[str, str]]] = {"error": [], "warning": [], "notice": []}
    for graded in gradings:
        for kind, title, message in _annotations(graded):
            kinds[kind].append((title, message))
    kinds["error"] = [
        *((f"not permitted: {edit.path}", edit.why) for edit in forbidden),
        *kinds["error"],
        *((one.name, one.why) for one in refused),
    ]
    lines = [
        f"::{kind} title={github_property(title)}::{github_message(message)}\n"
        for kind, annotations in kinds.items()
        for title, message in _few(annotations)
    ]
    return "".join(lines).encode()


def _annotations(graded: GradedSubmission) -> Iterator[tuple[str, str, str]]:
    """Yield kind, title and message of each; what all checks say is said once."""
    shared = shared_feedback(graded)
    if shared is not None:
        yield "warning" if graded.ungraded else "error", graded.submission, details.facts(shared)
    else:
        for check in graded.to_fix:
            kind = "warning" if check.outcome is Outcome.UNGRADED else "error"
            title = f"{graded.submission}: {check.title} ({check.earned}/{check.points})"
            yield kind, title, details.facts(check.feedback, check.remarks) or check.outcome.value
    yield "notice", graded.submission, details.points(graded)


def _few(annotations: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return at most ten; where there are more, the last says how many are not shown."""
    if len(annotations) <= _MAX_OF_A_KIND:
        return annotations
    shown = annotations[: _MAX_OF_A_KIND - 1]
    return [*shown, ("and more", f"{len(annotations) - len(shown)} more are not shown: GitHub keeps ten of a kind")]
