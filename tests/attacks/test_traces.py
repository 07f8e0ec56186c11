"""What a grading leaves behind is told from what other programs on the machine use meanwhile."""

from __future__ import annotations

import ctypes
import subprocess
import sys

from grader.attacks import traces

_MAKE = """
import ctypes, sys
print(ctypes.CDLL(None).shmget(0, 4096, 0o1600), flush=True)
sys.stdin.read()
"""
_REMOVE = 0


def test_memory_of_a_program_that_runs_is_no_trace_and_what_it_leaves_is_one() -> None:
    """As a database has it, which may start at any time; with its program gone, nobody would remove it."""
    maker = subprocess.Popen([sys.executable, "-c", _MAKE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert maker.stdout is not None
    number = int(maker.stdout.readline())
    try:
        mine = [entry for entry in traces.traces().kernel_objects if entry.startswith(f"shm {number} ")]
        assert len(mine) == 1, "what a program below this one has made is looked at"
        maker.communicate()
        left = [entry for entry in traces.traces().kernel_objects if entry.startswith(f"shm {number} ")]
        assert left == mine
    finally:
        maker.kill()
        ctypes.CDLL(None).shmctl(number, _REMOVE, None)


def test_memory_of_somebody_else_is_no_trace() -> None:
    """Its program is not below this one, and runs."""
    outside = subprocess.Popen(
        [sys.executable, "-c", f"import os, sys\nif os.fork():\n    os._exit(0)\n{_MAKE}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert outside.stdout is not None
    number = int(outside.stdout.readline())
    outside.wait()
    try:
        assert not [entry for entry in traces.traces().kernel_objects if entry.startswith(f"shm {number} ")]
    finally:
        outside.communicate()
        ctypes.CDLL(None).shmctl(number, _REMOVE, None)
