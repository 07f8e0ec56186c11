"""
What runs first in a container: the `local` sandbox, and the other end of the stream that leads to the harness.

Usage: python -m grader.sandbox.docker.entry_point DEVICE THREADS PACKAGE...

Standard input and output are the stream; when it ends, so does the container.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys

import msgspec

from grader import protocol
from grader.sandbox.docker.multiplexer import Multiplexer
from grader.sandbox.local import Local


def main() -> None:
    """Fork the workers that the harness asks for until it goes away."""
    device, threads, *packages = sys.argv[1:]
    stream_in, stream_out = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(2, 1)  # nothing but frames may enter the stream
    with Local(tuple(packages), int(threads)) as sandbox:
        sandbox.open(device)
        asyncio.run(_serve(sandbox, stream_in, stream_out))


async def _serve(sandbox: Local, stream_in: int, stream_out: int) -> None:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(stream_in, "rb"))
    transport, flow = await loop.connect_write_pipe(
        lambda: asyncio.streams.FlowControlMixin(loop=loop), os.fdopen(stream_out, "wb")
    )
    multiplexer = Multiplexer(reader, asyncio.StreamWriter(transport, flow, None, loop))

    async def fork(number: int, order: bytes) -> None:
        """Fork a worker; what it may read is what lies here, of which the harness knows nothing."""
        asked: protocol.Spawn = protocol.decode(order, protocol.Spawn)
        spawn = msgspec.structs.replace(asked, readable=sandbox.landlock())
        channel, worker_end = socket.socketpair()
        lifeline, supervisor_end = socket.socketpair()
        with worker_end, supervisor_end:
            sandbox.fork(spawn, worker_end, supervisor_end)
        multiplexer.accept(number, channel, lifeline)

    try:
        await multiplexer.run(fork)
    finally:
        multiplexer.close()


if __name__ == "__main__":
    main()
