"""
Give up what a worker does not need before it sees the submission.  UNTRUSTED SIDE; runs before student code does.

A worker becomes process 1 of its own pid namespace (so nothing outlives it), sees an empty /proc, a private /tmp and
/dev/shm, has no capability and cannot regain one, is bound by resource limits, may not make the system calls that
`seccomp.py` lists, and, without bubblewrap's mount table around it, is held to a list of readable paths by Landlock.
Everything is by system call through ctypes: it must cost milliseconds, because it happens for every check.

Sources: namespaces(7), user_namespaces(7), mount_namespaces(7), landlock(7), prctl(2), capabilities(7), getrlimit(2), proc(5).
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import random
import resource
import stat
import struct
import sys

from grader.protocol import Spawn
from grader.worker.confinement import seccomp
from grader.worker.confinement.kernel import check, libc, prctl
from grader.worker.confinement.scratch import MAX_FILES

LINUX = sys.platform == "linux"
NOBODY = 65534
_OTHERS = 4096
"""How many processes others of a worker's user may have, in this and in other containers; the supervisor counts its own."""
CHANNEL_FD, READY_FD = 3, 4
PRIVATE_SCRATCH = "/tmp/submission"
"""Where a worker with a /tmp of its own may write."""
_CLONE_NEWNS, _CLONE_NEWUTS, _CLONE_NEWIPC = 0x00020000, 0x04000000, 0x08000000
_CLONE_NEWUSER, _CLONE_NEWPID, _CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
_OF_A_WORKER = _CLONE_NEWPID | _CLONE_NEWNS | _CLONE_NEWIPC
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC = 1, 2, 4, 8
_MS_BIND, _MS_REC, _MS_PRIVATE = 4096, 16384, 1 << 18
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 1, 4, 24, 38
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 47, 4
_SYS_CAPSET = {"x86_64": 126, "aarch64": 91}
_SYS_LANDLOCK = 444  # create_ruleset, add_rule, restrict_self: the same three numbers on every architecture
_SYS_MOUNT_SETATTR, _AT_RECURSIVE, _MOUNT_RDONLY = 442, 0x8000, 1
_LANDLOCK_READ_FILE, _LANDLOCK_READ_DIR, _LANDLOCK_EXECUTE = 1 << 2, 1 << 3, 1 << 0
_LANDLOCK_FILE_RIGHTS = _LANDLOCK_READ_FILE | _LANDLOCK_EXECUTE | 1 << 1 | 1 << 14  # and write, truncate
_LANDLOCK_SCOPE_ABI = 6


def _mount(source: str, target: str, kind: str, flags: int, data: str = "") -> None:
    result = libc.mount(source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), data.encode())
    check(result, f"mount {kind or source} on {target}")


def forbid_inspection() -> None:
    """Keep other processes of the same user from tracing this one or reading its memory."""
    if LINUX:
        prctl(_PR_SET_DUMPABLE, 0)


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
        prctl(_PR_SET_DUMPABLE, 1)  # the files below belong to root while a process is not dumpable
        for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(text)
        prctl(_PR_SET_DUMPABLE, 0)


def isolate_parent(readable: tuple[str, ...]) -> None:
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


def _make_read_only() -> None:
    """
    Make all mounts of this namespace read-only but /proc, where a user namespace is described by writing, and our own /tmp.

    Landlock refuses to write already.  Reading leaves a mark as well, the time of access, which another submission could read.
    """
    _set_mount("/", _AT_RECURSIVE, read_only=True)
    _set_mount("/proc", 0, read_only=False)
    _set_mount("/tmp", 0, read_only=False)  # torch makes a folder there when it is imported


def _set_mount(path: str, flags: int, *, read_only: bool) -> None:
    attributes = struct.pack("=QQQQ", _MOUNT_RDONLY * read_only, _MOUNT_RDONLY * (not read_only), 0, 0)
    result = libc.syscall(_SYS_MOUNT_SETATTR, -1, path.encode(), flags, attributes, ctypes.c_size_t(32))
    check(result, f"mount_setattr {path}")


def _open_the_way(paths: tuple[str, ...]) -> None:
    """Cover each folder that others may not enter with an empty one that holds just *paths*."""
    for folder in sorted({top for path in paths if (top := _closed_ancestor(path)) is not None}):
        _cover(folder, "mode=755,size=1m", _MS_NOSUID | _MS_NODEV, paths)


