"""
How results are shown.

    audience      what a student may see of a grading, and what staff see
    details       what a reader learns from a check, as plain text
    escape        student text made harmless for what shows it
    github        annotations of GitHub Actions
    html          a fragment for notebooks and web pages, by Jinja
    junit         JUnit XML, for CI services
    markdown      a summary for GitHub Actions
    results_json  the documented results.json and its schema
    table_csv     a class as a table for spreadsheets
    terminal      tables and feedback for people, by Rich
"""
