# /// attack
# why = "Sleeps for ever, without a processor that anybody could see it use."
# outcomes = ["timed_out"]
# ///

import threading


def answer(*args, **kwargs):
    threading.Event().wait()


everywhere(answer)
