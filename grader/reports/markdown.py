"""
A summary in GitHub Flavored Markdown, to be appended to the file that `$GITHUB_STEP_SUMMARY` names.

GitHub shows no summary of more than 1 MiB, so what would be too much is left out, and how much that is is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from grader.model import CheckResult, ForbiddenEdit, GradedSubmission, Outcome, Refused, Visibility
from grader.reports import details
from grader.reports.alike import mark_of, shared_feedback
from grader.reports.called import NOT_KNOWN, Names, called
from grader.reports.escape import markdown, markdown_block, one_line

MAX_BYTES = 1024**2
"""Of all that a step of a workflow appends, as GitHub Docs say under "Adding a job summary", "Step isolation and limits"."""
_RESERVED = 200
"""Bytes for the sentence about what is left out."""
_MAX_SENTENCE = 1000
_MARKS = {Outcome.PASSED: "✓", Outcome.SKIPPED: "–", Outcome.UNGRADED: "?", Outcome.PENDING: "…"}


def encode(
    gradings: Iterable[GradedSubmission],
    refused: Iterable[Refused] = (),
    forbidden: Iterable[ForbiddenEdit] = (),
    names: Names = NOT_KNOWN,
) -> bytes:
    """
    Write *gradings*, and what could not be read, as a summary: UTF-8, at most 1 MiB.

    Forbidden edits come first, then the class, then each submission.

    Args:
        names: Of students, by the names of submissions, as far as somebody knows them.
    """
    gradings = tuple(gradings)
    refused = tuple(refused)
    pieces = [*_edits(forbidden)]
    if refused or len(gradings) > 1:
        pieces += _class(gradings, refused, names)
    shown = called(gradings, refused, names)
    for graded in gradings:
        pieces += _one(graded, shown[graded.submission])
    return _within_limit(tuple(piece.encode() for piece in pieces))


def _within_limit(pieces: tuple[bytes, ...]) -> bytes:
    """Join as many whole pieces as fit: half a code block would swallow whatever else the step appends."""
    room = MAX_BYTES - _RESERVED
    for number, piece in enumerate(pieces):
        room -= len(piece)
        if room < 0:
            left_out = sum(map(len, pieces[number:]))
            said = f"\n\n… {left_out:,} more bytes are left out: GitHub shows no summary of more than 1 MiB.\n"
            return b"".join(pieces[:number]) + said.encode()
    return b"".join(pieces)


def _edits(forbidden: Iterable[ForbiddenEdit]) -> Iterator[str]:
    lines = [f"- {markdown(one_line(edit.why, _MAX_SENTENCE))}\n" for edit in forbidden]
    if lines:
        yield "## Edits that are not permitted\n\n"
        yield from lines
        yield "\n"


def _class(gradings: tuple[GradedSubmission, ...], refused: tuple[Refused, ...], names: Names) -> Iterator[str]:
    shown = called(gradings, refused, names)
    first = "student" if any(name != one for name, one in shown.items()) else "submission"
    yield f"| {first} | score | what did not pass |\n| --- | ---: | --- |\n"
    for graded in gradings:
        score = details.score_of_row(graded)
        score = score if graded.final is None else _line(score)
        lost = ", ".join(check.name for check in graded.to_fix)
        yield f"| {_line(shown[graded.submission])} | {score} | {_line(lost)} |\n"
    for one in refused:
        yield f"| {_line(shown[one.name])} | not graded | {_line(one.why)} |\n"
    yield "\n"


def _one(graded: GradedSubmission, name: str) -> Iterator[str]:
    shared = shared_feedback(graded)
    yield f"## {_line(graded.assignment)}: {_line(name)}\n\n**{_line(details.score_after_policy(graded))}**\n\n"
    if graded.graded_file:
        yield f"graded: {_line(graded.graded_file)}\n\n"
    if shared is not None:
        yield f"{markdown_block(details.facts(shared))}\n\n"
    yield "| | points | check |\n| --- | ---: | --- |\n"
    for check in graded.checks:
        yield _row(check)
    yield "\n"
    for check in graded.to_fix:
        yield from _block(check, with_facts=shared is None)
    titles = {total.exercise: total.title for total in graded.score.exercises}
    for answer in graded.answers:
        about = f"{titles.get(answer.exercise, answer.exercise)}: the answer in {one_line(answer.path)}"
        yield f"### {markdown(about)}\n\n{markdown_block(details.answer(answer.text))}\n\n"
    if graded.notes:
        yield f"### Notes\n\n{markdown_block(details.notes(graded))}\n\n"


def _row(check: CheckResult) -> str:
    mark = f"{mark_of(check, _MARKS)} {check.outcome.value.replace('_', ' ')}"
    hidden = " *(hidden)*" if check.visibility is Visibility.HIDDEN else ""
    return f"| {mark} | {details.points_of(check)} | {markdown(check.title)}{hidden} |\n"


def _block(check: CheckResult, *, with_facts: bool) -> Iterator[str]:
    """Show what a reader learns from a check that did not pass, and what the code printed in it."""
    facts = details.facts(details.told(check), check.remarks) if with_facts else ""
    blocks = [markdown_block(facts)] if facts else []
    if check.output.strip():
        blocks.append(f"What your code printed:\n\n{markdown_block(details.output(check))}")
    if blocks:
        yield f"### {mark_of(check, _MARKS)} {markdown(check.title)}\n\n" + "\n\n".join(blocks) + "\n\n"


def _line(text: str) -> str:
    return markdown(one_line(text))
