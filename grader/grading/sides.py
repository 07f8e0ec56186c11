"""
One run of a suite on one submission: everything that checks may touch, opened and closed together.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader.checks import expect
from grader.checks.architectures import built_network
from grader.checks.architectures import networks as known_networks
from grader.checks.architectures.networks import Networks
from grader.datasets import noise
from grader.datasets.training_task import Task, task_of
from grader.diagnosis import misconceptions, network_mistakes
from grader.diagnosis.misconceptions import Catalogue, Misconception, Mistake, Probe
from grader.errors import AssignmentError, GraderError, StudentRaised, WorkerLost
from grader.keys import GradingKeys, public_keys
from grader.model import Assignment, SourceFile, Submission
from grader.protocol import Limits
from grader.proxy.evidence import Parameter, Question
from grader.proxy.student import Student
from grader.proxy.student_code import MODULE_PACKAGES, Code, code_of
from grader.sandbox import Workers

if TYPE_CHECKING:
    import torch

_PROBE_KEYS = public_keys("probes")
"""Of images and weights under which models are compared with known mistakes; any do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grading:
    """A submission, a seed, and the two sides that answer: the student's code and ours."""

    assignment: Assignment
    submission: Submission
    seed: str
    """The secret that every question follows from."""
    device: str
    student: Student
    reference: Student | None
    """The reference solution; None in a course copy without solutions."""
    catalogue: Catalogue
    networks: Networks
    """The networks that the assignment knows."""
    task: Task | None
    """What networks are trained on; None where the assignment trains none."""
    renew: Callable[[], None]
    """Starts the places where code runs anew, after the machine has failed."""
    keys: GradingKeys
    """What follows from the secret."""
    diagnose: Callable[[tuple[Question, ...], tuple[str, ...]], Mistake | None]
    """From the questions and the modules of a failed check to the mistake that explains them."""


_DIAGNOSIS_SECONDS = 60.0
"""How long a submission may be asked for known mistakes in one grading."""


def open_grading(
    assignment: Assignment,
    submission: Submission,
    *,
    seed: str,
    device: str,
    sandbox: Workers,
    ours: Workers,
    task: Task | None = None,
) -> Grading:
    """
    Prepare a grading; nothing runs yet.

    Args:
        sandbox: Where student code runs.
        ours: Where the reference solution and known mistakes run; must never see a submission.
        task: What networks are trained on; None for what the assignment says.

    Raises:
        AssignmentError: If the known mistakes cannot be loaded.
    """
    code = code_of(assignment, submission)
    student = Student(sandbox, code, assignment.limits, device)
    # looking for mistakes has time of its own: a submission must not run out of its time through questions that are ours
    probed = Student(sandbox, code, replace(assignment.limits, submission_seconds=_DIAGNOSIS_SECONDS), device)
    solution = assignment.solution
    reference = None if solution is None else _ours(ours, solution / assignment.file)
    builder = _ours(ours, Path(built_network.__file__))
    networks = Networks(
        known_networks.load(assignment.folder / "networks.py", assignment.networks), assignment.networks, builder
    )
    catalogue = misconceptions.EMPTY if solution is None else misconceptions.load(solution / "misconceptions.py")

    def renew() -> None:
        sandbox.renew()
        ours.renew()

    return Grading(
        assignment=assignment,
        submission=submission,
        seed=seed,
        device=device,
        student=student,
        reference=reference,
        catalogue=catalogue,
        networks=networks,
        task=task or task_of(assignment),
        renew=renew,
        keys=GradingKeys.of(seed),
        diagnose=_Diagnosis(probed, reference, catalogue, networks, ours),
    )


def not_chosen(grading: Grading) -> dict[str, str]:
    """
    Return the exercises of choose-one groups that the submission leaves out for another one, each with a sentence.

    Where it has none of a group, nothing of it is left out: then all of them are missing.
    """
    said: dict[str, str] = {}
    exercises = grading.assignment.exercises
    for group in dict.fromkeys(exercise.choose_one for exercise in exercises if exercise.choose_one):
        members = [exercise for exercise in exercises if exercise.choose_one == group]
        done = [member for member in members if all(map(grading.student._is_written, member.provides))]
        for member in members if done else ():
            if member not in done:
                names = ", ".join(f"`{name}`" for name in member.provides)
                chosen = " and ".join(other.title for other in done)
                said[member.name] = f"{names} is not in this submission, and need not be: {chosen} counts"
    grading.student._end()
    return said


