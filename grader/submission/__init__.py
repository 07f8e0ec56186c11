"""What was handed in, turned into a Submission.  Nothing here runs student code."""

from grader.submission.apart import Reader, default_file, from_notebook, get_ready, read, read_whole, reader
from grader.submission.files_to_hand_in import HandedIn, handed_in
from grader.submission.source_map import frames_of, location_in, text_as_written, trace_as_written
from grader.submission.statements import UNREADABLE, first_line, parse, split

__all__ = [
    "UNREADABLE",
    "HandedIn",
    "Reader",
    "default_file",
    "first_line",
    "frames_of",
    "from_notebook",
    "get_ready",
    "handed_in",
    "location_in",
    "parse",
    "read",
    "read_whole",
    "reader",
    "split",
    "text_as_written",
    "trace_as_written",
]
