"""
The conformance suite: attacks that decide what a sandbox really holds on this machine.

Every probe lets a worker try one thing (`hostile.py`) and judges by what came back.  `grade` runs the suite before it
trusts a sandbox, `grader doctor` prints it.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import grader
from grader import protocol
from grader.errors import (
    Crashed,
    HarnessFault,
    OutOfMemory,
    SandboxFault,
    ScratchFull,
    TimedOut,
    TooManyProcesses,
    WorkerLost,
)
from grader.protocol import Limits
from grader.sandbox.base import Sandbox
from grader.sandbox.worker import Worker

_HOSTILE = Path(__file__).with_name("hostile.py")
_LIMITS = Limits(
    request_seconds=5.0,
    memory_bytes=256 * 1024**2,
    scratch_bytes=8 * 1024**2,
    file_bytes=2 * 1024**2,
    output_bytes=2000,
    reply_bytes=200_000,
    processes=16,
    open_files=64,
)
_SPIN_SECONDS = 0.2
_SLOW_DISK_SECONDS = 60.0
"""How long thousands of files may take where they are made on a disk that others use as well."""
STARTS = "starts"
Probe = Callable[[Sandbox], str]
"""Tries one thing; returns what it achieved, or nothing."""
_DOCUMENTATION_ADDRESS = "192.0.2.1"
"""RFC 5737: nobody is there, so that even a connection that were possible would reach no one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Whether a sandbox keeps one promise."""

    promise: str
    held: bool
    found: str = ""
    """What the attack achieved, where it achieved something."""

    def explain(self) -> str:
        """Say which promise is broken and by what."""
        return f"{self.promise} ({self.found})" if self.found else self.promise


def run(sandbox: Sandbox) -> tuple[Held, ...]:
    """Try every attack on *sandbox*; one that cannot start keeps none."""
    return _run(sandbox, _PROBES)


def broken(sandbox: Sandbox) -> tuple[Held, ...]:
    """Return the promises that *sandbox* does not keep on this machine, but for those that take a second to find out."""
    quick = {promise: probe for promise, probe in _PROBES.items() if promise not in _SLOW}
    return tuple(probe for probe in _run(sandbox, quick) if not probe.held)


def _run(sandbox: Sandbox, probes: Mapping[str, Probe]) -> tuple[Held, ...]:
    try:
        sandbox.worker(_LIMITS).end()
    except SandboxFault as fault:
        return (Held(promise=STARTS, held=False, found=str(fault)),)
    return (Held(promise=STARTS, held=True), *(_held(sandbox, promise, probe) for promise, probe in probes.items()))


def _held(sandbox: Sandbox, promise: str, probe: Probe) -> Held:
    try:
        found = probe(sandbox)
    except (WorkerLost, SandboxFault) as error:
        if isinstance(error.__context__, KeyboardInterrupt):  # the terminal's signal has ended the sandbox as well
            raise KeyboardInterrupt from None
        found = f"the probe itself failed: {error}"
    return Held(promise=promise, held=not found, found=found)


def _ask(sandbox: Sandbox, name: str, *args: object, limits: Limits = _LIMITS) -> object:
    """Let a worker try *name*; returns what it achieved, or the exception type that stopped it."""
    worker = _hostile(sandbox, limits)
    try:
        values = tuple(protocol.pack(value, protocol.opaque) for value in args)
        reply = worker.ask(protocol.Call(name, values, {}))
    finally:
        worker.end()
    if isinstance(reply, protocol.Returned):
        return protocol.unpack(reply.value)
    return RuntimeError(reply.text if isinstance(reply, protocol.Raised) else type(reply).__name__)


def _hostile(sandbox: Sandbox, limits: Limits = _LIMITS) -> Worker:
    """Return a worker that has loaded the attacks."""
    worker = sandbox.worker(limits)
    loaded = worker.ask(protocol.Load((protocol.File("hostile.py", _HOSTILE.read_bytes()),), "hostile.py", ()))
    if not isinstance(loaded, protocol.Loaded):
        worker.end()
        raise SandboxFault(f"the attacks could not be loaded: {loaded}")
    return worker


def _achieved(result: object) -> str:
    """Say what an attack achieved; an error that stopped it is nothing."""
    if isinstance(result, RuntimeError) or result == [] or result is None:
        return ""
    return ", ".join(map(str, result)) if isinstance(result, list) else str(result)


def _target(*parts: str) -> Path:
    """
    Return a file of the grader that an attack looks for.

    Raises:
        HarnessFault: If it is not there: that nobody can read it would then mean nothing.
    """
    path = Path(grader.__file__).parent.joinpath(*parts)
    if not path.is_file():
        raise HarnessFault(f"{path}: the conformance suite tries to read this file, and there is none")
    return path


def _reads_secrets(sandbox: Sandbox) -> str:
    verdict = _target("grading", "verdict.py")
    with tempfile.NamedTemporaryFile() as secret:
        os.chmod(secret.name, 0o644)
        paths = [secret.name, str(verdict), "/etc/passwd", f"/proc/{os.getpid()}/environ"]
        return _achieved(_ask(sandbox, "read_files", paths))


def _reads_environment(sandbox: Sandbox) -> str:
    values = _ask(sandbox, "environment")
    secret = {
        value for name, value in os.environ.items() if name not in ("LANG", "PATH", "HOME", "PWD") and len(value) > 7
    }
    return ", ".join(sorted(secret.intersection(values))) if isinstance(values, list) else str(values)


def _opens_sockets(sandbox: Sandbox) -> str:
    with ExitStack() as stack:
        name = secrets.token_hex(8)
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        if sys.platform == "linux":
            abstract = stack.enter_context(socket.socket(socket.AF_UNIX))
            abstract.bind("\0" + name)
            abstract.listen()
        port = listener.getsockname()[1]
        return _achieved(_ask(sandbox, "open_sockets", port, name, _DOCUMENTATION_ADDRESS))


def _sees_processes(sandbox: Sandbox) -> str:
    return _achieved(_ask(sandbox, "see_processes", list(_harness_processes())))


def _traces_processes(sandbox: Sandbox) -> str:
    return _achieved(_ask(sandbox, "trace_processes", list(_harness_processes())))


def _harness_processes() -> Iterator[int]:
    yield os.getpid()
    yield os.getppid()


def _writes_outside(sandbox: Sandbox) -> str:
    name = f"grader-probe-{secrets.token_hex(8)}"
    folders = {
        "/",
        "/usr",
        "/etc",
        "/tmp",
        "/var/tmp",
        str(Path.home()),
        str(Path.cwd()),
        str(Path(grader.__file__).parent / "sandbox"),
    }
    paths = [Path(folder, name) for folder in sorted(folders)]
    _ask(sandbox, "write_files", [str(path) for path in paths])
    left = [path for path in paths if path.exists()]  # a private folder of the same name is no harm: look from outside
    for path in left:
        path.unlink()
    return ", ".join(str(path) for path in left)


def _outlives(sandbox: Sandbox) -> str:
    worker = _hostile(sandbox)
    worker.ask(protocol.Call("leave_a_process", (), {}))
    return "" if worker.dies_alone() else "a process went on after its worker was ended"


def _keeps_privileges(sandbox: Sandbox) -> str:
    answer = _ask(sandbox, "privileges")
    if not isinstance(answer, list):
        return str(answer)
    user, capabilities, no_new_privileges = answer
    found = ["it is root"] if user == 0 else []
    found += [f"capabilities {capabilities}"] if int(str(capabilities), 16) else []
    return ", ".join([*found, *([] if no_new_privileges == 1 else ["it may gain privileges"])])


def _makes_system_calls(sandbox: Sandbox) -> str:
    return _achieved(_ask(sandbox, "make_system_calls"))


def _leaves_processors(sandbox: Sandbox) -> str:
    if not hasattr(os, "sched_getaffinity"):
        return ""
    reached = _ask(sandbox, "leave_processors")
    return "" if isinstance(reached, int) and reached <= sandbox.threads else f"it runs on {reached}"


def _leaves_marks(sandbox: Sandbox) -> str:
    name = secrets.token_hex(8)
    _ask(sandbox, "leave_marks", name)
    return _achieved(_ask(sandbox, "find_marks", name))


def _disturbs(sandbox: Sandbox) -> str:
    """Let a worker kill all that it can, and see whether a process of the harness's user and another worker are still there."""
    bystander = sandbox.worker(_LIMITS)
    command = [sys.executable, "-I", "-S", "-c", "import sys; sys.stdin.read()"]
    # a session of its own: Ctrl-C is for the harness, and a Python that is just starting would print a traceback
    with subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True) as process:
        with contextlib.suppress(Crashed):
            _ask(sandbox, "kill_everything", [process.pid])
        found = ["a process of ours"] if process.poll() is not None else []
        assert process.stdin is not None
        process.stdin.close()
    try:
        bystander.ask(protocol.Load((protocol.File("quiet.py", b""),), "quiet.py", ()))
    except WorkerLost:
        found.append("another worker")
    bystander.end()
    sandbox.worker(_LIMITS).end()  # or the fork server
    return ", ".join(found)


