"""Addresses of lists, datasets and files: what belongs to them, and how they are called."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen import urls

WEB = "https://example.org"


@pytest.mark.parametrize(
    ("address", "scheme", "remote"),
    [
        ("https://h/a.zarr", "https", True),
        ("HTTP://h/a.zarr", "http", True),
        ("s3://bucket/a.zarr", "s3", True),
        ("file:///data/a.zarr", "file", False),
        ("FILE:///data/a.zarr", "file", False),
        ("javascript:alert(1)", "javascript", True),
        ("data/a.zarr", "", False),
        ("/data/a.zarr", "", False),
        ("C:/data/a.zarr", "", False),
        ("//h/a.zarr", "", False),
        ("1a:b", "", False),
        ("", "", False),
    ],
)
def test_schemes(address: str, scheme: str, remote: bool) -> None:
    """A drive letter is no scheme, and only `file:` is on this machine."""
    assert (urls.scheme(address), urls.has_scheme(address), urls.is_remote(address)) == (scheme, bool(scheme), remote)


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("https://h/list.csv", True),
        ("https://h/list.CSV", True),
        ("https://h/list.tsv?raw=true#top", True),
        ("lists/own.csv", True),
        ("lists/own.csv?x#y", True),
        ("own.csv ", True),
        ("https://h/a.zarr", False),
        ("https://h/a.zarr?list=b.csv", False),
        ("https://h/a.zarr#b.csv", False),
        ("https://h/list.csv/a.zarr", False),
        ("list.csv.gz", False),
        ("csv", False),
    ],
)
def test_which_addresses_are_those_of_lists(address: str, found: bool) -> None:
    """The end of the path decides, not the query."""
    assert urls.is_list(address) is found


@pytest.mark.parametrize(
    ("base", "address", "resolved"),
    [
        (f"{WEB}/lists/root.csv", "a.zarr", f"{WEB}/lists/a.zarr"),
        (f"{WEB}/lists/root.csv", "../a.zarr", f"{WEB}/a.zarr"),
        (f"{WEB}/lists/root.csv", "/a.zarr", f"{WEB}/a.zarr"),
        (f"{WEB}/lists/root.csv?x=1", "sub/a b.zarr", f"{WEB}/lists/sub/a%20b.zarr"),
        (f"{WEB}/root.csv", "a.csv?raw=1", f"{WEB}/a.csv?raw=1"),
        (f"{WEB}/root.csv", "https://other.org/a.zarr", "https://other.org/a.zarr"),
        ("s3://bucket/lists/root.csv", "a.zarr", "s3://bucket/lists/a.zarr"),
        ("s3://bucket/lists/root.csv", "../a.zarr", "s3://bucket/a.zarr"),
        ("s3://bucket/root.csv", "/deep/a.zarr", "s3://bucket/deep/a.zarr"),
        ("/data/lists/root.csv", "a.zarr", "file:///data/lists/a.zarr"),
        ("/data/lists/root.csv", "../a b.zarr", "file:///data/a%20b.zarr"),
        ("file:///data/my%20lists/root.csv", "a.zarr", "file:///data/my%20lists/a.zarr"),
        ("/data/root.csv", "/other/a.zarr", "file:///other/a.zarr"),
    ],
)
def test_relative_addresses_begin_at_the_folder_of_their_list(base: str, address: str, resolved: str) -> None:
    """Lists of web hosts, buckets and folders are treated alike."""
    assert urls.resolve(base, address) == resolved


@pytest.mark.parametrize("name", ["a.zarr", "a b.zarr", "100%.zarr", "%20.zarr", "ä #1?.zarr", "a+b&c.zarr"])
def test_paths_and_addresses_are_exchanged_without_loss(tmp_path: Path, name: str) -> None:
    """Whatever a folder is called, its address leads back to it."""
    folder = tmp_path / name
    address = urls.from_path(folder)

    assert address.startswith("file:///")
    assert address.isascii()
    assert urls.to_path(address) == folder


@pytest.mark.parametrize(
    ("url", "host", "tail", "stem"),
    [
        (f"{WEB}/a/b.ome.zarr", "example.org", "b.ome.zarr", "b"),
        (f"{WEB}/a/b.ZARR/", "example.org", "b.ZARR", "b"),
        (f"{WEB}/a%20b.zarr", "example.org", "a b.zarr", "a b"),
        (f"{WEB}/b.zarr/0?x=1", "example.org", "0", "0"),
        (f"{WEB}/.zarr", "example.org", ".zarr", ".zarr"),
        (f"{WEB}:8080", "example.org:8080", "example.org:8080", "example.org:8080"),
        ("https://me:secret@h/a.zarr", "h", "a.zarr", "a"),
        ("s3://bucket/a.zarr", "bucket", "a.zarr", "a"),
        ("file:///data/a.zarr", "local files", "a.zarr", "a"),
    ],
)
def test_what_an_address_is_called(url: str, host: str, tail: str, stem: str) -> None:
    """Host, last part and last part without its ending; none of them shows a password."""
    assert (urls.host(url), urls.tail(url), urls.stem(url)) == (host, tail, stem)


def test_longer_tails() -> None:
    """Titles of datasets with the same last part begin further left."""
    url = f"{WEB}/x/y/z.zarr"

    assert [urls.tail(url, count) for count in (1, 2, 3, 9)] == ["z.zarr", "y/z.zarr", "x/y/z.zarr", "x/y/z.zarr"]


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("https://me:secret@h/a", True),
        ("https://me@h/a", True),
        ("https:/me:secret@h/a", True),
        ("https:me:secret@h/a", True),
        ("https://me:secret%40h/a", True),
        ("https:\\\\me:secret@h/a", True),
        ("https://me\\:secret@h/a", True),
        (" https://me:secret@h", True),
        ("//me:secret@h/a", True),
        ("https://h/a@b.zarr", False),
        ("https://h?mail=a@b.org", False),
        ("https://h#a@b", False),
        ("file:///data/a@b.zarr", False),
        ("a@b.zarr", False),
        ("https://h/a", False),
    ],
)
def test_credentials_are_recognized(address: str, found: bool) -> None:
    """However a parser may split the address; an @ in a path is a character of it."""
    assert urls.has_credentials(address) is found


@given(st.text(st.characters(codec="utf-8", exclude_characters="?#\\"), max_size=30))
def test_encoding_twice_changes_nothing(text: str) -> None:
    """A path that is encoded is left as it is."""
    once = urls.encode(text)

    assert urls.encode(once) == once
    assert once.isascii()


@pytest.mark.parametrize(
    "address",
    [
        f"{WEB}/a.zarr", f"{WEB}/a.zarr/", f"{WEB}//a.zarr", f"{WEB}:443/a.zarr", "HTTPS://EXAMPLE.org/a.zarr",
        f"{WEB}/a.zarr/zarr.json", f"{WEB}/a.zarr/.zgroup", f"{WEB}/a.zarr/.zmetadata", f" {WEB}/a.zarr ",
        f"{WEB}/a.zarr#part",
    ],
)  # fmt: skip
def test_spellings_of_one_dataset_have_one_id(address: str) -> None:
    """But a doubled slash, which object stores tell apart."""
    same = urls.dataset_id(urls.normalize(address)) == urls.dataset_id(f"{WEB}/a.zarr")

    assert same is ("//a" not in address)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (f"{WEB}/a.zarr", f"{WEB}/A.zarr"),
        (f"{WEB}/a.zarr", f"{WEB}/a.zarr?version=2"),
        (f"{WEB}/a.zarr", "http://example.org/a.zarr"),
        (f"{WEB}/a.zarr", f"{WEB}:8443/a.zarr"),
        (f"{WEB}/a.zarr", f"{WEB}/a.zarr/0"),
    ],
)
def test_other_datasets_have_other_ids(first: str, second: str) -> None:
    """Paths have capitals, and ports and queries matter."""
    ids = [urls.dataset_id(urls.normalize(url)) for url in (first, second)]

    assert ids[0] != ids[1]


@given(st.text(max_size=80))
def test_ids_and_names_of_files_are_plain(text: str) -> None:
    """Letters, digits and hyphens alone, of a length that every file system takes."""
    for name in (urls.slug(text), urls.dataset_id(f"{WEB}/{urls.encode(text)}")):
        assert name.replace("-", "").isalnum() == bool(name.strip("-"))
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
        assert 0 < len(name) <= 64


def test_names_of_files_differ_where_texts_do() -> None:
    """Umlauts and blanks are left out of the readable part, not of the hash."""
    assert len({urls.slug(text) for text in ("Göttingen", "G ttingen", "göttingen", "G-ttingen", "")}) == 5
