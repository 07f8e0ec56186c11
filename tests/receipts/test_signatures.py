"""Signatures of receipts: those of ssh-keygen and ours are the same format, and what is not trusted is said."""

from __future__ import annotations

import base64
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.receipts.signatures import load_key, read_trusted, require_signature, signature_of

CONTENT = b'{"kind": "grader receipt"}\n'
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + base64.b64encode(bytes(range(33)))[:43].decode()
OTHER = KEY[:-4] + "AAAA"


@pytest.fixture
def ssh_keygen() -> str:
    """Return the program; skip where it is not installed."""
    found = shutil.which("ssh-keygen")
    if found is None:
        pytest.skip("`ssh-keygen` is not installed; on Debian and Ubuntu: sudo apt-get install openssh-client")
    return found


@pytest.fixture
def key(ssh_keygen: str, tmp_path: Path) -> Path:
    """Return a private key; its public one lies beside it."""
    pytest.importorskip("cryptography", reason="the extra `signing` is not installed")
    return made(ssh_keygen, tmp_path / "key")


def made(ssh_keygen: str, path: Path, kind: str = "ed25519", passphrase: str = "") -> Path:
    """Return a new private key."""
    words = ("-q", "-t", kind, "-N", passphrase, "-C", "ada", "-f", str(path))
    subprocess.run([ssh_keygen, *words], check=True, timeout=60)
    return path


@pytest.fixture
def receipt(tmp_path: Path) -> Path:
    """Return a file that is to be signed."""
    path = tmp_path / "r.json"
    path.write_bytes(CONTENT)
    return path


def sign(ssh_keygen: str, receipt: Path, key: Path, namespace: str = "grader", *more: str) -> None:
    """Sign a file by OpenSSH itself."""
    words = ("-Y", "sign", "-q", "-n", namespace, "-f", str(key), *more, str(receipt))
    subprocess.run([ssh_keygen, *words], check=True, timeout=60, capture_output=True)


def public(key: Path) -> Path:
    """Return where the public key lies."""
    return key.with_name(f"{key.name}.pub")


def test_openssh_verifies_what_is_signed_here(ssh_keygen: str, receipt: Path, key: Path) -> None:
    """For the namespace `grader`, and not for a file that was changed afterwards."""
    signature, signers = receipt.with_name("r.json.sig"), receipt.with_name("allowed")
    signature.write_bytes(signature_of(CONTENT, load_key(key)))
    signers.write_text(f"ada@example.org {public(key).read_text()}")
    words = [
        ssh_keygen,
        "-Y",
        "verify",
        "-n",
        "grader",
        "-f",
        str(signers),
        "-I",
        "ada@example.org",
        "-s",
        str(signature),
    ]
    right, wrong = (
        subprocess.run(words, input=content, capture_output=True, timeout=60, check=False)
        for content in (CONTENT, CONTENT + b" ")
    )

    assert right.returncode == 0, right.stderr
    assert b'Good "grader" signature for ada@example.org' in right.stdout
    assert wrong.returncode != 0


@pytest.mark.parametrize("hashed", ["sha256", "sha512"])
def test_what_openssh_signs_is_trusted_here(ssh_keygen: str, receipt: Path, key: Path, hashed: str) -> None:
    """With either of its hashes; the list of keys may be of authorized_keys or of allowed_signers."""
    sign(ssh_keygen, receipt, key, "grader", "-O", f"hashalg={hashed}")
    signers = receipt.with_name("allowed")
    signers.write_text(f"# staff\n\nx@example.org {OTHER}\nada@example.org {public(key).read_text()}")

    assert require_signature(receipt, CONTENT, public(key)) == "ada"
    assert require_signature(receipt, CONTENT, signers) == "ada@example.org"


def test_both_sign_in_the_same_way(ssh_keygen: str, receipt: Path, key: Path) -> None:
    """Signatures of this kind are not drawn at random, so the files are the same byte for byte."""
    sign(ssh_keygen, receipt, key)

    assert receipt.with_name("r.json.sig").read_bytes() == signature_of(CONTENT, load_key(key))


def test_what_is_not_signed_as_it_should_be(ssh_keygen: str, receipt: Path, key: Path, tmp_path: Path) -> None:
    """Each is one sentence, which names the file."""
    other = made(ssh_keygen, tmp_path / "other")
    with pytest.raises(UsageError, match=r"r\.json is unsigned: there is no r\.json\.sig beside it"):
        require_signature(receipt, CONTENT, public(key))
    sign(ssh_keygen, receipt, key)
    with pytest.raises(
        UsageError, match=r"r\.json is signed with a key that is not in .*other\.pub: SHA256:[\w+/]{43}$"
    ):
        require_signature(receipt, CONTENT, public(other))
    with pytest.raises(UsageError, match=r"r\.json is wrongly signed: r\.json\.sig is the signature of something else"):
        require_signature(receipt, CONTENT + b" ", public(key))
    receipt.with_name("r.json.sig").unlink()
    sign(ssh_keygen, receipt, key, "git")
    with pytest.raises(UsageError, match=r"r\.json\.sig: a signature in the namespace 'git', and not in `grader`"):
        require_signature(receipt, CONTENT, public(key))


