"""
Measure whole commands against their floors: the same work in plain processes, without a boundary, measured in the same run.

    make bench

Each figure is the median of three.  Processor time is that of a command and of everything that it started.  Ratios are to be
compared, not seconds: the floors move with the machine.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

COURSE = Path(__file__).parents[2]
SMALL = Path(__file__).parent / "small_course"
"""A course of one small assignment: a function on a grid, and a network that is built, run and run backward, in five checks."""
ROUNDS = 3
FEW, MANY = 20, 60
"""Sizes of two classes; what one more submission takes is the difference, which holds nothing that is paid once."""
CORE = str(min(os.sched_getaffinity(0)))
_OUT = Console()
_scratch = tempfile.TemporaryDirectory()
_IMPORTS = "import pytest, hypothesis"
_FORKS = """
import os, sys
{imports}
sys.path.insert(0, {folder!r})
source = open({path!r}).read()
def once():
    work = {{"__name__": "work"}}
    exec(compile(source, "work.py", "exec"), work)
    {asked}
once()
for _ in range({count}):
    if os.fork() == 0:
        once()
        os._exit(0)
    os.wait()
"""
"""Import once, then fork for each submission, load it and ask: no check has a process of its own, and nothing is confined."""
_CALLS = "for n in range(2000): work['conv2d_output_size'](n + 7, 3)"
_BACKWARD = "work['NaiveConvNet']()(torch.rand(4, 1, 28, 28)).sum().backward()"
_LARGE = """
import sys, torch
torch.set_num_threads(1)
sys.path.insert(0, {folder!r})
from {module} import AlexNet, VGG16
for kind, side in ((AlexNet, 227), (VGG16, 224)):
    for _ in range(4):
        images = torch.rand(1, 3, side, side, requires_grad=True)
        model = kind().eval().requires_grad_(False)
        model(images).sum().backward()
"""
_TRAINED = """
import sys, torch
torch.set_num_threads(1)
sys.path.insert(0, {folder!r})
from {module} import NaiveConvNet
model, images, labels = NaiveConvNet(), torch.rand(1300, 1, 28, 28), torch.randint(10, (1300,))
optimizer = torch.optim.Adam(model.parameters())
for _ in range(2):
    for batch in torch.randperm(1300).split(32):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(images[batch]), labels[batch]).backward()
        optimizer.step()
with torch.no_grad():
    model(torch.rand(900, 1, 28, 28))
"""
Command = Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a command took, in seconds."""

    first: float
    """Until it first wrote something."""
    wall: float
    processor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the table, in seconds."""

    what: str
    taken: float
    floor: float
    floor_is: str


def main() -> None:
    """Print the table."""
    table = Table("what", "seconds", "floor", "times", "the floor", box=None)
    for row in _rows():
        table.add_row(row.what, f"{row.taken:.2f}", f"{row.floor:.2f}", f"{row.taken / row.floor:.1f}", row.floor_is)
    _OUT.print(table)


def _rows() -> Iterator[Row]:
    conv, small = _reference(COURSE, "conv_arithmetic"), _reference(SMALL, "small")
    imports, imported = _median(_plain(_IMPORTS)), "Python, pytest and Hypothesis imported"
    checked, graded = _median(_grader("check", conv)), _median(_grader("grade", conv))
    yield Row(what="check conv_arithmetic, first answer", taken=checked.first, floor=imports.wall, floor_is=imported)
    yield Row(what="check conv_arithmetic, all", taken=checked.wall, floor=imports.wall, floor_is=imported)
    yield Row(what="grade conv_arithmetic", taken=graded.wall, floor=imports.wall, floor_is=imported)
    for path, asked in ((conv, _CALLS), (small, _BACKWARD)):
        forks = _one_more(lambda count, path=path, asked=asked: _forks(path, asked, count))
        taken = _one_more(lambda count, path=path: _pinned(_class(path, count)))
        yield Row(what=f"one more {path.stem} of a class, processor", taken=taken, floor=forks, floor_is="plain forks")
    alone = _median([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(SMALL / "plain.py")])
    yield Row(what="one small by pytest alone, processor", taken=alone.processor, floor=forks, floor_is="plain forks")
    for slug, plain, floor_is in (
        ("alexnet_vgg16", _LARGE, "four questions about each network"),
        ("naive_convnet", _TRAINED, "the training"),
    ):
        path = _reference(COURSE, slug)
        whole, alone = _median(_pinned(_grader("grade", path))), _median(_pinned(_plain(_filled(plain, path))))
        yield Row(what=f"grade {slug}, one core", taken=whole.wall, floor=alone.wall, floor_is=floor_is)
    first = statistics.median(_until_first_result(_class(conv, FEW)) for _ in range(ROUNDS))
    yield Row(what=f"a class of {FEW}, first result", taken=first, floor=imports.wall, floor_is=imported)


def _reference(course: Path, slug: str) -> Path:
    return course / "solutions" / slug / f"{slug}.py"


def _grader(command: str, path: Path) -> list[str]:
    return [sys.executable, "-m", "grader", command, path.stem, str(path), "--course", str(path.parents[2])]


def _plain(source: str) -> list[str]:
    return [sys.executable, "-c", source]


def _pinned(command: Command) -> list[str]:
    return ["taskset", "-c", CORE, *command]


def _filled(source: str, path: Path) -> str:
    return source.format(folder=str(path.parent), module=path.stem)


def _forks(path: Path, asked: str, count: int) -> list[str]:
    imports = _IMPORTS + (", torch; torch.set_num_threads(1)" if "torch" in asked else "")
    return _pinned(
        _plain(_FORKS.format(imports=imports, folder=str(path.parent), path=str(path), asked=asked, count=count))
    )


def _class(path: Path, count: int) -> list[str]:
    """Hand in a submission many times over, each under a name of its own."""
    folder = Path(_scratch.name, path.stem)
    folder.mkdir(exist_ok=True)
    copies = [folder / f"student-{number}.py" for number in range(count)]
    for copy in copies:
        shutil.copy(path, copy)
    return [*_grader("grade", path), *map(str, copies[1:])]


def _one_more(command_for: Callable[[int], Command]) -> float:
    """Return the processor time of one more, of something that a command does as often as it is told."""
    return (_median(command_for(MANY)).processor - _median(command_for(FEW)).processor) / (MANY - FEW)


def _until_first_result(command: Command) -> float:
    """Grade a class and return after how many seconds the first result was written."""
    with tempfile.TemporaryDirectory() as results:
        started = time.perf_counter()
        with subprocess.Popen(
            [*command, "--out", results], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as running:
            while not any(Path(results).iterdir()):
                time.sleep(0.01)
            first = time.perf_counter() - started
            running.terminate()
        return first


def _median(command: Command) -> Cost:
    costs = [_cost(command) for _ in range(ROUNDS)]
    return Cost(
        first=statistics.median(cost.first for cost in costs),
        wall=statistics.median(cost.wall for cost in costs),
        processor=statistics.median(cost.processor for cost in costs),
    )


def _cost(command: Command) -> Cost:
    """Run a command to its end and measure it."""
    started, first = time.perf_counter(), 0.0
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert running.stdout is not None
    with running.stdout as written:
        while os.read(written.fileno(), 1 << 16):
            first = first or time.perf_counter() - started
    _pid, _status, usage = os.wait4(running.pid, 0)
    wall = time.perf_counter() - started
    return Cost(first=first or wall, wall=wall, processor=usage.ru_utime + usage.ru_stime)


if __name__ == "__main__":
    main()
