# /// attack
# why = "Touches one page in every two mebibytes of 1 TiB, so that the tables of pages take more memory than the pages seem to."
# outcomes = ["passed", "crashed", "out_of_memory", "timed_out"]
# may_earn = "all"
# base = "reference"
# seconds = 10
# ///

import contextlib
import mmap

TIB, STEP = 1 << 40, 1 << 21
with contextlib.suppress(OSError, OverflowError, MemoryError):
    space = mmap.mmap(-1, TIB, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000)  # without reserve
    for place in range(0, TIB, STEP):
        space[place]  # reading suffices: the page of zeros is shared, the tables are not
    space.close()
