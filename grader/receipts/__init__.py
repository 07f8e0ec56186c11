"""
Receipts: what one grading was made of and what came out, for staff, to be checked by grading again.

    receipt       what a receipt holds, written and read
    comparing     what differs between two of them
    signatures    signatures of OpenSSH, as `ssh-keygen -Y` writes and verifies them
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.lazy_face import lazily

if TYPE_CHECKING:
    from grader.receipts.comparing import Differences, differences
    from grader.receipts.receipt import Receipt, decode, encode, read, receipt_of
    from grader.receipts.signatures import (
        SigningKey,
        load_key,
        read_trusted,
        require_signature,
        signature_beside,
        signature_of,
    )

__all__ = [
    "Differences",
    "Receipt",
    "SigningKey",
    "decode",
    "differences",
    "encode",
    "load_key",
    "read",
    "read_trusted",
    "receipt_of",
    "require_signature",
    "signature_beside",
    "signature_of",
]

__getattr__ = lazily(
    __name__,
    {
        "comparing": ("Differences", "differences"),
        "receipt": ("Receipt", "decode", "encode", "read", "receipt_of"),
        "signatures": (
            "SigningKey",
            "load_key",
            "read_trusted",
            "require_signature",
            "signature_beside",
            "signature_of",
        ),
    },
)
