"""The command line as a user meets it: processes, a small course of its own, exit codes and one-sentence errors."""

import contextlib
import json
import os
import pty
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import jsonschema
import numpy as np
import psutil
import pytest
from commands import grader, started
from files import write_files
from processes import descendants

from grader.reports import results_json
from grader.sandbox.selection import BACKENDS

ADDITION = """\
title = "Addition"
summary = "Add and double."
file = "addition.py"
packages = []

[[exercises]]
name = "sums"
title = "Sums"
provides = ["add"]

[[exercises]]
name = "doubles"
title = "Doubles"
provides = ["double"]
"""
PUBLIC_CHECKS = '''\
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks import expect


@pytest.mark.check(points=2, exercise="sums")
@given(a=st.integers(-1000, 1000), b=st.integers(-1000, 1000))
def test_any_sum(student, a, b):
    """Any two whole numbers are added."""
    expect.equal(student.add(a, b), a + b)


@pytest.mark.check(points=1, exercise="doubles")
def test_double(student):
    """Three doubled is six."""
    expect.equal(student.double(3), 6)
'''
HIDDEN_CHECKS = '''\
import pytest

from grader.checks import expect


@pytest.mark.check(points=4, exercise="sums")
def test_negative_sum(student):
    """Negative numbers are added too."""
    expect.equal(student.add(-3, -4), -7)
'''
ADD = "def add(a, b):\n    return a + b\n"
DOUBLE = "def double(a):\n    return 2 * a\n"
RIGHT = ADD + DOUBLE
WRONG = "def add(a, b):\n    return a - b\n" + DOUBLE
TRAINING = """\
title = "Training"
summary = "Train."
file = "training.py"
modules = ["Net"]
packages = ["torch", "numpy"]

[[exercises]]
name = "learning"
title = "Learning"
provides = ["Net", "fit"]

[training]
data = "gratings"
train = 640
validation = 20
held_out = 100
epochs = 4
batch_size = 32

[training.thresholds.gratings]
accuracy = 0.05
seeds = 1
worst = 1.0
deviation = 0.0
false_fail = 0.0

[training.thresholds.mnist]
accuracy = 0.05
seeds = 1
worst = 1.0
deviation = 0.0
false_fail = 0.0
train = 20
epochs = 1
"""
TRAINING_CHECKS = '''\
import pytest

from grader.checks.expect import learning as expect_learning


@pytest.mark.check(points=3, exercise="learning", seconds=60)
def test_learns(student, task, keys):
    """It learns."""
    expect_learning.reads_unseen_images(student.Net, student.fit, task, keys)
'''
LEARNER = """\
import time
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.LazyConv2d(8, 5, stride=4)
        self.last = nn.LazyLinear(10)

    def forward(self, images):
        return self.last(torch.relu(self.conv(images)).flatten(1))


def fit(model, train_loader, val_loader, *, epochs, device):
    model(next(iter(train_loader))[0])
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    for _ in range(epochs):
        for images, labels in train_loader:
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(images), labels).backward()
            optimizer.step()
            time.sleep(0.02)
    return []
"""
NETWORK = ADDITION.replace("packages = []", 'packages = ["torch"]\nmodules = ["Network"]').replace(
    "addition.py", "network.py"
)
NETWORK_CHECKS = '''\
import pytest

from grader.checks import expect


@pytest.mark.check(points=1, exercise="sums")
def test_size(student):
    """The network has no parameters."""
    expect.equal(len(student.Network().parameters), 0)
'''
NETWORK_FILE = "import torch\n\nclass Network(torch.nn.Module):\n    pass\n"


def fault_of_ours(statement):
    return f'''\
import os

import pytest


@pytest.mark.check(points=1, exercise="sums")
def test_fault(student):
    """The check itself goes wrong."""
    {statement}
'''


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course of five assignments: one that works, two with networks, and two whose checks go wrong by themselves."""
    return write_files(
        tmp_path_factory.mktemp("course"),
        {
            "assignments/addition/assignment.toml": ADDITION,
            "assignments/addition/addition.py": "def add(a, b):\n    raise NotImplementedError\n",
            "assignments/addition/checks/test_sums.py": PUBLIC_CHECKS,
            "solutions/addition/addition.py": RIGHT,
            "solutions/addition/checks/test_sums_hidden.py": HIDDEN_CHECKS,
            "assignments/network/assignment.toml": NETWORK,
            "assignments/network/checks/test_network.py": NETWORK_CHECKS,
            "solutions/network/network.py": NETWORK_FILE,
            "solutions/training/training.py": LEARNER,
            "solutions/divides_by_zero/addition.py": RIGHT,
            "solutions/ends_itself/addition.py": RIGHT,
            "assignments/training/assignment.toml": TRAINING,
            "assignments/training/checks/test_learning.py": TRAINING_CHECKS,
            "assignments/divides_by_zero/assignment.toml": ADDITION,
            "assignments/divides_by_zero/checks/test_fault.py": fault_of_ours("1 / 0"),
            "assignments/ends_itself/assignment.toml": ADDITION,
            "assignments/ends_itself/checks/test_fault.py": fault_of_ours("os._exit(7)"),
        },
    )


@pytest.fixture
def right(tmp_path):
    """A submission that is right."""
    return write_files(tmp_path / "ada", {"addition.py": RIGHT})


def refusal(run):
    """Return the sentence that a refused command says, which must be all that it says."""
    assert (run.returncode, run.stdout) == (2, ""), run.stderr
    assert run.stderr.endswith("\n")
    assert len(run.stderr.splitlines()) == 1, run.stderr
    assert run.stderr.startswith("grader: ")
    return run.stderr.removeprefix("grader: ").removesuffix("\n")


def without_times(text):
    return re.sub(r'"wall_seconds": [\d.]+|"peak_bytes": \d+|"graded_at": "[^"]*"', "", text)


# --- list and help ----------------------------------------------------------------------------------------------------


def test_list_names_every_assignment_with_its_file(course):
    """`list` has one row per assignment: its name, its file and what it is about."""
    run = started("list", cwd=course)

    assert (run.returncode, run.stderr) == (0, "")
    _header, *rows = run.stdout.splitlines()
    assert [row.split()[0] for row in rows] == ["addition", "divides_by_zero", "ends_itself", "network", "training"]
    assert re.fullmatch(r"addition +addition\.py +Addition\. Add and double\. *", rows[0])


def test_course_is_found_from_any_folder_below_it(course):
    """A command given in a folder of the course finds the course."""
    below = course / "assignments" / "addition" / "checks"

    assert grader("list", cwd=course).stdout == grader("list", cwd=below).stdout


def test_course_can_be_named_from_elsewhere(course, tmp_path):
    """--course takes a relative path too."""
    relative = os.path.relpath(course, tmp_path)

    assert grader("list", cwd=course).stdout == grader("list", "--course", relative, cwd=tmp_path).stdout


def test_help_documents_the_exit_codes(tmp_path):
    """The help says what each exit code means."""
    text = " ".join(grader("--help", cwd=tmp_path).stdout.split())

    assert all(f"{code} " in text.partition("Exit codes: ")[2] for code in range(4))


def test_the_options_of_grade_are_grouped(tmp_path):
    """By what they are about, so that each can be found."""
    text = grader("grade", "--help", cwd=tmp_path).stdout
    groups = re.split(r"^╭─ (.*?) ─+╮$", text, flags=re.MULTILINE)
    found = dict(zip(groups[1::2], groups[2::2], strict=True))

    assert "--sandbox " in found["Where and how student code runs"]
    assert "--format " in found["What is written, and for whom"]
    assert "--roster " in found["A class"]
    assert "--gradebook " in found["Recording, and grading anew"]
    assert "--course " in found["Options"]


# --- check ------------------------------------------------------------------------------------------------------------


def test_check_exits_0_when_all_is_right(course, right):
    """A right submission passes the public checks, and the hidden one is not run."""
    run = grader("check", "addition", right, "--course", course, cwd=right)

    assert run.returncode == 0
    assert "3 of 3 points" in run.stdout
    assert "Negative numbers" not in run.stdout


def test_check_exits_1_and_shows_what_to_fix(course, tmp_path):
    """A wrong submission gets the sentence, a question, both answers, and exit code 1."""
    write_files(tmp_path, {"addition.py": WRONG})
    run = grader("check", "addition", "--course", course, cwd=tmp_path)

    assert run.returncode == 1
    text = " ".join(run.stdout.split())
    shown = re.search(r"added\. .*? asked add\((\S+), (\S+)\) expected (\S+) received (\S+) ", text)
    a, b, expected, received = map(int, shown.groups())
    assert (expected, received) == (a + b, a - b)
    assert a + b != a - b
    assert "1 of 3 points What to do next Look at addition.py, line 1: “Any two whole numbers are added.”" in text
    assert text.endswith(f"Check again: grader check addition --course {course}")


def test_check_shows_a_verdict_while_the_next_check_runs(course, tmp_path):
    """Who waits for a check that never ends has the answers that there are."""
    (tmp_path / "mine.py").write_text("def add(a, b): return a + b\ndef double(n):\n    while True: pass\n")
    command = [sys.executable, "-m", "grader", "check", "addition", str(tmp_path / "mine.py")]
    with subprocess.Popen(command, cwd=course, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as running:
        lines = []
        for line in running.stdout:
            lines.append(line.strip())
            if line.startswith("✓"):
                break
        running.terminate()
        rest = running.stdout.read()

    assert lines[0] == "Addition: mine"
    assert lines[-2:] == ["Sums", "✓ 2/2 Any two whole numbers are added."]
    assert "Doubles" not in "".join(lines) + rest


def test_check_takes_the_stub_of_the_course_by_default(course, tmp_path):
    """Without a path, and without the file in the folder, the assignment's own file is checked."""
    run = grader("check", "addition", "--course", course, cwd=tmp_path)

    assert run.returncode == 1
    assert "not implemented yet" in run.stdout


