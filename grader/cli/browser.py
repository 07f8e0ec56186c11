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


def open_page(path: Path) -> None:
    """Open the page, and say where it lies; one that takes the terminal for itself is opened only if $BROWSER names it."""
    path = path.resolve()
    say(f"feedback: {path}")
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return
    if type(browser) is webbrowser.GenericBrowser and not os.environ.get("BROWSER"):  # w3m, lynx and the like
        return
    browser.open(path.as_uri())
