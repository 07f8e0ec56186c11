"""A real worker in a real sandbox, asked message by message: what it answers, and what it cannot make us believe."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy
import pytest
import torch
from torch import nn

from grader import protocol
from grader.errors import Crashed, OutOfMemory, ProtocolError, SandboxFault, TimedOut
from grader.protocol import Limits
from grader.sandbox import Sandbox, Worker, cgroup
from grader.sandbox.selection import BACKENDS

Open = Callable[..., Worker]


@pytest.fixture
def worker_of(sandbox: Sandbox) -> Iterator[Open]:
    """Fork a worker and let it import *source*; limits by keyword."""
    opened: list[Worker] = []

    def fork(source: str, *, forbidden: tuple[str, ...] = (), **limits: float) -> Worker:
        worker = sandbox.worker(Limits(**limits), ("torch", "numpy"))  # type: ignore[arg-type]
        opened.append(worker)
        loaded = worker.ask(load(source, forbidden))
        assert isinstance(loaded, protocol.Loaded), loaded
        return worker

    yield fork
    for worker in opened:
        worker.end()


def load(source: str, forbidden: tuple[str, ...] = ()) -> protocol.Load:
    """Return the request that imports *source* as `mine.py`."""
    return protocol.Load((protocol.File("mine.py", textwrap.dedent(source).encode()),), "mine.py", forbidden)


def call(name: str, *args: object) -> protocol.Call:
    """Return the request that calls a function."""
    return protocol.Call(name, tuple(protocol.pack(value, protocol.opaque) for value in args), {})


def returned(reply: protocol.Reply) -> object:
    """Return the value in a reply, which must hold one."""
    assert isinstance(reply, protocol.Returned), reply
    return protocol.unpack(reply.value)


# --- loading and calling ---


def test_loading_lists_what_is_defined(sandbox: Sandbox) -> None:
    """The names of a submission come back with what they are; private ones stay private."""
    source = "import math\nfrom torch import nn\ndef f(): ...\nclass Net(nn.Module): ...\nx = 5\n_hidden = f\n"
    worker = sandbox.worker(Limits(), ("torch",))
    reply = worker.ask(load(source))
    worker.end()

    assert isinstance(reply, protocol.Loaded)
    assert {definition.name: definition.kind for definition in reply.definitions} == {
        "math": "value",
        "nn": "value",
        "f": "function",
        "Net": "module",
        "x": "value",
    }


@pytest.mark.parametrize(
    ("source", "type_name", "text"),
    [
        pytest.param("def f(:\n", "SyntaxError", "invalid syntax (mine.py, line 1)", id="syntax-error"),
        pytest.param("import sklearn", "ModuleNotFoundError", "No module named 'sklearn'", id="package-not-permitted"),
        pytest.param("raise SystemExit(3)", "SystemExit", "3", id="exit"),
        pytest.param("1 / 0", "ZeroDivisionError", "division by zero", id="exception"),
        pytest.param("raise KeyboardInterrupt", "KeyboardInterrupt", "", id="interrupt"),
        pytest.param("raise SyntaxError", "SyntaxError", "None", id="syntax-error-without-a-text"),
        pytest.param("raise SyntaxError('no')", "SyntaxError", "no", id="syntax-error-of-no-file"),
        pytest.param(
            "raise SyntaxError('\\ud800', ('a.py', 1, 1, ''))",
            "SyntaxError",
            "\\ud800 (a.py, line 1)",
            id="half-a-letter",
        ),
    ],
)
def test_a_file_that_does_not_load_says_why(sandbox: Sandbox, source: str, type_name: str, text: str) -> None:
    """Whatever an import raises comes back as an exception with its text; the worker lives on."""
    worker = sandbox.worker(Limits())
    reply = worker.ask(load(source))

    assert isinstance(reply, protocol.Raised)
    assert (reply.type_names[0], reply.text) == (type_name, text)
    assert isinstance(worker.ask(load("x = 1")), protocol.Loaded)
    worker.end()


def test_files_may_import_each_other(sandbox: Sandbox) -> None:
    """Other files of a submission, also in folders, are importable from the main one."""
    files = {"mine.py": b"from parts.one import two", "parts/one.py": b"def two(): return 2"}
    worker = sandbox.worker(Limits())
    worker.ask(protocol.Load(tuple(protocol.File(*file) for file in files.items()), "mine.py", ()))

    assert returned(worker.ask(call("two"))) == 2
    worker.end()


def test_dataclasses_and_recursive_imports_work(worker_of: Open) -> None:
    """A submission is a real module: what looks it up by name finds it."""
    worker = worker_of(
        """
        import dataclasses, typing
        @dataclasses.dataclass
        class Point:
            x: "int"
        def f():
            import mine
            return [mine.Point(3).x, __name__, typing.get_type_hints(Point)["x"] is int]
        """
    )
    assert returned(worker.ask(call("f"))) == [3, "mine", True]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        pytest.param("numpy.int64(5)", 5, id="numpy-integer"),
        pytest.param("numpy.float64(0.5)", 0.5, id="numpy-double"),
        pytest.param("numpy.float32(0.5)", 0.5, id="numpy-single"),
        pytest.param("numpy.bool_(True)", True, id="numpy-truth"),
        pytest.param("torch.tensor(5)", 5, id="integer-tensor-of-no-dimension"),
        pytest.param("torch.Size((2, 3))", (2, 3), id="torch-size"),
        pytest.param("[numpy.int64(1), (2.0, None)]", [1, (2.0, None)], id="inside-a-list"),
        pytest.param("{'loss': numpy.float64(0.5)}", {"loss": 0.5}, id="inside-a-dictionary"),
        pytest.param("{1, 2}", protocol.Opaque("set", "{1, 2}"), id="set"),
        pytest.param("torch.nn.Linear(1, 1).forward", None, id="method"),
    ],
)
def test_numbers_of_other_libraries_become_plain(worker_of: Open, expression: str, expected: object) -> None:
    """A number is the same answer whichever library made it; other objects arrive by name only."""
    received = returned(worker_of(f"import numpy, torch\ndef f(): return {expression}").ask(call("f")))

    if expected is None:
        assert isinstance(received, protocol.Opaque)
        assert received.type_name == "method"
    else:
        assert (type(received), received) == (type(expected), expected)


@pytest.mark.parametrize(
    "expression",
    [
        pytest.param("torch.arange(6.).reshape(2, 3)", id="plain"),
        pytest.param("torch.arange(6.).reshape(2, 3).requires_grad_()", id="with-gradient"),
        pytest.param("torch.nn.Parameter(torch.arange(6.).reshape(2, 3))", id="parameter"),
        pytest.param("Mine(torch.arange(6.).reshape(2, 3))", id="subclass-that-lies"),
    ],
)
def test_tensors_become_plain(worker_of: Open, expression: str) -> None:
    """Tensors, parameters and subclasses arrive as ordinary tensors with the values they hold."""
    worker = worker_of(
        f"""
        import numpy, torch
        class Mine(torch.Tensor):
            @classmethod
            def __torch_function__(cls, func, types, args=(), kwargs=None): return torch.zeros(1)
        def f(): return {expression}
        """
    )
    received = returned(worker.ask(call("f")))

    assert type(received) is torch.Tensor
    assert not received.requires_grad
    assert received.tolist() == [[0, 1, 2], [3, 4, 5]]


@pytest.mark.parametrize("dtype", ["float32", "int64", "bool", ">f8"])
def test_an_array_stays_an_array(worker_of: Open, dtype: str) -> None:
    """An array of numpy arrives as one, so that it can be called by its name."""
    worker = worker_of(
        f"import numpy\ndef f(): return (numpy.arange(6, dtype='int8').reshape(3, 2).T.astype('{dtype}'),)"
    )
    (received,) = returned(worker.ask(call("f")))  # type: ignore[misc]

    assert type(received) is numpy.ndarray
    assert received.tolist() == numpy.arange(6).reshape(3, 2).T.astype(dtype).tolist()


def test_an_array_of_objects_is_named(worker_of: Open) -> None:
    """What no message can hold says what it is."""
    received = returned(worker_of("import numpy\ndef f(): return numpy.array(['a', None])").ask(call("f")))

    assert received == protocol.Opaque("ndarray", "array(['a', None], dtype=object)")


def test_an_array_that_numpy_does_not_know_is_refused() -> None:
    """There is no array of bfloat16: who claims to have one has forged it."""
    with pytest.raises(ProtocolError, match="an array from the worker cannot be read: Got unsupported ScalarType"):
        protocol.unpack(protocol.ArrayValue(protocol.pack_tensor(torch.ones(2, dtype=torch.bfloat16))))


def test_an_exception_is_described(worker_of: Open) -> None:
    """Types, text and the student's own lines of an exception come back; lines of libraries do not."""
    worker = worker_of(
        """
        import json
        class Odd(ValueError): ...
        def outer(): return inner()
        def inner(): raise Odd("too odd")
        def library(): return json.loads("{")
        """
    )
    reply = worker.ask(call("outer"))
    assert reply == protocol.Raised(
        ("Odd", "ValueError", "Exception", "BaseException"),
        "too odd",
        (
            "mine.py, line 4, in outer: def outer(): return inner()",
            'mine.py, line 5, in inner: def inner(): raise Odd("too odd")',
        ),
    )
    reply = worker.ask(call("library"))
    assert isinstance(reply, protocol.Raised)
    assert [line.partition(":")[0] for line in reply.trace] == ["mine.py, line 6, in library"]


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("raise Unprintable", id="str-that-raises"),
        pytest.param("raise ValueError('x' * 10**6)", id="long-text"),
        pytest.param("raise SystemExit", id="exit"),
        pytest.param("f()", id="endless-recursion"),
        pytest.param("raise ExceptionGroup('many', [ValueError(i) for i in range(100)])", id="group"),
    ],
)
def test_any_exception_is_an_answer(worker_of: Open, statement: str) -> None:
    """However odd an exception is, the worker describes it in few words and goes on."""
    worker = worker_of(
        f"""
        class Unprintable(Exception):
            def __str__(self): raise RuntimeError
        def f(): {statement}
        def g(): return 1
        """
    )
    reply = worker.ask(call("f"))

    assert isinstance(reply, protocol.Raised)
    assert len(reply.text) <= protocol.MAX_TEXT
    assert len(reply.trace) <= 5
    assert returned(worker.ask(call("g"))) == 1


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("return '\\ud800'", id="returned"),
        pytest.param("raise ValueError('\\ud800')", id="raised"),
        pytest.param("return open('\\udc80')", id="in-a-file-name"),
    ],
)
def test_text_that_is_not_unicode_is_an_answer(worker_of: Open, body: str) -> None:
    """A lone surrogate, which no encoding can carry, ends neither the worker nor the check."""
    worker = worker_of(f"def f():\n    {body}\ndef g(): return 1")

    assert isinstance(worker.ask(call("f")), protocol.Returned | protocol.Raised)
    assert returned(worker.ask(call("g"))) == 1


