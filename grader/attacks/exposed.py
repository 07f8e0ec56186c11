"""
A sandbox in which there is everything to steal: the course with its answers, the harness, all packages.

For `grader audit` alone, which shows in it what an attack earns where nothing stands between it and the answers.  Towards this
machine it holds as `bubblewrap` does.
"""

from __future__ import annotations

import sysconfig
from pathlib import Path

import grader
from grader.sandbox import Bubblewrap, Visible


class Exposed(Bubblewrap):
    """Bubblewrap around all of this project and one course."""

    name = "exposed"

    def __init__(self, course: Path) -> None:
        """Describe it; nothing starts yet."""
        super().__init__(())
        self._course = course

    def sees(self) -> tuple[Visible, ...]:
        """Return the standard library, every installed package, the harness and the course."""
        harness = Path(grader.__file__).parent
        more = [*self._packages_folders(), harness, *(self._course / name for name in ("assignments", "solutions"))]
        exposed = {str(path) for path in more}
        usual = [
            entry for entry in super().sees() if not any(entry.path.startswith(folder + "/") for folder in exposed)
        ]
        return (*usual, *(Visible(path=path) for path in sorted(exposed) if Path(path).exists()))

    def imports_from(self) -> tuple[str, ...]:
        """Return where the harness and the packages lie."""
        return (str(Path(grader.__file__).parents[1]), *map(str, self._packages_folders()))

    def _packages_folders(self) -> list[Path]:
        return sorted({Path(sysconfig.get_path(name)) for name in ("purelib", "platlib")})
