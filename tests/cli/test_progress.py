"""What is seen while something is graded: on a real terminal of 80 columns, and where there is none."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest
from additions import SETTINGS
from commands import started
from files import write_files

from grader.cli.log_lines import LogLines

TITLE = "A title that is much longer than what is left of a line of eighty columns beside a bar, a counter and a clock."
CHECKS = f'''\
import pytest

from grader.checks import expect


@pytest.mark.check(points=1, exercise="sums")
def test_small(student):
    """Short."""
    expect.equal(student.add(1, 2), 3)


@pytest.mark.check(points=1, exercise="sums", seconds=60)
def test_slow(student):
    """{TITLE}"""
    expect.equal(student.add(20, 4), 24)
'''
SLOW = "import time\n\n\ndef add(a, b):\n    time.sleep({seconds} * (a == 20))\n    return a + b\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A course, and a submission whose second check takes a second."""
    files = {
        "assignments/addition/assignment.toml": SETTINGS,
        "assignments/addition/checks/test_sums.py": CHECKS,
        "addition.py": SLOW.format(seconds=1),
    }
    return Path(write_files(tmp_path, files))


def on_terminal(folder: Path, *words: str, columns: int) -> str:
    """Run a command whose output and errors go to one terminal; return what it receives."""
    near, far = pty.openpty()
    fcntl.ioctl(far, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")}
    command = [sys.executable, "-m", "grader", *words]
    with subprocess.Popen(
        command, cwd=folder, env={**environment, "TERM": "xterm"}, stdin=far, stdout=far, stderr=far
    ) as process:
        os.close(far)
        shown = b""
        with contextlib.suppress(OSError):  # that is how a terminal ends
            while piece := os.read(near, 4096):
                shown += piece
        process.wait(60)
    os.close(near)
    return shown.decode(errors="replace")


@pytest.mark.parametrize("columns", [80, 60])
def test_the_bar_keeps_its_counter(folder: Path, columns: int) -> None:
    """However long the title of a check is: of the two, the title is cut, and no frame takes two lines."""
    text = on_terminal(folder, "check", "addition", "addition.py", columns=columns)
    frames = [re.sub(r"\x1b\[[\d;?]*[a-zA-Z]", "", frame) for frame in re.split(r"[\r\n]", text) if "━" in frame]
    with_title = [frame for frame in frames if "A title" in frame]

    assert with_title
    assert all("1/2" in frame for frame in with_title)
    assert all("…" in frame and len(frame.rstrip()) <= columns for frame in with_title)


def test_a_verdict_is_on_the_terminal_before_the_next_check_is_done(folder: Path) -> None:
    """And the bar is below it; in the end the bar is gone."""
    text = on_terminal(folder, "check", "addition", "addition.py", columns=80)
    plain = re.sub(r"\x1b\[[\d;?]*[a-zA-Z]", "", text)

    assert plain.index("1/1 Short.") < plain.index("A title that") < plain.index("1/1 A title that")
    assert plain.count("1/1 Short.") == 1


def test_a_class_shows_how_the_last_ones_ended(folder: Path) -> None:
    """And how many ended how, above the bar, as wide as the terminal at most; in the end all of it is gone."""
    sources = {
        "right": "def add(a, b): return a + b\n",
        "wrong": "def add(a, b): return 0\n",
        "half": "def add(a, b): return 3\n",
    }
    write_files(folder, {f"class/{name}/addition.py": source for name, source in sources.items()})
    text = on_terminal(folder, "grade", "addition", "class", "--public", "--sandbox", "local", columns=70)
    frames = [re.sub(r"\x1b\[[\d;?]*[a-zA-Z]", "", frame) for frame in re.split(r"[\r\n]+", text)]
    shown, _report = " ".join(frames).split("what did not pass", 1)

    assert "all points 1   a part 1   no points 1" in shown
    assert re.search(r"right +2/2", shown)
    assert re.search(r"wrong +0/2", shown)
    assert "3/3" in shown
    assert "a minute, about" in shown
    assert all(len(frame.rstrip()) <= 70 for frame in frames if "a minute" in frame or "points" in frame)


@pytest.mark.parametrize(
    ("done", "seconds", "line"),
    [
        (0, 9.9, None),
        (0, 10, "0 of 300 graded"),
        (12, 9, None),
        (12, 30, "12 of 300 graded, 24 a minute, about 12 min left"),
        (299, 300, "299 of 300 graded, 59.8 a minute, about 1 s left"),
        (1, 60, "1 of 300 graded, 1 a minute, about 5.0 h left"),
    ],
)
def test_a_line_says_how_many_and_how_long(done: int, seconds: float, line: str | None) -> None:
    """Not before ten seconds are over; what is left is as fast as what is done."""
    assert LogLines(total=300, done=done, started=1000.0).due(1000.0 + seconds) == line


def test_lines_are_ten_seconds_apart() -> None:
    """However often one asks."""
    lines = LogLines(total=3, done=1, started=0.0)

    assert [second for second in range(35) if lines.due(float(second)) is not None] == [10, 20, 30]


@pytest.mark.slow
@pytest.mark.parametrize(("words", "is_told"), [((), True), (("--quiet",), False)], ids=["usual", "quiet"])
def test_a_class_without_a_terminal_says_how_far_it_is(folder: Path, words: tuple[str, ...], is_told: bool) -> None:
    """While a submission of it takes its time."""
    write_files(folder, {f"class/{name}.py": SLOW.format(seconds=12 * (name == "slow")) for name in ("slow", "fast")})
    paths = ("class/slow.py", "class/fast.py")
    run = started(
        "grade", "addition", *paths, "--public", "--seed", "a secret of thirty-two characters", *words, cwd=folder
    )

    assert run.returncode == 0
    line = re.search(r"^(\d) of 2 graded(, [\d.]+ a minute, about \d+ s left)?$", run.stderr, re.MULTILINE)
    assert (line is not None) == is_told
