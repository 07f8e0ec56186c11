"""
Grade thousands of submissions in a row, half of them hostile, and demand that nothing changes and nothing stays behind.

    python tests/soak/soak.py [GRADINGS] [SEED]

Every honest submission must get exactly what it gets alone; after each round of a hundred no process, descriptor, mount, folder,
control group or kernel object may be left, and the memory of the harness may not have grown.
"""

from __future__ import annotations

import itertools
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

sys.path.insert(0, str(Path(__file__).parents[1]))

from specimens import specimen

from grader import attacks
from grader import submission as submissions
from grader.attacks import traces
from grader.attacks.audit import stage
from grader.course import assignment as assignments
from grader.grading.batch import ClassRequest, grade_all
from grader.grading.request import GradingRequest
from grader.keys import draw_secret
from grader.model import Assignment, GradedSubmission, Outcome, Submission
from grader.protocol import Limits
from grader.sandbox import Local, kind_that_holds

COURSE = Path(__file__).parents[2]
SLUG = "conv_arithmetic"
HONEST = ("right_numpy", "right_counting", "one_bias", "rounds_up", "notebook_colab", "stub", "renamed_arguments")
ROUND = 100
HOSTILE_SECONDS, HOSTILE_SUBMISSION_SECONDS = 0.3, 2.0
"""Longest that a request of a hostile submission may take, and all of them: a hang is worth no more of a soak."""
MAX_GROWTH = 0.10
"""Share by which the memory of the harness may differ between the first round and the last."""


@dataclass(frozen=True, kw_only=True)
class Soaked:
    """What a soak found."""

    gradings: int
    hostile: int
    seconds: float
    first_megabytes: float
    last_megabytes: float
    complaints: tuple[str, ...]

    def __str__(self) -> str:
        lines = [
            f"{self.gradings} gradings, {self.hostile} of them hostile, in {self.seconds:.0f} s "
            f"({self.gradings / self.seconds:.1f} a second)",
            f"memory of the harness: {self.first_megabytes:.0f} MiB after the first round, "
            f"{self.last_megabytes:.0f} MiB after the last",
            *(self.complaints or ("nothing was left behind, and every honest submission got what it gets alone",)),
        ]
        return "\n".join(lines)


def soak(gradings: int, seed: str, sandbox: str = "auto") -> Soaked:
    """Grade that many submissions in classes of a hundred."""
    assignment = assignments.load(COURSE, SLUG)
    backend = kind_that_holds(sandbox, assignment.packages)
    chance = random.Random(seed)
    started = time.monotonic()
    complaints: list[str] = []
    hostile_count, done, first_bytes = 0, 0, 0
    with TemporaryDirectory(prefix="grader-soak-") as temporary:
        corpus = list(attacks.load(attacks.corpus_folder()))
        chance.shuffle(corpus)
        hostile = list(itertools.islice(_readable(corpus, assignment, Path(temporary)), gradings // 2))
        honest = [submissions.read(specimen(SLUG, name).folder, assignment) for name in HONEST]
        alone = {entry.name: _verdict(_class(assignment, [entry], backend, seed, {})[0]) for entry in honest}
        supply = itertools.cycle(hostile)
        before = traces.traces()
        while done < gradings:
            count = min(ROUND, gradings - done)
            mixed: list[Submission] = []
            for number in range(count):
                chosen = next(supply) if number % 2 else chance.choice(honest)
                mixed.append(replace(chosen, name=f"{number:03d}-{chosen.name}"))
            limits = {
                entry.name: replace(
                    assignment.limits,
                    request_seconds=HOSTILE_SECONDS,
                    check_seconds=1.0,
                    submission_seconds=HOSTILE_SUBMISSION_SECONDS,
                )
                for number, entry in enumerate(mixed)
                if number % 2
            }
            for graded in _class(assignment, mixed, backend, seed, limits):
                number, _, name = graded.submission.partition("-")
                if int(number) % 2:
                    hostile_count += 1
                    if graded.ungraded:
                        complaints.append(f"{name} broke the grader: {_reason(graded)}")
                elif _verdict(graded) != alone[name]:
                    complaints.append(f"{name} got {_verdict(graded)} and alone {alone[name]}")
            done += count
            complaints += traces.traces().beyond(before)
            first_bytes = first_bytes or _resident()
            print(f"{done} of {gradings}, {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    if _resident() > first_bytes * (1 + MAX_GROWTH):
        complaints.append(f"the harness has grown by more than {MAX_GROWTH:.0%}")
    return Soaked(
        gradings=done,
        hostile=hostile_count,
        seconds=time.monotonic() - started,
        first_megabytes=first_bytes / 1024**2,
        last_megabytes=_resident() / 1024**2,
        complaints=tuple(complaints),
    )


def _readable(corpus: list[attacks.Attack], assignment: Assignment, folder: Path) -> Iterator[Submission]:
    """Read the attacks that can be read at all."""
    staged = (stage(attack, folder, assignment) for attack in corpus)
    return (entry.submission for entry in staged if entry.submission is not None)


def _class(
    assignment: Assignment, entries: list[Submission], backend: type, seed: str, limits: dict[str, Limits]
) -> list[GradedSubmission]:
    request = ClassRequest(
        grading=GradingRequest(assignment=assignment, seed=seed),
        submission_sandbox=lambda: backend(assignment.packages),
        reference_sandbox=lambda: Local(assignment.packages),
        limits=limits,
    )
    return list(grade_all(request, entries))


def _verdict(graded: GradedSubmission) -> tuple[object, ...]:
    """Return all of a grading but its name and how long it took."""
    return graded.score, tuple((check.name, check.outcome, check.feedback, check.partial) for check in graded.checks)


def _reason(graded: GradedSubmission) -> str:
    faults = [check.fault.text for check in graded.checks if check.outcome is Outcome.UNGRADED and check.fault]
    return faults[0] if faults else "ungraded"


def _resident() -> int:
    return psutil.Process().memory_info().rss


if __name__ == "__main__":
    found = soak(
        int(sys.argv[1]) if len(sys.argv) > 1 else 2000,
        sys.argv[2] if len(sys.argv) > 2 else draw_secret(),
    )
    print(found)
    sys.exit(1 if found.complaints else 0)
