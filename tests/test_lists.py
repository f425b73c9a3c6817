"""Lists: every line of the contract's table, hostile input, and the real lists where they are at hand."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen import urls
from sitegen.errors import BuildError, FetchError, fetch_error
from sitegen.lists.csv_text import MAX_COLUMNS, MAX_LINES, MAX_REPAIRS
from sitegen.lists.fetching import ListLimits, StaleList
from sitegen.lists.problems import FETCH_HINTS, LIST_PROBLEMS, LOST_LISTS, MOST_OF_A_KIND
from sitegen.lists.reading import Listing, read_lists
from sitegen.lists.rows import parse_list
from sitegen.model import Entry
from sitegen.model.codes import FETCH_PROBLEMS

HOST = "https://example.org/lists/"
CHALLENGE = Path(__file__).parents[2] / "shared/challenge"


class Bodies:
    """Lists by address, handed out as a host would, and what was asked for."""

    def __init__(self, bodies: Mapping[str, str | bytes]) -> None:
        self.bodies = {address: body.encode() if isinstance(body, str) else body for address, body in bodies.items()}
        self.asked: list[str] = []

    async def __call__(self, address: str) -> bytes:
        self.asked.append(address)
        if address not in self.bodies:
            raise FetchError("answered 404 Not Found", status="missing", code="http-404", hint="Is it moved?")
        return self.bodies[address]


def read(lists: Mapping[str, str | bytes], *roots: str, **options: Any) -> Listing:
    """Return what lists at HOST state; the first is the root unless roots are given."""
    get = Bodies({HOST + name: body for name, body in lists.items()})
    named = [HOST + root for root in roots or (next(iter(lists)),)]
    return asyncio.run(read_lists(named, get, **options))


def read_one(body: str | bytes) -> Listing:
    """Return what one list says."""
    return read({"a.csv": body})


async def read_path(address: str) -> bytes:
    """Return a list on this machine."""
    return urls.to_path(address).read_bytes()


def read_local(root: Path, **options: Any) -> Listing:
    """Return what a list on this machine says."""
    return asyncio.run(read_lists([str(root)], read_path, **options))


def dataset_urls(listing: Listing) -> list[str]:
    """Return the datasets' addresses without what they share."""
    return [entry.url.removeprefix("https://h/") for entry in listing.entries]


def told(listing: Listing) -> list[tuple[str, int]]:
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
    "Latin-1": (b"url,name\nhttps://h/a.zarr,M\xfcnster", ["a.zarr"], [("list-not-utf8", 2)]),
    "UTF-16": ("url\nhttps://h/a.zarr".encode("utf-16"), ["a.zarr"], [("list-not-utf8", 1)]),
    "UTF-16 without mark": ("url\nhttps://h/a.zarr".encode("utf-16-le"), ["a.zarr"], [("list-not-utf8", 1)]),
    "spreadsheet": (b"PK\x03\x04" + bytes(range(256)), [], [("list-not-text", 1)]),
    "binary": (bytes(range(256)) * 9, [], [("list-not-text", 1)]),
    "zero bytes": (b"url,name\nhttps://h/a\x00.zarr,x\nhttps://h/b.zarr,y", ["b.zarr"], [("row-not-text", 2)]),
    "a cell of 5 MB": ("url\n" + "x" * 5_000_000 + "\nhttps://h/b.zarr", ["b.zarr"], [("row-too-long", 2)]),
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
    "a shape that is none": ("url,shape\nhttps://h/a.zarr,large", ["a.zarr"], [("cell-bad", 2)]),
    "bytes below zero": ("url,written\nhttps://h/a.zarr,-1", ["a.zarr"], [("cell-bad", 2)]),
    "bytes that are no number": ("url,written\nhttps://h/a.zarr,nan", ["a.zarr"], [("cell-bad", 2)]),
    "endless bytes": ("url,written\nhttps://h/a.zarr,inf", ["a.zarr"], [("cell-bad", 2)]),
    "a path that leaves": ("url,series0\nhttps://h/a.zarr,../b", ["a.zarr"], [("cell-bad", 2)]),
    "a formula": ("url,name\nhttps://h/a.zarr,=1+1", ["a.zarr"], []),
    "placeholders": (
        "url,name,description\nhttps://h/a.zarr,x,y\nhttps://h/b.zarr,dataset name,Dataset description",
        ["a.zarr", "b.zarr"],
        [("placeholder", 3)],
    ),
}


