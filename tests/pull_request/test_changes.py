"""What a head has otherwise is told from three trees."""

from __future__ import annotations

import pytest

from grader.pull_request.changes import changes
from grader.pull_request.repository import Entry


def tree(**files: str) -> dict[str, Entry]:
    return {name: Entry(mode="100644", name=content) for name, content in files.items()}


def test_what_was_added_changed_and_deleted_is_told() -> None:
    """In the order of paths; what both have is no change."""
    fork = tree(a="1", b="1", c="1")
    found = list(changes(fork, fork, tree(a="1", b="2", d="1")))
    assert [(change.path, change.verb) for change in found] == [("b", "changed"), ("c", "deleted"), ("d", "added")]


@pytest.mark.parametrize(
    ("head", "changed"),
    [
        pytest.param(tree(a="2", b="1"), [], id="as-the-base-of-today"),
        pytest.param(tree(a="1", b="1"), [], id="as-where-they-part"),
        pytest.param(tree(a="3", b="1"), ["a"], id="as-neither"),
        pytest.param(tree(a="2"), ["b"], id="deleted-after-a-merge"),
    ],
)
def test_what_came_from_the_base_is_no_change(head: dict[str, Entry], changed: list[str]) -> None:
    """A merge of the base, or a copy of its file, is no edit of the student."""
    fork, base = tree(a="1", b="1"), tree(a="2", b="1")
    assert [change.path for change in changes(fork, base, head)] == changed


def test_another_mode_is_a_change() -> None:
    """A file that becomes a link is another entry, whatever its hash."""
    fork = tree(a="1")
    head = {"a": Entry(mode="120000", name="1")}
    (change,) = changes(fork, fork, head)
    assert change.after is not None
    assert change.after.kind == "a symbolic link"
