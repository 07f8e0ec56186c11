"""
Measure what grading costs, and print it as ratios within one run where that is what matters.

    make bench                              a class of 100
    make bench SUBMISSIONS=1000             a larger one, for the memory column

Processor time is that of this process and of everything below it, sandboxes and workers included.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import torch
from rich.console import Console
from rich.progress import track
from rich.table import Table

from grader import protocol
from grader import submission as submissions
from grader.course import assignment as assignments
from grader.errors import EngineError
from grader.grading.batch import ClassRequest, grade_all
from grader.grading.request import GradingRequest
from grader.keys import public_keys
from grader.model import Assignment, SourceFile, Submission
from grader.protocol import Limits
from grader.proxy.code import MODULE_PACKAGES, Code
from grader.proxy.session import Session
from grader.proxy.student import RemoteName, Student
from grader.sandbox import Bubblewrap, Local, Sandbox, Worker
from grader.sandbox.docker import engine
from grader.sandbox.docker.sandbox import Docker

COURSE = Path(__file__).parents[2]
KEYS = public_keys("bench")
_OUT = Console()
_CODE = b"def add(a, b):\n    return a + b\n"
_CALLS = 2000
_PEAK = """
def peak_mib():
    import resource
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
"""
_PLAIN = """
from time import perf_counter
import torch
torch.set_num_threads(1)
torch.conv2d(torch.zeros(1, 1, 3, 3), torch.zeros(1, 1, 3, 3))
images = torch.randn({images}, 3, {side}, {side})
a = perf_counter(); model = {name}().eval()
b = perf_counter(); logits = model(images)
c = perf_counter(); logits.sum().backward()
d = perf_counter(); print(b - a, c - b, d - c, peak_mib())
"""
_FORKS = 40


def main(submissions_wanted: int) -> None:
    """Print all tables."""
    everywhere = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(everywhere)})  # harness and worker on one processor, as in a class
    _OUT.print(_boundary())
    _OUT.print(_networks())
    os.sched_setaffinity(0, everywhere)
    _OUT.print(_class("conv_arithmetic", submissions_wanted))
    _OUT.print(_sandboxes("conv_arithmetic", min(submissions_wanted, 20)))


def _backends() -> list[type[Sandbox]]:
    """Return the sandboxes to compare: with `docker` where an engine has its image."""
    try:
        client = engine.connect()
        engine.find_image(client, Docker.image)
    except EngineError as error:
        _OUT.print(f"without docker: {error}\n")
        return [Bubblewrap, Local]
    return [Bubblewrap, Local, Docker]


def _boundary() -> Table:
    """Measure the boundary itself: start, fork, call."""
    backends = _backends()
    table = Table("the boundary", *(backend.name for backend in backends), box=None, title_justify="left")
    rows: dict[str, list[str]] = {}
    direct = _microseconds_of_direct_call()
    for backend in backends:
        with backend(("torch",)) as sandbox:
            started = time.perf_counter()
            _load(sandbox).end()
            rows.setdefault("sandbox start to first answer, ms", []).append(_ms(time.perf_counter() - started))
            rows.setdefault("fork to ready, ms (median of 40)", []).append(_ms(_fork_seconds(sandbox, ())))
            started = time.perf_counter()
            _load(sandbox, ("torch",)).end()
            rows.setdefault("first fork with torch, ms", []).append(_ms(time.perf_counter() - started))
            rows.setdefault("fork to ready with torch, ms", []).append(_ms(_fork_seconds(sandbox, ("torch",))))
            call = _microseconds_of_call(_load(sandbox))
            rows.setdefault(f"one small call, µs (median of {_CALLS:,})", []).append(f"{call:.0f}")
            rows.setdefault("one small call over a direct call, times", []).append(f"{call / direct:,.0f}")
    for name, values in rows.items():
        table.add_row(name, *values)
    return table


def _networks() -> Table:
    """Compare a question about a large network with the network's own work in a plain process."""
    source = (COURSE / "solutions" / "alexnet_vgg16" / "alexnet_vgg16.py").read_text() + _PEAK
    table = Table(
        "large networks, one processor", "AlexNet, 2 images", "VGG16, 1 image", box=None, title_justify="left"
    )
    rows: dict[str, list[str]] = {}
    with Bubblewrap(("torch", "numpy")) as sandbox:
        for name, images, side in (("AlexNet", 2, 227), ("VGG16", 1, 224)):
            plain = subprocess.run(
                [sys.executable, "-c", source + _PLAIN.format(name=name, images=images, side=side)],
                capture_output=True,
                text=True,
                check=True,
            ).stdout.split()
            build, forward, backward, _peak = map(float, plain)
            code = Code(
                files=(SourceFile(path="both.py", content=source.encode()),),
                main="both.py",
                modules=("AlexNet", "VGG16"),
                preload=MODULE_PACKAGES,
            )
            limits = Limits(request_seconds=60, check_seconds=600, memory_bytes=2_500_000_000)
            session = Session(sandbox, code, limits)
            student = Student(session)
            student.peak_mib()  # the worker is there, and torch is in it
            started = time.perf_counter()
            model = RemoteName(session, name).blank()
            model.run(torch.randn(images, 3, side, side), weights=KEYS.weights, gradients="input")
            question = time.perf_counter() - started
            own = build + forward + backward
            for label, value in (
                ("its own construction, s", f"{build:.2f}"),
                ("its own forward, s", f"{forward:.2f}"),
                ("its own backward, s", f"{backward:.2f}"),
                ("our question: construct, fill, forward, backward to the images, s", f"{question:.2f}"),
                ("our question over its own work, times", f"{question / own:.2f}"),
                ("our question over its own forward and backward, times", f"{question / (forward + backward):.2f}"),
                ("most memory of the worker, MiB", f"{student.peak_mib():,.0f}"),
            ):
                rows.setdefault(label, []).append(value)
            session.end()
            whole = RemoteName(session, name)()
            whole.run(torch.randn(images, 3, side, side), gradients="all")
            rows.setdefault("the same with the gradients of all weights, MiB", []).append(f"{student.peak_mib():,.0f}")
            session.end()
    for label, values in rows.items():
        table.add_row(label, *values)
    return table


