"""
What every page has around its content: one file, which needs no other and lets nothing else in.

The policy lets styles and scripts run that are ours, by their hash, and nothing be loaded or submitted.  Should a text of a
student ever get out of its element, it would still run nothing and reach nobody.

Source: Content Security Policy Level 3, section 2.3.1 (hashes) and 6.1.3 (`default-src`); HTML, "Pragma directives".
"""

from __future__ import annotations

import base64
import hashlib

from markupsafe import Markup

from grader.reports.html.templates import source, written

_STYLE = "page.css"


def document(template: str, title: str, /, *, style: str = "", script: str = "", **values: object) -> bytes:
    """
    Return a whole page: what the macro `content` of a template makes of *values*, and what stands around it.

    Args:
        style: File of ours with a style besides that of all pages.
        script: File of ours with the page's script.
    """
    styles = Markup("").join(source(name) for name in (_STYLE, style) if name)
    code = source(script) if script else Markup("")
    page = written(
        "document.html.jinja",
        "document",
        title=title,
        policy=_policy(styles, code),
        styles=styles,
        script=code,
        content=Markup(written(template, "content", **values)),
    )
    return page.encode() + b"\n"


def _policy(styles: str, script: str) -> str:
    rules = [
        "default-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        f"style-src {_hash(styles)}",
        "img-src data:",
    ]
    if script:
        rules.append(f"script-src {_hash(script)}")
    return "; ".join(rules)


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