def test_a_signature_with_another_kind_of_key(ssh_keygen: str, receipt: Path, key: Path, tmp_path: Path) -> None:
    """It is named."""
    sign(ssh_keygen, receipt, made(ssh_keygen, tmp_path / "ecdsa", "ecdsa"))
    with pytest.raises(UsageError, match=r"signed with a key of the kind 'ecdsa-sha2-nistp256'; ssh-ed25519 alone"):
        require_signature(receipt, CONTENT, public(key))


def test_any_change_of_a_signature_is_found(ssh_keygen: str, receipt: Path, key: Path) -> None:
    """Whichever byte is another one, or missing, it is an error of use and never trusted."""
    sign(ssh_keygen, receipt, key)
    path = receipt.with_name("r.json.sig")
    lines = path.read_text().splitlines()
    blob = base64.b64decode("".join(lines[1:-1]))
    for at in range(len(blob)):
        for changed in (blob[:at] + bytes([blob[at] ^ 1]) + blob[at + 1 :], blob[:at]):
            path.write_text("\n".join((lines[0], base64.b64encode(changed).decode(), lines[-1])))
            with pytest.raises(UsageError):
                require_signature(receipt, CONTENT, public(key))


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"\xff", b"-----BEGIN SSH SIGNATURE-----\n*\n-----END SSH SIGNATURE-----\n"]
)
def test_what_is_no_signature(receipt: Path, content: bytes) -> None:
    """The text names the file."""
    receipt.with_name("r.json.sig").write_bytes(content)
    trusted = receipt.with_name("trusted")
    trusted.write_text(KEY)
    with pytest.raises(UsageError, match=r"r\.json\.sig: this is no signature of OpenSSH"):
        require_signature(receipt, CONTENT, trusted)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (KEY, "SHA256:"),
        (f"{KEY} Ada Lovelace", "Ada Lovelace"),
        (f"ada@x.org,a@x.org {KEY} laptop", "ada@x.org,a@x.org"),
        (f"  {KEY}\t", "SHA256:"),
    ],
)
def test_lines_of_keys(tmp_path: Path, line: str, name: str) -> None:
    """A name stands before a key or behind it; without one there is its fingerprint."""
    path = tmp_path / "trusted"
    path.write_text(f"# staff\n{line}\r\n")
    ((blob, called),) = read_trusted(path).items()

    assert base64.b64encode(blob).decode() == KEY.split()[1]
    assert called.startswith(name)


@pytest.mark.parametrize(
    "line",
    [
        "hello",
        "ssh-ed25519",
        "ssh-ed25519 AAAA",
        "ssh-ed25519 !",
        KEY.replace("ssh-ed25519", "ssh-rsa"),
        f'ada namespaces="git" {KEY}',
        f"cert-authority {KEY}",
        f'command="true" {KEY}',
        f"{KEY}AAAA",
    ],
)
def test_a_line_that_is_no_key(tmp_path: Path, line: str) -> None:
    """Nothing is passed over: options of a line could mean that its key must not count here."""
    path = tmp_path / "trusted"
    path.write_text(f"{KEY}\n{line}\n")
    with pytest.raises(UsageError, match=r"trusted, line 2: not a key; a line is `ssh-ed25519 KEY`"):
        read_trusted(path)


def test_no_keys(tmp_path: Path) -> None:
    """An empty list trusts nobody, and is said."""
    (tmp_path / "trusted").write_text("# nobody\n")
    with pytest.raises(UsageError, match="trusted: there is no key in it"):
        read_trusted(tmp_path / "trusted")


def test_keys_that_cannot_sign(ssh_keygen: str, key: Path, tmp_path: Path) -> None:
    """With a passphrase, of another kind, or none at all."""
    with pytest.raises(
        UsageError, match=r"the key has a passphrase; `ssh-keygen -Y sign -n grader -f .* RECEIPT` asks for it"
    ):
        load_key(made(ssh_keygen, tmp_path / "secret", passphrase="12345"))
    with pytest.raises(UsageError, match="not a key of the kind ssh-ed25519"):
        load_key(made(ssh_keygen, tmp_path / "ecdsa", "ecdsa"))
    with pytest.raises(UsageError, match="this is no private key of OpenSSH"):
        load_key(public(key))
    assert "private" not in repr(load_key(key)).lower()


def test_without_the_package(monkeypatch: pytest.MonkeyPatch, receipt: Path) -> None:
    """The text says what to install."""
    monkeypatch.setitem(sys.modules, "cryptography", None)
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    with pytest.raises(
        UsageError, match=r"--sign needs the package cryptography, .*: pip install 'convnet-grader\[signing\]'"
    ):
        load_key(receipt)
