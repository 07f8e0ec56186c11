"""
What the conformance suite lets a worker try.  A worker gets it as a submission; nobody imports it.

Each function tries one thing that a submission must not be able to do and returns what it achieved, or lets the
error through that stopped it.
"""

import contextlib
import ctypes
import os
import resource
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
    """Return which processes other than this one can be seen or signalled; outside, another may have this one's number."""
    named = [pid for pid in pids if pid not in (0, os.getpid())]  # 0 is the parent of process 1, and would mean oneself
    seen = [pid for pid in named if _succeeds(lambda pid=pid: os.kill(pid, 0))]
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


def make_system_calls():
    """Return which system calls that no check needs are not refused; those tried here harm nobody where they work."""
    libc = ctypes.CDLL(None, use_errno=True)
    column = {"x86_64": 0, "aarch64": 1}.get(os.uname().machine)
    if column is None:
        return []
    nothing = (ctypes.c_char * 128)()
    limit = (ctypes.c_uint64 * 2)(*(value % 2**64 for value in resource.getrlimit(resource.RLIMIT_CPU)))
    new_user, self, session = 0x10000000, os.getpid(), -3
    calls = {
        "ptrace": (101, 117, 0, 0, 0, 0),  # PTRACE_TRACEME
        "process_vm_readv": (310, 270, self, nothing, 0, nothing, 0, 0),
        "unshare": (272, 97, new_user),
        "clone3": (435, 435, nothing, 64),
        "keyctl": (250, 219, 0, session, 0),
        "perf_event_open": (298, 241, nothing, 0, -1, -1, 0),
        "io_uring_setup": (425, 425, 1, nothing),
        "userfaultfd": (323, 282, 1),
        "memfd_create": (319, 279, nothing, 0),
        "shmget": (29, 194, 0, 4096, 0o1600),
        "mq_open": (240, 180, b"grader", 0o102, 0o600, 0),
        "setrlimit(RLIMIT_CPU)": (160, 164, 0, limit),
        "prlimit64(RLIMIT_CPU)": (302, 261, 0, 0, limit, 0),
        "prctl(PR_SET_DUMPABLE)": (157, 167, 4, 1, 0, 0, 0),
    }
    made = []
    for name, (on_x86, on_arm, *rest) in calls.items():
        number = ctypes.c_long((on_x86, on_arm)[column])
        arguments = [ctypes.c_long(value) if isinstance(value, int) else value for value in rest]
        refused = libc.syscall(number, *arguments) == -1 and ctypes.get_errno() in (1, 38)
        if not refused:  # EPERM, or ENOSYS where a library then takes another call
            made.append(name)
    return made


def leave_processors():
    """Return on how many processors this process may run after it has asked for all of them."""
    with contextlib.suppress(OSError):
        os.sched_setaffinity(0, range(1024))
    return len(os.sched_getaffinity(0))


def _folders():
    """Return where another process might find something, above all where it imports from."""
    below = {os.path.dirname(os.__file__), *sys.path, os.path.dirname(sys.executable)}
    packages = {os.path.join(folder, name) for folder in below for name in ("site-packages", "dist-packages")}
    return sorted(
        {os.getcwd(), "/", "/dev", "/dev/shm", "/etc", "/run", "/tmp", "/usr", "/var/tmp", *below, *packages} - {""}
    )


def leave_marks(name):
    """Leave something called *name* wherever another process might find it."""
    for folder in _folders():
        with contextlib.suppress(OSError):
            open(os.path.join(folder, name), "w").close()
    with contextlib.suppress(OSError):
        held.append(socket.socket(socket.AF_UNIX))
        held[-1].bind("\0" + name)
        held[-1].listen()
    libc = ctypes.CDLL(None)
    libc.shmget(int(name[:7], 16), 4096, 0o1666)
    return True


held = []


def find_marks(name):
    """Return where something called *name* was found."""
    found = [folder for folder in _folders() if os.path.exists(os.path.join(folder, name))]
    if _succeeds(lambda: _connect(socket.AF_UNIX, socket.SOCK_STREAM, "\0" + name)):
        found.append("an abstract socket")
    if ctypes.CDLL(None).shmget(int(name[:7], 16), 4096, 0o666) != -1:
        found.append("System V shared memory")
    return found


def kill_everything(pids):
    """Send a signal that ends a process to all that can be named."""
    for pid in (-1, os.getppid(), *pids):
        if pid:
            with contextlib.suppress(OSError):
                os.kill(pid, 9)
    return True


def descriptors():
    """Return the open descriptors beyond the standard three and the channel."""
    found = []
    for number in range(4, 1024):
        with contextlib.suppress(OSError):
            os.fstat(number)
            found.append(number)
    return found


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


def take_memory_together(count, processes):
    """Let each of *processes* take *count* bytes at the same time; returns how many got there before one was ended."""
    ready_end, ready = os.pipe()
    for _ in range(processes):
        if os.fork() == 0:
            taken = bytearray(count)
            os.write(ready, b"x" if len(taken) == count else b"")
            time.sleep(10)
            os._exit(0)
    there, ended = 0, 0
    deadline = time.monotonic() + 4
    os.set_blocking(ready_end, False)
    while there < processes and not ended and time.monotonic() < deadline:
        with contextlib.suppress(BlockingIOError):
            there += len(os.read(ready_end, processes))
        ended = os.waitpid(-1, os.WNOHANG)[0]
        time.sleep(0.01)
    time.sleep(0.1)  # what watches the memory of all together must get a chance to look
    return there


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
    time.sleep(0.1)  # what counts them must get a chance to look
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


def make_files(count):
    """Return after *count* empty files could be made."""
    for number in range(count):
        open(f"empty{number}", "w").close()
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
