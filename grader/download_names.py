r"""
How course sites call the files in a download of what a class handed in: the same for intake, reader and gradebook.

    Canvas  adalovelace_[LATE_]USER_FILE_name.py · adalovelace_USER_text.html · [LATE_]anon_CODE_FILE_name.py
    Moodle  Ada Lovelace_NUMBER_assignsubmission_file/… or …_file_name.py · …_onlinetext…

Letters of either case are the same.  Without an ending these are names of submissions, too.

Sources: instructure/canvas-lms, `lib/content_zipper.rb`; moodle/moodle, `mod/assign/classes/downloader.php`.
"""

from __future__ import annotations

import re

_FLAGS = re.IGNORECASE | re.DOTALL
CANVAS = re.compile(r"(?P<name>.*?)(?P<late>_late)?_(?P<id>\d+)_(?P<file>\d+)_(?P<original>.*)", _FLAGS)
CANVAS_TEXT = re.compile(r"(?P<name>.*?)(?P<late>_late)?_(?P<id>\d+)_(?P<kind>text|link)\.html", _FLAGS)
"""What was written into a box of Canvas, or the address that was given there."""
CANVAS_ANONYMOUS = re.compile(
    r"(?:(?P<late>late)_)?anon_(?:late_)?(?P<id>[^\W_]+)_(?:(?P<file>\d+)_(?P<original>.*)|(?P<kind>text|link)\.html)",
    _FLAGS,
)
MOODLE = re.compile(
    r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?P<kind>file|onlinetext)(?:_(?P<original>.*))?", _FLAGS
)
BEFORE_A_NAME = re.compile(
    r"(?P<canvas>[^_/]+)_(?:late_)?\d+_\d+_|(?P<moodle>[^_/]+)_\d+_assignsubmission_(?:file|onlinetext)_", re.IGNORECASE
)
"""What either writes before the student's own name of a file; a student's name has no underscore here."""


def upload_number(name: str) -> int:
    """Return the number in the name that Canvas gives a file, which grows with every upload; 0 where it has none."""
    found = CANVAS.fullmatch(name) or CANVAS_ANONYMOUS.fullmatch(name)
    return 0 if found is None or not found["file"] else int(found["file"][:30])
