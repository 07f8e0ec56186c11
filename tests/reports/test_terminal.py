"""What people see at a terminal: every fact once, and nothing that a student wrote is obeyed."""

import io
import re
from dataclasses import replace

import pytest
from results import BLAME, graded
from rich.console import Console

from grader.course import assignment as assignments
from grader.model import Cause, CheckResult, Disclosure, Feedback, Location, Outcome, Visibility
from grader.reports import terminal

HOSTILE = "\x1b[2J[bold]x[/bold][/][link=http://a]\r\x9b"
SHOWN = "\\x1b[2J[bold]x[/bold][/][link=http://a]\\x0d\\x9b"
STYLES = re.compile(r"\x1b\[[\d;]*m")
"""What Rich itself writes: colours and weights."""


@pytest.fixture
def assignment(tmp_path):
    """An assignment of two exercises."""
    path = tmp_path / "assignments" / "addition" / "assignment.toml"
    path.parent.mkdir(parents=True)
    exercises = "".join(
        f'[[exercises]]\nname = "{name}"\ntitle = "{name.capitalize()}"\nprovides = []\n'
        for name in ("sums", "doubles")
    )
    path.write_text(f'title = "Addition"\nsummary = "Add."\nfile = "addition.py"\n{exercises}')
    return assignments.load(tmp_path, "addition")


def result(title="Any two numbers are added.", outcome=Outcome.FAILED, exercise="sums", points=2, **more):
    return CheckResult(
        name=more.pop("name", "any_sum"),
        title=title,
        exercise=exercise,
        points=points,
        outcome=outcome,
        blame=BLAME.get(outcome),
        visibility=more.pop("visibility", Visibility.PUBLIC),
        disclosure=Disclosure.FULL,
        **more,
    )


def shown(renderable, width=160, **options):
    """What a file or, with force_terminal, a terminal of this width receives."""
    file = io.StringIO()
    Console(file=file, width=width, **options).print(renderable)
    return file.getvalue()


def words(text):
    return " ".join(text.split())


# --- student text -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "place", ["message", "counterexample", "expected", "received", "hint", "trace", "remark", "output", "note", "name"]
)
@pytest.mark.parametrize("colours", [False, True], ids=["to-a-file", "to-a-terminal"])
def test_student_text_is_shown_and_not_obeyed(place, colours):
    """Wherever it appears, markup stays text and escape sequences are spelt out."""
    feedback = {"message": "wrong", place: (HOSTILE,) if place == "trace" else HOSTILE}
    outside = {"remark": {"remarks": (HOSTILE,)}, "output": {"output": HOSTILE}}.get(place, {})
    if place in ("remark", "output", "note", "name"):
        feedback = {"message": "wrong"}
    whole = graded(
        result(feedback=Feedback(**feedback), **outside),
        name=HOSTILE if place == "name" else "ada",
        notes=(HOSTILE,) if place == "note" else (),
    )
    text = shown(terminal.one(whole), force_terminal=colours)

    plain = STYLES.sub("", text)
    assert plain.count(SHOWN) == 1
    assert not re.search(r"[\x1b\x9b\r]", plain)
    assert ("\x1b" in text) is colours


def test_class_table_shows_names_as_they_are():
    """A submission that is called like markup gets its row."""
    name = HOSTILE.removesuffix("[link=http://a]\r\x9b")

    assert "\\x1b[2J[bold]x[/bold][/]" in shown(terminal.many([graded(result(), name=name)]))


@pytest.mark.parametrize("place", ["message", "counterexample", "received", "trace", "remark", "note"])
def test_long_text_is_cut_and_says_so(place):
    """However much a student's code says, the score is not scrolled away, and how much is missing is said."""
    long, many = "a" * 1_000_000, "b\n" * 500
    for text, hidden in ((long, "… 998,000 more characters"), (many, "… 480 more lines")):
        feedback = {place: (text,) if place == "trace" else text} if place not in ("remark", "note") else {}
        check = result(feedback=Feedback(**{"message": "wrong"} | feedback), remarks=(text,) * (place == "remark"))
        report = shown(terminal.one(graded(check, notes=(text,) * (place == "note"))))

        assert hidden in words(report)
        assert len(report) < 10_000


