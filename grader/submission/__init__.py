"""What was handed in, turned into a Submission.  Nothing here runs student code."""

from grader.submission.answers import holds_answer
from grader.submission.apart import Reader, default_file, from_notebook, get_ready, read, read_whole, reader
from grader.submission.archive import MAX_BYTES as MAX_ARCHIVE_BYTES
from grader.submission.archive import (
    Archive,
    Entry,
    RefusedMember,
    content_of,
    has_drive,
    read_members,
)
from grader.submission.candidates import is_code, is_named
from grader.submission.file_names import resubmission
from grader.submission.files_to_hand_in import HandedIn, handed_in
from grader.submission.ignored_files import is_ignored
from grader.submission.source_map import frames_of, location_in, text_as_written, trace_as_written
from grader.submission.statements import UNREADABLE, first_line, parse, split

__all__ = [
    "MAX_ARCHIVE_BYTES",
    "UNREADABLE",
    "Archive",
    "Entry",
    "HandedIn",
    "Reader",
    "RefusedMember",
    "content_of",
    "default_file",
    "first_line",
    "frames_of",
    "from_notebook",
    "get_ready",
    "handed_in",
    "has_drive",
    "holds_answer",
    "is_code",
    "is_ignored",
    "is_named",
    "location_in",
    "parse",
    "read",
    "read_members",
    "read_whole",
    "reader",
    "resubmission",
    "split",
    "text_as_written",
    "trace_as_written",
]
