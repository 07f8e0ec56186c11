# /// attack
# why = "Spreads 5 GiB of memory over 16 children, each of which takes less than one may, and is wrong if they get it."
# outcomes = ["crashed", "out_of_memory", "timed_out"]
# seconds = 10
# ///

import os
import time

MIB, CHILDREN, EACH = 1 << 20, 16, 320


def answer(*args, **kwargs):
    children = []
    for _ in range(CHILDREN):
        child = os.fork()
        if child == 0:
            held = [bytearray(b"x") * (16 * MIB) for _ in range(EACH // 16)]
            time.sleep(5 if held else 0)
            os._exit(0)
        children.append(child)
    if any(os.waitpid(child, 0)[1] for child in children):
        raise MemoryError("a child was stopped")
    return -1


everywhere(answer)
