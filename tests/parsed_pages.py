"""HTML pages as tests read them."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"meta", "link", "input"}


class Page(HTMLParser):
    """A parsed page: its tags with their attributes, its words, and those of each tag."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.raw: dict[str, str] = {}
        """Contents of style and script."""
        self._open: list[str] = []
        self.feed(page.decode())
        self.close()
        assert self._open == [], "a tag is left open"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] in ("style", "script"):
            self.raw[self._open[-1]] = data
        elif data.strip():
            self.texts.append((data, self._open[-1]))

    @property
    def words(self) -> str:
        """All that is read, with single spaces."""
        return " ".join(" ".join(text for text, _tag in self.texts).split())

    def named(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of all tags of a name."""
        return [attributes for name, attributes in self.tags if name == tag]
