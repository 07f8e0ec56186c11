"""
How results are shown.

    audience      what a student may see of a grading, and what staff see
    control       control characters made visible
    html          a fragment for notebooks and web pages, by Jinja
    results_json  the documented results.json and its schema
    terminal      tables and feedback for people, by Rich
"""
