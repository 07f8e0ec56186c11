"""What the markers of a source mean, and what is wrong with those that mean nothing."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from grader.authoring import solutions_of, stub_of
from grader.errors import AssignmentError

PATH = Path("solutions/sums/sums.py")


def made(source: str) -> str:
    """Return the stub of a source, which may be indented; it must be Python and be the same after it is made twice."""
    return stub_of(textwrap.dedent(source).lstrip("\n"), PATH)


def expected(stub: str) -> str:
    """Return a stub as it is written in a test."""
    return textwrap.dedent(stub).lstrip("\n")


OTTER = '''
    def add(a, b):
        """Add."""
        checked = a
        # BEGIN SOLUTION
        total = a + b
        return total
        # END SOLUTION
    '''
NBGRADER = '''
    def add(a, b):
        """Add."""
        ### BEGIN SOLUTION
        return a + b
        ### END SOLUTION
    '''
PROMPT_IN_A_STRING = '''
    def circumference(r):
        # BEGIN SOLUTION NO PROMPT
        return 2 * 3.14 * r
        # END SOLUTION
        """ # BEGIN PROMPT
        # Next, define a circumference function.
        pass
        """; # END PROMPT
    '''
PROMPT_IN_LINES = """
    def add(a, b):
        # BEGIN SOLUTION
        return a + b
        # END SOLUTION

        # BEGIN PROMPT
        # Add, and return the sum.
        raise NotImplementedError("add")
        # END PROMPT
    """
LINES = """
    import torch  # SOLUTION NO PROMPT

    nine = square(3) # SOLUTION
    first: int = (1 +
        2)  # SOLUTION
    pair[0], other = (  # a comment
        3, 4
    )  # SOLUTION
    def add(a, b):
        total = a + b  # noqa: RET504  # SOLUTION
        print(total)  # SOLUTION NO PROMPT
        return total  # SOLUTION
    @decorated  # SOLUTION NO PROMPT
    def other():
        log()  #SOLUTION
        return 1  # SOLUTION
    """
REMOVED = """
    # BEGIN SOLUTION NO PROMPT
    RATE = 3
    # END SOLUTION

    import torch

    # BEGIN SOLUTION NO PROMPT
    def helper():
        return 1


    # END SOLUTION


    x = 1

    # BEGIN SOLUTION NO PROMPT
    y = 2
    # END SOLUTION
    # a comment


    # BEGIN SOLUTION NO PROMPT
    def helper():
        return 1


    # END SOLUTION


    def add(a, b):
        # BEGIN SOLUTION
        return a + b
        # END SOLUTION


    # BEGIN SOLUTION NO PROMPT
    def last():
        return 1
    # END SOLUTION
    """


@pytest.mark.parametrize(
    ("source", "stub"),
    [
        pytest.param(
            OTTER,
            '''
            def add(a, b):
                """Add."""
                checked = a
                raise NotImplementedError
            ''',
            id="otter",
        ),
        pytest.param(
            NBGRADER,
            '''
            def add(a, b):
                """Add."""
                # YOUR CODE HERE
                raise NotImplementedError()
            ''',
            id="nbgrader",
        ),
        pytest.param(
            PROMPT_IN_A_STRING,
            """
            def circumference(r):
                # Next, define a circumference function.
                pass
            """,
            id="prompt-in-a-string",
        ),
        pytest.param(
            PROMPT_IN_A_STRING.replace("NO PROMPT", "").replace('"""; #', '""" #').replace('"""', "'''"),
            """
            def circumference(r):
                # Next, define a circumference function.
                pass
            """,
            id="prompt-in-another-string",
        ),
        pytest.param(
            PROMPT_IN_LINES,
            """
            def add(a, b):
                # Add, and return the sum.
                raise NotImplementedError("add")
            """,
            id="prompt-in-lines",
        ),
        pytest.param(
            LINES,
            """
            nine = ...
            first: int = ...
            pair[0], other = ...
            def add(a, b):
                total = ...
                raise NotImplementedError
            def other():
                raise NotImplementedError
            """,
            id="single-lines",
        ),
        pytest.param(
            REMOVED,
            """
            import torch


            x = 1

            # a comment


            def add(a, b):
                raise NotImplementedError
            """,
            id="what-is-left-out-leaves-no-gap",
        ),
        pytest.param(
            OTTER.replace("        total", "            total")
            .replace("        # BEGIN", "    # BEGIN")
            .replace("checked = a", "if a:")
            .replace("        return", "            return"),
            '''
            def add(a, b):
                """Add."""
                if a:
                    raise NotImplementedError
            ''',
            id="indented-as-the-solution",
        ),
    ],
)
def test_a_stub_has_what_stands_for_its_solutions(source: str, stub: str) -> None:
    """A prompt, an exception, three dots or nothing, as the family of the markers has it."""
    assert made(source) == expected(stub)


