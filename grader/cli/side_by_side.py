"""Where submissions are graded, and grading them there: one, or several side by side, with a bar that shows how far it is."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from grader.cli import interruption
from grader.cli.class_progress import class_progress
from grader.cli.console import is_log_read, say
from grader.cli.loudness import Loudness
from grader.cli.one_submission import grade_one, start
from grader.cli.options import SandboxName
from grader.errors import UsageError
from grader.grading import GradingRequest
from grader.model import Assignment, GradedSubmission, Submission
from grader.reports.called import NOT_KNOWN
from grader.sandbox import Local

ALL_CHECKS: Mapping[str, tuple[str, ...]] = MappingProxyType({})
"""No submission is asked less than all."""


class Device(enum.StrEnum):
    """Where modules run."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where submissions run."""

    sandbox: str
    cores: int
    gpu_slots: int | None
    """How many gradings share a GPU; None where modules run on the processor."""
    allow_unsafe: bool
    recheck: bool
    """Whether the sandbox is attacked also where it held within the last day."""
    jobs: int | None = None
    """How many gradings run at a time on processors; None for as many as these suffice for."""


def grade_side_by_side(
    request: GradingRequest,
    where: Where,
    every: Sequence[Submission],
    loudness: Loudness = Loudness.USUAL,
    checks: Mapping[str, tuple[str, ...]] = ALL_CHECKS,
    names: Mapping[str, str] = NOT_KNOWN,
) -> Iterator[GradedSubmission]:
    """
    Yield the grading of each submission as soon as it is there.

    Ctrl-C lets what runs come to its end, and a second one ends it.

    Args:
        checks: Those that single submissions are asked, by name; all where it has no entry.
        names: Of students, by the names of submissions, as far as a roster has them.

    Raises:
        KeyboardInterrupt: After the last of these, if it was pressed.
    """
    if not every:
        return iter(())
    if len(every) == 1:
        asked = replace(request, checks=checks.get(every[0].name, request.checks))
        return _one(asked, where, every[0], loudness)
    return _many(request, where, every, loudness, checks, names)


def device_for(device: Device, sandbox: SandboxName, assignment: Assignment) -> str:
    """Return where modules run: on a GPU if there is one; whether an engine has one only it knows."""
    present = Path("/dev/nvidiactl").exists() and Path("/dev/nvidia0").exists()
    if device is Device.CUDA and not present and sandbox is not SandboxName.DOCKER:
        raise UsageError("--device cuda: there is no CUDA device on this machine")
    if device is Device.AUTO and not present and assignment.needs is not None and assignment.needs.gpu:
        raise UsageError(
            f"{assignment.slug} needs a GPU (`[needs]` in its assignment.toml), and there is none here: "
            "`--device cuda --sandbox docker` takes that of an engine, `--device cpu` grades without one, if it is in time"
        )
    if device is not Device.AUTO:
        return device.value
    return "cuda" if present else "cpu"


def _one(
    request: GradingRequest, where: Where, submission: Submission, loudness: Loudness
) -> Iterator[GradedSubmission]:
    from grader.sandbox import choose

    packages = request.assignment.packages
    with (
        choose(
            where.sandbox, packages, threads=where.cores, allow_unsafe=where.allow_unsafe, recheck=where.recheck
        ) as sandbox,
        Local(packages) as reference,
    ):
        start(sandbox, request.assignment, request.device)
        yield grade_one(request, submission, sandbox, reference, loudness=loudness)


def _many(
    request: GradingRequest,
    where: Where,
    staged: Sequence[Submission],
    loudness: Loudness,
    checks: Mapping[str, tuple[str, ...]],
    names: Mapping[str, str],
) -> Iterator[GradedSubmission]:
    from grader.grading import ClassRequest, grade_all
    from grader.sandbox import kind_that_holds

    packages = request.assignment.packages
    # found out, before anything is graded, which sandbox holds
    backend = kind_that_holds(where.sandbox, packages, allow_unsafe=where.allow_unsafe, recheck=where.recheck)
    of_class = ClassRequest(
        grading=request,
        submission_sandbox=lambda: backend(packages, where.cores, 1 / (where.gpu_slots or 1)),
        reference_sandbox=lambda: Local(packages),
        cores=where.cores,
        slots=where.gpu_slots or where.jobs,
        checks=checks,
    )
    with (
        class_progress(len(staged), loudness, names) as progress,
        interruption.finishing(_say_that_it_ends) as is_to_end,
    ):

        def say_how_far() -> None:
            line = progress.lines.due() if is_log_read(loudness) else None
            if line is not None:
                say(line, style="dim")

        for graded in grade_all(of_class, staged, say_how_far, is_to_end):
            yield graded
            progress.done(graded)
        if is_to_end():
            raise KeyboardInterrupt


def _say_that_it_ends() -> None:
    say("Ctrl-C: what runs is graded to its end, and nothing else is begun; once more ends it at once", style="yellow")