def test_output_is_kept_in_order(worker_of: Open) -> None:
    """stdout, stderr and what is written past Python are kept together."""
    worker = worker_of(
        """
        import os, sys
        print("loaded", flush=True)
        def f():
            print("called")
            sys.stdout.flush()
            print("warned", file=sys.stderr)
            os.write(1, b"raw\\xff\\n")
        """
    )
    worker.ask(call("f"))

    assert worker.end().output == "loaded\ncalled\nwarned\nraw\ufffd\n"


def test_a_flood_of_output_is_capped(worker_of: Open) -> None:
    """Output beyond the limit is counted and dropped."""
    worker = worker_of("def f(): print('x' * 999_999)", output_bytes=100)
    worker.ask(call("f"))
    ended = worker.end()

    assert ended.output == "x" * 100
    assert ended.dropped_bytes == 1_000_000 - 100


def test_stdin_is_empty(worker_of: Open) -> None:
    """A submission that asks for input gets the end of the file, not a wait."""
    reply = worker_of("def f(): return input()").ask(call("f"))

    assert isinstance(reply, protocol.Raised)
    assert reply.type_names[0] == "EOFError"


# --- losing a worker ---


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param("os._exit(0)", "your code ended its process with exit code 0 instead of returning", id="exit"),
        pytest.param(
            "os.kill(os.getpid(), 11) or ctypes.string_at(0)",
            r"your code crashed its process: a memory error outside Python \(SIGSEGV\)",
            id="segfault",
        ),
        # process 1 of a namespace is deaf to SIGABRT; the C library then ends it in another way
        pytest.param("os.abort()", r"your code crashed its process: .* outside Python \(SIG(ABRT|SEGV)\)", id="abort"),
    ],
)
def test_a_crash_is_named(worker_of: Open, body: str, text: str) -> None:
    """A worker that dies says how, in words for a student."""
    worker = worker_of(f"import ctypes, os\ndef f(): {body}")

    with pytest.raises(Crashed, match=text):
        worker.ask(call("f"))


def test_a_request_that_never_ends_is_stopped(worker_of: Open) -> None:
    """A request is killed at its limit, with the limit in the text."""
    worker = worker_of("def f():\n    while True: pass", request_seconds=0.2)

    with pytest.raises(TimedOut, match=r"your code was stopped: one call took longer than 0\.2 s") as caught:
        worker.ask(call("f"))
    assert (caught.value.limit_seconds, caught.value.scope) == (0.2, "request")


