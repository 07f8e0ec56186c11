"""
Turn an assignment of nbgrader or otter-grader into one of ours.  Nothing of it is run: it is parsed.

    notebook.py         a notebook from anywhere, as cells
    nbgrader.py         what its cells are by nbgrader's metadata
    otter.py            what its cells are by otter's and jassign's markers
    draft.py            what both of them give: parts of a source, questions, tests
    marking.py          our markers around what students write
    bindings.py         which cell binds which name
    vocabulary.py       what a check may compute with
    expressions.py      an expression of a test, with every call of the submission asked of a worker
    claims.py           from assertions to `expect`
    tests_to_checks.py  a test cell as a check, and what of it a person has to write
    prose.py            titles and names out of Markdown
    guarding.py         what a notebook only shows is not run by an import
    writing.py          the files
    assignment.py       all of it, and whether the result is an assignment
"""
