"""
Beside the harness: make containers ahead of need, and connect the harness with the workers in them.

Usage: python -m grader.sandbox.docker.pool CONTROL_FD IMAGE DEVICE THREADS PACKAGE...

Orders come from the control socket, as to a fork server.  When it closes, the containers are removed; if this process is killed,
the engine closes their standard input, and they end by themselves.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import struct
import sys
from typing import TYPE_CHECKING, Any

from grader import protocol
from grader.errors import EngineError, ProtocolError
from grader.protocol import Limits
from grader.sandbox.docker import engine
from grader.sandbox.docker.engine import Container
from grader.sandbox.docker.multiplexer import Multiplexer

if TYPE_CHECKING:
    from docker import APIClient

_HEAD = struct.Struct(">BxxxI")
"""Before each piece of a container's output: whether it is standard output (1) or error (2), and its length."""
_MAX_PIECE = 64 * 1024**2
_STDERR_BYTES = 100_000
"""How much of a container's standard error is passed on."""


class Running:
    """A container, and the workers in it."""

    def __init__(self, client: APIClient, wanted: Container) -> None:
        """Describe it; nothing is made yet."""
        self._client = client
        self._memory_bytes = wanted.memory_bytes
        self._wanted = wanted
        self._number = ""
        self.holds_a_submission = False
        self._stderr_bytes = 0

    async def start(self) -> None:
        """
        Make it and let it run.

        Raises:
            EngineError: If the engine refuses.
        """
        await asyncio.to_thread(self._make)
        reader, writer = await asyncio.open_connection(sock=self._stream)
        inner = asyncio.StreamReader()
        self._multiplexer = Multiplexer(inner, writer)
        self._sorting = asyncio.ensure_future(self._sort(reader, inner))
        self.serving = asyncio.ensure_future(self._serve())

    async def _serve(self) -> None:
        """Serve its connections until it is removed; that it ends by itself is reported before they are closed."""
        try:
            await self._multiplexer.run()
            raise EngineError("a container ended although nobody told it to: was it killed, or its engine stopped?")
        except (EngineError, ProtocolError) as error:
            _report(error)
            raise
        finally:
            self._multiplexer.close()

    def _make(self) -> None:
        from docker.errors import APIError

        self._number = engine.make_container(self._client, self._wanted)
        try:
            attached: Any = self._client.attach_socket(
                self._number, params={"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
            )
            self._attached = attached  # it must not be collected: that would close the stream
            self._stream: socket.socket = getattr(attached, "_sock", attached)
            self._stream.settimeout(None)
            self._client.start(self._number)
        except APIError as error:
            engine.remove(self._client, self._number)
            raise EngineError(engine.refusal(error)) from None

    async def _sort(self, reader: asyncio.StreamReader, inner: asyncio.StreamReader) -> None:
        """Divide what a container writes into the stream and its standard error."""
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                kind, length = _HEAD.unpack(await reader.readexactly(_HEAD.size))
                if length > _MAX_PIECE:
                    break
                piece = await reader.readexactly(length)
                if kind == 1:
                    inner.feed_data(piece)
                elif self._stderr_bytes < _STDERR_BYTES:
                    self._stderr_bytes += len(piece)
                    os.write(2, piece)
        inner.feed_eof()

    async def fork(self, spawn: protocol.Spawn, channel: socket.socket, lifeline: socket.socket) -> None:
        """Let the container fork a worker; it gets the memory for it first."""
        if spawn.tree_bytes > self._memory_bytes:
            memory = engine.container_bytes(spawn.tree_bytes)
            await asyncio.to_thread(self._client.update_container, self._number, mem_limit=memory, memswap_limit=memory)
            self._memory_bytes = spawn.tree_bytes
        self._multiplexer.open(channel, lifeline, protocol.encoder.encode(spawn))

    async def warm(self, spawn: protocol.Spawn) -> None:
        """Let the container import what a worker needs, by a worker that is abandoned."""
        channel, channel_end = socket.socketpair()
        lifeline, lifeline_end = socket.socketpair()
        await self.fork(spawn, channel, lifeline)
        channel_end.close()
        lifeline_end.close()

    async def end(self) -> None:
        """Remove it."""
        self.serving.cancel()
        self._sorting.cancel()
        await asyncio.to_thread(engine.remove, self._client, self._number)
        self._stream.close()


class Pool:
    """Obeys the harness: workers in the container of the present submission, another container ahead of need."""

    _present: asyncio.Task[Running]

    def __init__(self, client: APIClient, control: socket.socket, wanted: Container) -> None:
        """Take the engine, the control socket and what containers are to be like."""
        self._client = client
        self._control = control
        self._wanted = wanted
        self._spare: asyncio.Task[Running] | None = None
        self._last: protocol.Spawn | None = None

    async def serve(self) -> int:
        """
        Obey until the harness goes away, the engine refuses, or a container ends without being told.

        Returns:
            The exit code; what went wrong is then on standard error.
        """
        self._present = asyncio.ensure_future(self._start())
        try:
            await asyncio.to_thread(engine.remove_abandoned, self._client)
            while (ordered := await self._next_order()) is not None:
                await self._obey(*ordered)
        except (EngineError, ProtocolError):
            return 1
        else:
            return 0
        finally:
            for task in (self._present, self._spare):
                if task is not None:
                    await self._end(task)

    async def _next_order(self) -> tuple[protocol.Order, tuple[int, ...]] | None:
        """Wait for an order; raises what ends the present container meanwhile, or keeps it from being made."""
        loop = asyncio.get_running_loop()
        arrived = asyncio.Event()
        loop.add_reader(self._control, arrived.set)
        waiting = asyncio.ensure_future(arrived.wait())
        try:
            while not arrived.is_set():
                watched = self._present.result().serving if self._present.done() else self._present
                done, _ = await asyncio.wait({waiting, watched}, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
        finally:
            loop.remove_reader(self._control)
            waiting.cancel()
        return protocol.receive_order(self._control)

    async def _obey(self, order: protocol.Order, descriptors: tuple[int, ...]) -> None:
        if isinstance(order, protocol.NextSubmission):
            await self._take_another(order)
        else:
            self._last = order
            channel, lifeline = (socket.socket(fileno=descriptor) for descriptor in descriptors)
            await (await self._present).fork(order, channel, lifeline)

    async def _take_another(self, order: protocol.NextSubmission) -> None:
        """Give the next submission a container that has held none, and make one for the submission that follows."""
        if (await self._present).holds_a_submission:
            used, self._present = self._present, self._spare or asyncio.ensure_future(self._start())
            self._spare = None
            await self._end(used)
        (await self._present).holds_a_submission = True
        if order.more and self._spare is None:
            self._spare = asyncio.ensure_future(self._start())

    async def _start(self) -> Running:
        running = Running(self._client, self._wanted)
        try:
            await running.start()
        except EngineError as error:
            _report(error)
            raise
        if self._last is not None:
            await running.warm(self._last)
        return running

    async def _end(self, task: asyncio.Task[Running]) -> None:
        """Remove a container, made or still in the making."""
        with contextlib.suppress(EngineError):
            await (await task).end()


def _report(error: Exception) -> None:
    """Report what went wrong, before the harness sees that any socket is closed."""
    print(error, file=sys.stderr, flush=True)


def main() -> None:
    """Serve the harness; what goes wrong is the last line of standard error."""
    control = socket.socket(fileno=int(sys.argv[1]))
    image, device, threads, *packages = sys.argv[2:]
    wanted = Container(
        image=image,
        device=device,
        threads=int(threads),
        packages=tuple(packages),
        memory_bytes=Limits().memory_bytes,
    )
    try:
        client = engine.connect()
    except EngineError as error:
        sys.exit(str(error))
    sys.exit(asyncio.run(Pool(client, control, wanted).serve()))


if __name__ == "__main__":
    main()