def _ours(sandbox: Workers, path: Path) -> Student:
    """Return a proxy for a file of ours, with limits that never bind."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise AssignmentError(f"{path}: the reference solution cannot be read: {error.strerror}") from None
    preload = MODULE_PACKAGES if b"import torch" in content else ()
    files = (SourceFile(path=path.name, content=content),)
    code = Code(files=files, main=path.name, preload=preload, modules=("Network",))
    return Student(sandbox, code, Limits(request_seconds=600, check_seconds=3600, memory_bytes=8 * 1024**3))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Signature:
    """What tells models apart: the parameter table and what they compute under fixed weights."""

    parameters: tuple[tuple[int, int, bool], ...]
    """(rows, columns, trainable) of each, sorted: blind to names, order and conv-for-linear."""
    tensors: tuple[torch.Tensor | None, ...]
    """Output and input gradient in evaluation mode, output in training mode; None where the model raised."""


class _Diagnosis:
    """Find the known mistake behind a failed check; probes of a name are asked once per grading."""

    def __init__(
        self, student: Student, reference: Student | None, catalogue: Catalogue, networks: Networks, ours: Workers
    ) -> None:
        self._student = student
        self._reference = reference
        self._catalogue = catalogue
        self._networks = networks
        self._ours = ours
        self._known_signatures: dict[str, _Signature | None] = {}
        self._named: dict[str, Mistake | None] = {}
        self._probed: dict[str, tuple[Probe, ...]] = {}
        self._signature: dict[str, _Signature | None] = {}

    def __call__(self, questions: tuple[Question, ...], modules: tuple[str, ...]) -> Mistake | None:
        try:
            return self._explain(questions, modules)
        finally:
            with contextlib.suppress(GraderError):
                self._student._end()

    def _explain(self, questions: tuple[Question, ...], modules: tuple[str, ...]) -> Mistake | None:
        if questions:
            name = questions[-1].name
            known = self._catalogue.of(name)
            if not known:
                return None
            asked = tuple(question for question in questions if question.name == name)
            found = misconceptions.explain(known, asked, self._probe(name))
        elif modules and self._networks.accepted(modules[-1]):
            return self._network(modules[-1])
        else:
            found = self._module(modules[-1]) if modules and self._catalogue.of(modules[-1]) else None
        return None if found is None else found.mistake

    def _network(self, name: str) -> Mistake | None:
        if name not in self._named:
            self._student._begin()
            try:
                self._named[name] = network_mistakes.explain(
                    self._networks, self._student, name, self._catalogue.of(name)
                )
            except (GraderError, WorkerLost):
                self._named[name] = None
            self._student._end()
        return self._named[name]

    def _probe(self, name: str) -> tuple[Probe, ...]:
        if name not in self._probed:
            calls = self._catalogue.probes.get(name, ())
            theirs = _answers(self._student, name, calls)
            right = _answers(self._reference, name, calls) if self._reference is not None else ()
            pairs = zip(theirs, right, strict=False)  # a submission that hangs or crashes answers fewer
            self._probed[name] = tuple(Probe(question=their, right=our.answer) for their, our in pairs)
        return self._probed[name]

    def _module(self, name: str) -> Misconception | None:
        shape = self._catalogue.probes.get(name)
        if shape is None:
            return None
        if name not in self._signature:
            self._student._begin()
            self._signature[name] = _signature(self._student, name, shape)
            self._student._end()
        theirs = self._signature[name]
        if theirs is None:
            return None
        fitting = [
            known
            for known in self._catalogue.of(name)
            if (ours := self._known(known.name, shape)) is not None and _same_signature(ours, theirs)
        ]
        return fitting[0] if len(fitting) == 1 else None

    def _known(self, name: str, shape: tuple[int, ...]) -> _Signature | None:
        """Return the signature of a known mistake, which depends on nothing of the submission."""
        if name not in self._known_signatures:
            assert self._catalogue.path is not None
            side = _ours(self._ours, self._catalogue.path)
            self._known_signatures[name] = _signature(side, name, shape)
            side._end()
        return self._known_signatures[name]


def _answers(side: Student, name: str, calls: tuple[tuple[object, ...], ...]) -> tuple[Question, ...]:
    """Ask *calls* in a worker of their own; ends early where the worker is lost."""
    side._begin()
    with contextlib.suppress(WorkerLost, GraderError):
        for args in calls:
            with contextlib.suppress(StudentRaised):
                getattr(side, name)(*args)
    answered = side._recorded()
    side._end()
    return answered


def _signature(side: Student, name: str, shape: tuple[int, ...]) -> _Signature | None:
    images = noise.uniform(_PROBE_KEYS.images, *shape)
    try:
        model = getattr(side, name).build(_PROBE_KEYS.torch)
        table = model.parameters
    except (GraderError, WorkerLost):
        return None
    tensors: list[torch.Tensor | None] = []
    for training in (False, True):
        try:
            run = model.run(
                images, weights=_PROBE_KEYS.weights, training=training, gradients="none" if training else "input"
            )
        except GraderError:
            tensors += [None, None]
        except WorkerLost:
            return None
        else:
            tensors += [run.output, run.input_gradient]
    return _Signature(parameters=tuple(sorted(map(_entry, table))), tensors=tuple(tensors))


def _entry(parameter: Parameter) -> tuple[int, int, bool]:
    rows = parameter.shape[0] if parameter.shape else 1
    return rows, parameter.count // max(rows, 1), parameter.trainable


def _same_signature(ours: _Signature, theirs: _Signature) -> bool:
    if ours.parameters != theirs.parameters:
        return False
    for our_tensor, their_tensor in zip(ours.tensors, theirs.tensors, strict=True):
        if our_tensor is None or their_tensor is None:
            if our_tensor is not their_tensor:
                return False
        elif (
            our_tensor.shape != their_tensor.shape
            or not expect.distance(their_tensor, our_tensor) < expect.FUNCTION_TOLERANCE
        ):
            return False
    return True