def test_many_short_requests_share_the_limit_of_a_check(worker_of: Open) -> None:
    """The limit of a check covers all its requests together."""
    worker = worker_of("import time\ndef f(): time.sleep(0.1)", request_seconds=5, check_seconds=0.3)

    with pytest.raises(TimedOut, match=r"this check as a whole took longer than 0\.3 s"):  # noqa: PT012
        for _ in range(20):
            worker.ask(call("f"))


def test_memory_beyond_the_limit_is_refused(worker_of: Open) -> None:
    """A submission that takes too much memory gets a MemoryError, and the machine is safe."""
    reply = worker_of("def f(): return len(bytearray(2**30))", memory_bytes=2**28).ask(call("f"))

    assert isinstance(reply, protocol.Raised)
    assert reply.type_names[0] == "MemoryError"


SPREADS = """
import os, time

def f():
    for _ in range(5):
        if os.fork() == 0:
            taken = bytearray(100 * 1024**2)
            time.sleep(20)
    os.wait()
    return 1
"""


def forget_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make control groups unavailable, as to an ordinary user whose session is not delegated."""
    monkeypatch.setattr(cgroup, "make", lambda: None)


@pytest.mark.parametrize("kind", BACKENDS.values(), ids=BACKENDS)
@pytest.mark.parametrize("grouped", [True, False], ids=["by-the-strongest-there-is", "by-its-supervisor"])
def test_memory_is_held_for_all_processes_together(
    kind: type[Sandbox], grouped: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Children that each stay below the limit and together pass it are out of memory, whatever counts them."""
    if not grouped:
        forget_groups(monkeypatch)
    limits = Limits(memory_bytes=256 * 1024**2, request_seconds=15)
    with kind(()) as sandbox:
        worker = sandbox.worker(limits)
        worker.ask(load(SPREADS))

        with contextlib.suppress(OutOfMemory):
            worker.ask(call("f"))
        passed = worker.end().exceeded
        assert isinstance(passed, OutOfMemory)
        assert str(passed) == "your code needed more memory than the limit of 256 MiB"
        if not grouped:
            assert sandbox.memory_held_by == "its supervisor"
        following = sandbox.worker(limits)
        following.ask(load("def f(): return len(bytearray(100 * 1024**2))"))
        assert following.ask(call("f")) == protocol.Returned(protocol.Plain(100 * 1024**2))
        assert following.end().exceeded is None


def test_a_worker_that_is_killed_from_outside_is_a_fault_of_the_machine(worker_of: Open, sandbox: Sandbox) -> None:
    """Nothing inside can kill a worker, so who does so is the machine, and the submission is not to blame."""
    worker = worker_of("import time\ndef f(): time.sleep(60)")
    victim = youngest_below(sandbox)
    killer = threading.Timer(0.2, os.kill, (victim, signal.SIGKILL))
    killer.start()

    with pytest.raises(SandboxFault, match=r"a worker was killed from outside: is this machine short of memory\?"):
        worker.ask(call("f"))
    killer.join()


def test_processor_time_is_held(sandbox: Sandbox) -> None:
    """A process that ignores the signal at its limit of processor time is ended all the same, and told the limit."""
    worker = sandbox.worker(Limits(cpu_seconds=1, request_seconds=10))
    worker.ask(load("import signal\ndef f():\n    signal.signal(signal.SIGXCPU, signal.SIG_IGN)\n    while True: pass"))

    with pytest.raises(TimedOut, match="your code was stopped: it took longer than 1 s of processor time"):
        worker.ask(call("f"))


def youngest_below(sandbox: Sandbox) -> int:
    """Return the process of the worker that was forked last."""
    assert sandbox._process is not None
    pid = sandbox._process.pid
    while children := Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        pid = int(children[-1])
    return pid


@pytest.mark.parametrize("rest", ["return", "while True: pass"], ids=["and-returns", "and-goes-on-for-ever"])
def test_a_worker_that_hangs_up_has_crashed(worker_of: Open, rest: str) -> None:
    """Closing the channel is the submission's doing, also where its process stays alive."""
    worker = worker_of(f"import os\ndef f():\n    os.close(3)\n    {rest}")

    with pytest.raises(Crashed):
        worker.ask(call("f"))


# --- forged replies: student code holds the channel, and may write what it likes ---

FORGE = """
import os, struct, msgspec
def frame(body): return struct.pack(">I", len(body)) + body
def answer(number, value):
    value = {"type": "plain", "value": value}
    reply = {"type": "returned", "value": value}
    return frame(msgspec.msgpack.encode({"type": "answer", "number": number, "reply": reply}))
def send(data):
    while data: data = data[os.write(3, data):]
def right(): return 49
"""

FORGERIES = [
    pytest.param(
        "send(answer(2, 49) + answer(3, 49))", "it answered a question that was not asked", id="answers-early"
    ),
    pytest.param("send(answer(2, 49) * 2)", "it answered a question that was not asked", id="answers-twice"),
    pytest.param("send(answer(1, 49))", "it answered a question that was not asked", id="answers-the-last-question"),
    pytest.param("send(b'garbage, not a frame')", "longer than the limit", id="writes-garbage"),
    pytest.param("send(frame(b'garbage'))", "not a message of the kind Answer", id="frames-garbage"),
    pytest.param("send(b'\\xff\\xff\\xff\\xff')", "longer than the limit", id="announces-four-gigabytes"),
    pytest.param("send(frame(b'\\x91' * 10**5))", "not a message of the kind Answer", id="nests-deeply"),
    pytest.param("send(answer(2, 49)[:-1]); os._exit(0)", "a frame was cut off", id="cuts-a-frame-off"),
    pytest.param("send(frame(b''))", "not a message of the kind Answer", id="sends-an-empty-frame"),
]


@pytest.mark.parametrize(("forgery", "text"), FORGERIES)
def test_forged_replies_end_the_worker(worker_of: Open, forgery: str, text: str) -> None:
    """A submission that writes to our channel itself gets no second question answered: the check has crashed."""
    worker = worker_of(FORGE + f"def f():\n    {forgery}\n    return 1\n")

    with pytest.raises(Crashed, match=f"your code disturbed the process that ran it: .*{text}"):  # noqa: PT012
        worker.ask(call("f"))
        worker.ask(call("right"))


@pytest.mark.parametrize("number", [1, 3], ids=["the-last-one", "the-next-one"])
def test_a_reply_to_another_question_is_no_answer(worker_of: Open, number: int) -> None:
    """A reply must repeat the number of the question that was asked."""
    worker = worker_of(FORGE + f"def f(): send(answer({number}, 49))")

    with pytest.raises(Crashed, match="it answered a question that was not asked"):
        worker.ask(call("f"))


