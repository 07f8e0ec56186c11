"""A short soak: honest and hostile submissions in turn, after which everything is as it was."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

PATH = Path(__file__).with_name("soak.py")


@pytest.mark.slow
@pytest.mark.whole
def test_nothing_stays_behind_and_honest_work_is_graded_as_ever() -> None:
    """Twenty-four gradings, half of them hostile: the same verdicts as alone, no trace, no growth."""
    spec = importlib.util.spec_from_file_location("soak", PATH)
    assert spec is not None
    assert spec.loader is not None
    soak = importlib.util.module_from_spec(spec)
    sys.modules["soak"] = soak
    spec.loader.exec_module(soak)

    found = soak.soak(24, seed="2")

    assert found.complaints == ()
    assert (found.gradings, found.hostile) == (24, 12)
    assert "nothing was left behind" in str(found)
