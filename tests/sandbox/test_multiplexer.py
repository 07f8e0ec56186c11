"""Many connections over one stream: nothing is lost or mixed up, nobody waits for another, and no flood fills memory."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from grader.errors import ProtocolError
from grader.sandbox.docker.multiplexer import MAX_CONNECTIONS, WINDOW_BYTES, Multiplexer

HEAD = struct.Struct(">IBI")
OPEN, DATA, TAKEN = 0, 1, 2


class Pair:
    """Both ends of a stream, as harness and container have them, and what was opened over it."""

    def __init__(self, near: Multiplexer, far: Multiplexer) -> None:
        self.near = near
        self.far = far
        self.opened: asyncio.Queue[tuple[bytes, socket.socket, socket.socket]] = asyncio.Queue()

    async def accept(self, number: int, said: bytes) -> None:
        """Take what the near end opens."""
        (first, first_end), (second, second_end) = socket.socketpair(), socket.socketpair()
        self.far.accept(number, first_end, second_end)
        self.opened.put_nowait((said, first, second))

    async def open(self, said: bytes) -> tuple[Ends, Ends]:
        """Open two connections; returns both ends of each."""
        (first, first_end), (second, second_end) = socket.socketpair(), socket.socketpair()
        self.near.open(first_end, second_end, said)
        told, far_first, far_second = await self.opened.get()
        assert told == said
        return await ends(first, far_first), await ends(second, far_second)


Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Ends = tuple[Stream, Stream]


async def ends(near: socket.socket, far: socket.socket) -> Ends:
    """Read and write both ends of a connection."""
    return await asyncio.open_connection(sock=near), await asyncio.open_connection(sock=far)


async def until_closed(multiplexer: Multiplexer) -> None:
    """Serve as the pool does."""
    await multiplexer.run()
    multiplexer.close()


@contextlib.asynccontextmanager
async def pair() -> AsyncIterator[Pair]:
    """Join two carriers by a stream."""
    one, other = socket.socketpair()
    both = Pair(
        Multiplexer(*await asyncio.open_connection(sock=one)), Multiplexer(*await asyncio.open_connection(sock=other))
    )
    running = [
        asyncio.ensure_future(until_closed(both.near)),
        asyncio.ensure_future(both.far.run(lambda number, said: both.accept(number, said))),
    ]
    yield both
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


def run(test: Callable[[Pair], Awaitable[None]]) -> None:
    """Run a test between two carriers."""

    async def main() -> None:
        async with asyncio.timeout(30), pair() as both:
            await test(both)

    asyncio.run(main())


def test_bytes_arrive_in_order_both_ways() -> None:
    """What goes into one end of a connection comes out of the other, however much it is, and of no other connection."""

    async def test(both: Pair) -> None:
        (near, far), (other_near, other_far) = await both.open(b"what for")
        sent = bytes(range(256)) * (3 * WINDOW_BYTES // 256)
        near[1].write(sent)
        other_far[1].write(b"back")
        assert await far[0].readexactly(len(sent)) == sent
        assert await other_near[0].readexactly(4) == b"back"

    run(test)


def test_an_answer_may_come_at_once() -> None:
    """The side that accepts may write before the other end has done anything more: it was ready before it asked."""

    async def test(both: Pair) -> None:
        async def answer(number: int, said: bytes) -> None:
            (first, first_end), (second, second_end) = socket.socketpair(), socket.socketpair()
            second.sendall(b"started")
            both.far.accept(number, first_end, second_end)
            both.opened.put_nowait((said, first, second))

        both.accept = answer  # type: ignore[method-assign]
        for _ in range(50):
            _first, (near, _far) = await both.open(b"")
            assert await near[0].readexactly(7) == b"started"

    run(test)


@pytest.mark.parametrize("side", ["near", "far"])
def test_what_closes_at_one_end_closes_at_the_other(side: str) -> None:
    """The end of a connection is told, after all that was sent before; the other connection goes on."""

    async def test(both: Pair) -> None:
        connection, (other_near, other_far) = await both.open(b"")
        closing, waiting = connection if side == "near" else connection[::-1]
        closing[1].write(b"last words")
        closing[1].close()
        assert await waiting[0].read() == b"last words"
        other_near[1].write(b"go on")
        assert await other_far[0].readexactly(5) == b"go on"

    run(test)


def test_last_words_arrive_whatever_comes_for_who_has_gone() -> None:
    """A supervisor reports how its worker ended and goes; a Stop that crosses the report must not cost the report."""

    async def test(both: Pair) -> None:
        (near, near_end), (_other, other_end) = socket.socketpair(), socket.socketpair()
        both.near.open(near_end, other_end, b"")
        _said, far, _other_far = await both.opened.get()
        far.sendall(b"last words")
        far.close()
        both.far._reader.feed_data(HEAD.pack(0, DATA, 4) + b"stop")  # it is obeyed before anybody looks at the socket
        reader, _writer = await asyncio.open_connection(sock=near)
        assert await reader.read() == b"last words"

    run(test)


def test_the_end_of_the_stream_closes_everything() -> None:
    """Where a container is gone, everyone who waits for it is told."""

    async def test(both: Pair) -> None:
        (near, _far), (other_near, _other_far) = await both.open(b"")
        both.far._writer.close()
        assert await near[0].read() == b""
        assert await other_near[0].read() == b""

    run(test)


def test_a_flood_that_nobody_reads_holds_up_nobody() -> None:
    """Of one connection only so much is under way at once; what else is sent waits at its source, and others pass it."""

    async def test(both: Pair) -> None:
        (near, far), (other_near, other_far) = await both.open(b"")
        far[1].write(bytes(20 * WINDOW_BYTES))
        for number in range(200):
            other_near[1].write(bytes([number]))
            assert await other_far[0].readexactly(1) == bytes([number])
        held = both.near._connections[0]
        assert 0 < held.untaken <= WINDOW_BYTES
        assert both.far._connections[0].window >= 0
        assert len(await near[0].readexactly(20 * WINDOW_BYTES)) == 20 * WINDOW_BYTES

    run(test)


def frame(number: int, kind: int, payload: bytes) -> bytes:
    """Write a frame by hand."""
    return HEAD.pack(number, kind, len(payload)) + payload


@pytest.mark.parametrize(
    ("frames", "complaint"),
    [
        pytest.param([frame(0, 9, b"")], "a stream carried a frame of kind 9 and 0 bytes", id="unknown-kind"),
        pytest.param(
            [HEAD.pack(0, DATA, 10**9)], "a stream carried a frame of kind 1 and 1000000000 bytes", id="too-long"
        ),
        pytest.param([frame(8, OPEN, b"")], "the other end of a stream opened a connection", id="opens"),
        pytest.param(
            [frame(0, DATA, bytes(1 << 18))] * 40, "the other end of a stream sent more than was taken", id="floods"
        ),
    ],
)
def test_what_a_multiplexer_would_not_send_ends_the_stream(frames: list[bytes], complaint: str) -> None:
    """A container that is not what we started can waste its own time and no memory of ours."""

    async def main() -> None:
        one, other = socket.socketpair()
        near = Multiplexer(*await asyncio.open_connection(sock=one))
        _reader, writer = await asyncio.open_connection(sock=other)
        first, first_end = socket.socketpair()
        second, second_end = socket.socketpair()
        with first, second:
            near.open(first_end, second_end, b"")
            writer.write(b"".join(frames))
            with pytest.raises(ProtocolError) as raised:
                await near.run()
        assert str(raised.value) == complaint
        writer.close()

    asyncio.run(main())


def test_there_are_only_so_many_connections() -> None:
    """A side that opens without end is stopped."""

    async def test(both: Pair) -> None:
        opened = [await both.open(b"") for _ in range(MAX_CONNECTIONS // 2)]
        with pytest.raises(ProtocolError) as raised:
            await both.open(b"")
        assert str(raised.value) == f"no connection {MAX_CONNECTIONS}: there are {MAX_CONNECTIONS}"
        assert len(opened) == MAX_CONNECTIONS // 2

    run(test)


def test_bytes_for_a_connection_that_is_closed_are_nobodys() -> None:
    """What was under way when this end closed is dropped, and disturbs nothing."""

    async def main() -> None:
        one, other = socket.socketpair()
        near = Multiplexer(*await asyncio.open_connection(sock=one))
        _reader, writer = await asyncio.open_connection(sock=other)
        writer.write(frame(5, DATA, b"late") + frame(5, TAKEN, b"\x00\x00\x00\x04"))
        writer.close()
        await near.run()

    asyncio.run(main())
