"""
Names of people as they are compared: exactly, but for case, white space, composed accents, and which part comes first.

Sites leave characters out where a name becomes that of a file, so these count nowhere.  Marks that are letters of a script, as in
Hindi or Tamil, do.

Sources: moodle/moodle, `lib/moodlelib.php` (PARAM_FILE); instructure/canvas-lms, `lib/content_zipper.rb`.
"""

from __future__ import annotations

import re
import unicodedata

_LEFT_OUT = re.compile("[&<>\"`|':\\\\/\u2018\u2019\u02bc]")
_BETWEEN = re.compile(r"[\s_]+")


def identifier(value: str) -> str:
    """Return a number, a login or an address as it is compared."""
    return unicodedata.normalize("NFC", value.strip().casefold())


def forms(name: str) -> frozenset[str]:
    """Return what a name may be called: `Lovelace, Ada` is `ada lovelace` and `lovelace ada`, `Ada Lovelace` itself alone."""
    last, comma, first = name.partition(",")
    orders = (f"{first} {last}", f"{last} {first}") if comma else (name,)
    return frozenset(map(_person, orders)) - {""}


def without_username(name: str) -> str:
    """Return a name without its first word, which may be the username that Moodle puts there."""
    return _BETWEEN.sub(" ", name.strip()).partition(" ")[2]


def run_together(name: str) -> str:
    """Return the letters of a name without anything between them, as Canvas writes it."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(one for one in folded if unicodedata.category(one)[0] in "LNM")


def runs(name: str) -> frozenset[str]:
    """Return how Canvas may write a name: the last name first, wherever that begins if no comma tells."""
    last, comma, first = name.partition(",")
    words = name.split()
    orders = [last + first] if comma else ["".join(words[at:] + words[:at]) for at in range(len(words))]
    return frozenset(map(run_together, orders)) - {""}


def _person(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    return unicodedata.normalize("NFC", _BETWEEN.sub(" ", _LEFT_OUT.sub("", folded)).strip())