def test_successful_command_says_nothing_on_stderr(course, right):
    """Where nothing is wrong and stderr is no terminal, nothing is written to it."""
    assert grader("check", "addition", right, "--course", course, cwd=right).stderr == ""


@pytest.mark.slow
@pytest.mark.parametrize("replaces", [False, True], ids=["written-in-place", "replaced-by-a-new-file"])
def test_watch_checks_again_on_every_save(course, tmp_path, replaces):
    """`check --watch` checks after each save, however the editor saves, until Ctrl-C, and leaves no process behind."""
    path = write_files(tmp_path, {"addition.py": "x = 1\n"}) / "addition.py"
    words = [sys.executable, "-u", "-m", "grader", "check", "addition", str(path), "--course", str(course), "--watch"]
    environment = {**os.environ, "COLUMNS": "200", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        words,
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background jobs ignore Ctrl-C
    ) as process:
        lines = queue.Queue()
        threading.Thread(target=lambda: [lines.put(line) for line in process.stdout], daemon=True).start()

        def saved(content):
            other = write_files(tmp_path, {"new~": content}) / "new~"
            if replaces:
                other.replace(path)
            else:
                path.write_bytes(other.read_bytes())

        try:
            assert seen(lines, "0 of 3 points", 60)
            assert seen(lines, "watching", 10)
            for _attempt in range(20):  # the watch begins a moment after it is announced
                saved(WRONG)
                if seen(lines, "1 of 3 points", 1):
                    break
            saved(RIGHT)
            assert seen(lines, "3 of 3 points", 10)
            children = descendants(process.pid)
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 130
            assert process.stderr.read().strip() == ""
        finally:
            process.kill()
    assert children
    assert all(ended(child) for child in children)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "cancelled"])
