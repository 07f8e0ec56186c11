"""
Annotations of GitHub Actions: workflow commands, one for each check that did not pass, to be printed on lines of their own.

Nothing else may be between them; text for people is printed apart, between `escape.github_fenced`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from grader.model import ForbiddenEdit, GradedSubmission, Location, Outcome, Refused
from grader.reports import details
from grader.reports.alike import shared_feedback
from grader.reports.escape import github_file, github_message, github_property
from grader.reports.repository import AT_THE_ROOT, Folders, path_of

_MAX_OF_A_KIND = 10
"""The runner drops the rest of a step's (actions/runner, `ExecutionContext.cs`, `_maxCountPerIssueType`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Annotation:
    """One command, before it is encoded."""

    kind: str
    title: str
    message: str
    file: str | None = None
    """From the root of the repository; None where it belongs to no line."""
    line: int = 1


def encode(
    gradings: Iterable[GradedSubmission],
    refused: Iterable[Refused] = (),
    folders: Folders = AT_THE_ROOT,
    forbidden: Iterable[ForbiddenEdit] = (),
) -> bytes:
    """
    Write *gradings* as commands: an error for what is to fix or could not be read, a warning for what is ungraded, a notice
    for scores.
    """
    kinds: dict[str, list[_Annotation]] = {"error": [], "warning": [], "notice": []}
    for graded in gradings:
        for annotation in _annotations(graded, folders):
            kinds[annotation.kind].append(annotation)
    kinds["error"] = [
        *(_Annotation(kind="error", title="not permitted", message=one.why, file=one.path) for one in forbidden),
        *kinds["error"],
        *(_Annotation(kind="error", title=one.name, message=one.why) for one in refused),
    ]
    return "".join(_command(one) for kind, every in kinds.items() for one in _few(kind, every)).encode()


def _command(annotation: _Annotation) -> str:
    properties = f"title={github_property(annotation.title)}"
    if annotation.file is not None:
        properties = f"file={github_file(annotation.file)},line={annotation.line},{properties}"
    return f"::{annotation.kind} {properties}::{github_message(annotation.message)}\n"


def _annotations(graded: GradedSubmission, folders: Folders) -> Iterator[_Annotation]:
    """Yield those of a submission; what all checks say is said once."""
    shared = shared_feedback(graded)
    if shared is not None:
        kind = "warning" if graded.ungraded else "error"
        locations = {check.location for check in graded.to_fix}
        location = locations.pop() if len(locations) == 1 else None
        yield _at(
            location, graded, folders, _Annotation(kind=kind, title=graded.submission, message=details.facts(shared))
        )
    else:
        for check in graded.to_fix:
            kind = "warning" if check.outcome is Outcome.UNGRADED else "error"
            title = f"{graded.submission}: {check.title} ({check.earned}/{check.points})"
            message = details.facts(details.told(check), check.remarks) or check.outcome.value
            yield _at(check.location, graded, folders, _Annotation(kind=kind, title=title, message=message))
    yield _Annotation(kind="notice", title=graded.submission, message=details.points(graded))


def _at(location: Location | None, graded: GradedSubmission, folders: Folders, annotation: _Annotation) -> _Annotation:
    """Return an annotation that belongs to a line, where that is known."""
    if location is None:
        return annotation
    return replace(annotation, file=path_of(location, graded, folders), line=location.line)


def _few(kind: str, annotations: list[_Annotation]) -> list[_Annotation]:
    """Return at most ten; where there are more, the last says how many are not shown."""
    if len(annotations) <= _MAX_OF_A_KIND:
        return annotations
    shown = annotations[: _MAX_OF_A_KIND - 1]
    more = f"{len(annotations) - len(shown)} more are not shown: GitHub keeps ten of a kind"
    return [*shown, _Annotation(kind=kind, title="and more", message=more)]
