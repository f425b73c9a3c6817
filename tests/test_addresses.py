"""Addresses of lists, datasets and their files: resolved, shortened for people, and turned into names."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen import urls


@pytest.mark.parametrize(
    ("address", "scheme", "remote"),
    [
        ("https://h/a.zarr", "https", True),
        ("S3://bucket/a.zarr", "s3", True),
        ("file:///data/a.zarr", "file", False),
        ("FILE:///data/a.zarr", "file", False),
        ("data/a.zarr", "", False),
        ("/data/a.zarr", "", False),
        ("C:/data/a.zarr", "", False),  # a drive letter is not a scheme
        ("", "", False),
    ],
)
def test_the_scheme_tells_the_web_from_this_machine(address: str, scheme: str, remote: bool) -> None:
    """Schemes are lower case, whatever the list writes."""
    assert (urls.scheme(address), urls.is_remote(address), urls.has_scheme(address)) == (scheme, remote, scheme != "")


@pytest.mark.parametrize(
    ("address", "is_list"),
    [
        ("https://h/a.csv", True),
        ("https://h/a.TSV?version=2#top", True),
        ("lists/ours.csv?x=1", True),
        ("lists/ours.csv ", True),
        ("https://h/a.zarr?format=.csv", False),
        ("https://h/a.csv/b.zarr", False),
        ("https://a.csv", False),  # a host
        ("a.csv.gz", False),
    ],
)
def test_a_list_is_known_by_the_end_of_its_path(address: str, is_list: bool) -> None:
    """Case, query and fragment are ignored."""
    assert urls.is_list(address) is is_list


@pytest.mark.parametrize(
    ("base", "written", "absolute"),
    [
        ("https://h/lists/all.csv", "b.csv", "https://h/lists/b.csv"),
        ("https://h/lists/all.csv", "../b.csv", "https://h/b.csv"),
        ("https://h/lists/all.csv", "/b.csv", "https://h/b.csv"),
        ("https://h/lists/all.csv", "my images/a.zarr?x=a/b", "https://h/lists/my%20images/a.zarr?x=a/b"),
        ("https://h/lists/all.csv", "https://other/b.csv", "https://other/b.csv"),
        ("s3://bucket/lists/all.csv", "b.csv", "s3://bucket/lists/b.csv"),
        ("s3://bucket/lists/all.csv", "../a.zarr", "s3://bucket/a.zarr"),
        ("file:///lists/all.csv", "../data/a.zarr", "file:///data/a.zarr"),
        ("/lists/all.csv", "my images/a.zarr", "file:///lists/my%20images/a.zarr"),
    ],
)
def test_a_relative_address_begins_at_the_folder_of_its_list(base: str, written: str, absolute: str) -> None:
    """On the web, in a bucket, and on this machine."""
    assert urls.resolve(base, written) == absolute


@pytest.mark.parametrize("name", ["plain", "with space", "100%", "a#b", "50%25", "ü", "a?b"])
def test_a_local_path_survives_as_an_address(name: str) -> None:
    """Characters that mean something in addresses are encoded."""
    path = Path("/data") / name / "a.zarr"

    assert urls.to_path(urls.from_path(path)) == path


@pytest.mark.parametrize(
    ("url", "parts", "address"),
    [
        ("https://h/a.zarr", (), "https://h/a.zarr"),
        ("https://h/a.zarr", ("",), "https://h/a.zarr"),
        ("https://h/a.zarr/", ("0", "zarr.json"), "https://h/a.zarr/0/zarr.json"),
        ("https://h/a.zarr", ("/B/03/", "0"), "https://h/a.zarr/B/03/0"),
        ("https://h/a.zarr", ("100%", "a b#c?d"), "https://h/a.zarr/100%25/a%20b%23c%3Fd"),
        ("https://h/a.zarr?token=1", ("0",), "https://h/a.zarr/0?token=1"),
        ("s3://bucket/a.zarr", ("0",), "s3://bucket/a.zarr/0"),
    ],
)
def test_a_file_of_a_dataset_is_below_its_path(url: str, parts: tuple[str, ...], address: str) -> None:
    """A query, which may be a signature, stays at the end."""
    assert urls.below(url, *parts) == address


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://h:8443/a.zarr", "h:8443"),
        ("https://user:secret@h/a.zarr", "h"),
        ("s3://bucket/a.zarr", "bucket"),
        ("file:///data/a.zarr", "local files"),
    ],
)
def test_the_host_is_shown_without_user_and_password(url: str, host: str) -> None:
    """A bucket counts as a host, and so do the files of this machine."""
    assert urls.host(url) == host


@pytest.mark.parametrize(
    ("url", "tail", "two", "stem"),
    [
        ("https://h/a/b.ome.zarr", "b.ome.zarr", "a/b.ome.zarr", "b"),
        ("https://h/a/B.OME.ZARR/", "B.OME.ZARR", "a/B.OME.ZARR", "B"),
        ("https://h/a/b.zarr/0", "0", "b.zarr/0", "0"),
        ("https://h/my%20plate.zarr", "my plate.zarr", "my plate.zarr", "my plate"),
        ("https://h", "h", "h", "h"),
        ("https://h/.zarr", ".zarr", ".zarr", ".zarr"),
    ],
)
def test_the_end_of_an_address_is_for_people(url: str, tail: str, two: str, stem: str) -> None:
    """It is decoded; the stem leaves out what every dataset ends in, unless nothing else is left."""
    assert (urls.tail(url), urls.tail(url, 2), urls.stem(url)) == (tail, two, stem)


@pytest.mark.parametrize("text", ["Göttingen", "G ttingen", "  IDR / EBI  ", "日本", "x" * 500, "../../etc", ""])
def test_a_slug_is_safe_as_a_file_and_in_an_address(text: str) -> None:
    """Whatever an institution is called."""
    slug = urls.slug(text)

    assert slug.isascii()
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert len(slug) <= 48 + 7


def test_slugs_tell_names_apart_that_read_the_same() -> None:
    """Names of other scripts have nothing readable, but a hash of their own."""
    names = ["Göttingen", "G ttingen", "g-ttingen", "日本", "中国", "x" * 60, "x" * 61]

    assert len({urls.slug(name) for name in names}) == len(names)
    assert urls.slug("IDR").startswith("idr-")


@pytest.mark.parametrize(
    "url", ["https://h/Plate%201 (copy).ome.zarr", "https://h/日本.zarr", "https://h/" + "x" * 300 + ".zarr"]
)
def test_an_id_is_short_and_safe(url: str) -> None:
    """It has letters, digits and `-`, and begins with neither `-` nor `.`."""
    made = urls.dataset_id(url)

    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not made.startswith("-")
    assert 12 <= len(made) <= 48 + 13


def test_an_id_begins_with_the_name_of_the_dataset() -> None:
    """So its page's address can be read."""
    assert urls.dataset_id("https://h/a/Plate%201.ome.zarr").startswith("plate-1-")


