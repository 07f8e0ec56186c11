"""
The folder of a course: assignment.toml to Assignment, and the Python files of a course.

`assignment` is what other packages use (`find_course`, `load`); `toml_file` and `python_file` read files that authors write.
"""
