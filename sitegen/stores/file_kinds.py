"""What a file is, by its first bytes, so that a wrong address can be explained.

The signatures are those of the formats' specifications, as the list of signatures of the PRONOM registry
(https://www.nationalarchives.gov.uk/PRONOM) repeats them. A guess for people: nothing is read of such a file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

HEAD_BYTES = 512
"""As many first bytes as tell the kinds apart: the signature of TAR, at byte 257, is the last."""
WEB_PAGE = "a web page"
ZIP_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x06", b"PK\x07\x08")
"""A ZIP archive: with a member, empty, and the first part of a split one (APPNOTE 6.3.10, sections 4.3 and 8.5)."""

_SIGNATURES: Sequence[tuple[int, bytes, str]] = (
    (0, b"II*\0", "a TIFF file"),
    (0, b"MM\0*", "a TIFF file"),
    (0, b"II+\0", "a BigTIFF file"),
    (0, b"MM\0+", "a BigTIFF file"),
    (0, b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
    (0, b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (0, b"\xff\xd8\xff", "a JPEG picture"),
    (0, b"GIF8", "a GIF picture"),
    (0, b"BM", "a BMP picture"),
    (8, b"WEBP", "a WebP picture"),
    (0, b"\0\0\0\x0cjP  \r\n\x87\n", "a JPEG 2000 picture"),
    (4, b"ftyp", "an MP4 file"),
    (8, b"AVI ", "an AVI video"),
    (0, b"%PDF-", "a PDF document"),
    (0, b"ZISRAWFILE", "a Zeiss CZI file"),
    (0, b"\x70\x00\x00\x00", "a Leica LIF file"),
    (0, b"\xda\xce\xbe\x0a", "a Nikon ND2 file"),
    (0, b"\0\0\0\x0cjP\x1a\x1a\r\n\x87\n", "a Nikon ND2 file"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an OLE2 file, such as Olympus OIB or an old Office document"),
    (128, b"DICM", "a DICOM file"),
    (208, b"MAP ", "an MRC file"),
    (344, b"n+1\0", "a NIfTI file"),
    (0, b"\x93NUMPY", "a NumPy file"),
    (0, b"\x1f\x8b", "a gzip file"),
    (0, b"BZh", "a bzip2 file"),
    (0, b"\xfd7zXZ\0", "an XZ file"),
    (0, b"\x28\xb5\x2f\xfd", "a Zstandard file"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (0, b"Rar!\x1a\x07", "a RAR archive"),
    (257, b"ustar", "a TAR archive"),
    (0, b"SQLite format 3\0", "an SQLite database"),
    (0, b"PAR1", "a Parquet file"),
    (0, b"NRRD000", "an NRRD file"),
)
"""Offset, signature, and what the file is. The first that fits counts."""
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|script)\b", re.IGNORECASE)
_BLANKS = b"\xef\xbb\xbf \t\r\n"


def is_zip(head: bytes) -> bool:
    """Return whether a file that begins so is a ZIP archive, or the first part of one."""
    return head.startswith(ZIP_SIGNATURES)


def describe_file(head: bytes) -> str:
    """Return what a file is that begins so, with its article: `a TIFF file`. head: its first HEAD_BYTES bytes."""
    if is_zip(head):
        return "a ZIP archive"
    for offset, signature, kind in _SIGNATURES:
        if head.startswith(signature, offset):
            return kind
    return _describe_text(head) or f"a file of an unknown kind, which begins with the bytes {head[:8].hex(' ')}"


def _describe_text(head: bytes) -> str | None:
    """Return what kind of text a file is; None where it is no text."""
    text = head.lstrip(_BLANKS)
    if _HTML.match(text):
        return WEB_PAGE
    if text.startswith(b"<"):
        return "a list of files by an object store, in XML" if b"<ListBucketResult" in text else "an XML document"
    if text.startswith((b"{", b"[")):
        return "a JSON document"
    printable = all(byte >= 0x20 or byte in b"\t\n\r\f" for byte in head)
    return "a text file" if printable else None
