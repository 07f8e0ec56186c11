"""
The proof that the checks of an assignment are good, whole or in short.

    the reference     gets every point, with every seed that is tried, twice the same
    the stub          gets none, as the specimen that is made; and what computes nothing no more than `idle_points`
    specimens         get exactly what they declare
    known mistakes    lose points and are named
    mutants           lose points; who does not is equivalent, waived, or a hole in the checks
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from grader import submission as submissions
from grader.authoring.audit import fingerprint, handout_points, killing, mistakes, questions, record, specimens, waivers
from grader.authoring.audit.gradings import Asked, Where, grade, lost
from grader.authoring.audit.killing import crops, survivors
from grader.authoring.audit.mutants import Crop, Mutant, drawn, handed_in
from grader.authoring.audit.record import (
    AuditRecord,
    CheckCost,
    Counts,
    Flakiness,
    SpecimenRecord,
    Survivor,
    changes,
    changes_of_grader,
)
from grader.authoring.audit.same_network import is_same
from grader.authoring.audit.specimens import Held
from grader.authoring.specimens import STUB, specimens_of
from grader.errors import AssignmentError
from grader.grading import Check, list_checks, processors, require_loadable
from grader.model import Assignment, GradedSubmission, Submission, Suite

SEEDS = 2
"""How many seeds the reference is tried with, unless somebody asks for more."""
_SECONDS = 240.0
"""About how long the mutants of an assignment may take."""
_SHARE = 0.25
"""What grading a mutant takes of the time of the reference, which loses no check: measured, and rather too much."""
_FEWEST, _MAX = 20, 120
"""Mutants of one function or module that are tried, if there are so many."""
AGAIN = 25
"""So many killed mutants are noted by name, of which a short audit draws some."""
MUTANTS, SPECIMENS = 5, 3
"""How many a short audit grades."""


def prove(assignment: Assignment, where: Where, *, seeds: int = SEEDS) -> AuditRecord:
    """
    Audit an assignment.

    Args:
        seeds: How many seeds the reference is graded with, twice each.

    Raises:
        AssignmentError: If a file of the assignment cannot be used, or a waiver waives nothing.
    """
    record.path_of(assignment)
    questions.names_of_functions(assignment)
    checks = list_checks(assignment, Suite.ALL)
    waived = waivers.load(assignment)
    every = specimens_of(assignment)
    hashes = fingerprint.of_assignment(assignment), fingerprint.of_grader()
    written = {one.name: fingerprint.of_specimen(one) for one in every}
    key = fingerprint.together(*hashes, written)
    reference, idle = _reference_and_idle(assignment, where)
    held = {one.name: one for one in specimens.hold(assignment, every, where)}
    told = mistakes_told(assignment, where)
    flakiness = _flakiness(assignment, where, seeds)
    found = crops(assignment, where, key)
    tried = _tried(found, reference, where, key)
    left = survivors(assignment, [one for some in tried.values() for one in some], where, seed=key)
    same = _same(assignment, left, where)
    left = [one for one in left if one.name not in same]
    tried = {of: [one for one in some if one.name not in same] for of, some in tried.items()}
    found = tuple(
        replace(crop, equivalent=crop.equivalent + sum(one.name in same for one in crop.mutants)) for crop in found
    )
    names = {one.name for one in left}
    all_names = {mutant.name for crop in found for mutant in crop.mutants} - same
    tried_names = {one.name for some in tried.values() for one in some}
    waivers.refuse_idle(assignment, waived, names, all_names - tried_names)
    counts = {
        crop.of: _counts(crop, tried[crop.of], [one for one in left if one.of == crop.of], waived) for crop in found
    }
    killed = [one for some in tried.values() for one in some if one.name not in names]
    return AuditRecord(
        assignment=assignment.slug,
        hash=key,
        hashes_of_assignment=hashes[0],
        hashes_of_grader=hashes[1],
        score=_score(tuple(counts.values())),
        mutants=counts,
        survivors=tuple(_survivor(one, assignment, checks, waived) for one in left),
        killed=tuple(one.name for one in drawn(killed, AGAIN, key)),
        specimens={
            name: SpecimenRecord(hash=written[name], held=one.holds, earned=one.earned) for name, one in held.items()
        },
        troubles=tuple(_troubles(assignment, reference, idle, held)),
        stub=held[STUB].earned,
        idle=idle.score.earned,
        idle_points=assignment.idle_points,
        reference=reference.score.earned,
        possible=reference.score.possible,
        handout=handout_points.disagreement(assignment, checks),
        mistakes=len(told),
        mistakes_missed=tuple(filter(None, told)),
        flakiness=flakiness,
        costs=tuple(
            CheckCost(
                check=one.name,
                points=one.points,
                wall_seconds=round(one.wall_seconds, 2),
                peak_bytes=one.peak_bytes,
            )
            for one in reference.checks
        ),
    )


def _reference_and_idle(assignment: Assignment, where: Where) -> tuple[GradedSubmission, GradedSubmission]:
    """Grade the reference and what computes nothing."""
    assert assignment.solution is not None
    reference = submissions.read(assignment.solution / assignment.file, assignment)
    every = [replace(reference, name="reference"), replace(_idle(assignment), name="idle")]
    graded = {one.submission: one for one in grade(assignment, every, where, "the reference")}
    return graded["reference"], graded["idle"]


def _idle(assignment: Assignment) -> Submission:
    """Return a submission that defines all that is asked for and computes nothing."""
    names = dict.fromkeys(name for exercise in assignment.exercises for name in exercise.provides)
    lines = ["import torch", "from torch import nn"] if assignment.modules else []
    for name in names:
        if name in assignment.modules:
            lines += [
                f"class {name}(nn.Module):",
                "    def __init__(self, num_classes=10):",
                "        super().__init__()",
                "        self.bias = nn.Parameter(torch.zeros(num_classes))",
                "    def forward(self, images):",
                "        return self.bias.expand(len(images), -1)",
            ]
        else:
            lines.append(f"def {name}(*args, **kwargs): return 0")
    with TemporaryDirectory(prefix="grader-idle-") as folder:
        path = Path(folder, assignment.file)
        path.write_text("\n".join(lines) + "\n")
        return submissions.read(path, assignment)


def _troubles(
    assignment: Assignment,
    reference: GradedSubmission,
    idle: GradedSubmission,
    held: Mapping[str, Held],
) -> Iterator[str]:
    """Yield what must not be, one sentence each."""
    yield from (f"the reference lost {one.name}: {one.outcome.value}" for one in lost(reference))
    stub = held[STUB]
    if stub.earned and not stub.holds:
        yield f"the stub earns {stub.earned} of {stub.possible} points"
    if idle.score.earned > assignment.idle_points:
        yield (
            f"a submission that computes nothing earns {idle.score.earned} points; `idle_points` in assignment.toml allows "
            f"{assignment.idle_points}"
        )
    for one in held.values():
        yield from (f"specimen {one.name}: {difference}" for difference in one.differences)


def mistakes_told(assignment: Assignment, where: Where) -> list[str]:
    """Return for each known mistake why it does not prove the checks; empty texts where it does."""
    made = [mistakes.handed_in(assignment, known) for known in mistakes.known_mistakes(assignment)]
    every = list(filter(None, made))
    read = [replace(one, name=f"{number:05d}") for number, one in enumerate(handed_in(every, assignment))]
    exercises = {
        submission.name: killing.exercises_of(assignment, one)
        for submission, one in zip(read, every, strict=True)
        if one.is_alone
    }
    graded = grade(assignment, read, where, "known mistakes", Asked(exercises=exercises))
    return sorted(mistakes.missed(every[int(one.submission)].name, one) for one in graded)


def _flakiness(assignment: Assignment, where: Where, seeds: int) -> Flakiness:
    """Grade the reference twice with each of several seeds."""
    assert assignment.solution is not None
    reference = submissions.read(assignment.solution / assignment.file, assignment)
    asked = {f"{seed}, {time}": f"flaky {seed}" for seed in range(seeds) for time in ("once", "again")}
    several = [replace(reference, name=name) for name in asked]
    found = {
        f"--seed {asked[graded.submission]!r}: {check.name} {check.outcome.value}"
        for graded in grade(assignment, several, where, "the reference with other questions", Asked(seeds=asked))
        for check in lost(graded)
    }
    return Flakiness(seeds=seeds, lost=tuple(sorted(found)))


def _tried(found: Sequence[Crop], reference: GradedSubmission, where: Where, key: str) -> dict[str, list[Mutant]]:
    """Draw as many mutants as can be graded in reasonable time."""
    seconds = sum(check.wall_seconds for check in reference.checks) * _SHARE / (where.jobs or len(processors()))
    among = sum(bool(crop.mutants) for crop in found) or 1
    count = min(max(int(_SECONDS / max(seconds, 0.01) / among), _FEWEST), _MAX)
    return {crop.of: drawn(crop.mutants, count, key) for crop in found}


def _same(assignment: Assignment, left: Sequence[Mutant], where: Where) -> set[str]:
    """Return the names of the survivors that compute what the right table does."""
    found = set()
    if any(one.tables for one in left):
        with where.reference_sandbox() as workers:
            found = {one.name for one in left if one.tables is not None and is_same(workers, *one.tables)}
    return found


def _counts(crop: Crop, tried: Sequence[Mutant], left: Sequence[Mutant], waived: dict[str, str]) -> Counts:
    excused = sum(one.name in waived for one in left)
    return Counts(
        made=crop.made,
        not_drawn=crop.not_drawn,
        not_written=crop.not_written,
        alike=crop.alike,
        equivalent=crop.equivalent,
        questions=crop.questions,
        tried=len(tried),
        killed=len(tried) - len(left),
        waived=excused,
        survived=len(left) - excused,
    )


def _score(every: Sequence[Counts]) -> float:
    """Return the share of the mutants that are killed, of those that are tried and not waived."""
    killed, survived = sum(one.killed for one in every), sum(one.survived for one in every)
    return 1.0 if not killed + survived else round(killed / (killed + survived), 4)


def _survivor(one: Mutant, assignment: Assignment, checks: Sequence[Check], waived: dict[str, str]) -> Survivor:
    concerned = {exercise.name for exercise in assignment.exercises if one.of in exercise.provides}
    return Survivor(
        name=one.name,
        what=one.what,
        diff=one.diff,
        checks=tuple(check.name for check in checks if check.exercise in concerned),
        waived=waived.get(one.name, ""),
    )


# --- in short ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortProof:
    """What a short audit has found."""

    record: AuditRecord
    mutants: tuple[str, ...] = ()
    """Names of those that were graded."""
    specimens: tuple[str, ...] = ()
    other_grader: tuple[str, ...] = ()
    """Parts of the grader that have changed since, so that others of the mutants and specimens were graded."""
    troubles: tuple[str, ...] = ()
    """What must not be, one sentence each."""

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not self.troubles


def prove_in_short(assignment: Assignment, where: Where, *, floor: float) -> ShortProof:
    """
    Look whether the last audit still holds, and grade a few mutants and specimens of it again.

    What has changed of the assignment makes it stale.  What has changed of the grader does not, since audits of a whole
    course take hours: another grader draws other mutants and specimens, so that in time all of them are graded again.

    Raises:
        AssignmentError: If there was none, its record cannot be read, or a file of the assignment cannot be used.
    """
    last = record.read(assignment)
    if last is None:
        raise AssignmentError(
            f"{record.path_of(assignment)}: no such file; `grader audit {assignment.slug}` makes the audit that it is a record of"
        )
    list_checks(assignment, Suite.ALL)
    require_loadable(assignment)  # that a file is stale is no news where Python cannot read it
    every = specimens_of(assignment)
    changed = changes(last, assignment, every)
    if changed:
        return ShortProof(record=last, troubles=(record.stale(assignment, changed),))
    known = record.troubles(last, floor)
    if known:
        return ShortProof(record=last, troubles=known)
    other = changes_of_grader(last)
    key = fingerprint.together({"audit": last.hash}, fingerprint.of_grader())
    again = drawn(every, SPECIMENS, key)
    held = specimens.hold(assignment, [one for one in every if one in again], where)
    troubles = [f"specimen {one.name}: {difference}" for one in held for difference in one.differences]
    wanted = sorted(last.killed, key=lambda name: fingerprint.together({"key": key, "mutant": name}))[:MUTANTS]
    mutants = [
        one
        for of in dict.fromkeys(name.partition("/")[0] for name in wanted)
        for one in killing.written(assignment, of)
        if one.name in wanted
    ]
    gone = {*wanted} - {one.name for one in mutants}
    if not (other and mutants):  # another grader may make others
        troubles += [f"{name}: no operator makes this mutant any more" for name in sorted(gone)]
    troubles += [
        f"{one.name}: this mutant survives, and the audit says that it loses points"
        for one in survivors(assignment, mutants, where, seed=last.hash)
    ]
    return ShortProof(
        record=last,
        mutants=tuple(one.name for one in mutants),
        specimens=tuple(one.name for one in held),
        other_grader=other,
        troubles=tuple(troubles),
    )
