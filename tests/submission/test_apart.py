"""Whatever a file is, reading it ends in time, in a process that can do nothing else, with one sentence that names the file."""

import ast
import builtins
import io
import json
import os
import signal
import subprocess
import sys
import time
import tokenize
import zipfile
from dataclasses import replace
from io import FileIO
from pathlib import Path

import psutil
import pytest
from files import write_files

from grader.cli.staging import stage
from grader.course import assignment as assignments
from grader.errors import InfrastructureFault, ProtocolError, SubmissionError
from grader.model import (
    Absent,
    Answer,
    Defined,
    Extent,
    Location,
    Problem,
    ProblemKind,
    SourceFile,
    SourceSpan,
    Submission,
)
from grader.submission import (
    apart,
    archive,
    choosing,
    confinement,
    default_file,
    discovery,
    messages,
    read,
    reader_process,
)
from grader.submission.apart import Ended
from grader.submission.choosing import Origin
from grader.submission.messages import Chosen, Refused, Request, Taken, Unprepared, WhichFile

SLOW = ("a" + "\u0316\u0301" * 150_000 + " = 1").encode()
"""Python sorts such marks by inserting them one by one, for minutes."""
SOURCE = b"def add(a, b):\n    return a + b\n"
TOML = b'title = "A"\nsummary = "A."\nfile = "addition.py"\n\n[[exercises]]\nname = "sums"\ntitle = "S"\nprovides = ["add"]\n'
BY_HAND = b'[[exercises]]\nname = "essay"\ntitle = "E"\ngraded = "by hand"\n[[exercises.rubric]]\nitem = "names it"\npoints = 3\n'


@pytest.fixture(scope="module")
def assignment(tmp_path_factory):
    """An assignment that asks for one function."""
    course = write_files(tmp_path_factory.mktemp("course"), {"assignments/addition/assignment.toml": TOML + BY_HAND})
    return assignments.load(course, "addition")


@pytest.fixture
def own_server():
    """A fork server that starts within the test, and ends with it."""
    apart._end()
    yield
    apart._end()


def given(assignment, folder, content=SOURCE, name="ada.py"):
    """What reading a file asks for."""
    found = discovery.read(write_files(folder, {name: content}) / name, assignment)
    return Request(found=found, assignment=assignment, stub=b"", extent=Extent.DEFINITIONS)


def answer_to(request):
    return reader_process.answer(messages.encode_request(request))


# --- limits -----------------------------------------------------------------------------------------------------------


def test_what_takes_too_long_is_refused_by_name(assignment, tmp_path, own_server, monkeypatch):
    """Processor time ends a reading, whatever Python's parser is at, and the next one is read."""
    write_files(tmp_path, {"slow.py": SLOW, "ada.py": SOURCE})
    monkeypatch.setattr(apart, "_COMMAND", command_with("confinement.CPU_SECONDS = 1"))
    with pytest.raises(SubmissionError) as refused:
        read(tmp_path / "slow.py", assignment)

    assert str(refused.value) == f"{tmp_path / 'slow.py'}: could not be read within 20 s"
    assert read(tmp_path / "ada.py", assignment).problem is None


