"""
Write down all that is known of a grading that failed on our side: one zip that an instructor can send to those who fix it.

    about.txt           what this is, what is in it, and that it holds a student's work
    faults.txt          each ungraded check: whose fault, the error, where in our code
    environment.json    versions, machine, seed, assignment and its hash
    results.json        the grading as far as it came
    submission/         the files, as they were graded
"""

from __future__ import annotations

import hashlib
import json
import shlex
import sys
import zipfile
from pathlib import Path

import msgspec

from grader.atomic_write import open_atomically
from grader.errors import UsageError
from grader.model import Assignment, GradedSubmission, Outcome, Submission
from grader.reports import file_name, results_json

_ABOUT = """\
{assignment}: the grading of {submission} failed, through no fault of the submission.

faults.txt says which checks could not be run, why, and after how many tries.  `harness` is a bug of the grader or of a check;
`infrastructure` is this machine: out of memory, out of disk, a sandbox that could not be started.

To try again:  grader grade {assignment} SUBMISSION --seed {seed}

submission/ holds a student's work: send this file only to people who may see it.
"""


def write(graded: GradedSubmission, submission: Submission, assignment: Assignment, folder: Path) -> Path:
    """
    Write `<submission>.fault.zip` into *folder*, whole or not at all, and return its path.

    Raises:
        UsageError: If it cannot be written there.
    """
    target = folder / file_name.of(graded.submission, ".fault.zip")
    try:
        with open_atomically(target) as whole, zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("about.txt", _about(graded))
            archive.writestr("faults.txt", _faults(graded))
            archive.writestr("environment.json", _environment(graded, assignment))
            archive.writestr("results.json", results_json.encode(graded))
            for file in submission.files:
                archive.writestr(f"submission/{file.path}", file.content)
    except OSError as error:
        raise UsageError(f"{target}: what is known of the fault cannot be written there: {error.strerror}") from None
    return target


def _about(graded: GradedSubmission) -> str:
    return _ABOUT.format(assignment=graded.assignment, submission=graded.submission, seed=shlex.quote(graded.seed))


def _faults(graded: GradedSubmission) -> str:
    parts = []
    for check in graded.checks:
        if check.outcome is Outcome.UNGRADED and check.fault is not None:
            fault = check.fault
            parts.append(
                f"{check.name}: {fault.blame.value}, tried {fault.tries} times\n{fault.text}\n\n{fault.traceback}"
            )
    return f"\n{'-' * 100}\n".join(parts)


def _environment(graded: GradedSubmission, assignment: Assignment) -> bytes:
    known = {
        "assignment": assignment.slug,
        "assignment_sha256": _hash(assignment),
        "seed": graded.seed,
        "command": sys.argv,
        "environment": msgspec.to_builtins(graded.environment),
    }
    return json.dumps(known, indent=2, default=str).encode()


def _hash(assignment: Assignment) -> str:
    """Return one hash of everything on the course's side that decides a grading: it tells versions apart."""
    digest = hashlib.sha256()
    for folder in filter(None, (assignment.folder, assignment.solution)):
        for path in sorted(folder.rglob("*.py")) + sorted(folder.rglob("*.toml")):
            if "specimens" not in path.parts:
                digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
