"""
Results that were written as results.json, read again: what every other report is made of.

A file may come from anywhere, so it is bounded, and decoded into the types that it was written from; what does not fit is refused
in a sentence.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path

import msgspec

from grader.bounded_read import read_bounded
from grader.errors import UsageError
from grader.model import (
    Answer,
    Blame,
    Cause,
    CheckResult,
    Disclosure,
    Environment,
    ExerciseScore,
    ExplainedBy,
    Feedback,
    GradedSubmission,
    Location,
    Measured,
    Outcome,
    Refused,
    Score,
    Visibility,
)
from grader.reports import figure_entries
from grader.reports.results_json import READABLE, Check, ExerciseEntry, LocationEntry, Refusal, Results

ENDING = ".results.json"
_MAX_BYTES = 64 * 1024**2
"""Of one file."""


class _Kind(msgspec.Struct, frozen=True):
    """What tells the kinds of objects in results.json apart."""

    version: int
    status: str


_several = msgspec.json.Decoder(list[msgspec.Raw])
_kind = msgspec.json.Decoder(_Kind)
_results = msgspec.json.Decoder(Results)
_refusal = msgspec.json.Decoder(Refusal)


def read(paths: Iterable[Path]) -> tuple[list[GradedSubmission], list[Refused]]:
    """
    Read stored results, and what could not be read as a submission: of files, of folders, and of the folders in these.

    Folders in a folder count where it has no results itself, and each is called like its assignment, as `ci --out` writes them:
    where results lie beside what was handed in, what is in a submission was written by a student.

    Raises:
        UsageError: If there is nothing to read, or a file holds something else.
    """
    gradings: list[GradedSubmission] = []
    refused: list[Refused] = []
    for path in paths:
        for entry in _entries_of_folder(path) if path.is_dir() else _entries(path):
            (gradings if isinstance(entry, GradedSubmission) else refused).append(entry)  # type: ignore[arg-type]
    return gradings, refused


def _entries_of_folder(path: Path) -> list[GradedSubmission | Refused]:
    found = [entry for file in _plain_files(path, f"*{ENDING}") for entry in _entries(file)]
    if not any(isinstance(entry, GradedSubmission) for entry in found):
        found += [
            entry
            for file in _plain_files(path, f"*/*{ENDING}")
            if not file.parent.is_symlink()
            for entry in _entries(file)
            if isinstance(entry, GradedSubmission) and entry.assignment == file.parent.name
        ]
    if not found:
        raise UsageError(
            f"{path}: there is no *{ENDING} in this folder, or in one of an assignment in it; `grade --out` and `ci --out` write "
            "them"
        )
    return found


def _plain_files(folder: Path, pattern: str) -> list[Path]:
    return sorted(file for file in folder.glob(pattern) if not file.is_symlink())


def _entries(path: Path) -> list[GradedSubmission | Refused]:
    content = read_bounded(path, _MAX_BYTES, "results.json")
    try:
        objects = _several.decode(content) if content.lstrip()[:1] == b"[" else [msgspec.Raw(content)]
        return [_entry(one, path) for one in objects]
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise UsageError(f"{path}: this is no results.json: {error}") from None


def decode(content: bytes, where: str) -> GradedSubmission:
    """
    Return one stored result.

    Args:
        where: What a sentence calls the place that it comes from.

    Raises:
        UsageError: If it holds something else.
    """
    try:
        found = _entry(msgspec.Raw(content), where)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise UsageError(f"{where}: this is no results.json: {error}") from None
    if isinstance(found, Refused):
        raise UsageError(f"{where}: this says why {found.name} could not be read, and is no result")
    return found


def _entry(content: msgspec.Raw, path: Path | str) -> GradedSubmission | Refused:
    kind = _kind.decode(content)
    if kind.version not in READABLE:
        versions = " and ".join(map(str, READABLE))
        raise UsageError(
            f"{path}: a results.json of version {kind.version}, and this grader reads versions {versions}: grade again with it"
        )
    if kind.status == "refused":
        refusal = _refusal.decode(content)
        return Refused(name=refusal.submission, why=refusal.reason)
    results = _results.decode(content)
    earned = sum(check.earned for check in results.checks)
    if results.score > min(results.max_score, earned):
        raise UsageError(
            f"{path}: a score of {results.score} of {results.max_score}, but its checks earned {earned}: grade again"
        )
    waiting = sum(entry.pending for entry in results.exercises if entry.counts)
    if results.pending != waiting or results.score + waiting > results.max_score:
        raise UsageError(
            f"{path}: a score of {results.score} of {results.max_score} and {results.pending} pending, but in its exercises "
            f"{waiting} are: grade again"
        )
    return _graded(results)


def _graded(results: Results) -> GradedSubmission:
    return GradedSubmission(
        assignment=results.assignment,
        title=results.title,
        submission=results.submission,
        sha256=results.sha256,
        seed=results.seed,
        environment=Environment(**msgspec.structs.asdict(results.environment)),
        checks=tuple(map(_check, results.checks)),
        score=Score(
            earned=results.score, possible=results.max_score, exercises=tuple(map(_exercise, results.exercises))
        ),
        graded_file=results.graded_file,
        notes=tuple(results.notes),
        answers=tuple(Answer(exercise=one.exercise, path=one.path, text=one.text) for one in results.answers),
        graded_at=results.graded_at or "",
    )


def _exercise(entry: ExerciseEntry) -> ExerciseScore:
    return ExerciseScore(
        exercise=entry.name,
        title=entry.title,
        earned=entry.score,
        possible=entry.max_score,
        counts=entry.counts,
        pending=entry.pending,
    )


def _check(check: Check) -> CheckResult:
    outcome = Outcome(check.outcome)
    return CheckResult(
        name=check.name,
        title=check.title,
        exercise=check.exercise,
        points=check.points,
        outcome=outcome,
        blame=None if check.blame is None else Blame(check.blame),
        visibility=Visibility(check.visibility),
        disclosure=Disclosure(check.disclosure),
        feedback=_feedback(check),
        remarks=tuple(check.remarks),
        output=check.output,
        wall_seconds=math.nan if check.wall_seconds is None else check.wall_seconds,
        peak_bytes=check.peak_bytes or 0,
        partial=0 if outcome is Outcome.PASSED else check.earned,
        measured=tuple(
            Measured(name=one.name, value=math.nan if one.value is None else one.value) for one in check.measured
        ),
        defined_at=_location(check.defined_at),
        figures=figure_entries.read(check.figures),
    )


def _location(entry: LocationEntry | None) -> Location | None:
    return None if entry is None else Location(path=entry.path, line=entry.line, cell=entry.cell)


def _feedback(check: Check) -> Feedback | None:
    if check.message is None:
        return None
    explained, cause = check.explained_by, check.follows_from
    return Feedback(
        message=check.message,
        counterexample=check.counterexample,
        expected=check.expected,
        received=check.received,
        picture=check.picture,
        hint=check.hint,
        misconception=check.misconception,
        explained_by=None
        if explained is None
        else ExplainedBy(reproduces=explained.reproduces, distance=explained.distance),
        follows_from=None if cause is None else Cause(check=cause.check, says=cause.says, function=cause.function),
        trace=tuple(check.trace),
        raised_at=_location(check.raised_at),
    )
