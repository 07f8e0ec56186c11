"""
Results for people at a terminal.

Student text is never read as markup, is made clean (`escape.clean`), and is cut to what a reader may want to see.

    one_submission  a line per check, feedback, the score; whole, or as each check is done
    of_a_class      a table
    unheeded        lines of which none is a command for GitHub Actions
"""

from __future__ import annotations

from grader.reports.terminal.of_a_class import many
from grader.reports.terminal.one_submission import AsItComes, one

__all__ = ["AsItComes", "many", "one"]
