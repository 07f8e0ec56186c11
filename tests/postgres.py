"""A real PostgreSQL for tests of gradebooks, in a folder of its own; it refuses to run as root, so there as its own user."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_OWNER = "postgres"


def _programs() -> Path | None:
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    found = shutil.which("initdb")
    return versions[-1] if versions else Path(found).parent if found else None


def missing() -> str | None:
    """Return what to install before a server can be started, or None."""
    if _programs() is None:
        return "PostgreSQL is not installed; on Debian and Ubuntu: sudo apt-get install postgresql"
    return None


@contextmanager
def started(folder: Path) -> Iterator[str]:
    """Start a server where nothing is `missing`; yields the URL of its socket, without a database, and ends it."""
    programs, socket, data = _programs(), folder / "socket", folder / "data"
    assert programs is not None
    become: list[str] = []
    for path in (socket, data):
        path.mkdir(parents=True)
        if os.geteuid() == 0:
            owner = pwd.getpwnam(_OWNER)
            os.chown(path, owner.pw_uid, owner.pw_gid)
            become = ["runuser", "-u", _OWNER, "--"]

    def run(program: str, *words: str) -> None:
        subprocess.run(
            [*become, str(programs / program), *words], check=True, capture_output=True, cwd="/", timeout=120
        )

    run("initdb", "--pgdata", str(data), "--username", "grader", "--auth", "trust", "--no-sync", "--encoding", "UTF8")
    options = f"-k {socket} -c listen_addresses= -c fsync=off -c dynamic_shared_memory_type=mmap"
    run("pg_ctl", "--pgdata", str(data), "--wait", "--log", str(data / "log"), "--options", options, "start")
    try:
        yield f"postgresql+psycopg://grader@/NAME?host={socket}"
    finally:
        run("pg_ctl", "--pgdata", str(data), "--mode", "immediate", "--wait", "stop")