def test_a_class_goes_on_without_what_cannot_be_read(assignment, tmp_path, own_server, monkeypatch):
    """Each of the others is read, in its place, while one is given up."""
    names = [f"s{number}.py" for number in range(6)]
    write_files(tmp_path, {name: SLOW if name == "s2.py" else SOURCE for name in names})
    monkeypatch.setattr(apart, "_COMMAND", command_with("confinement.CPU_SECONDS = 1"))
    staged = stage([tmp_path / name for name in names], read, assignment)

    assert [submission.name for submission in staged.submissions] == ["s0", "s1", "s3", "s4", "s5"]
    assert [refused.why for refused in staged.refused] == [f"{tmp_path / 's2.py'}: could not be read within 20 s"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of a process")
@pytest.mark.parametrize("name", ["large.py", "large.ipynb"])
def test_what_takes_too_much_memory_is_refused_by_name(assignment, tmp_path, own_server, monkeypatch, name):
    """Also where a parser without memory says that source is nested too deeply."""
    large = b"{},".join([b'{"cells": [', *[b""] * 300_000]) + b"0]}" if name.endswith("ipynb") else b"a;" * 100_000
    write_files(tmp_path, {name: large})
    monkeypatch.setattr(apart, "_COMMAND", command_with("confinement.MEMORY_BYTES = 16 << 20"))
    with pytest.raises(SubmissionError) as refused:
        read(tmp_path / name, assignment)

    assert str(refused.value) == f"{tmp_path / name}: needs more than 16 MiB of memory to be read"


def command_with(change):
    """Start the fork server with another limit."""
    code = f"from grader.submission import confinement; {change}; import runpy; runpy._run_module_as_main('grader.submission')"
    return (*apart._COMMAND[:-2], "-c", code)


def test_a_wait_without_end_is_given_up(assignment, tmp_path, monkeypatch):
    """Where the machine is too busy to read, the time on the wall decides."""
    write_files(tmp_path, {"ada.py": SOURCE})
    monkeypatch.setattr(apart, "WALL_SECONDS", 0.0)
    with pytest.raises(SubmissionError, match=r"ada\.py: could not be read within 0 s$"):
        read(tmp_path / "ada.py", assignment)


# --- the process ------------------------------------------------------------------------------------------------------

PROBE = """
import json, os, socket, sys
from grader.submission import confinement
confinement.__dict__.update(dict.fromkeys(sys.argv[2:], lambda: None))
answer, (reading, writing) = {}, os.pipe()
if os.fork() == 0:
    confinement.confine(os.getppid())
    for name, attempt in {
        "read": lambda: open(sys.argv[1]).read(),
        "list": lambda: os.listdir("/"),
        "write": lambda: open(sys.argv[1] + ".new", "w"),
        "connect": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
        "unix": lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM),
        "fork": lambda: os.fork() or os._exit(0),
        "kill": lambda: os.kill(os.getppid(), 0),
        "memory": lambda: bytearray(confinement.MEMORY_BYTES + 2**24),  # what it has freed since, it may take again
    }.items():
        try:
            attempt()
            answer[name] = "done"
        except (OSError, MemoryError, ValueError) as error:
            answer[name] = type(error).__name__
    os.write(writing, json.dumps({**answer, "exec": "done"}).encode() + b"\\n")  # after it, nothing more is written
    try:
        os.execv("/bin/true", ["true"])
    except OSError as error:
        os.write(writing, json.dumps({**answer, "exec": type(error).__name__}).encode())
    os._exit(0)
os.close(writing)
print(os.fdopen(reading).read().strip())
os.wait()
"""


def refused(folder, *without):
    """Try what a reader must not do, in a process that is confined but for some of its means; returns what was refused."""
    (folder / "secret").write_text("42")
    command = [sys.executable, "-c", PROBE, folder / "secret", *without]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    return {name for name, became in json.loads(ran.stdout.splitlines()[-1]).items() if became != "done"}


FILES = {"read", "list", "write"}


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone takes all this from a process")
def test_a_reader_can_compute_and_nothing_else(tmp_path):
    """No file, folder, socket, process, signal or further memory is to be had."""
    assert refused(tmp_path) == {*FILES, "connect", "unix", "fork", "exec", "kill", "memory"}


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone takes all this from a process")
def test_a_reader_is_confined_by_what_there_is(tmp_path):
    """Each means works where a kernel lacks the others."""
    if confinement.has_landlock():
        assert refused(tmp_path, "_refuse_other_calls") >= FILES
    assert refused(tmp_path, "_refuse_other_calls", "_close_every_path") >= {"memory"}
    assert refused(tmp_path, "_close_every_path", "_become_nobody", "_limit_resources") >= {*FILES, "connect", "fork"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ada.ipynb", b'{"cells": [{"cell_type": "code", "source": "%matplotlib inline\\ndef add(a, b): return a"}]}'),
        ("ada.py", "# coding: shift_jis\ndef add(a, b): return '語'\n".encode("shift_jis")),
    ],
)
def test_what_needs_another_module_is_read_by_a_process_that_has_it(assignment, tmp_path, own_server, name, content):
    """A reader opens no file, so it says what it lacks; IPython and rare encodings are loaded only then."""
    submission = read(write_files(tmp_path, {name: content}) / name, assignment)

    assert submission.problem is None
    assert submission.files[0].content


def test_an_encoding_that_nobody_knows(assignment, tmp_path, own_server):
    """A module that is not there either, once everything is loaded, does not exist."""
    submission = read(write_files(tmp_path, {"ada.py": b"# coding: no_such\nx = 1\n"}) / "ada.py", assignment)

    assert submission.problem.message == "ada.py: unknown encoding: no_such; save the file as UTF-8"


