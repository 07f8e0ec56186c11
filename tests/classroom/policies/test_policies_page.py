"""
docs/policies.md tells the truth: its course.toml is loaded, and what it shows is computed with it.

`python tests/classroom/policies/test_policies_page.py` writes the blocks anew.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
import sys
import tempfile
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

COURSE = Path(__file__).parents[3]
sys.path.append(str(COURSE / "tests"))  # where pytest does not run this file

from attempts import ENTERED, NOW, attempt, mark, scored  # noqa: E402

from grader.classroom import policies  # noqa: E402
from grader.classroom.policies import (  # noqa: E402
    Adjustment,
    CoursePolicy,
    Excused,
    Record,
    RegradeAnswer,
    RegradeRequest,
    account,
    accounts,
    explain,
)
from grader.course import assignment as assignments  # noqa: E402
from grader.errors import AssignmentError  # noqa: E402

PAGE = COURSE / "docs" / "policies.md"
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
_BLOCK = re.compile(r"<!-- (refused|total|account: \w+) -->\n```text\n((?s:.*?))```")


SLUGS = ("alexnet_vgg16", "cifar10_training", "conv_arithmetic", "naive_convnet")
"""Those that the page names: what nobody hands in would have a line of its own."""


def load(folder: Path, text: str) -> CoursePolicy:
    """Load a course.toml beside some assignments of this course."""
    for path in (COURSE / "assignments" / slug / "assignment.toml" for slug in SLUGS):
        (folder / "assignments" / path.parent.name).mkdir(parents=True, exist_ok=True)
        shutil.copy(path, folder / "assignments" / path.parent.name)
    (folder / "course.toml").write_text(text)
    return policies.load(folder)


def records() -> dict[str, Record]:
    """Return attempts and decisions as the page tells of them, by the word for the block."""
    training = [(24, 6, -DAY), (35, 10, 6 * HOUR), (36, 13, 30 * HOUR)]
    start = dt.datetime(2026, 12, 12, 7, 59, tzinfo=dt.UTC)  # 11 December 23:59 in Los Angeles
    essay = attempt(score=scored(shapes=(18, 20), report=(0, 10)), pending=("report",))
    return {
        "late": Record(attempts=(attempt(1, 24, after=46 * HOUR),)),
        "extension": Record(
            attempts=(attempt(1, 20), attempt(2, 26, after=40 * HOUR)),
            decisions=(
                RegradeRequest(**{**ENTERED, "by": "ada"}, text="Is a stride of 0 not an error?"),
                RegradeAnswer(**ENTERED, request=1, text="It is."),
                Adjustment(**{**ENTERED, "reason": "regrade request 1"}, exercise="output_size", points=Fraction(1)),
            ),
        ),
        "best": Record(
            attempts=tuple(
                attempt(number, score=scored(network=(earned, 37), learning=(learning, 13)), handed_in_at=start + time)
                for number, (earned, learning, time) in enumerate(training, start=1)
            )
        ),
        "pending": Record(attempts=(essay,)),
        "marked": Record(
            attempts=(essay,),
            decisions=(mark("report", "plots", 4), mark("report", "discussion", 3.5, "Which layer needs most time?")),
        ),
        "ungraded": Record(
            attempts=(attempt(1, 24), attempt(2, 30, after=9 * DAY), attempt(3, 0, ungraded=True, after=9 * DAY))
        ),
    }


def blocks(folder: Path, page: str) -> Mapping[str, str]:
    """Return what the page should show, by the words that mark each block."""
    (text,) = re.findall(r"```toml\n((?s:.*?))```", page)
    try:
        load(folder, text.replace('per_day = "10%"', "per_days = 3"))
        raise AssertionError("a wrong key was not refused")
    except AssignmentError as error:
        refused = str(error).removeprefix(f"{folder}/")
    policy, known = load(folder, text), records()
    of = dict.fromkeys(known, ("bob", "conv_arithmetic", 1))
    of |= {"extension": ("ada", "conv_arithmetic", 3), "best": ("bob", "cifar10_training", 3)}
    of |= {"pending": ("bob", "naive_convnet", 3), "marked": ("bob", "naive_convnet", 3)}
    shown = {"refused": refused}
    for name, record in known.items():
        student, slug, slip_days = of[name]
        found = account(policy.of(slug, student), record.attempts, record.decisions, NOW, slip_days)
        shown[f"account: {name}"] = "\n".join((explain(found), *found.comments))
    excused = Record(decisions=(Excused(**{**ENTERED, "reason": "ill"}),))
    whole = accounts(
        policy,
        "bob",
        {
            "conv_arithmetic": known["late"],
            "naive_convnet": known["marked"],
            "alexnet_vgg16": excused,
            "cifar10_training": known["best"],
        },
        NOW,
    )
    assert whole.total is not None
    total = f"total {policies.figure(whole.total * 100)}%, slip days left: {whole.slip_days_left}"
    shown["total"] = "\n".join((*whole.steps, total))
    return {name: f"{block}\n" for name, block in shown.items()}


def test_the_page_shows_what_is_computed(tmp_path):
    """Every block is there once and holds what comes of the course.toml above it."""
    page = PAGE.read_text()

    assert dict(_BLOCK.findall(page)) == blocks(tmp_path, page)
    assert len(_BLOCK.findall(page)) == page.count("```text")


def test_the_page_has_every_key(tmp_path):
    """Each key that may stand in course.toml is on it."""
    from grader.classroom.policies import schema

    page = PAGE.read_text()
    keys = {key for table in (schema.File, schema.LateTable, schema.AssignmentTable) for key in table.__struct_fields__}

    assert {key for key in keys if not re.search(rf"\b{key}\b", page)} == set()


def test_the_course_of_this_repository():
    """Its course.toml holds: all assignments in order, and one due date."""
    policy = policies.load(COURSE)

    assert sorted(policy.order) == sorted(assignments.slugs(COURSE))
    assert [slug for slug in policy.order if policy.of(slug).due] == ["conv_arithmetic"]


def main() -> None:
    """Write the blocks anew."""
    with tempfile.TemporaryDirectory() as folder:
        page = PAGE.read_text()
        shown = blocks(Path(folder), page)
        PAGE.write_text(_BLOCK.sub(lambda found: f"<!-- {found[1]} -->\n```text\n{shown[found[1]]}```", page))


if __name__ == "__main__":
    main()
