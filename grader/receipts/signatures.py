"""
Signatures of receipts in the format of OpenSSH: what this module signs, `ssh-keygen -Y verify` verifies, and the other way round.

Only ssh-ed25519 keys, in the namespace `grader`.  The cryptography is that of the package `cryptography`, the extra `signing`,
which is imported where something is signed or verified.

Source: OpenSSH, PROTOCOL.sshsig; RFC 4253, section 6.6; RFC 8709.
"""

from __future__ import annotations

import base64
import hashlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.bounded_read import read_bounded
from grader.errors import UsageError

NAMESPACE = "grader"
_MAGIC, _VERSION, _KIND, _HASH = b"SSHSIG", 1, b"ssh-ed25519", b"sha512"
_HASHES = {b"sha256": hashlib.sha256, b"sha512": hashlib.sha512}
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_COLUMNS = 70
_MAX_BYTES = 1024**2


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """A private key; never to be printed."""

    private: Any
    public: bytes
    """The public key, as SSH writes it."""

    def __repr__(self) -> str:
        return "SigningKey"


def load_key(path: Path) -> SigningKey:
    """
    Return the private key in a file of OpenSSH.

    Raises:
        UsageError: If there is none, or it has a passphrase, or is of another kind than ed25519.
    """
    cryptography = _cryptography("--sign")
    content = read_bounded(path, _MAX_BYTES, "private key")
    by_hand = f"`ssh-keygen -Y sign -n {NAMESPACE} -f {path} RECEIPT` asks for it, and signs in the same way"
    try:
        private = cryptography.load_ssh_private_key(content, password=None)
    except TypeError:
        raise UsageError(f"--sign {path}: the key has a passphrase; {by_hand}") from None
    except Exception as error:  # of several kinds, for what is no key and for what the package cannot read
        raise UsageError(f"--sign {path}: this is no private key of OpenSSH: {error}") from None
    if not isinstance(private, cryptography.Ed25519PrivateKey):
        raise UsageError(f"--sign {path}: not a key of the kind ssh-ed25519, which alone signs receipts")
    return SigningKey(private, _text(_KIND) + _text(private.public_key().public_bytes_raw()))


def signature_of(content: bytes, key: SigningKey) -> bytes:
    """Return the signature of *content*, as a file of OpenSSH."""
    signed = key.private.sign(_to_sign(content, _HASH))
    blob = _MAGIC + struct.pack(">I", _VERSION) + _text(key.public) + _text(NAMESPACE.encode()) + _text(b"")
    blob += _text(_HASH) + _text(_text(_KIND) + _text(signed))
    encoded = base64.b64encode(blob).decode()
    lines = [encoded[begin : begin + _COLUMNS] for begin in range(0, len(encoded), _COLUMNS)]
    return "\n".join((_BEGIN, *lines, _END, "")).encode()


