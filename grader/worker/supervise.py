"""
Stay beside one worker: keep its output, kill it when told, report how it ended.  UNTRUSTED SIDE; runs no student code.

The worker writes its output into a pipe that is read here, so that a flood of it costs the worker time and nobody
memory.  The harness kills by a message or by closing the lifeline; as the worker is process 1 of its own pid
namespace, everything it started dies with it.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
from typing import NoReturn

from grader import protocol
from grader.worker import confine

_READY = b"ready"


def supervise(spawn: protocol.Spawn, channel: socket.socket, lifeline: socket.socket) -> NoReturn:
    """Fork the worker, watch it to its end and exit."""
    output_end, output = os.pipe()
    ready_end, ready = os.pipe()
    try:
        namespaces = confine.enter_namespaces(spawn)
    except OSError as error:
        protocol.send(lifeline, protocol.Ended(f"a worker could not be confined: {error}", 0, b"", 0))
        os._exit(0)
    worker = os.fork()
    if worker == 0:
        _become_worker(spawn, (output, output, channel.detach(), ready), namespaces)
    for descriptor in (channel.detach(), output, ready):
        os.close(descriptor)
    fault = _until_ready(ready_end)
    with contextlib.suppress(OSError):
        if not fault:
            protocol.send(lifeline, protocol.Started())
    kept, dropped, exit_code = _watch(worker, lifeline, output_end, spawn.output_bytes, alone=namespaces)
    with contextlib.suppress(OSError):  # where the harness has gone there is nobody to tell
        protocol.send(lifeline, protocol.Ended(fault, exit_code, kept, dropped))
    os._exit(0)


def _become_worker(spawn: protocol.Spawn, descriptors: tuple[int, int, int, int], namespaces: bool) -> NoReturn:
    try:
        try:
            confine.keep_descriptors(descriptors)
            confine.confine(spawn, namespaces=namespaces)
        except OSError as error:
            os.write(confine.READY_FD, str(error).encode())
            os._exit(1)
        os.write(confine.READY_FD, _READY)
        os.close(confine.READY_FD)
        from grader.worker import answer

        answer.serve(socket.socket(fileno=confine.CHANNEL_FD), spawn.threads)
    finally:
        os._exit(1)


def _until_ready(ready_end: int) -> str:
    """Wait until the worker is confined; returns why it could not be, or nothing."""
    with os.fdopen(ready_end, "rb") as file:
        said = file.read()
    return "" if said == _READY else f"a worker could not be confined: {said.decode(errors='replace') or 'it died'}"


def _watch(
    worker: int, lifeline: socket.socket, output_end: int, keep_bytes: int, *, alone: bool
) -> tuple[bytes, int, int]:
    """Read output and obey the lifeline until the worker ends; returns output, bytes dropped and exit code."""
    kept, dropped = bytearray(), 0
    os.set_blocking(output_end, False)
    poll = select.poll()
    poll.register(lifeline, select.POLLIN)
    poll.register(output_end, select.POLLIN)
    pidfd = os.pidfd_open(worker) if hasattr(os, "pidfd_open") else None
    if pidfd is not None:
        poll.register(pidfd, select.POLLIN)
    status = None
    while status is None:
        ready = {descriptor for descriptor, _event in poll.poll(None if pidfd is not None else 20)}
        if lifeline.fileno() in ready:  # a Stop, or the harness has gone: both mean the same
            _kill(worker, alone=alone)
            status = os.waitpid(worker, 0)[1]
        elif pidfd in ready or pidfd is None:
            ended, status_word = os.waitpid(worker, os.WNOHANG)
            status = status_word if ended else None
        if output_end in ready and status is None:
            piece = _read(output_end)
            if not piece:
                poll.unregister(output_end)
            dropped += _keep(kept, piece, keep_bytes)
    if not alone:
        _kill(worker, alone=alone)
    while piece := _read(output_end):
        dropped += _keep(kept, piece, keep_bytes)
    return bytes(kept), dropped, os.waitstatus_to_exitcode(status)


def _read(output_end: int) -> bytes:
    try:
        return os.read(output_end, 1 << 16)
    except BlockingIOError:
        return b""


def _keep(kept: bytearray, piece: bytes, keep_bytes: int) -> int:
    room = max(keep_bytes - len(kept), 0)
    kept += piece[:room]
    return len(piece) - len(piece[:room])


def _kill(worker: int, *, alone: bool) -> None:
    """End the worker, and where it has no pid namespace at least everything in its process group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(worker, signal.SIGKILL)
    if not alone:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(worker, signal.SIGKILL)
