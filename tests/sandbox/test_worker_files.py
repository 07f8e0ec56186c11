"""A worker starts from exactly the files that an image, or a sandbox, has of the grader: no other one is on its path."""

from __future__ import annotations

import asyncio
import importlib.metadata
import os
import shutil
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

import grader
from grader import protocol
from grader.errors import SandboxFault
from grader.protocol import Limits
from grader.sandbox import Local, Visible, Worker, visible
from grader.sandbox.docker import worker_source
from grader.sandbox.docker.multiplexer import Multiplexer

GRADER = Path(grader.__file__).parent
NEEDED = ("msgspec", "safetensors", "packaging")
SUBMISSION = """
import sys
def f():
    return sorted({getattr(module, "__file__", None) for name, module in sys.modules.items() if name.split(".")[0] == "grader"})
"""
SPAWN = protocol.Spawn(
    preload=(),
    best_effort=True,
    readable=(),
    memory_bytes=256 * 1024**2,
    tree_bytes=256 * 1024**2,
    cpu_seconds=60,
    scratch_bytes=1024**2,
    file_bytes=1024**2,
    output_bytes=1024,
    threads=1,
    processes=8,
    open_files=64,
    gpu_share=1.0,
)


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site-packages folder with what a worker of plain functions needs, and nothing else."""
    folder = tmp_path_factory.mktemp("packages")
    for name in NEEDED:
        for file in importlib.metadata.files(name) or ():
            if ".." not in file.parts and "__pycache__" not in file.parts:
                target = folder / file
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(str(file.locate()), target)
    return folder


def written(files: Mapping[str, bytes], folder: Path) -> Path:
    """Write files of this project into an empty folder."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def modules_of(worker: Worker) -> list[str]:
    """Let a worker load a submission and call it; returns the files of ours that the worker has imported."""
    loaded = worker.ask(protocol.Load((protocol.File("a.py", SUBMISSION.encode()),), "a.py", ()))
    assert isinstance(loaded, protocol.Loaded), loaded
    reply = worker.ask(protocol.Call("f", (), {}))
    assert isinstance(reply, protocol.Returned), reply
    files = protocol.unpack(reply.value)
    assert isinstance(files, list)
    return files


async def answered_by_entry_point(folder: Path, packages: Path) -> list[str]:
    """Start what a container starts, with only *folder* and *packages* to import from, and ask a worker of it as a pool does."""
    python = sys._base_executable  # type: ignore[attr-defined]
    complaints = packages.parent / "complaints"
    with complaints.open("wb") as stderr:
        process = await asyncio.create_subprocess_exec(
            *(python, "-S", "-P", "-B", "-m", "grader.sandbox.docker.entry_point", "cpu", "1"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=stderr,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{folder}:{packages}"},
            cwd="/",
        )
    assert process.stdin is not None
    assert process.stdout is not None
    multiplexer = Multiplexer(process.stdout, process.stdin)
    channel, channel_end = socket.socketpair()
    lifeline, lifeline_end = socket.socketpair()
    multiplexer.open(channel_end, lifeline_end, protocol.encoder.encode(SPAWN))

    async def carry() -> None:
        await multiplexer.run()
        multiplexer.close()

    carrying = asyncio.ensure_future(carry())
    worker = Worker(channel, lifeline, Limits(), complaints.read_text, None, SPAWN.cpu_seconds)

    def ask() -> list[str]:
        worker.start()
        files = modules_of(worker)
        worker.end()
        return files

    try:
        return await asyncio.to_thread(ask)
    finally:
        worker.abandon()
        process.stdin.close()
        await process.wait()
        await carrying


def test_the_entry_point_of_a_container_needs_nothing_else(tmp_path: Path, packages: Path) -> None:
    """From the files of an image alone, its first process starts, forks a worker, and the worker answers."""
    folder = written(worker_source.files(), tmp_path)
    imported = asyncio.run(answered_by_entry_point(folder, packages))

    assert str(folder / "grader" / "worker" / "execution" / "answer.py") in imported
    assert [path for path in imported if not path.startswith(f"{folder}/grader/")] == []


@pytest.mark.parametrize("missing", ["grader/sandbox/worker.py", "grader/protocol/limits.py", "grader/errors.py"])
def test_a_file_that_an_image_lacks_is_found_out(missing: str, tmp_path: Path, packages: Path) -> None:
    """Without one of them nothing starts: the test above would see it."""
    files = worker_source.files()
    del files[missing]

    with pytest.raises(SandboxFault, match=f"No module named '{missing.removesuffix('.py').replace('/', '.')}'"):
        asyncio.run(answered_by_entry_point(written(files, tmp_path), packages))


class FromACopy(Local):
    """The local sandbox with a worker that is imported from another folder."""

    def __init__(self, folder: Path, packages: Path) -> None:
        super().__init__(())
        self.folder = folder
        self.site = packages

    def sees(self) -> tuple[Visible, ...]:
        """Show the copies in the place of the originals."""
        usual = [entry for entry in super().sees() if not entry.path.startswith(str(GRADER))]
        return (*usual, Visible(path=str(self.folder)), Visible(path=str(self.site)))

    def imports_from(self) -> tuple[str, ...]:
        """Return the folders of the copies."""
        return str(self.folder), str(self.site)


def seen_by_a_worker() -> dict[str, bytes]:
    """Return the files of ours that every sandbox shows a worker."""
    shown = [GRADER / name for name in visible._GRADER]
    paths = [path for top in shown for path in ([top] if top.is_file() else top.rglob("*.py"))]
    return {str(path.relative_to(GRADER.parent)): path.read_bytes() for path in paths}


def test_a_fork_server_needs_nothing_but_what_it_may_see(tmp_path: Path, packages: Path) -> None:
    """From the files that bubblewrap mounts alone, the fork server starts and its workers answer; an image has all of them."""
    files = seen_by_a_worker()
    folder = written(files, tmp_path)
    with FromACopy(folder, packages) as sandbox:
        worker = sandbox.worker(Limits())
        imported = modules_of(worker)
        worker.end()

    assert str(folder / "grader" / "worker" / "execution" / "answer.py") in imported
    assert [path for path in imported if not path.startswith(f"{folder}/grader/")] == []
    assert files.items() <= worker_source.files().items()
