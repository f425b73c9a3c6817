"""What a file is, by its first bytes, so that a wrong address can be explained; the one table of signatures.

The signatures are those of the formats' specifications, as the list of signatures of the PRONOM registry
(https://www.nationalarchives.gov.uk/PRONOM) repeats them; those of microscopes are from the readers of Bio-Formats
(https://bio-formats.readthedocs.io). A guess for people: nothing is read of such a file. Libraries such as puremagic
and filetype do not know CZI, ND2, LIF, NIfTI, Parquet and Git LFS, and take DICOM for other things.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

HEAD_BYTES = 512
"""As many first bytes as tell the kinds apart: the signature of NIfTI, at byte 344, is the last."""
WEB_PAGE = "a web page"
EMPTY = "an empty file"
LFS_POINTER = "a Git LFS pointer, which stands for a file that is stored elsewhere"
ZIP_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x06", b"PK\x07\x08")
"""A ZIP archive: with a member, empty, and the first part of a split one (APPNOTE 6.3.10, sections 4.3 and 8.5)."""

_SIGNATURES: Sequence[tuple[re.Pattern[bytes], str]] = tuple(
    (re.compile(pattern, re.DOTALL), kind)
    for pattern, kind in (
        (rb"II\*\0|MM\0\*", "a TIFF file"),
        (rb"II\+\0|MM\0\+", "a BigTIFF file"),
        (rb"\x89HDF\r\n\x1a\n", "an HDF5 file"),
        (rb"CDF[\x01\x02\x05]", "a NetCDF file"),
        (rb"\x89PNG\r\n\x1a\n", "a PNG picture"),
        (rb"\xff\xd8\xff", "a JPEG picture"),
        (rb"GIF8[79]a", "a GIF picture"),
        (rb"BM.{4}\0\0\0\0", "a BMP picture"),
        (rb"\0\0\x01\0[^\0]\0", "an ICO picture"),
        (rb"RIFF.{4}WEBP", "a WebP picture"),
        (rb"RIFF.{4}AVI ", "an AVI video"),
        (rb"\0\0\0\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51", "a JPEG 2000 picture"),
        (rb"\0\0\0\x0cJXL \r\n\x87\n|\xff\x0a", "a JPEG XL picture"),
        (rb".{4}ftyp(?:.{4}){0,16}?avi[fs]", "an AVIF picture"),  # a major or a compatible brand
        (rb".{4}ftyp(?:hei|hev|mif1|msf1)", "a HEIF picture (HEIC)"),
        (rb".{4}ftypqt", "a QuickTime video"),
        (rb".{4}ftyp", "an MP4 file"),
        (rb"%PDF-", "a PDF document"),
        (rb"\{\\rtf", "a rich text document (RTF)"),
        (rb"ZISRAWFILE", "a Zeiss CZI file"),
        (rb"\x70\0\0\0", "a Leica LIF file"),
        (rb"\xda\xce\xbe\x0a|\0\0\0\x0cjP\x1a\x1a\r\n\x87\n", "a Nikon ND2 file"),
        (rb"OLYMPUSRAWFORMAT", "an Olympus OIR file"),
        (
            rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "an OLE2 file, such as an old Excel or Word document, Olympus OIB or Zeiss ZVI",
        ),
        (rb".{128}DICM", "a DICOM file"),
        (rb".{208}MAP ", "an MRC file"),
        (rb".{344}n(?:\+|i)1\0|.{4}n(?:\+|i)2\0\r\n\x1a\n", "a NIfTI file"),
        (rb"SIMPLE  = ", "a FITS file"),
        (rb"NRRD000", "an NRRD file"),
        (rb"\x93NUMPY", "a NumPy file"),
        (rb"MATLAB 5\.0 MAT-file", "a MATLAB file"),
        (rb"\x1f\x8b", "a gzip file"),
        (rb"BZh[1-9]", "a bzip2 file"),
        (rb"\xfd7zXZ\0", "an xz file"),
        (rb"\x28\xb5\x2f\xfd", "a Zstandard file"),
        (rb"\x04\x22\x4d\x18", "an LZ4 file"),
        (rb"7z\xbc\xaf\x27\x1c", "a 7z archive"),
        (rb"Rar!\x1a\x07", "a RAR archive"),
        (rb".{257}ustar", "a TAR archive"),
        (rb"SQLite format 3\0", "an SQLite database"),
        (rb"PAR1(?![\x20-\x7e])", "a Parquet file"),
        (rb"ARROW1\0\0", "an Arrow file"),
        (rb"version https://git-lfs\.github\.com/spec/", LFS_POINTER),
    )
)
"""How a file begins, and what it is. The first that fits counts. Text that people write begins like none of these."""
_PARTS: Sequence[tuple[bytes, str]] = (
    (b"application/vnd.oasis.opendocument.spreadsheet", "an OpenDocument spreadsheet (ODS)"),
    (b"application/vnd.oasis.opendocument", "an OpenDocument document"),
    (b"xl/", "an Excel spreadsheet"),
    (b"word/", "a Word document"),
    (b"ppt/", "a PowerPoint presentation"),
    (b"Index/Tables/", "a Numbers spreadsheet"),
    (b"content.xml", "an OpenDocument document, such as a spreadsheet (ODS)"),
    (b"[Content_Types].xml", "an Office document, such as an Excel spreadsheet"),
)
"""What a ZIP archive has among its first bytes, or as the name of a member, where it is a document (ECMA-376, part 2;
OpenDocument 1.3, part 2)."""
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
_HTML = re.compile(
    rb"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|script)\b", re.IGNORECASE | re.DOTALL
)
"""How a web page begins, after a declaration of XML and comments."""
_XML_KINDS: Sequence[tuple[bytes, str]] = (
    (b"<ListBucketResult", "a list of files by an object store, in XML"),
    (b"<SpimData", "an XML document of BigDataViewer"),
    (b"<svg", "an SVG picture"),
)
_BLANKS = b"\xef\xbb\xbf \t\r\n"


def is_zip(head: bytes) -> bool:
    """Return whether a file that begins so is a ZIP archive, or the first part of one."""
    return head.startswith(ZIP_SIGNATURES)


def describe_binary(head: bytes) -> str | None:
    """Return what a file is that begins so, with its article: `a TIFF file`; None where no signature is known."""
    if is_zip(head):
        return next((kind for mark, kind in _PARTS if mark in head), "a ZIP archive")
    return next((kind for signature, kind in _SIGNATURES if signature.match(head)), None)


def describe_archive(names: Iterable[str]) -> str | None:
    """Return what document a ZIP archive with these members is; None for any other archive."""
    members = [name.encode() for name in names]
    return next((kind for mark, kind in _PARTS if any(name.startswith(mark) for name in members)), None)


def describe_file(head: bytes) -> str:
    """Return what any file is that begins so, with its article. head: its first HEAD_BYTES bytes."""
    if not head:
        return EMPTY
    unknown = f"a file of an unknown kind, which begins with the bytes {head[:8].hex(' ')}"
    return describe_binary(head) or _describe_text(head) or unknown


def _describe_text(head: bytes) -> str | None:
    """Return what kind of text a file is; None where it is no text."""
    if head.startswith(_WIDE_MARKS):
        return "a text file in UTF-16"
    text = head.lstrip(_BLANKS)
    if _HTML.match(text):
        return WEB_PAGE
    if text.startswith(b"<"):
        return next((kind for mark, kind in _XML_KINDS if mark in text), "an XML document")
    if text.startswith((b"{", b"[")):
        return "a JSON document"
    printable = all(byte >= 0x20 or byte in b"\t\n\r\f" for byte in head)
    return "a text file" if printable else None
