"""
`grader` commands in processes of their own, forked from one that has imported what commands import.

A command cannot tell such a process from a fresh one, and each saves the processor time that `python -m grader` takes to start,
two seconds where torch is needed.  Where starting, signals or a terminal are what a test is about, `started` starts a fresh one.
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import NoReturn

_SECONDS = 120
_SHOWN = {"COLUMNS": "200", "NO_COLOR": "1"}
Ran = subprocess.CompletedProcess[str]


def grader(*words: object, cwd: Path, **environment: str) -> Ran:
    """Run the command line in a process that is forked."""
    with tempfile.TemporaryDirectory() as folder:
        streams = [Path(folder, "stdout"), Path(folder, "stderr")]
        server = _server()
        assert server.stdin is not None
        assert server.stdout is not None
        order = {
            "words": [str(word) for word in words],
            "cwd": str(cwd),
            "environment": {**os.environ, **_SHOWN, **environment},
            "streams": [str(stream) for stream in streams],
        }
        server.stdin.write(json.dumps(order) + "\n")
        server.stdin.flush()
        code = int(server.stdout.readline())
        return subprocess.CompletedProcess(words, code, *(stream.read_bytes().decode() for stream in streams))


def started(*words: object, cwd: Path, **environment: str) -> Ran:
    """Run the command line in a process that is started for it."""
    return subprocess.run(
        [sys.executable, "-m", "grader", *map(str, words)],
        cwd=cwd,
        env={**os.environ, **_SHOWN, **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=_SECONDS,
        check=False,
    )


@functools.cache
def _server() -> subprocess.Popen[str]:
    """Start what commands are forked from; it ends when its standard input does."""
    server = subprocess.Popen(
        [sys.executable, __file__],
        env={**os.environ, **_SHOWN},  # consoles look at these when they are made
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    )
    atexit.register(server.communicate)
    return server


def _serve() -> None:
    """Fork for every order on standard input, and print the exit code of each."""
    import pdb  # noqa: F401 - pytest does

    import torch  # noqa: F401
    from typer.testing import CliRunner

    import grader.checks
    import grader.classroom.gradebook.resuming
    import grader.cli.app
    import grader.grading.batch
    import grader.grading.plugin
    import grader.reports.html

    # what the first command of a process loads besides
    CliRunner().invoke(grader.cli.app.app, ["list", "--course", str(Path(__file__).parents[1])])

    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _become(**json.loads(line))
        _pid, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _become(words: list[str], cwd: str, environment: dict[str, str], streams: list[str]) -> NoReturn:
    """Be `grader` with these words to the end, but for the half second in which Python takes its modules apart."""
    import signal
    import traceback

    from grader.cli.app import main

    signal.alarm(_SECONDS)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    flags = [os.O_RDONLY, *[os.O_WRONLY | os.O_CREAT | os.O_TRUNC] * 2]
    for number, path in enumerate((os.devnull, *streams)):
        descriptor = os.open(path, flags[number])
        os.dup2(descriptor, number)
        os.close(descriptor)
    sys.argv = ["grader", *words]
    code = 1
    try:
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    _serve()