def test_a_worker_cannot_stall_with_an_endless_frame(worker_of: Open) -> None:
    """A reply that never ends is read no further than its limit in time."""
    worker = worker_of(
        FORGE + "def f():\n    os.write(3, struct.pack('>I', 10**6))\n    while True: pass\n", request_seconds=0.3
    )
    with pytest.raises(TimedOut):
        worker.ask(call("f"))


def test_a_reply_longer_than_the_limit_ends_the_worker(worker_of: Open) -> None:
    """A reply beyond the limit is refused by its announced length."""
    worker = worker_of("def f(): return ['x' * 4000] * 100", reply_bytes=10_000)

    with pytest.raises(Crashed, match="is longer than the limit of 10,000"):
        worker.ask(call("f"))


def test_the_lifeline_is_out_of_reach(worker_of: Open) -> None:
    """Of our descriptors a worker holds the channel alone: it cannot speak for its supervisor."""
    worker = worker_of(
        """
        import os
        def f():
            held = []
            for number in range(256):
                try: os.fstat(number)
                except OSError: continue
                held.append(number)
            return held
        """
    )
    assert returned(worker.ask(call("f"))) == [0, 1, 2, 3]


# --- modules ---

NETS = """
import torch
from torch import nn
class Listed(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(1, 4, 3)
        self.norm = nn.BatchNorm2d(4)
        self.second = nn.Linear(4 * 36, 3)
    def forward(self, x):
        return self.second(torch.relu(self.norm(self.first(x))).flatten(1))
class Reordered(nn.Module):
    def __init__(self):
        super().__init__()
        self.z = nn.Linear(4 * 36, 3)
        self.body = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten())
    def forward(self, x): return self.z(self.body(x))
class NoActivation(Reordered):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.Flatten())
class Lazy(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.LazyConv2d(4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.LazyLinear(3))
    def forward(self, x): return self.body(x)
class Frozen(Listed):
    def __init__(self):
        super().__init__()
        for parameter in self.first.parameters(): parameter.requires_grad = False
class Cut(Listed):
    def forward(self, x): return super().forward(x).detach()
class Nothing(Listed):
    def forward(self, x): super().forward(x)
"""
IMAGES = torch.randn(5, 1, 8, 8, generator=torch.Generator().manual_seed(3))


def build(worker: Worker, name: str, seed: int = 0, *, initial_values: bool = True) -> int:
    """Build a module and return its handle."""
    handle = build.count = getattr(build, "count", 0) + 1  # type: ignore[attr-defined]
    reply = worker.ask(protocol.Build(handle, name, (), {}, seed, "cpu", initial_values))
    assert reply == protocol.Built(), reply
    return handle


def run(
    worker: Worker,
    handle: int,
    *,
    seed: int | None = 7,
    training: bool = False,
    dropout: bool = True,
    gradients: protocol.Gradients = "none",
    upstream: torch.Tensor | None = None,
) -> protocol.Ran:
    """Run a module on IMAGES."""
    packed = None if upstream is None else protocol.pack_tensor(upstream)
    images = protocol.pack_tensor(IMAGES)
    reply = worker.ask(protocol.Run(handle, images, seed, training, dropout, gradients, packed))
    assert isinstance(reply, protocol.Ran), reply
    return reply


def output(ran: protocol.Ran) -> torch.Tensor:
    """Return the output of a run."""
    return protocol.unpack_tensor(ran.output)


@pytest.mark.parametrize("other", ["Reordered", "Lazy"])
def test_the_same_architecture_computes_the_same_function(worker_of: Open, other: str) -> None:
    """Under the same weights seed, names, order, nesting and lazy layers make no difference."""
    worker = worker_of(NETS)
    mine, other = run(worker, build(worker, "Listed")), run(worker, build(worker, other, seed=9))

    assert torch.allclose(output(mine), output(other), atol=1e-5)


@pytest.mark.parametrize("training", [False, True], ids=["evaluation", "training"])
def test_another_architecture_computes_another_function(worker_of: Open, training: bool) -> None:
    """A missing activation, and the mode of batch normalisation, show in the output."""
    worker = worker_of(NETS)
    right = output(run(worker, build(worker, "Listed"), training=training))
    wrong = output(run(worker, build(worker, "NoActivation"), training=training))
    other_mode = output(run(worker, build(worker, "Listed"), training=not training))

    assert (right - wrong).norm() > 0.1 * right.norm()
    assert (right - other_mode).norm() > 0.1 * right.norm()


def test_the_weights_seed_decides_the_weights(worker_of: Open) -> None:
    """Another weights seed gives another function; none keeps the module's own weights."""
    worker = worker_of(NETS)
    handle = build(worker, "Listed", seed=1)
    own = output(run(worker, handle, seed=None))
    filled = output(run(worker, handle, seed=7))

    assert torch.equal(own, output(run(worker, build(worker, "Listed", seed=1), seed=None)))
    assert not torch.equal(own, output(run(worker, build(worker, "Listed", seed=2), seed=None)))
    assert torch.equal(filled, output(run(worker, handle, seed=7)))
    assert not torch.equal(filled, output(run(worker, handle, seed=8)))


def test_large_layers_are_filled_too(worker_of: Open) -> None:
    """A layer with more weights than one block of noise keeps its activations near 1, and repeats no row."""
    worker = worker_of(
        """
        import torch
        from torch import nn
        class Wide(nn.Module):
            def __init__(self):
                super().__init__()
                self.layer = nn.Linear(64, 40_000)
            def forward(self, x): return self.layer(x.flatten(1))
        """
    )
    result = output(run(worker, build(worker, "Wide")))

    assert 0.5 < result.std() < 3
    assert len(result[0].unique()) > 39_000


BUFFERS = """
import torch
from torch import nn
class Plain(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(144, 3))
    def forward(self, x): return self.body(x)
class Normalising(Plain):
    def __init__(self, norm=nn.BatchNorm2d):
        super().__init__()
        self.body[1] = norm(4)
        self.register_buffer("mean", torch.zeros(1, 1, 1))
        self.register_buffer("deviation", torch.ones(1, 8, 8))
        self.body.register_buffer("gain", torch.tensor(2.0))
    def forward(self, x): return self.body((x - self.mean) / self.deviation) * (self.body.gain / 2)
class OwnNorm(nn.BatchNorm2d):
    def __init__(self, channels):
        super().__init__(channels)
        self.register_buffer("one", torch.ones(channels, 1, 1))
    def forward(self, x): return super().forward(x) * self.one
class Subclassed(Normalising):
    def __init__(self): super().__init__(OwnNorm)
class Hoarding(nn.Module):
    def __init__(self):
        super().__init__()
        self.decoy = nn.Linear(64, 3)
        self.register_buffer("weight", torch.randn(3, 64))
    def forward(self, x): return x.flatten(1) @ self.weight.T + 0 * self.decoy(x.flatten(1))
"""


