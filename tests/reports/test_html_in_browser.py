"""HTML pages in a real browser: they render, obey the keyboard, are accessible, and run and load nothing of a student."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import chromium
import pytest
from results import TWO_EXERCISES, graded, result

from grader.figures import Bars, Confusion, Curves, Figures, Line, Misread
from grader.grading import verdict
from grader.model import (
    Answer,
    Cause,
    Exercise,
    ExplainedBy,
    Feedback,
    GradedSubmission,
    Location,
    Outcome,
    Refused,
    RubricItem,
    Visibility,
)
from grader.reports import html

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
STUDENTS = 300
CHECKS = 20
HOSTILE = (
    "</template></script></style></title><script>document.title='ran'</script>"
    "<img src='http://192.0.2.1/x' onerror=\"document.title='ran'\">"
    "<a href=\"javascript:document.title='ran'\" autofocus onfocus=\"document.title='ran'\">{{ 7 * 7 }}</a>"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One for all tests."""
    missing = chromium.missing()
    if missing:
        pytest.skip(missing)
    with chromium.opened() as started:
        yield started


class Opened:
    """A page in the browser, and what it did besides being shown."""

    def __init__(self, page: Any, path: Path) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        page.goto(path.as_uri())

    @property
    def left(self) -> list[str]:
        """What it asked for besides itself."""
        return [url for url in self.requests[1:] if not url.startswith("data:")]

    def names(self) -> list[str]:
        """The students that the table shows, in order."""
        found: list[str] = self.page.locator("#students tbody tr:visible th").all_inner_texts()
        return found


@pytest.fixture
def show(browser: Any, tmp_path: Path) -> Iterator[Any]:
    """Open a page; what it keeps ends with the test."""
    contexts = []

    def opened(content: bytes, **wanted: Any) -> Opened:
        path = tmp_path / f"page{len(contexts)}.html"
        path.write_bytes(content)
        context = browser.new_context(**{"viewport": DESK, "reduced_motion": "reduce", **wanted})
        context.set_default_timeout(5000)
        contexts.append(context)
        return Opened(context.new_page(), path)

    yield opened
    for context in contexts:
        context.close()


# --- what is shown ----------------------------------------------------------------------------------------------------


def feedback(said: str = "the answer is wrong", **more: Any) -> Feedback:
    """All that a check can say."""
    usual: dict[str, Any] = {
        "message": said,
        "counterexample": "conv2d_output_size(7, 3, 3)",
        "expected": "(8, 4, 6)",
        "received": "(8, 4, 7)",
        "picture": ". . . . .\n[---]\n      [---]  hangs over the end: it does not count",
        "hint": "Draw it.",
        "misconception": "rounds_up",
        "explained_by": ExplainedBy(reproduces="8 answers", distance=1),
        "trace": tuple(f"a.py, line {number}" for number in range(5)),
    }
    return Feedback(**{**usual, **more})


def layers() -> Feedback:
    """A network with another shape in the middle."""
    return Feedback(message="no layer gives 16", expected="1 x 8 x 8 → 16 → 10", received="1 x 8 x 8 → 32 → 10")


def figures() -> Figures:
    """One of each kind."""
    lines = (Line(name="training", values=(2.3, None, 1.5)), Line(name="validation", values=(2.2, 1.8, 1.6)))
    image = Misread(width=32, height=32, channels=3, pixels=bytes(range(256)) * 12, label=0, read_as=1)
    labels = tuple(map(str, range(10)))
    return Figures(
        curves=(Curves(title="Loss of each epoch", step="epoch", lines=lines),),
        bars=(Bars(title="Gradients", of="parameter", labels=("first.weight", "last.bias"), values=(0.1, 0.0)),),
        confusions=(
            Confusion(title="Read as", labels=labels, counts=((90, *range(9)),) * 10, unread=1, misread=(image,) * 6),
        ),
    )