@pytest.mark.parametrize("count", [1, 4], ids=["one", "class"])
@pytest.mark.parametrize("seconds", [2, 5], ids=["early", "late"])
def test_what_is_interrupted_leaves_nothing(course, tmp_path, number, count, seconds):
    """Ctrl-C, in a class the second one, and the signal by which CI cancels a job leave no process, folder or traceback."""
    hangs = "import time\ndef add(a, b): time.sleep(60)\n"
    for name in range(count):
        write_files(tmp_path / "class", {f"s{name}.py": hangs})
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    words = [sys.executable, "-m", "grader", "grade", "addition", *(tmp_path / "class").iterdir()]
    with subprocess.Popen(
        [*words, "--course", str(course), "--out", str(tmp_path / "out")],
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        try:
            below = set()
            started = time.monotonic()
            while time.monotonic() < started + (seconds if below else 60):  # a busy machine starts late
                time.sleep(0.1)
                below.update(descendants(process.pid))
            os.killpg(process.pid, number)
            if count > 1 and number is signal.SIGINT:  # the first lets what runs come to its end
                time.sleep(1)
                with contextlib.suppress(ProcessLookupError):  # it was not grading yet
                    os.killpg(process.pid, number)
            printed, told = process.communicate(timeout=20)
            assert process.returncode == 130, told
            said = rf"interrupted: 0 of {count} graded; --seed [0-9a-f]{{32}} asks the same questions again"
            assert printed == ""
            ends = r"Ctrl-C: what runs is graded to its end, and nothing else is begun; once more ends it at once\n"
            assert re.fullmatch(f"({ends})?{said}", told.strip())
        finally:
            process.kill()
    assert below
    assert all(ended(child) for child in below)
    assert list(temporary.iterdir()) == []
    assert list((tmp_path / "out").glob("*")) == []  # it is not even made before all is read


@pytest.mark.slow
def test_what_was_graded_before_an_interruption_is_kept(course, tmp_path):
    """The result of a submission is written when it is there, not when the class is done."""
    folder = write_files(
        tmp_path / "class", {"done.py": RIGHT, "hangs.py": "import time\ndef add(a, b): time.sleep(60)\n"}
    )
    out = tmp_path / "out"
    words = [sys.executable, "-m", "grader", "grade", "addition", *folder.iterdir(), "--course", course, "--out", out]
    with subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            deadline = time.monotonic() + 60
            while not (out / "done.results.json").exists() and time.monotonic() < deadline:
                time.sleep(0.02)
            process.terminate()
            assert process.wait(20) == 130
            assert f"interrupted: 1 of 2 graded, which {out} holds; --seed " in process.stderr.read().decode()
        finally:
            process.kill()

    assert [path.name for path in out.iterdir()] == ["done.results.json"]
    assert json.loads((out / "done.results.json").read_bytes())["score"] == 7


def seen(lines, words, seconds):
    deadline = time.monotonic() + seconds
    with contextlib.suppress(queue.Empty):
        while True:
            if words in lines.get(timeout=max(deadline - time.monotonic(), 0)):
                return True
    return False


def ended(pid, seconds=10):
    deadline = time.monotonic() + seconds
    while psutil.pid_exists(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not psutil.pid_exists(pid)


# --- grade: one ------------------------------------------------------------------------------------------------------


def test_grade_runs_the_hidden_checks_and_low_scores_are_no_error(course, tmp_path):
    """`grade` counts public and hidden points and exits 0 whatever the score."""
    write_files(tmp_path, {"eve.py": WRONG})
    run = grader("grade", "addition", "eve.py", "--course", course, cwd=tmp_path)

    assert run.returncode == 0
    (line,) = [line for line in run.stdout.splitlines() if "Negative numbers are added too." in line]
    assert {"0/4", "hidden"} <= set(line.split())
    assert run.stdout.rstrip().endswith("1 of 7 points")


def test_results_that_cannot_be_written_are_named(course, tmp_path):
    """Where a folder has the name of a results.json, the text says where and why; no part of the file stays."""
    write_files(tmp_path, {"eve.py": WRONG, "out/eve.results.json/taken.txt": ""})
    run = grader("grade", "addition", "eve.py", "--course", course, "--out", "out", cwd=tmp_path)

    assert run.returncode == 2
    assert "--out out: cannot write there: Is a directory" in run.stderr
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["eve.results.json"]


@pytest.mark.slow
def test_same_seed_asks_the_same_and_another_seed_does_not(course, tmp_path):
    """What a submission is asked is decided by --seed; without one a long one is drawn, and recorded."""
    write_files(tmp_path, {"eve.py": ADD.replace("    return", "    print(a, b)\n    return") + DOUBLE})
    words = ("grade", "addition", "eve.py", "--course", course, "--format", "json", "--sandbox", "local")
    first, again, drawn = (
        grader(*words, *seed, cwd=tmp_path).stdout for seed in (("--seed", "5"), ("--seed", "5"), ())
    )

    assert without_times(first) == without_times(again)
    seeded, other = json.loads(first), json.loads(drawn)
    assert (seeded["seed"], seeded["environment"]["sandbox"]) == ("5", "local")
    assert seeded["checks"][0]["output"].count("\n") > 100
    assert re.fullmatch("[0-9a-f]{32}", other["seed"])
    assert other["checks"][0]["output"] != seeded["checks"][0]["output"]


@pytest.mark.parametrize(
    ("seed", "warned"),
    [("-1", True), ("two words", True), ("x" * 31, True), ("x" * 32, False), (None, False)],
    ids=["number", "words", "31-characters", "32-characters", "drawn"],
)
def test_a_short_seed_is_used_with_a_warning(course, right, seed, warned):
    """Any text is a seed; of one that could be found by trying, stderr says so, and nothing else changes."""
    given = () if seed is None else ("--seed", seed)
    run = grader("grade", "addition", right, "--course", course, "--format", "json", *given, cwd=right)

    assert run.returncode == 0
    assert json.loads(run.stdout)["seed"] == seed or seed is None
    assert run.stderr == warned * (
        f"--seed {seed} is short: a submission could find it by trying, and with it every question. For trying things out "
        "and for repeating; without --seed a long one is drawn.\n"
    )


@pytest.mark.parametrize("command", ["check", "grade"])
@pytest.mark.parametrize(
    "seed", ["", " 5", "5 ", "\t", "a\nb", "a\x1bb", "x" * 201], ids=lambda seed: f"{len(seed)}-{seed[:3]!a}"
)
def test_what_is_no_seed_is_refused(course, right, command, seed):
    """A seed can be written down and typed again: printable, without blanks around it, and not too long."""
    run = grader(command, "addition", right, "--course", course, "--seed", seed, cwd=right)

    assert refusal(run) == (
        f"--seed {seed[:40]!r}: a seed is 1 to 200 printable characters without blanks around them; "
        "leave it out, and one is drawn"
    )


def test_course_without_solutions_is_graded_if_one_insists(course, right, tmp_path):
    """In a copy without solutions/, the public checks are all there is, which nobody should find out later."""
    copy = tmp_path / "course"
    shutil.copytree(course / "assignments", copy / "assignments")
    words = ("grade", "addition", right, "--course", copy, "--format", "json")
    run = grader(*words, "--public", cwd=tmp_path)

    assert refusal(grader(*words, cwd=tmp_path)) == (
        "addition has no solutions/addition in this course, and so no hidden checks and no reference: "
        "--public grades with the public checks alone, --course DIR takes a course that has them"
    )
    assert [check["name"] for check in json.loads(run.stdout)["checks"]] == ["any_sum", "double"]


def test_public_checks_alone_are_graded_where_there_are_others(course, right):
    """`--public` leaves the hidden checks out."""
    run = grader("grade", "addition", right, "--course", course, "--public", cwd=right)

    assert run.stdout.endswith("3 of 3 points\n")


def test_staff_see_the_seed_and_students_never_do(course, right, tmp_path):
    """The terminal of a grading says what repeats it; `check`, and every format that students may read, does not."""
    write_files(tmp_path, {"eve.py": WRONG})
    seed = "a secret of thirty-two characters"
    words = ("grade", "addition", right, "--course", course, "--seed", seed)

    for more in ((), (tmp_path / "eve.py",)):
        run = grader(*words, *more, cwd=right)
        *progress, last = run.stderr.splitlines()  # a busy machine takes long enough for lines on how far it is
        assert (last, seed in run.stdout) == (f"seed: {seed}", False)
        assert all("graded" in line for line in progress)
    formats = ("csv", "html", "junit", "markdown", "github", "code-quality")
    grader(*words, *(word for one in formats for word in ("--format", f"{one}={tmp_path / one}")), cwd=right)
    for one in formats:
        assert seed not in (tmp_path / one).read_text()
    for run in (
        grader("check", "addition", right, "--course", course, "--seed", seed, cwd=right),
        grader(*words, cwd=right, GITHUB_ACTIONS="true"),
    ):
        assert "seed" not in run.stdout + run.stderr


def test_fault_of_a_check_exits_3_and_costs_nothing(course, right):
    """A check that goes wrong by itself is ungraded: said so in the report, the status and the exit code."""
    run = grader("grade", "divides_by_zero", right, "--course", course, "--format", "json", cwd=right)

    assert run.returncode == 3
    results = json.loads(run.stdout)
    assert (results["status"], results["checks"][0]["outcome"]) == ("ungraded", "ungraded")
    assert "no fault of the submission: ZeroDivisionError" in results["checks"][0]["message"]


def test_what_failed_is_for_staff_and_for_who_runs_it(course, right, tmp_path):
    """Students read that it was no fault of theirs; who checks on their own machine reads what went wrong there."""
    words = ("divides_by_zero", right, "--course", course, "--format", "json")
    checked = grader("check", *words, cwd=tmp_path)
    told = grader("grade", *words, "--audience", "student", cwd=tmp_path)

    assert (checked.returncode, told.returncode) == (3, 3)
    assert "ZeroDivisionError: division by zero" in json.loads(checked.stdout)["checks"][0]["message"]
    assert "ZeroDivisionError" not in told.stdout
    assert "through no fault of yours" in json.loads(told.stdout)["checks"][0]["message"]


def test_absent_cuda_device_is_no_fault_of_the_submission(course, tmp_path):
    """--device cuda on a machine without one is refused, or is ungraded; it never takes points away."""
    if Path("/dev/nvidiactl").exists():
        pytest.skip("this machine has a CUDA device")
    write_files(tmp_path, {"network.py": NETWORK_FILE})
    run = grader("grade", "network", "network.py", "--course", course, "--device", "cuda", cwd=tmp_path)

    assert "CUDA" in refusal(run)


def test_assignment_that_needs_a_gpu_says_so(course, tmp_path):
    """Without a GPU it is graded only if one insists; nobody waits for a limit on time to find out."""
    if Path("/dev/nvidiactl").exists():
        pytest.skip("this machine has a CUDA device")
    settings = "[needs]\nmemory_bytes = 2_000_000_000\ngpu = true\n"
    write_files(tmp_path, {"network.py": NETWORK_FILE})
    write_files(tmp_path / "course", {"assignments/network/assignment.toml": NETWORK + settings})
    write_files(tmp_path / "course", {"assignments/network/checks/test_network.py": NETWORK_CHECKS})
    write_files(tmp_path / "course", {"solutions/network/network.py": NETWORK_FILE})
    words = ("grade", "network", "network.py", "--course", tmp_path / "course")

    assert refusal(grader(*words, cwd=tmp_path)) == (
        "network needs a GPU (`[needs]` in its assignment.toml), and there is none here: `--device cuda --sandbox docker` "
        "takes that of an engine, `--device cpu` grades without one, if it is in time"
    )
    assert grader(*words, "--device", "cpu", cwd=tmp_path).returncode == 0


def test_slots_of_a_gpu_that_is_not_used_are_refused(course, tmp_path):
    """What has no effect is not accepted in silence."""
    write_files(tmp_path, {"addition.py": RIGHT})
    words = ("grade", "addition", "addition.py", "--course", course, "--device", "cpu", "--gpu-slots", 2)
    assert refusal(grader(*words, cwd=tmp_path)) == ("--gpu-slots 2: modules run on the processor here; see --device")


TRAINS = (
    "open('w.txt', 'w').write('2')",
    "FACTOR = int(open('w.txt').read())",
    ADD + "def double(a):\n    return FACTOR * a",
)


def cells(*sources):
    """A notebook with these code cells."""
    return json.dumps({"cells": [{"cell_type": "code", "source": source} for source in sources]})


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ada.ipynb", "ada.py"])
def test_execute_runs_the_whole_submission(course, tmp_path, name):
    """With --execute what a notebook or script does while it runs is there; without, it is said to be left out."""
    write_files(tmp_path, {name: cells(*TRAINS) if name.endswith("ipynb") else "\n".join(TRAINS)})
    words = (name, "--course", course)
    by_definitions = grader("check", "addition", *words, cwd=tmp_path)
    checked = grader("check", "addition", "--execute", *words, cwd=tmp_path)
    graded = grader("grade", "addition", "--execute", *words, cwd=tmp_path)

    assert by_definitions.returncode == 1
    assert "name 'FACTOR' is not defined" in by_definitions.stdout
    assert "which defines it, is left out" in " ".join(by_definitions.stdout.split())
    assert (checked.returncode, checked.stdout.splitlines()[-1]) == (0, "3 of 3 points")
    assert graded.stdout.splitlines()[-1] == "7 of 7 points"


@pytest.mark.slow
def test_exception_of_a_whole_notebook_names_its_cell(course, tmp_path):
    """With --execute a cell that raises ends the loading, and the trace names cell and line."""
    write_files(tmp_path, {"ada.ipynb": cells(RIGHT, "%time\nx = 1\nx / 0")})
    run = grader("check", "addition", "ada.ipynb", "--execute", "--course", course, cwd=tmp_path)

    assert run.returncode == 1
    assert "your file could not be imported: ZeroDivisionError" in run.stdout
    assert "cell 2, line 3, in <module>: x / 0" in run.stdout


# --- grade: several ---------------------------------------------------------------------------------------------------


CLASS = {
    "right.py": RIGHT,
    "byte_order_mark.py": b"\xef\xbb\xbf" + RIGHT.encode(),
    "windows_lines.py": RIGHT.replace("\n", "\r\n"),
    "empty.py": "",
    "open_bracket.py": "x = 1\n" + RIGHT.replace("def add(a, b)", "def add(a, b"),
    "latin_1.py": b'x = 1\ny = "caf\xe9"\n',
    "utf_16.py": RIGHT.encode("utf-16"),
    "null_bytes.py": RIGHT + "\0\0",
    "near_name.py": RIGHT.replace("double", "doubel"),
    "one_missing.py": ADD,
    "absent_package.py": "import pandas\n" + RIGHT,
    "uses_absent_package.py": "import pandas\n" + ADD + "def double(a):\n    return pandas.Series([a])\n",
    "escapes.py": ADD + 'def double(a):\n    raise ValueError("\\x1b[2J[bold]")\n',
    "cells.ipynb": json.dumps(
        {
            "cells": [
                {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source}
                for source in (RIGHT, "open('written', 'w')\n")
            ],
            "metadata": {},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    ),
    "zed/addition.py": "from helper import total\n\ndef add(a, b):\n    return total(a, b)\n" + DOUBLE,
    "zed/helper.py": "def total(a, b):\n    return a + b\n",
}
NAMES = sorted({Path(name).parts[0].partition(".")[0] for name in CLASS})
PASSED = ("passed", "passed", "passed")
RAISED = ("raised", "raised", "raised")


class Graded:
    """A class that was graded by one command, with all it left behind."""

    def __init__(self, run, folder, results):
        self.run = run
        self.folder = folder
        self.results = results


@pytest.fixture(scope="module")
def graded_class(course, tmp_path_factory, needs_bubblewrap):
    """One `grade` of every kind of submission, with --out."""
    folder = write_files(tmp_path_factory.mktemp("class"), CLASS)
    elsewhere, out = tmp_path_factory.mktemp("elsewhere"), tmp_path_factory.mktemp("out") / "new" / "folder"
    paths = sorted(path for path in folder.iterdir())
    run = started(
        "grade", "addition", *paths, "--course", course, "--sandbox", "bubblewrap", "--out", out, cwd=elsewhere
    )
    results = {path.name.partition(".")[0]: json.loads(path.read_bytes()) for path in out.iterdir()}
    return Graded(run, elsewhere, results)


@pytest.mark.slow
def test_grade_of_several_is_a_table(graded_class):
    """Several submissions get a row each, in order, with what they lost, and exit code 0."""
    assert graded_class.run.returncode == 0
    table, summary = graded_class.run.stdout.split("\n\n")
    _header, *rows = table.splitlines()
    assert [row.split()[0] for row in rows] == NAMES
    assert summary.startswith("mean ")
    assert re.match(r"near_name +6/7 .* missing: double", rows[NAMES.index("near_name")])
    seed, written = graded_class.run.stderr.splitlines()
    assert seed.startswith("seed: ")
    assert written.startswith("written")
    assert str(len(NAMES)) in written


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "outcomes", "words"),
    [
        ("right", PASSED, []),
        ("byte_order_mark", PASSED, []),
        ("windows_lines", PASSED, []),
        ("cells", PASSED, []),
        ("zed", PASSED, []),
        ("empty", ("missing",) * 3, ["empty.py is empty"]),
        ("open_bracket", RAISED, ["open_bracket.py, line 2", "'(' was never closed"]),
        ("latin_1", RAISED, ["latin_1.py, line 2", "0xe9", "UTF-8"]),
        ("utf_16", RAISED, ["UTF-16", "save it as UTF-8"]),
        ("null_bytes", RAISED, ["null bytes"]),
        ("near_name", ("passed", "missing", "passed"), ["`double`", "it defines `doubel`"]),
        ("one_missing", ("passed", "missing", "passed"), ["your submission does not define `double`"]),
        ("absent_package", PASSED, []),
        ("uses_absent_package", ("passed", "raised", "passed"), ["`pandas` is not among the packages"]),
        ("escapes", ("passed", "raised", "passed"), ["ValueError: \\x1b[2J[bold]"]),
    ],
    ids=lambda value: value.replace("_", "-") if isinstance(value, str) else "",
)
def test_each_kind_of_submission_gets_its_outcome(graded_class, name, outcomes, words):
    """Every check gets the outcome that the submission deserves, and a sentence that helps to fix it."""
    checks = {check["name"]: check for check in graded_class.results[name]["checks"]}

    assert outcomes == tuple(checks[check]["outcome"] for check in ("any_sum", "double", "negative_sum"))
    assert all(word in check["message"] for check in checks.values() if check["message"] for word in words)


@pytest.mark.slow
def test_notebook_is_graded_by_its_definitions(graded_class):
    """What a notebook does besides defining is left out, and the result says so."""
    (note,) = graded_class.results["cells"]["notes"]

    assert "cell 2, line 1: left out" in note
    assert "open('written', 'w')" in note


@pytest.mark.slow
def test_out_holds_one_whole_file_for_each_submission(graded_class):
    """--out makes the folder and leaves nothing but results that follow the schema."""
    assert sorted(graded_class.results) == NAMES
    for results in graded_class.results.values():
        jsonschema.validate(results, results_json.schema())
        assert results["environment"]["sandbox"] == "bubblewrap"


@pytest.mark.slow
def test_grading_leaves_nothing_in_the_current_folder(graded_class):
    """A grading writes to --out and nowhere else."""
    assert list(graded_class.folder.iterdir()) == []


@pytest.mark.slow
def test_grading_leaves_nothing_in_the_course(graded_class, course):
    """No bytecode and no cache appear in a course, which may be read-only."""
    assert [path for path in course.rglob("*") if path.name in ("__pycache__", ".pytest_cache", ".hypothesis")] == []


def test_several_as_json_are_one_array(course, tmp_path):
    """--format json of several prints one JSON array with their results in order."""
    write_files(tmp_path, {"ada.py": RIGHT, "eve.py": WRONG})
    run = grader("grade", "addition", "eve.py", "ada.py", "--course", course, "--format", "json", cwd=tmp_path)

    assert [(one["submission"], one["score"]) for one in json.loads(run.stdout)] == [("ada", 7), ("eve", 1)]


def test_harness_that_dies_is_named_and_exits_3(course, tmp_path):
    """A grading whose harness ends is ungraded as a whole, and the message says which."""
    write_files(tmp_path, {"ada.py": RIGHT, "eve.py": RIGHT})
    run = grader("grade", "ends_itself", "ada.py", "eve.py", "--course", course, "--out", "out", cwd=tmp_path)

    assert run.returncode == 3
    for name in ("ada", "eve"):
        results = json.loads((tmp_path / "out" / f"{name}.results.json").read_bytes())
        assert (results["status"], results["score"]) == ("ungraded", 0)
        assert "the harness ended with exit code 7" in json.dumps(results)


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["ada/addition.py", "eve/addition.py"], ["ada", "eve"]),
        (["ada/work/addition.py", "eve/work/addition.py"], ["ada", "eve"]),
        (["ada/addition.py", "bob.py", "eve/addition.ipynb"], ["ada", "bob", "eve"]),
    ],
    ids=["folders", "folders-of-folders", "beside-others"],
)
def test_files_of_one_name_are_called_by_their_folders(course, tmp_path, paths, names):
    """A class that hands in the file that is asked for is graded, and its rows are named by folders, which is said."""
    write_files(tmp_path, {path: cells(RIGHT) if path.endswith("ipynb") else RIGHT for path in paths})
    run = grader("grade", "addition", *paths, "--course", course, "--format", "json", "--out", "out", cwd=tmp_path)

    assert run.returncode == 0
    assert [one["submission"] for one in json.loads(run.stdout)] == names
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [f"{name}.results.json" for name in names]
    said = run.stderr.splitlines()[0]
    assert said.startswith("several files are called addition.py; they are told apart as ada, eve")


