# /// attack
# why = "Unpacks 4 GiB from four megabytes in memory, and is wrong if it gets them."
# outcomes = ["out_of_memory", "timed_out"]
# seconds = 10
# ///

import zlib

MIB = 1 << 20


def answer(*args, **kwargs):
    packed = zlib.compress(bytes(64 * MIB), 1)
    held = [bytearray(zlib.decompress(packed, bufsize=64 * MIB)) for _ in range(64)]
    return -len(held)


everywhere(answer)
