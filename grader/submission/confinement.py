"""
Take from a process that reads a submission all that reading does not need: time, memory, files, processes, the network.

Reading runs nothing of a student's; this is for the day on which a parser has a bug.  The process gives answers and computes, so
what it may do is a list, unlike a worker's, which runs torch.  It has a module of its own as a submission may be read where no
worker ever is, and nothing but attacks imports the worker's side.  What a platform or kernel does not have, it goes without.

Sources: setrlimit(2), seccomp(2), landlock(7), prctl(2).
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import resource
import struct
import sys

CPU_SECONDS = 20
MEMORY_BYTES = 1024**3
"""What reading may take beyond what Python and its modules have taken before."""
_LINUX = sys.platform == "linux"
_NOBODY = 65534
_libc = ctypes.CDLL(None, use_errno=True)

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
_SECCOMP_MODE_FILTER = 2
_LOAD, _JUMP_IF_EQUAL, _JUMP_IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _FAIL, _KILL = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x80000000
_NUMBER, _ARCHITECTURE = 0, 4  # offsets in struct seccomp_data
_ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
"""Audit number of the architecture, and which column of the table below belongs to it."""
_X32 = 0x40000000
"""Numbers from here on are the x32 calls of x86_64: the same calls by other numbers."""
_PERMITTED: dict[str, tuple[int, int | None]] = {
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "fstat": (5, 80),
    "lseek": (8, 62),
    "fcntl": (72, 25),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "brk": (12, 214),
    "futex": (202, 98),
    "sched_yield": (24, 124),
    "getrandom": (318, 278),
    "getrusage": (98, 165),
    "getpid": (39, 172),
    "gettid": (186, 178),
    "clock_gettime": (228, 113),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132),
    "restart_syscall": (219, 128),
    "exit": (60, 93),
    "exit_group": (231, 94),
}
_SYS_LANDLOCK = 444  # create_ruleset; restrict_self is two further: the same numbers on every architecture


def confine(parent: int) -> None:
    """
    Hold this process to its memory and its two pipes, for good.

    Args:
        parent: The process that has forked this one, with which it ends.
    """
    _be_first_to_be_killed()
    _limit_resources()
    with contextlib.suppress(OSError):  # a container may map no other user
        _become_nobody()
    if _LINUX:
        for option, value in ((_PR_SET_NO_NEW_PRIVS, 1), (_PR_SET_DUMPABLE, 0), (_PR_SET_PDEATHSIG, 9)):
            _libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)
        _close_every_path()
        _refuse_other_calls()


def used_bytes() -> int:
    """Return the most memory that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1024 if _LINUX else 1)


def _be_first_to_be_killed() -> None:
    """Ask the kernel to end this process before the harness, where a container is short of memory."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")


def _limit_resources() -> None:
    # past the soft limit of processor time a process may still ignore the signal, past the hard one it may not
    limits = {resource.RLIMIT_CPU: (CPU_SECONDS, CPU_SECONDS + 1)}
    limits |= dict.fromkeys((resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC), (0, 0))
    if _LINUX:
        with contextlib.suppress(OSError), open("/proc/self/statm") as file:
            taken = int(file.read().split()[0]) * resource.getpagesize()
            limits[resource.RLIMIT_AS] = (taken + MEMORY_BYTES,) * 2
    for kind, (soft, hard) in limits.items():
        maximum = resource.getrlimit(kind)[1]
        with contextlib.suppress(OSError, ValueError):  # macOS refuses some
            unlimited = maximum == resource.RLIM_INFINITY
            resource.setrlimit(kind, (soft, hard) if unlimited else (min(soft, maximum), min(hard, maximum)))


def _become_nobody() -> None:
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(_NOBODY, _NOBODY, _NOBODY)
        os.setresuid(_NOBODY, _NOBODY, _NOBODY)


def has_landlock() -> bool:
    """Return whether the kernel can refuse paths to a process."""
    return _LINUX and _landlock_version() > 0


def _landlock_version() -> int:
    return int(_libc.syscall(_SYS_LANDLOCK, None, ctypes.c_size_t(0), 1))


def _close_every_path() -> None:
    """Let Landlock refuse every path, and TCP where it can; a kernel without it refuses the call."""
    if not has_landlock():
        return
    version = _landlock_version()
    paths = (1 << (13 if version == 1 else 14 if version == 2 else 15 if version < 5 else 16)) - 1
    attributes = struct.pack("=QQQ", paths, 3 if version >= 4 else 0, 3 if version >= 6 else 0)
    attributes = attributes[: 8 if version < 4 else 16 if version < 6 else 24]
    ruleset = _libc.syscall(_SYS_LANDLOCK, attributes, ctypes.c_size_t(len(attributes)), 0)
    if ruleset >= 0:
        _libc.syscall(_SYS_LANDLOCK + 2, ruleset, 0)
        os.close(ruleset)


def _refuse_other_calls() -> None:
    """Let the kernel refuse all but a list of system calls; a kernel without seccomp, or another architecture, refuses none."""
    machine = os.uname().machine
    if machine not in _ARCHITECTURES:
        return
    program = _program(machine)
    buffer = ctypes.create_string_buffer(program, len(program))
    described = ctypes.create_string_buffer(struct.pack("@HP", len(program) // 8, ctypes.addressof(buffer)))
    _libc.prctl(_PR_SET_SECCOMP, ctypes.c_ulong(_SECCOMP_MODE_FILTER), described, 0, 0)


def _program(machine: str) -> bytes:
    """Return the filter as the kernel takes it."""
    architecture, column = _ARCHITECTURES[machine]
    permitted = [number for numbers in _PERMITTED.values() if (number := numbers[column]) is not None]
    program = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_JUMP_IF_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),  # 32-bit calls have other numbers; nothing here makes them
        (_LOAD, 0, 0, _NUMBER),
        (_JUMP_IF_AT_LEAST, 0, 1, _X32),
        (_RETURN, 0, 0, _FAIL),
        *(step for number in permitted for step in ((_JUMP_IF_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ALLOW))),
        (_RETURN, 0, 0, _FAIL),
    ]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)