@pytest.mark.parametrize(("body", "found", "problems"), ONE_LIST.values(), ids=ONE_LIST.keys())
def test_one_list(body: str | bytes, found: list[str], problems: list[tuple[str, int]]) -> None:
    """What one list names, and what is wrong with it, with the line."""
    listing = read_one(body)

    assert (dataset_urls(listing), told(listing)) == (found, problems)


def test_lines_of_quoted_cells() -> None:
    """A cell may hold line breaks; a row stands on the line where it begins."""
    listing = read_one('url,description\nhttps://h/a.zarr,"one\ntwo, three"\n\nhttps://h/b.zarr,x')

    assert [entry.places[0].line for entry in listing.entries] == [2, 5]
    assert listing.entries[0].description == "one\ntwo, three"


def test_columns() -> None:
    """Known columns get their own spelling, unknown ones keep the first; one is ignored."""
    listing = read_one("URL,ORGANISMID,Tissue,written_human_readable,\nhttps://h/a.zarr,x,liver,1 GB,y")

    assert only(listing).organism_id == "x"
    assert only(listing).extra == {"Tissue": "liver", "column 5": "y"}


def test_unknown_columns_of_two_lists() -> None:
    """Two spellings of an unknown column are one column, as the first list spells it."""
    listing = read({"a.csv": "url,Tissue\nb.csv,\n", "b.csv": "url,tissue\nhttps://h/a.zarr,liver"})
    twice = read({"a.csv": "url,Tissue\nb.csv,brain\n", "b.csv": "url,tissue\nhttps://h/a.zarr,liver"})

    assert only(listing).extra == {"tissue": "liver"}
    assert only(twice).extra == {"Tissue": "liver"}


def test_inheritance() -> None:
    """A list row's columns pass down to every row below; an empty cell inherits, a filled one overrides."""
    listing = read(
        {
            "a.csv": "source,url,license,origin\nIDR,b.csv,CC0,here",
            "b.csv": "url,license,source\nc.csv,,\nhttps://h/b.zarr,CC-BY-4.0,",
            "c.csv": "https://h/c.zarr\n",
        }
    )

    assert [(entry.source, entry.license, entry.origin) for entry in listing.entries] == [
        ("IDR", "CC0", "here"),
        ("IDR", "CC-BY-4.0", "here"),
    ]


def test_what_passes_down_is_bounded() -> None:
    """A long text on a list's row would stand on each of its rows: it does not, and the others do."""
    listing = read(
        {"a.csv": f"url,source,description\nb.csv,IDR,{'x' * 20_000}", "b.csv": "url\nhttps://h/c.zarr"}, "a.csv"
    )

    assert (listing.entries[0].source, listing.entries[0].description) == ("IDR", None)
    assert [(each.problem.code, each.place.line) for each in listing.problems] == [("cells-too-long", 2)]
    assert "description" in listing.problems[0].problem.message


def test_placeholders_inherit() -> None:
    """A placeholder is an empty cell, so it inherits."""
    listing = read({"a.csv": "url,name\nb.csv,Liver", "b.csv": "url,name\nhttps://h/a.zarr,dataset name"})

    assert only(listing).name == "Liver"


def test_nearest_source() -> None:
    """The institution is that of the nearest row that states one."""
    listing = read(
        {
            "a.csv": "source,url\nNFDI,b.csv\nIDR,https://h/a.zarr",
            "b.csv": "source,url\nJülich,c.csv\n,https://h/b.zarr",
            "c.csv": "https://h/c.zarr",
        }
    )

    assert [(entry.url[-6:], entry.source) for entry in listing.entries] == [
        ("c.zarr", "Jülich"),
        ("b.zarr", "NFDI"),
        ("a.zarr", "IDR"),
    ]


