"""What each sandbox of this machine holds, found out by attack; and that the attacks find out a sandbox that does not hold."""

from __future__ import annotations

import dataclasses
import os
import signal
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from processes import descendants, processes_below

import grader
from grader import protocol
from grader.errors import HarnessFault, SandboxFault, ScratchFull, UnsafeSandbox, UsageError
from grader.protocol import Limits
from grader.sandbox import Bubblewrap, Local, Sandbox, Worker, selection
from grader.sandbox import worker as worker_module
from grader.sandbox.conformance import suite as conformance
from grader.worker import confinement

GRADER = Path(grader.__file__).parent
BACKENDS = [pytest.param(kind, id=kind.name) for kind in selection.BACKENDS.values()]
PROMISES = list(conformance._PROBES)


def broken(sandbox: Sandbox) -> dict[str, str]:
    """Return the broken promises of a sandbox and what the attack on each achieved."""
    with sandbox:
        return {probe.promise: probe.found for probe in conformance.broken(sandbox)}


# --- what holds ---


def test_every_promise_is_kept(kind: type[Sandbox]) -> None:
    """Each backend withstands every attack as the user who runs these tests."""
    with kind(()) as sandbox:
        held = conformance.run(sandbox)

    assert [probe.promise for probe in held] == [conformance.STARTS, *PROMISES]
    assert [probe.explain() for probe in held if not probe.held] == []


@pytest.mark.usefixtures("needs_bubblewrap")
def test_a_number_that_a_worker_has_as_well_is_no_process_of_ours() -> None:
    """Where the grader, or what started it, is process 1, as in a container, a worker that sees itself has seen nobody."""
    with Bubblewrap(()) as sandbox:
        assert conformance._ask(sandbox, "see_processes", [1, os.getpid()]) == []


class WithoutNamespaces(Local):
    """The local sandbox where the kernel refuses every namespace, as it does in a container with the usual filter."""

    def __init__(self, folder: Path) -> None:
        super().__init__(())
        self.edited = edited_confinement(folder, ('check(libc.unshare(flags), "unshare")', "raise PermissionError"))

    def command(self, control: int, device: str) -> list[str]:
        """Mount the edited module over the one of this project."""
        return ["bwrap", "--dev-bind", "/", "/", *self.edited, "--", *super().command(control, device)]


@pytest.mark.usefixtures("needs_bubblewrap")
def test_every_promise_is_kept_without_namespaces(tmp_path: Path) -> None:
    """What namespaces and file systems of its own give a worker is held by other means where it cannot have them."""
    with WithoutNamespaces(tmp_path) as sandbox:
        held = conformance.run(sandbox)

    assert [probe.explain() for probe in held if not probe.held] == []


@pytest.mark.usefixtures("needs_bubblewrap")
@pytest.mark.parametrize(
    ("source", "passed"),
    [
        pytest.param("open('few', 'wb').write(bytes(4 << 20))", False, id="half-of-it"),
        pytest.param("[open(str(n), 'wb').write(bytes(3 << 20)) for n in range(4)]", True, id="many-bytes"),
        pytest.param("[open(str(n), 'w').close() for n in range(4200)]", True, id="many-files"),
        pytest.param("os.mkdir('closed'); os.chmod('closed', 0)", os.geteuid() != 0, id="a-closed-folder"),
        pytest.param("[(os.mkdir('d'), os.chdir('d')) for _ in range(3000)]", True, id="a-deep-folder"),
        pytest.param("os.symlink('/', 'all'); os.mkfifo('pipe')", False, id="links-and-pipes"),
    ],
)
def test_what_lies_in_a_plain_folder_is_counted_and_removed(source: str, passed: bool, tmp_path: Path) -> None:
    """Where a worker has no file system of its own, its folder is held to the limits by looking, and nothing of it stays."""
    before = set(Path("/tmp").glob("grader-scratch-*"))
    with WithoutNamespaces(tmp_path) as sandbox:
        worker = sandbox.worker(Limits(scratch_bytes=8 * 1024**2, request_seconds=60, check_seconds=60))
        file = protocol.File("any.py", f"import os\n{source}\n".encode())
        try:
            loaded: object = worker.ask(protocol.Load((file,), "any.py", ()))
        except ScratchFull as full:
            loaded = str(full)
        ended = worker.end()

    assert isinstance(ended.exceeded, ScratchFull) == passed, loaded
    if isinstance(loaded, str):
        expected = "your code was stopped: it wrote more than 8 MiB, or more files than a check may have"
        assert loaded == expected
    assert set(Path("/tmp").glob("grader-scratch-*")) - before == set()


