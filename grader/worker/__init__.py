"""
The untrusted side: answers the harness's questions by running student code.

    __main__       the fork server: imports packages once, forks a worker for every check, never runs student code
    confinement/   what holds a worker: its supervisor, and what it gives up before it sees the submission
    execution/     requests to replies

It is started as a program (`python -m grader.worker`), so it exports nothing.
"""
