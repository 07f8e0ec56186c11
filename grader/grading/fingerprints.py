"""
What decides the result of a check, as digests: a stored result counts as long as nothing of it has changed.

What all checks share is one digest: the seed, this grader's own source as far as it decides verdicts, the versions that compute,
the assignment and its reference solution.  Each check has another one, that of the file it is written in, so that an edited check
is the only one to be graded anew.  In which sandbox it ran, and on how many processors, decides no verdict.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import grader
from grader.grading.check import Check
from grader.grading.request import GradingRequest
from grader.model import Assignment, Submission

_DECIDES_NOTHING = (
    "attacks",
    "authoring",
    "classroom",
    "cli",
    "gradescope",
    "handout",
    "notebook",
    "pull_request",
    "receipts",
    "reports",
)
"""Packages of the grader that come before a verdict, or after it."""
_COMPUTES = ("hypothesis", "numpy", "torch", "torchvision")
_OF_THE_HANDOUT = ("README.md", "handout.json", "hints.msgpack", "pictures")
"""What of an assignment's folder is for students to read; so are its stub and its notebook."""
_OF_THE_AUDIT = ("specimens", "audit.json", "hints.json", "waivers.toml")
_MADE = ("__pycache__",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """Digests, in hexadecimal digits."""

    common: str
    """Of what decides all checks."""
    checks: Mapping[str, str]
    """By the name of a check, that of its file."""

    def unchanged(self, common: str, checks: Mapping[str, str]) -> frozenset[str]:
        """Return the names of checks whose stored results count, by the digests that they were stored with."""
        if common != self.common:
            return frozenset()
        return frozenset(name for name, digest in self.checks.items() if checks.get(name) == digest)

    def key(self, submission: Submission) -> str:
        """Return a digest of everything that decides the grading of *submission*."""
        return _digest(
            [content_key(submission), self.common, *(f"{name}={self.checks[name]}" for name in sorted(self.checks))]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What decides the results of checks, one digest for each thing that somebody may have changed."""

    grader: str
    """Of this grader's own source, as far as it decides verdicts."""
    versions: Mapping[str, str]
    """Of what computes, by its name."""
    assignment: str
    """Of the files of the assignment, but for those of checks."""
    solution: str | None
    """Likewise; None where there is none."""
    checks: Mapping[str, str]
    """By the name of a check, that of its file."""


def content_key(submission: Submission) -> str:
    """Return a digest of what was handed in and of how much of it runs, whatever it is called."""
    return _digest([submission.sha256, submission.extent.value])


def fingerprint(request: GradingRequest, checks: Sequence[Check]) -> Fingerprint:
    """
    Return what decides the results of *checks*.

    Raises:
        OSError: If a file of the course cannot be read.
    """
    folders = (
        part for folder in _folders(request.assignment) for part in _files_in(folder, request.assignment, checks)
    )
    common = _digest([_source(), *_versions().values(), *_of_the_request(request), *folders])
    return Fingerprint(common=common, checks=_of_checks(checks))


def inputs(request: GradingRequest, checks: Sequence[Check]) -> Inputs:
    """
    Return what decides the results of *checks*, piece by piece.

    Raises:
        OSError: If a file of the course cannot be read.
    """
    digests = [_digest(_files_in(folder, request.assignment, checks)) for folder in _folders(request.assignment)]
    assignment, *solution = digests
    return Inputs(
        grader=_source(),
        versions={name: version.removeprefix(f"{name} ") for name, version in _versions().items()},
        assignment=assignment,
        solution=solution[0] if solution else None,
        checks=_of_checks(checks),
    )


def _of_checks(checks: Iterable[Check]) -> Mapping[str, str]:
    return {check.name: _digest([check.file.read_bytes()]) for check in checks}


def _versions() -> dict[str, str]:
    machine = {"python": platform.python_version(), "system": platform.system(), "machine": platform.machine()}
    return machine | {package: _version(package) for package in _COMPUTES}


@functools.cache
def _source() -> str:
    package = Path(grader.__file__).parent
    unused = [package / name for name in _DECIDES_NOTHING]
    sources = (file for file in sorted(package.rglob("*.py")) if not any(folder in file.parents for folder in unused))
    return _digest(part for file in sources for part in (str(file.relative_to(package)), file.read_bytes()))


def _version(package: str) -> str:
    try:
        return f"{package} {importlib.metadata.version(package)}"
    except importlib.metadata.PackageNotFoundError:
        return f"no {package}"


def _of_the_request(request: GradingRequest) -> Iterator[str]:
    yield from (request.seed, request.suite.value, request.device)
    if request.task is not None:
        yield request.task.source.name


def _folders(assignment: Assignment) -> tuple[Path, ...]:
    """Return the folders of an assignment that decide verdicts."""
    return (assignment.folder, *([] if assignment.solution is None else [assignment.solution]))


def _files_in(folder: Path, assignment: Assignment, checks: Iterable[Check]) -> Iterator[str | bytes]:
    """Yield the files of a folder that decide verdicts, but for those of checks."""
    apart = {check.file.resolve() for check in checks}
    stub = (assignment.file, f"{Path(assignment.file).stem}.ipynb")
    left_out = (*_OF_THE_HANDOUT, *stub) if folder == assignment.folder else _OF_THE_AUDIT
    for around in (assignment.course, folder.parent):
        if (around / "conftest.py").is_file():
            yield (around / "conftest.py").read_bytes()
    for file in sorted(folder.rglob("*")):
        inner = file.relative_to(folder)
        if inner.parts[0] in left_out or set(_MADE) & set(inner.parts) or not file.is_file():
            continue
        if file.resolve() not in apart:
            yield str(inner)
            yield file.read_bytes()


def _digest(parts: Iterable[str | bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        content = part.encode(errors="surrogateescape") if isinstance(part, str) else part
        digest.update(b"%d:" % len(content) + content)
    return digest.hexdigest()
