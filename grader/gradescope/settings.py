"""
What an instructor chose when the zip was made, as the file `gradescope.json` in it.
"""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated

import msgspec

from grader.errors import UsageError
from grader.keys import SECRET_BITS

NAME = "gradescope.json"


class Shown(enum.StrEnum):
    """When a student sees a hidden check, in Gradescope's words."""

    HIDDEN = "hidden"
    AFTER_DUE_DATE = "after_due_date"
    AFTER_PUBLISHED = "after_published"
    VISIBLE = "visible"


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What holds for every submission of the assignment."""

    assignment: str
    """Its slug."""
    hidden: Shown
    """When a student sees hidden checks."""
    minutes: Annotated[int, msgspec.Meta(ge=1)]
    """The timeout that Gradescope is set to: whatever runs longer is stopped there, without a result."""
    allow_unsafe_sandbox: bool
    """Whether to grade where the container keeps less than the sandbox promises."""
    secret: Annotated[str, msgspec.Meta(min_length=SECRET_BITS // 4)]
    """What the questions of every submission follow from, with what was handed in; drawn when the zip is made."""


def encode(settings: Settings) -> bytes:
    """Write *settings* as the file: UTF-8, ending in a newline."""
    return msgspec.json.format(msgspec.json.encode(settings), indent=2) + b"\n"


def read(folder: Path) -> Settings:
    """
    Read the settings in *folder*.

    Raises:
        UsageError: If the file is not there, or is not what `encode` writes.
    """
    path = folder / NAME
    try:
        return msgspec.json.decode(path.read_bytes(), type=Settings)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not the settings of this version; make the zip anew: {error}") from None
