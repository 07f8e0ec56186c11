"""
Remember for a day that a sandbox kept every promise here, so that not every command has to attack it first.

What is remembered is a digest of all that decides the outcome: our own source, the command line and what it shows, the program
behind it, who runs it, the kernel and how it is set.  Where one of these has changed, the sandbox is attacked again.  Only that
all held is kept, in a file that nobody else may read or write.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import resource
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import platformdirs

import grader
from grader.atomic_write import write_atomically
from grader.errors import SandboxFault
from grader.sandbox.base import Sandbox

_SECONDS = 86_400.0
_DIGEST_BYTES = 32
_KERNEL = (
    "/proc/sys/kernel/random/boot_id",
    "/proc/self/cgroup",
    "/proc/self/uid_map",
    "/proc/self/gid_map",
    "/proc/self/attr/current",
    "/sys/kernel/security/lsm",
    "/sys/module/apparmor/parameters/enabled",
    "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
    "/proc/sys/kernel/unprivileged_userns_clone",
    "/proc/sys/kernel/yama/ptrace_scope",
    "/proc/sys/kernel/seccomp/actions_avail",
    "/proc/sys/user/max_user_namespaces",
    "/proc/sys/user/max_pid_namespaces",
    "/proc/sys/user/max_net_namespaces",
    "/proc/sys/user/max_mnt_namespaces",
    "/proc/sys/user/max_ipc_namespaces",
)
_NAMESPACES = ("user", "mnt", "pid", "net", "ipc", "cgroup")
_PRIVILEGES = (b"Cap", b"NoNewPrivs", b"Seccomp")
"""Beginnings of the lines of /proc/self/status that say what this process may do."""
_LIMITS = (
    resource.RLIMIT_NPROC,
    resource.RLIMIT_NOFILE,
    resource.RLIMIT_FSIZE,
    resource.RLIMIT_AS,
    resource.RLIMIT_MEMLOCK,
)


def held_lately(sandbox: Sandbox) -> bool:
    """Return whether a sandbox like this one, under these circumstances, kept every promise within the last day."""
    try:
        digest = _digest(sandbox)
    except SandboxFault:  # it cannot even be started, which an attack tells
        return False
    try:
        descriptor = os.open(_file(digest), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return _is_believed(os.fstat(descriptor)) and os.read(descriptor, _DIGEST_BYTES + 1) == digest
    finally:
        os.close(descriptor)


def _is_believed(file: os.stat_result) -> bool:
    """Return whether a file is ours, nobody else's, and of the last day."""
    is_own = file.st_uid == os.geteuid() and stat.S_ISREG(file.st_mode) and not stat.S_IMODE(file.st_mode) & 0o077
    return is_own and 0 <= time.time() - file.st_mtime < _SECONDS


def remember(sandbox: Sandbox) -> None:
    """Keep it; where that cannot be done, the next command attacks the sandbox again."""
    digest = _digest(sandbox)
    path = _file(digest)
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomically(path, digest)
        path.chmod(0o600)


def _file(digest: bytes) -> Path:
    return platformdirs.user_cache_path("convnet-grader", appauthor=False) / "sandboxes" / digest[:8].hex()


def _digest(sandbox: Sandbox) -> bytes:
    digest = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    for fact in _circumstances(sandbox):
        digest.update(b"%d:" % len(fact) + fact)
    return digest.digest()


def _circumstances(sandbox: Sandbox) -> Iterator[bytes]:
    """Yield all that decides what holds; what cannot be read is told from what is empty."""
    for source in _sources():  # all of them: what a worker imports is more than its own package
        yield str(source).encode(errors="surrogateescape")
        yield source.read_bytes()
    command = sandbox.command(0, "cpu")
    program = shutil.which(command[0]) or ""
    for part in (sandbox.name, *command, program, sys.executable, sys.version):
        yield part.encode(errors="surrogateescape")
    for name, value in sorted(sandbox.environment().items()):
        yield f"{name}={value}".encode(errors="surrogateescape")
    for executable in (program, os.path.realpath(sys.executable)):
        yield _identity(executable)
    yield repr(
        (os.uname(), os.getresuid(), os.getresgid(), os.getgroups(), sandbox.landlock(), sandbox.threads)
    ).encode()
    yield repr([resource.getrlimit(kind) for kind in _LIMITS]).encode()
    for path in _KERNEL:
        yield _read(path) or b"unreadable"
    for name in _NAMESPACES:
        yield _link(f"/proc/self/ns/{name}")
    yield _lines("/proc/self/status", lambda line: line.startswith(_PRIVILEGES))
    yield _lines("/proc/self/mountinfo", lambda line: b" cgroup" in line)


def _sources() -> list[Path]:
    """Return the files of the grader, but for the attacks, which decide nothing."""
    package = Path(grader.__file__).parent
    return sorted(path for path in package.rglob("*.py") if package / "attacks" not in path.parents)


def _identity(path: str) -> bytes:
    """Return what a program is: where it lies, and its bytes as far as their place, size and times tell."""
    try:
        found = os.stat(path)
    except OSError:
        return b"absent"
    return repr(
        (path, found.st_dev, found.st_ino, found.st_size, found.st_mode, found.st_mtime_ns, found.st_ctime_ns)
    ).encode()


def _read(path: str) -> bytes | None:
    try:
        return Path(path).read_bytes()
    except OSError:
        return None


def _lines(path: str, wanted: Callable[[bytes], bool]) -> bytes:
    return b"\n".join(line for line in (_read(path) or b"unreadable").splitlines() if wanted(line))


def _link(path: str) -> bytes:
    try:
        return os.readlink(path).encode()
    except OSError:
        return b"unreadable"
