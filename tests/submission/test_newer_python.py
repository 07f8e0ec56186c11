"""Source that only a newer Python can read says which Python grades."""

import ast
import re
import sys

import pytest

from grader.submission import newer_python

NEWER = {
    "type Pair = tuple[int, int]": (3, 12),
    "type Pair[T] = tuple[T, T]": (3, 12),
    "def first[T](items: list[T]) -> T: ...": (3, 12),
    "class Box[T]: ...": (3, 12),
    """x = f"{d["a"]}" """: (3, 12),
    """x = f"{', '.join(a)} {"\\n".join(b)}" """: (3, 12),
    """x = f'{"\\n".join(b)}' """: (3, 12),
    'x = t"{a}"': (3, 14),
    "try: pass\nexcept A, B: pass": (3, 14),
}


@pytest.mark.parametrize(("source", "since"), NEWER.items())
def test_newer_syntax_is_named(source, since):
    """The sentence says which Python grades, which would do, and what to write."""
    if sys.version_info >= since:
        pytest.skip("this Python reads it")
    with pytest.raises(SyntaxError) as caught:
        ast.parse(source)

    version = ".".join(map(str, sys.version_info[:2]))
    assert re.match(
        rf" \(Python {re.escape(version)} grades, and this looks like Python {since[0]}\.{since[1]} or newer, .{{10}}",
        newer_python.explained(caught.value),
    )


@pytest.mark.parametrize("source", ["def f(:", "x = (1", "type = 3 +", 'print(f"{x}" y)', "class A(: pass", "x = 'a"])
def test_other_mistakes_are_of_every_python(source):
    """What no Python reads stays what it is."""
    with pytest.raises(SyntaxError) as caught:
        ast.parse(source)

    assert newer_python.explained(caught.value) == ""