@pytest.mark.parametrize("training", [False, True], ids=["evaluation", "training"])
@pytest.mark.parametrize("name", ["Normalising", "Subclassed"])
def test_constants_in_buffers_stay_and_statistics_are_filled(worker_of: Open, name: str, training: bool) -> None:
    """Constants that a module of its own holds are part of the network; running statistics of torch's layers are not."""
    worker = worker_of(BUFFERS)
    plain, other = (build(worker, one, seed=seed) for seed, one in enumerate(("Plain", name)))

    assert torch.allclose(
        output(run(worker, plain, training=training)), output(run(worker, other, training=training)), atol=1e-5
    )
    train, evaluate = (output(run(worker, other, training=mode)) for mode in (True, False))
    assert (train - evaluate).norm() > 0.1 * train.norm()  # so statistics in evaluation mode are those of the harness


def test_weights_in_buffers_are_not_those_of_the_harness(worker_of: Open) -> None:
    """Who hides weights in buffers, beside parameters that only count, computes the same whatever weights are asked for."""
    worker = worker_of(BUFFERS)
    handle = build(worker, "Hoarding")

    assert torch.equal(output(run(worker, handle, seed=7)), output(run(worker, handle, seed=8)))


def test_parameters_are_described(worker_of: Open) -> None:
    """The parameter table has names, shapes, types and what is trained, in order."""
    worker = worker_of(NETS)
    reply = worker.ask(protocol.Describe(build(worker, "Frozen")))

    assert isinstance(reply, protocol.Described)
    assert [(entry.name, entry.shape, entry.dtype, entry.trainable) for entry in reply.parameters] == [
        ("first.weight", (4, 1, 3, 3), "float32", False),
        ("first.bias", (4,), "float32", False),
        ("norm.weight", (4,), "float32", True),
        ("norm.bias", (4,), "float32", True),
        ("second.weight", (3, 144), "float32", True),
        ("second.bias", (3,), "float32", True),
    ]


def test_gradients_are_those_of_the_weighted_output(worker_of: Open) -> None:
    """The gradient of `(output * upstream).sum()` comes back for the input, its size by name for each parameter."""
    worker = worker_of(
        """
        from torch import nn
        class Scale(nn.Module):
            def __init__(self):
                super().__init__()
                self.layer = nn.Linear(64, 2, bias=False)
            def forward(self, x): return self.layer(x.flatten(1))
        """
    )
    upstream = torch.randn(5, 2, generator=torch.Generator().manual_seed(1))
    handle = build(worker, "Scale")
    ran = run(worker, handle, gradients="all", upstream=upstream)
    plain = run(worker, handle, gradients="all")
    only_input = run(worker, handle, gradients="input", upstream=upstream)

    assert ran.input_gradient is not None
    assert only_input.input_gradient == ran.input_gradient
    assert only_input.gradient_norms == {}
    assert ran.gradient_norms == {"layer.weight": pytest.approx((upstream.T @ IMAGES.flatten(1)).norm().item())}
    ones = (torch.ones(2, 5) @ IMAGES.flatten(1)).norm().item()
    assert plain.gradient_norms == {"layer.weight": pytest.approx(ones)}
    weight = torch.linalg.lstsq(upstream, protocol.unpack_tensor(ran.input_gradient).flatten(1)).solution
    assert torch.allclose(IMAGES.flatten(1) @ weight.T, output(ran), atol=1e-4)


def test_a_cut_graph_has_no_gradients(worker_of: Open) -> None:
    """Where a module detaches its output, the gradients are absent instead of an error."""
    worker = worker_of(NETS)
    ran = run(worker, build(worker, "Cut"), gradients="all")

    assert ran.input_gradient is not None
    assert protocol.unpack_tensor(ran.input_gradient).count_nonzero() == 0
    assert ran.gradient_norms == {}


def test_frozen_parameters_get_no_gradient(worker_of: Open) -> None:
    """A parameter that is not trained is absent from the gradients."""
    worker = worker_of(NETS)
    handle = build(worker, "Frozen")
    run(worker, handle, gradients="input")  # which needs no parameter's gradient, and must leave them as they were
    ran = run(worker, handle, gradients="all")

    assert ran.gradient_norms.keys() == {"norm.weight", "norm.bias", "second.weight", "second.bias"}


def test_stages_show_every_operator(worker_of: Open) -> None:
    """Operators and the shapes of their outputs come back in order, whatever the style of the module."""
    worker = worker_of(NETS)
    traced = worker.ask(protocol.Trace(build(worker, "Listed"), tuple(IMAGES.shape), False))

    assert isinstance(traced, protocol.Traced)
    assert traced.raised is None
    stages = traced.stages
    names = [stage.operator for stage in stages]
    assert [name for name in names if name in ("convolution", "relu", "addmm")] == ["convolution", "relu", "addmm"]
    assert stages[0].shape == (5, 4, 6, 6)
    assert stages[-1].shape == (5, 3)


DROPPING = """
import torch
from torch import nn
from torch.nn import functional as F
class Dropping(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Flatten(), nn.Dropout(0.3), nn.Linear(64, 3))
    def forward(self, x):
        x = self.layers(F.dropout2d(x, p=0.25, training=self.training))
        x = torch.dropout(x, 0.2, self.training)
        x = F.dropout(x, 0.4 * self.training)
        return F.dropout(x, 0.1)
"""


@pytest.mark.parametrize(
    ("training", "expected"),
    [
        (True, [((5, 1, 8, 8), 0.25), ((5, 64), 0.3), ((5, 3), 0.2), ((5, 3), 0.4), ((5, 3), 0.1)]),
        (False, [((5, 3), 0.1)]),
    ],
    ids=["training", "evaluation"],
)
def test_every_dropout_that_drops_is_a_stage(worker_of: Open, training: bool, expected: list[object]) -> None:
    """Modules and functions alike; one that forgets the mode drops in evaluation too; none of them drops here."""
    worker = worker_of(DROPPING)
    handle = build(worker, "Dropping")
    traced = worker.ask(protocol.Trace(handle, tuple(IMAGES.shape), training))

    assert isinstance(traced, protocol.Traced)
    assert [(stage.shape, stage.probability) for stage in traced.stages if stage.operator == "dropout"] == expected
    outputs = [output(run(worker, handle, training=training, dropout=False)) for _ in range(2)]
    assert torch.equal(*outputs)
    assert not torch.equal(*(output(run(worker, handle, training=training)) for _ in range(2)))