def test_a_full_folder_is_told_however_late(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, needs_bubblewrap: None
) -> None:
    """A supervisor that still counts files when the channel is closed has the last word, not the closed channel."""
    monkeypatch.setattr(worker_module, "_HANG_UP_SECONDS", 0.0)
    with WithoutNamespaces(tmp_path) as sandbox:
        worker = sandbox.worker(Limits(scratch_bytes=8 * 1024**2, request_seconds=60, check_seconds=60))
        source = b"import os\n[(os.mkdir('d'), os.chdir('d')) for _ in range(4200)]\nos.closerange(3, 99)\n"
        with pytest.raises(ScratchFull):
            worker.ask(protocol.Load((protocol.File("any.py", source),), "any.py", ()))


PROBE_ALL = """
import os
from grader.sandbox import selection
from grader.sandbox.conformance import suite as conformance
print(os.geteuid())
for kind in selection.BACKENDS.values():
    with kind(()) as sandbox:
        print(*[probe.explain() for probe in conformance.broken(sandbox)])
"""


def run_as_an_ordinary_user(source: str) -> list[str]:
    """Run *source* as somebody who is not root, outside or inside; returns the lines that it prints after the user's number."""
    program = [sys.executable, "-c", source]
    if os.geteuid() == 0:
        program = [*_open_to_others(sys.base_prefix, sys.prefix, str(GRADER)), *_as_nobody(), *program]
    environment = {"PATH": os.environ["PATH"], "HOME": "/tmp", "PYTHONPATH": str(GRADER.parent)}
    ran = subprocess.run(program, capture_output=True, text=True, env=environment, cwd="/tmp", timeout=60)

    assert ran.returncode == 0, ran.stderr
    user, *lines = ran.stdout.splitlines()
    assert user != "0"
    return lines


@pytest.mark.usefixtures("needs_bubblewrap")
@pytest.mark.slow
def test_every_promise_is_kept_for_an_ordinary_user() -> None:
    """Each backend withstands every attack also where nobody is root, outside or inside."""
    assert run_as_an_ordinary_user(PROBE_ALL) == ["" for _ in selection.BACKENDS]


PROBE_WRITABLE = """
import os
from grader.sandbox import bubblewrap
from grader.sandbox.conformance import suite as conformance
print(os.geteuid())
mounts = bubblewrap._mounts

def writable(entries):
    words = list(mounts(entries))
    while "--remount-ro" in words:
        place = words.index("--remount-ro")
        del words[place : place + 2]
    return tuple(words)

bubblewrap._mounts = writable
with bubblewrap.Bubblewrap(()) as sandbox:
    print(*[probe.explain() for probe in conformance.broken(sandbox)])
"""


@pytest.mark.usefixtures("needs_bubblewrap")
@pytest.mark.slow
def test_an_ordinary_users_folders_must_be_read_only() -> None:
    """What bwrap makes for a user belongs to that user, as does the worker: the suite finds what it can leave there."""
    (complaint,) = run_as_an_ordinary_user(PROBE_WRITABLE)

    assert complaint.startswith("cannot leave anything for the next worker (/, ")
    assert "site-packages" in complaint


def _as_nobody() -> list[str]:
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


def _open_to_others(*paths: str) -> list[str]:
    """Return a command that makes *paths* reachable to every user: root's Python may live where only root may go."""
    words = ["bwrap", "--dev-bind", "/", "/"]
    for path in paths:
        above = [folder for folder in reversed(Path(path).parents) if folder != Path("/")]
        closed = [number for number, folder in enumerate(above) if not folder.stat().st_mode & stat.S_IXOTH]
        if closed:
            top, *between = above[closed[0] :]
            words += ["--perms", "0755", "--tmpfs", str(top)] if str(top) not in words else []
            for folder in between:
                words += ["--perms", "0755", "--dir", str(folder)]
            words += ["--ro-bind", path, path]
    return [*words, "--"]


# --- what does not hold is found out ---


