"""
results.json: one documented, versioned object per submission.  `results.schema.json` beside this file is its JSON Schema.

Numbers are finite or null; texts are clean (`escape.clean`) and bounded.  `stored_results.read` reads it again, without
the course.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec

from grader.model import (
    Cause,
    CheckResult,
    Environment,
    ExerciseScore,
    ExplainedBy,
    Feedback,
    GradedSubmission,
    Location,
    Refused,
    Score,
)
from grader.reports import details, figure_entries
from grader.reports.escape import capped
from grader.reports.figure_entries import FiguresEntry

SCHEMA = Path(__file__).with_name("results.schema.json")

VERSION: Final = 4
READABLE = (3, VERSION)
"""What lacks in older ones has defaults below."""
_MAX_CHARACTERS = 65_536
"""Of any text; four for each byte of output that a worker keeps by default, as none is spelt out longer."""

_Count = Annotated[int, msgspec.Meta(ge=0, le=10**12)]


class ExplainedByEntry(msgspec.Struct, frozen=True, kw_only=True):
    """On what the name of a mistake rests."""

    reproduces: str
    distance: Annotated[int, msgspec.Meta(ge=1)] | None
    """How many changes of what is right make it; null where nobody counts."""


class CauseEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Another check that shows better what this one found."""

    check: str
    says: str
    function: str | None
    """What is called here and checked there; null where both have the same mistake."""


class LocationEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A line of what was handed in, as it lies there."""

    path: str
    """Relative to the submission, with forward slashes."""
    line: Annotated[int, msgspec.Meta(ge=1)]
    """Of the file; 1 as well where no more than the file is known."""
    cell: _Count
    """Number among the code cells of a notebook, from 1; else 0."""


class MeasuredEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A number that a check found out."""

    name: str
    value: float | None


class ExerciseEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Points of one exercise; all that belong to the assignment, in its order."""

    name: str
    title: str
    score: _Count
    max_score: _Count
    counts: bool
    """False where another exercise of the same choose-one group counts instead."""
    pending: _Count = 0
    """How many of `max_score` wait for staff."""


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One check of results.json."""

    name: str
    title: str
    exercise: str
    points: _Count
    earned: _Count
    counts: bool
    """Whether its points count: false where another exercise of a choose-one group counts instead."""
    outcome: Literal[
        "passed",
        "failed",
        "raised",
        "timed_out",
        "out_of_memory",
        "crashed",
        "missing",
        "skipped",
        "ungraded",
        "pending",
    ]
    visibility: Literal["public", "hidden"]
    disclosure: Literal["sentence", "counterexample", "full"]
    """How much of it a student may see."""
    message: str | None
    counterexample: str | None
    expected: str | None
    received: str | None
    picture: str | None
    """Of the question: lines of characters, to be shown with characters of equal width."""
    hint: str | None
    misconception: str | None
    explained_by: ExplainedByEntry | None
    """Null where there is no name, or the check found the mistake whole."""
    follows_from: CauseEntry | None
    """The check to look at first; null where this is one."""
    trace: list[str]
    remarks: list[str]
    measured: list[MeasuredEntry]
    output: str
    wall_seconds: Annotated[float, msgspec.Meta(ge=0)] | None
    blame: Literal["student", "limit", "harness", "infrastructure"] | None
    """Whose doing it is; null where nothing went wrong, or the reader may not know."""
    peak_bytes: Annotated[int, msgspec.Meta(ge=0)] | None = None
    """The most memory that one process had resident, with Python and packages; null where that is unknown, or nothing ran."""
    raised_at: LocationEntry | None = None
    """The last line of the trace; null where there is none."""
    defined_at: LocationEntry | None = None
    """Where what it is about is defined, or ought to be; null where that is unknown, or nothing is to fix."""
    figures: FiguresEntry | None = None
    """Null where there is none, or the reader may not see it."""


class AnswerEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What a student wrote for an exercise that is graded by hand; for staff."""

    exercise: str
    path: str
    """The student's own name of the file that it stands in."""
    text: str


class EnvironmentEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Where the grading ran."""

    grader: str
    python: str
    torch: str
    platform: str
    sandbox: str
    device: str
    threads: Annotated[int, msgspec.Meta(ge=1)]
    memory: str
    """What held the memory of all processes of a worker together."""
    data: str | None
    """Name of the data that networks were trained on."""


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """The result of grading one submission."""

    version: Literal[3, 4]
    """3: holds all that a report is made of.  4, which is written: what is graded by hand is `pending`."""
    assignment: str
    title: str
    """Of the assignment."""
    submission: str
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    status: Literal["graded", "ungraded", "pending"]
    """Whether the score is final; it is not where something could not be run (ungraded), or waits for staff (pending)."""
    score: _Count
    max_score: _Count
    seed: str
    """The secret that every question followed from, for staff alone; empty where the reader may not see it."""
    environment: EnvironmentEntry
    graded_file: str
    """The student's own name of the file that was graded."""
    notes: list[str]
    exercises: list[ExerciseEntry]
    checks: list[Check]
    """Of an exercise that is graded by hand each item of its rubric, with the outcome `pending`."""
    pending: _Count = 0
    """How many of the points wait for staff: they are in `max_score`, not in `score`, and nobody has lost them."""
    answers: list[AnswerEntry] = []
    graded_at: Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")] | None = None
    """When the grading ended, in UTC; null where that is unknown."""


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """What could not be read as a submission: no score, and the reason."""

    version: Literal[3, 4]
    submission: str
    status: Literal["refused"] = "refused"
    reason: str


