"""
Read each submission in a process of its own, whatever it holds: within a time, within a memory, and able to do nothing else.

A fork server, started with the first submission and ended with this process, forks one for each: some milliseconds.  The files
that were found go to its standard input, and a Submission, or a sentence, comes back.  Several threads may read at a time.
"""

from __future__ import annotations

import atexit
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

import grader
from grader.errors import InfrastructureFault, ProtocolError, SubmissionError
from grader.model import Assignment, Extent, Submission
from grader.protocol import sendable
from grader.submission import discovery, messages
from grader.submission.confinement import CPU_SECONDS
from grader.submission.discovery import Found
from grader.submission.messages import (
    READ,
    READ_WITH_EVERYTHING,
    STATUS,
    AnyRequest,
    Chosen,
    Refused,
    Request,
    Taken,
    WhichFile,
)

WALL_SECONDS = 3.0 * CPU_SECONDS
"""Reading waits for nothing, so only a machine with too much to do takes more than its processor time."""
_PIECE_BYTES = 1 << 16
_TRIES = 2
_PACKAGE_FOLDERS = ("site-packages", "dist-packages")

Reader = Callable[[Path, Assignment], Submission]
"""Reads the submission at a path, as `read` does."""


def get_ready() -> None:
    """
    Start what processes that read are forked from, so that it is there when the first submission is.

    Raises:
        InfrastructureFault: If no process can be started here.
    """
    _server()


def read(path: Path, assignment: Assignment) -> Submission:
    """
    Read the submission at *path*, to be graded by what it defines.

    Raises:
        SubmissionError: If there is nothing at the path that could be graded.
        InfrastructureFault: If no process can be started here.
    """
    return _submission(discovery.read(path, assignment), assignment, Extent.DEFINITIONS)


def read_whole(path: Path, assignment: Assignment) -> Submission:
    """
    Read the submission at *path*, to be run whole: training, plots and all; raises as `read` does.
    """
    return _submission(discovery.read(path, assignment), assignment, Extent.WHOLE)


def reader(extent: Extent) -> Reader:
    """Return what reads a submission to be run to that extent."""
    return read_whole if extent is Extent.WHOLE else read


def from_notebook(name: str, content: bytes, assignment: Assignment) -> Submission:
    """
    Read a notebook that is no file: the cells of a running kernel, for one; raises as `read` does.
    """
    return _submission(discovery.of_notebook(name, content), assignment, Extent.DEFINITIONS)


def default_file(folder: Path, assignment: Assignment) -> Path | None:
    """
    Return the file of a folder that is graded where none is named; folders in it are not looked into.

    Raises:
        SubmissionError: If nobody can tell which one is meant.
        InfrastructureFault: If no process can be started here.
    """
    found = discovery.directly_in(folder, assignment)
    answer = _answer(WhichFile(found=found, assignment=assignment, stub=_stub(assignment)))
    if not isinstance(answer, Chosen):
        raise _no_answer(found.where)
    name = next((name for name in os.listdir(folder) if sendable(name) == answer.path), None)
    return None if name is None else folder / name


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What came back from a process, and how it ended."""

    answer: bytes
    status: int
    """As wait(2) says it."""


class _TooLong(Exception):
    """A process writes more than any answer."""


class _ServerGone(Exception):
    """The fork server has ended."""


def _submission(found: Found, assignment: Assignment, extent: Extent) -> Submission:
    answer = _answer(Request(found=found, assignment=assignment, stub=_stub(assignment), extent=extent))
    if not isinstance(answer, Taken):
        raise _no_answer(found.where)
    return answer.submission


def _answer(request: AnyRequest) -> Taken | Chosen:
    content = messages.encode_request(request)
    for order in (READ, READ_WITH_EVERYTHING):
        answer = judged(_asked(order, content, request.found.where), request)
        if isinstance(answer, Refused):
            raise SubmissionError(answer.message)
        if isinstance(answer, Taken | Chosen):
            return answer
    raise _no_answer(request.found.where)


def _no_answer(where: str) -> SubmissionError:
    return SubmissionError(f"{where}: could not be read: its reader gave no answer")


def _stub(assignment: Assignment) -> bytes:
    """Return the assignment's file as it was handed out, or nothing where there is none."""
    try:
        with (assignment.folder / assignment.file).open("rb") as file:
            return file.read(assignment.policy.max_submission_bytes)
    except OSError:
        return b""


def judged(ended: Ended, request: AnyRequest) -> messages.Answer:
    """
    Return the answer in what came back from a process.

    Raises:
        SubmissionError: If it is none.
    """
    where = request.found.where
    if os.WIFSIGNALED(ended.status) and os.WTERMSIG(ended.status) == signal.SIGXCPU:
        raise SubmissionError(f"{where}: could not be read within {CPU_SECONDS} s")
    if ended.status != 0:
        raise SubmissionError(f"{where}: could not be read: its reader ended")
    try:
        return messages.decode_answer(ended.answer, request)
    except ProtocolError:
        raise _no_answer(where) from None


