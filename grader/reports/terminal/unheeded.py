"""What is printed as lines of which none is a command for the one who reads a log."""

from __future__ import annotations

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment

from grader.reports.escape import starts_command


class Unheeded:
    """
    What is printed, with no line that GitHub Actions would take for a command, and none that ends in blanks.

    Text is clean already; but where a long word is broken, its rest starts a line, which only shows once all is laid out.
    """

    def __init__(self, printed: RenderableType) -> None:
        self._printed = printed

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in map(_without_blanks, console.render_lines(self._printed, options, pad=False)):
            spell_out = starts_command("".join(segment.text for segment in line))
            for segment in line:
                if spell_out and ":" in segment.text:
                    segment = Segment(segment.text.replace(":", "\\x3a", 1), segment.style)
                    spell_out = False
                yield segment
            yield Segment.line()


def _without_blanks(line: list[Segment]) -> list[Segment]:
    """Return a line without the blanks that end it, with which tables fill their cells."""
    line = list(line)
    while line and not line[-1].text.rstrip():
        line.pop()
    if line:
        line[-1] = Segment(line[-1].text.rstrip(), line[-1].style)
    return line