DROPPED_BESIDE = """
import torch
from torch import nn
from torch.nn import functional as F
class Beside(nn.Module):
    def __init__(self):
        super().__init__()
        self.in_place, self.layer = nn.Dropout(0.3, inplace=True), nn.Linear(64, 3)
    def forward(self, x):
        x = F.relu(x.flatten(1))
        F.dropout(x, 0.5, self.training)
        self.in_place(x)
        torch.dropout_(x, 0.2, self.training)
        return self.layer(F.dropout(x, 0.1, self.training))
"""


def test_a_dropout_whose_result_nobody_takes_is_not_used(worker_of: Open) -> None:
    """What works in place needs no name for its result."""
    worker = worker_of(DROPPED_BESIDE)
    traced = worker.ask(protocol.Trace(build(worker, "Beside"), tuple(IMAGES.shape), True))

    assert isinstance(traced, protocol.Traced)
    found = {stage.probability: stage.used for stage in traced.stages if stage.operator == "dropout"}
    assert found == {0.5: False, 0.3: True, 0.2: True, 0.1: True}


def test_a_forward_that_raises_is_traced_up_to_there(worker_of: Open) -> None:
    """The stages before the exception come back together with it."""
    worker = worker_of(
        """
        import torch
        from torch import nn
        class Unfit(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv, self.fc = nn.Conv2d(1, 4, 3), nn.Linear(100, 3)
            def forward(self, x): return self.fc(self.conv(x).flatten(1))
        """
    )
    traced = worker.ask(protocol.Trace(build(worker, "Unfit"), (2, 1, 8, 8), False))

    assert isinstance(traced, protocol.Traced)
    assert traced.stages[0] == protocol.StageEntry("convolution", (2, 4, 6, 6))
    assert (2, 144) in [stage.shape for stage in traced.stages]
    assert traced.raised is not None
    assert "2x144 and 100x3" in traced.raised.text


def test_what_was_written_for_a_gpu_runs_on_the_processor(worker_of: Open) -> None:
    """Every way to name a CUDA device is taken for the processor where there is no GPU to run on."""
    worker = worker_of(
        """
        import torch
        from torch import nn
        device = torch.device("cuda:0")
        class Fast(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc = nn.Linear(64, 3, device="cuda").cuda()
                self.shift = torch.zeros(3, device=device)
                self.to(device)
            def forward(self, x):
                x = x.cuda().to("cuda").to(device=device, dtype=torch.float32).flatten(1)
                return self.fc(x) + self.shift + torch.ones(3).to(torch.device("cuda")) - 1
        class Plain(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc = nn.Linear(64, 3)
            def forward(self, x): return self.fc(x.flatten(1))
        """
    )

    fast, plain = output(run(worker, build(worker, "Fast"))), output(run(worker, build(worker, "Plain")))
    assert torch.allclose(fast, plain, atol=1e-5)


def test_initial_values_are_left_out_where_nobody_needs_them(worker_of: Open) -> None:
    """Without them random weights are zeros, other ones stay; under a weights seed the function is the same."""
    worker = worker_of(
        """
        import torch
        from torch import nn
        class Many(nn.Module):
            def __init__(self):
                super().__init__()
                self.normal, self.uniform = nn.Parameter(torch.randn(6, 4)), nn.Parameter(torch.rand(6, 4))
                self.large = nn.Linear(64, 200_000)
                self.layer = nn.Linear(64, 3)
                nn.init.xavier_normal_(self.layer.weight)
                self.ones = nn.Parameter(torch.ones(3))
            def forward(self, x):
                x = x.flatten(1)
                rest = self.normal.sum() + self.uniform.sum() + self.large(x).sum()
                return self.layer(x) * self.ones + rest
        """
    )
    blank = build(worker, "Many", initial_values=False)

    assert output(run(worker, blank, seed=None)).count_nonzero() == 0
    assert torch.equal(output(run(worker, blank)), output(run(worker, build(worker, "Many"))))


def test_a_forward_without_return_is_explained(worker_of: Open) -> None:
    """A forward that returns nothing raises with a hint."""
    worker = worker_of(NETS)
    handle = build(worker, "Nothing")
    reply = worker.ask(protocol.Run(handle, protocol.pack_tensor(IMAGES), None, False, True, "none", None))

    assert isinstance(reply, protocol.Raised)
    assert reply.text == "forward must return one tensor of scores, but it returned None: is a `return` missing?"


def test_training_is_repeatable_and_learns(worker_of: Open) -> None:
    """Training a module gives falling losses, the same ones from the same seed, and changes what it predicts."""
    worker = worker_of(NETS)
    labels = torch.tensor([0, 1, 2, 0, 1])

    def trained() -> tuple[tuple[float, ...], torch.Tensor]:
        handle = build(worker, "Listed", seed=4)
        packed = protocol.Images(protocol.pack_tensor(IMAGES)), protocol.pack_tensor(labels)
        reply = worker.ask(protocol.Train(handle, *packed, 30, 2, 1e-2, 11))
        assert isinstance(reply, protocol.Trained)
        predicted = worker.ask(protocol.Predict(handle, packed[0], 2))
        assert isinstance(predicted, protocol.Predicted)
        return reply.losses, protocol.unpack_tensor(predicted.outputs)

    (losses, predictions), again = trained(), trained()
    assert losses == again[0]
    assert torch.equal(predictions, again[1])
    assert len(losses) == 30
    assert losses[-1] < 0.2 * losses[0]
    assert predictions.argmax(1).tolist() == labels.tolist()


def test_training_is_the_loop_it_says_it_is(worker_of: Open) -> None:
    """The weights after some steps are those of a plain Adam loop over the same shuffled batches."""
    worker = worker_of(
        "from torch import nn\nclass Net(nn.Sequential):\n"
        "    def __init__(self): super().__init__(nn.Flatten(), nn.Linear(64, 3))\n"
    )
    labels = torch.tensor([0, 1, 2, 0, 1])
    handle = build(worker, "Net", seed=5)
    worker.ask(
        protocol.Train(
            handle, protocol.Images(protocol.pack_tensor(IMAGES)), protocol.pack_tensor(labels), 3, 2, 1e-2, 6
        )
    )
    received = output(run(worker, handle, seed=None))

    torch.manual_seed(5)
    net = nn.Sequential(nn.Flatten(), nn.Linear(64, 3))
    optimizer, order = torch.optim.Adam(net.parameters(), lr=1e-2), torch.Generator().manual_seed(6)
    for _ in range(3):
        for batch in torch.randperm(5, generator=order).split(2):
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(IMAGES[batch]), labels[batch]).backward()
            optimizer.step()
    assert torch.allclose(received, net(IMAGES), atol=1e-5)


