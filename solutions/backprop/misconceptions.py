"""Known mistakes of Backpropagation, each one an executable wrong solution."""

MISCONCEPTIONS = {}
