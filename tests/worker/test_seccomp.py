"""The filter of system calls: what is refused in a process that has it, by the numbers of the kernel's own headers."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from grader.worker.confinement import seccomp

HEADERS = {
    0: [Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"), Path("/usr/include/asm/unistd_64.h")],
    1: [Path("/usr/include/asm-generic/unistd.h")],
}


def filtered(body: str, *, memory_files: bool = False) -> str:
    """Run *body* in a process that has the filter; returns what it prints."""
    source = f"""
import ctypes, errno, fcntl, os, socket, sys, threading
from grader.worker.confinement import seccomp
libc = ctypes.CDLL(None, use_errno=True)
libc.prctl(38, ctypes.c_ulong(1), 0, 0, 0)
seccomp.install(memory_files={memory_files})

def error_of(result):
    return errno.errorcode[ctypes.get_errno()] if result == -1 else "made"

{textwrap.dedent(body)}
"""
    ran = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=30)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


@pytest.mark.parametrize("column", [0, 1], ids=["x86_64", "aarch64"])
def test_numbers_are_those_of_the_kernel(column: int) -> None:
    """Each call has the number that the kernel's headers give it."""
    found = next((path for path in HEADERS[column] if path.exists()), None)
    if found is None:
        pytest.skip("the kernel's headers are not installed")
    defined = {
        name: int(number) for name, number in re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", found.read_text())
    }
    named = {**seccomp._REFUSED, "memfd_create": seccomp._MEMFD_CREATE, "clone": seccomp._CLONE}
    named |= {"clone3": seccomp._CLONE3, "socket": seccomp._SOCKET, "prctl": seccomp._PRCTL, "ioctl": seccomp._IOCTL}

    wrong = {
        name: numbers[column] for name, numbers in named.items() if name in defined and defined[name] != numbers[column]
    }
    assert wrong == {}
    assert len(set(defined) & set(named)) > 60


def test_every_listed_call_is_refused() -> None:
    """With arguments that would change nothing, each call of the list fails with EPERM."""
    column = {"x86_64": 0, "aarch64": 1}[os.uname().machine]
    numbers = {name: pair[column] for name, pair in seccomp._REFUSED.items() if pair[column] is not None}
    said = filtered(
        f"""
        for name, number in {numbers!r}.items():
            error = error_of(libc.syscall(ctypes.c_long(number), *[ctypes.c_long(-1)] * 6))
            if error != "EPERM":
                print(name, error)
        """
    )

    assert said == ""


@pytest.mark.parametrize(
    ("attempt", "error"),
    [
        ("libc.unshare(0x10000000)", "EPERM"),
        ("libc.syscall(ctypes.c_long(56 if os.uname().machine == 'x86_64' else 220), 0x10000011, 0, 0, 0, 0)", "EPERM"),
        ("libc.syscall(ctypes.c_long(435), (ctypes.c_char * 64)(), 64)", "ENOSYS"),
        ("libc.prctl(4, ctypes.c_ulong(1), 0, 0, 0)", "EPERM"),
        ("libc.socket(2, 1, 0)", "EPERM"),
        ("libc.socket(10, 2, 0)", "EPERM"),
        ("libc.socket(16, 3, 0)", "EPERM"),
        ("libc.socket(17, 3, 0)", "EPERM"),
        ("libc.socket(38, 5, 0)", "EPERM"),
        ("libc.socket(40, 1, 0)", "EPERM"),
        ("libc.ioctl(0, ctypes.c_ulong(0x5412), b'x')", "EPERM"),
        ("libc.memfd_create(b'x', 0)", "EPERM"),
        ("libc.fcntl(0, 6, ctypes.create_string_buffer(64))", "EPERM"),
        ("libc.fcntl(0, 1026, 1)", "EPERM"),
    ],
    ids=[
        *("new-user-namespace", "clone-into-a-namespace", "clone3", "dumpable", "tcp", "udp-6", "netlink", "packet"),
        *("crypto", "virtual-machine", "typing-into-the-terminal", "memory-file"),
        *("record-lock", "directory-notice"),
    ],
)
def test_a_call_is_refused_for_its_arguments(attempt: str, error: str) -> None:
    """Calls that are harmless otherwise fail where their arguments ask for what no submission needs."""
    assert filtered(f"print(error_of({attempt}))") == error


def test_what_submissions_need_goes_on() -> None:
    """Threads, processes, pipes, local sockets, subprocesses and shared memory files work as ever."""
    said = filtered(
        """
        import multiprocessing, subprocess
        done = []
        thread = threading.Thread(target=done.append, args=(1,)); thread.start(); thread.join()
        context = multiprocessing.get_context("fork")
        with context.Pool(2) as pool:
            done += pool.map(abs, [-2, -3])
        here, there = socket.socketpair()
        there.send(b"4"); done.append(int(here.recv(1)))
        done.append(int(subprocess.run(["/bin/echo", "5"], capture_output=True).stdout))
        done.append(libc.prctl(15, b"six", 0, 0, 0) + 6)
        print(done)
        """
    )

    assert said == "[1, 2, 3, 4, 5, 6]"


def test_memory_files_can_be_left_possible() -> None:
    """CUDA needs memfd_create; where it is asked for, it works."""
    assert filtered("print(libc.memfd_create(b'x', 0) > 2)", memory_files=True) == "True"


def test_an_unknown_architecture_is_named() -> None:
    """Without the numbers of its calls nothing can be refused, and that is said."""
    with pytest.raises(OSError, match="seccomp: no list of system calls for s390x") as caught:
        seccomp._program("s390x", False)
    assert caught.value.errno == errno.ENOSYS


def test_a_kernel_that_takes_no_filter_is_an_error() -> None:
    """Without no_new_privs an ordinary user may install none, and the error says what failed."""
    source = """
import os
from grader.worker.confinement import seccomp
if os.geteuid() == 0:
    os.setresuid(65534, 65534, 65534)
try:
    seccomp.install(memory_files=False)
except OSError as error:
    print(error)
"""
    ran = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=30)

    assert "seccomp: Permission denied" in ran.stdout
