"""Memory that one layer has used serves the next without the kernel."""

from __future__ import annotations

import subprocess
import sys

import pytest

SOURCE = """
import resource, sys
from grader.worker.execution import heap

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

if sys.argv[1] == "keeps":
    heap.keep()
bytearray(80_000_000)
before = faults()
for _ in range(5):
    bytearray(80_000_000)
print((faults() - before) // 5)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="this C library has no mallopt")
@pytest.mark.parametrize("mode", ["keeps", "gives-back"])
def test_a_large_block_is_used_again(mode: str) -> None:
    """Eighty megabytes are 19,532 pages: they are touched for the first time once, or each time."""
    done = subprocess.run([sys.executable, "-c", SOURCE, mode], capture_output=True, text=True, check=True)
    faults = int(done.stdout)

    assert faults < 100 if mode == "keeps" else faults > 19_000