def test_long_word_is_broken_and_not_cut():
    """An answer without spaces, wider than the terminal, is shown all the same."""
    report = shown(terminal.one(graded(result(feedback=Feedback(message="wrong", received="a" * 500)))))

    assert sum(map(len, re.findall("aa+", report))) == 500


def test_name_stays_on_its_line():
    """A name with newlines, or of a thousand letters, takes one row of the class; of a long one both ends are shown."""
    names = ("a\nb\tc", "ada" + "z" * 1000 + "_1234_hw", "数" * 40)
    (_header, *rows) = shown(
        terminal.many([graded(result(outcome=Outcome.PASSED), name=name) for name in names]), width=100
    ).splitlines()

    assert rows[0].startswith("a\\nb\\tc ")
    assert rows[1].startswith("ada" + "z" * 17 + "…" + "z" * 11 + "_1234_hw ")
    assert rows[2].startswith("数" * 10 + "…" + "数" * 9 + " ")


@pytest.mark.parametrize("width", [40, 80, 160])
@pytest.mark.parametrize("name", ["ada", "lovelace_ada_jane_elizabeth_1234_assignsubmission_file_homework"])
def test_no_line_ends_in_blanks(width, name):
    """Tables fill their cells with them, which who copies a line gets too."""
    wrong = result(feedback=Feedback(message="wrong", expected="3", received="4" * 100), output="printed\n")
    whole = [graded(wrong, result(name="other", outcome=Outcome.PASSED), name=one) for one in (name, "bob")]
    for report in (terminal.one(whole[0]), terminal.many(whole)):
        for line in shown(report, width=width).splitlines():
            assert line == line.rstrip()


@pytest.mark.parametrize("width", [20, 40, 80, 160])
@pytest.mark.parametrize("colours", [False, True], ids=["to-a-file", "to-a-terminal"])
def test_no_line_is_a_workflow_command(width, colours):
    """Wherever a line is broken, GitHub Actions finds no command at the start of the next one."""
    command = "::error title=x::y"
    texts = [" " * 7 + command, *("a" * length + command for length in range(width))]
    checks = [result(feedback=Feedback(message=text, received=text), remarks=(text,)) for text in texts]
    whole = graded(*checks, name=command, notes=tuple(texts))

    one, many = (
        STYLES.sub("", shown(renderable, width=width, force_terminal=colours)).splitlines()
        for renderable in (terminal.one(whole), terminal.many([whole]))
    )
    assert not [line for line in one + many if re.match(r"\s*::", line)]
    assert any(re.match(r"\s*\\x3a:err", line) for line in one)


def test_slices_and_operators_stay_as_they_are():
    """Two colons that start no command are left alone, also where they start a line."""
    feedback = Feedback(message="`aten::conv2d` may not be used", received="::2")
    text = words(shown(terminal.one(graded(result(feedback=feedback), notes=("::2",)))))

    assert "`aten::conv2d` may not be used received ::2" in text
    assert "::2 0 of 2 points" in text


def test_many_notes_are_counted():
    """A notebook of a thousand cells does not bury its score."""
    text = shown(terminal.one(graded(result(), notes=tuple(f"cell {number}" for number in range(1000)))))

    assert "cell 39\n" in text
    assert "cell 40" not in text
    assert "and 960 more notes" in text


# --- one submission ---------------------------------------------------------------------------------------------------


