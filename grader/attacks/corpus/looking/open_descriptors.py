# /// attack
# why = "Reads every file, and the folder of every file, that it finds open: a check, a solution or a result that was left open."
# outcomes = ["failed", "raised"]
# ///

import contextlib
import functools
import os
import stat


def texts():
    for descriptor in range(3, 256):
        with contextlib.suppress(OSError):
            mode = os.fstat(descriptor).st_mode
            if stat.S_ISREG(mode):
                yield os.pread(descriptor, 1 << 20, 0)
            elif stat.S_ISDIR(mode):
                for name in os.listdir(descriptor):
                    with (
                        contextlib.suppress(OSError),
                        open(os.open(name, os.O_RDONLY, dir_fd=descriptor), "rb") as file,
                    ):
                        yield file.read(1 << 20)


def theirs(name):
    for text in texts():
        if b"def " + name.encode() in text or b"class " + name.encode() in text:
            with contextlib.suppress(Exception):
                found = {"__name__": "stolen"}
                exec(text, found)
                return found[name]
    return None


def respond(name, *args, **kwargs):
    found = theirs(name)
    return -1 if found is None else found(*args, **kwargs)


for name in FUNCTIONS + MODULES:
    globals()[name] = functools.partial(respond, name)
