"""
The proxy that checks talk to: `student.conv2d_output_size(7, 3)`, `model = student.NaiveConvNet()`.

Every attribute is a question to a worker; what comes back is a plain value or a typed error, never an object of the
submission.  `reference.py` puts the same names before the reference solution.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from grader import protocol
from grader.errors import MissingDefinition, ProtocolError, StudentFault, StudentRaised, WorkerLost
from grader.keys import TorchKey, public_keys
from grader.proxy.evidence import Observation, Question, RaisedInstead, Returned
from grader.proxy.lines import asked_lines, render_lines
from grader.proxy.packing import pack, pack_all, readable, render_call, state_like
from grader.proxy.remote_model import Model
from grader.proxy.session import Session, number_of

if TYPE_CHECKING:
    import torch

_SHARE_FOR_TRAINING = 0.75
"""How much of a request's time a training may take before it is stopped, so that what it has learnt can still be asked for."""
USUAL_KEY = public_keys("usual").torch
"""Of what draws random numbers although no check cares which."""


class Student:
    """Whatever a submission defines, by attribute: a function or a module, asked in a worker."""

    def __init__(self, session: Session) -> None:
        self._session = session  # the underscore leaves every other name to submissions

    def __getattr__(self, name: str) -> RemoteName:
        if name.startswith("_"):  # Python and Hypothesis look for such names themselves; no check asks for one
            raise AttributeError(name)
        return RemoteName(self._session, name)

    def __repr__(self) -> str:
        return "student"  # Hypothesis prints arguments of a failing case


def session_of(student: Student) -> Session:
    """Return what a proxy asks through."""
    return student._session


@dataclass(frozen=True, slots=True)
class RemoteName:
    """A name of the submission; calling it calls the function or builds the module."""

    session: Session = field(repr=False)
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
        if self.session.kind_of(self.name) == "module":
            return self._build(USUAL_KEY, args, kwargs)
        return self._call(args, kwargs)

    def blank(self, *args: object, **kwargs: object) -> Model:
        """
        Build the module without its random initial values, which is much faster; raises as a call does.

        For runs under weights of a key, and for what does not depend on weights.
        """
        self.session.kind_of(self.name)
        return self._build(USUAL_KEY, args, kwargs, initial_values=False)

    def build(
        self, key: TorchKey, *, args: tuple[object, ...] = (), kwargs: Mapping[str, object] | None = None
    ) -> Model:
        """Build the module under a torch seed of its own; raises as a call does."""
        self.session.kind_of(self.name)
        return self._build(key, args, kwargs or {})

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
        kwargs = kwargs or {}
        session = self.session
        session.kind_of(self.name)
        session.last_call = render_call(self.name, args, kwargs)
        packed = {name: _part(value) for name, value in kwargs.items()}
        stop = session.request_seconds * _SHARE_FOR_TRAINING
        seed = number_of(key, TorchKey, f"{self.name}.observe")
        request = protocol.Observe(self.name, tuple(map(_part, args)), packed, session.device, seed, passes, stop)
        observed = session.ask(request, protocol.Observed, session.progress_of(passes))
        return Observation(
            function=self.name,
            value=readable(protocol.unpack, observed.value),
            notes=observed.notes,
            state=_state_of(observed.state, args, kwargs),
            stopped=observed.stopped,
            losses=observed.losses,
            gradients_left_off=observed.gradients_left_off,
        )

    def use(self, lines: str, /, **inputs: object) -> object:
        """
        Run lines of Python with the submission's names, and return what they leave in `answer`; raises as a call does.

            student.Value.use("a = Value(x); (a * a).backward(); answer = a.grad", x=3.0)

        For classes, and for functions that are given functions.  The lines may define functions of their own; `torch`, `np` and
        `math` are there without an import.  What the lines raise themselves counts as raised by the submission.

        Args:
            lines: Their indentation in common is left out.
            inputs: Plain values, tensors and arrays, by the names that they have in the lines.

        Raises:
            AssignmentError: If the lines are no Python, or leave no `answer`.
        """
        lines = asked_lines(lines)
        session = self.session
        session.kind_of(self.name)
        session.last_call = render_lines(lines, inputs)
        packed = {name: pack(value) for name, value in inputs.items()}
        return self._answered(protocol.Use(self.name, lines, packed), (), inputs, lines)

    def again(self, args: tuple[object, ...], kwargs: Mapping[str, object], lines: str) -> object:
        """Ask what a `Question` asked, of another submission or before; raises as a call does."""
        return self.use(lines, **kwargs) if lines else self(*args, **kwargs)

    def is_written(self) -> bool:
        """
        Return whether the submission defines it as more than the stub's `raise NotImplementedError`.

        Raises:
            SandboxFault: If nobody can tell, since the machine fails.
        """
        try:
            if self.session.kind_of(self.name) == "module":
                self.blank()
        except (MissingDefinition, StudentRaised) as error:
            return not (isinstance(error, MissingDefinition) or "NotImplementedError" in error.type_names)
        except (StudentFault, ProtocolError, WorkerLost):
            self.session.end()  # what is asked next is asked of a fresh one
            return True
        return True

    def _call(self, args: tuple[object, ...], kwargs: Mapping[str, object]) -> object:
        session = self.session
        session.last_call = render_call(self.name, args, kwargs)
        request = protocol.Call(self.name, pack_all(args), {key: pack(value) for key, value in kwargs.items()})
        return self._answered(request, args, kwargs)

    def _answered(
        self,
        request: protocol.Call | protocol.Use,
        args: tuple[object, ...],
        kwargs: Mapping[str, object],
        lines: str = "",
    ) -> object:
        """Ask, and record the question with its answer."""
        session = self.session
        record = partial(Question, name=self.name, args=args, kwargs=dict(kwargs), lines=lines)
        try:
            value = readable(protocol.unpack, session.ask(request, protocol.Returned).value)
        except StudentRaised as error:
            session.record(record(answer=RaisedInstead(type_names=error.type_names)))
            raise
        session.record(record(answer=Returned(value=value)))
        return value

    def _build(
        self, key: TorchKey, args: tuple[object, ...], kwargs: Mapping[str, object], *, initial_values: bool = True
    ) -> Model:
        session = self.session
        seed = number_of(key, TorchKey, f"{self.name}.build")
        session.last_call = call = render_call(self.name, args, kwargs)
        session.note_module(self.name)
        handle = session.new_handle()
        packed = {name: pack(value) for name, value in kwargs.items()}
        request = protocol.Build(handle, self.name, pack_all(args), packed, seed, session.device, initial_values)
        session.ask(request, protocol.Built)
        return Model(session, handle, call)


def _part(value: object) -> protocol.Part:
    if isinstance(value, Model):
        return protocol.BuiltModule(value.handle)
    if isinstance(value, protocol.Message):
        return value  # type: ignore[return-value]  # a check that passes another message finds out from the encoder
    return pack(value)  # type: ignore[return-value]


def _state_of(packed: bytes, args: tuple[object, ...], kwargs: Mapping[str, object]) -> dict[str, torch.Tensor]:
    """Read the weights that came back, which must be those of the network that was handed over."""
    handed_over = [part for part in (*args, *kwargs.values()) if isinstance(part, protocol.LessonNetwork)]
    if not handed_over:
        return {}
    return state_like(readable(protocol.unpack_tensors, packed), protocol.unpack_tensors(handed_over[0].state))