def one(name: str = "ada") -> GradedSubmission:
    """A submission with everything that a page can show."""
    follows = Cause(check="first", says="the same mistake as in “First.”")
    return graded(
        result("first", Outcome.FAILED, feedback=feedback(), output="printed", title="First."),
        result("second", Outcome.FAILED, feedback=feedback(follows_from=follows, trace=()), title="Second."),
        result("layers", Outcome.FAILED, feedback=layers(), title="Layers.", exercise="doubles"),
        result("third", Outcome.TIMED_OUT, feedback=Feedback(message="too slow"), title="Third.", figures=figures()),
        result("fourth", Outcome.PASSED, exercise="doubles", title="Fourth.", visibility=Visibility.HIDDEN),
        result("fifth", Outcome.PASSED, exercise="doubles", title="Fifth.", remarks=("a list is fine",)),
        name=name,
        graded_file="addition.ipynb",
        notes=("cell 3 is left out",),
    )


def waiting(name: str = "ada", outcome: Outcome = Outcome.FAILED) -> GradedSubmission:
    """A submission of which people grade a part."""
    essay = Exercise(name="essay", title="Essay", rubric=(RubricItem(item="names the carry", points=3),))
    whole = graded(
        result("first", outcome, title="First."), *verdict.pending(essay), name=name, exercises=(*TWO_EXERCISES, essay)
    )
    return replace(whole, answers=(Answer(exercise="essay", path="design.md", text="The <b>carry</b> moves on."),))


def few() -> bytes:
    """A class of whom each has another state."""
    right = graded(
        *(result(name, Outcome.PASSED, title=f"{name.capitalize()}.") for name in ("first", "second")), name="bob"
    )
    other = graded(
        result("first", Outcome.PASSED, title="First."),
        result("second", Outcome.FAILED, feedback=feedback("else", misconception=None), title="Second."),
        name="Cyd",
    )
    ungraded = graded(result("first", Outcome.UNGRADED, title="First."), name="dan")
    return html.encode([one(), right, other, ungraded], [Refused(name="eve", why="eve.txt: expected a .py file")])


def many() -> bytes:
    """A class in which many make the same mistakes, and one in ten raises somewhere else than all others."""
    drawn = random.Random(0)
    return html.encode([of_many(number, drawn) for number in range(STUDENTS)])


def of_many(number: int, drawn: random.Random) -> GradedSubmission:
    """One of them."""
    skill = drawn.random()
    checks = []
    for place in range(CHECKS):
        said, outcome = None, Outcome.PASSED
        if drawn.random() > skill:
            outcome = Outcome.FAILED
            said = feedback(
                counterexample=f"conv2d_output_size({drawn.randrange(8)}, {place}, 3)",
                received=str(drawn.randrange(8)),
                hint=f"Hint {place}: the last window must fit completely inside the padded input. Draw 7 pixels.",
                misconception=f"mistake_{place}",
                trace=(),
            )
            if number % 10 == 0:
                outcome, said = Outcome.RAISED, Feedback(message="IndexError", trace=(f"hw{number}.py, line {place}",))
        checks.append(
            result(
                f"check_{place}",
                outcome,
                feedback=said,
                title=f"The output size is right in case {place}.",
                exercise=("sums", "doubles")[place % 2],
            )
        )
    return graded(*checks, name=f"student{number}", graded_file=f"hw{number}.py")


def hostile(name: str = HOSTILE) -> GradedSubmission:
    """A submission that attacks in every text that is a student's."""
    texts = ("counterexample", "expected", "received", "picture", "hint", "misconception")
    said = feedback(HOSTILE, trace=(HOSTILE,) * 5, **dict.fromkeys(texts, HOSTILE))
    at = Location(path=HOSTILE, line=3)
    whole = graded(
        result("first", Outcome.FAILED, feedback=said, output=HOSTILE, remarks=(HOSTILE,), defined_at=at),
        result("second", Outcome.FAILED, feedback=Feedback(message=HOSTILE), defined_at=at),
        name=name,
        graded_file=HOSTILE,
        notes=(HOSTILE,),
    )
    return replace(whole, answers=(Answer(exercise="sums", path=HOSTILE, text=HOSTILE),))


