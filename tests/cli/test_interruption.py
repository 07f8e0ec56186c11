"""Ctrl-C ends a command, also where Python itself would ignore it."""

import signal
import subprocess
import sys
import textwrap

import pytest

DURING = {
    "after-a-garbage-collection": """
        gc.callbacks.append(lambda phase, _info: interrupt() if phase == "stop" else None)
        gc.collect()
    """,
    "when-an-object-dies": """
        class Dying:
            def __del__(self):
                interrupt()
        Dying()
    """,
    "when-nobody-refers-to-it": """
        class Lock:
            pass
        lock = Lock()
        reference = weakref.ref(lock, lambda _reference: interrupt())
        del lock
    """,
    "anywhere-else": "interrupt()",
}
PROGRAM = """
import gc, signal, sys, time, weakref
from grader.cli import interruption

def interrupt(times=[]):
    if len(times) < {times}:
        times.append(1)
        signal.raise_signal(signal.{name})

interruption.heed()
try:
    {during}
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        time.sleep(0.001){again}
except KeyboardInterrupt:
    print("interrupted")
"""


def ran(during, name, *, times=1, again=""):
    """Run a program that is interrupted at some moment."""
    code = PROGRAM.format(
        during=textwrap.indent(textwrap.dedent(during).strip(), "    ").strip(), name=name, times=times, again=again
    )
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background jobs ignore it
    )


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("during", DURING.values(), ids=list(DURING))
def test_no_interruption_is_ignored(during, name):
    """A signal that is delivered in a function that Python itself has called interrupts all the same, in silence."""
    run = ran(during, name)

    assert (run.stdout, run.stderr) == ("interrupted\n", "")


def test_an_interruption_that_is_ignored_twice_is_raised_again():
    """Where garbage is collected all the time, the signal is not lost either."""
    run = ran(DURING["after-a-garbage-collection"], "SIGINT", times=3, again="; gc.collect()")

    assert (run.stdout, run.stderr) == ("interrupted\n", "")


def test_what_is_ending_is_not_interrupted_again():
    """A second signal, or one that is raised again, finds nobody who would catch it."""
    again = "\n".join(f"    signal.raise_signal(signal.{name})" for name in ("SIGINT", "SIGTERM"))
    during = f"try:\n    interrupt()\nexcept KeyboardInterrupt:\n    interruption.heed_no_more()\n{again}\n    raise"
    run = ran(during, "SIGINT")

    assert (run.returncode, run.stdout, run.stderr) == (0, "interrupted\n", "")


WITHIN_EXEC = {
    "caught": """
        try:
            exec("raise KeyboardInterrupt")
        except KeyboardInterrupt:
            interruption.heed_no_more()
        sys.exit(130)
    """,
    "left-alone": """
        try:
            exec("raise KeyboardInterrupt")
        except KeyboardInterrupt:
            sys.exit(130)
    """,
    "in-a-command": """
        from grader.cli import app
        app.app.command("stop")(lambda: exec("raise KeyboardInterrupt"))
        sys.argv = ["grader", "stop"]
        app.main()
    """,
    "in-an-import": """
        from grader.cli import start
        class Finder:
            @staticmethod
            def find_spec(name, *_path_and_target):
                if name == "grader.cli.app":
                    exec("raise KeyboardInterrupt")
        sys.meta_path.insert(0, Finder)
        start.run()
    """,
}


@pytest.mark.parametrize("name", WITHIN_EXEC)
def test_an_interruption_within_exec_leaves_the_exit_code(tmp_path, name):
    """Python notes one that leaves a text it executes, as dataclasses are made of one, and ends by SIGINT in the end."""
    (tmp_path / "program.py").write_text(
        "import sys\nfrom grader.cli import interruption\n" + textwrap.dedent(WITHIN_EXEC[name])
    )
    run = subprocess.run([sys.executable, "-m", "program"], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (run.returncode, run.stderr) == (-signal.SIGINT if name == "left-alone" else 130, "")


def test_other_errors_that_python_ignores_are_still_printed():
    """What is no interruption is said as ever."""
    run = ran("class Dying:\n    def __del__(self):\n        1 / 0\nDying(); interrupt()", "SIGINT")

    assert run.stdout == "interrupted\n"
    assert "ZeroDivisionError" in run.stderr
