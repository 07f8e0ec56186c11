"""
The two sides of a grading, opened together: the submission in a sandbox, and what is ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grader.checks.architectures import networks as known_networks
from grader.checks.architectures.networks import Networks
from grader.datasets import Task, task_of
from grader.diagnosis import EMPTY_CATALOGUE, HINTS_FILE, Diagnosis, limits_of_diagnosis, load_catalogue, load_hints
from grader.grading.request import SILENT, GradingRequest, Listener, Sides
from grader.keys import GradingKeys, Keys
from grader.model import Assignment, Submission, Suite, Visibility
from grader.proxy import Session, SharedEvidence, code_of, session_of_file, source_of_ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Grading:
    """One run of a suite on one submission: everything that its checks may touch."""

    assignment: Assignment
    submission: Submission
    exercises: tuple[str, ...]
    checks: tuple[str, ...]
    """Those that are asked about; all if there are none."""
    sides: Sides
    session: Session
    """Of the submission."""
    reference: Session | None
    """Of the reference solution; None in a course copy without solutions."""
    shared: Mapping[Visibility, SharedEvidence]
    """What several public checks need, and several hidden ones: hidden evidence is never shown in a public check."""
    networks: Networks
    """The networks that the assignment knows."""
    task: Task | None
    """What networks are trained on; None where the assignment trains none."""
    keys: GradingKeys
    """What follows from the secret."""
    diagnosis: Diagnosis
    until_lost: bool = False
    """Whether it ends with the first check that does not pass, unexplained."""

    def renew(self) -> None:
        """Start both sides anew, after the machine has failed."""
        self.sides.submission.renew()
        self.sides.reference.renew()


def require_loadable(assignment: Assignment) -> None:
    """
    Require that what is ours can be loaded: the reference is read, networks and known mistakes are imported.

    Raises:
        AssignmentError: If a file cannot be; the text says which, and where and why.
    """
    known_networks.load(assignment.folder / "networks.py", assignment.networks)
    if assignment.solution is not None:
        reference = assignment.solution / assignment.file
        if reference.is_file():  # it may yet have to be made of a notebook
            source_of_ours(reference)
        names = tuple(dict.fromkeys(name for exercise in assignment.exercises for name in exercise.provides))
        load_catalogue(assignment.solution / "misconceptions.py", names, assignment.modules)


def open_grading(request: GradingRequest, submission: Submission, sides: Sides, listener: Listener = SILENT) -> Grading:
    """
    Prepare a grading; nothing runs yet.

    Raises:
        AssignmentError: If a file of the solution cannot be loaded.
    """
    assignment = request.assignment
    code = code_of(assignment, submission)
    session = Session(sides.submission, code, assignment.limits, request.device, listener.on_training)
    diagnosed = Session(sides.submission, code, limits_of_diagnosis(assignment.limits), request.device)
    solution = assignment.solution
    reference = None if solution is None else session_of_file(sides.reference, solution / assignment.file)
    builder = session_of_file(sides.reference, known_networks.BUILDER)
    known = known_networks.load(assignment.folder / "networks.py", assignment.networks)
    keys = GradingKeys.of(request.seed)
    evidence = _shared(session, keys, "networks")
    networks = Networks(known, assignment.networks, builder, evidence, compares=request.suite is Suite.ALL)
    catalogue = EMPTY_CATALOGUE
    if solution is not None:
        catalogue = load_catalogue(solution / "misconceptions.py", code.provides, code.modules)
    return Grading(
        assignment=assignment,
        submission=submission,
        exercises=request.exercises,
        checks=request.checks,
        sides=sides,
        session=session,
        reference=reference,
        shared={side: _shared(session, keys, side.value) for side in Visibility},
        networks=networks,
        task=request.task or task_of(assignment),
        keys=keys,
        diagnosis=Diagnosis(
            diagnosed,
            reference,
            catalogue,
            networks,
            sides.reference,
            None if solution is None else solution / assignment.file,
            load_hints(assignment.folder / HINTS_FILE) if solution is None else None,
        ),
        until_lost=request.until_lost,
    )


def _shared(session: Session, keys: GradingKeys, whose: str) -> SharedEvidence:
    def keys_of(what: str) -> Keys:
        return keys.of_check(f"{whose}/{what}")  # no check has such a name

    return SharedEvidence(session, keys_of)
