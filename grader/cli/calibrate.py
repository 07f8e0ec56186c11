"""`grader calibrate`: the accuracy that networks of an assignment are held to, from trainings of its reference solution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from grader.atomic_write import write_atomically
from grader.cli.console import out, progress_of_one, say
from grader.cli.loudness import QuietOption, loudness
from grader.cli.options import (
    CoresOption,
    CourseOption,
    DataOption,
    DataRootOption,
    SandboxName,
    SlugArgument,
    cores_there,
    course_of,
    together,
)
from grader.cli.side_by_side import Device, device_for
from grader.course import assignment as assignments
from grader.errors import UsageError
from grader.keys import public_keys
from grader.model import Threshold, TrainingProgress

if TYPE_CHECKING:
    from grader.authoring import Calibration

_SEEDS = "How many times the reference is trained, each time on images, weights and an order of its own."
_DEVICE = "Where networks are trained; auto takes CUDA if it is there."
_WRITE = "Write the threshold into assignment.toml; no other byte of it changes. Without this nothing is written."

SeedsOption = Annotated[int, typer.Option("--seeds", min=2, max=1000, metavar="N", help=_SEEDS)]
DeviceOption = Annotated[Device, typer.Option("--device", help=_DEVICE)]
WriteOption = Annotated[bool, typer.Option("--write", help=_WRITE)]


def calibrate(
    assignment: SlugArgument,
    seeds: SeedsOption = 20,
    device: DeviceOption = Device.AUTO,
    data: DataOption = None,
    data_root: DataRootOption = None,
    cores: CoresOption = 1,
    write: WriteOption = False,
    quiet: QuietOption = False,
    course: CourseOption = None,
) -> None:
    """
    Train the reference solution several times, and find the accuracy that right networks may be held to.

    The check that is marked with `calibrates=True` trains and measures it, in a worker, as it does submissions.  Shown is each
    accuracy, the threshold that follows, and the exact chance that a right network misses it.
    """
    from grader.authoring import Calibration, accuracies, seed_of, task_without_threshold, with_threshold

    together(data, data_root)
    told = loudness(quiet, False)
    loaded = assignments.load(course_of(course), assignment, is_calibrated=False)
    task = task_without_threshold(loaded, data, data_root)
    if data is not None:
        task.data(public_keys("are they there").data)  # what is wrong with them is said at once
    before = None if loaded.training is None else loaded.training.thresholds.get(task.source.name)
    path = loaded.folder / "assignment.toml"
    content = path.read_bytes()
    if write:
        with_threshold(content, loaded, task.source.name, before or _ANY)  # what is wrong with the file is said at once
    reached: list[float] = []
    with progress_of_one(told) as progress:
        bar = progress.add_task("starting", total=seeds)

        def show_training(training: TrainingProgress) -> None:
            progress.update(bar, description=f"training {len(reached) + 1}: {training}")

        trainings = accuracies(
            loaded,
            task,
            map(seed_of, range(seeds)),
            device=device_for(device, SandboxName.LOCAL, loaded),
            cores=cores_there(cores),
            on_training=show_training,
        )
        for accuracy in trainings:
            reached.append(accuracy)
            progress.update(bar, completed=len(reached), description=f"the last one reached {accuracy:.4f}")
    found = Calibration(accuracies=tuple(reached), held_out=task.training.held_out)
    out.print(_table(reached))
    out.print(_summary(task.source.name, found, before))
    threshold = found.threshold(before)
    out.print(_statement(found), soft_wrap=True, markup=False, highlight=False)
    if write:
        if path.read_bytes() != content:
            raise UsageError(f"{path}: it was edited meanwhile; nothing was written")
        try:
            write_atomically(path, with_threshold(content, loaded, task.source.name, threshold))
        except OSError as error:
            raise UsageError(f"{path}: cannot be written: {error.strerror}") from None
        say(f"written: [training.thresholds.{task.source.name}] in {path}", style="dim")


_ANY = Threshold(accuracy=1, seeds=2, worst=1, deviation=0, false_fail=0)


def _table(reached: list[float]) -> Table:
    """Return the accuracy of each grading, with what repeats it."""
    from grader.authoring import seed_of

    table = Table("grading", "accuracy", box=None, pad_edge=False)
    for number, accuracy in enumerate(reached):
        table.add_row(f"--seed '{seed_of(number)}'", f"{accuracy:.4f}")
    return table


def _summary(data: str, found: Calibration, before: Threshold | None) -> Table:
    """Return what follows from all of them, beside what stands in assignment.toml."""
    table = Table(data, "now", "written", box=None, pad_edge=False)
    table.add_row("gradings", str(len(found.accuracies)), "" if before is None else str(before.seeds))
    table.add_row("mean", f"{found.mean:.4f}", "")
    table.add_row("deviation", f"{found.deviation:.4f}", "" if before is None else f"{before.deviation:.4f}")
    table.add_row("worst", f"{found.worst:.4f}", "" if before is None else f"{before.worst:.4f}")
    table.add_row("p_low", f"{found.p_low:.4f}", "", end_section=True)
    table.add_row("threshold", f"{found.accuracy:.2f}", "" if before is None else f"{before.accuracy:.2f}")
    return table


def _statement(found: Calibration) -> str:
    """Return what the threshold costs right networks, as a sentence."""
    return (
        f"A network that reads {found.p_low:.4f} of all images, three deviations below the worst grading, reads fewer than "
        f"{found.required:,} of {found.held_out:,} with probability {found.false_fail:.1e} (binomial, exact)."
    )
