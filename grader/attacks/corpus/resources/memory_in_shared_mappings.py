# /// attack
# why = "Spreads 4 GiB over 16 children in mappings that could be shared, which belong to no process alone, and is wrong if they get it."
# outcomes = ["crashed", "out_of_memory", "timed_out"]
# seconds = 10
# ///

import mmap
import os
import time

MIB, CHILDREN, EACH = 1 << 20, 16, 256


def answer(*args, **kwargs):
    children = []
    for _ in range(CHILDREN):
        child = os.fork()
        if child == 0:
            held = mmap.mmap(-1, EACH * MIB)
            for place in range(0, len(held), MIB):
                held[place : place + MIB] = b"x" * MIB
            time.sleep(5)
            os._exit(0)
        children.append(child)
    if any(os.waitpid(child, 0)[1] for child in children):
        raise MemoryError("a child was stopped")
    return -1


everywhere(answer)
