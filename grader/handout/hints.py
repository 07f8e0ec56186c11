"""
Write `hints.msgpack` of an assignment: what lets a copy without solutions name mistakes in functions.

    python -m grader.handout.hints        writes those of all assignments of the course here
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from grader import protocol
from grader.atomic_write import write_atomically
from grader.course import assignment as assignments
from grader.diagnosis import HINTS_FILE, PackedCall, encode_hints, known_answers, load_catalogue
from grader.errors import AssignmentError
from grader.grading import GradingRequest, Sides, grade_submission
from grader.model import Assignment, Suite
from grader.protocol import Limits
from grader.proxy import code_of
from grader.sandbox import Answering, Local, OnProgress, Sandbox, WorkerEnd, ignore_progress
from grader.submission import read

SEED = "0"
"""The seed of `grader check`, by default."""
_MAX_CALLS = 150
"""Of one function, spread over all that the public checks make."""


def hints_of(assignment: Assignment) -> bytes | None:
    """
    Return the hints for an assignment: what known mistakes answer where the public checks ask; None where it has no functions.

    Raises:
        AssignmentError: If there is no solution to make them of, or it does not pass the public checks.
    """
    solution = assignment.solution
    if solution is None:
        raise AssignmentError(f"{assignment.folder}: hints are made of the solution, and there is none")
    reference = solution / assignment.file
    submission = read(reference, assignment)
    code = code_of(assignment, submission)
    names = [name for name in code.provides if name not in code.modules]
    if not names:
        return None
    with Local(assignment.packages) as sandbox, Local(assignment.packages) as workers:
        recording = Recording(sandbox)
        request = GradingRequest(assignment=assignment, seed=SEED, suite=Suite.PUBLIC)
        graded = grade_submission(request, submission, Sides(submission=recording, reference=workers))
        if graded.to_fix or graded.ungraded:
            raise AssignmentError(
                f"{reference}: does not pass its own public checks, so there are no hints to make of it"
            )
        catalogue = load_catalogue(solution / "misconceptions.py", code.provides)
        source = reference.read_text()
        known = {
            name: known_answers(source, name, catalogue.of(name), recording.calls_of(name), workers)
            for name in names
            if recording.calls_of(name)
        }
    return encode_hints(known, assignment.slug.encode()) if known else None


@dataclass(slots=True)
class Recording:
    """A sandbox whose workers keep which functions they are asked to call."""

    sandbox: Sandbox
    calls: list[protocol.Call | protocol.Use] = field(default_factory=list)
    name: str = field(init=False)
    threads: int = field(init=False)

    def __post_init__(self) -> None:
        self.name, self.threads = self.sandbox.name, self.sandbox.threads

    @property
    def memory_held_by(self) -> str:
        """Return what the sandbox says."""
        return self.sandbox.memory_held_by

    def worker(self, limits: Limits, preload: tuple[str, ...] = ()) -> RecordingWorker:
        """Start a worker as usual."""
        return RecordingWorker(self.sandbox.worker(limits, preload), self.calls)

    def warm(self, preload: tuple[str, ...]) -> None:
        """Prepare as usual."""
        self.sandbox.warm(preload)

    def renew(self) -> None:
        """Start anew as usual."""
        self.sandbox.renew()

    def calls_of(self, name: str) -> tuple[PackedCall, ...]:
        """Return what was asked of a function, or of a class, each question once."""
        several = {repr(call): _packed(call) for call in self.calls if call.name == name}
        asked = tuple(several.values())
        return asked[:: -(-len(asked) // _MAX_CALLS)] if asked else ()


@dataclass(slots=True)
class RecordingWorker:
    """A worker that keeps the calls that it is asked for."""

    worker: Answering
    calls: list[protocol.Call | protocol.Use]

    def ask(self, request: protocol.Request, on_progress: OnProgress = ignore_progress) -> protocol.Reply:
        """Ask as usual."""
        if isinstance(request, protocol.Call | protocol.Use):
            self.calls.append(request)
        return self.worker.ask(request, on_progress)

    def end(self) -> WorkerEnd:
        """End as usual."""
        return self.worker.end()


def _packed(request: protocol.Call | protocol.Use) -> PackedCall:
    match request:
        case protocol.Call():
            return PackedCall(request.args, request.kwargs)
        case protocol.Use():
            return PackedCall((), request.inputs, request.lines)


def main() -> None:
    """Write the hints of every assignment of the course in this folder."""
    course = Path.cwd()
    for slug in assignments.slugs(course):
        assignment = assignments.load(course, slug)
        made = hints_of(assignment)
        if made is not None:
            write_atomically(assignment.folder / HINTS_FILE, made)


if __name__ == "__main__":
    main()
