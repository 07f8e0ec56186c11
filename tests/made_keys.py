"""Keys as tests make them up, and what SHAKE-256 gives under them."""

from __future__ import annotations

import hashlib

from grader.keys import GradingKeys, Purpose, StreamKey, TorchKey


def key(number: int) -> StreamKey:
    """Another key for every number from 0 to 255."""
    return StreamKey(bytes([number]) * 32)


def torch_key(number: int) -> TorchKey:
    """The same, for torch."""
    return TorchKey(bytes([number]) * 32)


def raw(number: int, draw: int, count: int) -> list[int]:
    """The first 64-bit numbers of a draw under a key, straight from SHAKE-256: of the key and the number of the draw."""
    drawn = hashlib.shake_256(bytes([number]) * 32 + draw.to_bytes(8, "big")).digest(8 * count)
    return [int.from_bytes(drawn[place : place + 8], "little") for place in range(0, 8 * count, 8)]


def with_root_of(keys: GradingKeys, other: GradingKeys, purpose: Purpose) -> GradingKeys:
    """These keys, but those of *other* for one purpose: what changes then depends on them alone."""
    roots = dict(other._roots)
    return GradingKeys(tuple((of, roots[of] if of is purpose else root) for of, root in keys._roots))
