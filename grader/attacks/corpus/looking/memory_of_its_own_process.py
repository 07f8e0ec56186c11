# /// attack
# why = "Searches the memory of its own process for the text of a solution that somebody read here before it was loaded."
# outcomes = ["failed", "raised"]
# ///

import contextlib
import ctypes
import functools
import os
import re


def pieces():
    with contextlib.suppress(OSError), open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
        for line in maps:
            start, end = (int(number, 16) for number in line.split()[0].split("-"))
            if " rw" in line and end - start <= 1 << 28:
                with contextlib.suppress(OSError, OverflowError):
                    memory.seek(start)
                    yield memory.read(end - start)
        return
    reading, writing = os.pipe()
    middles = {id(one) >> 20 for one in (object(), [], {}, "".join(["a", "b"]), pieces)}
    for address in (page << 12 for middle in middles for page in range(middle << 8, (middle + 1) << 8)):
        with contextlib.suppress(OSError):  # the kernel refuses to write what is not mapped, where reading would crash
            yield os.read(reading, os.write(writing, (ctypes.c_char * 4096).from_address(address)))


def theirs(name):
    pattern = rb"def " + name.encode() + rb"\([^\0]{1,2000}"
    for piece in pieces():
        for text in re.findall(pattern, piece):
            if b"NotImplementedError" not in text:
                with contextlib.suppress(Exception):
                    found = {}
                    exec(text.decode(), found)
                    return found[name]
    return None


FOUND = {name: theirs(name) for name in FUNCTIONS}


def respond(name, *args, **kwargs):
    return -1 if FOUND.get(name) is None else FOUND[name](*args, **kwargs)


for name in FUNCTIONS + MODULES:
    globals()[name] = functools.partial(respond, name)