def test_submission_that_is_named_twice_is_refused(course, tmp_path):
    """The same file, by whatever path, is graded once."""
    write_files(tmp_path, {"ada.py": RIGHT})
    run = grader("grade", "addition", "ada.py", tmp_path / "ada.py", "--course", course, cwd=tmp_path)

    assert refusal(run) == "ada.py: named twice; each submission is graded once"


def test_class_in_one_folder_beside_others_is_refused_with_advice(course, tmp_path):
    """Who names it alone grades a class; beside others it is one submission, and learns how to name what is in it."""
    write_files(tmp_path, {"class/ada.py": RIGHT, "class/eve.py": WRONG, "bob.py": RIGHT})
    alone = grader("grade", "addition", "class", "--course", course, "--format", "csv", cwd=tmp_path)
    beside = grader("grade", "addition", "class", "bob.py", "--course", course, cwd=tmp_path)

    assert alone.returncode == 0
    assert alone.stderr.startswith("class: 2 submissions, one file or folder for each student\n")
    assert beside.returncode == 2
    assert beside.stderr.endswith(
        "ada.py, eve.py; keep one, or call it addition.py and put it into no folder; "
        "to grade a class, name its submissions: class/*\n"
    )


def test_names_of_any_length_get_a_file_each(course, tmp_path):
    """Names that are longer than a file system takes are cut, and no two become one."""
    names = ["a" * 239, "a" * 240, "ü" * 120]
    write_files(tmp_path, {f"{name}.py": RIGHT for name in names})
    paths = [f"{name}.py" for name in names]
    run = grader("grade", "addition", *paths, "--course", course, "--format", "json", "--out", "out", cwd=tmp_path)

    assert run.returncode == 0
    assert [one["submission"] for one in json.loads(run.stdout)] == sorted(names)
    written = [json.loads(path.read_bytes())["submission"] for path in (tmp_path / "out").iterdir()]
    assert sorted(written) == sorted(names)


