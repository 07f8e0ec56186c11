"""
The keys of a grading: everything that is drawn at random follows one way from a secret that never leaves the harness.

    secret (text)  →  one root per purpose  →  one key per check  →  keys for parts of it

Each arrow is keyed BLAKE2b, so a key tells nothing of its root, of another purpose or of another check.  Two kinds of key give
a number that is sent to a worker, that of torch's generators and that of weights: reading it back there tells nothing
else.  The others have no such number.  A held-out key decides labels that stay here; what is drawn from it comes from SHAKE-256
(`fixed_point.Stream`), whose output tells nothing of the rest of its output.

Source: RFC 7693 (BLAKE2, keyed mode); FIPS 202 (SHAKE-256).
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from grader.errors import UsageError

SECRET_BITS = 128
"""What a drawn secret has; a submission that tries 2^128 of them is not done in time."""
SEARCHABLE_CHARACTERS = SECRET_BITS // 4 - 1
"""A secret of so few characters, or fewer, may be found by trying."""
_MAX_CHARACTERS = 200
_KEY_BYTES = 32


class Purpose(StrEnum):
    """What a key is for."""

    TORCH = "torch"
    WEIGHTS = "weights"
    IMAGES = "images"
    TRAINING = "training data"
    HELD_OUT = "held-out data"
    CLASSES = "classes"
    CASES = "cases"


def draw_secret() -> str:
    """Return a new secret of SECRET_BITS random bits, as hexadecimal digits."""
    return secrets.token_hex(SECRET_BITS // 8)


def is_searchable(secret: str) -> bool:
    """Return whether a submission could find *secret* by trying, and with it every key."""
    return len(secret) <= SEARCHABLE_CHARACTERS


def lengthened(secret: str) -> str:
    """Return *secret*, with new random digits behind it where it could be found by trying."""
    return f"{secret}-{draw_secret()}" if is_searchable(secret) else secret


def checked_secret(text: str) -> str:
    """
    Return *text* as a secret.

    Raises:
        UsageError: If it is empty, too long, or has characters that cannot be printed or blanks around it.
    """
    if not 0 < len(text) <= _MAX_CHARACTERS or not text.isprintable() or text != text.strip():
        raise UsageError(
            f"--seed {text[:40]!r}: a seed is 1 to {_MAX_CHARACTERS} printable characters without blanks around them; "
            "leave it out, and one is drawn"
        )
    return text


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """256 bits for one purpose of one check; to be passed on, compared and derived from, never to be printed."""

    value: bytes

    def __repr__(self) -> str:
        return type(self).__name__  # Hypothesis prints arguments of a failing case, tracebacks print locals

    def derive(self, *words: str | int) -> Self:
        """Return the key for a part of what this one is for; other words, another key."""
        return replace(self, value=_derive(self.value, *map(str, words)))


class TorchKey(Key):
    """Of every generator that student code commonly draws from; its number is sent to the worker."""

    __slots__ = ()

    @property
    def number(self) -> int:
        """Return the seed for torch, from 0 to 2^63 - 1."""
        return _number(self)


class WeightsKey(Key):
    """Of weights that a worker overwrites a network's with; its number is sent to the worker."""

    __slots__ = ()

    @property
    def number(self) -> int:
        """Return the seed of the weights, from 0 to 2^63 - 1."""
        return _number(self)


class StreamKey(Key):
    """Of what the harness draws itself; `fixed_point.Stream` takes it."""

    __slots__ = ()


class CasesKey(Key):
    """Of the cases of a property."""

    __slots__ = ()

    @property
    def number(self) -> int:
        """Return Hypothesis's seed, from 0 to 2^256 - 1; it stays in the harness."""
        return int.from_bytes(self.value, "big")


@dataclass(frozen=True, slots=True, kw_only=True)
class DataKeys:
    """What decides the images that networks are trained on and measured with."""

    training: StreamKey
    """Which images there are to train on and to validate with, and their order."""
    held_out: StreamKey
    """Which images are held out, and their order."""
    classes: StreamKey
    """What the classes are, and the number that each has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The keys of one check, one for each purpose."""

    torch: TorchKey
    weights: WeightsKey
    images: StreamKey
    """What is drawn from it is sent to the worker."""
    data: DataKeys
    cases: CasesKey


@dataclass(frozen=True, slots=True)
class GradingKeys:
    """All keys of a grading: for each purpose the root of the keys of all checks."""

    _roots: tuple[tuple[Purpose, Key], ...]

    @classmethod
    def of(cls, secret: str) -> GradingKeys:
        """Return the keys that follow from a secret."""
        whole = hashlib.blake2b(secret.encode(), digest_size=_KEY_BYTES, person=b"grader.secret").digest()
        return cls(tuple((purpose, Key(_derive(whole, purpose.value))) for purpose in Purpose))

    def of_check(self, name: str) -> Keys:
        """Return the keys of a check: the same whenever it is asked in this grading, and those of no other check."""
        value = {purpose: root.derive(name).value for purpose, root in self._roots}
        return Keys(
            torch=TorchKey(value[Purpose.TORCH]),
            weights=WeightsKey(value[Purpose.WEIGHTS]),
            images=StreamKey(value[Purpose.IMAGES]),
            data=DataKeys(
                training=StreamKey(value[Purpose.TRAINING]),
                held_out=StreamKey(value[Purpose.HELD_OUT]),
                classes=StreamKey(value[Purpose.CLASSES]),
            ),
            cases=CasesKey(value[Purpose.CASES]),
        )


def public_keys(name: str) -> Keys:
    """Return keys that are no secret: for what anybody may repeat, such as probes for known mistakes and calibrations."""
    return GradingKeys.of("public").of_check(name)


def _derive(key: bytes, *words: str) -> bytes:
    digest = hashlib.blake2b(digest_size=_KEY_BYTES, key=key, person=b"grader.key")
    for word in words:
        encoded = word.encode()
        digest.update(len(encoded).to_bytes(8, "big") + encoded)  # ("ab", "c") is not ("a", "bc")
    return digest.digest()


def _number(key: Key) -> int:
    """Return 63 bits that tell nothing of the key."""
    return int.from_bytes(_derive(key.value, "number")[:8], "big") >> 1