def test_named_twice() -> None:
    """One dataset remembers every row that names it; the first filled cell of a column wins."""
    listing = read({"a.csv": "url,name,origin\nb.csv\nhttps://h/a.zarr,B,o", "b.csv": "url,name\nhttps://h/a.zarr/,A"})

    assert [str(place) for place in only(listing).places] == [f"{HOST}b.csv:2", f"{HOST}a.csv:3"]
    assert (only(listing).name, only(listing).origin) == ("A", "o")
    assert (listing.rows, told(listing)) == (2, [("dataset-again", 3)])


def test_list_addresses() -> None:
    """A list is told by its path's end, whatever case and query, and is relative to the list that names it."""
    bodies = {
        HOST + "a.csv": "url\nsub/b.CSV?raw=1\nhttps://other.org/c.tsv\n/d.csv",
        HOST + "sub/b.CSV?raw=1": "../e.csv",
        "https://other.org/c.tsv": "url\tname\nhttps://h/c.zarr\tx",
        "https://example.org/d.csv": "https://h/d.zarr",
        HOST + "e.csv": "https://h/e.zarr",
    }
    get = Bodies(bodies)

    listing = asyncio.run(read_lists([HOST + "a.csv"], get))

    assert dataset_urls(listing) == ["e.zarr", "c.zarr", "d.zarr"]
    assert sorted(get.asked) == sorted(bodies)


def test_cloud_lists() -> None:
    """A list in a bucket names others in it by relative path."""
    get = Bodies({"s3://bucket/lists/a.csv": "b c.csv", "s3://bucket/lists/b%20c.csv": "s3://bucket/a.zarr"})

    listing = asyncio.run(read_lists(["s3://bucket/lists/a.csv"], get))

    assert only(listing).url == "s3://bucket/a.zarr"


def test_circle() -> None:
    """Lists that name each other, or themselves, are read once, and each such line is noted."""
    listing = read({"a.csv": "a.csv\nb.csv\nhttps://h/a.zarr", "b.csv": "url\na.csv\nhttps://h/b.zarr"})

    assert dataset_urls(listing) == ["b.zarr", "a.zarr"]
    assert told(listing) == [("list-cycle", 1), ("list-cycle", 2)]


def test_a_list_named_twice() -> None:
    """A list that two lines name is fetched and read once, at the first."""
    get = Bodies({HOST + "a.csv": "b.csv\n./b.csv", HOST + "b.csv": "https://h/b.zarr"})

    listing = asyncio.run(read_lists([HOST + "a.csv", HOST + "a.csv"], get))

    assert (dataset_urls(listing), told(listing)) == (["b.zarr"], [("list-again", 2)])
    assert get.asked == [HOST + "a.csv", HOST + "b.csv"]


def test_a_list_is_one_whatever_follows_its_name() -> None:
    """The fragment of its address is not asked for; its query is."""
    lists = {"a.csv": "url\nb.csv#top\nc.TSV?raw=1#top", "b.csv": "https://h/b", "c.TSV?raw=1": ""}
    get = Bodies({HOST + name: body for name, body in lists.items()})
    listing = asyncio.run(read_lists([HOST + "a.csv"], get))

    assert dataset_urls(listing) == ["b"]
    assert get.asked == [HOST + "a.csv", HOST + "b.csv", HOST + "c.TSV?raw=1"]


def test_a_local_list_is_one_whatever_follows_its_name(folder: Path) -> None:
    """On a disk neither query nor fragment has a meaning; a list may have a `#` in its name."""
    (folder / "first.csv").write_text("sub/ours.csv#top\nsub/ours.csv?raw=1\n#2.csv\n")
    (folder / "#2.csv").write_text("z.zarr")
    listing = read_local(folder / "first.csv")

    assert [urls.tail(entry.url) for entry in listing.entries] == ["d.zarr", "z.zarr"]
    assert [code for code, _ in told(listing)] == ["list-again", "local-path-refused", "local-path-refused"]


