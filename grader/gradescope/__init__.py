"""
One assignment for Gradescope: the zip that an instructor uploads, and what runs in its container.

    bundle.py      the zip, made where the course lies
    container.py   which of Gradescope's containers an assignment needs
    settings.py    what the one tells the other, as a file in the zip
    run.py         one submission as it lies in the container to one results.json
    metadata.py    what Gradescope says about a submission
    results.py     Gradescope's results.json
    files/         setup.sh and run_autograder, which Gradescope starts
"""
