"""Fixtures of the tests of the diagnosis."""

from __future__ import annotations

import pytest
from small_networks import Explain

from grader.sandbox import Sandbox


@pytest.fixture(scope="module")
def explain(reference_sandbox: Sandbox) -> Explain:
    """Ask for mistakes; both sides run where the tests' references do."""
    return Explain(sandbox=reference_sandbox, reference_sandbox=reference_sandbox)
