"""What a container leaves of a machine, read from control groups as each version writes them."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from grader.grading.grade import grade_submission
from grader.model import Outcome
from grader.protocol import Limits
from grader.sandbox import Quota, current_quota, killed_for_memory, stretched

THERE = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
V1_CGROUP = "4:memory:/docker/abc\n2:cpu,cpuacct:/docker/abc\n0::/\n"
V1_MOUNTS = (
    "tmpfs /sys/fs/cgroup tmpfs ro 0 0\n"
    "cgroup /sys/fs/cgroup/cpu cgroup ro,cpu,cpuacct 0 0\n"
    "cgroup /sys/fs/cgroup/memory cgroup ro,nosuid,memory 0 0\n"
)
V2_MOUNTS = "cgroup2 /sys/fs/cgroup cgroup2 ro,nosuid 0 0\n"


def machine(root: Path, cgroup: str, mounts: str, files: dict[str, str]) -> Path:
    """Lay out /proc and /sys as a process in a container sees them."""
    for name, text in {"proc/self/cgroup": cgroup, "proc/self/mounts": mounts, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_half_a_processor_of_version_1(tmp_path: Path) -> None:
    """In a container the group's own files are at the top of the mount, wherever it says that it is."""
    files = {
        "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "50000\n",
        "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
        "sys/fs/cgroup/memory/memory.limit_in_bytes": "805306368\n",
        "sys/fs/cgroup/memory/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n",
    }
    root = machine(tmp_path, V1_CGROUP, V1_MOUNTS, files)

    found = current_quota(root)
    assert found == Quota(processors=0.5, memory_bytes=768 * 1024**2)
    assert (found.share, found.threads, killed_for_memory(root)) == (0.5, 1, 3)


def test_the_tightest_group_of_version_2_counts(tmp_path: Path) -> None:
    """A group has no more than those above it."""
    files = {
        "sys/fs/cgroup/pod/cpu.max": "25000 100000\n",
        "sys/fs/cgroup/pod/memory.max": "1000000000\n",
        "sys/fs/cgroup/pod/one/cpu.max": "max 100000\n",
        "sys/fs/cgroup/pod/one/memory.max": "2000000000\n",
        "sys/fs/cgroup/pod/one/memory.events": "low 0\noom 1\noom_kill 1\n",
    }
    root = machine(tmp_path, "0::/pod/one\n", V2_MOUNTS, files)

    assert current_quota(root) == Quota(processors=0.25, memory_bytes=1_000_000_000)
    assert killed_for_memory(root) == 1


@pytest.mark.parametrize(
    ("cgroup", "mounts", "files"),
    [
        ("0::/\n", V2_MOUNTS, {"sys/fs/cgroup/cpu.max": "max 100000\n", "sys/fs/cgroup/memory.max": "max\n"}),
        (
            V1_CGROUP,
            V1_MOUNTS,
            {
                "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
                "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
                "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
            },
        ),
        ("0::/\n", V2_MOUNTS, {"sys/fs/cgroup/cpu.max": "nonsense\n", "sys/fs/cgroup/memory.max": ""}),
    ],
    ids=["version-2", "version-1", "nonsense"],
)
def test_no_limit_is_all_there_is(cgroup: str, mounts: str, files: dict[str, str], tmp_path: Path) -> None:
    """What nothing limits is the machine's."""
    found = current_quota(machine(tmp_path, cgroup, mounts, files))

    assert found == Quota(processors=float(THERE), memory_bytes=None)
    assert (found.share, found.threads) == (1.0, THERE)


def test_a_machine_without_control_groups(tmp_path: Path) -> None:
    """macOS has no /proc; nothing was killed there for all that is known."""
    assert current_quota(tmp_path) == Quota(processors=float(THERE), memory_bytes=None)
    assert killed_for_memory(tmp_path) == 0


def test_limits_are_stretched_only_below_one_processor() -> None:
    """Half a processor takes twice the wall time; several take no less than one."""
    usual = Limits(request_seconds=5, check_seconds=60, submission_seconds=100, longest_seconds=200, cpu_seconds=7)
    half = stretched(usual, Quota(processors=0.5, memory_bytes=None))

    assert stretched(usual, Quota(processors=4.0, memory_bytes=None)) == usual
    assert (half.request_seconds, half.check_seconds, half.submission_seconds) == (10, 120, 200)
    assert (half.longest_seconds, half.seconds_factor) == (400, 2)
    assert (half.cpu_seconds, half.memory_bytes) == (7, usual.memory_bytes), "processor time is not wall time"


def test_a_checks_own_seconds_are_stretched(tiny_course):
    """What a check sets for itself is meant for a whole processor too."""
    course = tiny_course(
        """
        @pytest.mark.check(points=1, exercise="squares", seconds=0.5)
        def test_square(student):
            \"\"\"Squares.\"\"\"
            expect.equal(student.square(3), 9)
        """
    )
    slow = course.submission("import time\ndef square(n):\n    time.sleep(1)\n    return n * n\n")

    def outcome(limits: Limits) -> Outcome:
        request = replace(course.request(), assignment=replace(course.assignment, limits=limits))
        return grade_submission(request, slow, course.sides).checks[0].outcome

    assert outcome(Limits()) is Outcome.TIMED_OUT
    assert outcome(stretched(Limits(), Quota(processors=0.1, memory_bytes=None))) is Outcome.PASSED
