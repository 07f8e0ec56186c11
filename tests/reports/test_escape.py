"""Student text made harmless: what a reader sees is what was written, and nothing that shows it obeys it."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from grader.reports import escape

SPECIAL = re.findall(
    r"[^ ]+",
    "\0 \x1b[ \x9b \r \x07 \x7f \ud800 \u202e \u2066 \u200b \u2028 \ufeff \ufffe \U000e0041 \n \t : :: ::error:: ##[ ## [ ] ( ) "
    "< > & \" ' &lt; <b> </p> <!-- ]]> = + - ＝ @ @a # #1 GH-1 ` `` ``` ~~~ | \\ \\| * ** _ ~~ ! ![ [x](y) 1. 1) $ % %0A %25 , ; "
    "http://a.b www.a.b a@b.c {{ --- === 1 -1 1e5 é 🙂",
)
ANY_TEXT = st.lists(st.sampled_from([*SPECIAL, " ", "    "]) | st.characters(exclude_categories=()), max_size=12).map(
    "".join
)
"""Made of what means something to one sink or another, and of anything else."""
MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
TOKEN = "0123456789abcdef" * 2


def visible(text: str) -> str:
    """What a reader of rendered Markdown sees: single spaces, and none of our spaces without width."""
    return " ".join(text.replace("\u200b", "").split())


class Words(HTMLParser):
    """Tags and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


# --- clean ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31m", "\\x1b[31m"),
        ("\x9b31m", "\\x9b31m"),
        ("\x7f", "\\x7f"),
        ("\0", "\\x00"),
        ("10\r0", "10\\x0d0"),
        ("\ud800", "\\ud800"),
        ("\u202eab\u202c", "\\u202eab\\u202c"),
        ("\u2066a\u2069", "\\u2066a\\u2069"),
        ("a\u200bb\ufeff", "a\\u200bb\\ufeff"),
        ("a\u2028b", "a\\u2028b"),
        ("\U000e0041", "\\U000e0041"),
        ("a\nb\tc", "a\nb\tc"),
        ("Größe né 🙂 ❤\ufe0f", "Größe né 🙂 ❤\ufe0f"),
        ("::error::x", "\\x3a:error::x"),
        ("a\n \u3000::Stop-Commands::x", "a\n \u3000\\x3a:Stop-Commands::x"),
        ("a ##[error]b", "a #\\x23[error]b"),
        ("x[::2] aten::conv2d\n::2", "x[::2] aten::conv2d\n::2"),
        ("# [a] ## b", "# [a] ## b"),
    ],
    ids=[
        "escape",
        "one-byte-escape",
        "delete",
        "null",
        "carriage-return",
        "lone-surrogate",
        "bidi-override",
        "bidi-isolate",
        "no-width",
        "line-separator",
        "tag-character",
        "newline-and-tab",
        "letters-and-emoji",
        "command",
        "command-after-space",
        "old-command",
        "two-colons",
        "number-signs",
    ],
)
def test_clean_spells_out_what_is_obeyed_or_unseen(text: str, shown: str) -> None:
    """What can be seen stays as it is; the rest is written as Python writes it."""
    assert escape.clean(text) == shown


def test_clean_leaves_no_character_that_cannot_be_seen() -> None:
    """Of all of Unicode's controls, formats, surrogates and separators of lines, only newline, tab and visible ones stay."""
    invisible = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    every = (chr(code) for code in range(0x110000))
    kept = {character for character in every if unicodedata.category(character) in invisible} & set(
        escape.clean("".join(map(chr, range(0x110000))))
    )

    arabic_and_kaithi_signs = {"\u06dd", "\u070f", "\u08e2", "\u0890", "\u0891", "\U000110bd", "\U000110cd"}
    assert kept - arabic_and_kaithi_signs - set("\u0600\u0601\u0602\u0603\u0604\u0605") == {"\n", "\t"}


@given(ANY_TEXT)
def test_clean_text_is_clean(text: str) -> None:
    """Cleaning twice changes nothing, no line starts a command, and UTF-8 can write it."""
    shown = escape.clean(text)

    assert escape.clean(shown) == shown
    assert not any(escape.starts_command(line) for line in shown.split("\n"))
    assert "##[" not in shown
    shown.encode()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\nb\tc", "a\\nb\\tc"),
        ("a" * 10, "a" * 10),
        ("a" * 11, "a" * 9 + "…"),
        ("\0" * 9_000_000, "\\x00\\x00\\…"),
    ],
    ids=["newline-and-tab", "just-fits", "too-long", "spelt-out"],
)
def test_one_line_is_one_line(text: str, line: str) -> None:
    """Names take one line of a bounded length, whatever is in them."""
    assert escape.one_line(text, 10) == line