def _holds_descriptors(sandbox: Sandbox) -> str:
    return _achieved(_ask(sandbox, "descriptors"))


def _spins(sandbox: Sandbox) -> str:
    try:
        limits = Limits(request_seconds=_SPIN_SECONDS)
        return f"it returned {_ask(sandbox, 'spin', limits=limits)}"
    except TimedOut:
        return ""


def _takes_memory(sandbox: Sandbox) -> str:
    try:
        return _achieved(_ask(sandbox, "take_memory", 2 * _LIMITS.memory_bytes))
    except OutOfMemory:
        return ""


def _takes_memory_together(sandbox: Sandbox) -> str:
    count, processes = _LIMITS.memory_bytes // 3, 6
    worker = _hostile(sandbox)
    there: object = 0
    try:
        reply = worker.ask(
            protocol.Call("take_memory_together", (protocol.Plain(count), protocol.Plain(processes)), {})
        )
        there = protocol.unpack(reply.value) if isinstance(reply, protocol.Returned) else 0
    except WorkerLost:
        pass
    exceeded = worker.end().exceeded
    return "" if isinstance(exceeded, OutOfMemory) else f"{there} processes of {count} bytes, and nothing happened"


def _spends_processor_time(sandbox: Sandbox) -> str:
    try:
        return f"it returned {_ask(sandbox, 'spin', limits=replace(_LIMITS, cpu_seconds=1.0, request_seconds=30.0))}"
    except TimedOut as error:
        return "" if error.scope == "processor" else "the time limit ended it"


