"""
The proxy that checks talk to: `student.conv2d_output_size(7, 3)`, `model = student.NaiveConvNet()`.

Every attribute is a question to a worker; what comes back is a plain value or a typed error, never an object of the
submission.  The same proxy serves the reference solution, in a process of its own.
"""

from __future__ import annotations

import contextlib
import difflib
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from grader import protocol
from grader.errors import (
    Crashed,
    ForbiddenOperation,
    GraderError,
    MissingDefinition,
    OutOfMemory,
    StudentFault,
    StudentRaised,
    TimedOut,
    WorkerLost,
)
from grader.keys import TorchKey, public_keys
from grader.model import Extent, TrainingProgress
from grader.protocol import Limits
from grader.proxy.evidence import Answer, Observation, Question, RaisedInstead, Returned
from grader.proxy.packing import pack, pack_all, readable, render_call, state_like
from grader.proxy.remote_model import Model, number_of
from grader.proxy.student_code import Code
from grader.sandbox import Answering, OnProgress, Workers, ignore_progress
from grader.submission.source_map import text_as_written, trace_as_written

if TYPE_CHECKING:
    import torch

_SHORT_OF_MEMORY = ("can't allocate memory", "not enough memory", "out of memory")
_SHARE_FOR_TRAINING = 0.75
"""How much of a request's time a training may take before it is stopped, so that what it has learnt can still be asked for."""
_MAX_RECORDED_BYTES = 64 * 1024**2
"""How much of the answers of one check is kept: a hundred calls may each be answered by as much as fits into a reply."""
OnTraining = Callable[[TrainingProgress], None]
"""Told how far a training has come."""
USUAL_KEY = public_keys("usual").torch
"""Of what draws random numbers although no check cares which."""
_Reply = TypeVar("_Reply", bound=protocol.Reply)


def ignore_training(progress: TrainingProgress) -> None:
    """Do nothing."""


