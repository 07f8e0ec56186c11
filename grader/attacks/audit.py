"""
Hand in every attack of the corpus and see what it earned, what it broke and what it left behind.

An audit is an ordinary class: the attacks are graded one after the other in the same slots, with the reference solution between
them, which must get every point however hostile its neighbours were.  Each attack that may earn nothing is also graded without
the boundary (`unprotected.py`), to show what it is worth where student code shares a process with the answers.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from grader import protocol
from grader import submission as submissions
from grader.attacks import REFUSED, Attack, Base, MayEarn, traces
from grader.attacks.exposed import Exposed
from grader.errors import ProtocolError, SandboxFault, SubmissionError, WorkerLost
from grader.grading import ClassRequest, GradingRequest, grade_all, processors
from grader.model import Assignment, GradedSubmission, Outcome, Submission, Visibility
from grader.protocol import Limits
from grader.sandbox import Sandbox

_ATTACK_SECONDS = 1.0
"""Longest that one request of an attack may take, and a check may take with it: a hang is a hang after a second as well."""
_CHECK_SECONDS = 3.0
_SUBMISSION_SECONDS = 5.0
_NOTHING_LOST = (Outcome.PASSED, Outcome.PENDING)
_ALWAYS_EXPECTED = {Outcome.UNGRADED.value, Outcome.SKIPPED.value, Outcome.TIMED_OUT.value, Outcome.PENDING.value}
"""The first is told as what broke, the second costs nothing, and on a busy machine a second is short for anything."""
_HONEST_SECONDS = 90.0
"""Longest that all checks of an attack may take together; the second where it does the work and its networks are trained."""
_HONEST = "honest-"
"""How the names of the reference's gradings begin."""
_HONEST_EVERY = 40
"""After how many attacks the reference solution is graded."""
_UNPROTECTED = Limits(request_seconds=80.0, check_seconds=90.0, memory_bytes=3 * 1024**3, scratch_bytes=256 * 1024**2)
"""What holds a whole grading without the boundary; it must not take the machine with it."""
_TRAINING_SECONDS = 40.0
"""How long it may take where networks are trained in it."""
_SCRIPT = b"from grader.attacks.unprotected import grade_here\n"
_PRELOAD = ("torch", "numpy", "hypothesis", "grader.attacks.unprotected")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unprotected:
    """What became of an attack where it shared a process with the answers."""

    earned: int
    possible: int
    broke: str
    """How it ended the grader, or nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttackFinding:
    """What became of one attack."""

    attack: Attack
    earned: int
    allowed: int
    """What it may earn."""
    outcomes: tuple[tuple[str, int], ...]
    """How often each outcome occurred."""
    unexpected: tuple[str, ...]
    """Outcomes that the attack does not declare."""
    broke: str
    """What of the grader it broke, or nothing."""
    unprotected: Unprotected | None = None
    """None where that says nothing: it may earn its points, or cannot even be read."""

    @property
    def earned_too_much(self) -> bool:
        """Whether it earned points that it should not."""
        return self.earned > self.allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What an audit found."""

    findings: tuple[AttackFinding, ...]
    possible: int
    """Points of the assignment."""
    honest: tuple[str, ...]
    """What the reference solution lost between attacks, as sentences; must be empty."""
    left_behind: tuple[str, ...]
    """What was on this machine after the audit and not before; must be empty."""
    sandbox: str
    memory_held_by: str

    @property
    def earned(self) -> tuple[AttackFinding, ...]:
        """Attacks that earned points which they should not."""
        return tuple(finding for finding in self.findings if finding.earned_too_much)

    @property
    def broke(self) -> tuple[AttackFinding, ...]:
        """Attacks that broke the grader."""
        return tuple(finding for finding in self.findings if finding.broke)

    @property
    def unexpected(self) -> tuple[AttackFinding, ...]:
        """Attacks that ended otherwise than they declare, but neither earned nor broke anything."""
        return tuple(finding for finding in self.findings if finding.unexpected and not finding.broke)

    @property
    def holds(self) -> bool:
        """Whether nothing was earned, broken, left behind or lost."""
        return not (self.earned or self.broke or self.honest or self.left_behind)


_WORTH_COMPARING = (MayEarn.NOTHING, MayEarn.IDLE)
"""What is also graded without the boundary."""
OnAttack = Callable[[str, int, int], None]
"""Told of each attack that has been graded: what is being done, how many are, how many there are."""


def ignore_attack(what: str, done: int, total: int) -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """An attack, handed in and read."""

    attack: Attack
    path: Path
    submission: Submission | None
    """None where it cannot be read as one."""
    refusal: str


