"""Names of files for submissions: whole where they fit, and never two alike."""

import os

from hypothesis import given
from hypothesis import strategies as st

from grader.reports import file_name


def test_ordinary_name_is_kept():
    """What fits is not changed, to the last byte."""
    assert file_name.of("ada lovelace", ".results.json") == "ada lovelace.results.json"
    assert file_name.of("a" * 187, ".results.json") == "a" * 187 + ".results.json"


def test_nobody_is_called_like_the_file_of_another_one():
    """Who chooses the name of a shortened file gets another file, and so does who chooses that one."""
    victim = "v" * 250
    attacker = file_name.of(victim, ".results.json").removesuffix(".results.json")
    second = file_name.of(attacker, ".results.json").removesuffix(".results.json")

    assert len({file_name.of(name, ".results.json") for name in (victim, attacker, second)}) == 3


def test_names_that_are_no_text_have_files():
    """As the names of files on Linux, which are bytes; two of them stay two."""
    one, other = (file_name.of(os.fsdecode(name), ".results.json") for name in (b"sur\xff", b"sur\xfe"))

    assert one != other
    assert one.startswith("sur?-")
    one.encode()


def test_what_is_no_name_of_a_file_stays_in_the_folder():
    """As may stand in results from elsewhere: a path, or nothing that a file can be called."""
    names = [file_name.of(name, ".html") for name in ("../../eve", ".._.._eve", "a/b", "a_b", "a\0b", "/")]

    assert len(set(names)) == len(names)
    assert not any(set("/\0") & set(name) for name in names)
    assert names[0].startswith(".._.._eve-")
    assert (names[1], names[3]) == (".._.._eve.html", "a_b.html")


def test_a_name_that_is_ours_is_nobodys():
    """Who is called like a file of ours has another one, and so has who is called like that."""
    taken = file_name.of("index", ".html", is_taken=True)

    assert taken.startswith("index-")
    assert file_name.of(taken.removesuffix(".html"), ".html") != taken


@given(name=st.text(st.characters(exclude_categories=["Cs"]), min_size=60), end=st.sampled_from("xyzü"))
def test_long_name_is_cut_and_stays_the_only_one(name, end):
    """Names that only differ where they are cut get files of their own, which any file system takes."""
    one, other = file_name.of(name * 4 + "a", ".fault.zip"), file_name.of(name * 4 + end, ".fault.zip")

    assert one != other
    assert max(len(one.encode()), len(other.encode())) <= 200
    assert one.endswith(".fault.zip")