class Student:
    """Whatever a submission defines, by attribute: a function or a module, asked in a worker."""

    def __init__(self, sandbox: Workers, code: Code, limits: Limits, device: str = "cpu") -> None:
        self._sandbox = sandbox
        self._code = code
        self._limits = self._usual_limits = limits
        self._device = device
        self._worker: Answering | None = None
        self._definitions: dict[str, str] = {}
        self._unloadable: StudentRaised | None = None
        self._handles = 0
        self._questions: list[Question] = []
        self._recorded_bytes = 0
        self._modules: list[str] = []
        self._last_call = ""
        self._shapes: dict[tuple[str, tuple[int, ...], str], tuple[int, ...]] = {}
        self._printed = ""
        self._exceeded: WorkerLost | None = None
        self._busy_seconds = 0.0
        self._on_training: OnTraining = ignore_training

    def __getattr__(self, name: str) -> RemoteName:
        if name.startswith("_"):  # Python and Hypothesis look for such names themselves; no check asks for one
            raise AttributeError(name)
        return RemoteName(self, name)

    def __repr__(self) -> str:
        return "student"  # Hypothesis prints arguments of a failing case

    # What follows is for the harness; the leading underscore keeps every other name free for submissions.

    def _begin(self, seconds: float | None = None) -> None:
        """Forget the last check; *seconds* replaces both time limits for the next one."""
        self._end()
        self._questions.clear()
        self._recorded_bytes = 0
        self._shapes.clear()
        self._modules.clear()
        self._last_call = ""
        self._exceeded = None
        self._unloadable = None
        self._limits = self._usual_limits
        if seconds is not None:
            usual = self._usual_limits
            seconds = min(seconds * usual.seconds_factor, usual.longest_seconds)
            self._limits = replace(self._limits, request_seconds=seconds, check_seconds=seconds)

    def _renew(self) -> None:
        """End the worker; the next question of this check is answered by a fresh one."""
        self._printed = self._end()

    def _end(self) -> str:
        """End the worker, if there is one, and return what was printed in this check."""
        before, self._printed = self._printed, ""
        worker, self._worker = self._worker, None
        if worker is None:
            return before
        ended = worker.end()
        self._exceeded = self._exceeded or ended.exceeded
        dropped = f"\n[… {ended.dropped_bytes:,} more bytes are not kept]" if ended.dropped_bytes else ""
        return before + ended.output + dropped

    def _exceeded_limit(self) -> WorkerLost | None:
        """Return what says which limit was exceeded in this check, by whatever a worker had started; ask after its end."""
        return self._exceeded

    def _recorded(self) -> tuple[Question, ...]:
        return tuple(self._questions)

    def _built(self) -> tuple[str, ...]:
        """Return the names of the modules that were built in this check."""
        return tuple(self._modules)

    def _note_module(self, name: str) -> None:
        """Note that a check is about a module, although it need not be built for it again."""
        self._modules.append(name)

    def _counterexample(self) -> str:
        """Return the last question, as the line of Python that asks it."""
        return self._last_call

    @contextlib.contextmanager
    def _keeping_counterexample(self) -> Iterator[None]:
        """Ask more questions; unless they raise, the counterexample stays what it was."""
        before = self._last_call
        yield
        self._last_call = before

    def _loaded(self) -> Answering:
        if self._unloadable is not None:
            raise self._unloadable
        if self._worker is None:
            limits = self._limits
            if self._code.extent is Extent.WHOLE:  # it may train while it loads
                limits = replace(limits, request_seconds=limits.check_seconds)
            self._worker = self._sandbox.worker(limits, self._code.preload)
            files = tuple(protocol.File(file.path, file.content) for file in self._code.files)
            request = protocol.Load(files, self._code.main, self._code.forbidden_operators)
            try:
                loaded = self._ask(request, protocol.Loaded)
            except StudentRaised as error:
                self._unloadable = error  # Hypothesis asks again, and must meet the same answer
                raise
            self._definitions = {definition.name: definition.kind for definition in loaded.definitions}
        return self._worker

    def _kind_of(self, name: str) -> str:
        """
        Return "function" or "module".

        Raises:
            MissingDefinition: If the submission does not define *name* or it cannot be called.
        """
        self._loaded()
        kind = self._definitions.get(name, "value")
        if kind == "value":
            others = {other for other, kind in self._definitions.items() if kind != "value"} - {*self._code.provides}
            raise MissingDefinition(name, _near(name, sorted(others)), self._code.why_absent(name))
        return "module" if name in self._code.modules else kind

    def _is_written(self, name: str) -> bool:
        """Return whether the submission defines *name* as more than the stub's `raise NotImplementedError`."""
        try:
            if self._kind_of(name) == "module":
                self._build(name, (), {}, USUAL_KEY, initial_values=False)
        except (MissingDefinition, StudentRaised) as error:
            return not (isinstance(error, MissingDefinition) or "NotImplementedError" in error.type_names)
        except (GraderError, WorkerLost):
            self._end()  # what is asked next is asked of a fresh one
            return True
        return True

    def _ask(self, request: protocol.Request, kind: type[_Reply], on_progress: OnProgress = ignore_progress) -> _Reply:
        """
        Ask the worker; the reply must be of *kind*.

        Raises:
            StudentRaised: If student code raised.
            ForbiddenOperation: If it used an operator that the policy forbids.
            WorkerLost: If the worker is gone, or the submission has had all of its time.
        """
        worker = self._loaded() if not isinstance(request, protocol.Load) else self._worker
        assert worker is not None
        if self._busy_seconds > self._usual_limits.submission_seconds:
            raise TimedOut(self._usual_limits.submission_seconds, "submission")
        started = time.monotonic()
        try:
            reply = worker.ask(request, on_progress)
        finally:
            self._busy_seconds += time.monotonic() - started
        if isinstance(reply, protocol.Raised):
            raise self._error_of(reply, while_loading=isinstance(request, protocol.Load))
        if not isinstance(reply, kind):
            raise Crashed("your code disturbed the process that ran it: it answered another question")
        return reply

    def _error_of(self, raised: protocol.Raised, *, while_loading: bool) -> StudentFault | WorkerLost:
        if raised.forbidden_operator is not None:
            return ForbiddenOperation(raised.forbidden_operator)
        if "OutOfMemoryError" in raised.type_names:  # PyTorch's, which it has for GPUs alone
            return OutOfMemory(None)
        if "MemoryError" in raised.type_names or any(words in raised.text for words in _SHORT_OF_MEMORY):
            return OutOfMemory(self._limits.memory_bytes)
        text = raised.text
        if while_loading and "ModuleNotFoundError" in raised.type_names and self._code.offers:
            text += f" (this assignment offers {', '.join(self._code.offers)} and the standard library)"
        unknown = re.match(r"name '(\w{1,200})' is not defined", text) if "NameError" in raised.type_names else None
        if unknown and (why := self._code.why_absent(unknown[1])):
            text += f" ({why})"
        as_written = self._code.main, self._code.given_as, self._code.places
        trace = trace_as_written(raised.trace, *as_written)
        return StudentRaised(raised.type_names, text_as_written(text, *as_written), trace, while_loading=while_loading)

    def _call(self, name: str, args: tuple[object, ...], kwargs: Mapping[str, object]) -> object:
        self._last_call = render_call(name, args, kwargs)
        request = protocol.Call(name, pack_all(args), {key: pack(value) for key, value in kwargs.items()})
        try:
            value = readable(protocol.unpack, self._ask(request, protocol.Returned).value)
        except StudentRaised as error:
            self._record(name, args, kwargs, RaisedInstead(type_names=error.type_names))
            raise
        self._record(name, args, kwargs, Returned(value=value))
        return value

    def _record(self, name: str, args: tuple[object, ...], kwargs: Mapping[str, object], answer: Answer) -> None:
        """Keep what was asked and answered, for whoever looks for known mistakes; but not more than a bearable amount."""
        self._recorded_bytes += _size_of(answer.value) if isinstance(answer, Returned) else 0
        if self._recorded_bytes <= _MAX_RECORDED_BYTES:
            self._questions.append(Question(name=name, args=args, kwargs=dict(kwargs), answer=answer))

    def _observe(
        self, name: str, args: tuple[object, ...], kwargs: Mapping[str, object], key: TorchKey, passes: int
    ) -> Observation:
        self._last_call = render_call(name, args, kwargs)
        packed = {key: _part(value) for key, value in kwargs.items()}
        stop = self._limits.request_seconds * _SHARE_FOR_TRAINING
        seed = number_of(key, TorchKey, f"{name}.observe")
        request = protocol.Observe(name, tuple(map(_part, args)), packed, self._device, seed, passes, stop)
        observed = self._ask(request, protocol.Observed, self._progress_of(passes))
        return Observation(
            value=readable(protocol.unpack, observed.value),
            notes=observed.notes,
            state=_state_of(observed.state, args, kwargs),
            stopped=observed.stopped,
            losses=observed.losses,
        )

    def _progress_of(self, passes: int) -> OnProgress:
        """Return what turns a worker's progress into what people are shown: bounded, with the time that is left."""
        started = time.monotonic()

        def show(progress: protocol.Progress) -> None:
            share = min(max(progress.share, 0.0), 1.0) if progress.share == progress.share else 0.0
            elapsed = time.monotonic() - started
            self._on_training(
                TrainingProgress(
                    epoch=min(max(progress.passes, 1), passes),
                    epochs=passes,
                    loss=progress.loss,
                    seconds_left=elapsed * (1 - share) / share if share else None,
                )
            )

        return show

    def _build(
        self,
        name: str,
        args: tuple[object, ...],
        kwargs: Mapping[str, object],
        key: TorchKey,
        *,
        initial_values: bool = True,
    ) -> Model:
        seed = number_of(key, TorchKey, f"{name}.build")
        self._last_call = render_call(name, args, kwargs)
        self._modules.append(name)
        self._handles += 1
        packed = {key: pack(value) for key, value in kwargs.items()}
        request = protocol.Build(self._handles, name, pack_all(args), packed, seed, self._device, initial_values)
        self._ask(request, protocol.Built)
        return Model(self, self._handles, self._last_call)


