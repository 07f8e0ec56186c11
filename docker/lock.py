"""
Pin what the images install, with hashes: `make lock` writes requirements/*.txt.

What runs beside student code (`worker`) and the whole harness (`grader`) share versions.  Torch has files of its own, since its
CPU build comes from another index than everything else.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

_HERE = Path(__file__).parent / "requirements"
_PROJECT = Path(__file__).parents[1] / "pyproject.toml"
_ONLY_CUDA = ("cuda-", "nvidia-", "triton", "torch")
_FOR = ("--python-version", "3.11", "--python-platform", "x86_64-manylinux_2_28")


def main() -> None:
    """Write the four files."""
    worker = _pinned("worker.in", "torch.in")
    everything = _pinned("worker.in", "torch.in", str(_PROJECT))
    _write("torch-gpu", {name: text for name, text in worker.items() if name.startswith(_ONLY_CUDA)})
    _write("worker", {name: text for name, text in worker.items() if not name.startswith(_ONLY_CUDA)})
    _write("grader", {name: text for name, text in everything.items() if not name.startswith(_ONLY_CUDA)})
    # the CPU build is on no index that this asks: its hash is that of the wheel at https://download.pytorch.org/whl/cpu.
    # torchvision is built against CUDA; beside it, it works without its compiled operators (grader/__init__.py)
    pinned = dict(_packages((_HERE / "torch-cpu.txt").read_text()))
    _write("torch-cpu", {"torch": pinned["torch"], "torchvision": worker["torchvision"]})


def _pinned(*sources: str) -> dict[str, str]:
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--generate-hashes", "--no-header"]
    ran = subprocess.run(
        [*command, "--no-annotate", *_FOR, *sources], cwd=_HERE, check=True, capture_output=True, text=True
    )
    return dict(_packages(ran.stdout))


def _packages(text: str) -> list[tuple[str, str]]:
    """Divide a file of requirements into packages."""
    blocks = re.findall(r"^[a-z][^\n]*(?:\n    [^\n]*)*", text, flags=re.MULTILINE)
    return [(re.split(r"[=\[ ]", block)[0], block) for block in blocks]


def _write(name: str, packages: dict[str, str]) -> None:
    body = "\n".join(packages.values())
    (_HERE / f"{name}.txt").write_text(f"# made by `make lock` (docker/lock.py)\n{body}\n")


main()
