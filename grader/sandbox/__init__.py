"""
Where student code runs: sandboxes of this machine and of an engine, and what they hold.

    base          one interface: a sandbox forks workers, a worker answers requests
    worker        the handle of one worker
    bubblewrap    namespaces and a mount table by bwrap
    local         Landlock and namespaces where the kernel gives them, resource limits everywhere
    docker/       a container for each submission
    conformance/  the suite of attacks that decides what a sandbox really holds
    selection     from a name on the command line to an open sandbox
    visible       which files of this machine a worker may see
    cgroup        the control group that holds the memory of workers
    quota         how much of the machine this process may use

The modules are imported when they are first used: an image of workers has only some of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.lazy_face import lazily

if TYPE_CHECKING:
    from grader.sandbox.base import Answering, Sandbox, WorkerHost, Workers
    from grader.sandbox.bubblewrap import Bubblewrap
    from grader.sandbox.cgroup import cgroups_of
    from grader.sandbox.local import Local
    from grader.sandbox.quota import Quota, current_quota, killed_for_memory, stretched
    from grader.sandbox.selection import BACKENDS, all_backends, choose, kind_that_holds
    from grader.sandbox.visible import Visible, visible_files
    from grader.sandbox.worker import OnProgress, Worker, WorkerEnd, ignore_progress

__all__ = [
    "BACKENDS",
    "Answering",
    "Bubblewrap",
    "Local",
    "OnProgress",
    "Quota",
    "Sandbox",
    "Visible",
    "Worker",
    "WorkerEnd",
    "WorkerHost",
    "Workers",
    "all_backends",
    "cgroups_of",
    "choose",
    "current_quota",
    "ignore_progress",
    "killed_for_memory",
    "kind_that_holds",
    "stretched",
    "visible_files",
]

__getattr__ = lazily(
    __name__,
    {
        "base": ("Answering", "Sandbox", "WorkerHost", "Workers"),
        "bubblewrap": ("Bubblewrap",),
        "cgroup": ("cgroups_of",),
        "local": ("Local",),
        "quota": ("Quota", "current_quota", "killed_for_memory", "stretched"),
        "selection": ("BACKENDS", "all_backends", "choose", "kind_that_holds"),
        "visible": ("Visible", "visible_files"),
        "worker": ("OnProgress", "Worker", "WorkerEnd", "ignore_progress"),
    },
)