@pytest.mark.parametrize("quotes", ['"""', "'''", 'f"""', 'r"""'])
def test_text_in_quotes_is_no_marker(quotes: str) -> None:
    """Markers are comments: what a string says stays, as do comments that only speak of them."""
    text = f"{quotes}\n# BEGIN SOLUTION\nx = 1  # SOLUTION\n### END SOLUTION\n{quotes[-3:]}"
    kept = f"TEXT = {text}\nLINE = '# SOLUTION'  # the sign of a SOLUTION, see # SOLUTIONS.md\n"

    assert stub_of(f"{kept}secret = 1  # SOLUTION NO PROMPT\n", PATH) == kept


def test_lines_between_markers_are_the_answer() -> None:
    """What is compared with a handout: neither markers nor prompts, which students have."""
    text = textwrap.dedent(PROMPT_IN_A_STRING + OTTER + "nine = 3  # SOLUTION\n").lstrip("\n")
    lines = text.split("\n")
    answers = [lines[number - 1].strip() for one in solutions_of(text, PATH) for number in one.answer]

    assert answers == ["return 2 * 3.14 * r", "total = a + b", "return total", "nine = 3  # SOLUTION"]


BEGIN, END = "# BEGIN SOLUTION", "# END SOLUTION"
IN_A_FUNCTION = "def f():\n    {}\n"


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        pytest.param(
            f"{BEGIN}\nx = 1\n{BEGIN}\ny = 1\n{END}\n",
            3,
            f"`{BEGIN}` stands within `{BEGIN}`; close the one of line 1 first, with `{END}`",
            id="nested",
        ),
        pytest.param(
            f"#{BEGIN}\n".replace("##", "###") + "x = 1  # SOLUTION\n### END SOLUTION\n",
            2,
            "`# SOLUTION` stands within `### BEGIN SOLUTION`; close the one of line 1 first, with `### END SOLUTION`",
            id="a-line-in-a-block",
        ),
        pytest.param(
            f"x = 1\n{BEGIN}\ny = 2\n",
            2,
            f"`{BEGIN}` is not closed; write `{END}` below what it should hold",
            id="not-closed",
        ),
        pytest.param(
            f"{BEGIN}\nx = 1\n{END}\n# BEGIN PROMPT\ny = 2\n",
            4,
            "`# BEGIN PROMPT` is not closed; write `# END PROMPT` below what it should hold",
            id="prompt-not-closed",
        ),
        pytest.param(
            f'{BEGIN}\nx = 1\n{END}\n""" # BEGIN PROMPT\ny = 2\n"""\n',
            4,
            "`# BEGIN PROMPT` in this string is not closed; write `# END PROMPT` behind the quotes that end it",
            id="string-not-closed",
        ),
        pytest.param(
            f"x = 1\n{END}\n",
            2,
            f"`{END}` closes nothing; write `{BEGIN}` above what it should close, or delete it",
            id="stray-end",
        ),
        pytest.param(
            "x = 1\n# END PROMPT\n",
            2,
            "`# END PROMPT` closes nothing; write `# BEGIN PROMPT` above what it should close, or delete it",
            id="stray-end-of-a-prompt",
        ),
        pytest.param(
            "### BEGIN SOLUTION\nx = 1\n# END SOLUTION\n",
            3,
            f"`{END}` closes `### BEGIN SOLUTION` of line 1; write `### END SOLUTION`, of the same family",
            id="two-families",
        ),
        pytest.param(
            f"{BEGIN}\n\n{END}\n",
            1,
            f"`{BEGIN}` holds nothing; write the solution between the two markers",
            id="empty",
        ),
        pytest.param(
            "# BEGIN PROMPT\nx = 2\n# END PROMPT\n",
            1,
            "`# BEGIN PROMPT` follows no solution; a prompt goes directly below the `# END SOLUTION` that it stands for",
            id="prompt-of-nothing",
        ),
        pytest.param(
            f'{BEGIN}\nx = 1\n{END}\ny = 1\n""" # BEGIN PROMPT\nx = 2\n""" # END PROMPT\n',
            5,
            '`""" # BEGIN PROMPT` follows no solution; a prompt goes directly below the `# END SOLUTION` that it stands for',
            id="prompt-too-late",
        ),
        pytest.param(
            f"{BEGIN}\nx = 1\n{END}\n# BEGIN PROMPT\nx = 2\n# END PROMPT\n# BEGIN PROMPT\nx = 3\n# END PROMPT\n",
            7,
            "`# BEGIN PROMPT` is a second prompt for the solution of line 1; write one",
            id="two-prompts",
        ),
        pytest.param(
            f"x = 1 {BEGIN}\n",
            1,
            f"`{BEGIN}` stands behind code; give it a line of its own",
            id="behind-code",
        ),
        pytest.param(
            "# SOLUTION\nx = 1\n",
            1,
            "`# SOLUTION` is not at the end of a statement; put it there, or `# BEGIN SOLUTION` above and `# END SOLUTION` below "
            "what is meant",
            id="line-of-its-own",
        ),
        pytest.param(
            "x = [\n    1,  # SOLUTION NO PROMPT\n]\n",
            2,
            "`# SOLUTION NO PROMPT` is not at the end of a statement; put it there, or `# BEGIN SOLUTION` above and "
            "`# END SOLUTION` below what is meant",
            id="within-a-statement",
        ),
        pytest.param(
            "for i in x:  # SOLUTION\n    pass\n",
            1,
            "`# SOLUTION` is behind what is no statement by itself; put `# BEGIN SOLUTION` and `# END SOLUTION` around all of it",
            id="head-of-a-block",
        ),
        pytest.param(
            "x = 1\n# BEGIN SOLUTIONS\n",
            2,
            "`# BEGIN SOLUTIONS` is no marker, but nearly one; there are: `# BEGIN SOLUTION`, `# BEGIN SOLUTION NO PROMPT`, "
            "`# END SOLUTION`, `# BEGIN PROMPT`, `# END PROMPT`, `# SOLUTION`, `# SOLUTION NO PROMPT`, and `### BEGIN SOLUTION`, "
            "`### END SOLUTION`",
            id="misspelt",
        ),
        *(
            pytest.param(f"x = 1\n{marker}\n", 2, f"`{marker}` is no marker, but nearly one; there are: ", id=marker)
            for marker in ("# begin solution", "## END SOLUTION", "# BEGIN SOLUTION NOPROMPT", "# END_SOLUTION")
        ),
        *(
            pytest.param(
                f"x = 1\n{marker}\n",
                2,
                f"`{marker}` marks tests, and there are none in a source; write checks, in `checks/` of the assignment or, "
                "hidden, of its solution",
                id=marker,
            )
            for marker in ("### BEGIN HIDDEN TESTS", "# BEGIN TESTS", "### AUTOTEST f(3)", "### BEGIN MARK SCHEME")
        ),
        pytest.param(
            f"x = 1\n{BEGIN}\ny = 2\n{END}\n",
            2,
            "this solution is in no function, so the stub would raise NotImplementedError as soon as it is imported; add "
            "NO PROMPT to its marker, or give it a prompt",
            id="outside-of-functions",
        ),
        pytest.param(
            f"def f():\n    {BEGIN} NO PROMPT\n    return 1\n    {END}\n\n\ny = 2\n",
            7,
            "without its solutions this is no Python: expected an indented block after function definition on line 1; mark a "
            "whole block, or give it a prompt with what must stay",
            id="nothing-left-of-a-function",
        ),
    ],
)
def test_a_marker_that_means_nothing_is_an_error(source: str, line: int, said: str) -> None:
    """File, line, what is there and what was meant."""
    with pytest.raises(AssignmentError) as raised:
        stub_of(source, PATH)

    assert str(raised.value).startswith(f"{PATH}:{line}: {said}")
    assert said.endswith("there are: ") or str(raised.value) == f"{PATH}:{line}: {said}"


def test_a_source_without_markers_has_no_stub() -> None:
    """It would be the solution."""
    with pytest.raises(AssignmentError) as raised:
        stub_of("def add(a, b):\n    return a + b\n", PATH)

    assert str(raised.value) == (
        f"{PATH}: no line is marked as a solution, so the stub would be the solution; put `# BEGIN SOLUTION` above and "
        "`# END SOLUTION` below what students write"
    )
    assert solutions_of("def add(a, b):\n    return a + b\n", PATH) == ()


def test_a_source_that_is_no_python_says_so() -> None:
    """The reason is Python's."""
    with pytest.raises(
        AssignmentError, match=r"sums\.py:2: cannot be loaded: `\"\"\"Add\.` is no Python: unterminated triple"
    ):
        stub_of('def add(a, b):\n    """Add.\n', PATH)
    inside = "def add(a, b):\n    # BEGIN SOLUTION\n    return return a\n    # END SOLUTION\n"
    with pytest.raises(
        AssignmentError, match=r"sums\.py:3: cannot be loaded: `return return a` is no Python: invalid syntax"
    ):
        stub_of(inside, PATH)
