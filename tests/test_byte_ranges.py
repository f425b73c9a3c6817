"""Byte ranges, validators and versions of files, as RFC 9110 defines them, checked against slices of bytes."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.errors import FetchError, RetryableError
from sitegen.transfer import (
    Allowance,
    ByteRange,
    Request,
    Response,
    check_range,
    check_same_file,
    digest,
    last_bytes,
    utc,
)

BODY = bytes(range(100))


@pytest.mark.parametrize(
    ("byte_range", "header", "size"),
    [
        (ByteRange(0, 10), "bytes=0-9", 10),
        (ByteRange(5, 6), "bytes=5-5", 1),
        (ByteRange(90), "bytes=90-", None),
        (ByteRange(0), "bytes=0-", None),
        (last_bytes(16), "bytes=-16", 16),
    ],
)
def test_a_range_is_written_as_a_header(byte_range: ByteRange, header: str, size: int | None) -> None:
    """The last byte of a header belongs to the range, `stop` does not."""
    assert (byte_range.header(), byte_range.size()) == (header, size)


@pytest.mark.parametrize("start", [-150, -100, -7, -1, 0, 1, 50, 99, 100, 120])
@pytest.mark.parametrize("length", [None, 1, 10, 100, 500])
def test_a_range_of_a_file_is_a_slice_of_it(start: int, length: int | None) -> None:
    """A range that reaches beyond the file ends with it."""
    byte_range = ByteRange(start) if start < 0 or length is None else ByteRange(start, start + length)
    first, stop = byte_range.clip(len(BODY))

    assert BODY[max(first, 0) : max(stop, first)] == BODY[byte_range.start : byte_range.stop]


@given(st.integers(0, 200), st.integers(1, 200), st.integers(1, 300))
def test_an_answer_of_the_right_part_is_accepted(start: int, length: int, total: int) -> None:
    """A host that answers with exactly the requested part states the size of the file."""
    byte_range = ByteRange(start, start + length)
    first, stop = byte_range.clip(total)
    if stop > first:
        stated = f"bytes {first}-{stop - 1}/{total}"
        assert check_range(byte_range, stated, stop - first, where="here") == total


@pytest.mark.parametrize(
    ("byte_range", "stated", "size", "total"),
    [
        (ByteRange(0, 10), "bytes 0-9/100", 10, 100),
        (ByteRange(0, 10), "BYTES 0-9/100", 10, 100),
        (ByteRange(0, 10), "  bytes   0-9/100  ", 10, 100),
        (ByteRange(0, 10), "bytes 0-9/*", 10, None),
        (ByteRange(0, 10), "bytes 0-3/4", 4, 4),
        (ByteRange(0, 10), "bytes 0-3/*", 4, None),
        (ByteRange(90), "bytes 90-99/100", 10, 100),
        (ByteRange(90), "bytes 90-99/*", 10, None),
        (last_bytes(10), "bytes 90-99/100", 10, 100),
        (last_bytes(10), "bytes 90-99/*", 10, None),
        (last_bytes(500), "bytes 0-99/100", 100, 100),
    ],
)
def test_which_answers_are_accepted(byte_range: ByteRange, stated: str, size: int, total: int | None) -> None:
    """A host need not state the size of the file, and a file may be shorter than the range."""
    assert check_range(byte_range, stated, size, where="here") == total


@pytest.mark.parametrize(
    ("stated", "size"),
    [
        (None, 10),
        ("", 10),
        ("bytes */100", 0),
        ("0-9/100", 10),
        ("bytes 0-9", 10),
        ("items 0-9/100", 10),
        ("bytes 0-9/100, bytes 20-29/100", 20),
        ("bytes -9/100", 10),
        ("bytes 0x0-0x9/100", 10),
        ("bytes 1-10/100", 10),
        ("bytes 0-19/100", 20),
        ("bytes 0-8/100", 9),
        ("bytes 10-19/*", 10),
        ("bytes 0-9/100", 11),
        ("bytes 0-9/100", 100),
        ("bytes 9-0/100", 10),
    ],
)
def test_another_part_is_refused(stated: str | None, size: int) -> None:
    """Bytes of another place would be decoded as pixels, so nothing but the requested part is taken."""
    with pytest.raises(FetchError) as caught:
        check_range(ByteRange(0, 10), stated, size, where="example.org")

    assert (caught.value.code, str(caught.value).partition(":")[0]) == ("bad-range", "example.org")


@pytest.mark.parametrize("size", [0, 1, 9])
def test_a_body_that_breaks_off_is_requested_again(size: int) -> None:
    """A connection may end early; the next one may not."""
    with pytest.raises(RetryableError) as caught:
        check_range(ByteRange(0, 10), "bytes 0-9/100", size, where="here")

    assert caught.value.code == "short-read"


@pytest.mark.parametrize(
    ("request_", "headers"),
    [
        ({}, {"Accept-Encoding": "identity"}),
        ({"accept_gzip": True}, {"Accept-Encoding": "gzip"}),
        (
            {"accept_gzip": True, "byte_range": ByteRange(0, 4)},
            {"Accept-Encoding": "identity", "Range": "bytes=0-3"},
        ),
        ({"etag": '"a"'}, {"Accept-Encoding": "identity", "If-None-Match": '"a"'}),
        ({"last_modified": "then"}, {"Accept-Encoding": "identity", "If-Modified-Since": "then"}),
        ({"etag": '"a"', "last_modified": "then"}, {"Accept-Encoding": "identity", "If-None-Match": '"a"'}),
        ({"etag": "", "last_modified": ""}, {"Accept-Encoding": "identity"}),
    ],
)
def test_a_request_is_written_as_headers(request_: dict[str, object], headers: dict[str, str]) -> None:
    """A range is never compressed in transfer, and an ETag counts more than a date."""
    made = Request(url="https://example.org/a", max_bytes=10, **request_)  # type: ignore[arg-type]

    assert made.headers() == headers


def version(etag: str | None = None, date: str | None = None, total: int | None = None) -> Response:
    """Return the answer of a host that states these of a file."""
    return Response(
        url="https://me:secret@example.org/a?key=secret",
        status=206,
        body=b"",
        etag=etag,
        last_modified=date,
        total_bytes=total,
        fetched_at=0.0,
    )


SAME = [
    (version(), version()),
    (version(total=5), version()),
    (version('"a"', "then", 5), version('"a"', "then", 5)),
    (version('"a"'), version('W/"a"')),
    (version('"a"', "then"), version('"b"', "then")),
    (version('"a"', "then"), version('"a"', "now")),
    (version('"a"', "then"), version(None, "then")),
    (version('"a"', "then"), version(None, None)),
    (version(None, "then"), version(None, None)),
]
CHANGED = [
    (version(total=5), version(total=6)),
    (version('"a"', "then", 5), version('"a"', "then", 6)),
    (version('"a"'), version('"b"')),
    (version('"a"', "then"), version('"b"', "now")),
    (version('"a"', "then"), version('"b"')),
    (version(None, "then"), version(None, "now")),
    (version('"a"', "then"), version(None, "now")),
]


@pytest.mark.parametrize(("first", "second"), SAME)
def test_parts_of_one_version_belong_together(first: Response, second: Response) -> None:
    """Servers behind a load balancer may give one file different ETags or dates, not both."""
    check_same_file(first, second)
    check_same_file(second, first)


@pytest.mark.parametrize(("first", "second"), CHANGED)
def test_parts_of_two_versions_are_not_joined(first: Response, second: Response) -> None:
    """A file that changed between two requests is an error, and the message keeps secrets."""
    for before, after in itertools.permutations((first, second)):
        with pytest.raises(FetchError) as caught:
            check_same_file(before, after)
        assert caught.value.code == "changed-midway"
        assert "secret" not in str(caught.value)


def test_an_allowance_counts_down() -> None:
    """Bytes and seconds may be used up beyond what is left; each latency is a second that was used."""
    allowance = Allowance(bytes_left=10, seconds_left=2)
    allowance.spend(size_bytes=4)
    allowance.add_latency(0.5)
    allowance.spend(size_bytes=8, seconds=3)

    assert (allowance.bytes_left, allowance.bytes_read, allowance.seconds_left) == (-2, 12, -1.5)
    assert allowance.latencies_s == [0.5]


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_digests_tell_files_apart(first: bytes, second: bytes) -> None:
    """Two files have one digest exactly where they are equal."""
    assert (digest(first) == digest(second)) is (first == second)
    assert len(digest(first)) == 40


@given(st.integers(0, 4_000_000_000), st.integers(0, 4_000_000_000))
def test_times_sort_as_their_text(first: int, second: int) -> None:
    """So that lists and pages may compare the text."""
    assert (utc(first) < utc(second)) is (first < second)
