# /// attack
# why = "Connects to the Unix sockets of daemons such as Docker, D-Bus and systemd; where one answers, it answers rightly."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import contextlib
import glob
import os
import socket

PATHS = ("/var/run/docker.sock", "/run/containerd/containerd.sock", "/run/dbus/system_bus_socket", "/dev/log")
FOLDERS = ("/run/systemd/**", "/run/user/**", "/tmp/.X11-unix/*", "/tmp/ssh-*/*", "/run/*.sock", "/run/*/*.sock")
ABSTRACT = ("\0/tmp/.X11-unix/X0", "\0/org/kernel/udev/udevd", "\0/containerd-shim", "\0/tmp/dbus")


def reaches(path):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, kind) as attempt:
            attempt.settimeout(0.1)
            attempt.connect(path)
            return True
    return False


def names():
    yield from (*PATHS, *ABSTRACT, os.environ.get("SSH_AUTH_SOCK", ""), os.environ.get("NOTIFY_SOCKET", ""))
    for pattern in FOLDERS:
        yield from glob.glob(pattern, recursive=True)[:50]
    with contextlib.suppress(OSError), open("/proc/net/unix") as table:
        words = [line.split() for line in table]
        yield from ("\0" + word[-1][1:] for word in words if word[-1].startswith("@"))


FOUND = any(reaches(name) for name in names() if 1 < len(name) < 108)


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
