"""`python -m grader` is `grader`."""

import sys

from grader.cli import interruption


def run() -> None:
    """Be the command line, interruptible from the first import on."""
    interruption.heed()
    try:
        from grader.cli.app import main  # takes most of a second
    except KeyboardInterrupt:
        sys.exit(130)
    main()


if __name__ == "__main__":
    run()
