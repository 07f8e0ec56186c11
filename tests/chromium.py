"""The Chromium of the system, without a window; Playwright drives it and brings no browser of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


def missing() -> str | None:
    """Return what to install before a page can be opened, or None."""
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        return "Playwright is not installed: pip install -e .[dev]"
    return None if _program() else "Chromium is not installed; on Debian: sudo apt-get install chromium"


@contextmanager
def opened() -> Iterator[Any]:
    """Start it where nothing is `missing`, and end it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=_program())
        yield browser
        browser.close()


def _program() -> str | None:
    return next(filter(None, map(shutil.which, PROGRAMS)), None)
