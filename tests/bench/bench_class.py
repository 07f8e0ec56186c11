"""
Measure what a whole class costs, beside plain pytest in a process for each submission, and what resuming costs.

    make bench                              200 of conv_arithmetic, 40 of alexnet_vgg16, 10,000 recorded gradings
    python tests/bench/bench_class.py 20 2 1000

Processor time is that of a command and of everything below it, sandboxes and workers included.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from grader.classroom.gradebook import Again, Gradebook, HandedIn, plan, standings_of
from grader.classroom.gradebook.store import Grading
from grader.classroom.policies import load
from grader.course import assignment as assignments
from grader.grading import GradingRequest, fingerprint, list_checks
from grader.model import Submission, Suite
from grader.reports import stored_results

COURSE = Path(__file__).parents[2]
_OUT = Console(width=130)
_PLAIN = 10
"""Processes of plain pytest whose mean stands for the class."""
_TEST = """
import {slug} as student
from hypothesis import given, settings, strategies as st

@settings(max_examples=100, database=None)
@given(st.integers(3, 64), st.integers(1, 3), st.integers(1, 3), st.integers(0, 3))
def test_size(n, f, stride, padding):
    assert student.conv2d_output_size(n, f, stride, padding) == (n + 2 * padding - f) // stride + 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a command took."""

    wall_seconds: float
    processor_seconds: float
    peak_mib: float
    """Of all of its processes together; pages that they share count once for each."""


def measured(words: list[str], cwd: Path) -> Cost:
    """Run a command and measure it; raises CalledProcessError if it fails."""
    before, started = _children_seconds(), time.monotonic()
    peak = 0.0
    with subprocess.Popen(words, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        root = psutil.Process(process.pid)
        while process.poll() is None:
            peak = max(peak, _resident_mib(root))
            time.sleep(0.2)
        assert process.stderr is not None
        if process.returncode not in (0, 3):
            raise subprocess.CalledProcessError(process.returncode, words, stderr=process.stderr.read())
    return Cost(wall_seconds=time.monotonic() - started, processor_seconds=_children_seconds() - before, peak_mib=peak)


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _resident_mib(root: psutil.Process) -> float:
    total = 0
    for process in (root, *_below(root)):
        try:
            total += process.memory_info().rss
        except psutil.Error:  # it has ended meanwhile
            continue
    return total / 1024**2


def _below(root: psutil.Process) -> list[psutil.Process]:
    try:
        return root.children(recursive=True)
    except psutil.Error:
        return []


def a_class(slug: str, count: int, folder: Path) -> Path:
    """Write a class: the specimens of an assignment again and again, each with a line of its own."""
    specimens = sorted((COURSE / "solutions" / slug / "specimens").glob(f"*/{slug}.py"))
    for number in range(count):
        source = specimens[number % len(specimens)].read_text() + f"\n# {number}\n"
        file = folder / slug / f"student{number:04}" / f"{slug}.py"
        file.parent.mkdir(parents=True)
        file.write_text(source)
    return folder / slug


def grade(slug: str, handed_in: Path, folder: Path, *words: str) -> Cost:
    """Grade a class with the command line."""
    command = [
        sys.executable,
        "-m",
        "grader",
        "grade",
        slug,
        str(handed_in),
        "--course",
        str(COURSE),
        "--quiet",
        *words,
    ]
    return measured(command, folder)


def plain_pytest(slug: str, handed_in: Path, folder: Path) -> Cost:
    """Run one property of the public checks with plain pytest, in a process for each of a few submissions."""
    chosen = sorted(handed_in.iterdir())[:_PLAIN]
    costs = []
    for one in chosen:
        (one / "test_plain.py").write_text(_TEST.format(slug=slug))
        words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:grader", str(one)]
        before, started = _children_seconds(), time.monotonic()
        subprocess.run(words, cwd=folder, env={**os.environ, "PYTHONPATH": str(one)}, capture_output=True, check=False)
        costs.append((time.monotonic() - started, _children_seconds() - before))
        (one / "test_plain.py").unlink()
    return Cost(
        wall_seconds=sum(wall for wall, _cpu in costs) / len(costs),
        processor_seconds=sum(cpu for _wall, cpu in costs) / len(costs),
        peak_mib=0,
    )


def classes(small: int, large: int) -> Table:
    """Grade a class of each kind with one and with two jobs."""
    table = Table(
        "class", "jobs", "a minute", "CPU s each", "peak MiB", "against 1 job", title="A class", title_justify="left"
    )
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for slug, count in (("conv_arithmetic", small), ("alexnet_vgg16", large)):
            handed_in = a_class(slug, count, folder)
            alone = None
            for jobs in (1, 2):
                cost = grade(slug, handed_in, folder, "--jobs", str(jobs))
                alone = alone or cost.wall_seconds
                table.add_row(
                    f"{count} of {slug}",
                    str(jobs),
                    f"{60 * count / cost.wall_seconds:.1f}",
                    f"{cost.processor_seconds / count:.2f}",
                    f"{cost.peak_mib:.0f}",
                    f"{alone / cost.wall_seconds:.2f}x",
                )
            if slug == "conv_arithmetic":
                plain = plain_pytest(slug, handed_in, folder)
                table.add_row(
                    "plain pytest, one property",
                    "1",
                    f"{60 / plain.wall_seconds:.1f}",
                    f"{plain.processor_seconds:.2f}",
                    "",
                    "",
                )
    return table


def resuming(count: int) -> Table:
    """Record gradings, and find that nothing is left to grade."""
    assignment = assignments.load(COURSE, "conv_arithmetic")
    request = GradingRequest(assignment=assignment, seed="1" * 32)
    checks = list_checks(assignment, Suite.ALL)
    digests = fingerprint(request, checks)
    table = Table("gradebook", "seconds", title=f"{count} recorded gradings", title_justify="left")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        specimen = COURSE / "solutions/conv_arithmetic/specimens/one_bias"
        grade("conv_arithmetic", specimen, folder, "--out", str(folder / "one"))
        (result,), _refused = stored_results.read([folder / "one"])
        every = [Submission(name=f"s{number}", files=(), sha256=f"{number:064x}") for number in range(count)]
        whose = {one.name: (HandedIn(student=one.name),) for one in every}
        with Gradebook.open(str(folder / "gradebook.db"), make=True) as book:
            started = time.monotonic()
            for one in every:
                graded = replace(result, submission=one.name)
                book.record(Grading(submission=one, handed_in=whose[one.name][0], graded=graded, fingerprint=digests))
            table.add_row("to record one", f"{(time.monotonic() - started) / count:.4f}")
            started = time.monotonic()
            planned = plan(book, request, checks, digests, every, whose, Again())
            assert not planned.tasks
            table.add_row("to find that all are there", f"{time.monotonic() - started:.2f}")
            started = time.monotonic()
            policy = load(COURSE)
            known = standings_of(book, policy, {assignment.slug: assignment})
            assert len(known.records) == count
            table.add_row("to read who has what", f"{time.monotonic() - started:.2f}")
    return table


def main(small: int = 200, large: int = 40, recorded: int = 10_000) -> None:
    """Print what a class costs."""
    _OUT.print(classes(small, large))
    _OUT.print(resuming(recorded))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
