"""Control groups, real ones: what holds, what is counted, and that nothing of them stays behind."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from grader.sandbox import cgroup
from grader.sandbox.cgroup import V2, Cgroup

TAKE = "import sys; taken = bytearray(int(sys.argv[1])); sys.stdin.read(1)"


@pytest.fixture
def group() -> Iterator[Cgroup]:
    """Make a group, where this machine lets us."""
    made = cgroup.make()
    if made is None:
        pytest.skip("this user may not make control groups here")
    yield made
    made.remove()


def take(group: Cgroup, count: int) -> subprocess.Popen[bytes]:
    """Start a process inside that takes *count* bytes and waits."""
    command = group.entering([sys.executable, "-c", TAKE, str(count)])
    return subprocess.Popen(command, stdin=subprocess.PIPE)


def test_a_process_within_the_limit_goes_on(group: Cgroup) -> None:
    """Who takes less than the limit ends by itself, and no kill is counted."""
    group.limit(200 * 1024**2)
    with take(group, 100 * 1024**2) as process:
        process.communicate(b"x")

    assert process.returncode == 0
    assert group.kills() == 0


def test_a_process_beyond_the_limit_is_ended_and_counted(group: Cgroup) -> None:
    """Who takes more is killed by the kernel, which says so."""
    group.limit(100 * 1024**2)
    with take(group, 400 * 1024**2) as process:
        process.communicate(b"x")

    assert process.returncode == -9
    assert group.kills() == 1


def test_the_limit_counts_from_what_is_there(group: Cgroup) -> None:
    """A limit set anew leaves what is inside already alone and allows as much more."""
    group.limit(300 * 1024**2)
    with take(group, 250 * 1024**2) as first:
        while psutil.Process(first.pid).memory_info().rss < 250 * 1024**2:
            assert first.poll() is None
        group.limit(300 * 1024**2)
        with take(group, 250 * 1024**2) as second:
            second.communicate(b"x")
        first.communicate(b"x")

    assert (first.returncode, second.returncode, group.kills()) == (0, 0, 0)


def test_removing_ends_what_is_inside(group: Cgroup) -> None:
    """Removing a group kills its processes and leaves no folder."""
    group.limit(100 * 1024**2)
    with take(group, 1) as process:
        while str(process.pid) not in Path(group.entrance).read_text().split():
            assert process.poll() is None
        group.remove()
        assert process.wait(5) == -9

    assert not Path(group.entrance).parent.exists()


def test_groups_of_killed_graders_are_swept(group: Cgroup) -> None:
    """A group whose grader was killed is removed by the next that makes one; that of a living one stays."""
    parent = Path(group.entrance).parents[1]
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        pass
    orphan = parent / f"grader-{gone.pid}-0"
    orphan.mkdir()

    another = cgroup.make()

    assert another is not None
    another.remove()
    assert not orphan.exists()
    assert Path(group.entrance).exists()


def test_a_folder_that_holds_no_process_is_refused(tmp_path: Path) -> None:
    """A place that is no control group is noticed at once, and left as it was."""
    with pytest.raises(OSError, match=r"group: no process can be held here"):
        Cgroup(tmp_path / "group", V2)


def test_where_there_is_no_control_group_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a group that hands down the memory controller, the supervisor is what holds the memory."""
    monkeypatch.setattr(cgroup, "_parents", lambda: iter(()))

    assert cgroup.make() is None
