"""
One check's conversation with a worker: begin, ask, end, and what is known of it afterwards.

A session starts a worker when the first question is asked, loads the code into it, counts the time, notes what was asked, and
turns what the worker says of exceptions into errors of ours.  The proxies of `student.py` and `remote_model.py` are thin over it.
"""

from __future__ import annotations

import contextlib
import difflib
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

from grader import protocol
from grader.errors import (
    AssignmentError,
    Crashed,
    ForbiddenOperation,
    MissingDefinition,
    OutOfMemory,
    RefusedDtype,
    StudentFault,
    StudentRaised,
    TimedOut,
    WorkerLost,
)
from grader.keys import TorchKey, WeightsKey
from grader.model import Extent, TrainingProgress
from grader.protocol import Limits
from grader.proxy.code import Code
from grader.proxy.evidence import Asked, Question, Returned
from grader.proxy.packing import refused_dtype
from grader.sandbox import Answering, OnProgress, Workers, ignore_progress
from grader.submission import frames_of, text_as_written, trace_as_written

_SHORT_OF_MEMORY = ("can't allocate memory", "not enough memory", "out of memory")
_MAX_RECORDED_BYTES = 64 * 1024**2
"""How much of the answers of one check is recorded: a hundred calls may each be answered by as much as fits into a reply."""
OnTraining = Callable[[TrainingProgress], None]
"""Told how far a training has come."""
_Reply = TypeVar("_Reply", bound=protocol.Reply)


def ignore_training(progress: TrainingProgress) -> None:
    """Do nothing."""