def encode(graded: GradedSubmission) -> bytes:
    """Write *graded* as results.json: UTF-8, indented, ending in a newline."""
    results = Results(
        version=VERSION,
        assignment=graded.assignment,
        title=_text(graded.title),
        submission=_text(graded.submission),
        sha256=graded.sha256,
        status=details.status(graded),
        score=graded.score.earned,
        max_score=graded.score.possible,
        seed=_text(graded.seed),
        environment=_environment(graded.environment),
        graded_file=_text(graded.graded_file),
        notes=[_text(note) for note in graded.notes],
        exercises=[_exercise(total) for total in graded.score.exercises],
        checks=[_check(check, graded.score) for check in graded.checks],
        pending=graded.score.pending,
        answers=[
            AnswerEntry(exercise=one.exercise, path=_text(one.path), text=details.answer(one.text))
            for one in graded.answers
        ],
        graded_at=graded.graded_at or None,
    )
    return msgspec.json.format(msgspec.json.encode(results), indent=2) + b"\n"


def encode_all(gradings: Sequence[GradedSubmission], refused: Sequence[Refused] = ()) -> bytes:
    """Write one object as it is, several as a JSON array, those of what could not be read last."""
    documents = [*map(encode, gradings), *map(encode_refused, refused)]
    if len(documents) == 1:
        return documents[0]
    return msgspec.json.format(b"[" + b",".join(documents) + b"]", indent=2) + b"\n"


def encode_refused(refused: Refused) -> bytes:
    """Write what could not be read, as one object: UTF-8."""
    refusal = Refusal(version=VERSION, submission=_text(refused.name), reason=_text(refused.why))
    return msgspec.json.format(msgspec.json.encode(refusal), indent=2) + b"\n"


def schema() -> dict[str, Any]:
    """Return the JSON Schema of results.json."""
    kinds, definitions = msgspec.json.schema_components((Results, Refusal), ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"results.json, version {VERSION}",
        "oneOf": list(kinds),
        "$defs": definitions,
    }


def _environment(environment: Environment) -> EnvironmentEntry:
    return EnvironmentEntry(
        grader=environment.grader,
        python=environment.python,
        torch=environment.torch,
        platform=environment.platform,
        sandbox=environment.sandbox,
        device=environment.device,
        threads=environment.threads,
        memory=environment.memory,
        data=environment.data,
    )


def _check(check: CheckResult, score: Score) -> Check:
    feedback = check.feedback or Feedback(message="")
    return Check(
        name=check.name,
        title=check.title,
        exercise=check.exercise,
        points=check.points,
        earned=check.earned,
        counts=all(total.counts for total in score.exercises if total.exercise == check.exercise),
        outcome=check.outcome.value,
        visibility=check.visibility.value,
        disclosure=check.disclosure.value,
        message=None if check.feedback is None else _text(feedback.message),
        counterexample=_text_or_none(feedback.counterexample),
        expected=_text_or_none(feedback.expected),
        received=_text_or_none(feedback.received),
        picture=_text_or_none(feedback.picture),
        hint=_text_or_none(feedback.hint),
        misconception=feedback.misconception,
        explained_by=_explained_by(feedback.explained_by),
        follows_from=_follows_from(feedback.follows_from),
        trace=[_text(line) for line in feedback.trace],
        remarks=[_text(remark) for remark in check.remarks],
        measured=[MeasuredEntry(name=_text(one.name), value=_finite(one.value)) for one in check.measured],
        output=_text(check.output),
        wall_seconds=_finite(check.wall_seconds),
        blame=None if check.blame is None else check.blame.value,
        peak_bytes=check.peak_bytes or None,
        raised_at=_location(feedback.raised_at),
        defined_at=_location(check.defined_at),
        figures=figure_entries.written(check.figures, _text),
    )


def _location(location: Location | None) -> LocationEntry | None:
    if location is None:
        return None
    return LocationEntry(path=_text(location.path), line=location.line, cell=location.cell)


def _explained_by(explained: ExplainedBy | None) -> ExplainedByEntry | None:
    if explained is None:
        return None
    return ExplainedByEntry(reproduces=_text(explained.reproduces), distance=explained.distance)


def _follows_from(cause: Cause | None) -> CauseEntry | None:
    if cause is None:
        return None
    return CauseEntry(check=cause.check, says=_text(cause.says), function=cause.function)


def _exercise(total: ExerciseScore) -> ExerciseEntry:
    return ExerciseEntry(
        name=total.exercise,
        title=_text(total.title),
        score=total.earned,
        max_score=total.possible,
        counts=total.counts,
        pending=total.pending,
    )


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _text(text: str) -> str:
    return capped(text, _MAX_CHARACTERS)


def _text_or_none(text: str | None) -> str | None:
    return None if text is None else _text(text)


if __name__ == "__main__":
    SCHEMA.write_bytes(msgspec.json.format(msgspec.json.encode(schema()), indent=2) + b"\n")