def test_every_part_of_the_feedback_is_shown_with_its_label():
    """A reader learns what was asked, both answers, where it happened, a hint and the mistake."""
    feedback = Feedback(
        message="the answer is wrong",
        counterexample="add(1, 2)",
        expected="3",
        received="4",
        picture=". .\n    .",
        hint="count again",
        misconception="off_by_one",
        trace=("addition.py, line 2, in add: return 4",),
    )
    text = words(shown(terminal.one(graded(result(feedback=feedback, remarks=("a list is fine",))))))

    assert "the answer is wrong" in text
    for fact in (
        "asked add(1, 2)",
        "expected 3",
        "received 4",
        "picture . .",
        "hint count again",
        "mistake off_by_one",
        "at addition.py, line 2, in add: return 4",
        "note a list is fine",
    ):
        assert fact in text


def test_exercises_are_headings_with_their_points(assignment):
    """Checks stand under their exercise, exercises in the order of the assignment, each with its own points."""
    text = shown(
        terminal.one(
            graded(
                result("Doubled.", Outcome.PASSED, "doubles", 3),
                result("Added.", feedback=Feedback(message="wrong")),
                result("Subtracted.", Outcome.PASSED),
            )
        )
    )

    order = ["Sums 2/4", "Added.", "Subtracted.", "Doubles 3/3", "Doubled.", "5 of 7 points"]
    places = [words(text).index(part) for part in order]
    assert places == sorted(places)


@pytest.mark.parametrize("outcome", list(Outcome), ids=str)
def test_line_of_a_check_says_how_it_ended(outcome):
    """Passed and failed are told by their mark, everything else by its word too."""
    text = shown(terminal.one(graded(result("Added.", outcome, feedback=Feedback(message="why")))))
    (line,) = [words(line) for line in text.splitlines() if "Added." in line]

    assert line.startswith({"passed": "✓", "skipped": "-", "ungraded": "?", "pending": "…"}.get(outcome, "✗"))
    assert line.endswith("Added." if outcome in ("passed", "failed") else outcome.value)
    assert {"passed": "2/2", "pending": "–/2"}.get(outcome, "0/2") in line


def test_hidden_checks_are_marked():
    """Staff see which checks students cannot run."""
    whole = graded(result("Added.", visibility=Visibility.HIDDEN), result("Doubled.", exercise="doubles"))
    lines = [line for line in shown(terminal.one(whole)).splitlines() if "hidden" in line]

    assert len(lines) == 1
    assert "Added." in lines[0]


def test_shared_message_is_shown_once():
    """Where every check says the same, it is said once, above them."""
    same = Feedback(message="addition.py is empty")
    checks = [result(title, Outcome.MISSING, feedback=same) for title in ("Added.", "Subtracted.")]
    text = shown(terminal.one(graded(*checks)))

    assert text.count("addition.py is empty") == 1
    assert text.index("addition.py is empty") < text.index("Added.") < text.index("Subtracted.")


def test_shared_message_keeps_where_it_happened():
    """What goes with a shared message is shown as well: the line that raised, a hint."""
    same = Feedback(
        message="your file could not be imported",
        trace=("addition.py, line 1, in <module>: import pandas",),
        hint="leave pandas out",
    )
    checks = [result(title, Outcome.RAISED, feedback=same) for title in ("Added.", "Subtracted.")]
    text = words(shown(terminal.one(graded(*checks))))

    assert text.count("addition.py, line 1, in <module>: import pandas") == 1
    assert text.count("leave pandas out") == 1


def test_shared_message_keeps_what_the_checks_have_in_common():
    """Where the questions differ, the line that raised and a hint that all have are shown; what only some have is not."""
    same = Feedback(
        message="your code raised TypeError", trace=("net.py, line 5, in forward: half(x)",), hint="look at half"
    )
    checks = [
        result("Added.", Outcome.RAISED, feedback=replace(same, counterexample="add(1, 2)", misconception="shadowed")),
        result("Subtracted.", Outcome.RAISED, feedback=replace(same, counterexample="subtract(1, 2)")),
    ]
    text = words(shown(terminal.one(graded(*checks))))

    for once in ("your code raised TypeError", "net.py, line 5, in forward: half(x)", "look at half"):
        assert text.count(once) == 1
    for never in ("add(1, 2)", "shadowed"):
        assert never not in text


