"""
Carry a new handout on in a repository that was made of an earlier one: one more commit on the branch that is checked out.

The commit is made beside the files on disk and compared with what it should hold, and only then does the branch move to it, by a
merge that git refuses where it would cost anything.  What staff have added to the template, or edited in it, stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from grader.errors import UsageError
from grader.handout.differences import Changes, Fate, fate, names_of
from grader.handout.git import blob_name, git, output, refused
from grader.handout.parts import Handout, Part
from grader.handout.record import RECORD, Record, decoded, digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """What became of a template."""

    branch: str
    commit: str
    """The new one; empty where nothing has changed."""
    changes: Changes
    left: tuple[str, ...]
    """Files that staff have edited in the template, and of which the handout has another version or none."""


def update_repository(handout: Handout, template: Path) -> Update:
    """
    Commit what a handout changes to its template.

    Raises:
        UsageError: If it is no repository of this handout, has edits that are not committed, or git refuses.
    """
    handout.refuse_within("--update", template)
    with refused("--update", template):
        if not (template / ".git").exists():
            raise UsageError(f"--update {template}: no repository; name the one that `--git` made, or a zip")
        if git(template, "status", "--porcelain", "--untracked-files=no"):
            raise UsageError(f"--update {template}: has edits that are not committed; commit them, or take them back")
        branch = git(template, "rev-parse", "--abbrev-ref", "HEAD").strip()
        tree = _tree(template)
        planned = _planned(handout, tree, template)
        if not planned.changes:
            return Update(branch=branch, commit="", changes=planned.changes, left=planned.left)
        commit = _commit(template, planned, handout.title, tree)
        git(template, "merge", "--quiet", "--ff-only", commit)
    return Update(branch=branch, commit=commit, changes=planned.changes, left=planned.left)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    written: Mapping[str, bytes]
    changes: Changes
    left: tuple[str, ...]


def _planned(handout: Handout, tree: Mapping[str, str], template: Path) -> _Plan:
    written: dict[str, bytes] = {}
    found: dict[Fate, list[str]] = {one: [] for one in Fate}
    parts = [(part, folder, _record(template, tree, folder)) for part, folder in _placed(handout)]
    known = {record.slug for _part, _folder, record in parts if record is not None and record.slug}
    if not known & {part.record.slug for part in handout.parts}:
        raise UsageError(f"--update {template}: no repository that `grader handout {_slugs(handout)} --git` has made")
    for part, folder, record in parts:
        before = record or Record(slug=part.record.slug, files={}, earlier={})
        for name in names_of(before, part.record):
            path = f"{folder}{name}"
            there = digest(output(template, "cat-file", "blob", tree[path])) if path in tree else None
            what = fate(name, there, before, part.record)
            found[what].append(path)
            if what in (Fate.ADDED, Fate.REPLACED):
                written[path] = part.files[name]
        written[f"{folder}{RECORD}"] = part.record.after(before).encoded()
    changes = Changes(
        added=tuple(found[Fate.ADDED]), replaced=tuple(found[Fate.REPLACED]), removed=tuple(found[Fate.REMOVED])
    )
    return _Plan(written=written, changes=changes, left=(*found[Fate.LEFT], *found[Fate.LEFT_OVER]))


def _placed(handout: Handout) -> list[tuple[Part, str]]:
    """Return where each part lies in the repository."""
    single = len(handout.parts) == 1
    return [(part, "" if single or not part.folder else f"{part.folder}/") for part in handout.parts]


def _slugs(handout: Handout) -> str:
    return " ".join(part.record.slug for part in handout.parts if part.record.slug)


def _tree(template: Path, commit: str = "HEAD") -> dict[str, str]:
    """Return the names that git gives the files of a commit, by path."""
    lines = git(template, "ls-tree", "-r", "-z", commit).split("\0")
    return {line.partition("\t")[2]: line.split()[2] for line in lines if line}


def _record(template: Path, tree: Mapping[str, str], folder: str) -> Record | None:
    name = tree.get(f"{folder}{RECORD}")
    return (
        None if name is None else decoded(output(template, "cat-file", "blob", name), f"{template}: {folder}{RECORD}")
    )


def _commit(template: Path, planned: _Plan, title: str, tree: Mapping[str, str]) -> str:
    """Make the commit, without touching branch and files, and return its name."""
    with TemporaryDirectory() as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder, "index"))}
        git(template, "read-tree", "HEAD", **index)
        for path, content in planned.written.items():
            name = output(template, "hash-object", "-w", "--no-filters", "--stdin", given=content).decode().strip()
            git(template, "update-index", "--add", "--cacheinfo", f"100644,{name},{path}", **index)
        for path in planned.changes.removed:
            git(template, "update-index", "--force-remove", path, **index)
        made = git(template, "write-tree", **index).strip()
    commit = git(
        template, "commit-tree", made, "-p", "HEAD", "-m", f"{title}: updated", "-m", str(planned.changes)
    ).strip()
    blobs = {path: blob_name(content) for path, content in planned.written.items()}
    expected = {path: name for path, name in tree.items() if path not in planned.changes.removed} | blobs
    assert _tree(template, commit) == expected, "the commit holds something else than the handout"
    return commit
