"""Whatever bytes come, everything that decodes gives a value or an error of ours, within a bounded amount of memory."""

from __future__ import annotations

import importlib.util
import sys
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

PATH = Path(__file__).with_name("targets.py")
MAX_BYTES = 16 * 1024**2
"""What decoding an input of a few kilobytes may take, and gives back."""

spec = importlib.util.spec_from_file_location("fuzz_targets", PATH)
assert spec is not None
assert spec.loader is not None
targets = importlib.util.module_from_spec(spec)
sys.modules["fuzz_targets"] = targets
spec.loader.exec_module(targets)
TARGETS = targets.TARGETS


@st.composite
def damaged(draw: st.DrawFn, seeds: tuple[bytes, ...]) -> bytes:
    """Take a valid input and change, cut, repeat or insert a few of its bytes."""
    data = bytearray(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, max(len(data) - 1, 0)))
        end = min(place + draw(st.integers(0, 40)), len(data))
        match draw(st.sampled_from(["change", "cut", "repeat", "insert"])):
            case "change" if data:
                data[place] = draw(st.integers(0, 255))
            case "cut":
                del data[place:end]
            case "repeat":
                data[place:place] = data[place:end] * draw(st.integers(1, 50))
            case _:
                data[place:place] = draw(st.binary(max_size=20))
    return bytes(data)


@pytest.mark.parametrize("name", TARGETS)
def test_damaged_input_gives_a_value_or_an_error_of_ours(name: str) -> None:
    """Valid inputs with a few changed bytes never raise anything else, and never take much memory."""
    target = TARGETS[name]

    @settings(max_examples=150, deadline=None, database=None, derandomize=True)
    @given(damaged(target.seeds))
    def decode(data: bytes) -> None:
        target(data)

    target(target.seeds[0])  # what is imported now is not counted below
    tracemalloc.start()
    try:
        decode()
        assert tracemalloc.get_traced_memory()[1] < MAX_BYTES
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=80, deadline=None, database=None, derandomize=True)
@given(data=st.binary(max_size=2000))
def test_any_bytes_give_a_value_or_an_error_of_ours(name: str, data: bytes) -> None:
    """Bytes out of nowhere never raise anything else."""
    TARGETS[name](data)


@pytest.mark.parametrize("name", TARGETS)
def test_seeds_are_valid(name: str) -> None:
    """What the fuzzers start from is what they are to damage: it decodes."""
    target = TARGETS[name]

    for seed in target.seeds:
        target.decode(seed)


def test_an_error_that_is_not_ours_is_found() -> None:
    """A target lets through what is not ours, which is what a fuzzer looks for."""

    def broken(data: bytes) -> None:
        raise KeyError("nobody")

    with pytest.raises(KeyError, match="nobody"):
        targets.Target(decode=broken, seeds=(b"",), share=1.0)(b"")