def test_same_words_about_different_questions_are_not_shared():
    """Checks that are wrong in their own ways keep their own feedback."""
    checks = [
        result(feedback=Feedback(message="the answer is wrong", counterexample=question))
        for question in ("add(1, 2)", "add(3, 4)")
    ]
    text = shown(terminal.one(graded(*checks)))

    assert "add(1, 2)" in text
    assert "add(3, 4)" in text


def test_different_messages_stay_with_their_checks():
    """One check that passed is enough: messages then stand under their checks."""
    whole = graded(result("Added.", feedback=Feedback(message="wrong")), result("Subtracted.", Outcome.PASSED))
    text = shown(terminal.one(whole))

    assert text.index("Added.") < text.index("wrong") < text.index("Subtracted.")


def test_output_is_shown_once_and_not_at_length():
    """What the code printed is shown once though every check printed it, cut after a few lines."""
    output = "".join(f"line {number}\n" for number in range(100))
    text = shown(terminal.one(graded(result(output=output), result(output=output))))

    assert text.count("your output") == text.count("line 0 ") == 1
    assert "line 99" not in text
    assert re.search(r"… \d+ more lines", text)


def test_picture_keeps_its_columns_and_is_shown_once():
    """Its lines stand under each other, and the same picture is not drawn again for the next check."""
    drawn = [Feedback(message=message, picture=". . .\n  [-]") for message in ("wrong", "wrong too")]
    whole = graded(*(result(feedback=one) for one in drawn), result("Subtracted.", Outcome.PASSED))
    lines = shown(terminal.one(whole)).splitlines()

    (first,) = (number for number, line in enumerate(lines) if "picture" in line)
    assert lines[first + 1].index("[-]") == lines[first].index(". . .") + 2


def test_notes_are_shown():
    """What was left out of a notebook is said."""
    assert "cell 2 is left out" in shown(terminal.one(graded(result(), notes=("cell 2 is left out",))))


def test_ungraded_says_that_it_costs_nothing():
    """With an ungraded check there is no score, but a count of what could not be run."""
    text = shown(terminal.one(graded(result(outcome=Outcome.UNGRADED), result(outcome=Outcome.PASSED))))

    assert "ungraded: 1 check" in text
    assert "costs nothing" in text
    assert "of 4 points" not in text


def test_narrow_terminal_loses_no_words():
    """At forty columns the same words are there."""
    feedback = Feedback(message="a long sentence about what is wrong", hint="and a long hint about what to do next")
    whole = graded(result("A check with quite a long sentence of its own.", feedback=feedback))
    wide, narrow = (shown(terminal.one(whole), width=width) for width in (200, 40))

    assert sorted(wide.split()) == sorted(narrow.split())
    assert max(map(len, narrow.splitlines())) <= 40


# --- what to do next --------------------------------------------------------------------------------------------------


def last_lines(*checks, **more):
    """What a student reads below the score."""
    text = shown(terminal.one(graded(*checks, **more), for_student=True))
    return re.split(r"\d+ of \d+ points|grade again\n", text)[-1].strip()


def test_a_student_ends_with_the_first_cause_and_the_command():
    """With file and line, and how many checks follow; a check that follows from another one is not the first."""
    cause = Cause(check="root", says="the same mistake")
    follows = [
        result(f"Follows {name}.", name=name, feedback=Feedback(message="wrong too", follows_from=cause))
        for name in "ab"
    ]
    root = result("The root.", name="root", feedback=Feedback(message="w"), defined_at=Location(path="hw/a.py", line=4))
    later = result("Later.", name="later", feedback=Feedback(message="else"))

    assert last_lines(*follows, root, later) == (
        "What to do next\nLook at hw/a.py, line 4: “The root.”; 2 other checks follow from it\n"
        "Check again: grader check addition"
    )
    assert last_lines(later).endswith("Look at “Later.”\nCheck again: grader check addition")


