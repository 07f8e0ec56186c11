"""
Feed a million inputs to everything that decodes, guided by which code they reach.

    python tests/fuzz/fuzz.py [INPUTS] [TARGET...]

Each target runs in a process of its own, which ends at the first exception that is not ours or where it takes more than MEMORY_MB
of memory; the input that did it is then written to `crash-…` in this folder.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

MEMORY_MB = 1024
"""Most memory of a target's process, torch and the fuzzer included."""
LONGEST = 4096
"""Bytes of the largest input."""


def run(name: str, inputs: int) -> bool:
    """Fuzz one target in a process of its own; returns whether nothing was found."""
    with tempfile.TemporaryDirectory(prefix="grader-fuzz-seeds-") as seeds:
        command = [sys.executable, __file__, "--one", name, seeds, f"-runs={inputs}", f"-rss_limit_mb={MEMORY_MB}"]
        command += [f"-max_len={LONGEST}", "-timeout=20", "-print_final_stats=1", "-verbosity=0"]
        started = time.monotonic()
        ran = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parent)
        statistics = dict(
            line.removeprefix("stat::").split(":", 1) for line in ran.stderr.splitlines() if line.startswith("stat::")
        )
        peak = statistics.get("peak_rss_mb", "?").strip()
        executed = statistics.get("number_of_executed_units", "?").strip()
        seconds = time.monotonic() - started
        verdict = "nothing found" if ran.returncode == 0 else "FOUND SOMETHING"
        print(f"{name:20} {executed:>9} inputs  {seconds:6.0f} s  {peak:>5} MiB at most  {verdict}", flush=True)
        if ran.returncode != 0:
            print(ran.stderr[-4000:], ran.stdout[-2000:])
        return ran.returncode == 0


def one(name: str, seeds: Path, options: list[str]) -> None:
    """Be the process of one target."""
    import atheris

    with atheris.instrument_imports(include=["grader", "nbformat", "msgspec"]):
        from targets import TARGETS

    target = TARGETS[name]
    for number, seed in enumerate(target.seeds):
        (seeds / str(number)).write_bytes(seed)
    atheris.Setup([sys.argv[0], *options, str(seeds)], target)
    atheris.Fuzz()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], Path(sys.argv[3]), sys.argv[4:])
    else:
        sys.path.insert(0, str(Path(__file__).parent))
        from targets import TARGETS

        total = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
        wanted = sys.argv[2:] or list(TARGETS)
        found = [name for name in wanted if not run(name, int(total * TARGETS[name].share))]
        sys.exit(1 if found else 0)
