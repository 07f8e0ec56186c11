"""
What may stand in assignment.toml: its tables, their keys, and the smallest sensible value of each.

A key that is left out has no value here: its default is that of the value in `grader.model`, which says what the key means.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

Count = Annotated[int, Meta(ge=1)]
Share = Annotated[float, Meta(gt=0, le=1)]
Seconds = Annotated[float, Meta(ge=0.1)]


class RubricTable(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """An entry of `[[exercises.rubric]]`: one thing for which staff give points."""

    item: str
    points: Count


class ExerciseTable(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """An entry of `[[exercises]]`: one named thing to do."""

    name: str
    title: str
    provides: tuple[str, ...] | UnsetType = UNSET
    """Left out only where it is graded by hand."""
    choose_one: str | UnsetType = UNSET
    graded: str = ""
    """`by hand`, or nothing, for by checks."""
    answer: tuple[str, ...] | UnsetType = UNSET
    rubric: tuple[RubricTable, ...] | UnsetType = UNSET


class LimitsTable(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """`[limits]`: below any of these values no worker could start."""

    request_seconds: Seconds | UnsetType = UNSET
    check_seconds: Seconds | UnsetType = UNSET
    memory_bytes: Annotated[int, Meta(ge=64 * 1024**2)] | UnsetType = UNSET
    scratch_bytes: Annotated[int, Meta(ge=1024**2)] | UnsetType = UNSET
    file_bytes: Annotated[int, Meta(ge=0)] | UnsetType = UNSET
    output_bytes: Annotated[int, Meta(ge=0)] | UnsetType = UNSET
    reply_bytes: Annotated[int, Meta(ge=1024)] | UnsetType = UNSET
    processes: Count | UnsetType = UNSET
    submission_seconds: Annotated[float, Meta(ge=1)] | UnsetType = UNSET
    longest_seconds: Seconds | UnsetType = UNSET
    cpu_seconds: Annotated[float, Meta(ge=0)] | UnsetType = UNSET
    open_files: Annotated[int, Meta(ge=16)] | UnsetType = UNSET
    seconds_factor: Annotated[float, Meta(ge=0.1)] | UnsetType = UNSET


class PolicyTable(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """`[policy]`: what a submission may not do."""

    forbidden_imports: tuple[str, ...] | UnsetType = UNSET
    forbidden_operators: tuple[str, ...] | UnsetType = UNSET
    max_submission_bytes: Count | UnsetType = UNSET


class NeedsTable(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """`[needs]`: what a machine must have for a grading."""

    memory_bytes: Count
    gpu: bool | UnsetType = UNSET


class ThresholdTable(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A table `[training.thresholds.NAME]`: the accuracy that networks must reach on a data set."""

    accuracy: Share
    seeds: int
    worst: float
    deviation: float
    false_fail: float
    train: Count | UnsetType = UNSET
    epochs: Count | UnsetType = UNSET


class TrainingTable(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """`[training]`: what networks are trained on, and for how long."""

    data: str
    train: Count
    validation: Count
    held_out: Count
    epochs: Count
    batch_size: Count
    thresholds: Mapping[str, Any] = {}
    """By the name of the data set; each is a ThresholdTable, held to it by itself so that a wrong one is named."""


class File(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The whole file."""

    title: str
    summary: str
    file: str
    slug: str = ""
    """Which assignment it is, where that is handed out and its folder may have any name; `grader handout` writes it."""
    exercises: Annotated[tuple[ExerciseTable, ...], Meta(min_length=1)]
    idle_points: Annotated[int, Meta(ge=0)] = 0
    modules: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    packages: tuple[str, ...] = ("torch", "torchvision", "numpy", "matplotlib", "tqdm")
    limits: LimitsTable = LimitsTable()
    policy: PolicyTable = PolicyTable()
    training: TrainingTable | None = None
    needs: NeedsTable | None = None