def test_what_is_next_where_there_is_no_first_check():
    """All say the same, or nothing of their own, or nothing is to fix."""
    same = [
        result(t, feedback=Feedback(message="empty"), defined_at=Location(path="a.py", line=1)) for t in ("A.", "B.")
    ]
    silent = result("Hidden.", feedback=Feedback(message="Hidden."))

    assert last_lines(*same) == "What to do next\nLook at a.py, line 1\nCheck again: grader check addition"
    assert last_lines(silent).startswith("What to do next\n1 check did not pass and says only what it checks: read the")
    assert last_lines(silent, silent).startswith("What to do next\n2 checks did not pass and say only what they check")
    assert last_lines(result(outcome=Outcome.PASSED)) == ""
    assert last_lines(result(outcome=Outcome.UNGRADED, feedback=Feedback(message="not run"))) == ""


def test_staff_are_not_told_what_to_do():
    """They have no file to change."""
    assert "What to do next" not in shown(terminal.one(graded(result(feedback=Feedback(message="wrong")))))


def test_who_checks_on_every_save_needs_no_command(assignment):
    """The first cause is named all the same."""
    whole = graded(result(feedback=Feedback(message="wrong")))
    text = shown(terminal.AsItComes(assignment, "").rest(whole))

    assert text.endswith("What to do next\nLook at “Any two numbers are added.”\n")


def test_a_hostile_path_is_one_line():
    """Nothing that a student calls a file is obeyed in the last lines."""
    at = Location(path="a\n::error::x" + HOSTILE, line=1)
    text = last_lines(result(feedback=Feedback(message="wrong"), defined_at=at))

    assert len(text.splitlines()) == 3
    assert not re.search(r"[\x1b\x9b\r]", text)


# --- a class ----------------------------------------------------------------------------------------------------------


def test_class_is_sorted_by_name_with_scores():
    """One row per submission, its points and what it lost."""
    right = result(outcome=Outcome.PASSED)
    wrong = result(name="negative_sum", outcome=Outcome.TIMED_OUT)
    text = shown(terminal.many([graded(right, name="zoe"), graded(right, wrong, name="ada")]))
    _header, first, second, *_of_all = text.splitlines()

    assert first.split()[:2] == ["ada", "2/4"]
    assert "timed_out" in first
    assert "negative_sum" in first
    assert second.split()[:2] == ["zoe", "2/2"]
    assert "any_sum" not in second


def test_ungraded_submission_has_no_score_in_the_class():
    """A score that does not count is not shown."""
    (_header, row) = shown(terminal.many([graded(result(outcome=Outcome.UNGRADED))])).splitlines()

    assert row.split()[:2] == ["ada", "ungraded"]
    assert "0/2" not in row


def points(earned, of=30):
    """A submission with so many points."""
    return graded(result(points=of, partial=earned, outcome=Outcome.FAILED if earned < of else Outcome.PASSED))


@pytest.mark.parametrize(("earned", "filled"), [(0, 0), (1, 1), (15, 5), (28, 9), (29, 9), (30, 10)])
def test_a_bar_is_full_only_where_all_is_right(earned, filled):
    """And empty only where nothing is."""
    (_header, row) = shown(terminal.many([points(earned)])).splitlines()

    assert (row.count("━"), row.count("╌")) == (filled, 10 - filled)


def test_class_ends_with_mean_and_median():
    """Of those that have a score; in points, or where they differ in percent."""
    ungraded = graded(result(outcome=Outcome.UNGRADED))
    *_rows, blank, line = shown(terminal.many([*map(points, (10, 20, 30, 25)), ungraded])).splitlines()
    *_others, percent = shown(terminal.many([points(15), points(10, of=10)])).splitlines()

    assert (blank, line) == ("", "mean 21.2, median 22.5 of 30 points")
    assert percent == "mean 75, median 75 % of the points"