def test_a_dead_list() -> None:
    """A list that can't be read is an error on the line that names it, and the rest goes on."""
    listing = read({"a.csv": "url\nhttps://h/a.zarr\ngone.csv\nhttps://h/b.zarr"})
    (problem,) = listing.problems

    assert dataset_urls(listing) == ["a.zarr", "b.zarr"]
    assert (str(problem.place), problem.url) == (f"{HOST}a.csv:3", f"{HOST}gone.csv")
    assert (problem.problem.code, problem.problem.hint) == ("list-unreadable", "Is it moved?")
    assert "answered 404 Not Found" in problem.problem.message


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("not-found", "Correct the list's address where it is named"),
        ("html-answer", "Give the address of the file itself"),
        ("timeout", "Nothing to do now"),
    ],
)
def test_a_dead_list_has_the_hint_of_a_list(code: str, hint: str) -> None:
    """What is said of a dataset, such as to give the address of its folder, would lead astray."""

    async def get(address: str) -> bytes:
        raise fetch_error(code, "no list")

    (problem,) = asyncio.run(read_lists([HOST + "a.csv"], get)).problems

    assert problem.problem.hint.startswith(hint)


def test_hints_of_lists_are_for_faults_that_there_are() -> None:
    """A code that no fault has would be a hint that nobody reads."""
    assert FETCH_HINTS.keys() <= FETCH_PROBLEMS.keys()


def test_a_dead_root() -> None:
    """A root that can't be read is told as line 1 of itself."""
    assert told(read({}, "gone.csv")) == [("list-unreadable", 1)]


def test_a_build_that_cannot_go_on() -> None:
    """What is nobody's list to mend, such as a cache that can't be written, ends the reading as what it is."""

    async def get(address: str) -> bytes:
        raise BuildError("the cache cannot be written")

    with pytest.raises(BuildError, match="cannot be written"):
        asyncio.run(read_lists([HOST + "a.csv", HOST + "b.csv"], get))


def test_order() -> None:
    """Entries come depth first, in the order of the rows, whichever list answers first."""
    lists = {"a.csv": "b.csv\nhttps://h/1\nc.csv", "b.csv": "d.csv\nhttps://h/2", "c.csv": "https://h/3", "d.csv": ""}
    waits = {"b.csv": 3, "c.csv": 0, "d.csv": 1, "a.csv": 0}

    async def get(address: str) -> bytes:
        for _ in range(waits[address.removeprefix(HOST)]):
            await asyncio.sleep(0)
        return lists[address.removeprefix(HOST)].encode()

    listing = asyncio.run(read_lists([HOST + "a.csv"], get))

    assert dataset_urls(listing) == ["2", "1", "3"]
    assert [each.csv.removeprefix(HOST) for each in listing.lists] == ["a.csv", "b.csv", "d.csv", "c.csv"]


@pytest.mark.parametrize(
    "url",
    [
        "https://me:secret@h/a.zarr",
        "https://secret@h/a.csv",
        "https:me:secret@h/a.zarr",
        "//me:secret@h/a.csv",
        "//me:secret@h/a.zarr",
        "s3://key:secret@bucket/a.zarr",
        "ftp://me:secret@h/a",
        "file://me:secret@h/a.zarr",
        "https://me:secret@[h/a.csv",
        "https://me:secret@h:port/a.zarr",
        "https://me\\:secret@h/a.zarr",
        "https://me\\:secret@h/a.csv",
        "https://me:x\\secret@h/a.zarr",
        "https:\\\\me:secret@h/a.zarr",
        "https://me:secret%40h/a.zarr",
    ],
)
def test_passwords(url: str) -> None:
    """A password in an address is refused on its line, and repeated nowhere."""
    listing = read_one(f"url,name\n{url},x")
    (problem,) = listing.problems

    assert not listing.entries
    assert problem.problem.level == "error"
    assert "secret" not in repr(problem)


def test_passwords_without_a_scheme() -> None:
    """… also where a local list might mean a path by it, and every list is trusted."""
    get = Bodies({"file:///lists/a.csv": "url\n//me:secret@h/a.zarr\n//me:secret@h/a.csv"})
    listing = asyncio.run(read_lists(["/lists/a.csv"], get, allow_private_hosts=True))

    assert told(listing) == [("url-credentials", 2), ("url-credentials", 3)]
    assert "secret" not in repr(listing)


