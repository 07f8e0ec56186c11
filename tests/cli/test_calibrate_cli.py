"""`grader calibrate`: the reference is trained, the threshold shown, and written only where that is asked for."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from commands import grader
from files import write_files

COURSE = Path(__file__).parents[2]
TOML = """\
title = "Squares"
summary = "Square numbers."
file = "squares.py"
packages = []
[[exercises]]
name = "squares"
title = "Squares"
provides = ["square"]

[training]  # measured, not guessed
data = "gratings"
train = 20
validation = 10
held_out = 2000
epochs = 1
batch_size = 5
"""
CHECK = '''\
import pytest
from grader.checks import expect


@pytest.mark.check(points=1, exercise="squares", calibrates=True)
def test_reads(student, task, keys):
    """It reads."""
    right = student.square(int(task.data(keys.data).held_out_labels[0]))
    expect.measured(expect.learning.UNSEEN, 0.8 + right / 8100)
'''


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course whose networks have no threshold yet."""
    return write_files(
        tmp_path,
        {
            "assignments/squares/assignment.toml": TOML,
            "assignments/squares/checks/test_squares.py": CHECK,
            "solutions/squares/squares.py": "def square(n): return n * n\n",
        },
    )


def test_nothing_is_written_unless_that_is_asked_for(course: Path) -> None:
    """Each accuracy is shown with the seed that repeats it, then what follows; the file stays."""
    ran = grader("calibrate", "squares", "--seeds", 2, cwd=course)

    assert ran.returncode == 0, ran.stderr
    rows = re.findall(r"^--seed 'calibration (\d)' +(0\.8\d{3}) *$", ran.stdout, re.MULTILINE)
    assert [number for number, _accuracy in rows] == ["0", "1"]
    assert re.search(r"^threshold +0\.7\d *$", ran.stdout, re.MULTILINE)
    assert re.search(r"reads fewer than 1,\d{3} of 2,000 with probability \d\.\de-\d+ \(binomial, exact\)", ran.stdout)
    assert (course / "assignments/squares/assignment.toml").read_text() == TOML


def test_the_threshold_is_written(course: Path) -> None:
    """At the end of the file the first time, number by number the second time; then the assignment can be graded."""
    path = course / "assignments/squares/assignment.toml"
    first = grader("calibrate", "squares", "--seeds", 2, "--write", cwd=course)
    once = path.read_text()
    second = grader("calibrate", "squares", "--seeds", 3, "--write", "--quiet", cwd=course)
    twice = path.read_text()

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert f"written: [training.thresholds.gratings] in {path}" in first.stderr
    assert once.startswith(TOML)
    assert "seeds = 2\n" in once
    assert twice.startswith(TOML)
    assert "seeds = 3\n" in twice
    assert len(twice.splitlines()) == len(once.splitlines())
    graded = grader("grade", "squares", "solutions/squares/squares.py", "--sandbox", "local", cwd=course)
    assert graded.returncode == 0, graded.stderr


def test_what_cannot_be_calibrated_is_a_sentence(course: Path) -> None:
    """Before anything is trained."""
    toml = course / "assignments/squares/assignment.toml"
    unknown = grader("calibrate", "squares", "--data", "no_such", cwd=course)
    root = grader("calibrate", "squares", "--data-root", "x", cwd=course)
    toml.write_text(TOML + '[training.thresholds."gratings"]\naccuracy = 0.5\nseeds = 1\nworst = 1\n')
    incomplete = grader("calibrate", "squares", cwd=course)
    toml.write_text(toml.read_text() + "deviation = 0\nfalse_fail = 0\n")
    quoted = grader("calibrate", "squares", "--write", cwd=course)

    assert [ran.returncode for ran in (unknown, root, incomplete, quoted)] == [2, 2, 2, 2]
    assert "there are no data called `no_such`" in unknown.stderr
    assert "--data-root x: name the data as well" in root.stderr
    assert "training.thresholds.gratings.deviation: this key is missing" in incomplete.stderr
    assert "the threshold of gratings is not written as a table of its own" in quoted.stderr


@pytest.mark.slow
def test_an_assignment_of_this_course(tmp_path: Path) -> None:
    """Its reference trains, by its own loop, in a worker."""
    slug = "cifar10_training"
    for side in ("assignments", "solutions"):
        shutil.copytree(COURSE / side / slug, tmp_path / side / slug)
    path = tmp_path / "assignments" / slug / "assignment.toml"
    before = path.read_text().replace(
        "train = 2000", "train = 1000"
    )  # a busy machine is done in time with half of them
    path.write_text(before)
    ran = grader("calibrate", slug, "--seeds", 2, "--device", "cpu", "--write", cwd=tmp_path)

    assert ran.returncode == 0, ran.stderr
    threshold = re.search(r"^threshold +(0\.\d\d) +0\.90 *$", ran.stdout, re.MULTILINE)
    assert threshold is not None
    assert float(threshold[1]) > 0.5
    changed = [new for new, old in zip(path.read_text().splitlines(), before.splitlines(), strict=True) if new != old]
    assert "seeds = 2" in changed
    assert all(line.split(" = ")[0] in ("accuracy", "seeds", "worst", "deviation", "false_fail") for line in changed)
