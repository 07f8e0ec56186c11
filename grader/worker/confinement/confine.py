"""
Give up what a worker does not need before it sees the submission.  UNTRUSTED SIDE; runs before student code does.

A worker becomes process 1 of its own pid namespace (so nothing outlives it), sees an empty /proc, a private /tmp and /dev/shm
(`namespaces.py`), is bound by resource limits (`rlimits.py`), has no capability and cannot regain one (`privileges.py`), is held
to a list of readable paths where there is no mount table of bubblewrap's around it (`landlock.py`), and may not make the system
calls that `seccomp.py` lists.  Everything is by system call through ctypes: it must cost milliseconds, because it happens for
every check.
"""

from __future__ import annotations

import os
import resource

from grader.protocol import Spawn
from grader.worker.confinement import seccomp
from grader.worker.confinement.kernel import LINUX
from grader.worker.confinement.landlock import restrict_paths
from grader.worker.confinement.namespaces import make_private_folders
from grader.worker.confinement.privileges import drop_privileges
from grader.worker.confinement.rlimits import address_space_bytes, be_first_to_be_killed, limit_resources

CHANNEL_FD, READY_FD = 3, 4


def confine(spawn: Spawn, scratch: str, *, namespaces: bool) -> None:
    """
    Give everything up; called in the worker, after `keep_descriptors`.

    Args:
        scratch: The folder that it may write to.
        namespaces: Whether it is in namespaces of its own, so that it can have folders of its own.

    Raises:
        OSError: If something that the sandbox promises cannot be done.
    """
    used_bytes = address_space_bytes()
    be_first_to_be_killed()
    if namespaces:
        make_private_folders(spawn.scratch_bytes)
    os.makedirs(scratch, mode=0o777, exist_ok=True)
    os.chmod(scratch, 0o777)
    os.chdir(scratch)
    os.setsid()
    limit_resources(spawn, used_bytes, namespaces=namespaces)
    drop_privileges()
    if LINUX and spawn.readable:
        try:
            # shared memory is writable where it is this worker's own; elsewhere it would be a message to the next one
            writable = (scratch, "/dev/shm") if namespaces else (scratch,)
            restrict_paths((*spawn.readable, "/dev/null", "/dev/zero", "/dev/urandom", "/dev/random"), writable)
        except OSError:
            if not spawn.best_effort:
                raise
    if LINUX:
        try:
            seccomp.install(memory_files=not spawn.memory_bytes)
        except OSError:
            if not spawn.best_effort:
                raise
    os.environ["HOME"] = os.environ["TMPDIR"] = os.environ["PWD"] = scratch


def keep_descriptors(descriptors: tuple[int, int, int, int]) -> None:
    """Make *descriptors* stdout, stderr, the channel and the ready pipe, stdin an empty pipe, and close all others."""
    nowhere, _writer = os.pipe()
    high = [os.dup(descriptor) for descriptor in (nowhere, *descriptors)]
    for wanted, descriptor in enumerate(high):
        os.dup2(descriptor, wanted, inheritable=wanted < CHANNEL_FD)
    os.closerange(READY_FD + 1, min(resource.getrlimit(resource.RLIMIT_NOFILE)[0], 65536))