def audit(
    assignment: Assignment,
    attacks: Sequence[Attack],
    *,
    seed: str,
    submission_sandbox: Callable[[], Sandbox],
    reference_sandbox: Callable[[], Sandbox],
    unprotected: bool = True,
    on_attack: OnAttack = ignore_attack,
) -> Audit:
    """
    Grade all *attacks* on an assignment.

    Args:
        submission_sandbox: Makes a sandbox for student code, as for a class.
        reference_sandbox: Makes one for the reference solution, likewise.
        unprotected: Whether each attack is also graded without the boundary; that needs bubblewrap.

    Raises:
        AssignmentError: If the assignment's checks cannot be collected, or an attack cannot be written for it.
        SandboxFault: If bubblewrap is wanted and not there.
    """
    _honest(assignment)  # what reads submissions starts with the first, and ends with this process
    before = traces.traces()
    with TemporaryDirectory(prefix="grader-audit-") as temporary:
        staged = [stage(attack, Path(temporary), assignment) for attack in attacks]
        graded = _grade(assignment, staged, seed, submission_sandbox, reference_sandbox, on_attack)
        worth = _without_boundary(assignment, staged, seed, on_attack) if unprotected else {}
    losses = (_losses(result) for name, result in graded.items() if name.startswith(_HONEST))
    example = next(iter(graded.values()))
    return Audit(
        findings=tuple(_finding(entry, graded, worth, assignment.idle_points) for entry in staged),
        possible=example.score.settled,
        honest=tuple(filter(None, losses)),
        left_behind=traces.traces().beyond(before),
        sandbox=example.environment.sandbox,
        memory_held_by=example.environment.memory,
    )


def stage(attack: Attack, temporary: Path, assignment: Assignment) -> Staged:
    """Write one attack into a folder of its own and read it as a submission is read."""
    name = f"{attack.family}-{attack.name}"
    folder = temporary / name
    folder.mkdir()
    path = attack.hand_in(folder, assignment)
    try:
        submission = replace(submissions.reader(attack.facts.read)(path, assignment), name=name)
    except SubmissionError as refusal:
        return Staged(attack=attack, path=path, submission=None, refusal=str(refusal))
    return Staged(attack=attack, path=path, submission=submission, refusal="")


def _grade(
    assignment: Assignment,
    staged: Sequence[Staged],
    seed: str,
    submission_sandbox: Callable[[], Sandbox],
    reference_sandbox: Callable[[], Sandbox],
    on_attack: OnAttack,
) -> dict[str, GradedSubmission]:
    """Grade what could be read as one class, with honest submissions between."""
    queue: list[Submission] = []
    limits: dict[str, Limits] = {}
    honest = _honest(assignment)
    for number, entry in enumerate(entry for entry in staged if entry.submission is not None):
        assert entry.submission is not None
        if honest is not None and number % _HONEST_EVERY == _HONEST_EVERY - 1:
            queue.append(replace(honest, name=f"{_HONEST}{number:03d}"))
        queue.append(entry.submission)
        limits[entry.submission.name] = _limits(entry.attack, assignment)
    if honest is not None:
        queue.append(replace(honest, name=f"{_HONEST}last"))
    graded = {}
    request = ClassRequest(
        grading=GradingRequest(assignment=assignment, seed=seed),
        submission_sandbox=submission_sandbox,
        reference_sandbox=reference_sandbox,
        limits=limits,
    )
    for result in grade_all(request, queue):
        graded[result.submission] = result
        on_attack("attacking", len(graded), len(queue))
    return graded


def _honest(assignment: Assignment) -> Submission | None:
    if assignment.solution is None:
        return None
    return submissions.read(assignment.solution / assignment.file, assignment)


def _limits(attack: Attack, assignment: Assignment) -> Limits:
    """Return short limits, since what hangs does so in every check; those of the course where the attack does the work."""
    usual = assignment.limits
    if attack.facts.base is Base.REFERENCE and attack.facts.seconds is None:
        return replace(usual, submission_seconds=_HONEST_SECONDS if assignment.modules else _SUBMISSION_SECONDS)
    request = attack.facts.seconds or _ATTACK_SECONDS
    check = max(_CHECK_SECONDS, request)
    submission_seconds = max(_SUBMISSION_SECONDS, 1.5 * check)
    return replace(
        usual,
        request_seconds=request,
        check_seconds=check,
        longest_seconds=check,
        submission_seconds=submission_seconds,
    )


def _losses(graded: GradedSubmission) -> str:
    """Say what an honest submission lost, or nothing."""
    lost = [f"{check.name} {check.outcome.value}" for check in graded.checks if check.outcome not in _NOTHING_LOST]
    return f"the reference solution ({graded.submission}) lost: {', '.join(lost)}" if lost else ""


