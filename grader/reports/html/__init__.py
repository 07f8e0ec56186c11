"""
Results as HTML: fragments for a notebook, and pages that are one file each and need no other.

    fragment        a fragment for a notebook: one submission, a progress bar, a sentence
    page            which page several results are, and its bytes
    feedback_page   one submission, for who handed it in
    pages           a page for each of several, and that of the class, which leads to them
    class_page      several of them, for staff; class_facts counts, feedback_blocks has what each was told, once
    document        what every page has around its content, with the policy that lets nothing else in
    shown           a submission as all of these show it; differences, sequence and picture, parts of it
    chart           figures of a check: curves, bars, and matrix with its images
    templates       Jinja: every text is bounded and escaped on its way out

Templates, styles and the script lie beside them.
"""

from __future__ import annotations

from grader.reports.html.fragment import one, problem, progress
from grader.reports.html.page import encode
from grader.reports.html.pages import Class, pages

__all__ = ["Class", "encode", "one", "pages", "problem", "progress"]
