"""
Scores into a table that a course site has exported: single cells of it change, and every other byte stays.

    sheet     a CSV file of any dialect, and a copy of it with other cells
    matching  which row of it a submission belongs to
    canvas    the gradebook of Canvas
    moodle    the grading worksheet of Moodle
    feedback  how pages of feedback are called in a zip for either
"""
