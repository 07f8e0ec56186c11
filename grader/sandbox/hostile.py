"""
What the conformance suite lets a worker try.  Sent to a worker as a submission; nobody imports it.

Each function tries one thing that a submission must not be able to do and returns what it achieved, or lets the
error through that stopped it.
"""

import contextlib
import ctypes
import os
import socket
import sys
import time


def read_files(paths):
    """Return which of *paths* could be opened."""
    return [path for path in paths if _succeeds(lambda path=path: open(path, "rb").read(1))]


def open_sockets(port, abstract_name, outside):
    """Return which connections could be made."""
    attempts = {
        "TCP to this machine": (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", port)),
        "TCP to the network": (socket.AF_INET, socket.SOCK_STREAM, (outside, 53)),
        "UDP to the network": (socket.AF_INET, socket.SOCK_DGRAM, (outside, 53)),
        "an abstract Unix socket": (socket.AF_UNIX, socket.SOCK_STREAM, "\0" + abstract_name),
    }
    return [
        name for name, (family, kind, address) in attempts.items() if _succeeds(lambda: _connect(family, kind, address))
    ]


def _connect(family, kind, address):
    with socket.socket(family, kind) as attempt:
        attempt.settimeout(0.2)
        attempt.connect(address)


def see_processes(pids):
    """Return which processes other than this one can be seen or signalled."""
    seen = [pid for pid in pids if _succeeds(lambda pid=pid: os.kill(pid, 0))]
    with contextlib.suppress(OSError):
        seen += [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]
    return seen


def trace_processes(pids):
    """Return which processes let themselves be traced or their memory be read."""
    libc = ctypes.CDLL(None, use_errno=True)
    traced = []
    for pid in (*pids, os.getppid()):
        if pid and libc.ptrace(0x4206, pid, None, None) == 0:  # PTRACE_SEIZE: unlike PTRACE_ATTACH it stops nobody
            traced.append(pid)
        with contextlib.suppress(OSError):
            os.close(os.open(f"/proc/{pid}/mem", os.O_RDONLY))
            traced.append(pid)
    return traced


def write_files(paths):
    """Make as many of *paths* as possible."""
    return [path for path in paths if _succeeds(lambda path=path: open(path, "wb").close())]


def leave_a_process():
    """Start a process that has left its group and session and holds every descriptor open."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(30)
        os._exit(0)
    return True


def privileges():
    """Return what power is left: user, effective capabilities, and whether new privileges are forbidden."""
    if sys.platform != "linux":
        return [os.geteuid(), "0", 0]
    libc = ctypes.CDLL(None)
    header, data = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    libc.capget(header, data)
    return [os.geteuid(), f"{data[3]:08x}{data[0]:08x}", libc.prctl(39, 0, 0, 0, 0)]


def environment():
    """Return the values of all environment variables."""
    return list(os.environ.values())


def spin():
    """Never return."""
    while True:
        pass


def take_memory(count):
    """Return how many bytes could be taken and touched."""
    return len(bytearray(count))


def start_processes(count):
    """Return how many of *count* processes could be started at once."""
    started = []
    try:
        for _ in range(count):
            pid = os.fork()
            if pid == 0:
                time.sleep(5)
                os._exit(0)
            started.append(pid)
    except OSError:
        pass
    for pid in started:
        os.kill(pid, 9)
    return len(started)


def write_bytes(count):
    """Return how many of *count* bytes could be written to one file."""
    with open("large", "wb") as file:
        file.write(bytes(count))
    return count


def fill_scratch(count):
    """Return after *count* bytes could be written in many files."""
    piece = bytes(1 << 20)
    for number in range(count // len(piece) + 1):
        with open(f"piece{number}", "wb") as file:
            file.write(piece)
    return count


def open_files(count):
    """Return after *count* files could be open at once."""
    held = [open(os.devnull) for _ in range(count)]
    return len(held)


def print_bytes(count):
    """Print *count* bytes."""
    print("x" * count, flush=True)
    return True


def reply_bytes(count):
    """Return about *count* bytes."""
    return ["x" * 4000] * (count // 4000)


def _succeeds(attempt):
    try:
        attempt()
    except OSError:
        return False
    return True
