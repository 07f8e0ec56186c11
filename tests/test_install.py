"""What installing the grader does to an environment that is there already."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

COURSE = Path(__file__).parents[1]
PROJECT = tomllib.loads((COURSE / "pyproject.toml").read_text())["project"]
HOSTED = {
    "torch": "2.9.0",
    "torchvision": "0.24.0",
    "numpy": "2.0.2",
    "ipython": "7.34.0",
    "matplotlib": "3.10.0",
    "psutil": "5.9.5",
    "rich": "13.9.4",
    "pytest": "8.4.2",
    "scikit-learn": "1.6.1",
    "jinja2": "3.1.6",
    "nbformat": "5.10.4",
    "packaging": "25.0",
    "platformdirs": "4.5.0",
    "safetensors": "0.6.2",
    "tqdm": "4.67.1",
}
"""What a hosted notebook such as one of Google Colab runs already: to exchange it means a restart, or a broken torch."""


@pytest.mark.parametrize("name", HOSTED)
def test_nothing_of_a_hosted_notebook_is_exchanged(name: str) -> None:
    """The version that is there is within the range."""
    ranges = {one.name: one.specifier for one in map(Requirement, PROJECT["dependencies"])}

    assert ranges[name].contains(HOSTED[name])


def test_classes_are_graded_with_one_pair() -> None:
    """The extra for grading pins what the images have, within the ranges."""
    pinned = {one.name: one.specifier for one in map(Requirement, PROJECT["optional-dependencies"]["grading"])}
    of_images = (COURSE / "docker" / "requirements" / "torch.in").read_text().split()

    assert {f"{name}{specifier}" for name, specifier in pinned.items()} == set(of_images)
    ranges = {one.name: one.specifier for one in map(Requirement, PROJECT["dependencies"])}
    assert all(ranges[name].contains(str(specifier).removeprefix("==")) for name, specifier in pinned.items())