def test_a_server_that_has_ended_is_replaced(assignment, tmp_path, own_server):
    """The next reading finds it gone, and starts another."""
    write_files(tmp_path, {"ada.py": SOURCE})
    read(tmp_path / "ada.py", assignment)
    apart._running[0]._process.kill()
    apart._running[0]._process.wait()

    assert read(tmp_path / "ada.py", assignment).problem is None


def test_no_server_to_be_had(assignment, tmp_path, own_server, monkeypatch):
    """What fails on this machine is not said of the file."""
    write_files(tmp_path, {"ada.py": SOURCE})
    monkeypatch.setattr(apart, "_COMMAND", ("/bin/false",))
    with pytest.raises(InfrastructureFault, match=r"^the process that reads submissions has ended; grade again$"):
        read(tmp_path / "ada.py", assignment)
    monkeypatch.setattr(apart, "_COMMAND", (str(tmp_path / "none"),))
    with pytest.raises(InfrastructureFault, match=r"^no process can be started to read submissions: No such file"):
        read(tmp_path / "ada.py", assignment)


def test_readers_end_with_whoever_waits(assignment, tmp_path, own_server):
    """A reading that is given up leaves no process behind, nor does the end of the harness."""
    request = given(assignment, tmp_path, SLOW)
    server = apart._server()
    process = psutil.Process(server._process.pid)
    apart.WALL_SECONDS, before = 1.0, apart.WALL_SECONDS
    try:
        with pytest.raises(TimeoutError):
            server.ask(messages.READ, messages.encode_request(request))
    finally:
        apart.WALL_SECONDS = before
    deadline = time.monotonic() + 10
    while process.children() and time.monotonic() < deadline:
        time.sleep(0.01)

    assert process.children() == []
    server._control.close()
    assert process.wait(10) == 0


def test_nothing_of_a_submission_is_parsed_here(assignment, tmp_path, own_server, monkeypatch):
    """Nor is the file that is graded chosen here, of a folder or where none is named; this process only reads bytes."""
    book = json.dumps(
        {"cells": [{"cell_type": "code", "source": "%run other.ipynb\ndef add(a, b): return a"}], "nbformat": 4}
    )
    other = book.replace("def add", "def sub")
    write_files(tmp_path, {"ada.ipynb": book.encode(), "other.ipynb": other.encode(), "helper.py": b"x = 1\n"})

    def parsed(*_args, **_kwargs):
        raise AssertionError("parsed here")

    for module, name in ((ast, "parse"), (json, "loads"), (builtins, "compile"), (tokenize, "detect_encoding")):
        monkeypatch.setattr(module, name, parsed)
    submission, default = read(tmp_path, assignment), default_file(tmp_path, assignment)
    monkeypatch.undo()

    assert submission.given_as == "ada.ipynb"
    assert default == tmp_path / "ada.ipynb"


def test_source_too_deep_to_be_compared_with_the_stub(assignment, tmp_path):
    """What can be parsed but not written again is somebody's work all the same."""
    deep = b"def add(a, b):\n    return " + b"+".join([b"a"] * 3000) + b"\n"

    assert read(write_files(tmp_path, {"ada.py": deep, "notes.py": b"x = 1\n"}), assignment).given_as == "ada.py"


# --- what comes back --------------------------------------------------------------------------------------------------


def test_a_reader_that_is_killed(assignment, tmp_path):
    """How a process ended decides, whatever it has written before."""
    request = given(assignment, tmp_path)
    right = messages.encode_answer(answer_to(request))
    for status in (signal.SIGKILL, signal.SIGSEGV, 1 << 8):
        with pytest.raises(SubmissionError, match=r"ada\.py: could not be read: its reader ended$"):
            apart.judged(Ended(answer=right, status=int(status)), request)
    with pytest.raises(SubmissionError, match=r"ada\.py: could not be read within 20 s$"):
        apart.judged(Ended(answer=right, status=int(signal.SIGXCPU)), request)


