r"""
Student text made harmless for what shows it: one function for each place that would obey some of it.

Student text is every name, printed line, exception message, answer and counterexample.  `clean` makes visible what nobody
should be able to write unseen, and every other function starts with it.  Applying it twice changes nothing.

What is made visible is written as Python writes it (`\x1b`, `\u202e`), so that a reader knows which character was there.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from html import escape as _escape_html

_INVISIBLE = re.compile(
    "["
    r"\x00-\x08\x0b-\x1f\x7f-\x9f"  # Cc: C0 but tab and newline, delete, C1
    r"\ud800-\udfff"  # Cs: halves of surrogate pairs, which no encoder takes
    r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # Bidi_Control: show text in another order than it has
    r"\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0"
    r"\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"  # Default_Ignorable_Code_Point
    r"\u2028\u2029\ufff9-\ufffb\U00013430-\U0001343f"  # line separators and the other formats of Cf
    "]"
)
_COMMAND = re.compile(r"^([^\S\n]*):(?=:[a-z])", re.MULTILINE | re.IGNORECASE)
_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;"}
_REFERENCES = re.compile(r"@|#(?=[0-9])|\bGH-(?=[0-9])", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]+)?", re.IGNORECASE)
_TOKEN = re.compile(r"[0-9a-f]{32,}")
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})
_MAX_UNITS = 4096
"""Where the runner cuts a message, in units of UTF-16."""
_MAX_IN_ANNOTATION = 4000
"""Characters of a message; the sentence about what is left out needs some as well."""
_MAX_IN_TITLE = 200


def clean(text: str) -> str:
    r"""
    Make visible what cannot be seen and what a terminal or a log would obey; newline and tab stay.

    That is: control characters, escape sequences among them; characters that turn the direction of text, are ignored
    when it is shown, or end a line that does not look ended; lone surrogates; and what starts a workflow command of
    GitHub Actions, which obeys any program's output: `::name` at the start of a line, `##[` anywhere.  `x[::2]` and
    `aten::conv2d` start none.  Emoji keep their variation selector, but not what joins several of them into one.

    Source: Unicode 16, DerivedCoreProperties.txt (Default_Ignorable_Code_Point) and PropList.txt (Bidi_Control); UTS 55,
    "Source Code Display"; actions/runner, `ActionCommand.cs`: `TryParseV2` trims the line first, `TryParse` takes `##[` anywhere.
    """
    text = _INVISIBLE.sub(_spelt_out, text)
    return _COMMAND.sub(r"\1\\x3a", text).replace("##[", "#\\x23[")


def one_line(text: str, characters: int = _MAX_IN_TITLE) -> str:
    r"""Make *text* clean and keep it on one line of at most so many characters; newline and tab become `\n`, `\t`."""
    line = clean(text[: characters + 1]).replace("\n", "\\n").replace("\t", "\\t")
    return line if len(line) <= characters else f"{line[: characters - 1]}…"


def capped(text: str, characters: int, lines: int | None = None) -> str:
    """
    Return the clean beginning of *text*, and under it, if that is not all, how much is left out.

    However long *text* is, no more of it is made clean than is shown.

    Args:
        characters: Most that are shown, as they are shown: `\\x1b` is four.
        lines: Most lines that are shown; None for any number.
    """
    shown = text[:characters]
    if len(clean(shown)) > characters:
        lengths = range(characters + 1)
        shown = text[: bisect_right(lengths, characters, key=lambda length: len(clean(text[:length]))) - 1]
    if lines is not None:
        shown = "\n".join(shown.split("\n", lines)[:lines])
    omitted = text[len(shown) :].rstrip("\n")
    if not omitted:  # nothing, or blank lines at the end, which nobody misses
        return clean(shown)
    more_lines = omitted.count("\n") if omitted.startswith("\n") else 0
    said = _count(more_lines, "more line") if more_lines else _count(len(omitted), "more character")
    return f"{clean(shown)}\n… {said}"


def starts_command(line: str) -> bool:
    """Return whether GitHub Actions could take a printed line for a workflow command: what `clean` sees to in a text."""
    return _COMMAND.match(line) is not None


def html(text: str) -> str:
    """
    Escape *text* for the content of an HTML element, or for an attribute value in quotes.

    Not for a script, a style, a URL or a comment: nothing of a student belongs there.

    Source: OWASP Cross Site Scripting Prevention Cheat Sheet, "Output Encoding for HTML Contexts" and "… Attribute
    Contexts".
    """
    return _escape_html(clean(text), quote=True)


def markdown(text: str) -> str:
    r"""
    Escape *text* for a place inside a line of GitHub Flavored Markdown, a cell of a table among them.

    All punctuation of ASCII loses its meaning, so nothing starts a link, an image, a tag, emphasis, code, a heading, a
    list or a cell.  `<`, `>`, `&` and `|` become entities, since they are harmless to readers of raw HTML too and to every
    splitter of tables.  GitHub looks for mentions and references in what was rendered, where a backslash is gone: after
    `@`, and before the number of an issue, stands a space of no width.  White space becomes single spaces, as it is shown.

    Source: GitHub Flavored Markdown Spec, sections 6.1 (backslash escapes), 6.2 (entities), 4.10 (tables) and 6.9
    (autolinks); renovatebot/renovate, `lib/util/markdown.ts`, for the space of no width.
    """
    text = " ".join(clean(text).split())
    text = _REFERENCES.sub("\\g<0>\u200b", text)  # `clean` has left none of these: all are ours
    return _PUNCTUATION.sub(_without_meaning, text).replace("\u200b", "&#8203;")


def markdown_block(text: str) -> str:
    """
    Return *text* as a fenced code block of Markdown, whose fence is longer than any run of backticks in it.

    Mentions, references and mathematics are not looked for in code.  The block must start at the beginning of a line.

    Source: GitHub Flavored Markdown Spec, section 4.5: only a fence at least as long as the opening one ends the block.
    """
    text = clean(text)
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", text))])
    return f"{fence}\n{text}\n{fence}"


def xml(text: str) -> str:
    """
    Make *text* something that XML 1.0 can hold, in an element or an attribute.

    Escaping `&`, `<`, `>` and quotes is left to the serializer, as a tree of `xml.etree` must hold them unescaped.

    Source: Extensible Markup Language 1.0, fifth edition, section 2.2: the characters of a document.
    """
    return _NO_XML.sub(_spelt_out, clean(text))


def csv_cell(value: str | int | float) -> str | int | float:
    """
    Make *value* something that a spreadsheet does not take for a formula; numbers stay numbers, also written ones.

    A text that starts with `=`, `+`, `-` or `@`, with one of their full-width, small or raised forms, or with a tab or a
    newline gets an apostrophe, as does one with spaces before those.  The writer must put every text into quotes, so that
    no separator inside of it starts a cell.

    Source: OWASP, "CSV Injection", https://owasp.org/www-community/attacks/CSV_Injection; UAX 15 (NFKC) for the other forms
    of its characters, which spreadsheets of East Asian locales may read as the same.
    """
    if not isinstance(value, str):
        return value
    text = clean(value)
    first = unicodedata.normalize("NFKC", text.lstrip()[:1])[:1]
    is_formula = text.startswith(("\t", "\n")) or first in {"=", "+", "-", "@"}
    return f"'{text}" if is_formula and not _NUMBER.fullmatch(text) else text


def github_message(text: str) -> str:
    """
    Encode *text* for the message of a workflow command, cut to what GitHub keeps of it.

    Source: actions/runner, `ActionCommand.cs`, `_escapeDataMappings`; `ExecutionContext.cs`, `_maxIssueMessageLength`.
    """
    message = capped(text, _MAX_IN_ANNOTATION)
    if len(message.encode("utf-16-le")) > 2 * _MAX_UNITS:  # emoji, for one, count twice there
        message = capped(text, _MAX_IN_ANNOTATION // 2)
    return message.translate(_DATA)


def github_property(text: str) -> str:
    """
    Encode *text* for a property of a workflow command, such as a title; it is kept to one line.

    Source: actions/runner, `ActionCommand.cs`, `_escapePropertyMappings`.
    """
    return one_line(text, _MAX_IN_TITLE).translate(_PROPERTY)


def github_file(path: str) -> str:
    """
    Encode the path of a file for a property of a workflow command; it is not cut, as it would name another file.

    Source: as for `github_property`.
    """
    return clean(path).translate(_PROPERTY)


def github_fenced(text: str, token: str) -> str:
    """
    Return *text* between commands that tell GitHub Actions to obey nothing in it.

    For what was written for people, terminal styles and all; it is not changed.

    Args:
        token: Drawn for this text, with `secrets.token_hex(16)`: who knows it can end the fence.

    Raises:
        ValueError: If *token* could be guessed, or occurs in *text*.

    Source: GitHub Docs, "Workflow commands for GitHub Actions", "Stopping and starting workflow commands"; actions/runner,
    `ActionCommandManager.cs`: the token is compared without regard to case.
    """
    if not _TOKEN.fullmatch(token):
        raise ValueError(f"a stop token is 32 hexadecimal digits or more, got {token!r}")
    if token in text.lower():
        raise ValueError("the stop token occurs in the text that it fences; draw another one")
    end = "" if text.endswith("\n") else "\n"
    return f"::stop-commands::{token}\n{text}{end}::{token}::\n"


def _spelt_out(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _without_meaning(match: re.Match[str]) -> str:
    return _ENTITIES.get(match[0], f"\\{match[0]}")


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
