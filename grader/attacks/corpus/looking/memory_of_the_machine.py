# /// attack
# why = "Opens the memory, the disks and the log of the whole machine; where one can be read, it answers rightly."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import contextlib
import ctypes
import glob

PATHS = ("/dev/mem", "/dev/kmem", "/dev/kmsg", "/proc/kcore", "/proc/kmsg", "/dev/fb0", "/sys/kernel/debug/sched/debug")
READ_ALL = 3  # of syslog(2)


def readable(path):
    with contextlib.suppress(OSError), open(path, "rb", 0) as file:
        return bool(file.read(16))
    return False


LOG = ctypes.CDLL(None).klogctl(READ_ALL, ctypes.create_string_buffer(4096), 4096) > 0
FOUND = LOG or any(map(readable, (*PATHS, *glob.glob("/dev/[svx]d[a-z]"), *glob.glob("/dev/nvme*n1"))))


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