def test_what_cannot_be_read_has_a_row_in_every_format(course, tmp_path):
    """A table for a gradebook lacks nobody: there is no score, but the sentence."""
    write_files(tmp_path, {"ada.py": RIGHT, "bob.txt": "", "eve.py": WRONG})
    formats = ("json", "csv", "html", "markdown", "junit", "github", "code-quality")
    files = [word for format in formats for word in ("--format", f"{format}=bob.{format}")]
    words = ("ada.py", "bob.txt", "eve.py", "--course", course, "--format", "terminal", *files)
    run = grader("grade", "addition", *words, cwd=tmp_path)

    assert run.returncode == 2
    for written in (run.stdout, *((tmp_path / f"bob.{format}").read_text() for format in formats)):
        assert re.search(r"bob.*expected a \.py file", written.replace("\n", " ").replace("\\", ""))
    *_graded, refused = json.loads((tmp_path / "bob.json").read_text())
    jsonschema.validate(refused, results_json.schema())
    reason = "bob.txt: expected a .py file, a notebook (.ipynb), a folder or a .zip"
    assert refused == {"version": results_json.VERSION, "submission": "bob", "status": "refused", "reason": reason}


def test_class_of_which_nothing_can_be_read_is_refused(course, tmp_path):
    """One sentence names the first of them."""
    write_files(tmp_path, {f"{letter}.txt": "" for letter in "abcd"})
    sentence = refusal(grader("grade", "addition", *[f"{a}.txt" for a in "abcd"], "--course", course, cwd=tmp_path))

    assert all(f"{letter}.txt: expected a .py file" in sentence for letter in "abc")
    assert sentence.endswith(" and 1 more")


