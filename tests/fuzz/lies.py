"""
A worker that runs nothing and lies: the protocol allows each of its replies, and most are near to what an honest worker says.

What it says follows from a seed.  It is graded as a submission: whatever it says, every check must come to a verdict.

    python tests/fuzz/lies.py ASSIGNMENT FIRST LAST     the liars of these seeds; ends with 1 if one leaves a check ungraded
"""

from __future__ import annotations

import collections
import functools
import random
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import torch

from grader import protocol
from grader import submission as submissions
from grader.checks.architectures import networks
from grader.checks.architectures.table import Network
from grader.course import assignment as assignments
from grader.datasets import Task, task_of
from grader.errors import Crashed, TimedOut, WorkerLost
from grader.grading.grade import grade_submission
from grader.grading.reference_cache import CachedAnswers
from grader.grading.request import GradingRequest, Sides
from grader.model import Assignment, CheckResult, Outcome, Submission
from grader.protocol import Limits
from grader.sandbox import Answering, Local, OnProgress, WorkerEnd, Workers, ignore_progress

COURSE = Path(__file__).parents[2]

_NUMBERS = (0.0, -0.0, 1.0, 2.3, -1.5, 1e-320, 1e308, -1e308, float("inf"), float("-inf"), float("nan"), 0.5, 100.0)
_INTEGERS = (0, 1, -1, 2, 3, 5, 28, 55, 64, 2**31, 2**63 - 1, -(2**63))
_DTYPES = (
    *("float64", "float32", "float16", "bfloat16", "int64", "int32", "int8", "uint8", "bool"),
    *("uint16", "uint32", "uint64", "complex64", "float8_e4m3fn", "float8_e5m2"),
)
_NAMES = ("", "a", "conv.weight", "linear.bias", "no\nname", "train_loss", "val_loss", "val_accuracy", "é" * 150)
_OPERATORS = (
    *(
        "convolution",
        "relu",
        "max_pool2d_with_indices",
        "addmm",
        "mm",
        "dropout",
        "_softmax",
        "native_batch_norm",
        "view",
    ),
    *("_adaptive_avg_pool2d", "avg_pool3d", "clamp_min", "", "{}", "{0.__class__}"),
)


class Liar:
    """Workers that lie, for one grading."""

    name = "liar"
    threads = 1
    memory_held_by = "nobody"

    def __init__(self, seed: int, defined: dict[str, str], networks: tuple[Network, ...] = ()) -> None:
        """
        Prepare lies; the same seed tells the same.

        Args:
            defined: Name and kind of what the submission claims to define.
            networks: Which networks it may claim to have.
        """
        self.random = random.Random(seed)
        self.truth = self.random.choice((0.5, 0.8, 0.95, 0.99))
        """How often what is said is what an honest worker might say."""
        self.defined = defined
        self.networks = networks

    def worker(self, limits: Limits, preload: tuple[str, ...] = ()) -> Answering:
        """Return a fresh one."""
        return _LyingWorker(self)

    def warm(self, preload: tuple[str, ...]) -> None:
        """Do nothing."""

    def renew(self) -> None:
        """Do nothing."""