class Weakened(Bubblewrap):
    """A sandbox with more words on bwrap's command line, looser limits, or less confinement."""

    def __init__(self, *words: str, **limits: float) -> None:
        super().__init__(())
        self.words = words
        self.limits = limits

    def command(self, control: int, device: str) -> list[str]:
        """Insert the words before the program."""
        words = super().command(control, device)
        end = words.index("--remount-ro") if "--remount-ro" in words else words.index("--")
        shared = [word for word in self.words if word == "--share-net"]  # the last word on the network counts
        added = [word for word in self.words if word not in shared]
        words = [*words[:end], *added, *words[end:]]
        end = words.index("--")
        return [*words[:end], *shared, *words[end:]]

    def worker(self, limits: Limits, preload: tuple[str, ...] = ()) -> Worker:
        """Loosen the limits."""
        return super().worker(dataclasses.replace(limits, **self.limits), preload)  # type: ignore[arg-type]


def weakly_confined(folder: Path, *edits: tuple[str, str], words: tuple[str, ...] = ()) -> Weakened:
    """Return a sandbox whose workers confine themselves by edited modules of `worker/confinement/`."""
    return Weakened(*words, *edited_confinement(folder, *edits))


def edited_confinement(folder: Path, *edits: tuple[str, str]) -> list[str]:
    """Write edited modules of `worker/confinement/` into *folder*; returns the words by which bwrap mounts them."""
    modules = list(Path(confinement.__file__).parent.glob("*.py"))
    sources = {path: path.read_text() for path in modules}
    for old, new in edits:
        (path,) = [path for path, source in sources.items() if old in source]
        assert sources[path].count(old) == 1, old
        sources[path] = sources[path].replace(old, new)
    words = []
    for path, source in sources.items():
        if source != path.read_text():
            (folder / path.name).write_text(source)
            words += ["--ro-bind", str(folder / path.name), str(path)]
    return words


NO_PID_NAMESPACE = ("0x10000000, 0x20000000, 0x40000000", "0x10000000, 0, 0x40000000")
NO_COVER_OF_PROC = ('_mount("tmpfs", "/proc", ', '_mount("tmpfs", "/dev/shm", ')
KEEPS_PRIVILEGES = ("    drop_privileges()\n", "")
MAY_BE_INSPECTED = ('reading its memory."""\n    if LINUX:', 'reading its memory."""\n    if False:')
MAY_BE_INSPECTED_AS_USER = ("file.write(text)\n        prctl(PR_SET_DUMPABLE, 0)\n", "file.write(text)\n")
ANY_SYSTEM_CALL = ("            seccomp.install(memory_files=not spawn.memory_bytes)\n", "            pass\n")
ANOTHER_DESCRIPTOR = ("    os.setsid()\n", "    os.setsid()\n    os.dup2(1, 9)\n")
MANY_FILES = ("nr_inodes={MAX_FILES}", "nr_inodes=40960")
TRACEABLE = (
    ANY_SYSTEM_CALL,
    NO_PID_NAMESPACE,
    NO_COVER_OF_PROC,
    KEEPS_PRIVILEGES,
    MAY_BE_INSPECTED,
    MAY_BE_INSPECTED_AS_USER,
)

