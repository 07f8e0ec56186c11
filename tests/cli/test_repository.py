"""Where submissions lie in the repository of a CI job."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.cli.repository import folders_of

ROOTS = [
    ("repo", {}, "hw"),
    ("repo/hw", {}, None),
    ("other", {}, None),
    ("other", {"GITHUB_WORKSPACE": "repo"}, "hw"),
    ("other", {"CI_PROJECT_DIR": "."}, "repo/hw"),
]


@pytest.mark.parametrize(("current", "variables", "folder"), ROOTS)
@pytest.mark.parametrize("handed_in", ["repo/hw", "repo/hw/eve.py"])
def test_folders_are_named_from_the_root_of_the_repository(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    current: str,
    variables: dict[str, str],
    folder: str | None,
    handed_in: str,
) -> None:
    """That is the current folder, or the one that a CI service names; what lies at the root, or outside, has none."""
    for made in ("repo/hw", "other"):
        (tmp_path / made).mkdir(parents=True)
    (tmp_path / "repo/hw/eve.py").touch()
    monkeypatch.chdir(tmp_path / current)
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, str(tmp_path / value))

    expected = {} if folder is None else {("addition", "eve"): folder}
    assert folders_of("addition", {"eve": tmp_path / handed_in}) == expected
