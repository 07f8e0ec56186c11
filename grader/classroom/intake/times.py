"""
When something was handed in, as a site or a tool has written it: with a zone or not at all.

Only what is written in one of the few ways that they use is read; a date that nobody can place is none.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

_WRITTEN = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)? ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?", re.ASCII
)
"""`2025-03-03 10:15:00.000000000 -08:00` of Gradescope, `2025-03-03 10:15:00.000000 UTC` of nbgrader, and ISO 8601."""
_FIRST_YEAR, _LAST_YEAR = 1990, 2200
_MAX_OFFSET = timedelta(hours=14)
_SECONDS = range(
    int(datetime(_FIRST_YEAR, 1, 1, tzinfo=UTC).timestamp()), int(datetime(_LAST_YEAR, 1, 1, tzinfo=UTC).timestamp())
)


def time_in(written: str, *, usual: timezone | None = None) -> datetime | None:
    """
    Return the time that is written, with its zone; None where it is none.

    Args:
        usual: The zone where none is written; None if such a time is none.
    """
    found = _WRITTEN.fullmatch(written.strip())
    if found is None:
        return None
    *numbers, second, fraction, zone = found.groups()
    offset = usual if zone is None else _zone(zone)
    if offset is None or not _FIRST_YEAR <= int(numbers[0]) < _LAST_YEAR:
        return None
    year, month, day, hour, minute = map(int, numbers)
    microsecond = int((fraction or "")[:6].ljust(6, "0"))
    try:
        return datetime(year, month, day, hour, minute, int(second or 0), microsecond, offset)
    except ValueError:
        return None


def time_of(seconds: int, zone: str) -> datetime | None:
    """Return the time of so many seconds since 1970 in a zone as git writes it, `+0100`; None where that is none."""
    offset = _zone(zone)
    if seconds not in _SECONDS or offset is None:
        return None
    return datetime.fromtimestamp(seconds, offset)


def _zone(written: str) -> timezone | None:
    if written in ("Z", "UTC", "GMT"):
        return UTC
    digits = written[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if offset > _MAX_OFFSET:
        return None
    return timezone(-offset if written[0] == "-" else offset)
