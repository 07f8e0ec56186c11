"""The `docker` sandbox on a real engine: what it holds, what a container is, and what becomes of it whatever happens."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import containers
import pytest
from specimens import gets_what_it_declares, specimen

from grader import protocol
from grader.course import assignment as assignments
from grader.errors import EngineError, SandboxFault
from grader.model import Blame
from grader.protocol import Limits
from grader.sandbox import Worker
from grader.sandbox.conformance import suite as conformance
from grader.sandbox.docker import engine
from grader.sandbox.docker.sandbox import Docker

pytestmark = [pytest.mark.container, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
LOAD = protocol.Load(
    (protocol.File("any.py", b"import time\ndef nap(s): time.sleep(s)\ndef one(): return 1\n"),), "any.py", ()
)


@pytest.fixture(autouse=True)
def tested_image(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let sandboxes take the image that was built from this very source."""
    monkeypatch.setattr(Docker, "image", containers.worker_image())


@pytest.fixture
def sandbox() -> Iterator[Docker]:
    """A sandbox with its first container."""
    with Docker(("numpy",)) as opened:
        opened.open()
        yield opened


def answers(worker: Worker) -> bool:
    """Ask a worker something simple."""
    worker.ask(LOAD)
    return worker.ask(protocol.Call("one", (), {})) == protocol.Returned(protocol.Plain(1))


def made_by(sandbox: Docker) -> list[dict[str, Any]]:
    """Return the containers of a sandbox."""
    assert sandbox._process is not None
    owner = f" {sandbox._process.pid} "
    return [one for one in containers.ours() if owner in one["Labels"][engine._OWNER_LABEL]]


def wait_until(happened: Callable[[], bool], seconds: float = 20) -> bool:
    """Wait for something that the engine does in its own time."""
    deadline = time.monotonic() + seconds
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.05)
    return happened()


# --- what it holds ---


def test_every_promise_is_kept() -> None:
    """A worker in a container withstands every attack of the conformance suite."""
    with Docker(("torch",)) as sandbox:
        held = conformance.run(sandbox)

    assert len(held) == len(conformance._PROBES) + 1
    assert [probe.explain() for probe in held if not probe.held] == []


def test_a_container_can_do_nothing_but_compute(sandbox: Docker) -> None:
    """As the engine sees it: no network, a read-only root, no privilege, limits on everything, nothing mounted."""
    sandbox.worker(Limits(memory_bytes=3 * 1024**3)).end()
    (made,) = made_by(sandbox)
    found = containers.client().inspect_container(made["Id"])
    host = found["HostConfig"]

    assert (host["NetworkMode"], host["ReadonlyRootfs"], host["Privileged"]) == ("none", True, False)
    assert (host["CapDrop"], host["CapAdd"], host["Binds"], found["Mounts"]) == (["ALL"], None, None, [])
    assert "no-new-privileges" in host["SecurityOpt"]
    assert any(option.startswith("seccomp={") for option in host["SecurityOpt"])
    assert host["Memory"] == host["MemorySwap"] == engine.container_bytes(3 * 1024**3)
    assert host["PidsLimit"] > 0
    assert (host["NanoCpus"], host["ShmSize"]) == (10**9, 64 * 1024**2)
    assert found["Config"]["User"] == "1000:1000"
    assert found["Config"]["Env"] == containers.client().inspect_image(containers.WORKER)["Config"]["Env"]


def test_no_answer_is_in_the_image() -> None:
    """The image of workers holds what runs beside student code, and no file that could know an answer."""
    listed = containers.docker(
        "run", "--rm", "--entrypoint", "find", containers.WORKER, "/opt", "/course", "-name", "*.py"
    )
    ours = {path for path in listed.stdout.split() if "/grader/" in path}

    assert {Path(path).parent.name for path in ours} == {
        *("grader", "protocol", "worker", "confinement", "execution", "sandbox", "docker"),
    }
    assert not {Path(path).name for path in ours} & {
        "oracles.py",
        "keys.py",
        "known.py",
        "learning.py",
        "misconceptions.py",
        "splits.py",
        "verdict.py",
    }
    assert "sklearn" not in listed.stdout  # it brings the labels of its digits
    assert "/course" in listed.stderr  # there is none


# --- a container for each submission ---


