"""
Hold a process to a list of paths, where no mount table does it.  UNTRUSTED SIDE; runs before student code does.

Source: landlock(7).
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct

from grader.worker.confinement.kernel import check, libc

_SYS_LANDLOCK = 444  # create_ruleset, add_rule, restrict_self: the same three numbers on every architecture
_READ_FILE, _READ_DIR, _EXECUTE = 1 << 2, 1 << 3, 1 << 0
_FILE_RIGHTS = _READ_FILE | _EXECUTE | 1 << 1 | 1 << 14  # and write, truncate
_SCOPE_ABI = 6


def restrict_paths(readable: tuple[str, ...], writable: tuple[str, ...]) -> None:
    """
    Let Landlock leave *readable* readable and *writable* writable, and refuse every other path.

    Raises:
        OSError: If the kernel has no Landlock, or refuses a rule.
    """
    version = libc.syscall(_SYS_LANDLOCK, None, ctypes.c_size_t(0), 1)
    check(version, "Landlock")
    paths = (1 << (13 if version == 1 else 14 if version == 2 else 15 if version < 5 else 16)) - 1
    network = 3 if version >= 4 else 0  # TCP bind and connect
    scope = 3 if version >= _SCOPE_ABI else 0  # abstract sockets and signals stay within the ruleset
    attributes = struct.pack("=QQQ", paths, network, scope)
    attributes = attributes[: 8 if version < 4 else 16 if version < _SCOPE_ABI else 24]
    ruleset = libc.syscall(_SYS_LANDLOCK, attributes, ctypes.c_size_t(len(attributes)), 0)
    check(ruleset, "Landlock ruleset")
    reading = _READ_FILE | _READ_DIR | _EXECUTE
    for path, rights in (*((path, reading) for path in readable), *((path, paths) for path in writable)):
        try:
            descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue  # what does not exist need not be permitted
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights = (rights | (1 << 1 if path == "/dev/null" else 0)) & _FILE_RIGHTS
        rule = struct.pack("=Qi", rights & paths, descriptor)
        check(libc.syscall(_SYS_LANDLOCK + 1, ruleset, 1, rule, 0), f"Landlock rule for {path}")
        os.close(descriptor)
    check(libc.syscall(_SYS_LANDLOCK + 2, ruleset, 0), "Landlock restriction")
    os.close(ruleset)
