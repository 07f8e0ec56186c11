"""
Load and validate an assignment folder.

    assignments/<slug>/assignment.toml     what is asked, the limits, the policy
    assignments/<slug>/checks/             public checks
    solutions/<slug>/                      reference, hidden checks, misconceptions, specimens (absent for students)
"""

from __future__ import annotations

import difflib
import re
from pathlib import Path

import msgspec

from grader.errors import AssignmentError
from grader.model import Assignment, Exercise, Needs, Policy, Threshold, Training
from grader.protocol import Limits

ASSIGNMENTS, SOLUTIONS, CHECKS = "assignments", "solutions", "checks"


class _ExerciseTable(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    name: str
    title: str
    provides: tuple[str, ...]
    choose_one: str = ""


class _File(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    title: str
    summary: str
    file: str
    exercises: tuple[_ExerciseTable, ...]
    modules: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    packages: tuple[str, ...] = ("torch", "torchvision", "numpy", "matplotlib", "tqdm")
    limits: Limits = Limits()
    policy: Policy = Policy()
    training: Training | None = None
    needs: Needs | None = None


def find_course(start: Path) -> Path:
    """
    Return *start* or the nearest folder above it that holds `assignments/`.

    Raises:
        AssignmentError: If there is none.
    """
    for folder in (start, *start.parents):
        if any((folder / ASSIGNMENTS).glob("*/assignment.toml")):
            return folder
    raise AssignmentError(f"{start}: no course here or above (a folder with `assignments/`); name it with --course DIR")


def slugs(course: Path) -> tuple[str, ...]:
    """Return the assignments of a course, sorted."""
    return tuple(sorted(path.parent.name for path in (course / ASSIGNMENTS).glob("*/assignment.toml")))


def load(course: Path, slug: str) -> Assignment:
    """
    Load one assignment.

    Raises:
        AssignmentError: If there is none of that name, or a file of it is wrong; the text names file, key and value.
    """
    folder = course / ASSIGNMENTS / slug
    path = folder / "assignment.toml"
    if not path.is_file():
        known = slugs(course)
        near = difflib.get_close_matches(slug, known, n=1)
        suggestion = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known) or 'none'}"
        raise AssignmentError(f"no assignment `{slug}` in {course / ASSIGNMENTS}; {suggestion}")
    try:
        content = path.read_bytes()
        file = msgspec.toml.decode(content, type=_File)
    except msgspec.ValidationError as error:
        raise AssignmentError(f"{path}: {_explain(str(error), content)}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise AssignmentError(f"{path}: not TOML: {error}") from None
    except OSError as error:
        raise AssignmentError(f"{path}: cannot be read: {error.strerror}") from None
    _refuse_unknown_keys(content, path)
    _validate(file, path)
    solution = course / SOLUTIONS / slug
    return Assignment(
        slug=slug,
        title=file.title,
        summary=file.summary,
        file=file.file,
        modules=file.modules,
        networks=file.networks,
        packages=file.packages,
        exercises=tuple(
            Exercise(name=table.name, title=table.title, provides=table.provides, choose_one=table.choose_one)
            for table in file.exercises
        ),
        limits=file.limits,
        policy=file.policy,
        training=file.training,
        needs=file.needs,
        folder=folder,
        solution=solution if solution.is_dir() else None,
    )


def of_checks(path: Path) -> tuple[Path, str] | None:
    """Return course and slug of a checks folder, or of a file in it, public or hidden; None if it is neither."""
    for folder in (path, *path.parents):
        if folder.name == CHECKS and folder.parent.parent.name in (ASSIGNMENTS, SOLUTIONS):
            return folder.parents[2], folder.parent.name
    return None


def _refuse_unknown_keys(content: bytes, path: Path) -> None:
    """A misspelt limit must not pass for the default; msgspec ignores unknown fields of a dataclass."""
    tables = msgspec.toml.decode(content)
    for table, kind in (("limits", Limits), ("policy", Policy), ("needs", Needs)):
        for key in tables.get(table, {}):
            _refuse_unknown(key, kind, f"{path}: {table}")
    training = tables.get("training", {})
    for key in training:
        _refuse_unknown(key, Training, f"{path}: training")
    for name, threshold in training.get("thresholds", {}).items():
        for key in threshold:
            _refuse_unknown(key, Threshold, f"{path}: training.thresholds.{name}")


def _refuse_unknown(key: str, kind: type, where: str) -> None:
    if key not in kind.__slots__:  # type: ignore[attr-defined]
        raise AssignmentError(f"{where}.{key}: there is no such key")


def _validate(file: _File, path: Path) -> None:
    if not re.fullmatch(r"[A-Za-z_]\w*\.py", file.file):
        raise AssignmentError(f"{path}: file must be the name of a Python file, got {file.file!r}")
    if not file.exercises:
        raise AssignmentError(f"{path}: exercises must hold at least one exercise, got none")
    names = [exercise.name for exercise in file.exercises]
    for name in names:
        if names.count(name) > 1:
            raise AssignmentError(f"{path}: exercises.name must be unique, got {name!r} {names.count(name)} times")
    groups = [exercise.choose_one for exercise in file.exercises if exercise.choose_one]
    for group in groups:
        if groups.count(group) == 1:
            raise AssignmentError(
                f"{path}: exercises.choose_one {group!r} has one exercise; a choice needs two or more"
            )
    for key, lowest in _LOWEST.items():
        value = getattr(file.limits, key)
        if not value >= lowest:
            raise AssignmentError(f"{path}: limits.{key} must be at least {lowest:,}, got {value:,}")
    if file.policy.max_submission_bytes < 1:
        value = file.policy.max_submission_bytes
        raise AssignmentError(f"{path}: policy.max_submission_bytes must be above 0, got {value}")
    if file.needs is not None and file.needs.memory_bytes < 1:
        raise AssignmentError(f"{path}: needs.memory_bytes must be above 0, got {file.needs.memory_bytes}")
    if file.training is not None:
        _validate_training(file.training, path)


def _validate_training(training: Training, path: Path) -> None:
    for key in ("train", "validation", "held_out", "epochs", "batch_size"):
        value = getattr(training, key)
        if value < 1:
            raise AssignmentError(f"{path}: training.{key} must be at least 1, got {value}")
    if training.data not in training.thresholds:
        known = ", ".join(training.thresholds) or "none"
        raise AssignmentError(f"{path}: training.data {training.data!r} has no threshold; there are: {known}")
    for name, threshold in training.thresholds.items():
        if not 0 < threshold.accuracy <= 1:
            raise AssignmentError(
                f"{path}: training.thresholds.{name}.accuracy must be above 0 and at most 1, got {threshold.accuracy}"
            )
        for key in ("train", "epochs"):
            value = getattr(threshold, key)
            if value is not None and value < 1:
                raise AssignmentError(f"{path}: training.thresholds.{name}.{key} must be at least 1, got {value}")


_LOWEST = {
    "request_seconds": 0.1,
    "submission_seconds": 1,
    "longest_seconds": 0.1,
    "cpu_seconds": 0,
    "check_seconds": 0.1,
    "memory_bytes": 64 * 1024**2,
    "scratch_bytes": 1024**2,
    "file_bytes": 0,
    "output_bytes": 0,
    "reply_bytes": 1024,
    "processes": 1,
    "open_files": 16,
    "seconds_factor": 0.1,
}
"""The smallest sensible value of each limit; below it no worker could start."""


_KINDS = {
    "array": "a list",
    "bool": "true or false",
    "float": "a number",
    "int": "a whole number",
    "object": "a table",
    "str": "a text",
}
"""msgspec's names of types, for people."""


def _explain(message: str, content: bytes) -> str:
    """Turn msgspec's "Expected `float`, got `str` - at `$.limits.wall_seconds`" into key, expectation and value."""
    match = re.fullmatch(r"(.*?)(?: - at `(?:\$\.?)?(.*)`)?", message, re.DOTALL)
    assert match is not None
    text, key = match[1], match[2] or ""
    unknown = re.fullmatch(r"Object contains unknown field `(.*)`", text)
    missing = re.fullmatch(r"Object missing required field `(.*)`", text)
    if unknown:
        return f"{_join(key, unknown[1])}: there is no such key"
    if missing:
        return f"{_join(key, missing[1])}: this key is missing"
    value = _value_at(msgspec.toml.decode(content), key)
    types = re.fullmatch(r"Expected `(\w+)`, got `(\w+)`", text)
    if types:
        text = f"must be {_KINDS.get(types[1], types[1])}, got {_KINDS.get(types[2], types[2])}"
    return f"{key} {text}: {value!r}"


def _join(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name


def _value_at(tree: object, key: str) -> object:
    for part in re.findall(r"[^.\[\]]+", key):
        if isinstance(tree, dict):
            tree = tree.get(part)
        elif isinstance(tree, list):
            tree = tree[int(part)]
    return tree