@pytest.mark.parametrize("count", [0, 1])
def test_one_score_has_no_mean(count):
    """It is the score."""
    assert "mean" not in shown(terminal.many([*[points(10)] * count, graded(result(outcome=Outcome.UNGRADED))]))


def test_class_ends_with_its_most_frequent_mistakes():
    """Each counts once for a submission, however many checks found it; five are named."""

    def lost(*names):
        return graded(
            *(result(name=f"c{n}", feedback=Feedback(message="x", misconception=name)) for n, name in enumerate(names))
        )

    whole = [lost("floor", "floor", "bias"), lost("floor", "pad"), lost(None), lost("a", "b", "c")]
    text = shown(terminal.many(whole))

    assert text.splitlines()[-1] == "most frequent explanations: floor (2), bias (1), pad (1), a (1), b (1)"
    assert "most frequent" not in shown(terminal.many([points(1), points(2)]))


# --- a part of the points ---------------------------------------------------------------------------------------------


def test_a_part_of_the_points_has_a_mark_of_its_own():
    """A check that failed and earned something is neither a tick nor a cross, and its points are counted."""
    part = result(points=9, partial=6, feedback=Feedback(message="not all"))
    text = words(shown(terminal.one(graded(part, result(name="other", outcome=Outcome.FAILED)))))

    assert "◐ 6/9 Any two numbers are added." in text
    assert "✗ 0/2" in text
    assert "6 of 11 points" in text


# --- one cause is told once ------------------------------------------------------------------------------------------


def test_a_line_that_raised_is_told_once():
    """Of ten checks that it ended, nine refer to the first, on their own line."""
    raised = [
        result(
            f"Check {number}.",
            Outcome.RAISED,
            feedback=Feedback(
                message="your code raised", counterexample=f"add({number})", trace=("addition.py, line 2",)
            ),
        )
        for number in range(10)
    ]
    text = shown(terminal.one(graded(result("Passes.", Outcome.PASSED), *raised)))

    assert (text.count("your code raised"), text.count("addition.py, line 2")) == (1, 1)
    assert text.count("  raised, as above\n") == 9
    assert text.count("as above") == 9


@pytest.mark.parametrize("outcome", [Outcome.MISSING, Outcome.FAILED, Outcome.TIMED_OUT])
def test_the_same_feedback_is_told_once(outcome):
    """Whatever it is; what another check adds to it is shown."""
    same = Feedback(message="`add` is not there", hint="define it")
    checks = [
        result(f"Check {number}.", outcome, feedback=same, remarks=("a note",) * (number == 2)) for number in range(3)
    ]
    text = shown(terminal.one(graded(result("Passes.", Outcome.PASSED), *checks)))

    assert (text.count("`add` is not there"), text.count("define it"), text.count("a note")) == (1, 1, 1)
    assert text.count("as above\n") == 2


# --- as it comes ------------------------------------------------------------------------------------------------------


def printed_as_it_comes(assignment, whole):
    """Return what is printed after each check and at the end, of a grading that ends as *whole*."""
    report, parts = terminal.AsItComes(assignment), []
    for number in range(len(whole.checks)):
        known = report.so_far(whole.submission, whole.graded_file, whole.checks[: number + 1])
        parts.append("" if known is None else shown(known))
    return [*parts, shown(report.rest(whole))]


WRONG = Feedback(message="wrong", counterexample="add(1, 2)", hint="look again")


