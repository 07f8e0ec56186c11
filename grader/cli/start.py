"""What `grader` and `python -m grader` start: the command line, interruptible from its first import on."""

from __future__ import annotations

import sys

from grader.cli import interruption


def run() -> None:
    """Be the command line."""
    interruption.heed()
    try:
        from grader.cli.app import main  # takes most of a second
    except KeyboardInterrupt:
        interruption.heed_no_more()
        sys.exit(130)
    main()