@dataclass(frozen=True, slots=True)
class RemoteName:
    """A name of the submission; calling it calls the function or builds the module."""

    student: Student = field(repr=False)
    name: str

    def __call__(self, *args: object, **kwargs: object) -> object:
        """
        Call the function, or build the module under a torch seed that is always the same.

        Raises:
            MissingDefinition: If the submission does not define it.
            StudentRaised: If student code raises.
            ForbiddenOperation: If it uses what the policy forbids.
            WorkerLost: If it hangs, crashes or takes too much memory.
        """
        if self.student._kind_of(self.name) == "module":
            return self.student._build(self.name, args, kwargs, USUAL_KEY)
        return self.student._call(self.name, args, kwargs)

    def blank(self, *args: object, **kwargs: object) -> Model:
        """
        Build the module without its random initial values, which is much faster; raises as a call does.

        For runs under weights of a key, and for what does not depend on weights.
        """
        self.student._kind_of(self.name)
        return self.student._build(self.name, args, kwargs, USUAL_KEY, initial_values=False)

    def observe(
        self, *args: object, kwargs: Mapping[str, object] | None = None, key: TorchKey = USUAL_KEY, passes: int = 1
    ) -> Observation:
        """
        Call the function with parts of ours and return what it did with them; raises as a call does.

        Args:
            args: Plain values, modules that were built, and parts of the protocol (networks, loaders, ...).
            key: Of every random number that a training commonly draws.
            passes: How often the first loader is to be gone through, for the progress that is shown.
        """
        self.student._kind_of(self.name)
        return self.student._observe(self.name, args, kwargs or {}, key, passes)

    def build(
        self, key: TorchKey, *, args: tuple[object, ...] = (), kwargs: Mapping[str, object] | None = None
    ) -> Model:
        """Build the module under a torch seed of its own; raises as a call does."""
        self.student._kind_of(self.name)
        return self.student._build(self.name, args, kwargs or {}, key)


