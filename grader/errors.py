"""
Every error this project raises, so that "whose fault is it?" has one answer.

    GraderError
    ├── UsageError                 the command, an assignment file or a path is wrong: exit code 2
    │   ├── AssignmentError        an assignment folder cannot be used (file, key, value)
    │   ├── SubmissionError        what was handed over cannot be read as a submission
    │   ├── EngineError            no Docker engine answers, or it cannot give what is asked for
    │   └── UnsafeSandbox          no sandbox of this machine keeps its promises
    ├── HarnessFault               our code is wrong: the check is `ungraded` and costs nothing
    │   └── ReferenceFault         the reference solution, or another network of ours, did not answer
    ├── InfrastructureFault        the machine failed: likewise, after another try
    │   └── SandboxFault           a sandbox or a worker could not be started, or was ended from outside
    ├── ProtocolError              bytes from the worker that are not a reply
    │   └── RefusedDtype           a tensor of numbers that nobody computes with here; a proxy makes CheckFailed of it
    └── StudentFault               evidence that the submission is wrong; becomes an outcome
        ├── MissingDefinition      `missing`
        ├── StudentRaised          `raised`
        ├── ForbiddenOperation     `failed`: an operator that the assignment's policy forbids
        └── CheckFailed            `failed`: the answer was compared and found wrong

    WorkerLost (BaseException)     the worker is gone, so the check ends at once
    ├── TimedOut                   `timed_out`
    ├── OutOfMemory                `out_of_memory`
    └── Crashed                    `crashed`
        ├── ScratchFull            likewise: it wrote more files than it may
        └── TooManyProcesses       likewise: it started more processes than it may

WorkerLost is not an Exception because Hypothesis catches those in order to shrink; a hang must not be shrunk.
"""

from __future__ import annotations


class GraderError(Exception):
    """Base of every error that is not a lost worker."""


class UsageError(GraderError):
    """The command line, a path or a file of the course is wrong; the text says which and what to do."""


class AssignmentError(UsageError):
    """An assignment folder cannot be used."""


class SubmissionError(UsageError):
    """A path cannot be read as a submission."""


class EngineError(UsageError):
    """The Docker engine is not there, has no image of workers, or refuses."""


class UnsafeSandbox(UsageError):
    """No permitted sandbox keeps its promises on this machine."""


class HarnessFault(GraderError):
    """Our code is wrong; nothing may be concluded about the submission."""


class ReferenceFault(HarnessFault):
    """
    Code of ours did what would be a submission's fault: it raised, lacks a name, ran out of time or memory, or crashed.

    Attributes:
        file: Where it lies.
    """

    def __init__(self, file: str, error: BaseException) -> None:
        self.file = file
        super().__init__(f"our own {file} did not answer: {type(error).__name__}: {error}")

    def __reduce__(self) -> tuple[type[HarnessFault], tuple[str]]:
        return HarnessFault, (str(self),)


class InfrastructureFault(GraderError):
    """The machine failed; nothing may be concluded about the submission, and another try may well succeed."""


class SandboxFault(InfrastructureFault):
    """A sandbox could not be started, could not confine a worker, or lost one to something outside."""


class ProtocolError(GraderError):
    """Bytes from the other side are not a message of the protocol."""


class RefusedDtype(ProtocolError):
    """
    A tensor has a dtype that is not among those that may cross the boundary; the text is for its author.

    Attributes:
        dtype: Its name, without `torch.`.
    """

    def __init__(self, dtype: str) -> None:
        self.dtype = dtype
        super().__init__(f"your code gives a tensor of dtype {dtype}, with which nothing can be computed here")


class StudentFault(GraderError):
    """Evidence that the submission is wrong."""


class MissingDefinition(StudentFault):
    """
    The submission does not define a name that was asked for.

    Attributes:
        name: What was asked for.
        near: A defined name that looks like it, or None.
        why: What is known of where it went, or None.
        is_value: Whether there is something of this name that cannot be called.
    """

    def __init__(self, name: str, near: str | None, why: str | None = None, *, is_value: bool = False) -> None:
        self.name = name
        self.near = near
        self.why = why
        suggestion = f"; it defines `{near}`: is that it, under another name?" if near else ""
        known = f": {why}" if why else suggestion
        self.is_value = is_value
        lacks = f"`{name}` is neither a class nor a function in" if is_value else f"`{name}`"
        said = f"{lacks} your submission" if is_value else f"your submission does not define {lacks}"
        super().__init__(f"{said}{known}")


