"""Bytes in a `data:` URI (RFC 2397), in which metadata may hold a small picture."""

from __future__ import annotations

import base64
import binascii


def read_data_uri(address: str) -> bytes | None:
    """Return the bytes of a base64 `data:` URI, None where there are none."""
    head, _, body = address.partition(",")
    if not head.endswith(";base64"):
        return None
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        return None
