"""Loading an assignment: what a folder says, and what is said of one that is wrong."""

import re

import pytest
from files import write_files

from grader.course import assignment as assignments
from grader.course import schema
from grader.errors import AssignmentError
from grader.model import Exercise, Needs, Policy, Threshold, Training
from grader.protocol import Limits

MINIMAL = """\
title = "Addition"
summary = "Add."
file = "addition.py"

[[exercises]]
name = "sums"
title = "Sums"
provides = ["add"]
"""


@pytest.fixture
def loaded(tmp_path):
    """Load an assignment whose assignment.toml is the given text."""

    def load(content):
        return assignments.load(write_files(tmp_path, {"assignments/addition/assignment.toml": content}), "addition")

    return load


@pytest.fixture
def refused(loaded, tmp_path):
    """Return what is said of an assignment.toml, after the name of the file, which must come first."""

    def refuse(content):
        with pytest.raises(AssignmentError) as error:
            loaded(content)
        start = f"{tmp_path}/assignments/addition/assignment.toml: "
        assert str(error.value).startswith(start)
        return str(error.value).removeprefix(start)

    return refuse


# --- what is right ----------------------------------------------------------------------------------------------------


def test_missing_tables_mean_the_defaults(loaded):
    """Limits and policy need not be given, and the defaults are those of the values."""
    assignment = loaded(MINIMAL)

    assert (assignment.limits, assignment.policy) == (Limits(), Policy())
    assert assignment.exercises == (Exercise(name="sums", title="Sums", provides=("add",)),)
    assert (assignment.slug, assignment.title, assignment.summary) == ("addition", "Addition", "Add.")
    assert assignment.solution is None


def test_what_the_file_says_is_taken(loaded):
    """Every table of the file arrives in the value."""
    settings = "[limits]\nrequest_seconds = 2\nprocesses = 8\n[policy]\nforbidden_operators = ['conv']\n"
    assignment = loaded(MINIMAL.replace("[[ex", "packages = ['numpy']\n[[ex") + settings)

    assert assignment.packages == ("numpy",)
    assert (assignment.limits.request_seconds, assignment.limits.processes) == (2.0, 8)
    assert assignment.policy.forbidden_operators == ("conv",)


def test_solution_is_found_beside_the_assignment(loaded, tmp_path):
    """`solutions/<slug>` belongs to it where it exists."""
    solution = tmp_path / "solutions" / "addition"
    solution.mkdir(parents=True)

    assert loaded(MINIMAL).solution == solution


def test_slugs_are_the_folders_with_a_file(tmp_path):
    """A folder without assignment.toml is no assignment; the others are sorted."""
    files = {f"assignments/{slug}/assignment.toml": MINIMAL for slug in ("zeros", "adding")}
    write_files(tmp_path, {**files, "assignments/notes/readme.md": ""})

    assert assignments.slugs(tmp_path) == ("adding", "zeros")


def test_course_is_the_nearest_folder_above(tmp_path):
    """From anywhere inside, the innermost course is found."""
    inner = write_files(tmp_path / "a" / "b", {"assignments/addition/assignment.toml": MINIMAL})
    write_files(tmp_path, {"assignments/other/assignment.toml": MINIMAL})

    assert assignments.find_course(inner / "assignments" / "addition") == inner
    assert assignments.find_course(tmp_path / "a") == tmp_path


@pytest.mark.parametrize("side", ["assignments", "solutions"])
def test_checks_know_their_assignment(tmp_path, side):
    """From a checks folder, public or hidden, or a file in it, course and slug are found."""
    checks = tmp_path / side / "addition" / "checks"

    assert assignments.of_checks(checks) == assignments.of_checks(checks / "test_x.py") == (tmp_path, "addition")


def test_other_folders_are_no_checks(tmp_path):
    """A folder that is merely called checks belongs to no assignment."""
    assert assignments.of_checks(tmp_path / "elsewhere" / "addition" / "checks") is None


# --- what is wrong ----------------------------------------------------------------------------------------------------


def test_no_course_names_where_it_looked(tmp_path):
    """The text names the folder and the option."""
    with pytest.raises(AssignmentError, match=re.escape(f"{tmp_path}: no course here or above")) as error:
        assignments.find_course(tmp_path)
    assert "--course DIR" in str(error.value)


@pytest.mark.parametrize(
    ("slug", "said"),
    [
        ("aditon", "did you mean addition?"),
        ("zzz", "there are: addition, pooling"),
        ("", "there are: addition, pooling"),
    ],
    ids=["misspelt", "unknown", "empty"],
)
def test_unknown_assignment_suggests_a_known_one(tmp_path, slug, said):
    """A near name is suggested, or else all are listed."""
    write_files(tmp_path, {f"assignments/{known}/assignment.toml": MINIMAL for known in ("addition", "pooling")})
    with pytest.raises(AssignmentError) as error:
        assignments.load(tmp_path, slug)
    assert str(error.value) == f"no assignment `{slug}` in {tmp_path / 'assignments'}; {said}"