def test_each_check_is_shown_when_it_is_done(assignment):
    """All parts together say what the report says, each check once; points of an exercise stand below its checks."""
    whole = graded(
        result("Added.", Outcome.PASSED),
        result("Subtracted.", feedback=WRONG),
        result("Doubled.", exercise="doubles", feedback=replace(WRONG, counterexample="double(1)")),
        graded_file="mine.py",
        notes=("a note",),
    )
    parts = printed_as_it_comes(assignment, whole)

    assert [part.split("\n")[0] for part in parts] == ["Addition: ada", "✗ 0/2 Subtracted.", "= 2/4", ""]
    assert "\nSums\n✓ 2/2 Added.\n" in parts[0]
    assert "\nDoubles\n✗ 0/2 Doubled.\n" in parts[2]
    assert parts[3].endswith("a note\n2 of 6 points\n")
    once = "".join(parts).replace("Sums\n", "Sums  2/4\n").replace("Doubles\n", "Doubles  0/2\n").replace("= 2/4\n", "")
    assert once == shown(terminal.one(whole))


@pytest.mark.parametrize("last", [Outcome.PASSED, Outcome.FAILED, Outcome.MISSING], ids=str)
def test_checks_that_may_all_say_the_same_wait(assignment, last):
    """Until one passes, is wrong in its own way, or says something else: what all say is said once, above them."""
    same = Feedback(message="addition.py is empty")
    says = {Outcome.PASSED: None, Outcome.FAILED: WRONG, Outcome.MISSING: same}[last]
    checks = [result(name, Outcome.MISSING, feedback=same) for name in ("Added.", "Subtracted.")]
    whole = graded(*checks, result("Doubled.", last, exercise="doubles", feedback=says))
    parts = printed_as_it_comes(assignment, whole)

    assert [bool(part) for part in parts] == [False, False, last is not Outcome.MISSING, True]
    assert "".join(parts).count("addition.py is empty") == 1
    if last is Outcome.MISSING:
        assert parts[-1] == shown(terminal.one(whole))


def test_a_file_that_is_refused_as_a_whole_is_told_once(assignment):
    """What it imports is forbidden, which fails every check in the same way."""
    same = Feedback(message="`torch.hub` may not be imported")
    whole = graded(*(result(name, feedback=same) for name in ("Added.", "Subtracted.")))
    *before, rest = printed_as_it_comes(assignment, whole)

    assert before == ["", ""]
    assert rest == shown(terminal.one(whole))


def test_what_of_a_choice_does_not_count_is_said_at_the_end(assignment):
    """It is known when all are done; what is skipped says why once."""
    chosen = tuple(replace(exercise, choose_one="either") for exercise in assignment.exercises)
    both = graded(
        *(result(f"{name}.", Outcome.PASSED, exercise=name) for name in ("sums", "doubles")), exercises=chosen
    )
    skipped = [
        result(name, Outcome.SKIPPED, exercise="doubles", feedback=Feedback(message="Sums counts"))
        for name in ("A.", "B.")
    ]
    one = graded(result("Added.", Outcome.PASSED), *skipped, exercises=chosen)
    assignment = replace(assignment, exercises=chosen)

    first, second, rest = printed_as_it_comes(assignment, both)
    assert ("sums." in first, "doubles." in second) == (True, True)
    assert "\nDoubles does not count: another one of the choice does\n" in rest
    text = "".join(printed_as_it_comes(assignment, one))
    assert text.count("- Sums counts") == 1
    assert "A." not in text
    assert "does not count" not in text


def test_what_a_later_check_refutes_is_told_again(assignment):
    """The name of a mistake that was shown, and is taken back: the end says what is known then."""
    named = replace(WRONG, misconception="off_by_one")
    early = (result("Added.", feedback=named), result("Subtracted.", Outcome.PASSED))
    report = terminal.AsItComes(assignment)
    first = shown(report.so_far("ada", "", early[:1]))
    rest = shown(report.rest(graded(replace(early[0], feedback=WRONG), early[1])))

    assert "mistake  off_by_one" in first
    assert "What later checks say about earlier ones\n✗ 0/2 Added.\n      wrong\n" in rest
    assert "off_by_one" not in rest