class _LyingWorker:
    def __init__(self, liar: Liar) -> None:
        self._random = liar.random
        self._liar = liar
        self._network = self._random.choice(liar.networks) if liar.networks else None

    def end(self) -> WorkerEnd:
        """End; sometimes something has exceeded a limit."""
        exceeded = Crashed("a limit") if self._random.random() < 0.001 else None
        return WorkerEnd(exit_code=0, output="", dropped_bytes=0, exceeded=exceeded)

    def ask(self, request: protocol.Request, on_progress: OnProgress = ignore_progress) -> protocol.Reply:
        """Lie; what is said has gone through the protocol's own decoder."""
        draw = self._random.random()
        if draw < 0.003:
            lost: WorkerLost = self._random.choice((TimedOut(1.0, "request"), Crashed("gone")))
            raise lost
        if draw < 0.01 and not isinstance(request, protocol.Load):
            return self._passed(self._raised())
        if draw < 0.013:
            return self._passed(self._random.choice((protocol.Built(), protocol.Trained((1.0,)), protocol.Loaded(()))))
        return self._passed(self._reply(request))

    def _passed(self, reply: protocol.Reply) -> protocol.Reply:
        return protocol.decode_reply(msgspec.msgpack.encode(reply))

    def _reply(self, request: protocol.Request) -> protocol.Reply:
        match request:
            case protocol.Load():
                kinds = self._liar.defined.items()
                return protocol.Loaded(tuple(protocol.Definition(name, kind) for name, kind in kinds))
            case protocol.Call():
                return protocol.Returned(self._value())
            case protocol.Build():
                return protocol.Built()
            case protocol.Describe():
                awaited = () if self._is_true() else ("conv.weight", self._random.choice(_NAMES))
                return protocol.Described(self._parameters(), self._parameters(), awaited)
            case protocol.Run():
                return self._ran(request)
            case protocol.Trace():
                raised = None if self._is_true() else self._raised()
                return protocol.Traced(self._stages(request), raised)
            case protocol.Train():
                return protocol.Trained(tuple(self._number() for _ in range(self._count(request.epochs))))
            case protocol.Predict():
                count = len(protocol.unpack_tensor(request.images.blob))
                return protocol.Predicted(self._blob((count, 10)))
            case protocol.Observe():
                return self._observed(request)

    # --- what is said ---------------------------------------------------------------------------------------------------

    def _is_true(self) -> bool:
        return self._random.random() < self._liar.truth

    def _count(self, right: int) -> int:
        return right if self._is_true() else self._random.choice((0, 1, max(right - 1, 0), right + 1, 3 * right))

    def _number(self) -> float:
        return self._random.uniform(0.0, 3.0) if self._is_true() else self._random.choice(_NUMBERS)

    def _shape(self, right: tuple[int, ...]) -> tuple[int, ...]:
        if self._is_true():
            return right
        return self._random.choice(
            ((), (0,), right[1:], right[::-1], (*right, 1), (1, *right), (*right[:-1], 0), (3, 2))
        )

    def _tensor(self, right: tuple[int, ...]) -> torch.Tensor:
        shape = self._shape(right)
        generator = torch.Generator().manual_seed(self._random.randrange(2**31))
        tensor = torch.randn(shape, generator=generator, dtype=torch.float64)
        if not self._is_true() and tensor.numel():
            tensor.view(-1)[self._random.randrange(tensor.numel())] = self._random.choice(_NUMBERS)
        if not self._is_true():
            tensor = torch.zeros_like(tensor)
        return tensor.to(getattr(torch, "float32" if self._is_true() else self._random.choice(_DTYPES)))

    def _blob(self, right: tuple[int, ...]) -> bytes:
        if not self._is_true() and not self._is_true():
            return self._random.choice((b"", b"no tensor", protocol.pack_tensors({"other": torch.ones(1)})))
        return protocol.pack_tensor(self._tensor(right))

    def _value(self, depth: int = 0) -> protocol.Value:
        draw = self._random.randrange(12 if depth < 4 else 8)
        match draw:
            case 0 | 1 | 2:
                return protocol.Plain(self._random.choice(_INTEGERS))
            case 3:
                return protocol.Plain(self._random.choice(_NUMBERS))
            case 4:
                return protocol.Plain(self._random.choice((None, True, False, "", "text")))
            case 5:
                return protocol.BigInteger(hex(-(10 ** self._random.choice((20, 400, 4000)))))
            case 6:
                return protocol.Opaque("Odd", "<odd>")
            case 7:
                return protocol.TensorValue(self._blob(self._random.choice(((), (1,), (3,), (2, 3)))))
            case 8:
                return protocol.Dictionary({self._random.choice(_NAMES): self._value(depth + 1) for _ in range(3)})
        items = tuple(self._value(depth + 1) for _ in range(self._random.choice((0, 1, 2, 3, 3))))
        return protocol.Sequence(self._random.random() < 0.7, items)

    def _raised(self) -> protocol.Raised:
        names = self._random.choice((("ValueError",), ("TypeError",), ("RefusedDtype",), ("MemoryError",), ("", "Odd")))
        texts = (
            *("", "mat1 and mat2 shapes cannot be multiplied (1x6400 and 9216x4096)", "name 'x' is not defined"),
            *("shape '[-1, 9216]' is invalid for input of size 0", "%s {} \n"),
            "expected input[1, 3, 227, 227] to have 10 channels, but got 3 channels instead",
        )
        forbidden = None if self._is_true() else "convolution"
        return protocol.Raised(names, self._random.choice(texts), ("x.py, line 1",), forbidden)

    # --- networks -------------------------------------------------------------------------------------------------------

    def _parameters(self) -> tuple[protocol.ParameterEntry, ...]:
        shapes: list[tuple[int, ...]] = [(16, 3, 3, 3), (16,), (10, 256), (10,)]
        if self._network is not None:
            steps = self._network.steps(self._network.sides[0])
            shapes = [size if size[1] > 1 else size[:1] for step in steps for size in step.parameters]
        if not self._is_true():
            shapes += self._random.choice(([()], [(0,)], [(-1, 5)], [(2**62,) * 64], [(1,)] * 5000))
        return tuple(
            protocol.ParameterEntry(f"p{number}", shape, "float32", self._is_true())
            for number, shape in enumerate(shapes)
        )

    def _stages(self, request: protocol.Trace) -> tuple[protocol.StageEntry, ...]:
        found = []
        names = {"conv": "convolution", "linear": "addmm", "maxpool": "max_pool2d_with_indices", "flatten": "view"}
        steps = () if self._network is None else self._network.steps(request.input_shape[-1])
        for step in steps:
            operator = names.get(step.layer.kind, step.layer.kind)
            probability = step.layer.size if operator == "dropout" else None
            if operator == "dropout" and not request.training:
                continue
            shape = self._shape((request.input_shape[0], *step.shape))
            found.append(protocol.StageEntry(operator, shape, probability))
        while not self._is_true() and len(found) < protocol.MAX_STAGES:
            shape = self._random.choice(((), (1, 10), (2, 10), (0,), (-3, 2**63 - 1), (1,) * 64, (1, 2**40)))
            probability = self._random.choice((None, *_NUMBERS))
            stage = protocol.StageEntry(self._random.choice(_OPERATORS), shape, probability)
            found.insert(self._random.randint(0, len(found)), stage)
        return tuple(found)

    def _ran(self, request: protocol.Run) -> protocol.Ran:
        images = protocol.unpack_tensor(request.images)
        output = self._blob((len(images), 10))
        if request.gradients == "none":
            return protocol.Ran(output, None, {})
        gradient = protocol.pack_tensor(self._tensor(tuple(images.shape)))
        names = [f"p{number}" for number in range(self._count(4))]
        return protocol.Ran(output, gradient if self._is_true() else None, {name: self._number() for name in names})

    # --- trainings ------------------------------------------------------------------------------------------------------

    def _observed(self, request: protocol.Observe) -> protocol.Observed:
        parts = (*request.args, *request.kwargs.values())
        state = next((part.state for part in parts if isinstance(part, protocol.LessonNetwork)), b"")
        loaders = [part for part in parts if isinstance(part, protocol.Batches)]
        after = self._weights(state)
        notes: list[protocol.Note] = []
        for _epoch in range(self._count(request.passes)):
            for number, loader in enumerate(loaders):
                notes += self._pass(self._random.choice((number, 7)) if not self._is_true() else number, loader, state)
        if not self._is_true():
            self._random.shuffle(notes)
        losses = tuple(self._number() for _ in range(self._count(request.passes)))
        value = self._history(request) if "epochs" in request.kwargs else self._means()
        stopped, left_off = not self._is_true(), not self._is_true()
        return protocol.Observed(value, tuple(notes[: protocol.MAX_NOTES]), after, stopped, losses, left_off)

    def _weights(self, state: bytes) -> bytes:
        if not state:
            return b"" if self._is_true() else self._blob((2,))
        tensors = protocol.unpack_tensors(state)
        for name, tensor in list(tensors.items()):
            if self._is_true():
                continue
            changed = self._tensor(tuple(tensor.shape))
            tensors[self._random.choice((name, name, "other"))] = changed if self._is_true() else tensor + 1
        return protocol.pack_tensors(tensors)

    def _pass(self, number: int, loader: protocol.Batches, state: bytes) -> list[protocol.Note]:
        count = len(protocol.unpack_tensor(loader.labels))
        images = protocol.unpack_tensor(loader.images.blob)
        say: list[Callable[[], protocol.Note]] = []
        for start in range(0, count, loader.batch_size) if count < 100 else ():
            some = images[start : start + loader.batch_size]
            shape = (len(some), 10)
            say += (
                lambda: protocol.BatchGiven(number),
                protocol.Cleared,
                lambda some=some: protocol.Forward(
                    number == 0,
                    number == 0,
                    self._count(1),
                    protocol.pack_tensor(some) if self._is_true() else self._blob(tuple(some.shape)),
                ),
                lambda shape=shape: protocol.Criticised(self._blob(shape), self._blob(shape[:1])),
                lambda: protocol.Backward(self._number()),
                lambda: protocol.Step(self._weights(state), self._weights(state)),
            )
        if not self._is_true():
            say.append(protocol.Restarted)
        notes: list[protocol.Note] = [protocol.PassBegun(number, self._weights(state))]
        notes += [one() for one in say if self._is_true()]
        return [*notes, protocol.PassEnded(number)]

    def _means(self) -> protocol.Value:
        pair = protocol.Sequence(True, (protocol.Plain(self._number()), protocol.Plain(self._random.random())))
        return self._random.choice((pair, protocol.Plain(self._number()))) if self._is_true() else self._value()

    def _history(self, request: protocol.Observe) -> protocol.Value:
        entries = []
        for _epoch in range(self._count(request.passes)):
            entry: dict[str, protocol.Value] = {}
            for key in ("train_loss", "val_loss", "val_accuracy"):
                entry[key] = protocol.Plain(self._number()) if self._is_true() else self._value()
            entries.append(protocol.Dictionary(entry) if self._is_true() else self._value())
        return protocol.Sequence(False, tuple(entries))