def _size_of(value: object) -> int:
    """Return about how much memory a received value takes; it is bounded in depth, as all that is received."""
    if isinstance(value, (tuple, list)):
        return 64 + sum(map(_size_of, value))
    if isinstance(value, dict):
        return 64 + sum(map(_size_of, value.values()))
    return int(getattr(value, "nbytes", 0)) or sys.getsizeof(value)


def _part(value: object) -> protocol.Part:
    if isinstance(value, Model):
        return protocol.BuiltModule(value._handle)
    if isinstance(value, protocol.Message):
        return value  # type: ignore[return-value]  # a check that passes another message finds out from the encoder
    return pack(value)  # type: ignore[return-value]


def _state_of(packed: bytes, args: tuple[object, ...], kwargs: Mapping[str, object]) -> dict[str, torch.Tensor]:
    """Read the weights that came back, which must be those of the network that was handed over."""
    ours = [part for part in (*args, *kwargs.values()) if isinstance(part, protocol.OurNetwork)]
    if not ours:
        return {}
    return state_like(readable(protocol.unpack_tensors, packed), protocol.unpack_tensors(ours[0].state))


def _near(name: str, others: list[str]) -> str | None:
    """Return the name among *others* that is most likely meant by *name*."""
    plain = name.replace("_", "").lower()
    for other in others:
        if other.replace("_", "").lower() == plain:
            return other
    return next(iter(difflib.get_close_matches(name, others, n=1, cutoff=0.75)), None)