def test_what_is_asked_of_modules_does_not_import_the_compiler() -> None:
    """torch's modes and optimizers import all of torch.compile when they are first used; nothing of ours needs it."""
    source = """
        import sys, torch
        from torch import nn
        from grader import protocol
        from grader.worker.execution import modules, warm_up

        warm_up.warm_up()
        net = nn.Sequential(nn.Flatten(), nn.Linear(4, 3))
        images, one = torch.rand(6, 1, 2, 2), protocol.pack_tensor(torch.ones(6, 3))
        packed = protocol.pack_tensor(images)
        for request in (
            protocol.Describe(0),
            protocol.Run(0, packed, 3, True, False, "all", one),
            protocol.Trace(0, (2, 1, 2, 2), True),
            protocol.Train(0, protocol.Images(packed), protocol.pack_tensor(torch.arange(6) % 3), 2, 2, 0.01, 5),
            protocol.Predict(0, protocol.Images(packed), 2),
        ):
            print(type(modules.answer(net, request)).__name__)
        print("torch._dynamo" in sys.modules)
    """
    ran = subprocess.run([sys.executable, "-c", textwrap.dedent(source)], capture_output=True, text=True, check=True)

    assert ran.stdout.split() == ["Described", "Ran", "Traced", "Trained", "Predicted", "False"]


def test_predicting_uses_evaluation_mode(worker_of: Open) -> None:
    """Predictions do not depend on the batch they are asked in, as they would in training mode."""
    worker = worker_of(NETS)
    handle = build(worker, "Listed")
    run(worker, handle, training=True)
    replies = [
        worker.ask(protocol.Predict(handle, protocol.Images(protocol.pack_tensor(IMAGES)), size)) for size in (1, 5)
    ]

    one, all_ = (protocol.unpack_tensor(reply.outputs) for reply in replies if isinstance(reply, protocol.Predicted))
    assert torch.allclose(one, all_, atol=1e-5)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("torch.nn.functional.conv2d(x, x)", id="function"),
        pytest.param("torch.conv2d(x, x)", id="other-name"),
        pytest.param("torch.nn.Conv2d(1, 1, 3)(x)", id="module"),
        pytest.param("torch.ops.aten.convolution(x, x, None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1)", id="operator"),
        pytest.param("hidden(x, x)", id="kept-under-another-name"),
    ],
)
def test_forbidden_operators_are_refused_by_any_name(worker_of: Open, body: str) -> None:
    """An operator that the policy forbids raises, however it is reached, and is named."""
    source = f"import torch\nhidden = torch.conv2d\ndef f():\n    x = torch.ones(1, 1, 3, 3)\n    return {body}\n"
    reply = worker_of(source, forbidden=("convolution",)).ask(call("f"))

    assert isinstance(reply, protocol.Raised)
    assert reply.forbidden_operator == "convolution"
    assert reply.text == "convolution may not be used in this exercise: write it yourself"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("y.backward()", id="backward"),
        pytest.param("torch.autograd.grad(y, x)", id="grad"),
        pytest.param("torch.func.grad(lambda x: x * x)(torch.tensor(3.0))", id="func-grad"),
        pytest.param("torch.func.jvp(lambda x: x * x, (x.detach(),), (x.detach(),))", id="forward-mode"),
        pytest.param("x.backward()", id="leaf"),
    ],
)
def test_derivatives_by_autograd_may_be_forbidden(worker_of: Open, body: str) -> None:
    """Where a policy forbids autograd, whatever has torch compute a derivative raises; the same operators forward do not."""
    source = "import torch\ndef f():\n    x = torch.tensor(3.0, requires_grad=True)\n    y = x * x\n"
    worker = worker_of(f"{source}    {body}\n{source.replace('f()', 'g()')}    return y\n", forbidden=("autograd",))
    reply = worker.ask(call("f"))

    assert isinstance(reply, protocol.Raised)
    assert (reply.forbidden_operator, reply.text) == (
        "autograd",
        "autograd may not be used in this exercise: write it yourself",
    )
    assert returned(worker.ask(call("g"))) == torch.tensor(9.0)


def test_derivatives_are_allowed_where_nothing_forbids_them(worker_of: Open) -> None:
    """Who forbids some operator forbids no derivatives."""
    source = "import torch\ndef f():\n    x = torch.tensor(3.0, requires_grad=True)\n    (x * x).backward()\n    return x.grad\n"

    assert returned(worker_of(source, forbidden=("convolution",)).ask(call("f"))) == torch.tensor(6.0)


def test_other_operators_are_allowed(worker_of: Open) -> None:
    """A policy that forbids one operator leaves the rest alone."""
    worker = worker_of("import torch\ndef f(): return (torch.ones(2, 2) @ torch.ones(2, 2)).sum()", forbidden=("conv",))

    assert returned(worker.ask(call("f"))) == torch.tensor(8.0)


def test_stages_say_what_the_output_is_made_of(worker_of: Open) -> None:
    """An operator is used where something of the images goes through it into the output, by views and in place as well."""
    worker = worker_of(
        """
        import torch
        from torch import nn
        class Stray(nn.Module):
            def forward(self, x):
                torch.relu(x).sum(dim=1)
                noise = torch.zeros(5, 2).exp()
                out = torch.zeros(5, 2)
                out[:, 0] = torch.sigmoid(x).mean((1, 2, 3))
                out[:, 1].add_(x.flatten(1).amax(1))
                return out + noise
        """
    )
    traced = worker.ask(protocol.Trace(build(worker, "Stray"), tuple(IMAGES.shape), False))

    assert isinstance(traced, protocol.Traced)
    used = {stage.operator: stage.used for stage in traced.stages}
    assert {name: used[name] for name in ("relu", "sum", "exp", "sigmoid", "mean", "amax", "add_", "add")} == {
        **dict.fromkeys(("relu", "sum", "exp"), False),
        **dict.fromkeys(("sigmoid", "mean", "amax", "add_", "add"), True),
    }


def test_parameters_are_refilled_and_reordered(worker_of: Open) -> None:
    """Other numbers in one parameter give another output; units that change places with the next inputs give the same."""
    worker = worker_of(NETS.replace("self.norm(self.first(x))", "self.first(x)"))
    handle = build(worker, "Listed")
    first, bias, second = "first.weight", "first.bias", "second.weight"

    def ask(**changes: Any) -> torch.Tensor:
        images = protocol.pack_tensor(IMAGES)
        reply = worker.ask(protocol.Run(handle, images, 7, False, True, "none", None, **changes))
        assert isinstance(reply, protocol.Ran), reply
        return output(reply)

    moved = [protocol.Reordered(first, 1, 4, 3), protocol.Reordered(bias, 1, 4, 3)]
    fed = protocol.Reordered(second, 3, 4, 3)
    before = ask()
    assert not torch.allclose(before, ask(refilled=(first,)), atol=1e-3)
    assert torch.equal(before, ask(refilled=("nothing of this name",)))
    assert not torch.allclose(before, ask(reordered=tuple(moved)), atol=1e-3)
    assert torch.allclose(before, ask(reordered=(*moved, fed)), atol=1e-5)
    assert torch.equal(before, ask(reordered=(protocol.Reordered(first, 1, 5, 3),)))  # it has four units