def test_a_list_that_needs_a_token() -> None:
    """It is asked for with its query, which may be a token or a signature, and named without it everywhere."""
    get = Bodies(
        {
            HOST + "root.csv?token=secret": "url\nours.csv?token=secret\nours.csv?token=secret\nroot.csv?token=secret\n"
            "lost.csv?token=secret",
            HOST + "ours.csv?token=secret": "url\nhttps://h/a.zarr\n",
        }
    )
    listing = asyncio.run(read_lists([HOST + "root.csv?token=secret"], get))

    assert [str(place) for place in only(listing).places] == [HOST + "ours.csv:2"]
    assert told(listing) == [("list-again", 3), ("list-cycle", 4), ("list-unreadable", 5)]
    assert [problem.url for problem in listing.problems] == [
        HOST + name for name in ("ours.csv", "root.csv", "lost.csv")
    ]
    assert "secret" not in repr(listing)


def test_schemes_are_listed() -> None:
    """A scheme that can't be asked is told with those that can."""
    (problem,) = read_one("url\njavascript:alert(1)").problems

    assert (
        problem.problem.message == 'expected a URL that begins with http:, https:, s3:, gs:, file:, found "javascript:"'
    )


def test_limits_of_lists() -> None:
    """Too large, too deep, too many: each is an error on the line that names the list."""
    chain = {f"{n}.csv": f"{n + 1}.csv" for n in range(20)}

    assert told(read({"a.csv": "b.csv", "b.csv": "x" * 100}, limits=ListLimits(max_list_bytes=50))) == [
        ("list-too-large", 1)
    ]
    assert told(read(chain)) == [("lists-too-deep", 1)]
    assert told(read({"a.csv": "b.csv\nc.csv", "b.csv": "", "c.csv": ""}, limits=ListLimits(max_lists=2))) == [
        ("lists-too-many", 2),
        ("list-empty", 1),
    ]


def test_limit_of_rows() -> None:
    """Rows beyond the limit are not read, and that is told once."""
    listing = read({"a.csv": "".join(f"https://h/{n}\n" for n in range(9))}, limits=ListLimits(max_rows=5))

    assert (len(listing.entries), told(listing)) == (5, [("rows-too-many", 6)])


def test_limit_of_lines() -> None:
    """A list of nothing but lines is cut, and that is told."""
    listing = read_one("https://h/a.zarr" + "\n" * (MAX_LINES + 1) + "https://h/b.zarr")

    assert (dataset_urls(listing), told(listing)) == (["a.zarr"], [("rows-too-many", MAX_LINES + 1)])


def test_a_thousand_mistakes() -> None:
    """Beyond a thousand problems of a kind the rest of a list's are counted."""
    listing = read_one("url,name\n" + ",x\n" * (MOST_OF_A_KIND + 7))

    assert len(listing.problems) == MOST_OF_A_KIND + 1
    assert listing.problems[-1].problem.message == "and 7 more lines with this problem"


def test_nothing_but_open_quotes() -> None:
    """Repairs of open quotes end somewhere, and no row is lost."""
    listing = read_one("url,name\n" + "".join(f'https://h/{n},"x","\n' for n in range(3_000)))

    assert len(listing.entries) == 3_000
    assert Counter(code for code, _ in told(listing))["quote-open"] == MAX_REPAIRS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with lists in two depths."""
    (tmp_path / "lists/sub").mkdir(parents=True)
    (tmp_path / "lists/root.csv").write_text(
        "sub/ours.csv\nimages/a b.zarr\n../outside.zarr\n/etc/b.zarr\nsub/../c.zarr"
    )
    (tmp_path / "lists/sub/ours.csv").write_text("url\n../images/d.zarr\n../../e.zarr\nfile:///etc/f.zarr\n")
    return tmp_path / "lists"


def test_local_lists(folder: Path) -> None:
    """Local paths are relative to their list, and stay in the folder of the list that the operator named."""
    listing = read_local(folder / "root.csv")
    below = [entry.url.removeprefix(f"file://{folder}/") for entry in listing.entries]

    assert below == ["images/d.zarr", "images/a%20b.zarr", "c.zarr"]
    assert all(entry.local for entry in listing.entries)
    assert told(listing) == [("local-path-refused", n) for n in (3, 4, 3, 4)]


@pytest.mark.parametrize("spelled", ["../lists/root.csv", "{0}/sub/../root.csv", "file://{0}/sub/../root.csv"])
def test_a_list_may_be_reached_through_dots(folder: Path, spelled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However the operator spells the path of a list, its folder is the one that it lies in."""
    monkeypatch.chdir(folder)
    listing = asyncio.run(read_lists([spelled.format(folder)], read_path))

    assert [urls.tail(entry.url) for entry in listing.entries] == ["d.zarr", "a b.zarr", "c.zarr"]
    assert told(listing) == [("local-path-refused", n) for n in (3, 4, 3, 4)]


