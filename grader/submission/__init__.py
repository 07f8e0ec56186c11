"""What was handed in, turned into a Submission.  Nothing here runs student code."""

from grader.submission.reading import Reader, from_notebook, read, read_whole, reader

__all__ = ["Reader", "from_notebook", "read", "read_whole", "reader"]
