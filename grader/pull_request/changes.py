"""The paths that a head has otherwise than its base, told from the trees alone: no rename is guessed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from grader.pull_request.repository import Entry, Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One path that a head has otherwise."""

    path: str
    before: Entry | None
    """Where the branches part; None where there was none."""
    after: Entry | None
    """In the head; None where it is deleted."""

    @property
    def verb(self) -> str:
        """Return what happened to it: "added", "changed" or "deleted"."""
        if self.after is None:
            return "deleted"
        return "added" if self.before is None else "changed"


def changes(fork_point: Tree, base: Tree, head: Tree) -> Iterator[Change]:
    """
    Yield what the head has otherwise than the commit where the branches part, by path.

    What it has as the base of today has it is no change: it came by a merge of the base, whatever way that took.
    """
    for path in sorted({*fork_point, *head}):
        after = head.get(path)
        if after != fork_point.get(path) and after != base.get(path):
            yield Change(path=path, before=fork_point.get(path), after=after)
