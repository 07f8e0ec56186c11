"""Statements of a source with the names that they bind, change and read, and their way back into lines."""

import pytest

from grader.submission.statements import UNREADABLE, executed, join, parse, root, source_lines, split


def only(source):
    """The only statement of a source."""
    (statement,) = split(source)
    return statement


@pytest.mark.parametrize(
    ("source", "binds", "changes", "now", "later"),
    [
        ("x = y + 1", "x", "", "y", ""),
        ("a, (b, *c) = d", "a b c", "", "d", ""),
        ("x += y", "", "x", "x y", ""),
        ("x['k'].y = z", "", "x", "x z", ""),
        ("x.items.append(y)", "", "x", "x y", ""),
        ("setattr(x, 'k', y)", "", "x", "setattr x y", ""),
        ("nn.init.zeros_(w)", "", "nn w", "nn w", ""),
        ("import a.b, c as d", "a", "", "", ""),
        ("[k := v for v in w]", "k", "", "w", ""),
        ("f = lambda n: n + m", "f", "", "", "m"),
        ("@deco\ndef f(a=start, *, b: Kind = stop) -> Out:\n    return g(a)", "f", "", "deco start stop Kind Out", "g"),
        ("class A(B, metaclass=M):\n    x = y\n    def f(self):\n        return z", "A", "", "B M y", "z"),
        ("for i in r:\n    s = i\n    t += s", "i s", "t", "i r s t", ""),
        ("def f():\n    def g():\n        return h\n    x = 1\n    return x, g", "f", "", "", "h"),
        ("try:\n    import a\nexcept E as error:\n    a = None", "a error", "", "E", ""),
        ("print(x)", "", "", "print x", ""),
    ],
)
def test_names_are_those_that_python_sees(source, binds, changes, now, later):
    """Names are told apart by when they are read; what is local to a function is nobody else's."""
    statement = split(source)[0]

    found = (statement.binds, statement.changes, statement.now, statement.later)
    assert found == tuple(frozenset(names.split()) for names in (binds, changes, now, later))


def test_annotations_may_wait():
    """After an import from the future, in this cell or an earlier one, annotations are not read when a function is defined."""
    future = frozenset({"annotations"})
    source = "import typing\ndef f(x: Later) -> typing.Any:\n    return x"

    assert split(source)[1].now == {"Later", "typing"}
    assert split(f"from __future__ import annotations\n{source}")[2].now == split(source, future=future)[1].now == set()
    assert split(source, future=future)[0].binds == {"typing"}


def test_places_are_those_of_the_source():
    """Each statement knows its text, its first line with its decorators, and whether it has its lines to itself."""
    source = '# top\nx = 1; y = """é\n"""; z = 2\n@deco\n\ndef f():  # why\n    pass\nimport a, b'
    found = [(statement.text, statement.line, statement.alone) for statement in split(source)]

    assert found == [
        ("x = 1", 2, False),
        ('y = """é\n"""', 2, False),
        ("z = 2", 3, False),
        ("@deco\n\ndef f():  # why\n    pass", 4, True),
        ("import a", 8, False),
        ("import b", 8, False),
    ]


@pytest.mark.parametrize("keep", [range(6), (0, 2, 3), (1,), (2, 5), ()], ids=str)
def test_statements_go_back_to_their_lines(keep):
    """Whatever is kept stands on its lines again, several statements of a line included."""
    source = '# top\nx = 1; y = """é\n"""; z = 2\n@deco\n\ndef f():  # why\n    pass\nimport a, b'
    statements = [statement for index, statement in enumerate(split(source)) if index in keep]
    again = split("\n".join(join(statements, first=1)))

    assert [(statement.text, statement.line) for statement in again] == [
        (statement.text, statement.line) for statement in statements
    ]


def test_lines_end_where_python_ends_them():
    """A form feed or a line separator of Unicode ends no line of Python."""
    assert source_lines("a\x0cb\u2028c\r\nd\re\nf") == ["a\x0cb\u2028c", "d", "e", "f"]


@pytest.mark.parametrize("source", ["def f(", "return 1", "x = '\0'", "x = " + "-" * 100_000 + "1"])
def test_what_is_no_python_is_refused(source):
    """Everything that Python would not run is one of the errors that it raises."""
    with pytest.raises(UNREADABLE):
        parse(source)


def test_only_what_runs_is_executed():
    """Class bodies, decorators and defaults run with their statement; bodies of functions do not."""
    source = "class A(b()):\n    c()\n    @d()\n    def f(self, x=e()):\n        g()\n    h = lambda y=i(): j()"
    called = {part.func.id for part in executed(only(source).node) if hasattr(part, "func")}

    assert called == set("bcdei")


def test_root_of_an_expression():
    """The name at the beginning of a chain is found; a call ends the chain."""
    expressions = [only(source).node.value for source in ("a.b['c'].d", "a", "f().b", "3 .real")]

    assert [root(expression) for expression in expressions] == ["a", "a", None, None]
