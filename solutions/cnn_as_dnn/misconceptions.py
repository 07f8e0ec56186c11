"""Known mistakes."""

MISCONCEPTIONS = {}
