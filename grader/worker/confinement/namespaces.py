"""
Namespaces and the folders that a worker sees in its own: process 1, no network, a private /tmp and /dev/shm.  UNTRUSTED SIDE.

Sources: namespaces(7), user_namespaces(7), mount_namespaces(7), mount_setattr(2), proc(5).
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import stat
import struct
import sys

from grader.protocol import Spawn
from grader.worker.confinement.kernel import LINUX, PR_SET_DUMPABLE, check, libc, prctl
from grader.worker.confinement.privileges import become_nobody
from grader.worker.confinement.scratch import MAX_FILES

PRIVATE_SCRATCH = "/tmp/submission"
"""Where a worker with a /tmp of its own may write."""
_CLONE_NEWNS, _CLONE_NEWUTS, _CLONE_NEWIPC = 0x00020000, 0x04000000, 0x08000000
_CLONE_NEWUSER, _CLONE_NEWPID, _CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
_OF_A_WORKER = _CLONE_NEWPID | _CLONE_NEWNS | _CLONE_NEWIPC
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC = 1, 2, 4, 8
_MS_BIND, _MS_REC, _MS_PRIVATE = 4096, 16384, 1 << 18
_SYS_MOUNT_SETATTR, _AT_RECURSIVE, _MOUNT_RDONLY = 442, 0x8000, 1


def isolate_fork_server(readable: tuple[str, ...]) -> None:
    """
    Take the fork server of the `local` sandbox off the network, as far as the kernel permits.

    As root it also opens the way to *readable* paths that lie under folders only root may enter (a Python below /root,
    say): workers run as nobody.
    """
    if not LINUX:
        return
    with contextlib.suppress(OSError):
        _unshare(_CLONE_NEWNET | _CLONE_NEWNS | _CLONE_NEWIPC | _CLONE_NEWUTS)
        _mount("none", "/", "", _MS_REC | _MS_PRIVATE)
        if os.geteuid() == 0:
            _open_the_way(readable)
        _cover("/tmp", "mode=1777,size=16m", _MS_NOSUID | _MS_NODEV, (sys.prefix, *sys.path, *readable))
        _make_read_only()


@functools.cache
def nobody_may_nest() -> bool:
    """
    Return whether the user nobody can make namespaces here, asked once in the fork server, as root.

    A user namespace of its own gives each worker its own count of processes; without one all workers share that of nobody.
    """
    if not LINUX or os.geteuid() != 0:
        return False
    child = os.fork()
    if child == 0:
        with contextlib.suppress(OSError):
            become_nobody()
            _unshare(_OF_A_WORKER)
            os._exit(0)
        os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def enter_namespaces(spawn: Spawn) -> bool:
    """
    Make the next fork process 1 of new namespaces; called by the supervisor.

    Returns:
        Whether that worked; it may fail only where the Spawn says best effort.

    Raises:
        OSError: If the kernel refuses and the Spawn needs it.
    """
    if not LINUX:
        return False
    try:
        if nobody_may_nest():
            become_nobody()
        _unshare(_OF_A_WORKER)
    except OSError:
        if not spawn.best_effort:
            raise
        return False
    return True


def make_private_folders(scratch_bytes: int) -> None:
    """
    Give this process a /tmp and a /dev/shm of its own, and an empty /proc, which shows no other process.

    Only for a process in a mount namespace of its own.

    Raises:
        OSError: If the kernel refuses.
    """
    _mount("none", "/", "", _MS_REC | _MS_PRIVATE)
    flags = _MS_NOSUID | _MS_NODEV
    private = f"size={scratch_bytes},nr_inodes={MAX_FILES},mode=1777"
    _cover("/tmp", private, flags, (sys.prefix, *sys.path))  # where Python itself lives there, it stays
    if os.path.isdir("/dev/shm"):
        _mount("tmpfs", "/dev/shm", "tmpfs", flags, private)
    _mount("tmpfs", "/proc", "tmpfs", flags | _MS_RDONLY | _MS_NOEXEC, "size=4k,nr_inodes=2")


def _unshare(flags: int) -> None:
    """
    Enter new namespaces; an ordinary user gets a user namespace as well, which is what permits the others.

    Raises:
        OSError: If the kernel refuses.
    """
    user, group = os.geteuid(), os.getegid()
    if user != 0:
        flags |= _CLONE_NEWUSER
    check(libc.unshare(flags), "unshare")
    if user != 0:
        prctl(PR_SET_DUMPABLE, 1)  # the files below belong to root while a process is not dumpable
        for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(text)
        prctl(PR_SET_DUMPABLE, 0)


def _mount(source: str, target: str, kind: str, flags: int, data: str = "") -> None:
    result = libc.mount(source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), data.encode())
    check(result, f"mount {kind or source} on {target}")


def _cover(folder: str, options: str, flags: int, visible: tuple[str, ...]) -> None:
    """Mount an empty folder over *folder* and bring back those of *visible* that lie below it."""
    below = sorted(path for path in visible if path.startswith(folder + "/") and os.path.exists(path))
    opened = {path: os.open(path, os.O_PATH) for path in below}
    _mount("tmpfs", folder, "tmpfs", flags, options)
    for path, descriptor in opened.items():
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            os.makedirs(path, exist_ok=True)
        elif not os.path.exists(path):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            open(path, "w").close()
        _mount(f"/proc/self/fd/{descriptor}", path, "", _MS_BIND | _MS_REC)
        _set_mount(path, _AT_RECURSIVE, read_only=True)
        os.close(descriptor)


def _open_the_way(paths: tuple[str, ...]) -> None:
    """Cover each folder that others may not enter with an empty one that holds just *paths*."""
    for folder in sorted({top for path in paths if (top := _closed_ancestor(path)) is not None}):
        _cover(folder, "mode=755,size=1m", _MS_NOSUID | _MS_NODEV, paths)


def _closed_ancestor(path: str) -> str | None:
    parts = path.split("/")
    for end in range(2, len(parts)):
        folder = "/".join(parts[:end])
        with contextlib.suppress(OSError):
            if not os.stat(folder).st_mode & stat.S_IXOTH:
                return folder
    return None


def _make_read_only() -> None:
    """
    Make all mounts of this namespace read-only but /proc, where a user namespace is described by writing, and its private /tmp.

    Landlock refuses to write already.  Reading leaves a mark as well, the time of access, which another submission could read.
    """
    _set_mount("/", _AT_RECURSIVE, read_only=True)
    _set_mount("/proc", 0, read_only=False)
    _set_mount("/tmp", 0, read_only=False)  # torch makes a folder there when it is imported


def _set_mount(path: str, flags: int, *, read_only: bool) -> None:
    attributes = struct.pack("=QQQQ", _MOUNT_RDONLY * read_only, _MOUNT_RDONLY * (not read_only), 0, 0)
    result = libc.syscall(_SYS_MOUNT_SETATTR, -1, path.encode(), flags, attributes, ctypes.c_size_t(32))
    check(result, f"mount_setattr {path}")
