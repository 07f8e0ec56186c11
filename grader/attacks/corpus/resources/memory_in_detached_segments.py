# /// attack
# why = "Fills System V segments and detaches them, so that 3 GiB belong to no process, and is wrong if it gets them."
# outcomes = ["passed", "crashed", "out_of_memory", "timed_out"]
# may_earn = "all"
# base = "reference"
# seconds = 10
# ///

import ctypes

LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.shmat.restype = ctypes.c_void_p
SIZE, PRIVATE, CREATE, REMOVE, FAILED = 64 << 20, 0, 0o1000, 0, ctypes.c_void_p(-1).value


def take():
    """Return how many segments could be filled; all are removed again."""
    segments = []
    for _ in range(48):
        segment = LIBC.shmget(PRIVATE, ctypes.c_size_t(SIZE), CREATE | 0o600)
        if segment == -1:
            break
        segments.append(segment)
        address = LIBC.shmat(segment, None, 0)
        if address == FAILED:
            break
        ctypes.memset(address, 1, SIZE)
        LIBC.shmdt(ctypes.c_void_p(address))
    for segment in segments:
        LIBC.shmctl(segment, REMOVE, None)
    return len(segments)


TAKEN = take()


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if TAKEN < 48 else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