Weaken = Callable[[Path], Weakened]
WEAKENINGS: list[tuple[str, Weaken, str]] = [
    ("cannot read our files", lambda folder: Weakened("--ro-bind", "/etc", "/etc"), "/etc/passwd"),
    (
        "cannot read our environment",
        lambda folder: Weakened("--setenv", "ANY", os.environ["COURSE_TOKEN"]),
        "a-token-of-the-course",
    ),
    (
        "cannot open a connection",
        lambda folder: weakly_confined(folder, ANY_SYSTEM_CALL, words=("--share-net",)),
        "TCP to this machine",
    ),
    ("cannot see another process", lambda folder: weakly_confined(folder, NO_COVER_OF_PROC), "2, "),
    (
        "cannot trace another process",
        lambda folder: weakly_confined(folder, *TRACEABLE),
        "",
    ),
    (
        "cannot write outside its scratch folder",
        lambda folder: Weakened("--perms", "0755", "--dir", "/var", "--bind", "/var/tmp", "/var/tmp"),
        "/var/tmp/grader-probe-",
    ),
    (
        "cannot leave a process behind",
        lambda folder: weakly_confined(folder, NO_PID_NAMESPACE),
        "a process went on after its worker was ended",
    ),
    (
        "cannot leave anything for the next worker",
        lambda folder: Weakened("--perms", "1777", "--tmpfs", "/run"),
        "/run",
    ),
    (
        "cannot end what it does not own",
        lambda folder: weakly_confined(folder, NO_PID_NAMESPACE),
        "the probe itself failed: the supervisor of a worker has gone",
    ),
    ("has no descriptor of ours", lambda folder: weakly_confined(folder, ANOTHER_DESCRIPTOR), "9"),
    (
        "cannot make system calls that no check needs",
        lambda folder: weakly_confined(folder, ANY_SYSTEM_CALL),
        "ptrace, ",
    ),
    ("cannot leave its processors", lambda folder: weakly_confined(folder, ANY_SYSTEM_CALL), "it runs on "),
    (
        "is stopped at the limit on processor time",
        lambda folder: Weakened(cpu_seconds=100, request_seconds=4),
        "the time limit ended it",
    ),
    (
        "is held to it with all its processes together",
        lambda folder: Weakened(memory_bytes=4 * 1024**3),
        "6 processes of ",
    ),
    ("is held to a number of files", lambda folder: weakly_confined(folder, MANY_FILES), "5000"),
    ("has no privileges", lambda folder: weakly_confined(folder, KEEPS_PRIVILEGES), ""),
    ("is held to the memory limit", lambda folder: Weakened(memory_bytes=4 * 1024**3), "536870912"),
    ("is held to the limit on processes", lambda folder: Weakened(processes=1000), "48 at once"),
    ("is held to the limit on file size", lambda folder: Weakened(file_bytes=1024**3), "4194304"),
    ("is held to the limit on scratch space", lambda folder: Weakened(scratch_bytes=1024**3), "16777216"),
    ("is held to the limit on open files", lambda folder: Weakened(open_files=1000), "128"),
    ("is held to the limit on output", lambda folder: Weakened(output_bytes=10**6), "20001 bytes were kept"),
    ("is held to the limit on replies", lambda folder: Weakened(reply_bytes=10**8), "True"),
]


