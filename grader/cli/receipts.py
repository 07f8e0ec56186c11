"""Receipts of gradings: the options of `grade`, and `grader verify`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader import submission as submissions
from grader.atomic_write import write_atomically
from grader.cli import panels
from grader.cli.console import out, say
from grader.cli.exit_codes import ExitCode, that_counts
from grader.cli.loudness import QuietOption, loudness
from grader.cli.options import (
    CourseOption,
    DataRootOption,
    SandboxName,
    SandboxOption,
    UnsafeOption,
    course_of,
    reader,
    task,
)
from grader.cli.side_by_side import Device, Where, device_for, grade_side_by_side
from grader.course import assignment as assignments
from grader.errors import UsageError
from grader.grading import GradingRequest
from grader.model import Assignment, Extent, GradedSubmission, Submission, Suite
from grader.reports.escape import one_line

if TYPE_CHECKING:
    from grader.receipts import Receipt, SigningKey

_RECEIPT = (
    "Write a receipt of the grading of one submission, for `grader verify`; it holds the seed, so it is for staff."
)
_SIGN = "Sign the receipt with this key of OpenSSH, into FILE.sig; the kind ssh-ed25519, without a passphrase."
_FILE = "A receipt that `grade --receipt` has written."
_SUBMISSION = "What was graded: the same .py file, notebook, folder or .zip."
_TRUSTED = "Only receipts that one of these keys has signed: a file like authorized_keys or allowed_signers of OpenSSH."

_UNSIGNED = "it is unsigned"
_SIGNED_BY_ANYBODY = "by whom it is signed was not looked at; --trusted KEYS does"

ReceiptOption = Annotated[
    Path | None, typer.Option("--receipt", metavar="FILE", help=_RECEIPT, rich_help_panel=panels.WRITTEN)
]
SignOption = Annotated[Path | None, typer.Option("--sign", metavar="KEY", help=_SIGN, rich_help_panel=panels.WRITTEN)]
FileArgument = Annotated[Path, typer.Argument(metavar="RECEIPT", help=_FILE)]
SubmissionArgument = Annotated[Path, typer.Argument(metavar="SUBMISSION", help=_SUBMISSION)]
TrustedOption = Annotated[Path | None, typer.Option("--trusted", metavar="KEYS", help=_TRUSTED)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToWrite:
    """Where a receipt is to be written, and what signs it."""

    path: Path
    key: SigningKey | None

    def require_one(self, submissions: int) -> None:
        """Raise UsageError unless there is one submission."""
        if submissions != 1:
            raise UsageError(f"--receipt {self.path}: a receipt is of one submission, and here are {submissions}")

    def write(self, request: GradingRequest, submission: Submission, graded: GradedSubmission) -> None:
        """
        Write the receipt of a grading, and its signature.

        Raises:
            UsageError: If it cannot be written.
        """
        from grader.receipts import encode, signature_beside, signature_of

        content = encode(_receipt_of(request, submission, graded))
        try:
            write_atomically(self.path, content)
            if self.key is not None:
                write_atomically(signature_beside(self.path), signature_of(content, self.key))
        except OSError as error:
            raise UsageError(f"--receipt {self.path}: cannot write there: {error.strerror}") from None


def to_write(receipt: Path | None, sign: Path | None) -> ToWrite | None:
    """
    Return what is to be written; None for no receipt.

    Raises:
        UsageError: If the key cannot sign, or there is nothing to sign.
    """
    if receipt is None:
        if sign is not None:
            raise UsageError(f"--sign {sign}: a receipt is what is signed; name it with --receipt FILE")
        return None
    from grader.receipts import load_key

    return ToWrite(path=receipt, key=None if sign is None else load_key(sign))


def verify(
    receipt: FileArgument,
    submission: SubmissionArgument,
    trusted: TrustedOption = None,
    sandbox: SandboxOption = SandboxName.AUTO,
    data_root: DataRootOption = None,
    allow_unsafe_sandbox: UnsafeOption = False,
    quiet: QuietOption = False,
    course: CourseOption = None,
) -> None:
    """
    Grade again what a receipt is of, with the same seed, and say whether all is as it was.

    Exit code 0 if the same went in and the same came out; 1 if not, and then it is said what differs: the submission, a check,
    the assignment, its solution, the grader, what computes, and each outcome.  2 if the file is no receipt or, with --trusted, is
    not signed with one of these keys; then nothing is graded.  In which sandbox and on which machine it runs may differ.
    """
    from grader.receipts import differences, read, require_signature, signature_beside

    before, content = read(receipt)
    if trusted is not None:
        signer = require_signature(receipt, content, trusted)
        out.print(f"signed by {one_line(signer)}", soft_wrap=True, markup=False, highlight=False)
    elif not quiet:
        say(f"{receipt}: {_SIGNED_BY_ANYBODY if signature_beside(receipt).exists() else _UNSIGNED}", style="dim")
    loaded = assignments.load(course_of(course), before.assignment)
    submissions.get_ready()
    handed_in = reader(before.submission.extent is Extent.WHOLE)(submission, loaded)
    request = _request(before, loaded, sandbox, data_root)
    where = Where(
        sandbox=sandbox.value,
        cores=min(before.ran_in.threads, os.cpu_count() or 1),
        gpu_slots=None,
        allow_unsafe=allow_unsafe_sandbox,
        recheck=False,
    )
    (graded,) = grade_side_by_side(request, where, [handed_in], loudness(quiet, False))
    found = differences(before, _receipt_of(request, handed_in, graded))
    _tell("ran elsewhere", found.elsewhere if not quiet else ())
    _tell("another input", found.inputs)
    _tell("another outcome", found.outcomes)
    score = f"{graded.score.earned} of {graded.score.possible} points"
    if found.is_same:
        _print(f"the same: {score}, from the same inputs")
    elif not found.outcomes:
        _print(f"not the same inputs, but the same outcomes: {score}")
    else:
        _print(f"not the same: {score}")
    raise typer.Exit(
        that_counts(
            [
                ExitCode.UNGRADED if graded.ungraded else ExitCode.DONE,
                ExitCode.DONE if found.is_same else ExitCode.LACKING,
            ]
        )
    )


def _request(before: Receipt, assignment: Assignment, sandbox: SandboxName, data_root: Path | None) -> GradingRequest:
    """Return what is asked again; raises UsageError if that cannot be asked here."""
    if before.suite is Suite.ALL and assignment.solution is None:
        raise UsageError(
            f"{assignment.slug} has no solutions/{assignment.slug} in this course, and the receipt is of all checks: "
            "--course DIR takes a course that has them"
        )
    if before.device not in (Device.CPU, Device.CUDA):
        raise UsageError(f"the receipt is of a grading on {one_line(before.device)!r}, which is no device")
    usual = None if assignment.training is None else assignment.training.data
    data = before.data if before.data != usual or data_root is not None else None
    return GradingRequest(
        assignment=assignment,
        seed=before.seed,
        suite=before.suite,
        device=device_for(Device(before.device), sandbox, assignment),
        task=task(assignment, data, data_root),
    )


def _receipt_of(request: GradingRequest, submission: Submission, graded: GradedSubmission) -> Receipt:
    from grader.grading import list_checks
    from grader.receipts import receipt_of

    return receipt_of(request, list_checks(request.assignment, request.suite), submission, graded)


def _tell(what: str, sentences: Sequence[str]) -> None:
    for sentence in sentences:
        _print(f"{what}: {sentence}")


def _print(line: str) -> None:
    out.print(one_line(line), soft_wrap=True, markup=False, highlight=False)
