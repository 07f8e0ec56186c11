"""
The `bubblewrap` sandbox: namespaces and a mount table by `bwrap`, in which workers are isolated once more from each other.

Started by an ordinary user, bwrap makes a user namespace.  Started by root it makes none, and workers become the user
nobody instead: the kernel does not apply the limit on processes to root.
"""

from __future__ import annotations

import functools
import glob
import os
import shutil
from pathlib import Path

from grader.errors import SandboxFault
from grader.sandbox.base import Sandbox, worker_command
from grader.sandbox.visible import Visible

_ROOT_CAPABILITIES = ("CAP_SYS_ADMIN", "CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP", "CAP_KILL")
"""What the fork server needs, as root, to isolate workers and to end them; a worker keeps none."""


class Bubblewrap(Sandbox):
    """Namespaces by bwrap: works as root, as an ordinary user, and in the grader's container."""

    name = "bubblewrap"

    def command(self, control: int, device: str) -> list[str]:
        """
        Return a bwrap command line around the fork server.

        Raises:
            SandboxFault: If bwrap is not installed.
        """
        program = shutil.which("bwrap")
        if program is None:
            raise SandboxFault("`bwrap` is not installed; on Debian and Ubuntu: sudo apt-get install bubblewrap")
        return [program, *_mounts(self.sees()), *_identity(), *_devices(device), "--", *worker_command(control)]


def _identity() -> list[str]:
    if os.geteuid() != 0:
        return ["--unshare-all", "--die-with-parent", "--new-session"]
    added = [word for capability in _ROOT_CAPABILITIES for word in ("--cap-add", capability)]
    namespaces = ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
    return [*namespaces, "--die-with-parent", "--new-session", "--cap-drop", "ALL", *added]


@functools.cache
def _mounts(entries: tuple[Visible, ...]) -> tuple[str, ...]:
    """Return the mount table: a tmpfs that holds just what is visible."""
    words: list[str] = ["--perms", "1777", "--tmpfs", "/tmp"]  # first, since Python may itself live below /tmp
    made: set[Path] = set()
    for entry in entries:
        path = Path(entry.path)
        for parent in reversed(path.parents):
            if parent != Path("/") and parent not in made and not parent.is_symlink():
                words += ["--perms", "0755", "--dir", str(parent)]  # workers are nobody and must be able to pass
                made.add(parent)
        if path.is_symlink():
            words += ["--symlink", os.readlink(path), str(path)]
        else:
            words += ["--ro-bind", str(path), str(path)]
            made.add(path)
        for folder in entry.hidden:
            if folder.startswith(entry.path + "/"):
                words += ["--perms", "0755", "--tmpfs", folder]
    words += ["--proc", "/proc", "--dev", "/dev", "--chdir", "/"]
    # started by an ordinary user, all that bwrap makes belongs to that user, who the worker is as well
    empty = [folder for entry in entries for folder in entry.hidden if folder.startswith(entry.path + "/")]
    for folder in (
        *empty,
        "/dev",
        "/",
    ):  # not /tmp: torch makes a folder there when it is imported, and workers cover it
        words += ["--remount-ro", folder]
    return tuple(words)


def _devices(device: str) -> list[str]:
    if device != "cuda":
        return []
    return [word for path in sorted(glob.glob("/dev/nvidia*")) for word in ("--dev-bind-try", path, path)]