def test_empty_course_says_that_there_is_none(tmp_path):
    """Where there is nothing to suggest, the text says so."""
    with pytest.raises(AssignmentError, match=r"there are: none$"):
        assignments.load(tmp_path, "addition")


@pytest.mark.parametrize(
    ("content", "said"),
    [("title = \n", "not TOML: .*line 1"), (b"title = '\xff'\n", "not TOML: .*0xff"), ("a" * 9, "not TOML: ")],
    ids=["no-value", "not-utf-8", "no-pair"],
)
def test_file_that_is_no_toml(refused, content, said):
    """The text says that it is no TOML, and where."""
    assert re.match(said, refused(content))


def test_file_that_may_not_be_read_says_why(tmp_path, monkeypatch):
    """An error of the operating system is passed on in its words."""
    course = write_files(tmp_path, {"assignments/addition/assignment.toml": MINIMAL})

    def fails(_path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(course), "read_bytes", fails)  # root may read everything
    with pytest.raises(AssignmentError, match=r"assignment\.toml: cannot be read: Permission denied$"):
        assignments.load(course, "addition")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        pytest.param('title = "Addition"', "title = 3", r"title must be .*: 3", id="number-for-text"),
        pytest.param("[[ex", "packages = 'torch'\n[[ex", r"packages must be .*: 'torch'", id="text-for-list"),
        pytest.param(
            "[[ex",
            "packages = ['torch', 3]\n[[ex",
            r"packages\[1\] must be .*: 3",
            id="number-in-a-list",
        ),
        pytest.param(
            'provides = ["add"]',
            "provides = 3",
            r"exercises\[0\]\.provides must be .*: 3",
            id="in-an-exercise",
        ),
        pytest.param('title = "Addition"\n', "", "title: this key is missing", id="missing-key"),
        pytest.param(
            'provides = ["add"]\n', "", "exercises[0].provides: this key is missing", id="missing-in-an-exercise"
        ),
        pytest.param("[[ex", "idle_points = -1\n[[ex", r"idle_points must be .*-1", id="negative-points"),
        pytest.param("[[ex", "colour = 1\n[[ex", "colour: there is no such key", id="unknown-key"),
        pytest.param("title", "titel", "titel: there is no such key; did you mean title?", id="misspelt-key"),
        pytest.param(
            "provides",
            "provide",
            "exercises[0].provide: there is no such key; did you mean provides?",
            id="misspelt-in-an-exercise",
        ),
        pytest.param(
            "provides", "hint = 'x'\nprovides", "exercises[0].hint: there is no such key", id="unknown-in-an-exercise"
        ),
        pytest.param(
            "addition.py", "addition.txt", "file must be the name of a Python file, got 'addition.txt'", id="no-py"
        ),
        pytest.param(
            "addition.py", "../addition.py", "file must be the name of a Python file, got '../addition.py'", id="a-path"
        ),
        pytest.param(MINIMAL[MINIMAL.index("[[ex") :], "", "exercises: this key is missing", id="no-exercises"),
        pytest.param(
            MINIMAL[MINIMAL.index("\n[[ex") :],
            "exercises = []\n",
            "exercises must hold at least 1, got []",
            id="empty-exercises",
        ),
        pytest.param(
            MINIMAL[MINIMAL.index("[[ex") :],
            2 * MINIMAL[MINIMAL.index("[[ex") :],
            "exercises.name must be unique, got 'sums' 2 times",
            id="two-of-one-name",
        ),
    ],
)
def test_wrong_key_is_named_with_its_value(refused, before, after, said):
    """The text names the key, what is wrong with it and what it holds."""
    assert before in MINIMAL

    text = refused(MINIMAL.replace(before, after))
    assert text == said or re.fullmatch(said, text)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('[limits]\nrequest_seconds = "soon"\n', r"limits.request_seconds must be .*: 'soon'"),
        ("[limits]\nprocesses = 1.5\n", r"limits.processes must be .*: 1.5"),
        ("[limits]\nwall_seconds = 3\n", "limits.wall_seconds: there is no such key; did you mean cpu_seconds?"),
        ("[limits]\ncolour = 3\n", "limits.colour: there is no such key"),
        ("[policy]\nforbidden_imports = 'os'\n", r"policy.forbidden_imports must be .*: 'os'"),
        ("[policy]\nallowed = []\n", "policy.allowed: there is no such key"),
    ],
    ids=[
        "text-for-seconds",
        "part-of-a-process",
        "misspelt-limit",
        "unknown-limit",
        "text-for-imports",
        "unknown-policy",
    ],
)
def test_wrong_limit_or_policy_is_named_with_its_value(refused, table, said):
    """Keys of tables are written with the table's name."""
    text = refused(MINIMAL + table)
    assert text == said or re.fullmatch(said, text)


