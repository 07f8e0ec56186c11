"""A page for every student, and the page of the class, which leads to them."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote

import pytest
from parsed_pages import Page
from results import graded, result

from grader.errors import UsageError
from grader.model import GradedSubmission, Outcome, Refused
from grader.reports import html

REFUSED = Refused(name="cyd", why="cyd.docx: expected a .py file")


def named(name: str, assignment: str = "addition") -> GradedSubmission:
    """A submission with nothing to fix."""
    return replace(graded(result("any_sum", Outcome.PASSED), name=name), assignment=assignment)


def written(*gradings: GradedSubmission, refused: tuple[Refused, ...] = ()) -> dict[str, Page]:
    """The pages by their names."""
    whole = html.Class(for_students=gradings, for_index=gradings, refused=refused)
    return {name: Page(content) for name, content in html.pages(whole)}


def linked(index: Page) -> list[str]:
    """Names of the files that a page leads to."""
    every = [attributes["href"] or "" for attributes in index.named("a")]
    return [unquote(target) for target in every if not target.startswith("#")]


def test_the_class_leads_to_every_page() -> None:
    """Whatever submissions are called; nothing of a name is a path or a scheme."""
    hostile = ("javascript:alert(1)", "../../etc/passwd", "a b#c?d", '"><b>', "index", "Index")
    pages = written(*map(named, hostile), refused=(REFUSED,))
    index = pages.pop("index.html")

    assert sorted(linked(index)) == sorted(pages)
    assert len(pages) == len(hostile) + 1
    assert not any("/" in name for name in pages)
    targets = [attributes["href"] or "" for attributes in index.named("a")]
    assert not any(":" in target or "/" in target for target in targets)
    assert "page of cyd" in index.words
    assert [" index 2 of 2 points " in page.words for name, page in pages.items() if name.startswith("index-")] == [
        True
    ]


def test_who_could_not_be_read_is_told_why_and_what_to_do() -> None:
    """With the commands of the assignment, where there is only one."""
    one = written(named("ada"), refused=(REFUSED,))["cyd.html"].words
    several = written(named("ada"), named("ada", "other"), refused=(REFUSED,))["cyd.html"].words

    for said in ("cyd not graded", "cyd.docx: expected a .py file", "grader check addition", "grader pack addition"):
        assert said in one
    assert "grader check Make the file" in several


def test_several_assignments_are_several_pages() -> None:
    """Of one student too; what would be one page is refused before any is made."""
    assert set(written(named("ada"), named("ada", "other"))) == {
        "ada_addition.html",
        "ada_other.html",
        "index.html",
    }
    with pytest.raises(
        UsageError, match=r"two results would be the page ada\.html: give those of one grading at a time"
    ):
        written(named("ada"), named("ada"))


def test_a_class_without_pages_has_no_links() -> None:
    """As where it is one file."""
    page = Page(html.encode([named("ada"), named("bob")]))

    assert linked(page) == []
    assert "to send" not in page.words
