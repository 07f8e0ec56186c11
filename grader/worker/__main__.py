"""
Wait for the harness to ask for workers and fork them: the fork server.  UNTRUSTED SIDE, but runs no student code.

Importing torch costs seconds; forking a process that has it costs milliseconds.  This process therefore imports once and
forks often.  It starts no threads (a fork would lose them), never touches CUDA (a fork would break it) and is not
dumpable (a worker can neither read nor trace it).

Usage: python -m grader.worker CONTROL_FD [LOCAL_READABLE_PATH...]
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import socket
import sys
from collections.abc import Callable

from grader import protocol
from grader.worker.confinement import huge_pages, seccomp, supervise
from grader.worker.confinement.namespaces import isolate_fork_server, nobody_may_nest
from grader.worker.confinement.privileges import forbid_inspection


def main() -> None:
    """Serve Spawns from the control socket until the harness closes it."""
    gc.disable()  # imports make hardly any garbage; what there is goes before a fork
    control = socket.socket(fileno=int(sys.argv[1]))
    readable = tuple(sys.argv[2:])
    os.environ.pop("PYTHONPATH", None)
    if readable:
        isolate_fork_server(readable)
    forbid_inspection()
    nobody_may_nest()  # asked once, here: every worker then has the answer
    from grader.worker.execution import load_torch  # every worker needs that package: import it once, here

    seccomp.prepare()
    forks = 0
    while (spawned := protocol.receive_spawn(control)) is not None:
        spawn, channel, lifeline = spawned
        _reap()
        for package in spawn.preload:
            _preload(package, load_torch)
        forks += 1
        if forks == huge_pages.FORKS_THAT_PAY:
            huge_pages.collapse()
        gc.collect()
        gc.freeze()  # what exists now is never collected in a worker, so its pages stay shared
        if os.fork() == 0:
            gc.enable()
            control.close()
            supervise.supervise(spawn, socket.socket(fileno=channel), socket.socket(fileno=lifeline))
        os.close(channel)
        os.close(lifeline)


def _reap() -> None:
    """Collect supervisors that have ended, so that their processor time is counted here and no zombie stays."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _preload(package: str, load_torch: Callable[[], None]) -> None:
    if package in sys.modules:
        return
    with contextlib.suppress(Exception):  # an absent or broken package is the submission's to report
        importlib.import_module(package)
        if package == "torch":
            load_torch()  # here, where it may read /proc
            from grader.worker.execution.warm_up import warm_up

            warm_up()


main()
