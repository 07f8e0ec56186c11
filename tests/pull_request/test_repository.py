"""Commits are read as git stores them, and what a clone does not hold is said in a sentence."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest
from clones import Clone, clone_in

from grader.errors import UsageError
from grader.pull_request.repository import Repository, is_lfs_pointer


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """A repository with one commit."""
    made = clone_in(tmp_path / "clone")
    made.commit({"a.py": "one\r\n", "folder/b.bin": b"\0\xff"})
    return made


def test_files_are_those_of_the_commit_and_not_those_on_disk(clone: Clone) -> None:
    """No attribute changes a line ending, no filter runs, and what is not committed is not there."""
    clone.commit({".gitattributes": "* text eol=crlf\n*.py filter=evil ident\n", "a.py": "one\n$Id$\n"})
    clone.git("config", "filter.evil.smudge", "touch SMUDGED")
    (clone.folder / "a.py").write_text("not committed")
    repository = Repository(clone.folder)

    tree = repository.tree(clone.head())
    entries = [tree["a.py"], tree["folder/b.bin"]]

    assert set(tree) == {".gitattributes", "a.py", "folder/b.bin"}
    assert repository.contents(entries) == [b"one\n$Id$\n", b"\0\xff"]
    assert repository.sizes(entries) == [9, 2]
    assert not list(clone.folder.rglob("SMUDGED"))


def test_a_folder_of_a_clone_gives_all_of_it(clone: Clone) -> None:
    """Whichever folder the command is given in."""
    assert set(Repository(clone.folder / "folder").tree(clone.head())) == {"a.py", "folder/b.bin"}


def test_kinds_of_entries_are_told(clone: Clone) -> None:
    """Links and submodules are no files; a program is one."""
    other = clone_in(clone.folder.parent / "other")
    other.commit({"x": "x"})
    clone.git("submodule", "--quiet", "add", str(other.folder), "sub")
    program = clone.folder / "run.py"
    program.write_text("x")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    commit = clone.commit({"link.py": Path("/etc/passwd")})

    kinds = {path: entry.kind for path, entry in Repository(clone.folder).tree(commit).items()}

    assert kinds["link.py"] == "a symbolic link"
    assert kinds["sub"] == "a submodule"
    assert (kinds["a.py"], kinds["run.py"]) == ("", "")


def test_paths_that_are_no_text_stay_apart(clone: Clone) -> None:
    """Bytes that are not UTF-8, newlines and options are names like any other."""
    names = ["--help", "new\nline.py", "tab\t.py", 'quo"te.py']
    commit = clone.commit(dict.fromkeys(names, "x"))
    tree = Repository(clone.folder).tree(commit)
    assert {*names} <= set(tree)

    odd = clone.commit_of_tree([("100644", "ä.py", b"x")], commit)
    raw = clone.git("cat-file", "commit", odd)
    assert "tree" in raw
    assert "ä.py" in Repository(clone.folder).tree(odd)


@pytest.mark.parametrize("reference", ["nowhere", "--help", "-1", "main^{tree}", "", "a b", "main..other"])
def test_what_is_no_commit_is_named(clone: Clone, reference: str) -> None:
    """Also where it looks like an option."""
    with pytest.raises(UsageError) as refused:
        Repository(clone.folder).commit("--head", reference)
    assert str(refused.value) == (
        f"--head {reference}: there is no such commit in {clone.folder}; fetch it first, `git fetch origin {reference}`"
    )


def test_a_name_that_no_argument_can_be_is_named(clone: Clone) -> None:
    """A null character, for one."""
    with pytest.raises(UsageError, match=r"--base a\\x00b: this cannot be the name of a commit"):
        Repository(clone.folder).commit("--base", "a\0b")
    with pytest.raises(UsageError, match=r"--base x{199}…: this cannot be the name of a commit"):
        Repository(clone.folder).commit("--base", "x" * 300_000)


def test_tags_and_branches_are_commits(clone: Clone) -> None:
    """A tag is followed to its commit."""
    clone.git("tag", "--annotate", "--message", "one", "v1")
    repository = Repository(clone.folder)
    assert repository.commit("--base", "v1") == repository.commit("--base", "main") == clone.head()


def test_branches_part_where_they_part(clone: Clone) -> None:
    """Also after the base was merged into the head."""
    fork = clone.head()
    clone.branch("work")
    work = clone.commit({"a.py": "two"})
    clone.git("checkout", "--quiet", "main")
    base = clone.commit({"c.py": "three"})
    repository = Repository(clone.folder)
    assert repository.fork_point(base, work) == fork

    clone.git("checkout", "--quiet", "work")
    clone.git("merge", "--quiet", "--no-edit", "main")
    assert repository.fork_point(base, clone.head()) == base


def test_a_shallow_clone_says_what_to_fetch(clone: Clone, tmp_path: Path) -> None:
    """Also where a common commit is in it: it may be an older one than the whole history has."""
    clone.branch("work")
    clone.commit({"a.py": "two"})
    clone.git("checkout", "--quiet", "main")
    clone.commit({"c.py": "three"})
    shallow = clone_in(tmp_path / "shallow")
    shallow.git("fetch", "--quiet", "--depth=2", f"file://{clone.folder}", "main:base", "work:head")
    repository = Repository(shallow.folder)

    with pytest.raises(UsageError) as refused:
        repository.fork_point(repository.commit("--base", "base"), repository.commit("--head", "head"))
    assert str(refused.value) == (
        f"{shallow.folder} is a shallow clone, and where two commits part shows in the whole history: fetch all of it "
        "(`fetch-depth: 0` of actions/checkout, `GIT_DEPTH: 0` on GitLab, `git fetch --unshallow`)"
    )


def test_histories_that_were_merged_both_ways_are_refused(clone: Clone) -> None:
    """By the dates of commits a student could choose which of two old states an edit is compared with."""
    clone.branch("work")
    clone.commit({"a.py": "two"})
    clone.git("checkout", "--quiet", "main")
    clone.commit({"c.py": "three"})
    clone.branch("mixed", "work")
    clone.git("merge", "--quiet", "--no-edit", "-s", "ours", "main")
    head = clone.commit({"a.py": "four"})
    clone.git("checkout", "--quiet", "main")
    clone.git("merge", "--quiet", "--no-edit", "--no-ff", "work")
    base = clone.head()
    repository = Repository(clone.folder)

    with pytest.raises(
        UsageError, match="part at 2 commits, since each was merged into the other: what the head changed cannot"
    ):
        repository.fork_point(base, head)
    clone.git("checkout", "--quiet", "mixed")
    clone.git("merge", "--quiet", "--no-edit", "-X", "ours", "main")
    assert repository.fork_point(base, clone.head()) == base


def test_a_name_that_means_several_things_is_refused(clone: Clone) -> None:
    """A tag that is called like a branch would win."""
    base = clone.head()
    clone.commit({"a.py": "two"})
    clone.git("tag", "main", base)
    repository = Repository(clone.folder)
    with pytest.raises(UsageError) as refused:
        repository.commit("--base", "main")
    assert str(refused.value) == (
        f"--base main: several things in {clone.folder} are called so; give the full hash of the commit, or the whole name, as "
        "refs/heads/main"
    )
    assert repository.commit("--base", "refs/tags/main") == base
    clone.git("branch", base[:8], "refs/heads/main")
    with pytest.raises(UsageError, match="several things"):
        repository.commit("--base", base[:8])


def test_a_tree_that_holds_a_path_twice_is_refused(clone: Clone) -> None:
    """Which of the two counts would depend on the program that reads it."""
    head = clone.commit_of_tree([("100644", "a.py", b"evil"), ("100644", "a.py", b"good")], clone.head())
    with pytest.raises(UsageError, match=r"\w{12} holds a\.py twice: make the commit anew with git"):
        Repository(clone.folder).tree(head)


def test_a_tree_that_lists_more_than_memory_holds_is_refused(clone: Clone) -> None:
    """Ten levels of ten folders each are a few objects, and ten thousand million paths."""
    tree = clone.git("rev-parse", f"{clone.commit_of_tree([('100644', 'f', b'')], clone.head())}^{{tree}}")
    for _level in range(10):
        row = [b"40000 %d\0" % number + bytes.fromhex(tree) for number in range(10)]
        tree = clone.git("hash-object", "-t", "tree", "-w", "--stdin", "--literally", given=b"".join(row))
    head = clone.git("commit-tree", tree, "-m", "large")
    with pytest.raises(
        UsageError, match=r"lists its files in more than 33,554,432 bytes: this is no repository of a course"
    ):
        Repository(clone.folder).tree(head)


def test_histories_that_have_nothing_in_common_are_refused(clone: Clone) -> None:
    """What was changed cannot be told."""
    base = clone.head()
    clone.git("checkout", "--quiet", "--orphan", "other")
    with pytest.raises(UsageError, match=r"have no commit in common: what the head changed cannot be told"):
        Repository(clone.folder).fork_point(base, clone.commit({"z": "z"}))


def test_a_clone_that_lacks_files_is_refused_and_fetches_nothing(clone: Clone, tmp_path: Path) -> None:
    """One with a filter would get each from its origin, over whatever the configuration says."""
    clone.git("config", "uploadpack.allowFilter", "true")
    partial = Clone(tmp_path / "partial")
    clone.git("clone", "--quiet", "--no-checkout", "--filter=blob:none", f"file://{clone.folder}", str(partial.folder))
    partial.git("config", "remote.origin.uploadpack", f"touch {tmp_path / 'FETCHED'}; git-upload-pack")
    repository = Repository(partial.folder)
    entries = list(repository.tree(repository.commit("--head", "HEAD")).values())

    with pytest.raises(
        UsageError, match=r"git cat-file cannot read this clone: fatal: could not fetch \w+ from promisor"
    ):
        repository.sizes(entries)
    assert not (tmp_path / "FETCHED").exists()


def test_a_file_that_a_clone_lacks_is_named(clone: Clone) -> None:
    """Where nothing says from where it could be fetched."""
    repository = Repository(clone.folder)
    entry = repository.tree(clone.head())["a.py"]
    shutil.rmtree(clone.folder / ".git" / "objects" / entry.name[:2])
    with pytest.raises(UsageError) as refused:
        repository.sizes([entry])
    assert str(refused.value) == (
        f"{clone.folder}: a file of the commit is not in this clone ({entry.name} missing): fetch it without a filter"
    )


def test_a_damaged_clone_is_a_sentence(clone: Clone) -> None:
    """An object that is gone is named by git."""
    shutil.rmtree(clone.folder / ".git" / "objects" / clone.git("rev-parse", "HEAD^{tree}")[:2])
    with pytest.raises(UsageError, match=r"git ls-tree cannot read this clone: fatal: "):
        Repository(clone.folder).tree(clone.head())


def test_what_is_no_clone_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that is not there, one without a repository, and a machine without git."""
    with pytest.raises(UsageError, match=r"--repository \S+nothing: no such folder"):
        Repository(tmp_path / "nothing")
    with pytest.raises(UsageError, match=r"--repository \S+: git says: fatal: not a git repository"):
        Repository(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        UsageError, match="there is no `git` on this machine, and pull requests are read with it: install it"
    ):
        Repository(tmp_path)


def test_a_pointer_of_lfs_is_told_from_a_file() -> None:
    """By its first line, as the specification of git-lfs has it."""
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 5\n"
    assert is_lfs_pointer(pointer)
    assert not is_lfs_pointer(b"# version https://git-lfs.github.com/spec/v1\n")
