"""Lists for tests, and what is read from them."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sitegen import urls
from sitegen.errors import FetchError
from sitegen.lists.reading import Listing, read_lists
from sitegen.model import Entry

HOST = "https://example.org/lists/"


class Bodies:
    """Bodies of lists by address, and the addresses that were fetched."""

    def __init__(self, bodies: Mapping[str, str | bytes]) -> None:
        self.bodies = {address: body.encode() if isinstance(body, str) else body for address, body in bodies.items()}
        self.asked: list[str] = []

    async def __call__(self, address: str) -> bytes:
        self.asked.append(address)
        if address not in self.bodies:
            raise FetchError("answered 403 Forbidden", status="forbidden", code="forbidden", hint="Has it moved?")
        return self.bodies[address]


def read(lists: Mapping[str, str | bytes], *roots: str, **options: Any) -> Listing:
    """Return the listing of lists at HOST; the first is the root unless roots are given."""
    get = Bodies({HOST + name: body for name, body in lists.items()})
    named = [HOST + root for root in roots or (next(iter(lists)),)]
    return asyncio.run(read_lists(named, get, **options))


def read_one(body: str | bytes) -> Listing:
    """Return the listing of one list."""
    return read({"a.csv": body})


async def read_path(address: str) -> bytes:
    """Return the bytes of a list on this machine."""
    return urls.to_path(address).read_bytes()


def read_local(root: Path, **options: Any) -> Listing:
    """Return the listing of a list with this text on this machine."""
    return asyncio.run(read_lists([str(root)], read_path, **options))


def dataset_urls(listing: Listing) -> list[str]:
    """Return the addresses of the datasets, without `https://h/`."""
    return [entry.url.removeprefix("https://h/") for entry in listing.entries]


def codes_and_lines(listing: Listing) -> list[tuple[str, int]]:
    """Return code and line of each problem."""
    return [(problem.problem.code, problem.place.line) for problem in listing.problems]


def only(listing: Listing) -> Entry:
    """Return the only entry."""
    (entry,) = listing.entries
    return entry


# Each list: its text → datasets below https://h/, code and line of each problem.
ONE_LIST: dict[str, tuple[str | bytes, list[str], list[tuple[str, int]]]] = {
    "header": ("url\nhttps://h/a.zarr\n", ["a.zarr"], []),
    "header with case and blanks": (" Name , URL \nx,https://h/a.zarr", ["a.zarr"], []),
    "header below blank lines": ("\n , \n;;\nname,url\nx,https://h/a.zarr", ["a.zarr"], []),
    "no header": ("https://h/a.zarr\nhttps://h/b.zarr", ["a.zarr", "b.zarr"], []),
    "no header, a comma in the address": ("https://h/a,b/c", ["a,b/c"], []),
    "no header, more columns": ("https://h/a.zarr,12,x", ["a.zarr"], [("extra-cells", 1)]),
    "no header, delimiters at the end": ("https://h/a.zarr,,", ["a.zarr"], []),
    "no header and no address": ("\nname,size\nx,1", [], [("no-url-column", 2)]),
    "no header, a path": ("images/a\n", [], [("local-path-refused", 1)]),
    "a header of other words": ("dc:title,Image/Plate\nx,y\nx,y", [], [("no-url-column", 1)]),
    "a line for Excel before the header": ("sep=;\r\nurl;name\r\nhttps://h/a.zarr;x", ["a.zarr"], []),
    "a line for Excel, quoted": ('"sep=,"\nurl,name\nhttps://h/a.zarr,x', ["a.zarr"], []),
    "only a line for Excel": ("sep=;\n", [], [("list-empty", 1)]),
    "two lists put together": (
        "\ufeffurl,name\nhttps://h/a.zarr,x\n\ufeffURL, Name \nhttps://h/b.zarr,y",
        ["a.zarr", "b.zarr"],
        [("url-bad", 3)],
    ),
    "two lists with different headers": (
        "URL,Name,stain\nhttps://h/a.zarr,x,\nurl,license\nhttps://h/b.zarr,y\nname,url,\nz,https://h/c.zarr,",
        ["a.zarr", "b.zarr"],
        [("url-bad", 3), ("url-bad", 5), ("local-path-refused", 6)],
    ),
    "a conflict that git left": (
        "url,name\n<<<<<<< HEAD\nhttps://h/a.zarr,x\n||||||| 1a2b3c4\n=======\nhttps://h/b.zarr,y\n>>>>>>> lists\n",
        ["a.zarr", "b.zarr"],
        [("url-bad", 2), ("url-bad", 4), ("url-bad", 5), ("url-bad", 7)],
    ),
    "invisible characters": (
        "\u200burl\u200b,name\n\u200bhttps://h/a.zarr\u200e,x\n\u202ahttps://h/b.zarr\u202c,\u2060\n\u00a0\ufeffhttps://h/c.zarr,",
        ["a.zarr", "b.zarr", "c.zarr"],
        [],
    ),
    "semicolon": ("name;url\na, b;https://h/a.zarr", ["a.zarr"], []),
    "tab": ("name\turl\na, b\thttps://h/a.zarr", ["a.zarr"], []),
    "pipe": ("name|url\na;b|https://h/a.zarr", ["a.zarr"], []),
    "quoted header": ('"name","url"\n"a, b","https://h/a.zarr"', ["a.zarr"], []),
    "a semicolon in a comma list": ("url,name;x\nhttps://h/a.zarr,b;c", ["a.zarr"], []),
    "one column with commas": ("url\nhttps://h/a,b.zarr", ["a,b.zarr"], []),
    "one column, quoted": ('url\n"https://h/a,b.zarr"', ["a,b.zarr"], []),
    "byte order mark": (b"\xef\xbb\xbfurl,name\nhttps://h/a.zarr,x", ["a.zarr"], []),
    "CR LF": (b"url,name\r\nhttps://h/a.zarr,x\r\nhttps://h/b.zarr,\r\n", ["a.zarr", "b.zarr"], []),
    "CR alone": (b"url\rhttps://h/a.zarr\rhttps://h/b.zarr", ["a.zarr", "b.zarr"], []),
    "every kind of line end": (
        b"url,name\rhttps://h/a.zarr,x\nhttps://h/b.zarr,\r\nhttps://h/c.zarr,y\rhttps://h/d.zarr,y,y",
        ["a.zarr", "b.zarr", "c.zarr", "d.zarr"],
        [("extra-cells", 5)],
    ),
    "CR in a quoted cell": (b'url,name\nhttps://h/a.zarr,"x\ry"\nhttps://h/b.zarr,', ["a.zarr", "b.zarr"], []),
    "CR CR LF": (b"url\r\r\nhttps://h/a.zarr\r\r\n,", ["a.zarr"], []),
    "blank lines": ('url,name\n\n , \n,\n"",""\nhttps://h/a.zarr,x\n  \n', ["a.zarr"], []),
    "cells are trimmed": ("url,name\n  https://h/a.zarr  ,  x", ["a.zarr"], []),
    "raw space and %20": ("url\nhttps://h/a b.zarr\nhttps://h/a%20b.zarr/", ["a%20b.zarr"], [("dataset-again", 3)]),
    "a raw # in a name": ("url\nhttps://h/plate #1.zarr\nhttps://h/a.zarr#top", ["plate%20%231.zarr", "a.zarr"], []),
    "short row": ("url,name,origin\nhttps://h/a.zarr", ["a.zarr"], []),
    "long row": ("url,name\nhttps://h/a.zarr,x,y\nhttps://h/b.zarr,x,,", ["a.zarr", "b.zarr"], [("extra-cells", 2)]),
    "empty address": ("url,name\n,x\nhttps://h/a.zarr,", ["a.zarr"], [("url-empty", 2)]),
    "empty": ("", [], [("list-empty", 1)]),
    "blanks": (" \n\n,,\n", [], [("list-empty", 1)]),
    "header only": ("url,name\n", [], [("list-empty", 1)]),
    "web page": ("\n<!DOCTYPE html><html>…", [], [("list-is-html", 1)]),
    "Latin-1 behind a byte order mark": (
        b"\xef\xbb\xbfurl,name\nhttps://h/a.zarr,M\xfcnster",
        ["a.zarr"],
        [("list-not-utf8", 2)],
    ),
    "Latin-1": (b"url,name\nhttps://h/a.zarr,M\xfcnster", ["a.zarr"], [("list-not-utf8", 2)]),
    "UTF-16": ("url\nhttps://h/a.zarr".encode("utf-16"), ["a.zarr"], [("list-not-utf8", 1)]),
    "UTF-32": ("url\nhttps://h/a.zarr".encode("utf-32"), ["a.zarr"], [("list-not-utf8", 1)]),
    "UTF-16 without mark": ("url\nhttps://h/a.zarr".encode("utf-16-le"), ["a.zarr"], [("list-not-utf8", 1)]),
    "spreadsheet": (b"PK\x03\x04" + bytes(range(256)), [], [("list-not-text", 1)]),
    "gzip": (gzip.compress(b"url\nhttps://h/a.zarr"), [], [("list-not-text", 1)]),
    "ZIP": (b"PK\x03\x04\x14\x00\x00\x00\x08\x00ours.csv", [], [("list-not-text", 1)]),
    "binary": (bytes(range(256)) * 9, [], [("list-not-text", 1)]),
    "zero bytes in an address": (b"url,name\nhttps://h/a\x00.zarr,x\nhttps://h/b.zarr,y", ["b.zarr"], [("url-bad", 2)]),
    "zero bytes around an address": (b"url,name\n\x00https://h/a.zarr\x00,x", ["a.zarr"], [("cell-control", 2)]),
    "zero bytes in a header": (b"\x00url\x00,name\nhttps://h/a.zarr,x", ["a.zarr"], []),
    "zero bytes in place of a row": (b"url\nhttps://h/a.zarr\n\x00\x00\n", ["a.zarr"], [("row-not-text", 3)]),
    "zero bytes at the end": (b"url\nhttps://h/a.zarr\n" + bytes(4_000), ["a.zarr"], [("row-not-text", 3)]),
    "a control character in a name": ("url,name\nhttps://h/a.zarr,x\x0by", ["a.zarr"], [("cell-control", 2)]),
    "only a control character in a name": ("url,name\nhttps://h/a.zarr,\x01", ["a.zarr"], [("cell-control", 2)]),
    "a control character in a quoted cell": (
        'url,name\nhttps://h/a.zarr,"x\x0b\ny"\nhttps://h/b.zarr,',
        ["a.zarr", "b.zarr"],
        [("cell-control", 2)],
    ),
    "an address of 5 MB": ("url\n" + "x" * 5_000_000 + "\nhttps://h/b.zarr", ["b.zarr"], [("url-bad", 2)]),
    "a name of 5 MB": (
        f"url,name\nhttps://h/a.zarr,{'x' * 5_000_000}\nhttps://h/b.zarr,",
        ["a.zarr", "b.zarr"],
        [("cell-bad", 2)],
    ),
    "a quoted name of 140,000 characters": (
        f'url,name,x\nhttps://h/a.zarr,"{"x," * 70_000}",y\nhttps://h/b.zarr,',
        ["a.zarr", "b.zarr"],
        [("cell-bad", 2)],
    ),
    "a quoted name of 140,000 characters on many lines": (
        f'url,name\nhttps://h/a.zarr,"{"x" * 99}{("x" * 99 + chr(10)) * 1_400}"\nhttps://h/b.zarr,',
        ["a.zarr", "b.zarr"],
        [("cell-bad", 2)],
    ),
    "an unknown column of 131,073 characters": (
        f"url,x\nhttps://h/a.zarr,{'x' * 131_073}\nhttps://h/b.zarr,{'x' * 131_072}",
        ["a.zarr", "b.zarr"],
        [("cell-bad", 2)],
    ),
    "a header of 5 MB": ("url," * 1_250_000, [], [("row-too-long", 1)]),
    "quote that stays open": (
        'url,name\nhttps://h/a.zarr,"oops\nhttps://h/b.zarr,x\n',
        ["a.zarr", "b.zarr"],
        [("quote-open", 2)],
    ),
    "quote that a later one closes": (
        'url,name\nhttps://h/a.zarr,"oops\nhttps://h/b.zarr,x\nhttps://h/c.zarr,y"\n',
        ["a.zarr", "b.zarr", "c.zarr"],
        [("quote-open", 2)],
    ),
    "quote before an address": ('url\n"https://h/a.zarr\nhttps://h/b.zarr', ["a.zarr", "b.zarr"], [("quote-open", 2)]),
    "quotes inside a cell": ('url,name\nhttps://h/a.zarr,5" disc\n', ["a.zarr"], []),
    "blank after a quote": ('url,name\n"https://h/a.zarr" , "x"\n', ["a.zarr"], []),
    "two columns of a name": ("url,name,Name\nhttps://h/a.zarr,,x", ["a.zarr"], [("column-twice", 1)]),
    "columns of nearly the names": (
        "url,Licence,organism,Institution,title,author,written_at,remark\nhttps://h/a.zarr,,,,,,,",
        ["a.zarr"],
        [("column-near", 1)] * 5,
    ),
    "a column of nearly a name, beside that": ("url,name,title\nhttps://h/a.zarr,,x", ["a.zarr"], []),
    "a viewer's link": ("url\nhttps://v/?source=https://h/a.zarr", [], [("url-viewer", 2)]),
    "a sentence with an address": ("url\nsee https://h/a.zarr", [], [("url-bad", 2)]),
    "JSON of another kind": ('{"type": "FeatureCollection"}', [], [("collection-invalid", 1)]),
    "a collection": (
        '{"ome": {"type": "collection", "nodes": [\n{"type": "multiscale", "path": "https://h/a.zarr"},\n'
        '{"type": "webknossos:mesh", "path": "./m"},\n{"type": "multiscale"}]}}',
        ["a.zarr"],
        [("collection-draft", 1), ("collection-skipped", 3), ("collection-node", 4)],
    ),
    "a script": ("url\njavascript:alert(1)", [], [("url-scheme", 2)]),
    "data": ("url\ndata:text/html,x", [], [("url-scheme", 2)]),
    "ftp": ("url\nftp://h/a.zarr", [], [("url-scheme", 2)]),
    "no host": ("url\nhttps:///a.zarr", [], [("url-bad", 2)]),
    "a bad bracket": ("url\nhttps://[h/a.zarr", [], [("url-bad", 2)]),
    "a bad port": ("url\nhttps://h:port/a.zarr", [], [("url-bad", 2)]),
    "a line break in the address": ('url,name\n"https://h/a\n.zarr",x', [], [("url-bad", 2)]),
    "an endless address": ("url\nhttps://h/" + "a" * 5_000, [], [("url-bad", 2)]),
    "file:": ("url\nfile:///etc/passwd", [], [("local-path-refused", 2)]),
    "a path": ("url\n/etc/a.zarr", [], [("local-path-refused", 2)]),
    "a relative path": ("url\nimages/a.zarr", [], [("local-path-refused", 2)]),
    "a list by file:": ("url\nfile:///etc/lists.csv", [], [("local-path-refused", 2)]),
    "an invalid shape": ("url,shape\nhttps://h/a.zarr,large", ["a.zarr"], [("cell-bad", 2)]),
    "bytes below zero": ("url,written\nhttps://h/a.zarr,-1", ["a.zarr"], [("cell-bad", 2)]),
    "bytes that are not a number": ("url,written\nhttps://h/a.zarr,nan", ["a.zarr"], [("cell-bad", 2)]),
    "endless bytes": ("url,written\nhttps://h/a.zarr,inf", ["a.zarr"], [("cell-bad", 2)]),
    "a path that leaves": ("url,series0\nhttps://h/a.zarr,../b", ["a.zarr"], [("cell-bad", 2)]),
    "a formula": ("url,name\nhttps://h/a.zarr,=1+1", ["a.zarr"], []),
    "placeholders": (
        "url,name,description\nhttps://h/a.zarr,x,y\nhttps://h/b.zarr,dataset name,Dataset description",
        ["a.zarr", "b.zarr"],
        [("placeholder", 3)],
    ),
}
