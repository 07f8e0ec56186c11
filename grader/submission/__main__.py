"""
Fork a process for each submission that is to be read.  `python -m grader.submission CONTROL`, where CONTROL is a socket.

An order is one byte, with three pipes: what the process reads, what it writes, and where this one writes how it ended.  It ends
before its answer if nobody holds the other end of the third pipe any more.  This process never sees a byte of a submission.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import signal
import socket
import sys

from grader.submission import reader_process
from grader.submission.messages import READ_WITH_EVERYTHING, STATUS


class _ForkServer:
    """The processes that read, by number, and what waits for each."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._itself = os.getpid()
        self._waiting: dict[int, int] = {}
        """The pipe for its status, by process."""
        self._loaded = False
        self._woken, wake = os.pipe()
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        self._events = select.poll()
        self._events.register(self._woken, select.POLLIN)  # before the orders, however many there are
        self._events.register(self._control, select.POLLIN)

    def serve(self) -> None:
        """Go on until the harness has gone."""
        while True:
            descriptor, _event = self._events.poll()[
                0
            ]  # only one: it may close another, whose number is then given again
            if descriptor == self._woken:
                os.read(self._woken, 4096)
                self._reap()
            elif descriptor != self._control.fileno():
                self._give_up(descriptor)
            elif not self._take():
                for process in self._waiting:
                    os.kill(process, signal.SIGKILL)
                return

    def _take(self) -> bool:
        """Take an order; returns whether there was one."""
        order, pipes, _flags, _address = socket.recv_fds(self._control, 1, 3)
        if not order or len(pipes) != 3:
            return False
        if order == READ_WITH_EVERYTHING and not self._loaded:
            reader_process.load_everything()
            self._loaded = True
            gc.freeze()
        process = os.fork()
        if process == 0:
            self._be_reader(*pipes)
        source, answer, status = pipes
        os.close(source)
        os.close(answer)
        self._waiting[process] = status
        self._events.register(status, 0)  # which still tells that its other end is closed
        return True

    def _be_reader(self, source: int, answer: int, status: int) -> None:
        """Never returns."""
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.dup2(source, 0)
            os.dup2(answer, 1)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            os.closerange(
                3, max(source, answer, status, *self._waiting.values(), self._woken, self._control.fileno()) + 64
            )
            reader_process.run(self._itself, loaded=self._loaded)
            os._exit(0)
        finally:
            os._exit(1)

    def _reap(self) -> None:
        while self._waiting:
            process, status = os.waitpid(-1, os.WNOHANG)
            if process == 0:
                return
            pipe = self._waiting.pop(process)
            self._events.unregister(pipe)
            with contextlib.suppress(BrokenPipeError):
                os.write(pipe, STATUS.pack(status))
            os.close(pipe)

    def _give_up(self, pipe: int) -> None:
        """End the process that nobody waits for any more; `_reap` then closes its pipe."""
        process = next((process for process, status in self._waiting.items() if status == pipe), None)
        if process is not None:
            os.kill(process, signal.SIGKILL)


def main() -> None:
    """Run the fork server."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    reader_process.warm_up()
    gc.freeze()
    _ForkServer(socket.socket(fileno=int(sys.argv[1]))).serve()


if __name__ == "__main__":
    main()