@pytest.mark.parametrize(
    ("key", "value", "lowest"),
    [
        ("request_seconds", "0.05", "0.1"),
        ("request_seconds", "nan", "0.1"),
        ("check_seconds", "-5", "0.1"),
        ("memory_bytes", "1000", "67,108,864"),
        ("scratch_bytes", "0", "1,048,576"),
        ("file_bytes", "-1", "0"),
        ("output_bytes", "-1", "0"),
        ("reply_bytes", "10", "1,024"),
        ("processes", "0", "1"),
        ("open_files", "3", "16"),
    ],
)
def test_limit_below_the_lowest_is_refused(refused, key, value, lowest):
    """No worker could start with it; the text names the key, the lowest value and the value."""
    shown = f"{int(value):,}" if value.isdigit() else value

    assert refused(f"{MINIMAL}[limits]\n{key} = {value}\n") == f"limits.{key} must be at least {lowest}, got {shown}"


def test_every_limit_has_a_lowest_value(loaded, refused):
    """No limit of the values is forgotten: each is refused at minus one."""
    for key in Limits.__slots__:
        assert refused(f"{MINIMAL}[limits]\n{key} = -1\n").startswith(f"limits.{key} must be at least ")


def test_submissions_must_be_allowed_some_bytes(refused):
    """A policy that takes nothing is refused."""
    said = refused(f"{MINIMAL}[policy]\nmax_submission_bytes = 0\n")

    assert said == "policy.max_submission_bytes must be at least 1, got 0"


@pytest.mark.parametrize(
    ("table", "value"),
    [
        (schema.ExerciseTable, Exercise),
        (schema.LimitsTable, Limits),
        (schema.PolicyTable, Policy),
        (schema.NeedsTable, Needs),
        (schema.TrainingTable, Training),
        (schema.ThresholdTable, Threshold),
    ],
)
def test_a_table_has_the_keys_of_its_value(table, value):
    """What can be written is what there is, and it is written under the same name."""
    keys = [key for key in table.__struct_fields__ if key != "graded"]  # says of an exercise that it has a rubric
    assert sorted(keys) == sorted(value.__slots__)


# --- needs ------------------------------------------------------------------------------------------------------------


def test_needs_are_read_or_unknown(loaded):
    """What a grading needs is what somebody measured; nothing is made up."""
    assert loaded(MINIMAL + "[needs]\nmemory_bytes = 300_000_000\n").needs == Needs(memory_bytes=300_000_000)
    assert loaded(MINIMAL).needs is None


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("memory_bytes = 0", "needs.memory_bytes must be at least 1, got 0"),
        ("memory_bytes = 1\nprocessors = 1", "needs.processors: there is no such key"),
        ("", "needs.memory_bytes: this key is missing"),
    ],
)
def test_wrong_needs_are_named(refused, table, said):
    """A wrong table is named as every other one is."""
    assert refused(f"{MINIMAL}[needs]\n{table}\n") == said


# --- training ---------------------------------------------------------------------------------------------------------

TRAINING = """
[training]
data = "gratings"
train = 100
validation = 20
held_out = 50
epochs = 2
batch_size = 10

[training.thresholds.gratings]
accuracy = 0.9
seeds = 8
worst = 0.99
deviation = 0.002
false_fail = 1e-9
"""


def test_training_is_read_with_its_thresholds(loaded):
    """What networks are trained on, and what they are held to, is in the assignment."""
    training = loaded(MINIMAL + TRAINING).training

    assert (training.data, training.train, training.held_out) == ("gratings", 100, 50)
    assert training.thresholds["gratings"].accuracy == 0.9
    assert loaded(MINIMAL).training is None


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("epochs = 2", "epochs = 0", "training.epochs must be at least 1, got 0"),
        ("train = 100", "train = 0", "training.train must be at least 1, got 0"),
        ("epochs = 2", "epoch = 2", "training.epoch: there is no such key; did you mean epochs?"),
        ("epochs = 2\n", "", "training.epochs: this key is missing"),
        ("epochs = 2", "epochs = 2\nsteps = 3", "training.steps: there is no such key"),
        ("epochs = 2", 'epochs = "two"', r"training.epochs must be .*: 'two'"),
        (
            'data = "gratings"',
            'data = "cifar10"',
            "training.data 'cifar10' has no threshold; there are: gratings; `grader calibrate` writes one",
        ),
        (
            "accuracy = 0.9",
            "accuracy = 90",
            "training.thresholds.gratings.accuracy must be at most 1, got 90",
        ),
        ("accuracy = 0.9", "accuracy = 0.0", "training.thresholds.gratings.accuracy must be above 0, got 0.0"),
        ("seeds = 8", "seeds = 8\ntrain = 0", "training.thresholds.gratings.train must be at least 1, got 0"),
        ("worst = 0.99\n", "", "training.thresholds.gratings.worst: this key is missing"),
        ("worst =", "wost =", "training.thresholds.gratings.wost: there is no such key; did you mean worst?"),
        ("seeds = 8", "seeds = 8\ncolour = 1", "training.thresholds.gratings.colour: there is no such key"),
    ],
)
def test_wrong_training_is_named_with_its_value(refused, before, after, said):
    """A misspelt key or a value that makes no sense is told with its table."""
    text = refused(MINIMAL + TRAINING.replace(before, after))

    assert text == said or re.fullmatch(said, text)
