"""Addresses are normalized, joined and shortened; paths that lead out are recognized."""

from __future__ import annotations

import posixpath
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen import urls


@pytest.mark.parametrize(
    ("written", "normalized"),
    [
        ("HTTPS://Example.ORG:443/a b.zarr/", "https://example.org/a%20b.zarr"),
        ("https://example.org/a%20b.zarr", "https://example.org/a%20b.zarr"),
        ("https://example.org/100%.zarr", "https://example.org/100%25.zarr"),
        ("http://example.org:8080/a.zarr", "http://example.org:8080/a.zarr"),
        ("https://[2001:DB8::1]/a.zarr", "https://[2001:db8::1]/a.zarr"),
        ("https://example.org/a.zarr/zarr.json", "https://example.org/a.zarr"),
        ("https://example.org/a.zarr/.zattrs", "https://example.org/a.zarr"),
        ("https://example.org/plate #1.zarr", "https://example.org/plate%20%231.zarr"),
        ("https://example.org/a.zarr#top", "https://example.org/a.zarr"),
        ("s3://bucket/ä.zarr", "s3://bucket/%C3%A4.zarr"),
        ("https://example.org/%c3%a4.zarr", "https://example.org/%C3%A4.zarr"),
        ("https://example.org/%7Eme/%61%2Ezarr", "https://example.org/~me/a.zarr"),
        ("https://example.org/x/../y/./a.zarr/.", "https://example.org/y/a.zarr"),
        ("https://example.org/../%2e%2E/a.zarr", "https://example.org/a.zarr"),
        ("https://example.org/x//../a.zarr", "https://example.org/x/a.zarr"),
        ("https://example.org/x%2f../a.zarr", "https://example.org/x%2F../a.zarr"),
        ("https://example.org/a%2fb.zarr", "https://example.org/a%2Fb.zarr"),
        ("https://example.org/...zarr", "https://example.org/...zarr"),
        ("https://example.org./a.zarr", "https://example.org/a.zarr"),
        ("https://EX%41mple.org:/a.zarr", "https://example.org/a.zarr"),
        ("https://München.example/a.zarr", "https://xn--mnchen-3ya.example/a.zarr"),
        ("https://m%C3%BCnchen.example/a.zarr", "https://xn--mnchen-3ya.example/a.zarr"),
        ("https://münchen。example/a.zarr", "https://xn--mnchen-3ya.example/a.zarr"),
        ("https://xn--strae-oqa.example:8080", "https://xn--strae-oqa.example:8080"),
        ("https://straße.example:8080", "https://xn--strae-oqa.example:8080"),
        ("https://-ä-.example/a.zarr", "https://-ä-.example/a.zarr"),
        ("s3://bücket/a.zarr", "s3://bücket/a.zarr"),
        ("https://example.org?", "https://example.org"),
        ("https://example.org:443/", "https://example.org"),
        ("http://example.org:443/a.zarr", "http://example.org:443/a.zarr"),
        ("https://example.org/a.zarr?x=%2f%41", "https://example.org/a.zarr?x=%2FA"),
        ("s3://bucket/x/../%61.zarr", "s3://bucket/x/../a.zarr"),
        ("s3://bucket./a.zarr", "s3://bucket./a.zarr"),
        ("gs://bucket/./a.zarr", "gs://bucket/./a.zarr"),
    ],
)
def test_one_dataset_has_one_address(written: str, normalized: str) -> None:
    """However it is written, and normalizing twice changes nothing."""
    assert urls.normalize(written) == normalized
    assert urls.normalize(normalized) == normalized


SPELLINGS = st.lists(
    st.sampled_from(
        [("~", "%7E", "%7e"), ("a", "%61"), ("ä", "%C3%A4", "%c3%A4"), ("%2F", "%2f"), (" ", "%20"), ("+",)]
    ),
    min_size=1,
    max_size=6,
)


@given(SPELLINGS, st.data())
def test_equivalent_spellings_are_one_address(characters: list[tuple[str, ...]], data: st.DataObject) -> None:
    """RFC 3986, 6.2.2, calls them equivalent: case of escapes, escapes that are not needed, dot segments."""
    first, second = (
        "/".join(
            data.draw(st.sampled_from(each)) + data.draw(st.sampled_from(("", "/.", "/x/.."))) for each in characters
        )
        for _ in range(2)
    )

    assert urls.normalize(f"https://h/{first}/z") == urls.normalize(f"HTTPS://H:443/{second}/z/")


@pytest.mark.parametrize("written", ["https://example.org:port/a", "https://[example.org/a"])
def test_an_invalid_address_is_an_error(written: str) -> None:
    """A port that is not a number, a bracket that is not closed."""
    with pytest.raises(ValueError, match=r".+"):
        urls.normalize(written)


@pytest.mark.parametrize("path", ["0", "setup0/timepoint0", "A/1/0", "a..b", "..a", ".hidden", "5%", "a b", "ä"])
def test_a_path_below_is_recognized(path: str) -> None:
    """Dots, blanks and percent signs in a name are no reason to refuse it."""
    assert urls.is_subpath(path)


SEGMENTS = st.sampled_from(
    ["..", ".", "0", "a", "/", "\\", "%2e", "%2E%2e", "%252e", "%2f", "%5c", ";", ":", " ", "\x00", "%00", "%", "25"]
)


@given(st.lists(SEGMENTS, max_size=8).map("".join))
def test_no_subpath_leads_out_however_often_it_is_decoded(path: str) -> None:
    """Whatever a server decodes and resolves, an accepted path is still below the dataset."""
    decoded = path
    for _ in range(4):
        resolved = posixpath.normpath(f"/data/own.zarr/{decoded}".replace("\\", "/"))
        assert not urls.is_subpath(path) or (resolved + "/").startswith("/data/own.zarr/")
        decoded = unquote(decoded)


def test_a_path_that_takes_long_to_decode_is_refused() -> None:
    """A hundred thousand nested percent signs are not decoded one after the other."""
    assert not urls.is_subpath("%" + "25" * 50_000)


def test_a_file_below_a_dataset_is_encoded_once() -> None:
    """A percent sign, a question mark and a hash in a path are characters of it; the query of the dataset stays."""
    assert urls.below("https://h/a.zarr?x=1", "b c", "50%?#") == "https://h/a.zarr/b%20c/50%25%3F%23?x=1"
    assert urls.below("https://h/a.zarr", "") == "https://h/a.zarr"


def test_ids_depend_on_the_address_alone() -> None:
    """They are readable, permanent, and differ where the readable part does not."""
    first, second = urls.dataset_id("https://h/1/Cells A.ome.zarr"), urls.dataset_id("https://h/2/Cells A.ome.zarr")

    assert first.startswith("cells-a-")
    assert first != second
    assert first == urls.dataset_id("https://h/1/Cells A.ome.zarr")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://me:secret@h/a.zarr?token=secret#secret", "https://h/a.zarr?…"),
        ("https:me:secret@h/a.zarr", "the address"),
        ("https://[secret", "the address"),
        ("file:///data/a@b.zarr", "file:///data/a@b.zarr"),
    ],
)
def test_messages_show_an_address_without_secrets(url: str, shown: str) -> None:
    """User, password, query and fragment are left out; an address that cannot be split is not shown."""
    assert urls.redact(url) == shown
