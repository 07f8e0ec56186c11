"""What `grader` and `python -m grader` start: the command line, interruptible from its first import on."""

from __future__ import annotations

import gc
import sys

from grader.cli import interruption

_OBJECTS_BETWEEN_COLLECTIONS = 20_000
"""Imports make a million objects and hardly any garbage; with Python's 700 a tenth of their time goes into looking for it."""


def run() -> None:
    """Be the command line."""
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    interruption.heed()
    try:
        from grader.cli.app import main  # takes most of a second
    except KeyboardInterrupt:
        interruption.heed_no_more()
        sys.exit(130)
    main()
