"""
Hold a worker: its supervisor, namespaces, filters and limits.  UNTRUSTED SIDE.

Only the program `grader.worker` uses it, so it exports nothing.
"""
