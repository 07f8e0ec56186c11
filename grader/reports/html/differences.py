"""Where two answers differ, word by word, so that nobody has to compare them letter by letter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORD = re.compile(r"[\w.+-]+|\s+|.", re.DOTALL)
_MAX_CHARACTERS = 400
_MIN_ALIKE = 0.5
"""Share of the words that both have; where fewer are alike nearly all would be marked, which says nothing."""


@dataclass(frozen=True, slots=True)
class Part:
    """A run of words of an answer."""

    text: str
    differs: bool


def parts(expected: str | None, received: str | None) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """
    Return both answers in parts, those that differ marked; nothing where that is not worth it.

    That is where one of them is missing or long, both are alike, or hardly anything is.
    """
    if not expected or not received or max(len(expected), len(received)) > _MAX_CHARACTERS:
        return (), ()
    first, second = _WORD.findall(expected), _WORD.findall(received)
    matched = SequenceMatcher(None, first, second, autojunk=False)
    if expected == received or matched.ratio() < _MIN_ALIKE:
        return (), ()
    codes = matched.get_opcodes()
    return (
        tuple(Part("".join(first[i:j]), kind != "equal") for kind, i, j, _k, _l in codes if j > i),
        tuple(Part("".join(second[k:m]), kind != "equal") for kind, _i, _j, k, m in codes if m > k),
    )
