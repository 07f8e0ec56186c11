"""
The Jinja templates of HTML reports.

Everything that a template writes is cut to a bounded length and escaped on its way out (`_written`), so no place in a template
can forget to; Jinja escapes whatever else could get past it.  Only attributes in quotes and contents of elements are written.
"""

from __future__ import annotations

from pathlib import Path

import jinja2
from markupsafe import Markup

from grader.reports import escape

_FOLDER = Path(__file__).parent
_MAX_CHARACTERS = 4000
_MAX_LINES = 40


def written(template: str, macro: str, **values: object) -> str:
    """Return what a macro of a template makes of *values*."""
    return str(getattr(_ENVIRONMENT.get_template(template).module, macro)(**values)).strip()


def source(name: str) -> Markup:
    """Return a style or a script of ours, as it is."""
    return Markup((_FOLDER / name).read_text(encoding="utf-8"))


def _written(value: object) -> object:
    """Make a text fit to be written: bounded, clean, escaped; markup of our own templates is left alone."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return Markup(escape.html(escape.capped(value, _MAX_CHARACTERS, _MAX_LINES)))


_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(_FOLDER),
    autoescape=True,
    finalize=_written,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_ENVIRONMENT.filters["one_line"] = escape.one_line