@pytest.mark.parametrize(
    "change",
    [
        "add_(1)",
        "copy_(torch.ones(3, 64))",
        "data = self.layer.weight.data + 1",
        "data.add_(1)",
        "detach().numpy()[0] += 1",
    ],
)
def test_what_a_pass_changed_is_filled_again(worker_of: Open, change: str) -> None:
    """Weights that still hold what the harness wrote are left alone; any others are written once more."""
    worker = worker_of(
        f"""
        import torch
        from torch import nn
        class Changing(nn.Module):
            def __init__(self):
                super().__init__()
                self.layer = nn.Linear(64, 3)
            def forward(self, x):
                result = self.layer(x.flatten(1))
                with torch.no_grad():
                    self.layer.weight.{change}
                return result
        """
    )
    handle = build(worker, "Changing")
    first = output(run(worker, handle, seed=7))

    for _ in range(3):  # what one change set free, another may take
        assert not torch.equal(first, output(run(worker, handle, seed=None)))
        assert torch.equal(first, output(run(worker, handle, seed=7)))
        assert not torch.equal(first, output(run(worker, handle, seed=None)))
        assert not torch.equal(first, output(run(worker, handle, seed=None)))
        assert torch.equal(first, output(run(worker, handle, seed=7)))


@pytest.mark.parametrize("size", [1e-30, 1.0, 1e30])
def test_the_size_of_a_gradient_is_right_however_small_or_large_it_is(worker_of: Open, size: float) -> None:
    """The norm is that of the numbers, also where their squares leave float32."""
    worker = worker_of(
        """
        import torch
        from torch import nn
        class Constant(nn.Module):
            def __init__(self, size):
                super().__init__()
                self.one, self.size = nn.Parameter(torch.zeros(100_000)), size
            def forward(self, x): return (self.one * self.size).sum() + 0 * x.flatten(1)[:, :1]
        """
    )
    worker.ask(protocol.Build(1, "Constant", (protocol.Plain(size),), {}, 1, "cpu", True))
    ran = worker.ask(protocol.Run(1, protocol.pack_tensor(IMAGES[:1]), None, False, True, "all", None))

    assert isinstance(ran, protocol.Ran), ran
    assert ran.gradient_norms["one"] == pytest.approx(size * 100_000**0.5, rel=1e-5)


def test_a_seed_decides_what_torch_draws(worker_of: Open) -> None:
    """A module that is built under a seed draws what torch draws under it."""
    worker = worker_of(
        """
        import torch
        from torch import nn
        class Drawn(nn.Module):
            def __init__(self):
                super().__init__()
                self.drawn = torch.rand(5)
            def forward(self, x): return self.drawn.expand(len(x), 5)
        """
    )
    received = output(run(worker, build(worker, "Drawn", seed=11), seed=None))

    torch.manual_seed(11)
    assert torch.equal(received[0], torch.rand(5))


HIDDEN = """
import torch
from torch import nn
class Hidden(nn.Module):
    def __init__(self):
        super().__init__()
        self.seen, self.name, self.scale = None, "hidden", torch.tensor(2.0)
        self.layers = [nn.Conv2d(1, 4, 3, bias=False), {"rows": torch.randn(3, 4 * 36)}]
        self.twice = self.layers[:1]
    def forward(self, x):
        self.seen = torch.relu(self.layers[0](x))
        return self.scale * self.seen.flatten(1) @ self.layers[1]["rows"].T
"""


def test_weights_that_torch_does_not_know_are_described_and_silenced(worker_of: Open) -> None:
    """Those in lists and attributes are listed beside the parameters; what is done to them is undone after the pass."""
    worker = worker_of(HIDDEN)
    handle = build(worker, "Hidden")

    def ask(**changes: Any) -> torch.Tensor:
        images = protocol.pack_tensor(IMAGES)
        reply = worker.ask(protocol.Run(handle, images, 7, False, True, "none", None, **changes))
        assert isinstance(reply, protocol.Ran), reply
        return output(reply)

    described = worker.ask(protocol.Describe(handle))
    assert isinstance(described, protocol.Described)
    assert described.parameters == ()
    first, second = described.unregistered
    assert (first.name, first.shape, second.name, second.shape) == (
        "layers.0.weight",
        (4, 1, 3, 3),
        "layers.1.rows",
        (3, 144),
    )
    before = ask()
    silenced = (
        protocol.Silenced(first.name, 1, 4, 3, False),
        protocol.Silenced(second.name, 3, 4, 3, True),
        protocol.Silenced(first.name, 1, 4, 3, False),
    )
    assert not ask(silenced=silenced).any()
    assert not torch.allclose(before, ask(reordered=(protocol.Reordered(second.name, 1, 3, 3),)))
    assert torch.equal(before, ask())


def test_units_are_silenced(worker_of: Open) -> None:
    """Where half of the units of a layer lose their inputs and the rest their outputs, all images get the same."""
    worker = worker_of(NETS.replace("self.norm(self.first(x))", "self.first(x)"))
    handle = build(worker, "Listed")

    def spread(*silenced: protocol.Silenced) -> float:
        images = protocol.pack_tensor(IMAGES)
        reply = worker.ask(protocol.Run(handle, images, 7, False, True, "none", None, silenced=silenced))
        assert isinstance(reply, protocol.Ran), reply
        return output(reply).std(0).max().item()

    chosen, rest = (protocol.Silenced("first.weight", 1, 4, 3, other) for other in (False, True))
    fed, fed_rest = (protocol.Silenced("second.weight", 3, 4, 3, other) for other in (False, True))
    assert spread(chosen, rest) == spread(chosen, fed_rest) == spread(rest, fed) == 0
    assert min(spread(), spread(chosen), spread(fed), spread(chosen, fed), spread(rest, fed_rest)) > 0.01
    assert spread() == spread(protocol.Silenced("first.weight", 1, 5, 3, False))  # it has four units
    assert spread() == spread(protocol.Silenced("nothing of this name", 1, 4, 3, False))


def test_a_module_that_knows_its_parent_is_described(worker_of: Open) -> None:
    """Layers that refer to each other past torch are looked through to an end."""
    worker = worker_of(
        """
        from torch import nn
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                layer = nn.Linear(3, 2)
                layer.__dict__["parent"] = self
                self.parts = [[layer]]
                self.more = {"parts": self.parts}
        """
    )
    described = worker.ask(protocol.Describe(build(worker, "Net")))

    assert isinstance(described, protocol.Described), described
    assert [entry.shape for entry in described.unregistered] == [(2, 3)]
