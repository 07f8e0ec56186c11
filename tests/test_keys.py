"""The keys of a grading: one way from a secret, one per purpose and check, and nothing printed."""

from __future__ import annotations

import hashlib
import itertools

import pytest
from made_keys import with_root_of

from grader import keys
from grader.errors import UsageError
from grader.keys import GradingKeys, Keys, Purpose

SECRET = "9f8e7d6c5b4a39281706f5e4d3c2b1a0"


def every_key(of: Keys) -> dict[Purpose, keys.Key]:
    """Return the keys of a check by purpose."""
    return {
        Purpose.TORCH: of.torch,
        Purpose.WEIGHTS: of.weights,
        Purpose.IMAGES: of.images,
        Purpose.TRAINING: of.data.training,
        Purpose.HELD_OUT: of.data.held_out,
        Purpose.CLASSES: of.data.classes,
        Purpose.CASES: of.cases,
    }


def blake2b(key: bytes, *words: str) -> bytes:
    """Derive as the module says, worked out here once more."""
    message = b"".join(len(word).to_bytes(8, "big") + word.encode() for word in words)
    return hashlib.blake2b(message, digest_size=32, key=key, person=b"grader.key").digest()


def test_keys_follow_from_the_secret_by_keyed_blake2b() -> None:
    """Secret, purpose, check and part are chained as the module's docstring draws it."""
    root = hashlib.blake2b(SECRET.encode(), digest_size=32, person=b"grader.secret").digest()
    own = GradingKeys.of(SECRET).of_check("learns")

    for purpose, key in every_key(own).items():
        assert key.value == blake2b(blake2b(root, purpose.value), "learns")
    assert own.images.derive("part", 2).value == blake2b(own.images.value, "part", "2")
    assert own.torch.number == int.from_bytes(blake2b(own.torch.value, "number")[:8], "big") >> 1
    assert own.cases.number == int.from_bytes(own.cases.value, "big")


def test_no_two_keys_are_the_same() -> None:
    """Another secret, check, purpose or part is another key."""
    values = [
        key.value
        for secret, check in itertools.product(("a", "b"), ("x", "y"))
        for whole in every_key(GradingKeys.of(secret).of_check(check)).values()
        for key in (whole, whole.derive("z"), whole.derive("z", "z"), whole.derive("zz"))
    ]

    assert len(set(values)) == len(values) == 2 * 2 * 7 * 4


def test_words_are_told_apart_by_where_they_end() -> None:
    """("ab", "c") is not ("a", "bc")."""
    key = keys.public_keys("words").images

    assert key.derive("ab", "c") != key.derive("a", "bc")


def test_only_torch_and_weights_have_a_number_that_is_sent() -> None:
    """What decides hidden data has no number that a proxy could send, and one that is sent has 63 bits."""
    own = GradingKeys.of(SECRET).of_check("learns")

    assert {purpose for purpose, key in every_key(own).items() if hasattr(key, "number")} == {
        *(Purpose.TORCH, Purpose.WEIGHTS),
        Purpose.CASES,  # Hypothesis's, which stays here
    }
    for number in range(100):
        assert 0 <= own.torch.derive(number).number < 2**63
        assert 0 <= own.weights.derive(number).number < 2**63


def test_a_purpose_can_be_changed_alone() -> None:
    """Keys with the held-out root of another secret differ in held-out keys, and in nothing else."""
    one, other = GradingKeys.of("one"), GradingKeys.of("other")

    mixed = every_key(with_root_of(one, other, Purpose.HELD_OUT).of_check("learns"))

    for purpose, key in mixed.items():
        expected = other if purpose is Purpose.HELD_OUT else one
        assert key == every_key(expected.of_check("learns"))[purpose]


def test_a_key_is_never_printed() -> None:
    """Neither a key nor what holds keys shows a byte of them."""
    grading = GradingKeys.of(SECRET)
    own = grading.of_check("learns")

    shown = f"{own!r} {own} {grading!r} {own.torch!r}"
    for key in every_key(own).values():
        assert key.value.hex()[:8] not in shown
        assert repr(key.value)[2:10] not in shown
    assert repr(own.torch) == "TorchKey"


def test_a_drawn_secret_has_128_bits() -> None:
    """It is 32 hexadecimal digits, never the same, and not to be found by trying."""
    drawn = {keys.draw_secret() for _ in range(100)}

    assert len(drawn) == 100
    for secret in drawn:
        assert len(bytes.fromhex(secret)) * 8 == keys.SECRET_BITS == 128
        assert not keys.is_searchable(secret)
        assert keys.checked_secret(secret) == secret


def test_a_short_secret_is_lengthened_and_a_long_one_stays() -> None:
    """What could be found by trying gets 128 bits more; what could not is taken as it is, so that it repeats."""
    assert keys.is_searchable("1")
    assert keys.lengthened("1").startswith("1-")
    assert not keys.is_searchable(keys.lengthened("1"))
    assert keys.lengthened("1") != keys.lengthened("1")
    assert keys.lengthened(SECRET) == SECRET


@pytest.mark.parametrize(
    "text", ["", " 1", "1\n", "a\x1b[2J", "x" * 201], ids=["empty", "blank", "line", "control", "long"]
)
def test_what_cannot_be_a_secret_is_refused(text: str) -> None:
    """It is named, with what a seed is and what to do."""
    with pytest.raises(
        UsageError, match="a seed is 1 to 200 printable characters without blanks around them; leave it out"
    ):
        keys.checked_secret(text)