@pytest.mark.parametrize("command", ["check", "grade"])
def test_feedback_names_the_file_that_was_graded(course, tmp_path, command):
    """The finished notebook beside the stub counts, in a folder as without a path, and is named."""
    stub = (course / "assignments/addition/addition.py").read_text()
    write_files(tmp_path, {"addition.py": stub, "addition.ipynb": cells(RIGHT)})
    words = () if command == "check" else (".",)
    run = grader(command, "addition", *words, "--course", course, cwd=tmp_path)

    assert run.returncode == 0
    assert run.stdout.splitlines()[1] == "graded: addition.ipynb"


# --- sandboxes --------------------------------------------------------------------------------------------------------


def test_sandbox_that_does_not_start_is_refused_with_advice(course, right):
    """Without bwrap, --sandbox bubblewrap is refused: which promise, why, and what to install."""
    run = grader(
        "grade", "addition", right, "--course", course, "--sandbox", "bubblewrap", cwd=right, PATH="/nonexistent"
    )

    sentence = refusal(run)
    assert "`bubblewrap` does not keep: starts (`bwrap` is not installed" in sentence
    assert "sudo apt-get install bubblewrap" in sentence


@pytest.fixture
def pretended_bwrap(tmp_path):
    """A folder with a `bwrap` that runs the command without the sandbox around it."""
    program = write_files(
        tmp_path, {"bin/bwrap": '#!/bin/sh\nwhile [ "$1" != "--" ]; do shift; done\nshift\nexec "$@"\n'}
    )
    (program / "bin/bwrap").chmod(0o755)
    return program / "bin"


@pytest.mark.slow
def test_sandbox_that_breaks_a_promise_is_refused_by_name(course, right, pretended_bwrap):
    """A sandbox that starts but holds nothing is refused, and the sentence names the broken promises."""
    words = ("grade", "addition", right, "--course", course, "--sandbox", "bubblewrap")
    run = grader(*words, cwd=right, PATH=f"{pretended_bwrap}:/usr/bin:/bin")

    assert "`bubblewrap` does not keep: cannot read our files" in refusal(run)


@pytest.mark.slow
def test_broken_sandbox_can_be_allowed(course, right, pretended_bwrap):
    """--allow-unsafe-sandbox grades all the same."""
    words = ("grade", "addition", right, "--course", course, "--sandbox", "bubblewrap", "--allow-unsafe-sandbox")
    run = grader(*words, cwd=right, PATH=f"{pretended_bwrap}:/usr/bin:/bin")

    assert run.returncode == 0
    assert "7 of 7 points" in run.stdout


@pytest.mark.slow
def test_doctor_says_what_holds(tmp_path):
    """`doctor` judges every promise for every sandbox and says which one auto takes."""
    run = grader("doctor", cwd=tmp_path)

    assert run.returncode == 0
    header, *rows = [line.split("  ") for line in run.stdout.partition("\n\n")[0].splitlines()]
    assert ["promise", *BACKENDS] == [cell.strip() for cell in header if cell.strip()]
    cells = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    assert {"starts", "cannot read our files", "cannot open a connection"} <= {cell[0] for cell in cells}
    assert all(len(cell) == 1 + len(BACKENDS) and set(cell[1:]) <= {"holds", "BROKEN"} for cell in cells)
    assert re.search(r"`--sandbox auto` takes \w+ here, as (root|an ordinary\s+user);", run.stdout)
    assert re.search(r"is\s+held\s+by\s+(cgroup\s+v[12]|its\s+supervisor)\.", run.stdout)
    assert list(tmp_path.iterdir()) == []


def test_doctor_fails_where_no_sandbox_holds(tmp_path):
    """What runs in CI before a grading must stop it: here `bwrap` may not make namespaces, as AppArmor has it on Ubuntu 24.04."""
    bwrap = tmp_path / "bwrap"
    bwrap.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n")
    bwrap.chmod(0o755)
    run = grader("doctor", "--sandbox", "bubblewrap", cwd=tmp_path, PATH=f"{tmp_path}:{os.environ['PATH']}")

    assert run.returncode == 1
    assert re.search(r"starts\s+BROKEN", run.stdout)
    assert "bwrap: setting up uid map: Permission denied" in " ".join(run.stdout.split())
    assert "No sandbox here may hold a submission: `grader grade` will refuse." in run.stdout


# --- a class with something wrong in it -------------------------------------------------------------------------------


@pytest.mark.slow
def test_one_unreadable_submission_does_not_stop_a_class(course, right, tmp_path):
    """The others are graded, the one is named at the end, and the exit code says that something is wrong."""
    (tmp_path / "bob.zip").write_bytes(b"Rar!\x1a\x07 not a zip")
    (tmp_path / "cyd.py").write_text("def add(a, b): return 0\n")
    words = (
        "grade",
        "addition",
        right,
        tmp_path / "bob.zip",
        tmp_path / "cyd.py",
        "--course",
        course,
        "--out",
        tmp_path,
    )
    run = grader(*words, cwd=tmp_path)

    assert run.returncode == 2
    assert "ada" in run.stdout
    assert "cyd" in run.stdout
    assert re.search(r"not graded: \S*bob\.zip: .*zip", run.stderr)
    stored = {path.name: json.loads(path.read_text())["status"] for path in tmp_path.glob("*.results.json")}
    assert {*stored} == {"ada.results.json", "bob.results.json", "cyd.results.json"}
    assert stored["bob.results.json"] == "refused"


@pytest.mark.slow
def test_an_ungraded_submission_leaves_a_bundle(course, right, tmp_path):
    """What is known of a fault of near lies where the results do, and the exit code is 3."""
    run = grader(
        "grade", "divides_by_zero", right / "addition.py", "--course", course, "--out", tmp_path / "out", cwd=tmp_path
    )

    assert run.returncode == 3
    assert "is ungraded; what is known of it lies in " in run.stderr
    assert [path.name for path in (tmp_path / "out").glob("*.zip")] == ["addition.fault.zip"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("format", "start"),
    [
        ("junit", "<?xml version="),
        ("csv", '"submission"'),
        ("html", "<!DOCTYPE html>"),
        ("markdown", "#"),
        ("github", "::"),
    ],
)
def test_a_result_can_be_written_for_other_readers(course, right, tmp_path, format, start):
    """Each format is printed alone, and says who was graded."""
    run = grader("grade", "addition", right, "--course", course, "--format", format, cwd=tmp_path)

    assert run.returncode == 0
    assert run.stdout.startswith(start)
    assert "ada" in run.stdout


