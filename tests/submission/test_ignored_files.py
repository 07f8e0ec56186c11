"""What systems and tools leave between a student's files."""

import pytest

from grader.submission.ignored_files import is_ignored


@pytest.mark.parametrize(
    "name",
    [
        *(".DS_Store", "._addition.py", ".git", ".ipynb_checkpoints", ".venv"),
        *("__MACOSX", "__pycache__", "Icon\r", "Thumbs.db", "desktop.ini", "Desktop.ini"),
    ],
)
def test_what_nobody_hands_in_on_purpose(name):
    """Hidden files, caches, and what Finder and Explorer add, in any case of letters."""
    assert is_ignored(name)


@pytest.mark.parametrize("name", ["addition.py", "__init__.py", "icon", "cache", "_private.py", "MACOSX"])
def test_what_may_be_a_students(name):
    """Names that only look alike are files like others."""
    assert not is_ignored(name)