def _cover(folder: str, options: str, flags: int, kept: tuple[str, ...]) -> None:
    """Mount an empty folder over *folder* and bring back those of *kept* that lie below it."""
    below = sorted(path for path in kept if path.startswith(folder + "/") and os.path.exists(path))
    held = {path: os.open(path, os.O_PATH) for path in below}
    _mount("tmpfs", folder, "tmpfs", flags, options)
    for path, descriptor in held.items():
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            os.makedirs(path, exist_ok=True)
        elif not os.path.exists(path):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            open(path, "w").close()
        _mount(f"/proc/self/fd/{descriptor}", path, "", _MS_BIND | _MS_REC)
        _set_mount(path, _AT_RECURSIVE, read_only=True)
        os.close(descriptor)


def _closed_ancestor(path: str) -> str | None:
    parts = path.split("/")
    for end in range(2, len(parts)):
        folder = "/".join(parts[:end])
        with contextlib.suppress(OSError):
            if not os.stat(folder).st_mode & stat.S_IXOTH:
                return folder
    return None


def become_nobody(user: int = NOBODY) -> None:
    """
    Become the user nobody, or another *user*, if this is root: the kernel does not hold root to a number of processes.

    Raises:
        OSError: If that user does not exist here, as in a container that maps only one.
    """
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)


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


def confine(spawn: Spawn, scratch: str, *, namespaces: bool) -> None:
    """
    Give everything up; called in the worker, after `keep_descriptors`.

    Args:
        scratch: The folder that it may write to.
        namespaces: Whether it is in namespaces of its own, so that it can have folders of its own.

    Raises:
        OSError: If something that the sandbox promises cannot be done.
    """
    used_bytes = _address_space_bytes()
    _be_first_to_be_killed()
    if namespaces:
        # the private folders of this worker; /proc is covered so that no other process can be looked at
        _mount("none", "/", "", _MS_REC | _MS_PRIVATE)
        flags = _MS_NOSUID | _MS_NODEV
        private = f"size={spawn.scratch_bytes},nr_inodes={MAX_FILES},mode=1777"
        _cover("/tmp", private, flags, (sys.prefix, *sys.path))  # where Python itself lives there, it stays
        if os.path.isdir("/dev/shm"):
            _mount("tmpfs", "/dev/shm", "tmpfs", flags, private)
        _mount("tmpfs", "/proc", "tmpfs", flags | _MS_RDONLY | _MS_NOEXEC, "size=4k,nr_inodes=2")
    os.makedirs(scratch, mode=0o777, exist_ok=True)
    os.chmod(scratch, 0o777)
    os.chdir(scratch)
    os.setsid()
    _limit_resources(
        spawn, used_bytes, most_tasks=spawn.processes + (0 if counts_alone(namespaces=namespaces) else _OTHERS)
    )
    _drop_privileges()
    if LINUX and spawn.readable:
        try:
            # shared memory is writable where it is this worker's own; elsewhere it would be a message to the next one
            writable = (scratch, "/dev/shm") if namespaces else (scratch,)
            _restrict_paths((*spawn.readable, "/dev/null", "/dev/zero", "/dev/urandom", "/dev/random"), writable)
        except OSError:
            if not spawn.best_effort:
                raise
    if LINUX:
        try:
            seccomp.install(memory_files=not spawn.memory_bytes)
        except OSError:
            if not spawn.best_effort:
                raise
    os.environ["HOME"] = os.environ["TMPDIR"] = scratch


def _be_first_to_be_killed() -> None:
    """Ask the kernel to end this process and its children before any other one, where a group of processes is short of memory."""
    if LINUX:
        prctl(_PR_SET_DUMPABLE, 1)  # the file below belongs to root while a process is not dumpable
        with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
            file.write("1000")
        prctl(_PR_SET_DUMPABLE, 0)


def keep_descriptors(descriptors: tuple[int, int, int, int]) -> None:
    """Make *descriptors* stdout, stderr, the channel and the ready pipe, stdin empty, and close all others."""
    nowhere = os.open(os.devnull, os.O_RDONLY)
    high = [os.dup(descriptor) for descriptor in (nowhere, *descriptors)]
    for wanted, descriptor in enumerate(high):
        os.dup2(descriptor, wanted, inheritable=wanted < CHANNEL_FD)
    os.closerange(READY_FD + 1, min(resource.getrlimit(resource.RLIMIT_NOFILE)[0], 65536))


