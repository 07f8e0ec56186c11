"""`check --watch`: what changed since the last time, a clean terminal, and no waiting for what is out of date."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from additions import SETTINGS
from files import write_files

CHECKS = '''\
import pytest

from grader.checks import expect


@pytest.mark.check(points=1, exercise="sums")
def test_small(student):
    """Small sums are right."""
    expect.equal(student.add(1, 2), 3)


@pytest.mark.check(points=1, exercise="sums", seconds=100)
def test_large(student):
    """Large sums are right."""
    expect.equal(student.add(20, 4), 24)


@pytest.mark.check(points=1, exercise="sums")
def test_nothing(student):
    """Nothing adds nothing."""
    expect.equal(student.add(0, 0), 0)
'''
RIGHT = "def add(a, b):\n    return a + b\n"
ZERO = "def add(a, b):\n    return 0\n"
SLOW = "import time\n\n\ndef add(a, b):\n    time.sleep(90 * (a == 20))\n    return a + b\n"
STYLES = re.compile(r"\x1b\[[\d;?]*[a-zA-Z]")


class Watched:
    """A command that watches a file, on a terminal."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "addition.py"
        self.shown = ""
        self._near, far = pty.openpty()
        os.set_blocking(self._near, False)
        environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "grader", "check", "addition", "addition.py", "--watch"],
            cwd=folder,
            env={**environment, "TERM": "xterm"},
            stdin=far,
            stdout=far,
            stderr=far,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        os.close(far)

    def until(self, words: str, times: int = 1, seconds: float = 40) -> str:
        """Wait until something has been shown so often; return all that was shown."""
        ends = time.monotonic() + seconds
        while STYLES.sub("", self.shown).count(words) < times:
            assert time.monotonic() < ends, f"{words!r} is not there: {self.shown[-2000:]!r}"
            time.sleep(0.05)
            with contextlib.suppress(BlockingIOError, OSError):
                self.shown += os.read(self._near, 65536).decode(errors="replace")
        return self.shown

    def close(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait(20)
        os.close(self._near)


@pytest.fixture
def watched(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Watched]:
    """A watch that has been told of the file which the test names."""
    files = {"assignments/addition/assignment.toml": SETTINGS, "assignments/addition/checks/test_sums.py": CHECKS}
    one = Watched(Path(write_files(tmp_path, {**files, "addition.py": request.param})))
    yield one
    one.close()


@pytest.mark.slow
@pytest.mark.parametrize("watched", [ZERO], indirect=True, ids=["zero"])
def test_a_save_clears_the_terminal_and_says_what_changed(watched: Watched) -> None:
    """With the time; first what passes now, and what passed before."""
    watched.until("watching addition.py; Ctrl-C stops")
    watched.path.write_text(RIGHT)
    after = watched.until("watching addition.py", 2)
    watched.path.write_text("def add(a, b):\n    return 3\n")
    again = STYLES.sub("", watched.until("watching addition.py", 3))

    assert after.count("\x1b[2J") == 1
    assert after.index("1 of 3 points") < after.index("\x1b[2J") < after.index("3 of 3 points")
    assert re.search(r"\n\d\d:\d\d:\d\d  watching addition\.py", again)
    assert re.search(r"\n\d\d:\d\d:\d\d  \+2 pass; watching addition\.py", again)
    assert re.search(r"\n\d\d:\d\d:\d\d  -2 pass; watching addition\.py", again)


@pytest.mark.slow
@pytest.mark.parametrize("watched", [SLOW], indirect=True, ids=["slow"])
def test_a_save_during_a_check_starts_it_anew(watched: Watched) -> None:
    """Nobody waits for the rest of what is out of date; the next save is noticed too, and so is Ctrl-C."""
    watched.until("1/1 Small sums are right.")
    watched.path.write_text(RIGHT)
    watched.until("3 of 3 points")
    watched.until("watching addition.py")
    watched.path.write_text(ZERO)
    watched.until("-2 pass")
    watched.process.send_signal(signal.SIGINT)

    assert watched.process.wait(20) == 130
    assert "Traceback" not in watched.shown


@pytest.mark.slow
@pytest.mark.parametrize("watched", [SLOW], indirect=True, ids=["slow"])
def test_interrupting_a_watched_check_ends_it(watched: Watched) -> None:
    """A save and Ctrl-C are told apart."""
    watched.until("1/1 Small sums are right.")
    watched.process.send_signal(signal.SIGINT)

    assert watched.process.wait(20) == 130


@pytest.mark.slow
@pytest.mark.parametrize("watched", [RIGHT], indirect=True, ids=["right"])
def test_a_file_that_cannot_be_read_for_a_while_is_no_end(watched: Watched) -> None:
    """Half-way through being saved, for one."""
    watched.until("watching addition.py")
    watched.path.unlink()
    watched.until("addition.py: no such file or folder")
    watched.path.write_text(ZERO)

    assert "-2 pass" in watched.until("watching addition.py", 2)