def test_local_lists_that_are_trusted(folder: Path) -> None:
    """Paths outside the folder are taken where the operator trusts every list."""
    listing = read_local(folder / "root.csv", allow_private_hosts=True)

    assert not listing.problems
    assert f"file://{folder.parent}/outside.zarr" in [entry.url for entry in listing.entries]


def test_local_lists_are_named_as_the_operator_does(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Places name a local list by its path as seen from the working folder."""
    monkeypatch.chdir(folder.parent)
    listing = read_local(Path("lists/root.csv"))

    assert str(listing.entries[0].places[0]) == "lists/sub/ours.csv:2"


def test_trusted_lists_elsewhere() -> None:
    """A trusted list elsewhere may name local paths; what is relative to it is elsewhere, too."""
    listing = read({"a.csv": "url\n/data/a.zarr\nfile:///data/b.zarr\nc.zarr"}, allow_private_hosts=True)

    assert [entry.url for entry in listing.entries] == [
        "file:///data/a.zarr",
        "file:///data/b.zarr",
        "https://example.org/lists/c.zarr",
    ]


def test_typed_columns() -> None:
    """Cells have typed values, and None where a cell is empty or can't be read."""
    header = "url;written;shape;chunks;dimension_names;images;wells;series0"
    entry = only(read_one(f"{header}\nhttps://h/a.zarr;417816396.00000006;(1, 2,3);1,,2;c,y,x;384;96;/0/1/"))

    assert (entry.stored_bytes, entry.images, entry.wells) == (417816396, 384, 96)
    assert (entry.shape, entry.chunks, entry.shards) == ((1, 2, 3), None, None)
    assert (entry.dimension_names, entry.series0) == (("c", "y", "x"), "0/1")


def test_bytes_that_nobody_counted() -> None:
    """Zero stored bytes mean that they are unknown."""
    entry = only(read_one("url,written,images\nhttps://h/a.zarr,0,0"))

    assert (entry.stored_bytes, entry.images) == (None, 0)


def test_a_bad_cell_counts_as_empty() -> None:
    """A cell that its column cannot take states nothing, neither as a value nor as an unknown column; its row stays."""
    entry = only(read_one("url,written\nhttps://h/a.zarr,much"))

    assert (entry.stored_bytes, entry.extra) == (None, {})


def test_a_bad_cell_inherits() -> None:
    """A cell that its column cannot take inherits as an empty one does, and is reported on its own line alone."""
    listing = read(
        {"a.csv": "url,images,wells\nb.csv,5,many\n", "b.csv": "url,images\nhttps://h/a.zarr,few\nhttps://h/b.zarr,7\n"}
    )

    assert [(entry.images, entry.wells) for entry in listing.entries] == [(5, None), (7, None)]
    assert [
        (problem.place.csv[-5:], *found) for problem, found in zip(listing.problems, told(listing), strict=True)
    ] == [
        ("a.csv", "cell-bad", 2),
        ("b.csv", "cell-bad", 2),
    ]


def test_the_first_valid_cell_of_a_column_wins() -> None:
    """Of two rows of a dataset, or two columns of one name, the first whose cell can be read gives the value."""
    rows = only(read_one("url,images\nhttps://h/a.zarr,few\nhttps://h/a.zarr,7\nhttps://h/a.zarr,8"))
    columns = only(read_one("url,images,images\nhttps://h/a.zarr,few,7"))

    assert (rows.images, columns.images) == (7, 7)


def test_codes_are_met() -> None:
    """Every problem code of lists is caused by some test above, so that none is a dead promise."""
    listings = [read_one(body) for body, _, _ in ONE_LIST.values()]
    met = {code for listing in listings for code, _ in told(listing)}
    elsewhere = {"list-unreadable", "list-too-large", "list-cycle", "list-again", "lists-too-deep", "lists-too-many"}

    assert met | elsewhere | {"rows-too-many", "url-credentials", "list-stale", "cells-too-long"} == set(LIST_PROBLEMS)


def test_lost_lists_are_known_codes() -> None:
    """The codes after which a list's datasets are not forgotten are codes of lists."""
    assert set(LIST_PROBLEMS) >= LOST_LISTS


def test_a_header_without_end() -> None:
    """Of thousands of columns some hundreds are read; the cells of the others are told of as too many."""
    listing = read_one("url," + ",".join(map(str, range(9_000))) + "\nhttps://h/a.zarr" + ",x" * 9_000)

    assert len(only(listing).extra) == MAX_COLUMNS - 1
    assert told(listing) == [("extra-cells", 2)]


def test_an_unreadable_root_is_told_before_one_that_can_be_read() -> None:
    """Of two roots the first fails: its problem and those of the second are all there."""
    listing = read({"b.csv": "url\nhttps://h/a.zarr,too much"}, "gone.csv", "b.csv")

    assert dataset_urls(listing) == ["a.zarr"]
    assert [code for code, _ in told(listing)] == ["list-unreadable", "extra-cells"]


def test_a_list_that_does_not_answer_is_taken_as_it_was() -> None:
    """Its datasets stay; a warning stands on the line that names it, or for a root on its own first line."""
    rows = {"root.csv": b"url\nb.csv\nhttps://h/a.zarr", "b.csv": b"url\nhttps://h/b.zarr"}

    async def get(address: str) -> StaleList:
        name = address.removeprefix(HOST)
        return StaleList(body=rows[name], read_on="2026-11-20", reason=f"{name} answered 503", hint="Wait.")

    listing = asyncio.run(read_lists([HOST + "root.csv"], get))

    assert dataset_urls(listing) == ["b.zarr", "a.zarr"]
    assert told(listing) == [("list-stale", 1), ("list-stale", 2)]
    assert [problem.url for problem in listing.problems] == [None, HOST + "b.csv"]
    assert "2026-11-20: b.csv answered 503" in listing.problems[1].problem.message


LISTS_OF_JUNK = st.lists(
    st.sampled_from(["url", "https://h/a", ",", ";", "\t", '"', "\n", "\r", "\x00", "ü", " ", ".csv"])
)


@given(st.one_of(st.binary(), LISTS_OF_JUNK.map(lambda parts: "".join(parts).encode())))
def test_any_bytes(body: bytes) -> None:
    """Any bytes at all give rows and problems whose lines are in the list, never an exception."""
    listing = read_one(body)

    assert all(1 <= problem.place.line <= body.count(b"\n") + body.count(b"\r") + 2 for problem in listing.problems)
    assert all(problem.problem.message and problem.problem.hint for problem in listing.problems)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_address(cell: str) -> None:
    """Any address gives an entry, another list, or a problem."""
    parsed = parse_list("url\n" + cell.replace("\n", " ").replace("\r", " "), "a.csv")
    listing = read_one("url\n" + cell.replace("\n", " ").replace("\r", " "))

    assert len(listing.entries) <= len(parsed.rows)
    assert listing.entries or listing.problems


@pytest.mark.skipif(not CHALLENGE.exists(), reason="the Challenge's lists are not beside the project")
def test_the_real_lists() -> None:
    """The Challenge's 29 lists are read without loss: rows, datasets, institutions, places, inherited columns."""
    published: dict[str, str] = json.loads((CHALLENGE / "published-at.json").read_text())
    get = Bodies({address: (CHALLENGE / path).read_bytes() for address, path in published.items()})
    root = next(address for address in published if address.endswith("/ngff_samples.csv"))

    listing = asyncio.run(read_lists([root], get))

    assert (listing.rows, len(listing.entries), len(listing.lists)) == (15_375, 15_305, 29)
    assert sum(len(entry.places) for entry in listing.entries) == 15_375
    assert Counter(entry.source for entry in listing.entries).most_common(3) == [
        ("JAX", 13_262),
        ("IDR", 1_905),
        ("Webknossos", 77),
    ]
    assert Counter(code for code, _ in told(listing)) == {"dataset-again": 70, "placeholder": 2}