# --- capped -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("abc\n", "abc\n"),
        ("a" * 20, "a" * 20),
        ("a" * 21, "a" * 20 + "\n… 1 more character"),
        ("a" * 5020, "a" * 20 + "\n… 5,000 more characters"),
        ("a\nb\nc\n", "a\nb\nc"),
        ("a\nb\nc\nd", "a\nb\nc\n… 1 more line"),
        ("a\nb\nc\nd\n\ne\n", "a\nb\nc\n… 3 more lines"),
        ("a\nb\n" + "c" * 30 + "\nd", "a\nb\n" + "c" * 16 + "\n… 16 more characters"),
        ("\x1b" * 10, "\\x1b" * 5 + "\n… 5 more characters"),
        ("a\n\n\n\n\n", "a\n\n"),
    ],
    ids=[
        "short",
        "just-fits",
        "one-character-more",
        "long",
        "as-many-lines",
        "one-line-more",
        "many-lines",
        "both",
        "spelt-out",
        "blank-lines-at-the-end",
    ],
)
def test_capped_says_how_much_is_left_out(text: str, shown: str) -> None:
    """What is cut is counted, in lines where whole lines are missing, else in characters; spelt-out ones take their room."""
    assert escape.capped(text, 20, 3) == shown


@settings(deadline=None)
@given(ANY_TEXT, st.integers(1, 9), st.none() | st.integers(1, 3))
def test_capped_is_a_clean_beginning(text: str, characters: int, lines: int | None) -> None:
    """What is shown is how the clean text begins, and no longer than allowed."""
    shown = escape.capped(text, characters, lines)
    beginning, cut, said = shown.rpartition("\n… ")
    beginning = beginning if cut else shown

    assert len(beginning) <= characters
    assert lines is None or len(beginning.rstrip("\n").split("\n")) <= lines
    assert beginning in {escape.clean(text[:length]) for length in range(len(text) + 1)}
    assert not cut or re.fullmatch(r"1 more (line|character)|[\d,]+ more (lines|characters)", said)


# --- HTML -------------------------------------------------------------------------------------------------------------


def test_html_escapes_all_that_html_reads() -> None:
    """The five characters, in content and in quoted attributes."""
    assert escape.html("<a href=\"x\" id='y'>&\0") == "&lt;a href=&quot;x&quot; id=&#x27;y&#x27;&gt;&amp;\\x00"


@given(ANY_TEXT)
def test_html_is_read_as_text(text: str) -> None:
    """A parser finds no tag, and the text as it is."""
    words = Words(f"<p title='{escape.html(text)}'>{escape.html(text)}</p>")

    assert words.tags == ["p"]
    assert words.text == escape.clean(text)


# --- Markdown ---------------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(ANY_TEXT)
def test_markdown_is_read_as_text(text: str) -> None:
    """In a paragraph, a heading or a table, a parser finds the words and nothing that they would mark up."""
    inline = escape.markdown(text)
    written = Words(MARKDOWN.render(f"{inline}\n\n# {inline}\n\n| {inline} | b |\n| --- | --- |\n| {inline} | c |\n"))

    paragraph = ["p"] if inline else []
    assert written.tags == [*paragraph, "h1", "table", "thead", "tr", "th", "th", "tbody", "tr", "td", "td"]
    said = visible(escape.clean(text))
    assert visible(written.text) == visible(f"{said} {said} {said} b {said} c")


@pytest.mark.parametrize(
    ("text", "inline"),
    [
        ("thanks @team", "thanks \\@&#8203;team"),
        ("a@b.c", "a\\@&#8203;b\\.c"),
        ("see #12 and C#", "see \\#&#8203;12 and C\\#"),
        ("GH-7", "GH\\-&#8203;7"),
        ("a | b", "a &#124; b"),
        ("<b>&amp;", "&lt;b&gt;&amp;amp\\;"),
        ("https://a.b", "https\\:\\/\\/a\\.b"),
        ("    code\n# no heading", "code \\# no heading"),
    ],
    ids=["mention", "address", "issue", "issue-by-gh", "pipe", "tag", "link", "lines"],
)
def test_markdown_takes_away_what_github_links(text: str, inline: str) -> None:
    """Mentions and references survive a backslash, so something stands within them; links and addresses are broken up."""
    assert escape.markdown(text) == inline


@given(ANY_TEXT)
def test_markdown_block_holds_its_text(text: str) -> None:
    """Whatever fences it holds, the block ends where it should, and what follows is read."""
    tokens = MARKDOWN.parse(f"{escape.markdown_block(text)}\n\nafter\n")

    assert [token.type for token in tokens] == ["fence", "paragraph_open", "inline", "paragraph_close"]
    assert tokens[0].content == escape.clean(text) + "\n"
    assert tokens[0].info == ""


# --- XML --------------------------------------------------------------------------------------------------------------


@given(ANY_TEXT)
def test_xml_is_read_as_text(text: str) -> None:
    """In an element and in an attribute, a parser reads what was written."""
    element = ElementTree.Element("a", name=escape.xml(text))
    element.text = escape.xml(text)
    read = ElementTree.fromstring(ElementTree.tostring(element, encoding="utf-8"))

    assert (read.text or "") == read.get("name") == escape.xml(text)


