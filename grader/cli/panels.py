"""Under which headings `--help` groups options; those that a command is mostly used with have none."""

from __future__ import annotations

CLASS = "A class"
RECORD = "Recording, and grading anew"
WRITTEN = "What is written, and for whom"
RUNS = "Where and how student code runs"
