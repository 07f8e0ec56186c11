"""
Refuse the system calls that no submission needs, for good.  UNTRUSTED SIDE; runs before student code does.

A deny-list: torch, OpenMP and Python use far more of the kernel than could be listed and kept up to date, while what must not be
reached is known by name: other processes, mounts and namespaces, sockets that leave the machine, memory that no limit counts, and
the large young subsystems in which kernel bugs are found.  What is refused fails with EPERM, as for any other lack of permission.

Sources: seccomp(2), bpf(2) for the filter's program, `syscalls(2)` for what each call does.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import functools
import os
import struct
from collections.abc import Iterable

from grader.worker.confinement.kernel import check, libc

_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2
_LOAD, _JUMP_IF_EQUAL, _JUMP_IF_AT_LEAST, _JUMP_IF_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _FAIL, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER, _ARCHITECTURE = 0, 4  # offsets in struct seccomp_data
_FIRST_ARGUMENT, _SECOND_ARGUMENT, _THIRD_ARGUMENT = 16, 24, 32
_HIGH_HALF = 4  # of an argument, beyond its low half
_ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
"""Audit number of the architecture, and which column of the tables below belongs to it."""
_X32 = 0x40000000
"""Numbers from here on are the x32 calls of x86_64: the same calls by other numbers."""

_REFUSED: dict[str, tuple[int, int | None]] = {
    # what looks into or changes another process
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    # namespaces and mounts, after those of the sandbox are made
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "move_mount": (429, 429),
    "open_tree": (428, 428),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "statmount": (457, 457),
    "listmount": (458, 458),
    "open_tree_attr": (467, 467),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    # large parts of the kernel that no network needs
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_setup": (206, 0),
    "userfaultfd": (323, 282),
    "fanotify_init": (300, 262),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "modify_ldt": (154, None),
    "lookup_dcookie": (212, 18),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    # objects of the kernel that hold memory or a message although no process has them open
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "shmdt": (67, 197),
    "msgget": (68, 186),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "msgctl": (71, 187),
    "semget": (64, 190),
    "semop": (65, 193),
    "semctl": (66, 191),
    "semtimedop": (220, 192),
    "mq_open": (240, 180),
    "memfd_secret": (447, 447),
    # what two workers can tell each other through files that both may read
    "flock": (73, 32),
    "inotify_init": (253, None),
    "inotify_init1": (294, 26),
    "inotify_add_watch": (254, 27),
    # the machine as a whole
    "sync": (162, 81),
    "syncfs": (306, 267),
    "reboot": (169, 142),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "clock_adjtime": (305, 266),
    "syslog": (103, 116),
    "acct": (163, 89),
    "iopl": (172, None),
    "ioperm": (173, None),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "vhangup": (153, 58),
    # leaving the processors that the worker was given
    "sched_setaffinity": (203, 122),
}
_MEMFD_CREATE = (319, 279)
_CLONE, _CLONE3, _SOCKET, _PRCTL, _IOCTL = (56, 220), (435, 435), (41, 198), (157, 167), (16, 29)
_FCNTL = (72, 25)
_SETRLIMIT, _PRLIMIT, _RLIMIT_CPU = (160, 164), (302, 261), 0
_LOCKS_AND_NOTICES = (5, 6, 7, 36, 37, 38, 1024, 1025, 1026)
"""F_GETLK, SETLK, SETLKW, OFD_GETLK, OFD_SETLK, OFD_SETLKW, SETLEASE, GETLEASE and NOTIFY."""
_NEW_NAMESPACES = 0x7E020080
"""CLONE_NEWTIME, NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET."""
_AF_UNIX = 1
_PR_SET_DUMPABLE, _TIOCSTI, _TIOCLINUX = 4, 0x5412, 0x541C
_Instruction = tuple[int, int, int, int]


def install(*, memory_files: bool) -> None:
    """
    Put the filter on this process and all that it will start; no_new_privs must be set.

    Args:
        memory_files: Whether memfd_create stays possible: CUDA needs it, and no limit counts what lies in such files.

    Raises:
        OSError: If the kernel takes no filter, or the numbers of this architecture's calls are not known here.
    """
    program = _program(os.uname().machine, memory_files)
    count = len(program) // 8
    buffer = ctypes.create_string_buffer(program, len(program))
    described = ctypes.create_string_buffer(struct.pack("@HP", count, ctypes.addressof(buffer)))
    result = libc.prctl(_PR_SET_SECCOMP, ctypes.c_ulong(_SECCOMP_MODE_FILTER), described, 0, 0)
    check(result, "seccomp")


def prepare() -> None:
    """Make both filters, once in a fork server and not in each of its workers."""
    with contextlib.suppress(OSError):  # a worker that needs one says so
        for memory_files in (False, True):
            _program(os.uname().machine, memory_files)


@functools.cache
def _program(machine: str, memory_files: bool) -> bytes:
    """
    Return the filter for *machine*, as the kernel takes it.

    Raises:
        OSError: If the calls of that architecture are not known here.
    """
    if machine not in _ARCHITECTURES:
        raise OSError(errno.ENOSYS, f"seccomp: no list of system calls for {machine}")
    architecture, column = _ARCHITECTURES[machine]
    refused = [numbers[column] for numbers in _REFUSED.values()]
    if not memory_files:
        refused.append(_MEMFD_CREATE[column])
    program: list[_Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_JUMP_IF_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),  # 32-bit calls have other numbers; nothing here makes them
        (_LOAD, 0, 0, _NUMBER),
        *(_fail_if((_JUMP_IF_AT_LEAST, _X32)) if machine == "x86_64" else ()),
        # its flags lie in memory, where a filter cannot look; libraries take clone where there is no clone3
        *_fail_if((_JUMP_IF_EQUAL, _CLONE3[column]), errno.ENOSYS),
        *_only_for(_CLONE[column], _FIRST_ARGUMENT, _fail_if((_JUMP_IF_ANY_BIT, _NEW_NAMESPACES))),
        *_only_for(_SOCKET[column], _FIRST_ARGUMENT, _fail_unless(_AF_UNIX)),
        *_only_for(_PRCTL[column], _FIRST_ARGUMENT, _fail_if((_JUMP_IF_EQUAL, _PR_SET_DUMPABLE))),
        *_only_for(
            _IOCTL[column],
            _SECOND_ARGUMENT,
            (*_fail_if((_JUMP_IF_EQUAL, _TIOCSTI)), *_fail_if((_JUMP_IF_EQUAL, _TIOCLINUX))),
        ),
        # past a limit on its processor time that it has set itself, a process would seem to be killed from outside
        *_only_for(_SETRLIMIT[column], _FIRST_ARGUMENT, _fail_if((_JUMP_IF_EQUAL, _RLIMIT_CPU))),
        *_only_for(_PRLIMIT[column], _SECOND_ARGUMENT, _where_equal(_RLIMIT_CPU, _fail_unless_null(_THIRD_ARGUMENT))),
        *_only_for(_FCNTL[column], _SECOND_ARGUMENT, _fail_for_any(_LOCKS_AND_NOTICES)),
        *_fail_for_any(number for number in refused if number is not None),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)


def _fail_if(condition: tuple[int, int], error: int = errno.EPERM) -> tuple[_Instruction, ...]:
    jump, value = condition
    return (jump, 0, 1, value), (_RETURN, 0, 0, _FAIL | error)


def _fail_unless(value: int) -> tuple[_Instruction, ...]:
    return (_JUMP_IF_EQUAL, 1, 0, value), (_RETURN, 0, 0, _FAIL | errno.EPERM)


def _fail_unless_null(argument: int) -> tuple[_Instruction, ...]:
    """Fail where an argument, a pointer, leads to something."""
    halves = (argument, argument + _HIGH_HALF)
    return tuple(instruction for half in halves for instruction in ((_LOAD, 0, 0, half), *_fail_unless(0)))


def _where_equal(value: int, body: tuple[_Instruction, ...]) -> tuple[_Instruction, ...]:
    return (_JUMP_IF_EQUAL, 0, len(body), value), *body


def _fail_for_any(numbers: Iterable[int]) -> tuple[_Instruction, ...]:
    return tuple(instruction for number in numbers for instruction in _fail_if((_JUMP_IF_EQUAL, number)))


def _only_for(number: int, argument: int, body: tuple[_Instruction, ...]) -> tuple[_Instruction, ...]:
    """Run *body* with the low half of an argument loaded for one call only; the call's number is loaded again after it."""
    inner = ((_LOAD, 0, 0, argument), *body, (_LOAD, 0, 0, _NUMBER))
    return (_JUMP_IF_EQUAL, 0, len(inner), number), *inner
