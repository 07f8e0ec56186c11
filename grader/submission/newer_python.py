"""
Say of source that only a newer Python can read which Python grades, and what to write instead.
"""

from __future__ import annotations

import re
import sys

_HERE = sys.version_info[:2]
_NAMES = r"\[[^\]=]*\]"
_NEW: tuple[tuple[tuple[int, int], re.Pattern[str], str], ...] = (
    ((3, 12), re.compile(r"\s*type\s+\w+\s*(\[.*\])?\s*="), "a `type` statement: write `X = …` without `type`"),
    (
        (3, 12),
        re.compile(rf"\s*(?:async\s+)?(?:def|class)\s+\w+\s*{_NAMES}"),
        "type parameters in square brackets: leave them out, or use `typing.TypeVar`",
    ),
    (
        (3, 12),
        re.compile(r"""(?s).*\b(?:[fF][rR]?|[rR][fF])["'].*\{"""),
        "the same quotes, a backslash or a comment between the braces of an f-string: use the other quotes there, "
        "or give the value a name before",
    ),
    ((3, 14), re.compile(r"""(?s).*\b(?:[tT][rR]?|[rR][tT])["']"""), "a t-string: write an f-string"),
    ((3, 14), re.compile(r"\s*except\*?\s+[\w.]+\s*,"), "`except A, B:` without brackets: write `except (A, B):`"),
)
"""Since when what is known, the beginning of a line that looks like it, and what to do."""


def explained(error: SyntaxError) -> str:
    """Return what follows the message of an error: which Python grades, where a newer one would take it, or nothing."""
    line = error.text or ""
    for since, looks_like_it, advice in _NEW:
        of_a_string = "-string" in advice
        if since <= _HERE or (of_a_string and since == (3, 12) and not _is_of_an_f_string(error)):
            continue
        if looks_like_it.match(line):
            new, own = (".".join(map(str, version)) for version in (since, _HERE))
            return f" (Python {own} grades, and this looks like Python {new} or newer, {advice})"
    return ""


def _is_of_an_f_string(error: SyntaxError) -> bool:
    return error.msg.startswith(("f-string", "unterminated", "unexpected character after line continuation"))
