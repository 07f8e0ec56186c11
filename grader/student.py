"""
The proxy that checks talk to: `student.conv2d_output_size(7, 3)`, `model = student.NaiveConvNet()`.

Every attribute is a question to a worker; what comes back is a plain value or a typed error, never an object of the
submission.  The same proxy serves the reference solution, in a process of its own.
"""

from __future__ import annotations

import contextlib
import difflib
import functools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from grader import protocol
from grader.errors import (
    CheckFailed,
    Crashed,
    ForbiddenOperation,
    GraderError,
    HarnessFault,
    MissingDefinition,
    OutOfMemory,
    ProtocolError,
    StudentFault,
    StudentRaised,
    WorkerLost,
)
from grader.model import Absent, Assignment, Extent, Limits, Place, SourceFile, Submission
from grader.places import text_as_written, trace_as_written
from grader.sandbox.base import Answering, Workers

if TYPE_CHECKING:
    import torch

_SHORT_OF_MEMORY = ("can't allocate memory", "not enough memory", "out of memory")
_PREDICT_BATCH = 250
MODULE_PACKAGES = ("torch", "torch._dynamo")
"""What requests about modules use: optimizers import torch._dynamo, which takes 1.6 s that no worker should spend."""
_Reply = TypeVar("_Reply", bound=protocol.Reply)
_Read = TypeVar("_Read")
_Packed = TypeVar("_Packed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Source files, and what a worker needs to know to run them."""

    files: tuple[SourceFile, ...]
    main: str
    """Path of the file that is imported."""
    preload: tuple[str, ...] = ()
    """Packages that the warm parent imports first, because the files import them."""
    forbidden_operators: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    """Names that give an nn.Module when they are called."""
    provides: tuple[str, ...] = ()
    """Names that the assignment asks for."""
    offers: tuple[str, ...] = ()
    """Packages that the assignment offers."""
    given_as: str = ""
    """The student's own name of the main file; empty for `main`."""
    places: tuple[Place, ...] = ()
    """Where the main file's lines stand in a notebook."""
    absent: tuple[Absent, ...] = ()
    """Names that are in the submission and cannot be reached."""
    extent: Extent = Extent.DEFINITIONS

    def why_absent(self, name: str) -> str | None:
        """Return where a name went that the main file does not define, or None."""
        return next((absent.why for absent in self.absent if absent.name == name), None)


def code_of(assignment: Assignment, submission: Submission) -> Code:
    """Return a submission as a worker takes it."""
    return Code(
        files=submission.files,
        main=assignment.file,
        preload=preload_of(assignment, submission),
        forbidden_operators=assignment.policy.forbidden_operators,
        modules=assignment.modules,
        offers=assignment.packages,
        provides=tuple(name for exercise in assignment.exercises for name in exercise.provides),
        given_as=submission.given_as,
        places=submission.places,
        absent=submission.absent,
        extent=submission.extent,
    )


def preload_of(assignment: Assignment, submission: Submission) -> tuple[str, ...]:
    """Return the permitted packages that the submission imports; importing them is ours, and happens once."""
    roots = {name.partition(".")[0] for name in submission.imports}
    packages = tuple(package for package in assignment.packages if package in roots)
    return (*packages, *MODULE_PACKAGES) if assignment.modules else packages


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """A question was answered with a value."""

    value: object


@dataclass(frozen=True, slots=True, kw_only=True)
class RaisedInstead:
    """A question was answered with an exception."""

    type_names: tuple[str, ...]


Answer = Returned | RaisedInstead


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One call of a function and its answer, kept so that known mistakes can be asked the same."""

    name: str
    args: tuple[object, ...]
    kwargs: Mapping[str, object]
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of a module, as the worker describes it."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    trainable: bool

    @property
    def count(self) -> int:
        """Return how many numbers it holds."""
        return functools.reduce(lambda product, side: product * side, self.shape, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One operator of a forward pass, by its ATen name, and the shape of its output."""

    operator: str
    shape: tuple[int, ...]
    probability: float | None = None
    """That of a dropout, the only operator which is not run: it passes on what it gets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardPass:
    """The operators of a forward pass, up to where it raised."""

    stages: tuple[Stage, ...]
    raised: StudentFault | WorkerLost | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a forward (and backward) pass gave; the tensors are float32 on the CPU."""

    output: torch.Tensor
    input_gradient: torch.Tensor | None
    gradient_norms: Mapping[str, float]
    """Euclidean norm of each parameter's gradient, by name; a parameter that got none is absent."""


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
        self._modules: list[str] = []
        self._last_call = ""

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
        self._modules.clear()
        self._last_call = ""
        self._unloadable = None
        self._limits = self._usual_limits
        if seconds is not None:
            self._limits = replace(self._limits, request_seconds=seconds, check_seconds=seconds)

    def _end(self) -> str:
        """End the worker, if there is one, and return what it printed."""
        worker, self._worker = self._worker, None
        if worker is None:
            return ""
        ended = worker.end()
        dropped = f"\n[… {ended.dropped_bytes:,} more bytes are not kept]" if ended.dropped_bytes else ""
        return ended.output + dropped

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
                self._build(name, (), {}, seed=0, initial_values=False)
        except (MissingDefinition, StudentRaised) as error:
            return not (isinstance(error, MissingDefinition) or "NotImplementedError" in error.type_names)
        except (GraderError, WorkerLost):
            return True
        return True

    def _ask(self, request: protocol.Request, kind: type[_Reply]) -> _Reply:
        """
        Ask the worker; the reply must be of *kind*.

        Raises:
            StudentRaised: If student code raised.
            ForbiddenOperation: If it used an operator that the policy forbids.
            WorkerLost: If the worker is gone.
        """
        worker = self._loaded() if not isinstance(request, protocol.Load) else self._worker
        assert worker is not None
        reply = worker.ask(request)
        if isinstance(reply, protocol.Raised):
            raise self._error_of(reply, while_loading=isinstance(request, protocol.Load))
        if not isinstance(reply, kind):
            raise Crashed("your code disturbed the process that ran it: it answered another question")
        return reply

    def _error_of(self, raised: protocol.Raised, *, while_loading: bool) -> StudentFault | WorkerLost:
        if raised.forbidden_operator is not None:
            return ForbiddenOperation(raised.forbidden_operator)
        out_of_memory = {"MemoryError", "OutOfMemoryError"} & set(raised.type_names)
        if out_of_memory or any(words in raised.text for words in _SHORT_OF_MEMORY):
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
        request = protocol.Call(name, _pack_all(args), {key: _pack(value) for key, value in kwargs.items()})
        try:
            value = _readable(protocol.unpack, self._ask(request, protocol.Returned).value)
        except StudentRaised as error:
            self._record(name, args, kwargs, RaisedInstead(type_names=error.type_names))
            raise
        self._record(name, args, kwargs, Returned(value=value))
        return value

    def _record(self, name: str, args: tuple[object, ...], kwargs: Mapping[str, object], answer: Answer) -> None:
        self._questions.append(Question(name=name, args=args, kwargs=dict(kwargs), answer=answer))

    def _build(
        self,
        name: str,
        args: tuple[object, ...],
        kwargs: Mapping[str, object],
        seed: int,
        *,
        initial_values: bool = True,
    ) -> Model:
        self._last_call = render_call(name, args, kwargs)
        self._modules.append(name)
        self._handles += 1
        packed = {key: _pack(value) for key, value in kwargs.items()}
        request = protocol.Build(self._handles, name, _pack_all(args), packed, seed, self._device, initial_values)
        self._ask(request, protocol.Built)
        return Model(self, self._handles, self._last_call)


@dataclass(frozen=True, slots=True)
class RemoteName:
    """A name of the submission; calling it calls the function or builds the module."""

    student: Student = field(repr=False)
    name: str

    def __call__(self, *args: object, **kwargs: object) -> object:
        """
        Call the function, or build the module under torch seed 0.

        Raises:
            MissingDefinition: If the submission does not define it.
            StudentRaised: If student code raises.
            ForbiddenOperation: If it uses what the policy forbids.
            WorkerLost: If it hangs, crashes or takes too much memory.
        """
        if self.student._kind_of(self.name) == "module":
            return self.student._build(self.name, args, kwargs, seed=0)
        return self.student._call(self.name, args, kwargs)

    def blank(self, *args: object, **kwargs: object) -> Model:
        """
        Build the module without its random initial values, which is much faster; raises as a call does.

        For runs under a weights_seed, and for what does not depend on weights.
        """
        self.student._kind_of(self.name)
        return self.student._build(self.name, args, kwargs, 0, initial_values=False)

    def build(self, *, seed: int, args: tuple[object, ...] = (), kwargs: Mapping[str, object] | None = None) -> Model:
        """Build the module under another torch seed; raises as a call does."""
        self.student._kind_of(self.name)
        return self.student._build(self.name, args, kwargs or {}, seed)


class Model:
    """A module that lives in the worker; images are (N, C, H, W) float32 CPU tensors."""

    def __init__(self, student: Student, handle: int, call: str) -> None:
        self._student = student
        self._handle = handle
        self._called = call

    def __repr__(self) -> str:
        return self._called

    @functools.cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """Return the parameter table, in registration order."""
        described = self._student._ask(protocol.Describe(self._handle), protocol.Described)
        return tuple(
            Parameter(name=entry.name, shape=entry.shape, dtype=entry.dtype, trainable=entry.trainable)
            for entry in described.parameters
        )

    def run(
        self,
        images: torch.Tensor,
        *,
        weights_seed: int | None = None,
        training: bool = False,
        dropout: bool = True,
        gradients: protocol.Gradients = "none",
        upstream: torch.Tensor | None = None,
    ) -> Run:
        """
        Run forward, and backward from `(output * upstream).sum()` if *gradients* are asked for.

        Args:
            images: (N, C, H, W) float32; not modified.
            weights_seed: Overwrite all weights by shape-hash fill under this seed first; None keeps what is there.
            training: Whether the module is in training mode.
            dropout: Whether dropout drops in training mode.
            gradients: "input" for that of the images, "all" also for the sizes of those of the parameters.
            upstream: As many numbers as the output, or else there are no gradients; ones if None.
        """
        mode = " in training mode" if training else ""
        self._student._last_call = f"{self._called}(images of shape {tuple(images.shape)}){mode}"
        packed = None if upstream is None else protocol.pack_tensor(upstream)
        request = protocol.Run(
            self._handle, protocol.pack_tensor(images), weights_seed, training, dropout, gradients, packed
        )
        ran = self._student._ask(request, protocol.Ran)
        gradient = _readable(protocol.unpack_tensor, ran.input_gradient) if ran.input_gradient else None
        return Run(output=_scores(ran.output), input_gradient=gradient, gradient_norms=ran.gradient_norms)

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape of the output for a random input of *input_shape*, in evaluation mode."""
        return tuple(self.run(_random(input_shape)).output.shape)

    def stages(self, input_shape: tuple[int, ...]) -> tuple[Stage, ...]:
        """
        Return the operators of a forward pass on noise, in evaluation mode, whatever the style of the module.

        Raises:
            StudentRaised: If the forward pass raises.
        """
        traced = self.trace(input_shape)
        if traced.raised is not None:
            raise traced.raised
        return traced.stages

    def trace(self, input_shape: tuple[int, ...], *, training: bool = False) -> ForwardPass:
        """Return the operators of a forward pass on noise up to where it raises; dropout passes on what it gets."""
        mode = " in training mode" if training else ""
        self._student._last_call = f"{self._called}(images of shape {input_shape}){mode}"
        traced = self._student._ask(protocol.Trace(self._handle, input_shape, training), protocol.Traced)
        return ForwardPass(
            stages=tuple(
                Stage(operator=stage.operator, shape=stage.shape, probability=stage.probability)
                for stage in traced.stages
            ),
            raised=None if traced.raised is None else self._student._error_of(traced.raised, while_loading=False),
        )

    def train_on(
        self,
        images: torch.Tensor,
        labels: torch.Tensor,
        *,
        epochs: int,
        batch_size: int,
        learning_rate: float,
        seed: int,
    ) -> tuple[float, ...]:
        """Train in place with Adam and cross entropy; returns the mean loss of each epoch as the worker saw it."""
        self._student._last_call = f"training {self._called} on {len(images):,} images for {epochs} epochs"
        packed = protocol.pack_tensor(images), protocol.pack_tensor(labels)
        request = protocol.Train(self._handle, *packed, epochs, batch_size, learning_rate, seed)
        return self._student._ask(request, protocol.Trained).losses

    def predict(self, images: torch.Tensor) -> torch.Tensor:
        """Return the outputs (N, K) for *images*, in evaluation mode, asked for in batches."""
        self._student._last_call = f"{self._called}(images of shape {tuple(images.shape)})"
        request = protocol.Predict(self._handle, protocol.pack_tensor(images), _PREDICT_BATCH)
        return _scores(self._student._ask(request, protocol.Predicted).outputs)


def render_call(name: str, args: tuple[object, ...], kwargs: Mapping[str, object]) -> str:
    """Write a call as a line of Python; tensors by shape."""
    words = [_render(value) for value in args] + [f"{key}={_render(value)}" for key, value in kwargs.items()]
    return f"{name}({', '.join(words)})"


def _render(value: object) -> str:
    shape = getattr(value, "shape", None)
    return f"<tensor {tuple(shape)}>" if shape is not None else repr(value)


def _pack(value: object) -> protocol.Value:
    packed = protocol.pack(value, _pack_tensor)
    if isinstance(packed, protocol.Opaque):
        raise HarnessFault(f"a check asked with a {packed.type_name} that cannot cross to a worker: {packed.text}")
    return packed


def _pack_all(values: tuple[object, ...]) -> tuple[protocol.Value, ...]:
    return tuple(_pack(value) for value in values)


def _pack_tensor(value: object) -> protocol.Value:
    import torch

    if not isinstance(value, torch.Tensor):
        raise HarnessFault(f"a check asked with a {type(value).__name__}, which cannot cross to a worker")
    return protocol.TensorValue(protocol.pack_tensor(value))


def _readable(read: Callable[[_Packed], _Read], packed: _Packed) -> _Read:
    """Read what a worker packed; where it is not what it claims to be, the worker has been tampered with."""
    try:
        return read(packed)
    except ProtocolError as error:
        raise Crashed(f"your code disturbed the process that ran it: {error}") from None


def _scores(packed: bytes) -> torch.Tensor:
    """
    Read the output of a module.

    Raises:
        CheckFailed: If it holds no real numbers.
    """
    output = _readable(protocol.unpack_tensor, packed)
    if not output.is_floating_point():
        dtype = str(output.dtype).removeprefix("torch.")
        raise CheckFailed(f"the output should be floating-point numbers, but it is {dtype}", received=dtype)
    return output


def _random(shape: tuple[int, ...]) -> torch.Tensor:
    import torch

    return torch.randn(shape, generator=torch.Generator().manual_seed(0))


def _near(name: str, others: list[str]) -> str | None:
    """Return the name among *others* that is most likely meant by *name*."""
    plain = name.replace("_", "").lower()
    for other in others:
        if other.replace("_", "").lower() == plain:
            return other
    return next(iter(difflib.get_close_matches(name, others, n=1, cutoff=0.75)), None)
