"""
What Markdown says of a question: its title, and how a name is made of it.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Collection, Iterable

_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+(.*?)\s*#*\s*$", re.M)
_TOP = re.compile(r"^\s{0,3}#\s+(.*?)\s*#*\s*$", re.M)
_BOLD = re.compile(r"^\s*(?:\*\*|__)(.+?)(?:\*\*|__)", re.M)
_POINTS = re.compile(r"\s*[(\[]?\s*\d+(?:\.\d+)?\s*(?:pts?|points?|marks?|балл\w*)\b\.?\s*[)\]]?", re.I)
_MARKUP = re.compile(r"[*_`$\\]|<[^<>]*>")
_LONGEST = 70


def title_in(text: str) -> str:
    """Return the heading of some Markdown, or what is set in bold at its beginning; empty if neither is there."""
    found = _HEADING.search(text) or _BOLD.search(text)
    return plain(found[1]) if found else ""


def title_of(texts: Iterable[str]) -> str:
    """Return the first heading of the first level in several pieces of Markdown; empty if there is none."""
    return next((plain(found[1]) for text in texts if (found := _TOP.search(text))), "")


def plain(text: str) -> str:
    """Return a title without markup and points."""
    text = _POINTS.sub("", _MARKUP.sub("", text))
    text = " ".join(text.split()).strip(" .:-–—")
    return text if len(text) <= _LONGEST else text[:_LONGEST].rsplit(" ", 1)[0] + " …"


def name_of(text: str, taken: Collection[str], usual: str) -> str:
    """Return a name for Python made of some text, that is not taken yet."""
    words = re.sub(r"\W+", "_", text, flags=re.ASCII).strip("_").lower()[:50].strip("_")
    name = words or usual
    if not name[0].isalpha() or keyword.iskeyword(name):
        name = f"{usual}_{name}"
    number, chosen = 2, name
    while chosen in taken:
        chosen, number = f"{name}_{number}", number + 1
    return chosen
