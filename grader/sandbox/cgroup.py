"""
Hold the memory of a whole sandbox by a control group, where this user may make one.

A group holds the fork server and all its workers, for as long as the sandbox is open: moving each worker into a group of its own
would cost 10 ms every time.  The limit is set anew for each worker, to what the fork server takes by then and what that worker
may take; the kernel then ends processes of the worker first, which ask for it (`worker/confinement/rlimits.py`).

The version is that which has the memory controller.  A group is made below that of the harness (version 1), or below the nearest
ancestor that hands the controller down to its children and that this user may write to (version 2: as root, in a delegated
subtree, under `systemd-run --user --scope -p Delegate=yes`).

Sources: Linux Documentation/admin-guide/cgroup-v1/memory.rst and cgroup-v2.rst.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_PREFIX = "grader-"
_REMOVE_SECONDS = 2.0
"""How long a group may take to become empty after its processes were killed."""
_KERNEL_BYTES = 32 * 1024**2
"""What the kernel itself takes for a worker: page tables, open files, sockets.  It is counted, and no fault of the submission."""
_numbers = itertools.count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """How one version of control groups calls its files."""

    version: int
    limit: str
    swap: str
    """Limit of memory and swap together (version 1) or of swap alone (version 2)."""
    usage: tuple[str, ...]
    """Entries of memory.stat that count memory which cannot be dropped."""
    kills: str
    """File that counts the processes which were ended for their memory, in a line `oom_kill N`."""


V1 = Files(
    version=1,
    limit="memory.limit_in_bytes",
    swap="memory.memsw.limit_in_bytes",
    usage=("total_rss", "total_shmem"),
    kills="memory.oom_control",
)
V2 = Files(version=2, limit="memory.max", swap="memory.swap.max", usage=("anon", "shmem"), kills="memory.events")


class Cgroup:
    """A control group for one sandbox, made empty; remove it."""

    def __init__(self, folder: Path, files: Files) -> None:
        """Make the group; raises OSError where it cannot be made."""
        self._folder = folder
        self._files = files
        folder.mkdir()
        try:
            self._write(files.limit, -1 if files.version == 1 else "max")
            self._read(files.kills)
            # who may make a group may not always move a process into it
            subprocess.run(["/bin/sh", "-c", 'echo 0 > "$0"', self.entrance], stderr=subprocess.DEVNULL, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            self.remove()
            raise OSError(f"{folder}: no process can be held here") from error

    @property
    def name(self) -> str:
        """Say what holds the memory."""
        return f"cgroup v{self._files.version}"

    @property
    def entrance(self) -> str:
        """Return the file through which a process enters by writing 0."""
        return str(self._folder / "cgroup.procs")

    def entering(self, command: list[str]) -> list[str]:
        """Return *command*, run in this group."""
        return ["/bin/sh", "-c", 'echo 0 > "$0" && exec "$@"', self.entrance, *command]

    def limit(self, memory_bytes: int) -> None:
        """Let the processes of the group take *memory_bytes* more than they have now."""
        total = self._used() + memory_bytes + _KERNEL_BYTES
        self._write(self._files.limit, -1 if self._files.version == 1 else "max")  # swap may not be below memory
        with contextlib.suppress(OSError):  # a kernel may not count swap
            self._write(self._files.swap, total if self._files.version == 1 else 0)
        self._write(self._files.limit, total)

    def kills(self) -> int:
        """Return how many processes the kernel has ended here for their memory."""
        return kills_in(self._read(self._files.kills))

    def remove(self) -> None:
        """Kill the processes of the group and remove it."""
        deadline = time.monotonic() + _REMOVE_SECONDS
        while True:
            for pid in self._processes():
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            try:
                self._folder.rmdir()
            except FileNotFoundError:
                return
            except OSError:
                if time.monotonic() > deadline:
                    return  # the next sandbox of any grading tries again
                time.sleep(0.005)
            else:
                return

    def _processes(self) -> list[int]:
        try:
            return [int(line) for line in self._read("cgroup.procs").split()]
        except OSError:
            return []

    def _used(self) -> int:
        entries = (line.split(" ") for line in self._read("memory.stat").splitlines())
        return sum(int(entry[1]) for entry in entries if entry[0] in self._files.usage)

    def _read(self, name: str) -> str:
        return (self._folder / name).read_text()

    def _write(self, name: str, value: int | str) -> None:
        (self._folder / name).write_text(str(value))


def kills_in(text: str) -> int:
    """Return the count in a file that says how many processes were ended for their memory; 0 where it says nothing."""
    counts = (line.partition(" ") for line in text.splitlines())
    return next((int(count) for name, _, count in counts if name == "oom_kill"), 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A group that holds this process, as far as it can be seen from here."""

    version: int
    controllers: frozenset[str]
    """Those of version 1 that its hierarchy has; version 2 has one hierarchy for all."""
    top: Path
    """Where the hierarchy is mounted."""
    path: str
    """Of the group from there; in a container often only the top is there, and is its own."""

    @property
    def folder(self) -> Path:
        """Return the folder of the group."""
        return self.top / self.path.lstrip("/")

    def upward(self) -> Iterator[Path]:
        """Yield its folder and those above it, up to the top."""
        yield from (folder for folder in (self.folder, *self.folder.parents) if folder.is_relative_to(self.top))


def memberships(root: Path = Path("/")) -> Iterator[Membership]:
    """
    Yield the groups that hold this process; none where the kernel has none.

    Args:
        root: What the paths start from, for tests.
    """
    try:
        own = [line.split(":", 2) for line in (root / "proc/self/cgroup").read_text().splitlines()]
        mounts = [line.split() for line in (root / "proc/self/mounts").read_text().splitlines()]
    except OSError:
        return
    for _number, names, path in own:
        for _source, target, kind, options, *_rest in mounts:
            shared = frozenset(names.split(",")) & frozenset(options.split(","))
            if (kind == "cgroup" and shared) or (kind == "cgroup2" and not names):
                version = 1 if kind == "cgroup" else 2
                yield Membership(version=version, controllers=shared, top=root / target.lstrip("/"), path=path)


def make() -> Cgroup | None:
    """Make a group for a sandbox; None where this user may not, or the kernel has no control groups."""
    if sys.platform != "linux":
        return None
    for parent, files in _parents():
        _sweep(parent)
        with contextlib.suppress(OSError):
            return Cgroup(parent / f"{_PREFIX}{os.getpid()}-{next(_numbers)}", files)
    return None


def cgroups_of(owner: int) -> Iterator[Path]:
    """Yield the groups that the process *owner* has made and not removed."""
    for parent, _files in _parents():
        yield from parent.glob(f"{_PREFIX}{owner}-*")


def _sweep(parent: Path) -> None:
    """Remove the groups of graders that were killed."""
    for folder in parent.glob(f"{_PREFIX}*-*"):
        owner = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if not os.path.exists(f"/proc/{owner}"):
            with contextlib.suppress(OSError):  # it is not empty yet, or another user's
                folder.rmdir()


def _parents() -> Iterator[tuple[Path, Files]]:
    """Yield the groups below which one for a sandbox might be made, nearest first."""
    for group in memberships():
        if group.version == 2:
            yield from ((folder, V2) for folder in group.upward() if _hands_down(folder))
        elif "memory" in group.controllers:
            yield group.folder, V1


def _hands_down(folder: Path) -> bool:
    """Return whether the children of a version 2 group have the memory controller."""
    try:
        return "memory" in (folder / "cgroup.subtree_control").read_text().split()
    except OSError:
        return False
