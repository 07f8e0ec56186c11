"""Control characters made visible: what shows a report, a terminal above all, must not obey student text."""

from __future__ import annotations

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def clean(text: str) -> str:
    """Make control characters visible, escape sequences among them; newline and tab stay."""
    return _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", text)
