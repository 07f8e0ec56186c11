"""
Write `hints.msgpack` of an assignment: what lets a copy without solutions name mistakes in functions.

They take minutes, so they are made when somebody asks for them; `hints.json` beside the solution says of what they were made, and
so whether they are still those of the checks and the reference.
"""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass, field

import msgspec

from grader import protocol
from grader.atomic_write import write_atomically
from grader.diagnosis import HINTS_FILE, PackedCall, encode_hints, known_answers, load_catalogue
from grader.errors import AssignmentError, UsageError
from grader.grading import GradingRequest, Sides, grade_submission
from grader.model import Assignment, Suite
from grader.protocol import Limits
from grader.proxy import code_of
from grader.sandbox import Answering, Local, OnProgress, Sandbox, WorkerEnd, ignore_progress
from grader.submission import read

SEED = "0"
"""The seed of `grader check`, by default."""
RECORD = "hints.json"
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
        catalogue = load_catalogue(solution / "misconceptions.py", code.provides, code.modules)
        source = reference.read_text()
        known = {
            name: known_answers(source, name, catalogue.of(name), recording.calls_of(name), workers)
            for name in names
            if recording.calls_of(name)
        }
    known = {name: one for name, one in known.items() if one.calls}
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


class HintsState(enum.Enum):
    """How the hints that lie there stand to what they are made of."""

    NONE = enum.auto()
    """There are none, and never were any."""
    CURRENT = enum.auto()
    STALE = enum.auto()


class _Record(msgspec.Struct, frozen=True, kw_only=True):
    """What hints were made of, and which they are."""

    made_of: dict[str, str]
    hints: str


def hints_state(assignment: Assignment) -> tuple[HintsState, tuple[str, ...]]:
    """Return whether the hints are still those of the assignment, and what has changed since they were made."""
    solution, path = assignment.solution, assignment.folder / HINTS_FILE
    if solution is None:
        return HintsState.NONE, ()
    try:
        record = msgspec.json.decode((solution / RECORD).read_bytes(), type=_Record)
    except (OSError, msgspec.DecodeError):
        if not path.exists():
            return HintsState.NONE, ()
        record = _Record(made_of={}, hints="")
    now = _made_of(assignment)
    changed = [name for name in sorted({*now, *record.made_of}) if now.get(name) != record.made_of.get(name)]
    if not path.is_file() or _digest(path.read_bytes()) != record.hints:
        changed.append(HINTS_FILE)
    return HintsState.STALE if changed else HintsState.CURRENT, tuple(changed)


def write_hints(assignment: Assignment) -> bool:
    """
    Make the hints of an assignment and write them; returns whether it has any.

    Raises:
        AssignmentError: As `hints_of` does.
        UsageError: If they cannot be written.
    """
    made, made_of = hints_of(assignment), _made_of(assignment)
    path, solution = assignment.folder / HINTS_FILE, assignment.solution
    assert solution is not None
    try:
        if made is None:
            path.unlink(missing_ok=True)
            (solution / RECORD).unlink(missing_ok=True)
            return False
        record = _Record(made_of=made_of, hints=_digest(made))
        write_atomically(path, made)
        write_atomically(solution / RECORD, msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n")
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from None
    return True


def _made_of(assignment: Assignment) -> dict[str, str]:
    """Return a digest of each file that hints are made of, but for the grader's own."""
    solution = assignment.solution
    assert solution is not None
    paths = {f"checks/{path.name}": path for path in (assignment.folder / "checks").glob("*.py")}
    paths |= {
        "assignment.toml": assignment.folder / "assignment.toml",
        "the reference": solution / assignment.file,
        "misconceptions.py": solution / "misconceptions.py",
    }
    return {name: _digest(path.read_bytes()) for name, path in sorted(paths.items()) if path.is_file()}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
