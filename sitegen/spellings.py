"""Names with accented letters, of which each is one character (NFC) or two (NFD; Unicode Standard Annex 15).

Macs write two, keyboards one; most file systems and all hosts tell them apart. On this machine the other spelling is
found; of a host's address, which is never changed, a hint names it.
"""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit


def find_spelling(path: Path) -> Path:
    """Return a path that is there, for one whose letters are composed (NFC) and the file system's are not, or reverse.

    Where nothing is found, the path itself.
    """
    if str(path).isascii() or path.parent == path or os.path.exists(path):  # Path.exists may raise
        return path
    above = find_spelling(path.parent)
    forms = (path.name, unicodedata.normalize("NFC", path.name), unicodedata.normalize("NFD", path.name))
    return next((above / name for name in forms if os.path.exists(above / name)), above / path.name)


def explain_spelling(url: str) -> str:
    """Return in which spelling a name that is not found may be stored; empty for letters with only one."""
    path = unquote(urlsplit(url).path)
    composed, decomposed = (unicodedata.normalize(form, path) for form in ("NFC", "NFD"))
    if composed == decomposed:
        return ""
    written, other, address = ("composed", "decomposed", decomposed)
    if path != composed:
        written, other, address = ("decomposed", "composed", composed)
    name = quote(address.rstrip("/").rpartition("/")[2])
    return f"Its accented letters are written {written}; if the name is stored {other}, it is written {name}."