def read_trusted(path: Path) -> Mapping[bytes, str]:
    """
    Return the public keys in a file and how each is called: lines of `authorized_keys` or of `allowed_signers`, without options.

    Raises:
        UsageError: If it cannot be read, a line is something else, or there is no key.
    """
    keys: dict[bytes, str] = {}
    lines = read_bounded(path, _MAX_BYTES, "list of keys").decode(errors="replace").splitlines()
    for number, line in enumerate(lines, start=1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        kind = _KIND.decode()
        at = 0 if words[0] == kind else 1
        try:
            if words[at] != kind or (at and (words[0] == "cert-authority" or set('="') & set(words[0]))):
                raise ValueError
            blob = base64.b64decode(words[at + 1], validate=True)
            found = _Reader(blob)
            if found.text() != _KIND or len(found.text()) != 32 or found.rest:
                raise ValueError
        except (IndexError, ValueError):
            raise UsageError(
                f"--trusted {path}, line {number}: not a key; a line is `{kind} KEY`, with the names of whose it is before it or "
                "behind it, and without options"
            ) from None
        keys[blob] = (words[0] if at else " ".join(words[2:])) or _fingerprint(blob)
    if not keys:
        raise UsageError(f"--trusted {path}: there is no key in it")
    return keys


def signature_beside(receipt: Path) -> Path:
    """Return where the signature of a receipt lies: beside it, as `ssh-keygen -Y sign` writes it."""
    return receipt.with_name(f"{receipt.name}.sig")


def require_signature(receipt: Path, content: bytes, trusted: Path) -> str:
    """
    Return who has signed a receipt.

    Args:
        receipt: The signature lies beside it.
        content: What is in it.
        trusted: Lists the keys that count.

    Raises:
        UsageError: If it is unsigned, or not signed with one of these keys; the text says which.
    """
    keys = read_trusted(trusted)
    path = signature_beside(receipt)
    if not path.exists():
        raise UsageError(f"{receipt} is unsigned: there is no {path.name} beside it")
    public, signed, name = _signature(read_bounded(path, _MAX_BYTES, "signature"), path)
    cryptography = _cryptography("--trusted")
    if public not in keys:
        raise UsageError(f"{receipt} is signed with a key that is not in {trusted}: {_fingerprint(public)}")
    try:
        key = cryptography.Ed25519PublicKey.from_public_bytes(public[-32:])
        key.verify(signed, _to_sign(content, name))
    except (ValueError, cryptography.InvalidSignature):
        raise UsageError(f"{receipt} is wrongly signed: {path.name} is the signature of something else") from None
    return keys[public]


def _signature(content: bytes, path: Path) -> tuple[bytes, bytes, bytes]:
    """Return public key, signature and name of the hash in a file; raises UsageError if that is no signature for receipts."""
    try:
        lines = content.decode("ascii").strip().splitlines()
        if lines[0] != _BEGIN or lines[-1] != _END:
            raise ValueError
        reader = _Reader(base64.b64decode("".join(lines[1:-1]), validate=True))
        if reader.take(len(_MAGIC)) != _MAGIC or reader.take(4) != struct.pack(">I", _VERSION):
            raise ValueError
        public, namespace, _reserved, hashed, signature = (reader.text() for _ in range(5))
        kind, inner = _Reader(public).text(), _Reader(signature)
        if reader.rest or (kind == _KIND and len(public) != 4 + len(_KIND) + 4 + 32):
            raise ValueError
        inner_kind, signed = inner.text(), inner.text()
        if inner.rest or hashed not in _HASHES or (kind == _KIND) != (inner_kind == _KIND):
            raise ValueError
    except (IndexError, ValueError):
        raise UsageError(f"{path}: this is no signature of OpenSSH") from None
    if kind != _KIND:
        raise UsageError(f"{path}: signed with a key of the kind {_shown(kind)}; ssh-ed25519 alone signs receipts")
    if namespace != NAMESPACE.encode():
        raise UsageError(f"{path}: a signature in the namespace {_shown(namespace)}, and not in `{NAMESPACE}`")
    return public, signed, hashed


class _Reader:
    """Takes one piece after another of what SSH has packed; raises ValueError where there is less."""

    def __init__(self, content: bytes) -> None:
        self.rest = content

    def take(self, count: int) -> bytes:
        if count > len(self.rest):
            raise ValueError
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken

    def text(self) -> bytes:
        (count,) = struct.unpack(">I", self.take(4))
        return self.take(count)


def _text(content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + content


def _to_sign(content: bytes, name: bytes) -> bytes:
    return _MAGIC + _text(NAMESPACE.encode()) + _text(b"") + _text(name) + _text(_HASHES[name](content).digest())


def _fingerprint(public: bytes) -> str:
    """Return the fingerprint of a key as `ssh-keygen -l` shows it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(public).digest()).decode().rstrip("=")


def _shown(word: bytes) -> str:
    return repr(word[:40].decode(errors="replace"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cryptography:
    """What is used of the package."""

    load_ssh_private_key: Any
    Ed25519PrivateKey: Any
    Ed25519PublicKey: Any
    InvalidSignature: Any


def _cryptography(option: str) -> _Cryptography:
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
        from cryptography.hazmat.primitives.serialization import load_ssh_private_key
    except ImportError:
        raise UsageError(
            f"{option} needs the package cryptography, which is not installed: pip install 'convnet-grader[signing]'"
        ) from None
    return _Cryptography(
        load_ssh_private_key=load_ssh_private_key,
        Ed25519PrivateKey=Ed25519PrivateKey,
        Ed25519PublicKey=Ed25519PublicKey,
        InvalidSignature=InvalidSignature,
    )
