"""
Where a location is in the repository that a report is shown beside: what GitHub and GitLab need to show it at its line.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from grader.model import GradedSubmission, Location
from grader.reports.escape import one_line, xml

Folders = Mapping[tuple[str, str], str]
"""The folders of a repository that submissions lie in, by assignment and name; one that is not there lies at the root."""
AT_THE_ROOT: Folders = MappingProxyType({})
_LONGEST = 1_000


def path_of(location: Location, graded: GradedSubmission, folders: Folders) -> str | None:
    """
    Return the path of a file from the root of the repository; None where no report can name it as it is.

    A path that would have to be cut, or made clean, names no file any more.
    """
    path = "/".join(part for part in (folders.get((graded.assignment, graded.submission), ""), location.path) if part)
    return path if path and xml(one_line(path, _LONGEST)) == path else None