def _finding(
    entry: Staged, graded: dict[str, GradedSubmission], worth: dict[str, Unprotected], idle_points: int
) -> AttackFinding:
    facts = entry.attack.facts
    if entry.submission is None:
        unexpected = () if REFUSED in facts.outcomes else (f"{REFUSED}: {entry.refusal}",)
        return AttackFinding(
            attack=entry.attack, earned=0, allowed=0, outcomes=((REFUSED, 1),), unexpected=unexpected, broke=""
        )
    result = graded[entry.submission.name]
    counts = Counter(check.outcome.value for check in result.checks)
    ungraded = [check for check in result.checks if check.outcome is Outcome.UNGRADED]
    by_checks = [check for check in result.checks if check.outcome is not Outcome.PENDING]
    public = sum(check.points for check in by_checks if check.visibility is Visibility.PUBLIC)
    allowed = {
        MayEarn.NOTHING: 0,
        MayEarn.EXAMPLES: public,
        MayEarn.IDLE: idle_points,
        MayEarn.ALL: result.score.settled,
    }[facts.may_earn]
    reasons = [check.feedback.message for check in ungraded if check.feedback is not None]
    broke = f"{len(ungraded)} checks ungraded: {''.join(reasons[:1])}" if ungraded else ""
    return AttackFinding(
        attack=entry.attack,
        earned=result.score.earned,
        allowed=allowed,
        outcomes=tuple(sorted(counts.items())),
        unexpected=tuple(sorted(set(counts) - set(facts.outcomes) - _ALWAYS_EXPECTED)),
        broke=broke,
        unprotected=worth.get(entry.submission.name),
    )


# --- without the boundary --------------------------------------------------------------------------------------------


def _without_boundary(
    assignment: Assignment, staged: Sequence[Staged], seed: str, on_attack: OnAttack
) -> dict[str, Unprotected]:
    """Grade each attack that may earn nothing with everything in one process, several at a time."""
    wanted = [
        entry for entry in staged if entry.submission is not None and entry.attack.facts.may_earn in _WORTH_COMPARING
    ]
    done = itertools.count(1)
    lock = threading.Lock()
    with ExitStack() as stack:
        slots = [stack.enter_context(Exposed(assignment.course)) for _ in processors()]
        free = list(slots)

        def one(entry: Staged) -> tuple[str, Unprotected]:
            with lock:
                slot = free.pop()
            try:
                found = _in_one_process(slot, assignment, entry, seed)
            finally:
                with lock:
                    free.append(slot)
                    on_attack("without the boundary", next(done), len(wanted))
            assert entry.submission is not None
            return entry.submission.name, found

        with concurrent.futures.ThreadPoolExecutor(len(slots)) as pool:
            return dict(pool.map(one, wanted))


def _in_one_process(slot: Sandbox, assignment: Assignment, entry: Staged, seed: str) -> Unprotected:
    files = (protocol.File("in_one_process.py", _SCRIPT), *_files(entry.path))
    limits = replace(_UNPROTECTED, request_seconds=_TRAINING_SECONDS) if assignment.modules else _UNPROTECTED
    worker = slot.worker(limits, _PRELOAD)
    try:
        course, path = str(assignment.course), f"handed_in/{entry.path.name}"
        worker.ask(protocol.Load(files, "in_one_process.py", ()))
        arguments = (course, assignment.slug, path, entry.attack.facts.read.value, seed)
        packed = tuple(protocol.pack(argument, protocol.opaque) for argument in arguments)
        reply = worker.ask(protocol.Call("grade_here", packed, {}))
    except (WorkerLost, SandboxFault) as lost:
        return Unprotected(earned=0, possible=0, broke=str(lost))
    finally:
        with contextlib.suppress(SandboxFault):  # nothing more is asked of it, however it ended
            worker.end()
    if not isinstance(reply, protocol.Returned):
        return Unprotected(earned=0, possible=0, broke=f"it ended the grading: {_text(reply)}")
    try:
        result = protocol.unpack(reply.value)
    except ProtocolError:
        result = None
    match result:
        case (int(earned), int(possible), int(ungraded)):
            broke = f"{ungraded} checks ungraded" if ungraded else ""
            return Unprotected(earned=earned, possible=possible, broke=broke)
    return Unprotected(earned=0, possible=0, broke="what came back is no result")


def _text(reply: protocol.Reply) -> str:
    return f"{reply.type_names[0]}: {reply.text}" if isinstance(reply, protocol.Raised) else type(reply).__name__


def _files(path: Path) -> Iterator[protocol.File]:
    found = sorted(path.rglob("*")) if path.is_dir() else [path]
    for file in found:
        if file.is_file() and not file.is_symlink():
            relative = file.relative_to(path) if path.is_dir() else Path()
            yield protocol.File((Path("handed_in", path.name) / relative).as_posix(), file.read_bytes())
