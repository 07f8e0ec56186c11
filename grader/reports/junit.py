"""
JUnit XML, for the test pages of CI services: a suite for each submission, a case for each check.

There is no standard; this is what testmoapp/junitxml found most tools to read.  But for `file` and `line` of a case, which GitLab
and others read, it is what the schema of Jenkins' xUnit plugin allows (jenkinsci/xunit-plugin, `junit-10.xsd`).  A wrong
answer is a `failure`, code that could not be judged by its answers an `error`, and so is a fault of ours, with the type
`ungraded`: it must not look passed.
What costs nothing, because another exercise of a choice counts, is `skipped`, and so is each item of a rubric, which is pending.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from xml.etree import ElementTree

from grader.model import CheckResult, GradedSubmission, Outcome, Refused
from grader.reports import details
from grader.reports.escape import one_line, xml
from grader.reports.repository import AT_THE_ROOT, Folders, path_of

_FAILURES = (Outcome.FAILED, Outcome.MISSING)


def encode(
    gradings: Iterable[GradedSubmission], refused: Iterable[Refused] = (), folders: Folders = AT_THE_ROOT
) -> bytes:
    """Write *gradings*, and what could not be read, as one JUnit file: UTF-8, indented, ending in a newline."""
    suites = ElementTree.Element("testsuites")
    suites.extend(_suite(graded, folders) for graded in gradings)
    suites.extend(map(_refused, refused))
    ElementTree.indent(suites)
    written: bytes = ElementTree.tostring(suites, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _suite(graded: GradedSubmission, folders: Folders) -> ElementTree.Element:
    cases = [_case(graded, check, folders) for check in graded.checks]
    suite = ElementTree.Element("testsuite", name=_line(graded.submission), tests=str(len(cases)))
    for plural, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(plural, str(sum(case.find(tag) is not None for case in cases)))
    suite.set("time", _seconds(sum(check.wall_seconds for check in graded.checks if math.isfinite(check.wall_seconds))))
    properties = ElementTree.SubElement(suite, "properties")
    for name, value in _properties(graded).items():
        ElementTree.SubElement(properties, "property", name=name, value=_line(value))
    suite.extend(cases)
    if graded.notes:
        ElementTree.SubElement(suite, "system-out").text = xml(details.notes(graded))
    return suite


def _refused(refused: Refused) -> ElementTree.Element:
    """Return a suite of one error, which says why nothing was graded."""
    name = _line(refused.name)
    suite = ElementTree.Element("testsuite", name=name, tests="1", failures="0", errors="1", skipped="0", time="0.000")
    case = ElementTree.SubElement(suite, "testcase", name="submission", classname=name, time="0.000")
    ElementTree.SubElement(case, "error", type="refused", message=_line(refused.why))
    return suite


def _properties(graded: GradedSubmission) -> dict[str, str]:
    score = {} if graded.ungraded else {"score": str(graded.score.earned), "max_score": str(graded.score.possible)}
    if graded.score.pending:
        score["pending"] = str(graded.score.pending)
    about = {"assignment": graded.assignment, "sha256": graded.sha256}
    return {**about, "status": details.status(graded), "graded_file": graded.graded_file, **score}


def _case(graded: GradedSubmission, check: CheckResult, folders: Folders) -> ElementTree.Element:
    case = ElementTree.Element(
        "testcase",
        name=_line(check.name),
        classname=_line(f"{graded.assignment}.{check.exercise}"),
        time=_seconds(check.wall_seconds),
    )
    location = check.location
    path = None if location is None else path_of(location, graded, folders)
    if location is not None and path is not None:
        case.set("file", path)
        case.set("line", str(location.line))
    if check.outcome is not Outcome.PASSED:
        case.append(_result(graded, check))
    if check.output:
        ElementTree.SubElement(case, "system-out").text = xml(details.output(check))
    return case


def _result(graded: GradedSubmission, check: CheckResult) -> ElementTree.Element:
    """Return the element that says how a check ended that did not pass."""
    message = details.in_a_sentence(check)
    if check not in graded.to_fix:
        return ElementTree.Element("skipped", message=_line(message))
    tag = "failure" if check.outcome in _FAILURES else "error"
    result = ElementTree.Element(tag, type=check.outcome.value, message=_line(message))
    earned = f"{check.earned} of {check.points} points"
    result.text = xml(f"{check.title}\n{earned}\n\n{details.facts(details.told(check), check.remarks)}\n")
    return result


def _line(text: str) -> str:
    return xml(one_line(text))


def _seconds(seconds: float) -> str:
    return f"{seconds if math.isfinite(seconds) else 0:.3f}"
