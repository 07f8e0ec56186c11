"""
Where student code runs.

    base          one interface: a sandbox forks workers, a worker answers requests
    visible       which files of this machine a worker may see
    bubblewrap    namespaces and a mount table by bwrap
    local         Landlock and namespaces where the kernel gives them, resource limits everywhere
    docker/       a container for each submission
    conformance/  the suite of attacks that decides what a sandbox really holds
    choose        from a name on the command line to an open sandbox
"""