@pytest.mark.parametrize(
    ("command", "folder", "variables"),
    [("check", "repo", {}), ("grade", "other", {"GITHUB_WORKSPACE": "repo"})],
    ids=["check", "grade"],
)
def test_files_are_named_from_the_root_of_the_repository(course, tmp_path, command, folder, variables):
    """The current folder, or the one that a CI service names."""
    write_files(tmp_path, {"repo/hw/eve.py": WRONG, "other/readme.md": ""})
    words = (command, "addition", tmp_path / "repo/hw/eve.py", "--course", course, "--format", "github")
    environment = {name: str(tmp_path / value) for name, value in variables.items()}
    run = grader(*words, cwd=tmp_path / folder, **environment)

    assert re.findall("::error file=(.*?),line=1,", run.stdout)[0] == "hw/eve.py"


@pytest.mark.slow
@pytest.mark.parametrize("command", ["grade", "check"])
def test_a_report_is_fenced_on_github(course, right, tmp_path, command):
    """Where lines of output can be commands, what holds student text stands between stop commands: all of it, in one piece."""
    run = grader(command, "addition", right, "--course", course, cwd=tmp_path, GITHUB_ACTIONS="true")

    first, *_report, last = run.stdout.splitlines()
    token = first.removeprefix("::stop-commands::")
    assert re.fullmatch("[0-9a-f]{32}", token)
    assert last == f"::{token}::"
    assert run.stdout.count("::stop-commands::") == 1
    assert any(line.startswith("Sums  ") for line in run.stdout.splitlines())


# --- audit ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ("--attacks", "--short"),
            "audit: --attacks, --specimens and --short are audits of their own: give one of them, or none",
        ),
        (("--seed", "1"), "audit: --seed goes with --attacks; another audit has its own, so that it can be repeated"),
        (
            ("--specimens",),
            "COURSE/solutions/addition/addition.py: no line is marked as a solution, so the stub would be the solution; put "
            "`# BEGIN SOLUTION` above and `# END SOLUTION` below what students write",
        ),
        (
            ("--short",),
            "COURSE/solutions/addition/audit.json: no such file; `grader audit addition` makes the audit that it is a record of",
        ),
    ],
    ids=["two", "seed", "no-stub", "no-record"],
)
def test_audit_refuses_what_it_cannot_do(course, tmp_path, options, message):
    """Options that do not go together, and assignments without what is to be audited."""
    refused = refusal(grader("audit", "addition", *options, "--course", course, cwd=tmp_path))

    assert refused == message.replace("COURSE", str(course))


NO_PYTHON = "def f(n):\n    return (n\n"


@pytest.mark.usefixtures("needs_bubblewrap")
@pytest.mark.parametrize(
    "name",
    [
        "assignments/addition/checks/test_sums.py",
        "solutions/addition/checks/test_sums_hidden.py",
        "solutions/addition/misconceptions.py",
        "assignments/addition/networks.py",
        "solutions/addition/addition.py",
    ],
    ids=["public", "hidden", "mistakes", "networks", "reference"],
)
def test_a_file_of_the_author_that_is_no_python_is_told_by_every_command(course, tmp_path, name):
    """File, line, what is written there and what Python says, in one sentence, with exit code 2."""
    course = shutil.copytree(course, tmp_path / "course")
    source = RIGHT.replace("return a + b", "return a + b  # SOLUTION").replace(
        "return 2 * a", "return 2 * a  # SOLUTION"
    )
    write_files(course, {"solutions/addition/addition.py": source, "sent/ada.py": RIGHT, "sent/bob.py": WRONG})
    (course / name).write_text(NO_PYTHON)
    said = f"{course / name}:2: cannot be loaded: `return (n` is no Python: '(' was never closed"

    for words in (
        ("grade", "addition", course / "sent/ada.py"),
        ("grade", "addition", course / "sent"),
        ("check", "addition", course / "sent/ada.py"),
        ("build", "addition"),
        ("audit", "addition"),
        ("audit", "addition", "--specimens"),
    ):
        if words[0] == "check" and name == "solutions/addition/checks/test_sums_hidden.py":
            continue  # public checks alone
        ran = grader(*words, "--course", course, cwd=tmp_path)
        assert (ran.returncode, ran.stdout) == (2, ""), words
        assert (
            ran.stderr.splitlines()[-1].removeprefix("grader: ").removeprefix("the checks cannot be used: ") == said
        ), words