@pytest.mark.parametrize("content", [b"", b"\xc1", b"\x80", b"\x91" * 5000, b"garbage", b"\xdd\xff\xff\xff\xff"])
def test_a_reader_that_answers_nothing_or_garbage(assignment, tmp_path, content):
    """Bytes that are no answer are none, and named after the file."""
    request = given(assignment, tmp_path)
    with pytest.raises(SubmissionError, match=r"ada\.py: could not be read: its reader gave no answer$"):
        apart.judged(Ended(answer=content, status=0), request)
    with pytest.raises(ProtocolError, match=r"^not an answer: "):
        messages.decode_answer(content, request)


def changed(taken, **changes):
    return Taken(replace(taken.submission, **changes), taken.origins)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "bob"},
        {"given_as": "bob.py"},
        {"sha256": "0" * 64},
        {"extent": Extent.WHOLE},
        {"files": ()},
        {"files": (SourceFile(path="a.py", content=b""),) * 2},
        *(
            {"files": (SourceFile(path=path, content=b""),)}
            for path in ("/a.py", "../a.py", "a/../b.py", "", ".", "a\n.py", "a//b")
        ),
        {"files": tuple(SourceFile(path=f"{number}.py", content=b"") for number in range(1001))},
        {"files": (SourceFile(path="a.py", content=b"", given_as="bob.py"),)},
        {"source_map": (SourceSpan(line=1, lines=1, cell=0, cell_line=1, file="bob.py", file_line=1),)},
        {"source_map": (SourceSpan(line=1, lines=1, cell=0, cell_line=1, file_line=-1),)},
        *(
            {"definitions": (Defined(name="add", location=location),)}
            for location in (Location(path="bob.py"), Location(path="ada.py", line=0), Location(path="ada.py", cell=-1))
        ),
        {"problem": Problem(kind=ProblemKind.EMPTY, message="", location=Location(path="bob.py"))},
        *(
            {"answers": answers}
            for answers in (
                (Answer(exercise="sums", path="ada.py", text=""),),
                (Answer(exercise="essay", path="bob.py", text=""),),
                (Answer(exercise="essay", path="ada.py", text="a" * 20_001),),
                (Answer(exercise="essay", path="ada.py", text=""),) * 51,
            )
        ),
    ],
)
def test_an_answer_about_something_else_is_none(assignment, tmp_path, changes):
    """Name, digest and extent are those of the request, and every file lies within the submission."""
    request = given(assignment, tmp_path)
    answer = messages.encode_answer(changed(answer_to(request), **changes))
    with pytest.raises(ProtocolError, match=r"^not an answer: it is of another submission$"):
        messages.decode_answer(answer, request)


@pytest.mark.parametrize(
    "origins",
    [(), (Origin(path="addition.py", found="bob.py"),), (Origin(path="addition.py", found="ada.py"),) * 2],
    ids=["none", "of-another", "twice"],
)
def test_an_answer_about_files_that_were_not_found_is_none(assignment, tmp_path, origins):
    """The digest is counted again here, from what was found."""
    request = given(assignment, tmp_path)
    submission = answer_to(request).submission
    digest = choosing.sha256([("addition.py", SOURCE)] * len(origins))
    answer = messages.encode_answer(
        Taken(replace(submission, sha256=digest, given_as=origins[0].found if origins else "ada.py"), origins)
    )
    with pytest.raises(ProtocolError, match=r"^not an answer: it is of another submission$"):
        messages.decode_answer(answer, request)


def zipped(files):
    """Pack files into a zip."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in files.items():
            out.writestr(name, content)
    return written.getvalue()


def test_a_zip_is_unpacked_by_the_process_alone(assignment, tmp_path, monkeypatch):
    """What inflates a student's bytes is confined as well."""
    write_files(tmp_path, {"ada.zip": zipped({"ada/addition.py": SOURCE})})
    expected = choosing.sha256([("addition.py", SOURCE)])

    def here(_content, _where):
        raise AssertionError("a zip was unpacked in this process")

    assert read(tmp_path / "ada.zip", assignment).sha256 == expected  # the server has all that it needs
    monkeypatch.setattr(archive, "read", here)
    assert read(tmp_path / "ada.zip", assignment).sha256 == expected


@pytest.mark.parametrize("digest", ["", "0" * 63, "G" * 64, "0" * 65, "0" * 64 + "\n"])
def test_an_answer_about_a_zip_has_a_digest(assignment, tmp_path, digest):
    """Of files that are not known here, what the digest looks like is all that can be told."""
    request = given(assignment, tmp_path, zipped({"addition.py": SOURCE}), "ada.zip")
    answer = answer_to(request)

    assert messages.decode_answer(messages.encode_answer(answer), request) == answer
    with pytest.raises(ProtocolError, match=r"^not an answer: it is of another submission$"):
        messages.decode_answer(messages.encode_answer(changed(answer, sha256=digest)), request)


