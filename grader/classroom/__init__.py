"""
A class: what was handed in, by whom.

    intake/    a folder, a download or its zip, to one `Work` for each student
    policies/  course.toml, attempts and decisions to the score of a student; a face of its own
"""

from __future__ import annotations

from grader.classroom.intake.taking import Intake, take_in
from grader.classroom.intake.values import Scheme, Work

__all__ = ["Intake", "Scheme", "Work", "take_in"]