def _sandboxes(slug: str, count: int) -> Table:
    """Grade the same class in each sandbox."""
    assignment, staged = _staged(slug, count)
    backends = _backends()
    table = Table(f"{count} {slug} submissions", *(backend.name for backend in backends), box=None)
    seconds = []
    for backend in backends:
        results = grade_all(_request(assignment, backend), staged)
        next(results)  # what is started once for the whole class
        started = time.perf_counter()
        assert all(result.score.earned == result.score.possible for result in results)
        seconds.append((time.perf_counter() - started) / (count - 1))
    table.add_row("wall seconds for each, after the first", *(f"{one:.2f}" for one in seconds))
    table.add_row("over bubblewrap, times", *(f"{one / seconds[0]:.1f}" for one in seconds))
    return table


def _staged(slug: str, count: int) -> tuple[Assignment, list[Submission]]:
    """Return an assignment and a class of right submissions in several styles."""
    assignment = assignments.load(COURSE, slug)
    folder = COURSE / "solutions" / slug / "specimens"
    specimens = [path.parent for path in sorted(folder.glob("*/expected.toml")) if path.parent.name.startswith("right")]
    staged = [
        replace(submissions.read(specimens[number % len(specimens)], assignment), name=f"student-{number}")
        for number in range(count)
    ]
    return assignment, staged


def _request(assignment: Assignment, backend: type[Sandbox]) -> ClassRequest:
    return ClassRequest(
        grading=GradingRequest(assignment=assignment, seed="1"),
        submission_sandbox=lambda: backend(assignment.packages),
        reference_sandbox=lambda: Local(assignment.packages),
    )


def _class(slug: str, count: int) -> Table:
    """Grade a class and measure throughput, processor time and memory."""
    assignment, staged = _staged(slug, count)
    before, started = _processor_seconds(), time.perf_counter()
    first: float | None = None
    memory: dict[int, float] = {}
    results = grade_all(_request(assignment, Bubblewrap), staged)
    for done, result in enumerate(track(results, total=count, console=Console(stderr=True), auto_refresh=False), 1):
        assert result.score.earned == result.score.possible
        first = first or time.perf_counter()
        if done in (10, count):
            memory[done] = _resident_mib()
    wall = time.perf_counter() - started
    assert first is not None
    table = Table(f"a class of {count} {slug} submissions", "", box=None)
    table.add_row("submissions a second, after warm-up", f"{(count - 1) / (started + wall - first):.1f}")
    table.add_row("processor seconds for each", f"{(_processor_seconds() - before) / count:.3f}")
    table.add_row("wall seconds, all of it", f"{wall:.1f}")
    table.add_row("warm-up until the first result, seconds", f"{first - started:.2f}")
    for done, mib in memory.items():
        table.add_row(f"harness memory after {done:,} submissions, MiB", f"{mib:.0f}")
    return table


def _load(sandbox: Sandbox, preload: tuple[str, ...] = ()) -> Worker:
    worker = sandbox.worker(Limits(), preload)
    worker.ask(protocol.Load((protocol.File("add.py", _CODE),), "add.py", ()))
    return worker


def _fork_seconds(sandbox: Sandbox, preload: tuple[str, ...]) -> float:
    def once() -> None:
        worker = _load(sandbox, preload)
        durations.append(time.perf_counter() - started)
        worker.end()

    durations: list[float] = []
    for _ in range(_FORKS):
        started = time.perf_counter()
        once()
    return statistics.median(durations)


def _microseconds_of_call(worker: Worker) -> float:
    request = protocol.Call("add", (protocol.Plain(1), protocol.Plain(2)), {})
    median = _median_microseconds(lambda: worker.ask(request))
    worker.end()
    return median


def _microseconds_of_direct_call() -> float:
    namespace: dict[str, Callable[[int, int], int]] = {}
    exec(_CODE, namespace)
    add = namespace["add"]
    return _median_microseconds(lambda: add(1, 2))


def _median_microseconds(function: Callable[[], object]) -> float:
    durations = []
    for _ in range(_CALLS):
        started = time.perf_counter()
        function()
        durations.append(time.perf_counter() - started)
    return statistics.median(durations) * 1e6


def _processor_seconds() -> float:
    own, below = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + below.ru_utime + below.ru_stime


def _resident_mib() -> float:
    return psutil.Process().memory_info().rss / 1024**2


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f}"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
