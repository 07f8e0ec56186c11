"""
Make a worker look to a submission like the program that its author runs.  UNTRUSTED SIDE.

A fork server has standard streams, arguments and a main module of its own.  A submission gets streams that are pipes, in
everything that Python lets it do with them, its file's name as the only argument, and itself as `__main__`.
"""

from __future__ import annotations

import contextlib
import io
import os
import site
import sys
import types

from grader import protocol

_folder = ""
_begun = False


def begin() -> None:
    """Open the standard streams as Python does when it starts, and take what is of this package out of reach."""
    global _begun
    _begun = True
    # a line that is printed is out at once: it stands in its place among errors, and is there after a crash
    kinds = (("stdin", "r", "surrogateescape"), ("stdout", "w", "surrogateescape"), ("stderr", "w", "backslashreplace"))
    for descriptor, (name, mode, errors) in enumerate(kinds):
        stream = _stream(descriptor, f"<{name}>", mode, errors)
        for attribute in (name, f"__{name}__"):
            setattr(sys, attribute, stream)
    own = os.path.dirname(os.path.dirname(next(iter(protocol.__path__))))
    if own in sys.path:  # its modules are found by the package; where it is installed, packages have a second entry
        sys.path.remove(own)
    if sys.flags.no_site:  # what `site` would have added, but for its folders
        site.setquit()
        site.setcopyright()
        site.sethelper()


def flush() -> None:
    """Write out what the submission has printed, into whichever stream it has put in place of ours."""
    for stream in (sys.stdout, sys.__stdout__, sys.stderr, sys.__stderr__):
        with contextlib.suppress(Exception):  # it may be anything now, closed or None
            stream.flush()  # type: ignore[union-attr]


def become(module: types.ModuleType, name: str) -> None:
    """
    Let *module*, of the file *name* in this folder, be the program that runs: the one of `sys.argv` and of `__main__`.

    In a process that has not begun as one, which compares what there is without a worker, it only becomes importable.
    """
    global _folder
    _folder = os.getcwd()
    sys.path.insert(0, _folder)
    if _begun:
        sys.argv = [name]
        sys.orig_argv = ["python", name]
        sys.modules["__main__"] = module


def folder() -> str:
    """Return where the submission's files lie, wherever it works by now."""
    return _folder


def is_of_submission(path: str) -> bool:
    """Return whether a file is one of the submission's own."""
    return bool(_folder) and path.startswith(_folder + os.sep)


def _stream(descriptor: int, name: str, mode: str, errors: str) -> io.TextIOWrapper:
    raw = io.FileIO(descriptor, mode, closefd=False)
    raw.name = name
    buffer = io.BufferedReader(raw) if mode == "r" else io.BufferedWriter(raw)
    stream = io.TextIOWrapper(buffer, "utf-8", errors, newline="\n", line_buffering=True)
    stream.mode = mode  # type: ignore[misc]  # as Python itself does
    return stream
