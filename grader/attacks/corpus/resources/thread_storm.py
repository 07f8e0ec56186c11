# /// attack
# why = "Starts a thousand threads that stay for a while, and then answers rightly."
# outcomes = ["passed", "crashed", "out_of_memory", "raised", "timed_out"]
# may_earn = "all"
# base = "reference"
# ///

import contextlib
import threading
import time

threading.stack_size(64 * 1024)  # so that memory is not what stops it
with contextlib.suppress(RuntimeError, MemoryError):
    for _ in range(1000):
        threading.Thread(target=time.sleep, args=(3,), daemon=True).start()
