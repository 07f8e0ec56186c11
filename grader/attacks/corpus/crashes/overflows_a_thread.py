# /// attack
# why = "Overflows the small stack of a thread by a sort that sorts, and so takes down its process from beside the question."
# outcomes = ["crashed", "failed", "raised", "timed_out"]
# ///

import sys
import threading


class Item:
    def __lt__(self, other):
        return sorted([Item(), Item()]) is None


def answer(*args, **kwargs):
    sys.setrecursionlimit(2**31 - 1)
    threading.stack_size(64 * 1024)
    thread = threading.Thread(target=sorted, args=([Item(), Item()],), daemon=True)
    thread.start()
    thread.join()
    return -1


everywhere(answer)
