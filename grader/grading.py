"""
One run of a suite on one submission: everything that checks may touch, opened and closed together.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader import expect, misconceptions
from grader.errors import AssignmentError, GraderError, StudentRaised, WorkerLost
from grader.misconceptions import Catalogue, Misconception, Probe
from grader.model import Assignment, Limits, SourceFile, Submission
from grader.sandbox.base import Sandbox
from grader.student import MODULE_PACKAGES, Code, Parameter, Question, Student, code_of

if TYPE_CHECKING:
    import torch

_PROBE_SEED = 20_180_820
"""Weights under which models are compared with known mistakes; any number does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grading:
    """A submission, a seed, and the two sides that answer: the student's code and ours."""

    assignment: Assignment
    submission: Submission
    seed: int
    device: str
    student: Student
    reference: Student | None
    """The reference solution; None in a course copy without solutions."""
    catalogue: Catalogue
    diagnose: Callable[[tuple[Question, ...], tuple[str, ...]], Misconception | None]
    """From the questions and the modules of a failed check to the mistake that explains them."""


def open_grading(
    assignment: Assignment, submission: Submission, *, seed: int, device: str, sandbox: Sandbox, ours: Sandbox
) -> Grading:
    """
    Prepare a grading; nothing runs yet.

    Args:
        sandbox: Where student code runs.
        ours: Where the reference solution and known mistakes run; must never see a submission.

    Raises:
        AssignmentError: If the known mistakes cannot be loaded.
    """
    student = Student(sandbox, code_of(assignment, submission), assignment.limits, device)
    solution = assignment.solution
    reference = None if solution is None else _ours(ours, solution / assignment.file)
    catalogue = misconceptions.EMPTY if solution is None else misconceptions.load(solution / "misconceptions.py")
    return Grading(
        assignment=assignment,
        submission=submission,
        seed=seed,
        device=device,
        student=student,
        reference=reference,
        catalogue=catalogue,
        diagnose=_Diagnosis(student, reference, catalogue, ours),
    )


def _ours(sandbox: Sandbox, path: Path) -> Student:
    """Return a proxy for a file of ours, with limits that never bind."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise AssignmentError(f"{path}: the reference solution cannot be read: {error.strerror}") from None
    preload = MODULE_PACKAGES if b"import torch" in content else ()
    code = Code(files=(SourceFile(path=path.name, content=content),), main=path.name, preload=preload)
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

    def __init__(self, student: Student, reference: Student | None, catalogue: Catalogue, ours: Sandbox) -> None:
        self._student = student
        self._reference = reference
        self._catalogue = catalogue
        self._ours = ours
        self._probed: dict[str, tuple[Probe, ...]] = {}
        self._signature: dict[str, _Signature | None] = {}

    def __call__(self, questions: tuple[Question, ...], modules: tuple[str, ...]) -> Misconception | None:
        if questions:
            name = questions[-1].name
            known = self._catalogue.of(name)
            if not known:
                return None
            asked = tuple(question for question in questions if question.name == name)
            return misconceptions.explain(known, asked, self._probe(name))
        if modules and self._catalogue.of(modules[-1]):
            return self._module(modules[-1])
        return None

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
        path = self._catalogue.path
        assert path is not None
        return _known_signature(self._ours, path, name, shape)


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


@functools.cache
def _known_signature(ours: Sandbox, path: Path, name: str, shape: tuple[int, ...]) -> _Signature | None:
    """Return the signature of a known mistake; it depends on nothing of the submission, so it is kept."""
    side = _ours(ours, path)
    signature = _signature(side, name, shape)
    side._end()
    return signature


def _signature(side: Student, name: str, shape: tuple[int, ...]) -> _Signature | None:
    import torch

    images = torch.rand(shape, generator=torch.Generator().manual_seed(_PROBE_SEED))
    try:
        model = getattr(side, name).build(seed=0)
        table = model.parameters
    except (GraderError, WorkerLost):
        return None
    tensors: list[torch.Tensor | None] = []
    for training in (False, True):
        try:
            run = model.run(images, weights_seed=_PROBE_SEED, training=training, gradients=not training)
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