def test_xml_spells_out_what_xml_cannot_hold() -> None:
    """Two characters that are no controls are not allowed either."""
    assert escape.xml("a\ufffe\uffff\0]]>&") == "a\\ufffe\\uffff\\x00]]>&"


# --- CSV --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+1+2", "'+1+2"),
        ("-1-2", "'-1-2"),
        ("@SUM(1)", "'@SUM(1)"),
        ("  =1", "'  =1"),
        ("\t1", "'\t1"),
        ("\n=1", "'\n=1"),
        ("\r=1", "\\x0d=1"),
        ("＝1", "'＝1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠a", "'＠a"),
        ("﹦1", "'﹦1"),
        ("-", "'-"),
        ("-1", "-1"),
        ("+2.5e-3", "+2.5e-3"),
        ("-.5", "-.5"),
        ("a=1", "a=1"),
        ("", ""),
        (-1, -1),
        (0.5, 0.5),
    ],
)
def test_csv_cell_is_no_formula(value: str | int | float, cell: str | int | float) -> None:
    """What starts like a formula gets an apostrophe; numbers do not, written as text or not."""
    assert escape.csv_cell(value) == cell


@given(st.lists(ANY_TEXT, min_size=1, max_size=3))
def test_csv_cells_are_read_as_text(texts: list[str]) -> None:
    """A reader gets the cells that were written; none starts a formula, also where `;` is the separator."""
    cells = [escape.csv_cell(text) for text in texts]
    file = io.StringIO()
    csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n").writerow(cells)

    assert next(csv.reader(io.StringIO(file.getvalue(), newline=""))) == cells
    for other in cells:
        assert isinstance(other, str)
        assert re.fullmatch(r"[+-]?[\d.]+(e[+-]?\d+)?", other) or not re.match(r"\s*[=+\-@＝＋－＠]", other)


# --- GitHub Actions ---------------------------------------------------------------------------------------------------


def unescaped(text: str, *mappings: tuple[str, str]) -> str:
    """Read as the runner reads: one replacement after the other, `%25` last."""
    for replacement, token in (("%0D", "\r"), ("%0A", "\n"), *mappings, ("%25", "%")):
        text = text.replace(replacement, token)
    return text


@given(ANY_TEXT)
def test_github_reads_what_was_written(text: str) -> None:
    """A command stays one line, its message and its properties end where they should, and both arrive as they were."""
    message, title = escape.github_message(text), escape.github_property(text)

    assert "\n" not in message + title
    assert not set(":,") & set(title)
    assert unescaped(message) == escape.clean(text)
    assert unescaped(title, ("%3A", ":"), ("%2C", ",")) == escape.one_line(text)


@pytest.mark.parametrize("text", ["%0A::error::x", "%250A"], ids=["encoded", "encoded-twice"])
def test_github_decodes_nothing_of_a_student(text: str) -> None:
    """A percent sign is encoded itself, so that no newline comes out of it."""
    assert escape.github_message(text) == text.replace("%", "%25")


@pytest.mark.parametrize("character", ["a", "\0", "🙂", "\n"], ids=["letter", "spelt-out", "two-units", "newline"])
def test_github_message_is_no_longer_than_github_keeps(character: str) -> None:
    """The runner cuts at 4,096 units of UTF-16; the sentence about what is left out is kept."""
    message = unescaped(escape.github_message(character * 100_000 + "."))

    assert len(message.encode("utf-16-le")) // 2 <= 4096
    assert re.search(r"… [\d,]+ more (characters|lines)$", message)


def test_github_title_is_short() -> None:
    """A title does not fill a page."""
    assert len(escape.github_property("a" * 1_000_000)) == 200


@pytest.mark.parametrize("text", ["::error::x\n", "::error::x"], ids=["ends-in-a-newline", "does-not"])
def test_github_fence_stands_on_lines_of_its_own(text: str) -> None:
    """Commands stop before the text, and start again on the line after it."""
    assert escape.github_fenced(text, TOKEN) == f"::stop-commands::{TOKEN}\n::error::x\n::{TOKEN}::\n"


@pytest.mark.parametrize("text", [f"::{TOKEN}::", f"a{TOKEN.upper()}b"], ids=["as-it-is", "in-capitals"])
def test_github_fence_cannot_be_ended_from_inside(text: str) -> None:
    """A text that holds the token is refused, since the runner would stop there."""
    with pytest.raises(ValueError, match="the stop token occurs in the text that it fences; draw another one"):
        escape.github_fenced(text, TOKEN)


@pytest.mark.parametrize("token", ["", "error", "abc", TOKEN.upper()], ids=["empty", "command", "short", "capitals"])
def test_github_fence_needs_a_token_that_nobody_guesses(token: str) -> None:
    """What is short, or the name of a command, would fence nothing."""
    with pytest.raises(ValueError, match=r"a stop token is 32 hexadecimal digits or more, got '"):
        escape.github_fenced("text", token)
