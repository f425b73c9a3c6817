"""The bytes of a list become text: its encoding is detected, and a binary file is recognized.

Lists come from spreadsheets, editors and scripts, without a reliable statement of their
encoding. What is not UTF-8 is reported and read all the same.
"""

from __future__ import annotations

import codecs
import re

from sitegen.file_kinds import LFS_POINTER, describe_binary, is_zip
from sitegen.lists.problems import ListProblemLog

CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_INVISIBLE = (
    "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
"""Characters of the Unicode category Cf that come along when text is copied from web pages and documents: zero-width
spaces and joiners, marks of direction, a byte order mark between two lists that were put together."""
_INVISIBLE_OR_BLANK = _INVISIBLE + "".join(filter(str.isspace, map(chr, range(0x3001))))
_SAMPLE_BYTES = 4_096
_MAX_CONTROL_SHARE = 1 / 20
_FEW_CONTROLS = 16
"""So many control characters may be in a short list by mistake."""
_HINTS = {
    "a gzip file": "Unpack the file, or let its host send it with Content-Encoding: gzip.",
    LFS_POINTER: "Give the address of the file itself; on GitHub, one that begins with https://media.githubusercontent.com/.",
}
_TABLE_HINT = "Save the table as CSV, in UTF-8, and give the address of that file."


def strip_invisible(text: str) -> str:
    """Return text without blanks and invisible characters at its ends; within it, they may be part of a name."""
    return text.strip(_INVISIBLE_OR_BLANK)


def decode(body: bytes, problems: ListProblemLog) -> str | None:
    """Return the text of a list, without a byte order mark; None for a binary file."""
    encoding = None if describe_binary(body[:_SAMPLE_BYTES]) else _detect_wide(body)
    if encoding:
        problems.add("list-not-utf8", 1, f"expected UTF-8, found {encoding[:6].upper()}")
        return body.decode(encoding, errors="replace").removeprefix("\ufeff")
    if binary := _describe_binary(body):
        hint = _TABLE_HINT if is_zip(body) else _HINTS.get(binary, "")
        problems.add("list-not-text", 1, f"expected CSV, found {binary}", hint=hint)
        return None
    body = body.removeprefix(codecs.BOM_UTF8)
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        found = f"the byte 0x{body[error.start]:02X}"
        problems.add("list-not-utf8", line, f"expected UTF-8, found {found}; read as Latin-1")
    try:
        return body.decode("cp1252")  # Latin-1 of Windows: the same letters, and typographic quotation marks
    except UnicodeDecodeError:
        return body.decode("latin-1")


def _detect_wide(body: bytes) -> str | None:
    """Return which UTF-16 or UTF-32 a text is: by its mark or, as most letters of a list are ASCII, by zero bytes."""
    if body.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    sample = body[:1000].rstrip(b"\x00")  # a file that was cut short may end with zero bytes
    half = len(sample) // 2
    if half and sample[1::2].count(0) > 0.8 * half:
        return "utf-16-le"
    return "utf-16-be" if half and sample[0::2].count(0) > 0.8 * half else None


def _describe_binary(body: bytes) -> str | None:
    """Return what a file is, by its first bytes, or its many control characters; None for text."""
    sample = body[:_SAMPLE_BYTES]
    controls = len(CONTROL_CHARACTERS.findall(sample.rstrip(b"\x00").decode("latin-1")))
    is_binary = controls > max(_FEW_CONTROLS, len(sample) * _MAX_CONTROL_SHARE)
    return describe_binary(sample) or ("a binary file" if is_binary else None)
