"""Copies lists with addresses that lead to the stand-in, and reads from each row which store it needs.

A real host becomes one origin; with `spread`, datasets are spread evenly over so many hosts by a hash of their path.
Everything else in a list stays the same, byte for byte: spaces, blank lines, line ends.
"""

from __future__ import annotations

import csv
import io
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

_ADDRESS = re.compile(r"(?<=\")https?://[^\s\"/]+/[^\r\n\"]*|https?://[^\s,;|\"]+/[^,;|\t\r\n\"]*")
"""An address in quotes may contain a delimiter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """The cells of a row that decide which store it gets."""

    host: str
    path: str
    """Decoded, without a trailing slash."""
    wells: str = ""
    axes: str = ""
    shape: str = ""
    series0: str = ""


def hosts_of(text: str) -> set[str]:
    """Return the hosts of the datasets and lists that a list names."""
    return {urlsplit(row["url"].strip()).netloc for row in read_rows(text)}


def read_rows(text: str) -> Iterable[Mapping[str, str]]:
    """Yield the rows with an address, as column → cell; a list without a header has only the column `url`."""
    rows = [row for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"))) if any(cell.strip() for cell in row)]
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    if "url" not in header:
        header, rows = ["url"], [[], *rows]
    for row in rows[1:]:
        columns = {name: cell.strip() for name, cell in zip(header, row, strict=False)}
        if "://" in columns.get("url", ""):
            yield columns


def is_list(address: str) -> bool:
    """Return whether an address names another list."""
    return urlsplit(address).path.lower().endswith((".csv", ".tsv"))


def read_hints(text: str) -> list[Hints]:
    """Return the hints of each row that names a dataset."""
    return [
        Hints(
            host=urlsplit(row["url"]).netloc,
            path=path_of(row["url"]),
            wells=row.get("wells", ""),
            axes=row.get("dimension_names", ""),
            shape=row.get("shape", ""),
            series0=row.get("series0", ""),
        )
        for row in read_rows(text)
        if not is_list(row["url"])
    ]


def path_of(address: str) -> str:
    """Return the decoded path of an address, without a trailing slash."""
    return unquote(urlsplit(address).path).rstrip("/")


def spread_host(path: str, spread: int) -> str:
    """Return which of `spread` hosts has a dataset."""
    return f"host-{zlib.crc32(path.encode()) % spread:02d}"


def rewrite(text: str, origins: Mapping[str, str], spread: int | None = None) -> str:
    """Return the list with the addresses of known hosts replaced by those of their origins."""

    def turned(match: re.Match[str]) -> str:
        address = match.group()
        parts = urlsplit(address)
        host = parts.netloc
        if host not in origins:
            return address
        if spread and not is_list(address.strip()):
            host = spread_host(path_of(address.strip()), spread)
        return origins[host] + address.removeprefix(f"{parts.scheme}://{parts.netloc}")

    return _ADDRESS.sub(turned, text)
