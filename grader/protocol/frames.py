"""
Frames: four bytes of length (big endian) and that many bytes of MessagePack.

The reader checks the length before it allocates anything, and decodes into a closed list of types: an unknown kind, a missing
or an extra field is an error.
"""

from __future__ import annotations

import array
import select
import socket
import struct
import time
from typing import Any, TypeVar

import msgspec

from grader.errors import ProtocolError
from grader.protocol.control import Order, Report, Spawn, Stop
from grader.protocol.replies import Answer, Reply, WorkerMessage
from grader.protocol.requests import Ask

_LENGTH = struct.Struct(">I")
_PIECE_BYTES = 1 << 18
_T = TypeVar("_T")
encoder = msgspec.msgpack.Encoder()
_decoders: dict[Any, msgspec.msgpack.Decoder[Any]] = {
    kind: msgspec.msgpack.Decoder(kind) for kind in (Ask, Answer, WorkerMessage, Reply, Spawn, Order, Stop, Report)
}


def decode(message: bytes | bytearray, kind: type[_T] | Any) -> _T:
    """
    Turn the bytes of a frame into a message of one kind.

    Raises:
        ProtocolError: If the bytes are anything else.
    """
    try:
        return _decoders[kind].decode(message)  # type: ignore[no-any-return]
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        name = getattr(kind, "__name__", " or ".join(one.__name__ for one in getattr(kind, "__args__", ())))
        raise ProtocolError(f"not a message of the kind {name}: {error}") from None


def decode_reply(content: bytes) -> Reply:
    """
    Turn the bytes of a reply, as a cache on disk has them, back into it.

    Raises:
        ProtocolError: If the bytes are anything else.
    """
    return decode(content, Reply)


def send(channel: socket.socket, message: msgspec.Struct, descriptors: tuple[int, ...] = ()) -> None:
    """Write one frame; *descriptors* travel with it."""
    body = encoder.encode(message)
    frame = _LENGTH.pack(len(body)) + body
    if descriptors:
        written = channel.sendmsg([frame], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))])
        frame = frame[written:]
    channel.sendall(frame)


class Reader:
    """Reads frames from one channel, several at a time if they have arrived."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._buffer = bytearray()
        self._arrived = select.poll()
        self._arrived.register(channel, select.POLLIN)
        self._deadline: float | None = None

    def receive(self, kind: type[_T] | Any, limit_bytes: int, deadline: float | None = None) -> _T | None:
        """
        Read one frame; None where the other side has closed the channel.

        Args:
            deadline: Moment of `time.monotonic()` by which the whole frame must be there, however slowly it comes in.

        Raises:
            ProtocolError: If the frame is longer than *limit_bytes*, is cut off or is not of *kind*.
            TimeoutError: If the deadline, or a timeout of the channel, passes.
        """
        self._deadline = deadline
        if not self._fill(_LENGTH.size):
            if self._buffer:
                raise ProtocolError("a frame was cut off in its length")
            return None
        (length,) = _LENGTH.unpack_from(self._buffer)
        if length > limit_bytes:
            raise ProtocolError(f"a frame of {length:,} bytes is longer than the limit of {limit_bytes:,}")
        end = _LENGTH.size + length
        if not self._fill(end):
            raise ProtocolError(f"a frame was cut off after {len(self._buffer):,} of {end:,} bytes")
        message: _T = decode(bytes(memoryview(self._buffer)[_LENGTH.size : end]), kind)
        del self._buffer[:end]
        return message

    def has_more(self, seconds: float = 0) -> bool:
        """Return whether something has arrived that nobody has read yet, or arrives within *seconds*."""
        if not self._buffer and self._arrived.poll(1000 * seconds):
            self._buffer += self._channel.recv(_PIECE_BYTES)
        return bool(self._buffer)

    def _fill(self, count: int) -> bool:
        """Read until *count* bytes are there; memory grows with what arrives, not with what was announced."""
        while len(self._buffer) < count:
            if self._deadline is not None:
                self._channel.settimeout(max(self._deadline - time.monotonic(), 0.001))
            piece = self._channel.recv(_PIECE_BYTES)
            if not piece:
                return False
            self._buffer += piece
        return True


def receive_spawn(control: socket.socket) -> tuple[Spawn, int, int] | None:
    """
    Read a Spawn and its two descriptors; None where the harness has gone.

    Raises:
        ProtocolError: If the frame is not a Spawn with two descriptors.
    """
    received = receive_order(control)
    if received is None:
        return None
    order, descriptors = received
    if not isinstance(order, Spawn):
        raise ProtocolError(f"not a Spawn: {type(order).__name__}")
    return order, descriptors[0], descriptors[1]


def receive_order(control: socket.socket) -> tuple[Order, tuple[int, ...]] | None:
    """
    Read an order and the descriptors that travel with it; None where the harness has gone.

    Raises:
        ProtocolError: If the frame is no order, or a Spawn without its two descriptors.
    """
    head, descriptors, _flags, _address = socket.recv_fds(control, _LENGTH.size, 2)
    if not head:
        return None
    (length,) = _LENGTH.unpack(head)  # the harness sends a whole frame at once, so its length is never cut
    order: Order = decode(control.recv(length, socket.MSG_WAITALL), Order)
    if isinstance(order, Spawn) and len(descriptors) != 2:
        raise ProtocolError(f"a Spawn needs two descriptors, got {len(descriptors)}")
    return order, tuple(descriptors)
