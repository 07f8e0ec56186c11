"""Grade one submission or many: start reading in `grade.py`."""