class StudentRaised(StudentFault):
    """
    Student code raised an exception.

    Attributes:
        type_names: Class name of the exception and of its bases, nearest first.
        text: What the exception says.
        trace: Where it happened, as lines of the student's own files.
        while_loading: Whether the file could not even be imported.
        frames: The same as files that ran and lines in them, the deepest last.
    """

    def __init__(
        self,
        type_names: tuple[str, ...],
        text: str,
        trace: tuple[str, ...],
        *,
        while_loading: bool = False,
        frames: tuple[tuple[str, int], ...] = (),
    ) -> None:
        self.while_loading = while_loading
        self.frames = frames
        self.type_names = type_names
        self.text = text
        self.trace = trace
        super().__init__(f"{type_names[0]}: {text}" if text else type_names[0])


class ForbiddenOperation(StudentFault):
    """
    Student code used an operator that the assignment forbids.

    Attributes:
        operator: ATen name of the operator.
    """

    def __init__(self, operator: str) -> None:
        self.operator = operator
        super().__init__(f"`{operator}` may not be used in this exercise: write it yourself")


class CheckFailed(StudentFault):
    """
    An answer was compared with ours and found wrong.

    Attributes:
        message: What is wrong, as a sentence.
        expected: Our value, rendered, or None.
        received: The submission's value, rendered, or None.
        hint: What to think about next, or None.
        evidence: What the check found, from which the diagnosis tells the mistake; None where there is no more than this.
        is_explained: Whether the message says all there is to say, so that no known mistake need be looked for.
        credit: Share of the check's points that is earned all the same, from 0 to below 1.
    """

    def __init__(
        self,
        message: str,
        *,
        expected: str | None = None,
        received: str | None = None,
        hint: str | None = None,
        evidence: object = None,
        is_explained: bool = False,
        credit: float = 0.0,
    ) -> None:
        self.evidence = evidence
        self.is_explained = is_explained
        self.credit = credit
        self.message = message
        self.expected = expected
        self.received = received
        self.hint = hint
        super().__init__(message)


_TIMED = {"request": "one call", "check": "this check as a whole", "submission": "all checks together"}


class WorkerLost(BaseException):
    """The worker of this check is gone; no further question can be asked in it."""


class TimedOut(WorkerLost):
    """
    A request or a check took longer than its limit.

    Attributes:
        limit_seconds: The limit that was exceeded.
        scope: "request", "check", "submission", or "processor" for a limit on processor time.
        share: How much of a training was done, from 0 to 1, or None where there was none.
    """

    def __init__(self, limit_seconds: float, scope: str, share: float | None = None) -> None:
        self.limit_seconds = limit_seconds
        self.scope = scope
        self.share = share
        what = _TIMED.get(scope, "it")
        reached = "" if share is None else f", with {min(max(share, 0.0), 1.0):.0%} of the training done"
        unit = "s of processor time" if scope == "processor" else "s"
        super().__init__(f"your code was stopped: {what} took longer than {limit_seconds:g} {unit}{reached}")


class OutOfMemory(WorkerLost):
    """
    Student code asked for more memory than its limit.

    Attributes:
        limit_bytes: The limit that was exceeded; None for the memory of a GPU.
    """

    def __init__(self, limit_bytes: int | None) -> None:
        self.limit_bytes = limit_bytes
        limit = "there is on the GPU" if limit_bytes is None else f"the limit of {limit_bytes / 1024**2:,.0f} MiB"
        super().__init__(f"your code needed more memory than {limit}")


class Crashed(WorkerLost):
    """Student code ended its process, or broke it so that it could not answer."""


class ScratchFull(Crashed):
    """
    Student code wrote more than it may, where its folder has no size of its own.

    Attributes:
        limit_bytes: The limit that was exceeded, or that of files and folders which goes with it.
    """

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        size = f"{limit_bytes / 1024**2:,.0f} MiB"
        super().__init__(f"your code was stopped: it wrote more than {size}, or more files than a check may have")


class TooManyProcesses(Crashed):
    """
    Student code started more processes or threads than it may, where the kernel does not count them for it alone.

    Attributes:
        limit: The limit that was exceeded.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"your code was stopped: it started more than {limit} processes and threads")
