"""
Give up what makes a process more than an ordinary one: root, capabilities, and that others may look into it.  UNTRUSTED SIDE.

Sources: prctl(2), capabilities(7), proc(5) for who owns the files of a process that is not dumpable.
"""

from __future__ import annotations

import contextlib
import os
import random
import struct

from grader.worker.confinement.kernel import LINUX, PR_SET_DUMPABLE, check, libc, prctl

NOBODY = 65534
_PR_SET_PDEATHSIG, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 1, 24, 38
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 47, 4
_SYS_CAPSET = {"x86_64": 126, "aarch64": 91}


def forbid_inspection() -> None:
    """Keep other processes of the same user from tracing this one or reading its memory."""
    if LINUX:
        prctl(PR_SET_DUMPABLE, 0)


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


def drop_privileges() -> None:
    """
    Give up root, every capability and the means to regain one, and die with the supervisor.

    Raises:
        OSError: If the kernel refuses.
    """
    if LINUX:
        for capability in range(64):
            if prctl(_PR_CAPBSET_DROP, capability) == -1:
                break
        prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
    with contextlib.suppress(OSError):  # a container may map no other user; its root is then nobody outside
        become_nobody(_user_of_its_own())
    if LINUX:
        header = struct.pack("=Ii", 0x20080522, 0)
        number = _SYS_CAPSET.get(os.uname().machine)
        if number is not None:
            check(libc.syscall(number, header, bytes(24)), "capset")
        check(prctl(_PR_SET_NO_NEW_PRIVS, 1), "no_new_privs")
        prctl(PR_SET_DUMPABLE, 0)
        prctl(_PR_SET_PDEATHSIG, 9)  # last: a change of user would cancel it


def _user_of_its_own() -> int:
    """
    Return a user that has no other process: but in a user namespace, all processes of a user are counted as this worker's.

    The numbers are those that systemd keeps for users which exist only while something runs.
    """
    return random.SystemRandom().randint(61184, 65519)  # by chance: other containers number their processes alike
