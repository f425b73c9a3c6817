"""The bytes of a list become text: its encoding is detected, and a binary file is recognized.

Lists come from spreadsheets, editors and scripts, without a reliable statement of their
encoding. What is not UTF-8 is reported and read all the same.
"""

from __future__ import annotations

import codecs
import re

from sitegen.lists.problems import ListProblemLog

CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SAMPLE_BYTES = 4_096
_MAX_CONTROL_SHARE = 1 / 20
_GZIP = b"\x1f\x8b"
_GZIP_HINT = "Unpack the file, or let its host send it with Content-Encoding: gzip."
_SIGNATURES = {
    b"PK\x03\x04": "a spreadsheet or a ZIP archive",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    _GZIP: "a gzip file",
    b"\x28\xb5\x2f\xfd": "a Zstandard file",
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"PAR1": "a Parquet file",
    b"SQLite format 3": "a database",
}


def decode(body: bytes, problems: ListProblemLog) -> str | None:
    """Return the text of a list, without a byte order mark; None for a binary file."""
    if encoding := _detect_utf16(body):
        problems.add("list-not-utf8", 1, "expected UTF-8, found UTF-16")
        return body.decode(encoding, errors="replace")
    if binary := _describe_binary(body[:_SAMPLE_BYTES]):
        hint = _GZIP_HINT if body.startswith(_GZIP) else ""
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


def _detect_utf16(body: bytes) -> str | None:
    """Return which UTF-16 the text is: by its mark or, as most letters of a list are ASCII, by its zero bytes."""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    half = len(body[:1000]) // 2
    if half and body[1:1000:2].count(0) > 0.8 * half:
        return "utf-16-le"
    return "utf-16-be" if half and body[0:1000:2].count(0) > 0.8 * half else None


def _describe_binary(sample: bytes) -> str | None:
    """Return what a file is, by its first bytes, or its many control characters; None for text."""
    known = next((words for signature, words in _SIGNATURES.items() if sample.startswith(signature)), None)
    controls = len(CONTROL_CHARACTERS.findall(sample.decode("latin-1")))
    return known or ("a binary file" if controls > len(sample) * _MAX_CONTROL_SHARE else None)
