"""
All that a check file imports, module by module.

    expect/           require something of an answer, or fail with what was expected and received
    architectures/    tables of layers, and which known network a submission's is
    training/         lessons on which training loops are rehearsed, and what a right loop makes of them
    oracles           right answers, worked out independently
    strategies        what properties are asked for
    tolerances        how near an answer must be: the one table
    findings          what checks find out besides their verdict
    made_up_gradings  keys of gradings that nobody is graded in, for scripts of a course
"""