def _starts_processes(sandbox: Sandbox) -> str:
    try:
        started = _ask(sandbox, "start_processes", 3 * _LIMITS.processes)
    except TooManyProcesses:
        return ""
    return "" if isinstance(started, int) and started <= _LIMITS.processes else f"{started} at once"


def _writes_large_file(sandbox: Sandbox) -> str:
    return _achieved(_ask(sandbox, "write_bytes", 2 * _LIMITS.file_bytes))


def _fills_scratch(sandbox: Sandbox) -> str:
    return _writes(sandbox, "fill_scratch", 2 * _LIMITS.scratch_bytes)


def _makes_files(sandbox: Sandbox) -> str:
    return _writes(sandbox, "make_files", 5_000)


def _writes(sandbox: Sandbox, name: str, count: int) -> str:
    """Let a worker write; a folder without a size of its own is looked at, so that what is too much may be there for a moment."""
    worker = _hostile(sandbox, replace(_LIMITS, request_seconds=_SLOW_DISK_SECONDS))
    written: object = ""
    try:
        reply = worker.ask(protocol.Call(name, (protocol.Plain(count),), {}))
        written = protocol.unpack(reply.value) if isinstance(reply, protocol.Returned) else ""
    except ScratchFull:
        pass
    return "" if isinstance(worker.end().exceeded, ScratchFull) else str(written)


def _opens_files(sandbox: Sandbox) -> str:
    return _achieved(_ask(sandbox, "open_files", 2 * _LIMITS.open_files))


def _floods_output(sandbox: Sandbox) -> str:
    worker = _hostile(sandbox)
    worker.ask(protocol.Call("print_bytes", (protocol.Plain(10 * _LIMITS.output_bytes),), {}))
    received = len(worker.end().output)
    return "" if received <= _LIMITS.output_bytes else f"{received} bytes were kept"


def _floods_reply(sandbox: Sandbox) -> str:
    try:
        return _achieved(bool(_ask(sandbox, "reply_bytes", 2 * _LIMITS.reply_bytes)))
    except Crashed:
        return ""


_PROBES: dict[str, Probe] = {
    "cannot read our files": _reads_secrets,
    "cannot read our environment": _reads_environment,
    "cannot open a connection": _opens_sockets,
    "cannot see another process": _sees_processes,
    "cannot trace another process": _traces_processes,
    "cannot write outside its scratch folder": _writes_outside,
    "cannot leave a process behind": _outlives,
    "cannot leave anything for the next worker": _leaves_marks,
    "cannot end what it does not own": _disturbs,
    "has no privileges": _keeps_privileges,
    "has no descriptor of ours": _holds_descriptors,
    "cannot make system calls that no check needs": _makes_system_calls,
    "cannot leave its processors": _leaves_processors,
    "is stopped at the time limit": _spins,
    "is stopped at the limit on processor time": _spends_processor_time,
    "is held to the memory limit": _takes_memory,
    "is held to it with all its processes together": _takes_memory_together,
    "is held to the limit on processes": _starts_processes,
    "is held to the limit on file size": _writes_large_file,
    "is held to the limit on scratch space": _fills_scratch,
    "is held to a number of files": _makes_files,
    "is held to the limit on open files": _opens_files,
    "is held to the limit on output": _floods_output,
    "is held to the limit on replies": _floods_reply,
}
_SLOW = ("is stopped at the limit on processor time",)
"""The kernel counts that limit in whole seconds."""
