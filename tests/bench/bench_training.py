"""
Measure what it costs that a training runs in a sandbox and is watched, against the same training in a plain process.

    make bench

Both train the reference of an assignment on the same images, with the same loaders, seeds and threads, in turn, and predict the
held-out images.  Shown is the best of several rounds, since a machine only ever makes things slower.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from grader import submission as submissions
from grader.checks.expect.learning import accuracy, train_for
from grader.course import assignment as assignments
from grader.datasets.splits import DataSplit
from grader.datasets.training_task import PIXEL_DEVIATION, PIXEL_MEAN, Task, task_of
from grader.grading.batch import ClassRequest, grade_all, on_processors, processors
from grader.grading.request import GradingRequest
from grader.keys import public_keys
from grader.model import Assignment, SourceFile
from grader.proxy.code import MODULE_PACKAGES, Code
from grader.proxy.session import Session
from grader.proxy.student import Student, session_of
from grader.sandbox import Bubblewrap, Local

COURSE = Path(__file__).parents[2]
ROUNDS = 3
KEYS = public_keys("bench")
_OUT = Console()
_PEAK = (
    "\n\ndef peak_mib():\n    import resource\n    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024\n"
)
_PLAIN = """
import sys, time
import numpy as np
import torch
import torch._dynamo  # optimizers import it, and a warm worker has it: not part of a training
from torch.utils.data import DataLoader, TensorDataset
torch.set_num_threads(1)
from {module} import *
there = np.load(sys.argv[1])
started = time.perf_counter()
def images(name): return torch.from_numpy(there[name]).float().div_(255).sub_({mean}).div_({deviation})
def labels(name): return torch.from_numpy(there[name])
torch.manual_seed({seed})
model = CifarNet()
loaders = [
    DataLoader(
        TensorDataset(images(name + "_images"), labels(name + "_labels")), {batch}, shuffle=name == "train",
        generator=torch.Generator().manual_seed({seed}),
    )
    for name in ("train", "validation")
]
torch.manual_seed({seed})
fit(model, *loaders, epochs={epochs}, device=torch.device("cpu"))
model.eval()
with torch.no_grad():
    scores = torch.cat([model(some) for some in images("held_out_images").split(250)])
print(time.perf_counter() - started, (scores.argmax(1) == labels("held_out_labels")).double().mean().item(), peak_mib())
"""


def main() -> None:
    """Print the tables."""
    assignment = assignments.load(COURSE, "cifar10_training")
    task = task_of(assignment)
    assert task is not None
    everywhere = frozenset(processors())
    with on_processors(frozenset({min(everywhere)})):
        _OUT.print(_one_training(assignment, task))
    if len(everywhere) > 1:
        _OUT.print(_side_by_side(assignment))


def _one_training(assignment: Assignment, task: Task) -> Table:
    """Compare one training, watched in a sandbox, with a plain one."""
    data = task.data(KEYS.data)
    source = (COURSE / "solutions" / assignment.slug / assignment.file).read_text() + _PEAK
    plain: list[tuple[float, ...]] = []
    ours: list[tuple[float, ...]] = []
    with Bubblewrap(assignment.packages) as sandbox, tempfile.TemporaryDirectory() as folder:
        code = Code(
            files=(SourceFile(path=assignment.file, content=source.encode()),),
            main=assignment.file,
            modules=assignment.modules,
            preload=(*assignment.packages, *MODULE_PACKAGES, "torch._dynamo"),
        )
        student = Student(Session(sandbox, code, assignment.limits))
        Path(folder, assignment.file).write_text(source)
        for _round in range(ROUNDS):
            plain.append(_plainly(Path(folder), assignment, task, data))
            ours.append(_watched(student, task, data))
    best, watched = min(plain), min(ours)
    table = Table("training the reference, one processor", "plain", "in the sandbox", box=None, title_justify="left")
    table.add_row(f"{task.epochs} epochs and the held-out images, s", f"{best[0]:.2f}", f"{watched[0]:.2f}")
    table.add_row("over the plain one, times", "", f"{watched[0] / best[0]:.3f}")
    table.add_row("accuracy on held-out images", f"{best[1]:.4f}", f"{watched[1]:.4f}")
    table.add_row("most memory, MiB", f"{best[2]:.0f}", f"{watched[2]:.0f}")
    return table


def _plainly(folder: Path, assignment: Assignment, task: Task, data: DataSplit) -> tuple[float, ...]:
    arrays = {
        "train_images": data.train.images,
        "train_labels": data.train.labels,
        "validation_images": data.validation.images,
        "validation_labels": data.validation.labels,
        "held_out_images": data.held_out_images,
        "held_out_labels": data.held_out_labels,
    }
    path = folder / "images.npz"
    np.savez(path, **{name: value.numpy() for name, value in arrays.items()})  # type: ignore[arg-type]
    program = _PLAIN.format(
        module=Path(assignment.file).stem,
        mean=PIXEL_MEAN,
        deviation=PIXEL_DEVIATION,
        batch=task.training.batch_size,
        epochs=task.epochs,
        seed=KEYS.torch.number,
    )
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(folder)}
    ran = subprocess.run(
        [sys.executable, "-c", program, str(path)], env=environment, capture_output=True, text=True, check=True
    )
    return tuple(map(float, ran.stdout.splitlines()[-1].split()))


def _watched(student: Student, task: Task, data: DataSplit) -> tuple[float, ...]:
    session_of(student).begin(seconds=600)
    student.peak_mib()  # the worker is there, and torch is in it
    started = time.perf_counter()
    trained = train_for(task, student.CifarNet, student.fit, data, KEYS.torch)
    reached = accuracy(trained.model, data)
    seconds = time.perf_counter() - started
    peak = student.peak_mib()
    assert isinstance(peak, float)
    session_of(student).end()
    return seconds, reached, peak


def _side_by_side(assignment: Assignment) -> Table:
    """Compare two gradings at once, each on a processor of its own, with one alone."""
    path = COURSE / "solutions" / assignment.slug / assignment.file
    alone = _grade(assignment, [path])
    copies = tempfile.TemporaryDirectory()
    twins = []
    for name in ("one", "two"):
        twins.append(Path(copies.name, f"{name}.py"))
        twins[-1].write_bytes(path.read_bytes())
    both = _grade(assignment, twins)
    copies.cleanup()
    table = Table("grading the reference with all checks", "alone", "two at once", box=None, title_justify="left")
    table.add_row("wall seconds", f"{alone:.1f}", f"{both:.1f}")
    table.add_row("over one alone, times", "", f"{both / alone:.2f}")
    return table


def _grade(assignment: Assignment, paths: list[Path]) -> float:
    staged = [submissions.read(path, assignment) for path in paths]
    started = time.perf_counter()
    request = ClassRequest(
        grading=GradingRequest(assignment=assignment, seed="1"),
        submission_sandbox=lambda: Bubblewrap(assignment.packages),
        reference_sandbox=lambda: Local(assignment.packages),
    )
    for graded in grade_all(request, staged):
        assert graded.score.earned == graded.score.possible
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
