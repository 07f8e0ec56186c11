"""
What students get of several assignments of a course at once: the handout of each, and a text that leads to them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.classroom.policies import CoursePolicy, when
from grader.handout import answers
from grader.handout.contents import Contents
from grader.handout.parts import Handout, handout_of

_TITLE = "Assignments"
_SIGNS = re.compile(r"([\\|`*_\[\]<>#])")


def course_handout(contents: Sequence[Contents], policy: CoursePolicy) -> Handout:
    """
    Return the handout of several assignments, in the order of the course, with their due dates.

    Raises:
        AssignmentError: If one of them holds what the solution of another one does, or the text does.
    """
    ordered = sorted(contents, key=lambda one: policy.order.index(one.assignment.slug))
    readme = _readme(ordered, policy).encode()
    for one in ordered:
        if (solution := one.assignment.solution) is not None:
            python = {name: content for name, content in one.files.items() if name.endswith(".py")}
            answers.require_none(one.assignment, solution, {**python, "../README.md": readme})
        for other in ordered:
            if other is not one:
                answers.require_none_of_another(one.assignment, other.assignment, one.files)
    return handout_of(ordered, readme=readme, title=policy.title or _TITLE)


def _readme(contents: Sequence[Contents], policy: CoursePolicy) -> str:
    """Return the text: one row for each assignment, and how to begin."""
    has_dates = any(policy.of(one.assignment.slug).due is not None for one in contents)
    lines = [f"# {_escaped(policy.title or _TITLE)}", ""]
    zone = f" ({policy.timezone})" if has_dates else ""
    lines += [f"| | assignment | what you write |{f' due{zone} |' if has_dates else ''}"]
    lines += ["|---|---|---|---|" if has_dates else "|---|---|---|"]
    for number, one in enumerate(contents, 1):
        assignment, due = one.assignment, policy.of(one.assignment.slug).due
        files = " or ".join(f"`{name}`" for name in filter(None, (assignment.file, one.notebook)))
        row = f"| {number} | [{_escaped(assignment.title)}]({assignment.slug}/README.md) | {files} |"
        date = "" if due is None else when(due, policy.timezone)
        lines.append(f"{row} {date} |" if has_dates else row)
    first = contents[0].assignment.slug
    lines += [
        "",
        "Each assignment has a folder. Its `README.md` says what is asked; go there, write, and check your work:",
        "",
        f"    cd {first}",
        "    grader check",
    ]
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return _SIGNS.sub(r"\\\1", " ".join(text.split()))