# --- grading one ----------------------------------------------------------------------------------------------------------


@functools.cache
def _assignment(slug: str) -> Assignment:
    return assignments.load(COURSE, slug)


@functools.cache
def _submission(slug: str) -> Submission:
    return submissions.read(COURSE / "solutions" / slug / _assignment(slug).file, _assignment(slug))


@functools.cache
def _small_task(slug: str) -> Task | None:
    """Return the task with few images, since nobody looks at them."""
    task = task_of(_assignment(slug))
    return task and replace(task, training=replace(task.training, train=40, validation=20, held_out=30))


def grade_liar(slug: str, seed: int, reference: Workers) -> tuple[CheckResult, ...]:
    """Grade the liar of a seed."""
    assignment = _assignment(slug)
    names = [name for exercise in assignment.exercises for name in exercise.provides]
    defined = {name: "module" if name in assignment.modules else "function" for name in names}
    liar = Liar(seed, defined, networks.load(assignment.folder / "networks.py", assignment.networks))
    request = GradingRequest(assignment=assignment, seed="1", task=_small_task(slug))
    return grade_submission(request, _submission(slug), Sides(submission=liar, reference=reference)).checks


def main(slug: str, first: int, last: int) -> int:
    """Grade the liars of many seeds; returns the exit code."""
    found = collections.Counter[str]()
    with Local(("torch", "torchvision", "numpy")) as sandbox, tempfile.TemporaryDirectory() as folder:
        for seed in range(first, last):
            for check in grade_liar(slug, seed, CachedAnswers(sandbox, Path(folder))):
                found[check.outcome.value] += 1
                if check.fault is not None:
                    print(f"seed {seed}, {check.name}: {check.fault.traceback}", flush=True)
    print(slug, dict(found))
    return int(Outcome.UNGRADED.value in found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