@pytest.mark.parametrize(
    ("address", "credentials"),
    [
        ("https://user:secret@h/a.zarr", True),
        ("https://user@h/a.zarr", True),
        ("https://user%40h/a.zarr", True),
        ("//user:secret@h/a.zarr", True),
        ("https:/\\user:secret@h/a.zarr", True),
        ("https://h/user@example.org/a.zarr", False),
        ("https://h/a.zarr?mail=user@example.org", False),
        ("images/user@example.org.zarr", False),
    ],
)
def test_a_user_name_or_password_is_recognized(address: str, credentials: bool) -> None:
    """An `@` in the path or the query is none."""
    assert urls.has_credentials(address) is credentials


_ADDRESSES = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["https://", "HTTP://", "s3://", "file:///", "1a://", "http:", ""]),
        st.text(alphabet="aB:@?#[]%é \t\n\\'/._-~;&0", max_size=14),
    ),
)


@given(address=_ADDRESSES)
def test_authority_and_path_are_those_of_the_standard_library(address: str) -> None:
    """Usual addresses are split by a shorter way; what is split, or refused, is the same for all."""
    try:
        parts = urlsplit(address)
    except ValueError:
        with pytest.raises(ValueError, match=r".+"):
            urls.split(address)
        return

    assert urls.split(address) == (parts.netloc, parts.path)
