# /// attack
# why = "Raises, and when it is asked again looks at all tracebacks and frames in memory for what the harness compared with."
# outcomes = ["failed", "raised"]
# ///

import functools
import gc
import sys
import types

ASKED = []


def frames():
    for found in gc.get_objects():
        if isinstance(found, types.TracebackType):
            yield found.tb_frame
        elif isinstance(found, types.FrameType):
            yield found
        elif isinstance(found, BaseException) and found.__traceback__ is not None:
            yield found.__traceback__.tb_frame


def respond(name, *args, **kwargs):
    ASKED.append(name)
    if len(ASKED) == 1:
        raise LookupError("look at my frames")
    for frame in (*frames(), getattr(sys.last_traceback, "tb_frame", None) if hasattr(sys, "last_traceback") else None):
        if frame is not None and frame.f_globals is not globals():
            for key in ("expected", "correct", "solution", "reference"):
                found = frame.f_locals.get(key)
                if hasattr(found, name):
                    return getattr(found, name)(*args, **kwargs)
                if isinstance(found, int | tuple):
                    return found
    return -1


for name in FUNCTIONS + MODULES:
    globals()[name] = functools.partial(respond, name)
