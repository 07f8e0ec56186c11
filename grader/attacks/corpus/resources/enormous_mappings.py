# /// attack
# why = "Reserves a tebibyte of address space again and again without touching it, and answers rightly."
# outcomes = ["passed", "crashed", "out_of_memory", "timed_out"]
# may_earn = "all"
# base = "reference"
# ///

import contextlib
import mmap

HELD = []
with contextlib.suppress(OSError, OverflowError, MemoryError):
    for _ in range(100):
        HELD.append(mmap.mmap(-1, 1 << 40, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000))  # without reserve
for mapping in HELD:
    mapping.close()
