"""
Many connections over one stream of bytes, as a container gives it: its standard input and output.

Both ends run this: `pool.py` beside the harness, `entry_point.py` in the container.  Each connection is a socket at either end;
what is written to one is read from the other.  A connection may have only so many bytes under way (its *window*) until the other
end acknowledges them: a reader that is slow delays no other connection, and a flood fills no memory of the harness.

    frame = number of the connection (4 bytes), kind (1), length (4), payload; big-endian
"""

from __future__ import annotations

import asyncio
import contextlib
import enum
import socket
import struct
from collections.abc import Awaitable, Callable

from grader.errors import ProtocolError

_HEAD = struct.Struct(">IBI")
WINDOW_BYTES = 4 * 1024**2
_PIECE_BYTES = 256 * 1024
MAX_CONNECTIONS = 512
"""How many there may be at once; a grading needs a handful."""


class _Kind(enum.IntEnum):
    """What a frame says."""

    OPEN = 0
    """Two new connections, this number and the next; the payload says what for."""
    DATA = 1
    TAKEN = 2
    """So many bytes of a connection were passed on."""
    CLOSED = 3


_KINDS = frozenset(_Kind)
OnOpen = Callable[[int, bytes], Awaitable[None]]
"""Told that the other end has opened the connections *number* and *number* + 1, and with which payload."""


class _Connection:
    """One end of a connection, and how much it may still send."""

    def __init__(self, number: int, end: socket.socket) -> None:
        end.setblocking(False)
        self.number = number
        self.socket = end
        self.window = WINDOW_BYTES
        self.widened = asyncio.Event()
        self.arrived: asyncio.Queue[bytes | None] = asyncio.Queue()
        """What has come for this socket; None after the last of it."""
        self.untaken = 0
        self.outward: asyncio.Task[None] | None = None
        self.inward: asyncio.Task[None] | None = None


class Multiplexer:
    """One end of the stream; use it within one event loop."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take both directions of the stream."""
        self._reader = reader
        self._writer = writer
        self._connections: dict[int, _Connection] = {}
        self._next = 0

    async def run(self, on_open: OnOpen | None = None) -> None:
        """
        Serve until the stream ends; every connection is closed by `close`.

        Args:
            on_open: What to do where the other end opens connections; None where it may not.

        Raises:
            ProtocolError: If what comes is not what a multiplexer sends.
        """
        while (frame := await self._frame()) is not None:
            number, kind, payload = frame
            if kind is not _Kind.OPEN:
                self._obey(number, kind, payload)
            elif on_open is None:
                raise ProtocolError("the other end of a stream opened a connection")
            else:
                await on_open(number, payload)

    def close(self) -> None:
        """Close every connection, after what has come for it."""
        for connection in self._connections.values():
            connection.arrived.put_nowait(None)
        self._connections.clear()

    def open(self, first: socket.socket, second: socket.socket, payload: bytes) -> None:
        """Open two connections at once; the payload tells the other end what for."""
        number, self._next = self._next, (self._next + 2) % 2**32
        opened = [self._connect(number, first), self._connect(number + 1, second)]
        self._send(number, _Kind.OPEN, payload)  # before any of their data, but not before they can take an answer
        for connection in opened:
            self._start(connection)

    def accept(self, number: int, first: socket.socket, second: socket.socket) -> None:
        """Serve what the other end has opened under this number and the next."""
        for connection in (self._connect(number, first), self._connect(number + 1, second)):
            self._start(connection)

    def _connect(self, number: int, end: socket.socket) -> _Connection:
        if number in self._connections or len(self._connections) >= MAX_CONNECTIONS:
            raise ProtocolError(f"no connection {number}: there are {len(self._connections)}")
        connection = self._connections[number] = _Connection(number, end)
        return connection

    def _start(self, connection: _Connection) -> None:
        connection.outward = asyncio.ensure_future(self._outward(connection))
        connection.inward = asyncio.ensure_future(self._inward(connection, connection.outward))

    async def _outward(self, connection: _Connection) -> None:
        """Send what comes out of a socket, as far as its window reaches."""
        number, loop = connection.number, asyncio.get_running_loop()
        with contextlib.suppress(OSError):
            while True:
                while connection.window <= 0:
                    connection.widened.clear()
                    await connection.widened.wait()
                piece = await loop.sock_recv(connection.socket, min(_PIECE_BYTES, connection.window))
                if not piece:
                    break
                connection.window -= len(piece)
                self._send(number, _Kind.DATA, piece)
                await self._writer.drain()
        if self._connections.pop(number, None) is not None:
            self._send(number, _Kind.CLOSED)
            connection.arrived.put_nowait(None)

    async def _inward(self, connection: _Connection, outward: asyncio.Task[None]) -> None:
        """
        Write to a socket what has come for it, saying how much it has taken, and close it after the last.

        That nobody reads it any more says nothing of what is still to be read from it: only `_outward` finds its end.
        """
        loop, is_read = asyncio.get_running_loop(), True
        with connection.socket:
            while (piece := await connection.arrived.get()) is not None:
                try:
                    if is_read:
                        await loop.sock_sendall(connection.socket, piece)
                except OSError:
                    is_read = False
                else:
                    connection.untaken -= len(piece)
                    self._send(connection.number, _Kind.TAKEN, len(piece).to_bytes(4, "big"))
            outward.cancel()
            await asyncio.wait({outward})  # a socket may be closed once nobody waits for it

    def _obey(self, number: int, kind: _Kind, payload: bytes) -> None:
        """Do what a frame says; of a connection that is closed at this end, nothing."""
        connection = self._connections.get(number)
        if connection is None:
            return
        if kind is _Kind.DATA:
            connection.untaken += len(payload)
            if connection.untaken > WINDOW_BYTES:
                raise ProtocolError("the other end of a stream sent more than was taken")
            connection.arrived.put_nowait(payload)
        elif kind is _Kind.TAKEN:
            connection.window += int.from_bytes(payload, "big")
            connection.widened.set()
        else:
            del self._connections[number]
            connection.arrived.put_nowait(None)

    def _send(self, number: int, kind: _Kind, payload: bytes = b"") -> None:
        self._writer.write(_HEAD.pack(number, kind, len(payload)) + payload)

    async def _frame(self) -> tuple[int, _Kind, bytes] | None:
        """Read a frame; None at the end of the stream."""
        try:
            number, kind, length = _HEAD.unpack(await self._reader.readexactly(_HEAD.size))
            if kind not in _KINDS or length > _PIECE_BYTES:
                raise ProtocolError(f"a stream carried a frame of kind {kind} and {length} bytes")
            return number, _Kind(kind), await self._reader.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError):
            return None