def _asked(order: bytes, content: bytes, where: str) -> Ended:
    """
    Have a process read.

    Raises:
        SubmissionError: If it takes too long, or writes too much.
        InfrastructureFault: If there is no process to be had.
    """
    for _ in range(_TRIES):
        server = _server()
        try:
            return server.ask(order, content)
        except TimeoutError:
            raise SubmissionError(f"{where}: could not be read within {WALL_SECONDS:g} s") from None
        except _TooLong:
            raise SubmissionError(f"{where}: could not be read: what its reader made of it is too large") from None
        except _ServerGone:  # and with it every process that was reading, through no fault of most of them
            _forget(server)
    raise InfrastructureFault("the process that reads submissions has ended; grade again")


class _Server:
    """The fork server, as this process holds it."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self._control, of_server = socket.socketpair()
        try:
            with of_server:
                self._process = subprocess.Popen(
                    [*_COMMAND, str(of_server.fileno())],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    cwd="/",
                    env=_environment(),
                    pass_fds=(of_server.fileno(),),
                    start_new_session=True,  # Ctrl-C is for this process, with which it ends
                )
        except OSError as error:
            self._control.close()
            raise InfrastructureFault(f"no process can be started to read submissions: {error.strerror}") from None

    def ask(self, order: bytes, content: bytes) -> Ended:
        """
        Have a process read.

        Raises:
            TimeoutError: If it takes too long; it is then ended.
            _TooLong: If it writes too much; likewise.
            _ServerGone: If this has ended.
        """
        with ExitStack() as open_here:
            source, to = _pipe(open_here)
            answer, answering = _pipe(open_here)
            status, telling = _pipe(open_here)
            given_away = (source, answering, telling)
            try:
                socket.send_fds(self._control, [order], [one.fileno() for one in given_away])
            except OSError:
                raise _ServerGone from None
            for one in given_away:
                one.close()
            return exchanged(to, answer, status, content, time.monotonic() + WALL_SECONDS)

    def close(self) -> None:
        """End it, and every process that still reads."""
        self._control.close()
        if self.owner == os.getpid():
            self._process.wait()


def _pipe(open_here: ExitStack) -> tuple[FileIO, FileIO]:
    reading, writing = os.pipe()
    return open_here.enter_context(FileIO(reading, "rb")), open_here.enter_context(FileIO(writing, "wb"))


def exchanged(to: FileIO, answer: FileIO, status: FileIO, content: bytes, deadline: float) -> Ended:
    """
    Write what a process reads, and read what it writes and how it ended, each as it comes.

    Raises:
        TimeoutError: If it has not ended by *deadline*, a moment of `time.monotonic()`.
        _TooLong: If it writes more than any answer.
        _ServerGone: If nobody says how it ended.
    """
    os.set_blocking(to.fileno(), False)
    left = memoryview(content)
    received = {answer.fileno(): bytearray(), status.fileno(): bytearray()}
    events = select.poll()
    events.register(to, select.POLLOUT)
    for one in received:
        events.register(one, select.POLLIN)
    ended: set[int] = set()
    while len(ended) < len(received):
        ready = events.poll(max(deadline - time.monotonic(), 0) * 1000)
        if not ready:
            raise TimeoutError
        for descriptor, _event in ready:
            if descriptor in received:
                piece = os.read(descriptor, _PIECE_BYTES)
                received[descriptor] += piece
                if not piece:
                    ended.add(descriptor)
                    events.unregister(descriptor)
                continue
            try:
                left = left[os.write(descriptor, left[:_PIECE_BYTES]) :]
            except BrokenPipeError:  # it has ended, and others say how
                left = left[:0]
            if not left:
                events.unregister(descriptor)
                to.close()
        if len(received[answer.fileno()]) > messages.longest_answer(len(content)):
            raise _TooLong
    if len(received[status.fileno()]) != STATUS.size:
        raise _ServerGone
    return Ended(answer=bytes(received[answer.fileno()]), status=STATUS.unpack(received[status.fileno()])[0])


_COMMAND = (sys._base_executable, "-S", "-s", "-P", "-X", "utf8", "-m", "grader.submission")  # type: ignore[attr-defined]


def _environment() -> dict[str, str]:
    """Return all that the server inherits: where to find the grader and the packages, and no variable of this process."""
    packages = (folder for folder in sys.path if Path(folder).name in _PACKAGE_FOLDERS)
    folders = dict.fromkeys([str(Path(grader.__file__).parents[1]), *packages])
    return {"LANG": "C.UTF-8", "HOME": "/", "PYTHONPATH": os.pathsep.join(folders)}


_lock = threading.Lock()
_running: list[_Server] = []
"""The fork server of this process, if there is one."""


def _server() -> _Server:
    """Return the fork server of this process; a fork of it needs one of its own."""
    with _lock:
        if _running and _running[0].owner != os.getpid():
            _running.pop().close()
        if not _running:
            _running.append(_Server())
        return _running[0]


def _forget(server: _Server) -> None:
    with _lock:
        if server in _running:
            _running.remove(server)
            server.close()


@atexit.register
def _end() -> None:
    while _running:
        _running.pop().close()
