"""`python -m grader` is `grader`."""

from grader.cli.start import run

run()
