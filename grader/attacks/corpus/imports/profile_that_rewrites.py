# /// attack
# why = "Watches every call of its process by a profile function, and takes what raises in a comparison out of it."
# outcomes = ["failed", "raised", "crashed", "timed_out"]
# ///

import sys
import threading

COMPARISONS = ("equal", "raises", "close", "that", "same_function", "assert_close", "fail")


def watch(frame, event, argument):
    if event == "call" and frame.f_code.co_name in COMPARISONS:
        names = frame.f_globals
        names[frame.f_code.co_name] = lambda *args, **kwargs: None
        names["CheckFailed"] = names["_wrong"] = lambda *args, **kwargs: StopIteration()


sys.setprofile(watch)
threading.setprofile(watch)
everywhere(lambda *args, **kwargs: -1)
