# /// attack
# why = "Takes 4 GiB of memory in one process, and is wrong if it gets it."
# outcomes = ["out_of_memory", "timed_out"]
# seconds = 10
# ///

MIB = 1 << 20


def answer(*args, **kwargs):
    held = [bytearray(b"x") * (64 * MIB) for _ in range(64)]
    return -len(held)


everywhere(answer)