def test_a_choice_among_other_files_is_none(assignment, tmp_path):
    """Only a file that was found can be chosen, and only where that was asked; a submission is no choice."""
    request = given(assignment, tmp_path)
    which = WhichFile(found=request.found, assignment=assignment, stub=b"")

    assert messages.decode_answer(messages.encode_answer(Chosen("ada.py")), which) == Chosen("ada.py")
    assert messages.decode_answer(messages.encode_answer(Chosen(None)), which) == Chosen(None)
    for path, asked in (("bob.py", which), ("ada.py", request)):
        with pytest.raises(ProtocolError, match=r"^not an answer: it is a file of another folder$"):
            messages.decode_answer(messages.encode_answer(Chosen(path)), asked)
    with pytest.raises(ProtocolError, match=r"^not an answer: it is of another submission$"):
        messages.decode_answer(messages.encode_answer(answer_to(request)), which)


def test_a_refusal_without_end_is_none(assignment, tmp_path):
    """A sentence is a sentence."""
    with pytest.raises(ProtocolError, match=r"^not an answer: its refusal is too long$"):
        messages.decode_answer(messages.encode_answer(Refused("x" * 50_000)), given(assignment, tmp_path))


def test_a_reader_that_answers_too_much(assignment, tmp_path, monkeypatch):
    """No more is read than an answer may have."""
    request = given(assignment, tmp_path)
    monkeypatch.setattr(apart, "_server", lambda: Endless())
    with pytest.raises(SubmissionError, match=r"ada\.py: could not be read: what its reader made of it is too large$"):
        apart._submission(request.found, assignment, Extent.DEFINITIONS)


class Endless:
    """A server whose process writes and writes, and reads nothing."""

    def ask(self, order, content):
        source, to = map(FileIO, os.pipe(), "rw")
        status, _telling = map(FileIO, os.pipe(), "rw")
        with (
            subprocess.Popen(["yes"], stdout=subprocess.PIPE) as yes,
            source,
            FileIO(yes.stdout.fileno(), closefd=False) as answer,
        ):
            try:
                return apart.exchanged(to, answer, status, content * 1000, time.monotonic() + 20)
            finally:
                yes.kill()


def test_a_reader_that_always_lacks_something(assignment, tmp_path, monkeypatch):
    """One that has loaded everything lacks nothing, or is no reader."""
    request = given(assignment, tmp_path)
    unprepared = Ended(answer=messages.encode_answer(Unprepared()), status=0)
    monkeypatch.setattr(apart, "_asked", lambda *asked: unprepared)
    with pytest.raises(SubmissionError, match=r"ada\.py: could not be read: its reader gave no answer$"):
        apart._submission(request.found, assignment, Extent.DEFINITIONS)


def test_all_of_a_submission_comes_back(assignment, tmp_path):
    """Each of its values survives the way, and nothing of where the assignment lies goes it."""
    book = b'{"cells": [{"cell_type": "code", "source": "%%html"}, {"cell_type": "code", "source": "def add(:"}]}'
    request = given(assignment, tmp_path, book, "ada.ipynb")
    content = messages.encode_request(request)
    answer = reader_process.answer(content)

    assert isinstance(answer.submission, Submission)
    assert answer.submission.omitted
    assert isinstance(answer.submission.absent[0], Absent)
    assert messages.decode_answer(messages.encode_answer(answer), request) == answer
    assert messages.decode_request(content).assignment.folder == Path()
    assert str(assignment.folder).encode() not in content


def test_bytes_that_are_no_request():
    """The process's own side decodes as strictly."""
    with pytest.raises(ProtocolError, match=r"^not a request to read: "):
        reader_process.answer(b"\x80")


def test_a_folder_whose_name_is_no_text(assignment, tmp_path):
    """A path of this machine may hold any bytes; they are shown by their numbers."""
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))
    try:
        folder.mkdir()
    except OSError:
        pytest.skip("this file system has only names that are text")
    (folder / "ada.py").write_bytes(SOURCE)

    assert read(folder / "ada.py", assignment).problem is None
