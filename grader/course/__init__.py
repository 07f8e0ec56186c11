"""A folder of a course: `assignment.toml` to Assignment, and the notebook of a stub."""