class Session:
    """Code in a worker, one check after another; each check gets a worker of its own."""

    def __init__(
        self,
        sandbox: Workers,
        code: Code,
        limits: Limits,
        device: str = "cpu",
        on_training: OnTraining = ignore_training,
    ) -> None:
        """
        Describe a session; nothing starts yet.

        Args:
            limits: Of one check, unless `begin` sets others, and of all checks together.
            device: "cpu" or "cuda", for modules.
            on_training: Told how far a training has come.
        """
        self.code = code
        self.device = device
        self.last_call = ""
        """The last question, as the line of Python that asks it: the counterexample of a check that fails with it."""
        self.last_name = ""
        """The name that was asked for last in this check."""
        self.exceeded: WorkerLost | None = None
        """Which limit was exceeded in this check, by anything that a worker had started; known after its end."""
        self.peak_bytes = 0
        """The most memory that a process had resident in this check; known after its end."""
        self.busy_seconds = 0.0
        """How long workers have been asked, in all checks together."""
        self._sandbox = sandbox
        self._limits = self._usual_limits = limits
        self.on_training = on_training
        self._worker: Answering | None = None
        self._definitions: dict[str, str] = {}
        self._unloadable: StudentRaised | None = None
        self._handles = 0
        self._questions: list[Question] = []
        self._recorded_bytes = 0
        self._modules: list[str] = []
        self._images: tuple[int, ...] | None = None
        self._shapes: dict[tuple[str, tuple[int, ...], str], tuple[int, ...]] = {}
        self._printed = ""

    # --- from check to check ------------------------------------------------------------------------------------------

    def begin(self, seconds: float | None = None) -> None:
        """Forget the last check, and end its worker; *seconds* replaces both time limits for the next one."""
        self.end()
        self.exceeded = None
        self.peak_bytes = 0
        self._unloadable = None
        self._limits = self._usual_limits
        if seconds is not None:
            usual = self._usual_limits
            seconds = min(seconds * usual.seconds_factor, usual.longest_seconds)
            self._limits = replace(self._limits, request_seconds=seconds, check_seconds=seconds)
        self.forget()

    def forget(self) -> None:
        """
        Forget what was asked, but not the worker, whose next module takes the place of the first one.

        That is for code of ours, whose answers depend on nothing that was asked before: what a submission is asked could leave
        something behind for the next check.
        """
        self._questions.clear()
        self._recorded_bytes = 0
        self._shapes.clear()
        self._modules.clear()
        self._images = None
        self.last_call = ""
        self.last_name = ""
        self._handles = 0  # a reference that is asked the same again is then asked in the same words

    def renew(self) -> None:
        """End the worker; the next question of this check is answered by a fresh one."""
        self._printed = self.end()

    def end(self) -> str:
        """End the worker, if there is one, and return what was printed in this check."""
        before, self._printed = self._printed, ""
        worker, self._worker = self._worker, None
        if worker is None:
            return before
        ended = worker.end()
        self.exceeded = self.exceeded or ended.exceeded
        self.peak_bytes = max(self.peak_bytes, ended.peak_bytes)
        dropped = f"\n[… {ended.dropped_bytes:,} more bytes are not kept]" if ended.dropped_bytes else ""
        return before + ended.output + dropped

    # --- what was asked -----------------------------------------------------------------------------------------------

    @property
    def questions(self) -> tuple[Question, ...]:
        """Return the calls of functions in this check, with their answers."""
        return tuple(self._questions)

    @property
    def modules(self) -> tuple[str, ...]:
        """Return the names of the modules that this check is about."""
        return tuple(self._modules)

    @property
    def asked(self) -> Asked:
        """Return what this check has asked."""
        return Asked(questions=self.questions, modules=self.modules, images=self._images)

    def note_images(self, shape: tuple[int, ...]) -> None:
        """Note the shape of one image that a network is shown."""
        self._images = shape

    def note_module(self, name: str) -> None:
        """Note that a check is about a module, although it need not be built for it again."""
        self.last_name = name
        self._modules.append(name)

    def record(self, question: Question) -> None:
        """Note a call and its answer for the diagnosis, up to a bounded amount of memory."""
        self._recorded_bytes += _size_of(question.answer.value) if isinstance(question.answer, Returned) else 0
        if self._recorded_bytes <= _MAX_RECORDED_BYTES:
            self._questions.append(question)

    def first_shape(self, call: str, images: tuple[int, ...], mode: str, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape of the output that images of this shape got first in this check, from this call in this mode."""
        return self._shapes.setdefault((call, images, mode), shape)

    @contextlib.contextmanager
    def same_counterexample(self) -> Iterator[None]:
        """Ask more questions; unless they raise, the counterexample stays what it was."""
        before = self.last_call
        yield
        self.last_call = before

    # --- asking -------------------------------------------------------------------------------------------------------

    @property
    def has_own_limits(self) -> bool:
        """Return whether this check has a time limit of its own."""
        return self._limits is not self._usual_limits

    @property
    def request_seconds(self) -> float:
        """Return how long one request may take in this check."""
        return self._limits.request_seconds

    def new_handle(self) -> int:
        """Return the number by which a module that is to be built is named from now on."""
        self._handles += 1
        return self._handles

    def kind_of(self, name: str) -> str:
        """
        Return "function" or "module".

        Raises:
            MissingDefinition: If the code does not define *name* or it cannot be called.
            AssignmentError: If no exercise asks for it: then the check has the wrong name, and no submission is to blame.
        """
        if self.code.provides and name not in (*self.code.provides, *self.code.modules):
            raise AssignmentError(
                f"a check asks for `{name}`, which no exercise provides; they provide: {', '.join(self.code.provides)}"
            )
        self.last_name = name
        self._loaded()
        kind = self._definitions.get(name, "value")
        if kind == "value":
            others = {other for other, kind in self._definitions.items() if kind != "value"} - {*self.code.provides}
            if name in self.code.modules:
                others = {other for other in others if self._definitions[other] == "module"} or others
            near = _near(name, sorted(others))
            raise MissingDefinition(name, near, self.code.why_absent(name), is_value=name in self._definitions)
        return "module" if name in self.code.modules else kind

    def ask(self, request: protocol.Request, kind: type[_Reply], on_progress: OnProgress = ignore_progress) -> _Reply:
        """
        Ask the worker; the reply must be of *kind*.

        Raises:
            StudentRaised: If student code raised.
            ForbiddenOperation: If it used an operator that the policy forbids.
            WorkerLost: If the worker is gone, or the submission has had all of its time.
        """
        return self._ask(self._loaded(), request, kind, on_progress)

    def error_of(self, raised: protocol.Raised, *, while_loading: bool = False) -> StudentFault | WorkerLost:
        """Return what a worker says of an exception as an error of ours, with the lines of the file that was handed in."""
        if raised.forbidden_operator is not None:
            return ForbiddenOperation(raised.forbidden_operator)
        if raised.type_names[0] == RefusedDtype.__name__:
            return refused_dtype(raised.text)
        if "OutOfMemoryError" in raised.type_names:  # PyTorch's, which it has for GPUs alone
            return OutOfMemory(None)
        if "MemoryError" in raised.type_names or any(words in raised.text for words in _SHORT_OF_MEMORY):
            return OutOfMemory(self._limits.memory_bytes)
        text = raised.text
        if while_loading and "ModuleNotFoundError" in raised.type_names and self.code.offers:
            text += f" (this assignment offers {', '.join(self.code.offers)} and the standard library)"
        unknown = re.match(r"name '(\w{1,200})' is not defined", text) if "NameError" in raised.type_names else None
        if unknown and (why := self.code.why_absent(unknown[1])):
            text += f" ({why})"
        forbidden = self._forbidden_in(raised.trace)
        if forbidden is not None:
            package = forbidden.partition(".")[0]
            text += (
                f" (a finished network of {package} is not an answer: `{forbidden}` may not be used, write it yourself)"
            )
        as_written = self.code.main, self.code.given_as, self.code.source_map
        trace = trace_as_written(raised.trace, *as_written)
        return StudentRaised(
            raised.type_names,
            text_as_written(text, *as_written),
            trace,
            while_loading=while_loading,
            frames=frames_of(raised.trace, raised.text, self.code.main),
        )

    def _forbidden_in(self, trace: tuple[str, ...]) -> str | None:
        """Return the forbidden module that a line which raised reached into without an import of it; that is refused before."""
        for module in self.code.forbidden_imports if trace else ():
            package, dot, rest = module.partition(".")
            names = {package, *re.findall(rf"\bimport +{re.escape(package)} +as +(\w+)", self.code.source)}
            if dot and any(re.search(rf"\b{name}\.{re.escape(rest)}\.", line) for name in names for line in trace):
                return module
        return None

    def progress_of(self, passes: int) -> OnProgress:
        """Return what turns a worker's progress into what people are shown: bounded, with the time that is left."""
        started = time.monotonic()

        def show(progress: protocol.Progress) -> None:
            share = min(max(progress.share, 0.0), 1.0) if progress.share == progress.share else 0.0
            elapsed = time.monotonic() - started
            self.on_training(
                TrainingProgress(
                    epoch=min(max(progress.passes, 1), passes),
                    epochs=passes,
                    loss=progress.loss,
                    seconds_left=elapsed * (1 - share) / share if share else None,
                )
            )

        return show

    def _loaded(self) -> Answering:
        if self._unloadable is not None:
            raise self._unloadable
        if self._worker is None:
            limits = self._limits
            if self.code.extent is Extent.WHOLE:  # it may train while it loads
                limits = replace(limits, request_seconds=limits.check_seconds)
            self._worker = worker = self._sandbox.worker(limits, self.code.preload)
            files = tuple(protocol.File(file.path, file.content) for file in self.code.files)
            request = protocol.Load(files, self.code.main, self.code.forbidden_operators)
            try:
                loaded = self._ask(worker, request, protocol.Loaded)
            except StudentRaised as error:
                self._unloadable = error  # Hypothesis asks again, and must meet the same answer
                raise
            self._definitions = {definition.name: definition.kind for definition in loaded.definitions}
        return self._worker

    def _ask(
        self,
        worker: Answering,
        request: protocol.Request,
        kind: type[_Reply],
        on_progress: OnProgress = ignore_progress,
    ) -> _Reply:
        if self.busy_seconds > self._usual_limits.submission_seconds:
            raise TimedOut(self._usual_limits.submission_seconds, "submission")
        started = time.monotonic()
        try:
            reply = worker.ask(request, on_progress)
        finally:
            self.busy_seconds += time.monotonic() - started
        if isinstance(reply, protocol.Raised):
            raise self.error_of(reply, while_loading=isinstance(request, protocol.Load))
        if not isinstance(reply, kind):
            raise Crashed("your code disturbed the process that ran it: it answered another question")
        return reply


def number_of(key: TorchKey | WeightsKey, kind: type[TorchKey | WeightsKey], where: str) -> int:
    """
    Return the number that a worker is told for a key.

    Raises:
        AssignmentError: If it is no key of this kind: from a number that a check makes up, others may follow.
    """
    if type(key) is not kind:
        raise AssignmentError(
            f"{where}: random numbers follow from a {kind.__name__}, got {key!r}; a check finds its own in the fixture `keys`"
        )
    return key.number


def _size_of(value: object) -> int:
    """Return about how much memory a received value takes; it is bounded in depth, as all that is received."""
    if isinstance(value, (tuple, list)):
        return 64 + sum(map(_size_of, value))
    if isinstance(value, dict):
        return 64 + sum(map(_size_of, value.values()))
    return int(getattr(value, "nbytes", 0)) or sys.getsizeof(value)


def _near(name: str, others: list[str]) -> str | None:
    """Return the name among *others* that is most likely meant by *name*."""
    plain = _plain(name)
    for other in others:
        if _plain(other) == plain:
            return other
    close = difflib.get_close_matches(name, others, n=1, cutoff=0.75)
    stem = plain.rstrip("0123456789")  # "VGG16" is "vgg": VGGNet, or Vgg16Model
    extended = [other for other in others if len(stem) > 2 and _plain(other).startswith(stem)]
    return next(iter(close or sorted(extended, key=lambda other: (plain not in _plain(other), len(other)))), None)


def _plain(name: str) -> str:
    return name.replace("_", "").lower()
