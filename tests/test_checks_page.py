"""docs/checks.md says what a check can use, and each of it is there."""

from __future__ import annotations

import checks_page


def test_the_page_is_up_to_date() -> None:
    """It is what `make reference` would write now."""
    assert checks_page.PAGE.read_text(encoding="utf-8") == checks_page.page(), "run `make reference`"


def test_every_module_that_checks_import_is_on_the_page() -> None:
    """What check files of this course import stands there."""
    page = checks_page.page()

    for name in ("expect.equal(", "student.NAME.use(", "oracles.conv2d_side(", "strategies.conv_layers(", "rehearsal."):
        assert f"`{name}" in page or f"**`{name}" in page, name
