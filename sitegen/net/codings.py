"""Content codings of HTTP bodies (RFC 9110, section 8.4): which of them apply, and how they are undone.

Only registered tokens name a coding. Others mean identity, as in browsers and other HTTP clients: boto3 from 1.36 and
the AWS CLI from 2.23 store `aws-chunked` with each object, gateways replay it, and other uploads leave `UTF-8` or
`binary` there. What is held of a decompressed body is limited, whatever was compressed in what.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Sequence

from sitegen.errors import SitegenError

_REGISTERED = frozenset({
    "aes128gcm", "br", "compress", "dcb", "dcz", "deflate", "exi", "gzip", "identity", "pack200-gzip", "zstd",
})  # fmt: skip
"""The HTTP Content Coding Registry of IANA, without the aliases of `_ALIASES`."""
_ALIASES = {"x-gzip": "gzip", "x-compress": "compress"}
"""RFC 9110, section 8.4.1: to be treated as equivalent."""
_UNDONE = frozenset({"gzip", "deflate"})
_MAX_CODINGS = 4
"""A choice: two are known from real hosts."""
_MAX_MEMBERS = 1_000
"""Members of a gzip body (RFC 1952, section 2.2): a document of 16 MB in blocks of 64 kB has 250."""
_MORE_BYTES = 65_536
"""Of a body that is compressed twice: what the inner compressed form may have beyond the limit of the body."""
_SIGNED_PART = re.compile(rb"[0-9a-fA-F]{1,16};chunk-signature=[0-9a-fA-F]{64}\r\n")
"""AWS Signature Version 4, "Transferring payload in multiple chunks": what precedes each part of an upload."""
_UNSIGNED_PART = re.compile(rb"([0-9a-fA-F]{1,8})\r\n")


class CodingError(SitegenError):
    """A body is not in the coding that its header states, or in one that is not undone; the text says which."""


class TooLongError(SitegenError):
    """A body decompresses to more bytes than are read."""


def read_tokens(fields: Iterable[str]) -> tuple[str, ...]:
    """Return the tokens of all Content-Encoding headers, in lower case, in the order in which they were applied."""
    tokens = (token.partition(";")[0].strip(" \t\"'").lower() for field in fields for token in field.split(","))
    return tuple(_ALIASES.get(token, token) for token in tokens if token)


def applied_codings(tokens: Iterable[str]) -> tuple[str, ...]:
    """Return the registered codings among the tokens; empty where the body is the file itself."""
    return tuple(token for token in tokens if token in _REGISTERED - {"identity"})


def unknown_tokens(tokens: Iterable[str]) -> tuple[str, ...]:
    """Return the tokens that are no registered coding, and mean identity."""
    return tuple(token for token in tokens if token not in _REGISTERED)


def has_upload_framing(body: bytes, tokens: Iterable[str]) -> bool:
    """Return whether a body still holds the lines that `aws-chunked` puts before each part of an upload.

    Some gateways store an upload as it was sent. Without signatures, the lines are only looked for where the header
    names the coding, and where the length in the first one is that of the part below it.
    """
    if _SIGNED_PART.match(body):
        return True
    first = _UNSIGNED_PART.match(body) if "aws-chunked" in tokens else None
    return first is not None and body.startswith(b"\r\n", first.end() + int(first[1], 16))


class BodyDecoder:
    """Undoes the codings of one body, part by part. Raises CodingError for codings that are not undone.

    max_bytes: of the decompressed body. begun: whether any byte came.
    """

    def __init__(self, codings: Sequence[str], max_bytes: int) -> None:
        foreign = next((coding for coding in codings if coding not in _UNDONE), None)
        if foreign:
            raise CodingError(f"Content-Encoding {foreign[:40]!r} was not requested")
        if len(codings) > _MAX_CODINGS:
            raise CodingError(f"Content-Encoding names {len(codings)} codings, at most {_MAX_CODINGS} are undone")
        self._layers = [
            _Layer(coding, max_bytes + (_MORE_BYTES if place else 0)) for place, coding in enumerate(codings)
        ]
        self._layers.reverse()  # the last one applied is the first one undone
        self.begun = False

    def feed(self, part: bytes) -> bytes:
        """Return what a part decompresses to. Raises CodingError, and TooLongError beyond `max_bytes`."""
        self.begun = self.begun or bool(part)
        for layer in self._layers:
            part = layer.feed(part)
        return part

    def finish(self) -> bool:
        """Return whether the compressed body has an end; a body without any byte is an empty file.

        Raises CodingError where it has none, and most probably never was compressed.
        """
        return not self.begun or all(layer.finish() for layer in self._layers)


class _Layer:
    """One coding of a body."""

    def __init__(self, coding: str, max_bytes: int) -> None:
        self._coding = coding
        self._bytes_left = max_bytes
        self._head = b""
        self._inflate: zlib._Decompress | None = None
        self._members = 0
        self._bare_head = b""

    def finish(self) -> bool:
        if self._inflate is not None and self._inflate.eof:
            return True
        if self._bare_head:  # most texts are the beginning of a deflated body without a wrapper, too
            raise CodingError(f"Content-Encoding says {self._coding}, but the body {_describe_begin(self._bare_head)}")
        return False

    def feed(self, part: bytes) -> bytes:
        found = bytearray()
        part = self._head + part
        self._head = b""
        while part:
            if self._inflate is None or self._inflate.eof:
                if len(part) < 2:
                    self._head = part
                    break
                self._inflate = self._begin(part)
            found += self._decompress(self._inflate, part)
            part = self._inflate.unused_data
        return bytes(found)

    def _begin(self, part: bytes) -> zlib._Decompress:
        """Return the decompressor for what follows: a whole body, or a further member of a gzip file."""
        self._members += 1
        if self._members > (_MAX_MEMBERS if self._coding == "gzip" else 1):
            raise CodingError("bytes follow the end of the compressed body")
        bare = self._coding == "deflate" and not _is_wrapped(part)
        self._bare_head = part[:20] if bare else b""
        return zlib.decompressobj(wbits=-zlib.MAX_WBITS if bare else zlib.MAX_WBITS + 32)  # 32: gzip or zlib, by header

    def _decompress(self, inflate: zlib._Decompress, part: bytes) -> bytes:
        try:
            found = inflate.decompress(part, self._bytes_left + 1)
        except zlib.error:
            raise CodingError(self._describe(part)) from None
        self._bytes_left -= len(found)
        if inflate.unconsumed_tail or self._bytes_left < 0:
            raise TooLongError(f"more than the bytes that are read, after {self._coding}")
        return found

    def _describe(self, part: bytes) -> str:
        if self._members > 1:
            return "bytes follow the end of the compressed body"
        return f"Content-Encoding says {self._coding}, but the body {_describe_begin(part)}"


def _is_wrapped(begin: bytes) -> bool:
    """Return whether a compressed body begins with the header of zlib (RFC 1950, section 2.2) or gzip.

    Some hosts send `deflate` without it (RFC 9110, section 8.4.1.2).
    """
    zlib_header = begin[0] & 0x0F == 8 and int.from_bytes(begin[:2]) % 31 == 0
    return zlib_header or begin.startswith(b"\x1f\x8b")


def _describe_begin(body: bytes) -> str:
    """Return how a body that is not compressed begins."""
    text = body[:20].lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith((b"{", b"[")):
        return "is JSON as it is"
    return "is damaged" if body.startswith((b"\x1f\x8b", b"\x78")) else "is something else"