# --- both pages -------------------------------------------------------------------------------------------------------

PAGES = {
    "feedback": lambda: html.encode([one()]),
    "class": few,
    "feedback-pending": lambda: html.encode([waiting()]),
    "class-pending": lambda: html.encode([waiting(), waiting("bob", Outcome.PASSED), one("cyd")]),
}


def violations(opened: Opened, part: str) -> list[str]:
    """What axe finds in a part of a page."""
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe is not installed: pip install -e .[dev]"
    )
    script = Path(axe.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
    found = opened.page.evaluate(f"(part) => {{ {script}; return axe.run(part); }}", part)
    return [f"{one['id']}: {[node['html'][:200] for node in one['nodes']]}" for one in found["violations"]]


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_the_pages_of_a_class_are_accessible(show: Any, viewport: dict[str, int]) -> None:
    """The index, which leads to each, and that of what could not be read."""
    gradings = [one(), one("bob")]
    whole = html.Class(
        for_students=gradings, for_index=gradings, refused=[Refused(name="eve", why="eve.txt: no Python")]
    )
    for name, content in html.pages(whole):
        if name in ("index.html", "eve.html"):
            opened = show(content, viewport=viewport)
            assert violations(opened, "html") == [], name
            assert opened.page.evaluate("document.documentElement.scrollWidth") == viewport["width"], name
            assert (opened.left, opened.complaints) == ([], []), name
    opened.page.get_by_role("link", name="page of bob").focus()

    assert opened.page.evaluate("document.activeElement.getAttribute('href')") == "bob.html"


@pytest.mark.parametrize(("viewport", "scheme"), [(PHONE, "dark"), (DESK, "light")], ids=["phone-dark", "desk-light"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible(show: Any, name: str, viewport: dict[str, int], scheme: str) -> None:
    """axe finds nothing, contrast among it, nothing is cut off, and the page is quiet."""
    opened = show(PAGES[name](), viewport=viewport, color_scheme=scheme)
    opened.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")

    assert violations(opened, "html") == []
    if name == "class":
        opened.page.get_by_role("button", name="ada", exact=True).click()
        assert violations(opened, "dialog") == []
    assert opened.page.evaluate("document.documentElement.scrollWidth") == viewport["width"]
    assert (opened.left, opened.complaints) == ([], [])


@pytest.mark.parametrize("name", ["feedback", "class"])
def test_text_of_a_student_stays_text(show: Any, name: str) -> None:
    """Wherever it stands it is read as it was written; nothing of it runs, and nothing is asked for."""
    every = [hostile()] if name == "feedback" else [hostile(), hostile("other")]
    opened = show(html.encode(every, [Refused(name=HOSTILE, why=HOSTILE)] if name == "class" else []))
    if name == "class":
        opened.page.locator("#students tbody button").first.click()
    opened.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    shown = opened.page.inner_text("body") if name == "feedback" else opened.page.inner_text("dialog")

    assert shown.count(HOSTILE) >= 10
    assert opened.page.title() != "ran"
    assert (
        opened.page.evaluate("document.querySelectorAll('img, a[href^=javascript], [onerror], [onfocus]').length") == 0
    )
    assert (opened.left, opened.complaints) == ([], [])


@pytest.mark.parametrize("name", PAGES)
def test_the_policy_holds_where_escaping_would_fail(show: Any, name: str) -> None:
    """Markup that gets into the page runs nothing and asks for nothing, as the one who would be asked can tell."""
    opened = show(PAGES[name]())
    listening = socket.create_server(("127.0.0.1", 0))
    markup = HOSTILE.replace("192.0.2.1", f"127.0.0.1:{listening.getsockname()[1]}")
    opened.page.evaluate("(markup) => document.body.insertAdjacentHTML('beforeend', markup)", markup)
    opened.page.evaluate(
        "() => { const made = document.createElement('script'); made.textContent = 'document.title = `ran`';"
        " document.body.append(made) }"
    )
    opened.page.locator("[onfocus]").focus()

    assert opened.page.title() != "ran"
    assert any("Content Security Policy" in complaint for complaint in opened.complaints)
    listening.settimeout(0.2)
    with listening, pytest.raises(TimeoutError):
        listening.accept()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_printed(show: Any, name: str) -> None:
    """As a PDF; what is folded on the screen is printed."""
    opened = show(PAGES[name](), color_scheme="dark")
    printed = opened.page.pdf(prefer_css_page_size=True)
    opened.page.emulate_media(media="print", color_scheme="dark")

    assert printed.startswith(b"%PDF-")
    assert len(printed) > 5000
    assert opened.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    if name == "feedback":
        assert opened.page.get_by_text("a.py, line 4").is_visible()
        assert opened.page.get_by_text("printed", exact=True).is_visible()


def test_what_is_open_is_printed_alone(show: Any) -> None:
    """What one student was told, without the class and without buttons."""
    page = show(few()).page
    page.get_by_role("button", name="ada", exact=True).click()
    page.emulate_media(media="print")

    assert page.locator("#told").is_visible()
    assert not page.locator("main").is_visible()
    assert not page.locator("#close").is_visible()


# --- the feedback of one ----------------------------------------------------------------------------------------------


def test_answers_stand_side_by_side_where_there_is_room(show: Any) -> None:
    """On a phone one stands below the other."""
    for viewport, beside in ((DESK, True), (PHONE, False)):
        page = show(html.encode([one()]), viewport=viewport).page
        expected, received = (page.locator(f".fact.{label}").first.bounding_box() for label in ("expected", "received"))
        assert (expected["y"] == received["y"]) == beside
        assert page.locator(".windows").first.is_visible()
        assert page.get_by_role("row", name="16 32 differs first here").is_visible()


def test_figures_are_drawn_and_named(show: Any) -> None:
    """A chart has a name and a description, an image its pixels; tables have heads."""
    page = show(html.encode([one()])).page

    assert page.get_by_role("img", name="Loss of each epoch").is_visible()
    assert "from 2.3 to 1.5, 1 without a finite number" in (page.locator("svg.curves desc").text_content() or "")
    assert page.locator(".curves polyline").count() == 1
    assert page.evaluate("[...document.querySelectorAll('.misread img')].map((one) => one.naturalWidth)") == [32] * 6
    assert page.get_by_role("table", name="Read as").get_by_role("rowheader", name="9").is_visible()
    page.get_by_text("as a table").click()
    assert page.get_by_role("row", name="2 no finite number 1.8").is_visible()


def test_next_is_a_key_away(show: Any) -> None:
    """The first stop of the keyboard leads to the first check to look at, and what has the focus is seen."""
    page = show(html.encode([one()])).page
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")

    assert page.evaluate("location.hash") == "#check-1"
    assert page.locator("#check-1 h3").is_visible()


# --- a class ----------------------------------------------------------------------------------------------------------


def test_the_table_is_sorted_by_keys(show: Any) -> None:
    """Tab reaches the heads, arrows go from one to the next, Enter sorts, again the other way round."""
    opened = show(few())
    page = opened.page
    assert opened.names() == ["dan", "eve", "ada", "bob", "Cyd"]
    page.locator("#all").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert opened.names() == ["ada", "bob", "Cyd", "dan", "eve"]
    page.keyboard.press("Enter")
    assert opened.names() == ["eve", "dan", "Cyd", "bob", "ada"]
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")

    assert opened.names() == ["dan", "eve", "ada", "Cyd", "bob"]
    assert page.locator("#students th[aria-sort]").get_attribute("aria-sort") == "ascending"
    assert page.evaluate("document.activeElement.textContent") == "score"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.textContent") == "what did not pass"


def test_the_table_is_filtered(show: Any) -> None:
    """By name, by state, by what did not pass, and from the tables above; how many are shown is said."""
    opened = show(few())
    page = opened.page
    status = page.get_by_role("status")
    assert status.inner_text() == "5 shown"

    page.get_by_label("Name").fill("D")
    assert (opened.names(), status.inner_text()) == (["dan", "ada", "Cyd"], "3 of 5 shown")
    page.locator("#state").select_option("something to fix")
    assert opened.names() == ["ada", "Cyd"]
    page.get_by_role("button", name="Show all").click()
    assert len(opened.names()) == 5
    page.locator("#state").select_option("not graded")
    assert opened.names() == ["dan", "eve"]
    page.get_by_role("button", name="show who: Second.").click()
    assert opened.names() == ["ada", "Cyd"]
    page.get_by_label("Did not pass").select_option("rounds_up (1)")
    assert opened.names() == ["ada"]


def test_who_waits_for_points_is_found_and_read(show: Any) -> None:
    """Whether there is something to fix or not; what was handed in stands with the rubric, as text."""
    opened = show(PAGES["class-pending"]())
    page = opened.page
    page.locator("#state").select_option("pending")
    assert opened.names() == ["ada", "bob"]
    page.locator("#state").select_option("nothing to fix")
    assert opened.names() == ["bob"]

    page.get_by_role("button", name="bob", exact=True).click()
    told = page.get_by_role("dialog", name="bob").inner_text()
    assert all(said in told for said in ("names the carry", "design.md", "The <b>carry</b> moves on.", "3 pending"))


def test_a_student_is_opened_by_keys(show: Any) -> None:
    """Enter opens what a student was told, arrows go on to those that are shown, Escape comes back; the address names it."""
    opened = show(few())
    page = opened.page
    page.locator("#state").select_option("something to fix")
    page.get_by_role("button", name="Cyd", exact=True).focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Cyd")
    assert "else" in dialog.inner_text()
    assert page.get_by_role("button", name="Next").is_disabled()
    page.keyboard.press("ArrowLeft")

    told = page.get_by_role("dialog", name="ada").inner_text()
    assert all(said in told for said in ("the answer is wrong", "cell 3 is left out", "addition.ipynb", "Fourth."))
    assert page.get_by_role("button", name="Previous").is_disabled()
    address = page.url
    page.keyboard.press("Escape")
    assert not page.locator("dialog").is_visible()
    assert page.evaluate("document.activeElement.textContent") == "ada"
    again = page.context.new_page()
    again.goto(address)
    assert again.get_by_role("dialog", name="ada").is_visible()


def test_a_class_is_readable_without_script(show: Any) -> None:
    """Everything but what each was told; nothing that does nothing is shown."""
    opened = show(few(), java_script_enabled=False)

    assert opened.names() == ["dan", "eve", "ada", "bob", "Cyd"]
    assert not opened.page.locator("button, form, dialog").locator("visible=true").count()
    assert opened.page.get_by_role("heading", name="Mistakes").is_visible()


def test_a_large_class_is_small_and_quick(show: Any) -> None:
    """Three hundred students: less than 1 MB, at hand in less than a second, sorted and opened in less than a fifth of one."""
    content = many()
    assert len(content) < 1_000_000
    page = show(content).page
    assert page.locator("#students tbody tr").count() == STUDENTS
    ready, acted = [], []
    for _try in range(3):  # the best of three: others use this machine, too
        page.reload()
        ready.append(page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd"))
        acted.append(
            page.evaluate(
                """() => {
                    const start = performance.now();
                    document.querySelector("#students [data-sort] button").click();
                    document.querySelector("#named").value = "student2";
                    document.querySelector("#filters").dispatchEvent(new Event("input"));
                    document.querySelector("#students tbody tr:not([hidden]) button").click();
                    document.querySelector("dialog").getBoundingClientRect();
                    return performance.now() - start;
                }"""
            )
        )

    assert page.get_by_role("dialog", name="student2", exact=True).is_visible()
    assert min(ready) < 1000
    assert min(acted) < 200