def test_each_submission_gets_a_container_that_held_none(sandbox: Docker) -> None:
    """The next one is made ahead of need, used once and removed; where none follows, none is made."""
    assert answers(sandbox.worker(Limits()))
    (first,) = (one["Id"] for one in made_by(sandbox))
    sandbox.next_submission(more=True)
    assert answers(sandbox.worker(Limits()))
    assert wait_until(lambda: len(made_by(sandbox)) == 2)
    (second,) = {one["Id"] for one in made_by(sandbox)} - {first}

    sandbox.next_submission(more=False)
    assert answers(sandbox.worker(Limits()))
    assert wait_until(lambda: len(made_by(sandbox)) == 1)
    assert [one["Id"] for one in made_by(sandbox)] == [second]


def test_a_file_does_not_reach_the_next_submission(sandbox: Docker) -> None:
    """Even one that our own worker wrote outside of any scratch folder is gone with its container."""
    sandbox.worker(Limits()).end()
    (made,) = made_by(sandbox)
    sandbox.next_submission(more=False)
    assert containers.docker("exec", made["Id"], "touch", "/tmp/left").returncode == 0

    sandbox.next_submission(more=False)
    sandbox.worker(Limits()).end()
    (now,) = (one["Id"] for one in made_by(sandbox) if one["Id"] != made["Id"])
    assert containers.docker("exec", now, "ls", "/tmp/left").returncode != 0


def test_nothing_is_left_after_it(sandbox: Docker) -> None:
    """The present container and the spare one go with the sandbox."""
    sandbox.next_submission(more=True)
    sandbox.worker(Limits())
    owner = sandbox._process
    assert owner is not None
    sandbox.close()

    assert wait_until(lambda: not [one for one in containers.ours() if f" {owner.pid} " in str(one["Labels"])])


def test_a_container_that_is_killed_is_the_machines_fault(sandbox: Docker) -> None:
    """A harness that waits for an answer learns that nothing may be concluded; a renewed sandbox goes on."""
    worker = sandbox.worker(Limits())
    worker.ask(LOAD)
    (made,) = made_by(sandbox)
    containers.client().kill(made["Id"])
    with pytest.raises(SandboxFault) as raised:
        worker.ask(protocol.Call("nap", (protocol.Plain(20),), {}))
    assert "a container ended although nobody told it to" in str(raised.value) or "supervisor" in str(raised.value)
    assert wait_until(sandbox.has_ended)

    sandbox.renew()
    assert answers(sandbox.worker(Limits()))


