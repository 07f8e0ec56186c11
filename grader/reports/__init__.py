"""
GradedSubmission to text: one module for each format, and its function for one result or many.

    audience    what a reader may see; every report is made of what this returns
    escape      student text, made harmless for each medium
"""
