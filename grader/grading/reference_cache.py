"""
A cache of the reference solution's answers: what it was asked for one submission is not computed for the next.

Its answer depends on nothing but what it was asked, in order, since its worker began.  So each answer is cached under a
digest of all requests up to it, in a folder that the gradings of a class share.  A worker is forked only for a question that
nobody asked before; it is then asked the earlier ones first.  Student code never comes here: its answers are not to be trusted
twice.
"""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

import msgspec

from grader import protocol
from grader.atomic_write import write_atomically
from grader.protocol import Limits
from grader.sandbox import Answering, OnProgress, WorkerEnd, Workers, ignore_progress


class CachedAnswers:
    """Workers of *source* whose answers are cached in *folder*."""

    def __init__(self, source: Workers, folder: Path) -> None:
        self._source = source
        self._folder = folder

    def worker(self, limits: Limits, preload: tuple[str, ...] = ()) -> Answering:
        """Return something that answers as a fresh worker does; raises when it is asked, not here."""
        return _CachedWorker(self._source, limits, preload, self._folder)

    def warm(self, preload: tuple[str, ...]) -> None:
        """Prepare nothing: most of what is asked has been answered before."""

    def renew(self) -> None:
        """Start anew what real workers come from; the cache stays."""
        self._source.renew()


class _CachedWorker:
    def __init__(self, source: Workers, limits: Limits, preload: tuple[str, ...], folder: Path) -> None:
        self._source = source
        self._limits = limits
        self._preload = preload
        self._folder = folder
        self._worker: Answering | None = None
        self._digest = b""
        self._asked: list[protocol.Request] = []

    def ask(self, request: protocol.Request, on_progress: OnProgress = ignore_progress) -> protocol.Reply:
        """Return the cached answer, or ask a worker that has been asked everything before this as well; raises as it does."""
        encoded = msgspec.msgpack.encode(request)
        self._digest = hashlib.sha256(self._digest + encoded).digest()
        path = self._folder / self._digest.hex()
        try:
            reply = protocol.decode_reply(path.read_bytes())
        except OSError:
            reply = self._real().ask(request)
            with contextlib.suppress(OSError):  # a full disk costs time, and no grading
                write_atomically(path, msgspec.msgpack.encode(reply))  # other gradings read here at the same time
            self._asked.append(request)
            return reply
        self._asked.append(request)
        if self._worker is not None:  # its state must follow
            self._worker.ask(request)
        return reply

    def _real(self) -> Answering:
        if self._worker is None:
            self._worker = self._source.worker(self._limits, self._preload)
            for request in self._asked:
                self._worker.ask(request)
        return self._worker

    def end(self) -> WorkerEnd:
        """End the worker, if there is one."""
        if self._worker is None:
            return WorkerEnd(exit_code=0, output="", dropped_bytes=0)
        return self._worker.end()