@pytest.mark.slow
@pytest.mark.usefixtures("needs_bubblewrap")
def test_audit_writes_a_record_and_the_short_form_goes_by_it(course, tmp_path):
    """Exit code 1 below the floor, where a specimen does not hold, and where the record is stale, each with a sentence."""
    course = shutil.copytree(course, tmp_path / "course")
    solution = course / "solutions/addition"
    write_files(
        solution,
        {
            "addition.py": ADD.replace("return a + b", "return a + b  # SOLUTION")
            + DOUBLE.replace("return 2 * a", "return 2 * a  # SOLUTION"),
            "specimens/subtracts/addition.py": WRONG,
            "specimens/subtracts/expected.toml": 'why = "Subtracts."\n[outcomes]\nany_sum = "failed"\nnegative_sum = "failed"\n',
        },
    )
    words = ("audit", "addition", "--course", course)

    proved = grader(*words, "--seeds", "1", "--jobs", "1", "--floor", "0", cwd=tmp_path)
    assert proved.returncode == 0, proved.stdout + proved.stderr
    assert "2 of 2 get exactly what they declare" in proved.stdout
    assert f"written to {solution}/audit.json" in proved.stderr.replace("\n", "")
    record = json.loads((solution / "audit.json").read_text())
    assert record["specimens"]["subtracts"]["held"]

    short = grader(*words, "--short", "--floor", "0", cwd=tmp_path)
    assert (short.returncode, "graded again: 5 mutants, 2 of the specimens" in short.stdout) == (0, True)
    (solution / "audit.json").write_text(json.dumps(record | {"score": 0.5}))
    below = grader(*words, "--short", cwd=tmp_path)
    assert (below.returncode, "score 0.500 is below the floor of 0.95" in below.stdout) == (1, True)

    held = grader(*words, "--specimens", cwd=tmp_path)
    assert held.returncode == 0
    assert re.search(r"^subtracts +2 failed +2 failed +yes *$", held.stdout, re.MULTILINE), held.stdout
    (solution / "specimens/subtracts/addition.py").write_text(RIGHT)
    wrong = grader(*words, "--specimens", cwd=tmp_path)
    assert (wrong.returncode, "subtracts: any_sum: passed, not failed" in wrong.stdout) == (1, True)
    stale = grader(*words, "--short", cwd=tmp_path)
    assert (stale.returncode, "audit.json is stale: changed since are specimen subtracts" in stale.stdout) == (1, True)


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.fixture
def bad_inputs(tmp_path):
    """A folder of things that are no submission, and of courses that cannot be used."""
    write_files(
        tmp_path,
        {
            "ada.py": RIGHT,
            "text.txt": RIGHT,
            "folder/readme.md": "",
            "a_file": "",
            "broken/assignments/addition/assignment.toml": "title =\n",
            "wrong_type/assignments/addition/assignment.toml": ADDITION + '[limits]\nrequest_seconds = "soon"\n',
            "empty_course/assignments/readme.md": "",
            "unmarked/assignments/addition/assignment.toml": ADDITION,
            "unmarked/assignments/addition/checks/test_x.py": 'def test_x(student):\n    """X."""\n',
        },
    )
    with (tmp_path / "large.py").open("wb") as file:
        file.truncate(200_000_000)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param("check addition nothing.py", ["nothing.py: no such file or folder"], id="no-such-file"),
        pytest.param("check addition folder", ["no addition.py in this folder", "readme.md"], id="folder-without-it"),
        pytest.param("check addition large.py", ["large.py: 200,000,000 bytes", "1,000,000"], id="too-large"),
        pytest.param("check addition text.txt", ["text.txt", "notebook"], id="neither-python-nor-notebook"),
        pytest.param("check adition ada.py", ["`adition`", "did you mean addition?"], id="misspelt-assignment"),
        pytest.param("check zzz ada.py", ["`zzz`", "there are: addition, divides_by_zero"], id="unknown-assignment"),
        pytest.param("check addition --course nowhere", ["--course nowhere"], id="no-such-course"),
        pytest.param("check addition --course broken", ["addition/assignment.toml", "not TOML"], id="broken-toml"),
        pytest.param(
            "check addition --course wrong_type",
            ["assignment.toml", "limits.request_seconds", "'soon'"],
            id="wrong-type-in-toml",
        ),
        pytest.param(
            "check addition ada.py --course empty_course",
            ["empty_course", "no `assignments/` folder with an assignment in it"],
            id="course-without-any",
        ),
        pytest.param("check addition ada.py --course unmarked", ["not marked as a check"], id="check-without-marker"),
        pytest.param("grade addition ada.py --out a_file", ["--out a_file"], id="out-is-a-file"),
        pytest.param("grade addition ada.py --out a_file/below", ["--out a_file/below"], id="out-below-a-file"),
        pytest.param("grade addition ada.py --sandbox glass", ["--sandbox", "glass"], id="unknown-sandbox"),
        pytest.param("grade addition", ["SUBMISSION"], id="nothing-to-grade"),
        pytest.param("grade addition ada.py --frobnicate", ["--frobnicate"], id="unknown-option"),
        pytest.param("frobnicate", ["frobnicate"], id="unknown-command"),
        pytest.param("check addition ada.py --cores 0", ["--cores"], id="no-cores"),
        pytest.param("grade addition ada.py --cores 9999", ["--cores 9999", "this machine has"], id="too-many-cores"),
        pytest.param(
            "grade addition ada.py --data mnist", ["--data mnist", "trains no network"], id="nothing-to-train"
        ),
        pytest.param("check training ada.py --data-root .", ["--data-root .", "--data"], id="root-of-no-data"),
        pytest.param(
            "check training ada.py --data gratings --data-root .", ["`gratings` needs none"], id="root-of-embedded-data"
        ),
        pytest.param(
            "check training ada.py --data cifar10", ["--data cifar10", "gratings, mnist"], id="data-without-threshold"
        ),
        pytest.param(
            "grade training ada.py --data mnist --data-root folder",
            ["mnist", "folder", "grader data fetch mnist --root folder"],
            id="data-that-are-not-there",
        ),
        pytest.param("data fetch imagenet", ["imagenet", "cifar10"], id="unknown-data"),
        pytest.param("data fetch mnist --root a_file", ["a_file", "--root"], id="data-root-is-a-file"),
    ],
)
def test_refusal_is_one_sentence_and_exit_code_2(course, bad_inputs, words, said):
    """A command that cannot be done says why in one sentence on stderr, before it does anything."""
    arguments = words.split()
    if arguments[0] in ("check", "grade") and "--course" not in arguments:
        arguments += ["--course", str(course)]

    sentence = refusal(grader(*arguments, cwd=bad_inputs))
    assert all(word in sentence for word in said), sentence


@pytest.mark.parametrize("name", ["cifar10", "mnist", "fashion_mnist"])
def test_fetch_without_a_network_is_one_sentence(tmp_path, name):
    """Offline, `data fetch` says what could not be reached and what to do, and leaves nothing half-written."""
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    sentence = refusal(grader("data", "fetch", name, "--root", "data", cwd=tmp_path, **nowhere))

    assert "cannot be fetched" in sentence
    assert "by hand" in sentence
    assert [path for path in (tmp_path / "data").rglob("*") if path.is_file()] == []


def test_results_name_the_data_and_the_processors(course, tmp_path):
    """What networks were trained on, and on how many processors, is in results.json; without training there are no data."""
    (tmp_path / "bea.py").write_text(LEARNER)
    (tmp_path / "ada.py").write_text(RIGHT)
    run = grader("grade", "training", "bea.py", "--format", "json", "--cores", "1", "--course", course, cwd=tmp_path)
    other = grader("grade", "addition", "ada.py", "--format", "json", "--course", course, cwd=tmp_path)
    trained, added = json.loads(run.stdout), json.loads(other.stdout)

    assert (trained["environment"]["data"], trained["environment"]["threads"]) == ("gratings", 1)
    assert trained["score"] == trained["max_score"] == 3
    assert added["environment"]["data"] is None


def test_other_data_are_graded_on(course, tmp_path):
    """`--data` and `--data-root` take another data set: here an .npz of 200 images in grey."""
    labels = np.arange(200) % 10
    images = np.zeros((200, 28, 28), dtype=np.uint8)
    images[np.arange(200), labels * 2] = 255  # a line whose height is the class
    np.savez(tmp_path / "lines.npz", images=images, labels=labels)
    (tmp_path / "bea.py").write_text(LEARNER)
    words = ("--data", "mnist", "--data-root", "lines.npz", "--format", "json")
    run = grader("grade", "training", "bea.py", *words, "--course", course, cwd=tmp_path)

    assert run.returncode == 2  # 40 images are for testing, 100 are asked for
    assert "40 images are for testing, but 100 to hold out are asked for" in run.stderr


def test_training_is_shown_while_it_runs(course, tmp_path):
    """On a terminal, epochs, loss and the time that is left are shown; what is printed in the end is the result alone."""
    (tmp_path / "bea.py").write_text(LEARNER)
    command = [sys.executable, "-m", "grader", "check", "training", "bea.py", "--course", str(course)]
    near, far = pty.openpty()
    environment = {**os.environ, "COLUMNS": "120", "TERM": "xterm"}
    process = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=far)
    os.close(far)
    shown = b""
    with contextlib.suppress(OSError):  # that is how a terminal ends
        while piece := os.read(near, 4096):
            shown += piece
    result = process.communicate()[0].decode()
    os.close(near)

    text = shown.decode(errors="replace")
    assert re.search(r"training: epoch [12] of 4, loss [\d.]+, \d+ s left", text), text[-2000:]
    assert "epoch 4 of 4" in text
    assert "epoch" not in result
    assert result.endswith("3 of 3 points\n")


def test_folder_without_a_course_says_how_to_name_one(tmp_path):
    """Outside a course the message says what was looked for and names the option."""
    sentence = refusal(grader("list", cwd=tmp_path))

    assert str(tmp_path) in sentence
    assert "--course DIR" in sentence


@pytest.mark.slow
def test_a_checkout_below_tmp_grades_like_any_other(tmp_path):
    """Workers hide /tmp from submissions, but not the grader that lives there and is run from its own folder."""
    checkout = tmp_path / "checkout"
    for name in ("grader", "assignments", "solutions"):
        shutil.copytree(Path(__file__).parents[2] / name, checkout / name)
    reference = checkout / "solutions" / "naive_convnet" / "naive_convnet.py"
    environment = {**os.environ, "PYTHONPATH": str(checkout), "COLUMNS": "120"}
    command = [sys.executable, "-m", "grader", "check", "naive_convnet", str(reference)]
    run = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True)

    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.endswith("22 of 22 points\n")
