"""The assignment that most small courses of the tests have: one function, which adds."""

SETTINGS = """\
title = "Addition"
summary = "Add."
file = "addition.py"
packages = []

[[exercises]]
name = "sums"
title = "Sums"
provides = ["add"]
"""