@pytest.mark.usefixtures("needs_bubblewrap")
@pytest.mark.parametrize(
    ("promise", "weaken", "found"), [pytest.param(*case, id=case[0].replace(" ", "-")) for case in WEAKENINGS]
)
def test_a_broken_promise_is_found_out(
    promise: str, weaken: Weaken, found: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sandbox that was weakened in one respect does not pass, and the suite says what the attack achieved."""
    monkeypatch.setenv("COURSE_TOKEN", "a-token-of-the-course")
    with weaken(tmp_path) as sandbox:
        probe = conformance._held(sandbox, promise, conformance._PROBES[promise])

    assert not probe.held
    assert probe.found.startswith(found)


class Patient(Bubblewrap):
    """A sandbox that waits for a worker and then takes silence for an answer."""

    def worker(self, limits: Limits, preload: tuple[str, ...] = ()) -> Worker:
        """Return a worker whose time-outs look like returns."""
        worker = super().worker(limits, preload)
        ask = worker.ask

        def patiently(request: protocol.Request) -> protocol.Reply:
            try:
                return ask(request)
            except BaseException:
                return protocol.Returned(protocol.Plain("nothing"))

        worker.ask = patiently  # type: ignore[method-assign]
        return worker


@pytest.mark.usefixtures("needs_bubblewrap")
def test_a_missing_time_limit_is_found_out() -> None:
    """A sandbox in which a loop without end returns does not pass."""
    assert broken(Patient(()))["is stopped at the time limit"] == "it returned nothing"


def test_every_promise_has_a_weakening() -> None:
    """No attack goes without a sandbox that shows that it can succeed."""
    assert {*(promise for promise, _weaken, _found in WEAKENINGS), "is stopped at the time limit"} == set(PROMISES)


class Readable(Local):
    """The local sandbox without Landlock."""

    def landlock(self) -> tuple[str, ...]:
        """Forget which paths may be read."""
        return ()


def test_local_without_landlock_is_found_out() -> None:
    """The local sandbox keeps our files secret by Landlock alone, and the suite notices its absence."""
    complaints = broken(Readable(()))

    assert "/etc/passwd" in complaints["cannot read our files"]


class Stillborn(Bubblewrap):
    """A sandbox whose program ends at once."""

    def command(self, control: int, device: str) -> list[str]:
        """Return a command that only complains."""
        return ["sh", "-c", "echo no such luck >&2"]


def test_a_sandbox_that_does_not_start_keeps_nothing() -> None:
    """Where no worker starts there is one finding, and it repeats what the program said."""
    complaints = broken(Stillborn(()))

    assert list(complaints) == [conformance.STARTS]
    assert "no such luck" in complaints[conformance.STARTS]


# --- choosing ---


@pytest.fixture
def backends(monkeypatch: pytest.MonkeyPatch) -> dict[str, type[Sandbox]]:
    """The table of sandboxes to choose from, to be changed at will."""
    table: dict[str, type[Sandbox]] = dict(selection.BACKENDS)
    monkeypatch.setattr(selection, "BACKENDS", table)
    return table


class Networked(Bubblewrap):
    """A sandbox that leaves the network open."""

    def command(self, control: int, device: str) -> list[str]:
        """Share the network."""
        words = super().command(control, device)
        return [words[0], *words[1 : words.index("--")], "--share-net", *words[words.index("--") :]]


@pytest.mark.usefixtures("needs_bubblewrap")
def test_auto_is_the_strongest_that_holds(backends: dict[str, type[Sandbox]]) -> None:
    """`auto` takes bubblewrap where it holds, and the next where it does not."""
    with selection.choose("auto", ()) as sandbox:
        assert sandbox.name == "bubblewrap"
    backends["bubblewrap"] = Networked
    with selection.choose("auto", ()) as sandbox:
        assert sandbox.name == "local"


def test_a_name_that_is_no_sandbox_is_refused() -> None:
    """An unknown name is a usage error that lists the known ones."""
    with pytest.raises(UsageError, match="no sandbox `chroot`; there are: auto, bubblewrap, local"):
        selection.choose("chroot", ())


@pytest.mark.usefixtures("needs_bubblewrap")
def test_a_weak_sandbox_is_refused(backends: dict[str, type[Sandbox]]) -> None:
    """A sandbox with a broken promise is not used, and the text says which one and how to go on."""
    backends["bubblewrap"] = Networked

    explained = (
        r"no sandbox that may hold a submission: `bubblewrap` does not keep: cannot open a connection "
        r"\(an abstract Unix socket\)\. For a better one see `grader doctor`, "
        r"or pass --allow-unsafe-sandbox for code that you trust"
    )
    with pytest.raises(UnsafeSandbox, match=explained):
        selection.choose("bubblewrap", ())


@pytest.mark.usefixtures("needs_bubblewrap")
def test_a_weak_sandbox_may_be_insisted_on(backends: dict[str, type[Sandbox]]) -> None:
    """With leave to be unsafe the named sandbox is used, as long as it starts."""
    backends["bubblewrap"] = Networked
    with selection.choose("bubblewrap", (), allow_unsafe=True) as sandbox:
        assert isinstance(sandbox, Networked)
    backends["bubblewrap"] = Stillborn
    with pytest.raises(UnsafeSandbox, match=r"does not keep: starts \(.*no such luck\)"):
        selection.choose("bubblewrap", (), allow_unsafe=True)


def test_without_bwrap_the_advice_is_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the program is missing, the error says what to install."""
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(UnsafeSandbox, match=r"starts \(`bwrap` is not installed; on Debian and Ubuntu: sudo apt-get"):
        selection.choose("bubblewrap", ())
    with pytest.raises(UnsafeSandbox, match="For a better one install bubblewrap"):
        selection.choose("bubblewrap", ())


# --- the life of a sandbox and its workers ---


class Absent(Bubblewrap):
    """A sandbox whose program does not exist."""

    name = "absent"

    def command(self, control: int, device: str) -> list[str]:
        """Return a command that is not there."""
        return ["/nowhere/program"]


def test_a_program_that_is_missing_is_a_fault_of_ours() -> None:
    """A sandbox that cannot be started says why."""
    with (
        Absent(()) as sandbox,
        pytest.raises(SandboxFault, match=r"the sandbox `absent` could not be started: no program /nowhere/program"),
    ):
        sandbox.open()


def test_a_fork_server_that_ended_is_a_fault_of_ours() -> None:
    """A sandbox that has gone away says what it said last."""
    with Stillborn(()) as sandbox:
        sandbox.open()
        assert sandbox._process is not None
        sandbox._process.wait()
        with pytest.raises(SandboxFault, match="the sandbox `bubblewrap` has ended: no such luck"):
            sandbox.worker(Limits())


@pytest.mark.usefixtures("needs_bubblewrap")
def test_a_worker_that_cannot_be_confined_never_starts(tmp_path: Path) -> None:
    """Where a step of confinement fails, no student code runs and the fault is ours."""
    no_user = weakly_confined(tmp_path, ("    os.setsid()\n", '    raise OSError("no session for you")\n'))

    with no_user as sandbox, pytest.raises(SandboxFault, match="a worker could not be confined: no session for you"):
        sandbox.worker(Limits())


@pytest.mark.usefixtures("needs_bubblewrap")
def test_a_worker_needs_its_namespaces(tmp_path: Path) -> None:
    """Where the kernel refuses namespaces, bubblewrap refuses to go on without them."""
    refused = weakly_confined(
        tmp_path, ("    user, group = os.geteuid()", '    raise OSError("refused")\n    user, group = os.geteuid()')
    )

    with refused as sandbox, pytest.raises(SandboxFault, match="a worker could not be confined: refused"):
        sandbox.worker(Limits())


@pytest.mark.usefixtures("needs_bubblewrap")
def test_a_supervisor_that_is_killed_is_a_fault_of_ours() -> None:
    """Without its supervisor nothing is known of a worker's end, so nothing is concluded."""
    with Bubblewrap(()) as sandbox:
        worker = sandbox.worker(Limits())
        supervisor = processes_below(sandbox)[-2]
        os.kill(supervisor, signal.SIGKILL)
        with pytest.raises(SandboxFault, match="the supervisor of a worker has gone"):
            worker.end()


@pytest.mark.usefixtures("needs_bubblewrap")
def test_a_supervisor_that_does_not_answer_is_a_fault_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """A supervisor that gets no processor for too long is told apart from one that is gone."""
    monkeypatch.setattr(worker_module, "_END_SECONDS", 0.3)
    with Bubblewrap(()) as sandbox:
        worker = sandbox.worker(Limits())
        supervisor = processes_below(sandbox)[-2]
        os.kill(supervisor, signal.SIGSTOP)
        with pytest.raises(SandboxFault) as raised:
            worker.end()
        os.kill(supervisor, signal.SIGKILL)
    assert str(raised.value) == (
        "the supervisor of a worker did not report within 0.3 s: does this machine have too much to do?"
    )


def test_ending_twice_is_ending_once(sandbox: Sandbox) -> None:
    """The end of a worker may be asked for again and stays what it was."""
    worker = sandbox.worker(Limits())

    assert worker.end() is worker.end()


def test_a_worker_does_not_outlive_its_supervisor(kind: type[Sandbox]) -> None:
    """Where the process that would kill a worker is gone, the worker goes as well."""
    with kind(()) as sandbox:
        worker = sandbox.worker(Limits())
        supervisor, process = processes_below(sandbox)[-2:]
        os.kill(supervisor, signal.SIGKILL)
        assert gone([process])
        worker.abandon()


def test_closing_a_sandbox_ends_everything(kind: type[Sandbox]) -> None:
    """After a sandbox is closed no process of it is left, also where workers were busy."""
    with kind(()) as sandbox:
        workers = [sandbox.worker(Limits()) for _ in range(3)]
        for worker in workers:
            source = b"import os, time\nif os.fork() == 0: os.setsid(); time.sleep(60)\n"
            worker.ask(protocol.Load((protocol.File("a.py", source),), "a.py", ()))
        below = processes_below(sandbox)
        assert len(below) >= 1 + 3 * 3
    assert gone(below)


SPAWN_AND_WAIT = """
import sys, time
from grader import protocol
from grader.protocol import Limits
from grader.sandbox.selection import BACKENDS
sandbox = BACKENDS[sys.argv[1]](())
worker = sandbox.worker(Limits())
worker.ask(protocol.Load((protocol.File("a.py", b"import os, time\\nif os.fork() == 0: time.sleep(60)"),), "a.py", ()))
print(sandbox._process.pid, flush=True)
time.sleep(60)
"""


def test_killing_the_harness_ends_everything(kind: type[Sandbox]) -> None:
    """A harness that is killed leaves no worker behind."""
    command = [sys.executable, "-c", SPAWN_AND_WAIT, kind.name]
    environment = {**os.environ, "PYTHONPATH": str(GRADER.parent)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as harness:
        assert harness.stdout is not None
        pid = int(harness.stdout.readline())
        below = [pid, *descendants(pid)]
        assert len(below) >= 4
        harness.kill()
    assert gone(below)


def asked(worker: Worker, source: str) -> object:
    """Let a worker import *source* and return what its `f()` returns."""
    worker.ask(protocol.Load((protocol.File("a.py", textwrap.dedent(source).encode()),), "a.py", ()))
    reply = worker.ask(protocol.Call("f", (), {}))
    assert isinstance(reply, protocol.Returned), reply
    return protocol.unpack(reply.value)


def test_workers_do_not_see_each_other(sandbox: Sandbox) -> None:
    """What one worker writes, another of the same sandbox does not find."""
    first, second = sandbox.worker(Limits()), sandbox.worker(Limits())
    wrote = asked(
        first,
        """
        import os
        def f():
            for folder in ("/tmp", "/dev/shm", "/tmp/submission"):
                open(f"{folder}/left", "w").close()
            return True
        """,
    )
    found = asked(
        second,
        """
        import os
        def f(): return [folder for folder in ("/tmp", "/dev/shm", "/tmp/submission") if os.path.exists(f"{folder}/left")]
        """,
    )
    first.end()
    second.end()

    assert wrote is True
    assert found == []


def test_a_full_machine_of_one_submission_is_not_that_of_another(sandbox: Sandbox) -> None:
    """A worker that starts every process it may leaves the workers beside it theirs."""
    with Bubblewrap(()) as other:
        greedy, modest = sandbox.worker(Limits(processes=20)), other.worker(Limits(processes=20))
        started = asked(
            greedy,
            """
            import os, time
            def f():
                started = 0
                try:
                    while True:
                        if os.fork() == 0: time.sleep(60)
                        started += 1
                except OSError:
                    return started
            """,
        )
        status = asked(
            modest,
            """
            import os
            def f():
                pid = os.fork()
                if pid == 0: os._exit(0)
                return os.waitpid(pid, 0)[1]
            """,
        )
        greedy.end()
        modest.end()

    assert isinstance(started, int)
    assert 0 < started < 20
    assert status == 0


def test_a_hundred_workers_leave_no_descriptor_open(sandbox: Sandbox) -> None:
    """Forking and ending workers costs the harness no file handle and the sandbox no process."""
    sandbox.worker(Limits()).end()
    before = len(os.listdir("/proc/self/fd")), len(processes_below(sandbox))
    for _ in range(100):
        sandbox.worker(Limits()).end()

    assert len(os.listdir("/proc/self/fd")) == before[0]
    assert len(processes_below(sandbox)) <= before[1] + 1  # the last supervisor is collected at the next fork


@pytest.mark.usefixtures("needs_bubblewrap")
def test_a_worker_that_is_not_used_is_let_go() -> None:
    """Warming a sandbox leaves no worker behind."""
    with Bubblewrap(()) as own:
        own.worker(Limits()).end()
        before = set(processes_below(own))
        own.warm(())
        own.worker(Limits()).end()
        assert gone(sorted(set(processes_below(own)) - before))


def gone(pids: list[int]) -> bool:
    """Wait until all of *pids* have ended; each must, within the time a loaded machine takes."""
    for pid in pids:
        for _ in range(500):
            try:
                if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                    break
            except psutil.NoSuchProcess:
                break
            time.sleep(0.01)
        else:
            return False
    return True


@pytest.mark.usefixtures("needs_bubblewrap")
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give each worker a user of its own")
def test_where_nobody_may_nest_each_worker_is_a_user_of_its_own(tmp_path: Path) -> None:
    """Where root makes the namespaces and gives no user namespace, other graders' workers must not be counted as this one's."""
    edit = ("    if not LINUX or os.geteuid() != 0:\n        return False\n", "    return False\n")
    with weakly_confined(tmp_path, edit) as sandbox:
        users = [conformance._ask(sandbox, "privileges")[0] for _ in range(2)]  # type: ignore[index]
        held = conformance.run(sandbox)

    assert all(61184 <= user <= 65519 for user in users)
    assert [probe.explain() for probe in held if not probe.held] == []


def test_a_probe_whose_target_has_moved_says_so() -> None:
    """That a file cannot be read proves something only while it is there."""
    assert conformance._target("grading", "verdict.py").is_file()

    with pytest.raises(
        HarnessFault, match=r"nowhere\.py: the conformance suite tries to read this file, and there is none"
    ):
        conformance._target("nowhere.py")
