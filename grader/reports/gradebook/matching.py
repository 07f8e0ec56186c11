"""
Which row of a gradebook a submission belongs to, by its name alone: never by a guess.

A row has identifiers (numbers, logins, addresses) and names.  A submission is called by one of them, or as a download of
a class names its files.  What fits several rows fits none, and neither do several submissions that fit one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from grader.model import GradedSubmission, Outcome, Refused
from grader.reports.escape import one_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A row, and what a submission of it may be called."""

    row: int
    shown: str
    """How a sentence calls it."""
    number: str
    """That of the course site, which is in the names of files that it packs."""
    identifiers: frozenset[str]
    names: frozenset[str] = field(default=frozenset())
    """Letters and digits alone."""


@dataclass(frozen=True, slots=True)
class Matched:
    """Submissions and their rows."""

    rows: dict[int, GradedSubmission]
    problems: tuple[str, ...]
    """A sentence on each submission that has no row, or not one of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A file with scores in it."""

    content: bytes
    scores: int
    """How many were written."""
    unmatched: tuple[str, ...]
    """A sentence on each submission whose score stands nowhere, because nobody knows whose it is."""
    left_alone: tuple[str, ...]
    """A sentence on each cell that was to stay as it is."""
    missing: tuple[str, ...]
    """Who has a row and no result."""
    replaced: tuple[str, ...] = ()
    """A sentence on each score that another one had been."""
    column: str = ""
    """Header of the column, where it is not that of the title or of a name that was given."""


Find = Callable[[str], "Sequence[Identity] | str"]
"""Returns the rows that a submission of this name may belong to, or a sentence on why it belongs to none."""


def match(gradings: Iterable[GradedSubmission], find: Find, refused: Iterable[Refused] = ()) -> Matched:
    """Find a row for each submission; of a name that could not be read as well, nobody knows which counts."""
    not_read = {one.name for one in refused}
    claims: dict[int, list[GradedSubmission]] = {}
    shown: dict[int, str] = {}
    problems: list[str] = []
    for graded in gradings:
        name = one_line(graded.submission)
        found = find(graded.submission)
        if graded.submission in not_read:
            problems.append(
                f"{name}: there is a result, and another one that says it could not be read; keep that which counts"
            )
        elif isinstance(found, str):
            problems.append(f"{name}: {found}")
        elif len(found) > 1:
            problems.append(f"{name}: this may be {_listed(one.shown for one in found)}; enter it by hand")
        else:
            claims.setdefault(found[0].row, []).append(graded)
            shown[found[0].row] = found[0].shown
    for row, several in claims.items():
        if len(several) > 1:
            names = _listed((one_line(graded.submission) for graded in several), "and")
            problems.append(f"{names}: all of them may be of {shown[row]}; keep the result that counts")
    return Matched({row: several[0] for row, several in claims.items() if len(several) == 1}, tuple(problems))


def by_name(submission: str, identities: Sequence[Identity]) -> Sequence[Identity] | str:
    """Return the rows that are called so: by an identifier, by an address without its domain, or by the name of a person."""
    called, letters = submission.strip().casefold(), letters_of(submission)
    addresses = {name for one in identities for name in one.identifiers if "@" in name}
    # an address without its domain tells people apart where they have it of one institution, and did not choose it
    are_of_one_domain = len({address.rpartition("@")[2] for address in addresses}) == 1
    found = [
        one
        for one in identities
        if called in one.identifiers or letters in one.names or (are_of_one_domain and called in _without_domains(one))
    ]
    if found:
        return found
    return (
        "no row has this as an identifier, a login, an address or a name; enter it by hand, or name the submission so"
    )


def _without_domains(identity: Identity) -> frozenset[str]:
    return frozenset(name.partition("@")[0] for name in identity.identifiers if "@" in name)


def identifiers(values: Iterable[str]) -> frozenset[str]:
    """Return identifiers as they are compared."""
    return frozenset(value.strip().casefold() for value in values) - {""}


def letters_of(name: str) -> str:
    """Return the letters and digits of a name, in lower case: what is left of it in the name of a file."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(character for character in unicodedata.normalize("NFC", folded) if character.isalnum())


def names(*values: str) -> frozenset[str]:
    """Return names of people as they are compared."""
    return frozenset(map(letters_of, values)) - {""}


def missing(identities: Iterable[Identity], rows: Collection[int]) -> tuple[str, ...]:
    """Return who has a row to which no submission belongs."""
    return tuple(one.shown for one in identities if one.row not in rows)


def not_read(refused: Iterable[Refused]) -> tuple[str, ...]:
    """Return a sentence on each that could not be read, and so has no score."""
    return tuple(f"{one_line(one.name)}: could not be read, so there is no score to enter" for one in refused)


def without_score(graded: GradedSubmission, *, pending_as_zero: bool) -> str:
    """Say why a submission has no score to enter, and what to do; empty where it has one."""
    name, final = one_line(graded.submission), graded.final
    if final is None and graded.ungraded:
        return f"{name}: ungraded, so there is no score to enter; grade again"
    if final is not None and final.points is None:
        return f"{name}: {final.standing}, so there is no score to enter"
    waits = bool(graded.pending) if final is None else final.standing == Outcome.PENDING
    if not waits or pending_as_zero:
        return ""
    marks = "" if final is None else "; `gradebook mark` gives them"
    return (
        f"{name}: {graded.score.pending} of {graded.score.possible} points are pending, graded by hand{marks}, so there is no "
        "final score to enter; --pending-as-zero enters what it has so far"
    )


def _listed(values: Iterable[str], word: str = "or") -> str:
    *most, last = values
    return f"{', '.join(most)} {word} {last}"
