"""A fork server whose memory lies in huge pages forks cheaply, and its workers answer as before."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from grader import protocol
from grader.protocol import Limits
from grader.sandbox import Sandbox
from grader.worker.confinement import huge_pages

THERE = Path("/sys/kernel/mm/transparent_hugepage/enabled")
COLLAPSES_AT_ALL = tuple(map(int, re.findall(r"\d+", os.uname().release)[:2])) >= (6, 1)
SOURCE = """
import re
from pathlib import Path
from grader.worker.confinement import huge_pages

def huge():
    return sum(int(size) for size in re.findall(r"AnonHugePages: +(\\d+)", Path("/proc/self/smaps").read_text()))

many = [str(number) * 20 for number in range(400_000)]
before, content = huge(), hash(tuple(many))
huge_pages.collapse()
assert hash(tuple(many)) == content
print(before, huge())
"""


@pytest.mark.skipif(
    not COLLAPSES_AT_ALL or not THERE.is_file() or "[never]" in THERE.read_text(),
    reason="this kernel gives no huge pages on request",
)
def test_memory_is_collapsed_and_stays_what_it_was() -> None:
    """Most of a process that has tens of megabytes lies in huge pages afterwards, with the same content."""
    source = textwrap.dedent(SOURCE)
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    before, after = map(int, done.stdout.split())

    assert after - before > 20_000  # KiB, of some 40,000


def test_workers_answer_before_and_after(sandbox: Sandbox) -> None:
    """The fork in which memory is collapsed is one as any other."""
    answers = []
    for _ in range(huge_pages.FORKS_THAT_PAY + 2):
        worker = sandbox.worker(Limits())
        worker.ask(protocol.Load((protocol.File("f.py", b"def f(): return 7\n"),), "f.py", ()))
        answers.append(worker.ask(protocol.Call("f", (), {})))
        worker.end()

    assert set(answers) == {protocol.Returned(protocol.Plain(7))}
