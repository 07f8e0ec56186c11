"""`grader.check()` in a running notebook kernel."""
