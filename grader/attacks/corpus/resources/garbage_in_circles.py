# /// attack
# why = "Turns off the garbage collector and makes 4 GiB of garbage that refers to itself, and is wrong if it may."
# outcomes = ["out_of_memory", "timed_out"]
# seconds = 10
# ///

import gc

MIB = 1 << 20


def answer(*args, **kwargs):
    gc.disable()
    for _ in range(256):
        circle = [bytearray(b"x") * (16 * MIB)]
        circle.append(circle)
    return -1


everywhere(answer)
