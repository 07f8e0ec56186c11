"""Names of files for submissions: whole where they fit, and never two alike."""

from hypothesis import given
from hypothesis import strategies as st

from grader.reports import file_name


def test_ordinary_name_is_kept():
    """What fits is not changed, to the last byte."""
    assert file_name.of("ada lovelace", ".results.json") == "ada lovelace.results.json"
    assert file_name.of("a" * 187, ".results.json") == "a" * 187 + ".results.json"


@given(name=st.text(st.characters(exclude_categories=["Cs"]), min_size=60), end=st.sampled_from("xyzü"))
def test_long_name_is_cut_and_stays_the_only_one(name, end):
    """Names that only differ where they are cut get files of their own, which any file system takes."""
    one, other = file_name.of(name * 4 + "a", ".fault.zip"), file_name.of(name * 4 + end, ".fault.zip")

    assert one != other
    assert max(len(one.encode()), len(other.encode())) <= 200
    assert one.endswith(".fault.zip")
