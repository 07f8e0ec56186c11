"""
The pytest plugin, as pytest loads it: its options, its hooks and the fixtures of checks.

    collecting.py       find and validate the checks
    running.py          run them on a submission, with a second try where the machine failed
    fixtures.py         what they may ask for
    command_line.py     pytest's own command line as a second door
"""

from grader.grading.command_line import (
    pytest_addoption,
    pytest_collection_modifyitems,
    pytest_configure,
    pytest_terminal_summary,
)
from grader.grading.fixtures import keys, networks, reference, shared, student, task

__all__ = [
    "keys",
    "networks",
    "pytest_addoption",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_terminal_summary",
    "reference",
    "shared",
    "student",
    "task",
]
