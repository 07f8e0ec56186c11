"""Show a page in the reader's browser, or say where it lies."""

from __future__ import annotations

import os
import tempfile
import webbrowser
from pathlib import Path

from grader.cli.console import say

_FILE = "feedback.html"


def page_to_open() -> Path:
    """Return where a page can be written for a browser that reads it when this process has ended."""
    return Path(tempfile.mkdtemp(prefix="grader-")) / _FILE


class Page:
    """A page that is opened once, however often it is written."""

    def __init__(self, path: Path) -> None:
        """Take where it is written."""
        self._path = path.resolve()
        self._is_open = False

    def open(self) -> None:
        """Open it, and say where it lies; a browser that takes the terminal for itself is one only if $BROWSER names it."""
        if self._is_open:
            return
        self._is_open = True
        say(f"feedback: {self._path}")
        try:
            browser = webbrowser.get()
        except webbrowser.Error:
            return
        if type(browser) is webbrowser.GenericBrowser and not os.environ.get("BROWSER"):  # w3m, lynx and the like
            return
        browser.open(self._path.as_uri())
