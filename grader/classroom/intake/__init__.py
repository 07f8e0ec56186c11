"""
Tell in what an instructor has downloaded who handed in what: by names alone, and never by a guess.

    values.py        what is told
    tree.py          folders on disk and in a zip, looked at in one way
    canvas.py  moodle.py  gradescope.py  nbgrader.py  github_classroom.py  plain.py  how each of them names things
    recognition.py   which of them a folder is of, or whether it is one submission
    times.py         when, as sites and tools write it; commit_time.py, of a clone
    resubmissions.py which of several files of one student counts
    unpacking.py     a zip of a class, and loose files of one student, into folders that the usual reader reads
    taking.py        paths of the command line to works
"""
