"""A whole course as one handout: every assignment, the order and the dates of the course, and nothing of any solution."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from files import write_files

from grader.classroom.policies import load
from grader.course import assignment as assignments
from grader.errors import AssignmentError
from grader.handout import Handout, contents_of, course_handout, write_handout

TOML = """\
title = "{title}"
summary = "Numbers."
file = "{slug}.py"

[[exercises]]
name = "numbers"
title = "Numbers"
provides = ["{function}"]
"""
SUM = "def add(a, b):\n    total_of_both = a + b\n    return total_of_both\n"
PRODUCT = "def multiply(a, b):\n    product = a * b\n    return product\n"


def assignment(slug: str, title: str, function: str, solution: str) -> dict[str, str]:
    """Return the files of an assignment of one function."""
    return {
        f"assignments/{slug}/assignment.toml": TOML.format(title=title, slug=slug, function=function),
        f"assignments/{slug}/README.md": f"# {title}\n",
        f"assignments/{slug}/{slug}.py": f"def {function}(a, b):\n    raise NotImplementedError\n",
        f"assignments/{slug}/checks/test_{slug}.py": f"def test_it(student):\n    student.{function}(1, 2)\n",
        f"solutions/{slug}/{slug}.py": solution,
    }


COURSE = {
    **assignment("products", "Products | *twice*", "multiply", PRODUCT),
    **assignment("sums", "Sums", "add", SUM),
}
POLICY = """\
title = "Numbers"
timezone = "Europe/Berlin"
order = ["sums", "products"]
[assignments.sums]
due = 2026-12-18T23:59:00
"""


def handed_out(folder: Path, *slugs: str, policy: str | None = POLICY, **more: str) -> Handout:
    """Write the course, with more files or others in their place, and return the handout of some of its assignments."""
    files = COURSE | more | ({} if policy is None else {"course.toml": policy})
    write_files(folder, files)
    chosen = slugs or assignments.slugs(folder)
    return course_handout([contents_of(assignments.load(folder, slug)) for slug in chosen], load(folder))


def test_the_text_has_the_order_and_the_dates_of_the_course(tmp_path: Path) -> None:
    """A row for each assignment, with its file, and when it is due in the course's time zone; nothing in a title is markup."""
    readme = handed_out(tmp_path).files["README.md"].decode().splitlines()

    assert readme[:6] == [
        "# Numbers",
        "",
        "| | assignment | what you write | due (Europe/Berlin) |",
        "|---|---|---|---|",
        "| 1 | [Sums](sums/README.md) | `sums.py` | 18 Dec 2026 23:59 |",
        r"| 2 | [Products \| \*twice\*](products/README.md) | `products.py` |  |",
    ]
    assert readme[-2:] == ["    cd sums", "    grader check"]


def test_a_course_without_dates_has_no_column_for_them(tmp_path: Path) -> None:
    """Nor without course.toml: then assignments stand by their names."""
    readme = handed_out(tmp_path, policy=None).files["README.md"].decode().splitlines()

    assert readme[:5] == [
        "# Assignments",
        "",
        "| | assignment | what you write |",
        "|---|---|---|",
        r"| 1 | [Products \| \*twice\*](products/README.md) | `products.py` |",
    ]


def test_each_assignment_has_a_folder_and_a_record(tmp_path: Path) -> None:
    """The zip has what each assignment has by itself, the text beside them, and a record of the files of each."""
    handout = handed_out(tmp_path)
    write_handout(handout, tmp_path / "course.zip")

    with zipfile.ZipFile(tmp_path / "course.zip") as archive:
        names = archive.namelist()
        records = {name: json.loads(archive.read(name)) for name in names if name.endswith("handout.json")}
    own = ("README.md", "assignment.toml", "checks/test_{}.py", "handout.json", "{}.py")
    assert sorted(names) == sorted(
        ["README.md", "handout.json", *(f"{slug}/{name.format(slug)}" for slug in ("products", "sums") for name in own)]
    )
    assert {name: list(record["files"]) for name, record in records.items()} == {
        "handout.json": ["README.md"],
        "products/handout.json": ["README.md", "assignment.toml", "checks/test_products.py", "products.py"],
        "sums/handout.json": ["README.md", "assignment.toml", "checks/test_sums.py", "sums.py"],
    }


def test_only_the_assignments_that_are_named_are_in_it(tmp_path: Path) -> None:
    """Neither their folders nor their rows are of others."""
    handout = handed_out(tmp_path, "products")

    assert {name.split("/")[0] for name in handout.files} == {"README.md", "handout.json", "products"}
    assert "sums" not in handout.files["README.md"].decode()


def test_no_assignment_gives_away_the_solution_of_another_one(tmp_path: Path) -> None:
    """Neither a function that the other one asks for, nor a file of its solution."""
    leak = {"assignments/products/checks/test_products.py": SUM}
    with pytest.raises(AssignmentError) as error:
        handed_out(tmp_path, **leak)
    assert str(error.value).startswith(f"{tmp_path}/assignments/products/checks/test_products.py: ")
    assert f"is the same file as {tmp_path}/solutions/sums/sums.py" in str(error.value)

    inner = {"assignments/products/checks/test_products.py": f"TWO = 2\n{SUM}"}
    with pytest.raises(AssignmentError) as error:
        handed_out(tmp_path, **inner)
    assert str(error.value) == (
        f"{tmp_path}/assignments/products/checks/test_products.py: holds what line 1 of {tmp_path}/solutions/sums/sums.py "
        "does: `def add(a, b):`; take it out"
    )


def test_what_one_assignment_explains_may_be_a_line_of_another_one(tmp_path: Path) -> None:
    """A statement in a text is an answer only to the assignment that it is in."""
    handed_out(tmp_path, **{"assignments/products/README.md": "```\ntotal_of_both = a + b\n```\n"})


def test_the_text_of_the_course_gives_nothing_away(tmp_path: Path) -> None:
    """A title is compared as every text is."""
    with pytest.raises(
        AssignmentError, match=r"README\.md: holds what line 2 of .*sums\.py does: `total_of_both = a \+ b`"
    ):
        handed_out(tmp_path, policy=POLICY.replace('"Numbers"', '"total_of_both = a + b"'))