def test_a_killed_harness_leaves_no_container(tmp_path: Path) -> None:
    """Where the harness and its pool are killed, the engine closes the stream, and the container ends by itself."""
    script = (
        "import sys, time\nfrom grader.sandbox.docker.sandbox import Docker\nfrom grader.protocol import Limits\n"
        f"Docker.image = {containers.WORKER!r}\nsandbox = Docker(('numpy',))\nsandbox.worker(Limits())\n"
        "print(sandbox._process.pid, flush=True)\ntime.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=tmp_path) as harness:
        assert harness.stdout is not None
        pool = int(harness.stdout.readline())
        assert [one for one in containers.ours() if f" {pool} " in str(one["Labels"])]
        os.kill(pool, signal.SIGKILL)
        harness.kill()

    assert wait_until(lambda: not [one for one in containers.ours() if f" {pool} " in str(one["Labels"])])


def test_what_a_dead_process_left_is_removed() -> None:
    """A container whose owner is gone is found by its label at the next start; those of others are let alone."""
    with subprocess.Popen(["true"]) as gone:
        gone.wait()
    label = engine._OWNER_LABEL
    dead = ("--label", f"{label}={os.uname().nodename} {gone.pid} 12345")
    elsewhere = ("--label", f"{label}=another-machine {gone.pid} 12345")
    alive = ("--label", f"{label}={engine._owner(os.getpid())}")
    sleep = ("--entrypoint", "sleep", containers.WORKER, "60")
    with (
        containers.container(*dead, *sleep) as abandoned,
        containers.container(*elsewhere, *sleep) as others,
        containers.container(*alive, *sleep) as mine,
        Docker(("numpy",)) as sandbox,
    ):
        sandbox.worker(Limits()).end()
        left = {one["Id"] for one in containers.ours()}

        assert abandoned not in left
        assert {others, mine} <= left


# --- the same scores as everywhere ---


@pytest.mark.parametrize("slug", containers.SPECIMENS)
def test_specimens_get_what_they_declare(slug: str) -> None:
    """The same submission gets the same outcome of every check, whatever the sandbox."""
    contained = containers.graded(slug, Docker, assignments.load(ROOT, slug).packages)

    for name, result in contained.items():
        assert result.environment.sandbox == "docker"
        gets_what_it_declares(specimen(slug, name), result)


class Mortal(Docker):
    """A sandbox whose first container is killed while it is asked."""

    killed = False

    def next_submission(self, *, more: bool) -> None:
        """Kill the container of the first submission."""
        super().next_submission(more=more)
        if not Mortal.killed:
            Mortal.killed = True
            self.worker(Limits()).end()
            containers.client().kill(made_by(self)[0]["Id"])


def test_a_class_goes_on_where_a_container_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The submission whose container was killed is graded a second time, and nobody loses a point."""
    monkeypatch.setitem(containers.SPECIMENS, "conv_arithmetic", ("right_counting", "stub"))
    results = containers.graded("conv_arithmetic", Mortal, ("numpy",))

    assert Mortal.killed
    assert {name: result.score.earned for name, result in results.items()} == {"right_counting": 30, "stub": 0}
    assert not any(check.blame is Blame.INFRASTRUCTURE for result in results.values() for check in result.checks)


# --- what is wrong is said in a sentence ---


def test_an_image_that_is_not_there() -> None:
    """Nothing is started; the sentence says what to run."""
    sandbox = Docker(("numpy",))
    sandbox.image = "no-such-image:ever"
    with sandbox, pytest.raises(EngineError) as raised:
        sandbox.open()
    assert str(raised.value) == "the Docker engine has no image no-such-image:ever: build it with `grader image build`"


def test_an_image_of_another_version() -> None:
    """An image whose worker is not this one's would misunderstand it."""
    sandbox = Docker(("numpy",))
    sandbox.image = containers.BASE
    with sandbox, pytest.raises(EngineError) as raised:
        sandbox.open()
    assert str(raised.value) == (
        f"the image {containers.BASE} was built from another version of the grader: "
        "build it anew with `grader image build`"
    )


def test_no_runtime_for_a_gpu() -> None:
    """An engine that cannot give a GPU says so once, and the sentence says what to install."""
    if json.loads(containers.docker("info", "--format", "{{json .Runtimes}}").stdout).get("nvidia"):
        pytest.skip("this engine has an NVIDIA runtime")
    with Docker(("torch",)) as sandbox:
        sandbox.open("cuda")
        with pytest.raises(SandboxFault) as raised:
            sandbox.worker(Limits())
    assert "the Docker engine cannot give a container a GPU" in str(raised.value)
    assert "install the NVIDIA container toolkit on its machine, or grade with `--device cpu`" in str(raised.value)


# --- an engine elsewhere ---


@pytest.fixture
def engine_by_tcp() -> Iterator[str]:
    """The engine of this machine, reached as one of another machine would be."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _ToTheEngine) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"tcp://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


class _ToTheEngine(socketserver.BaseRequestHandler):
    """Passes every byte on, both ways."""

    def handle(self) -> None:
        """Serve one connection until either side closes it."""
        with socket.socket(socket.AF_UNIX) as there:
            there.connect("/var/run/docker.sock")
            ends = {self.request: there, there: self.request}
            while ends:
                for end in select.select(list(ends), [], [])[0]:
                    if piece := end.recv(1 << 16):
                        ends[end].sendall(piece)
                    else:
                        with contextlib.suppress(OSError):
                            ends[end].shutdown(socket.SHUT_WR)
                        return


def test_an_engine_of_another_machine_will_do(engine_by_tcp: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but its API is needed: submission, questions and answers travel over the stream."""
    monkeypatch.setenv("DOCKER_HOST", engine_by_tcp)
    with Docker(("numpy",)) as sandbox:
        assert answers(sandbox.worker(Limits()))
        large = protocol.Load((protocol.File("any.py", b"#" * 3_000_000 + b"\ndef one(): return 1\n"),), "any.py", ())
        worker = sandbox.worker(Limits())
        worker.ask(large)
        assert worker.ask(protocol.Call("one", (), {})) == protocol.Returned(protocol.Plain(1))