def _address_space_bytes() -> int:
    if not LINUX:
        return 0
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


def counts_alone(*, namespaces: bool) -> bool:
    """Return whether a worker's user has no other processes: in a namespace of its own, or where root gives each a user."""
    return namespaces or os.geteuid() == 0


def _limit_resources(spawn: Spawn, used_bytes: int, most_tasks: int) -> None:
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: spawn.file_bytes,
        resource.RLIMIT_NOFILE: spawn.open_files,
        resource.RLIMIT_CPU: spawn.cpu_seconds,
    }
    if LINUX:
        if spawn.memory_bytes:
            limits[resource.RLIMIT_AS] = used_bytes + spawn.memory_bytes
        limits[resource.RLIMIT_NPROC] = most_tasks
        limits[resource.RLIMIT_MSGQUEUE] = 0
    for kind, value in limits.items():
        # past the soft limit of processor time a process may still ignore the signal, past the hard one it may not
        wanted = (value, value + 1) if kind == resource.RLIMIT_CPU else (value, value)
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, wanted if hard == resource.RLIM_INFINITY else (min(value, hard), min(wanted[1], hard)))


def _user_of_its_own() -> int:
    """
    Return a user that has no other process: but in a user namespace, all processes of a user are counted as this worker's.

    The numbers are those that systemd keeps for users which exist only while something runs.
    """
    return random.SystemRandom().randint(61184, 65519)  # by chance: other containers number their processes alike


def _drop_privileges() -> None:
    if LINUX:
        for capability in range(64):
            if prctl(_PR_CAPBSET_DROP, capability) == -1:
                break
        prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
    with contextlib.suppress(OSError):  # a container may map no other user; then root there is nobody outside
        become_nobody(_user_of_its_own())
    if LINUX:
        header = struct.pack("=Ii", 0x20080522, 0)
        number = _SYS_CAPSET.get(os.uname().machine)
        if number is not None:
            check(libc.syscall(number, header, bytes(24)), "capset")
        check(prctl(_PR_SET_NO_NEW_PRIVS, 1), "no_new_privs")
        prctl(_PR_SET_DUMPABLE, 0)
        prctl(_PR_SET_PDEATHSIG, 9)  # last: a change of user would cancel it


def _restrict_paths(readable: tuple[str, ...], writable: tuple[str, ...]) -> None:
    """Let Landlock leave *readable* readable and *writable* writable, and refuse every other path."""
    version = libc.syscall(_SYS_LANDLOCK, None, ctypes.c_size_t(0), 1)
    check(version, "Landlock")
    paths = (1 << (13 if version == 1 else 14 if version == 2 else 15 if version < 5 else 16)) - 1
    network = 3 if version >= 4 else 0  # TCP bind and connect
    scope = 3 if version >= _LANDLOCK_SCOPE_ABI else 0  # abstract sockets and signals stay inside
    attributes = struct.pack("=QQQ", paths, network, scope)
    attributes = attributes[: 8 if version < 4 else 16 if version < _LANDLOCK_SCOPE_ABI else 24]
    ruleset = libc.syscall(_SYS_LANDLOCK, attributes, ctypes.c_size_t(len(attributes)), 0)
    check(ruleset, "Landlock ruleset")
    reading = _LANDLOCK_READ_FILE | _LANDLOCK_READ_DIR | _LANDLOCK_EXECUTE
    for path, rights in (*((path, reading) for path in readable), *((path, paths) for path in writable)):
        try:
            descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue  # what does not exist need not be permitted
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights = (rights | (1 << 1 if path == "/dev/null" else 0)) & _LANDLOCK_FILE_RIGHTS
        rule = struct.pack("=Qi", rights & paths, descriptor)
        check(libc.syscall(_SYS_LANDLOCK + 1, ruleset, 1, rule, 0), f"Landlock rule for {path}")
        os.close(descriptor)
    check(libc.syscall(_SYS_LANDLOCK + 2, ruleset, 0), "Landlock restriction")
    os.close(ruleset)
