"""
The untrusted side: answers the harness's questions by running student code.  Nobody imports it.

    __main__   the warm parent: imports packages once, forks a worker for every check, never runs student code
    supervise  one process beside each worker: keeps its output, kills it when told, reports how it ended
    confine    what a worker gives up before it sees the submission
    answer     requests to replies
    modules    what is done with an nn.Module: fill, run, train
"""
