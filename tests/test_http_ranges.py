"""Byte ranges over HTTP, and parts of a file that changes."""

from __future__ import annotations

import gzip

import pytest
from fault_server import Act, answer, ranges, raw
from fetching import ask

from sitegen.errors import FetchError
from sitegen.transfer import ByteRange, check_same_file, last_bytes

PART = ByteRange(10, 20)
BODY = bytes(range(100))
DATES = ("Sun, 22 Nov 2026 06:00:00 GMT", "Sun, 22 Nov 2026 07:00:00 GMT")


def test_range() -> None:
    """A range gives those bytes, never compressed, and the size of the whole file."""
    outcome = ask(ranges(BODY), byte_range=PART, gzip=True)

    assert outcome.body == BODY[10:20]
    assert outcome.response is not None
    assert outcome.response.total_bytes == 100
    assert outcome.asked[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    ("byte_range", "expected"),
    [
        (last_bytes(10), BODY[-10:]),
        (last_bytes(1000), BODY),
        (ByteRange(90, 200), BODY[90:]),
        (ByteRange(50), BODY[50:]),
    ],
)
def test_range_at_the_end(byte_range: ByteRange, expected: bytes) -> None:
    """The end of a file can be requested by its last bytes, or by a range that goes beyond it."""
    assert ask(ranges(BODY), byte_range=byte_range).body == expected


def test_range_ignored() -> None:
    """The range is cut from a whole file that does not exceed the limit."""
    assert ask(answer(200, BODY), byte_range=PART).body == BODY[10:20]


def test_range_ignored_early_part() -> None:
    """The rest of a long file is not read after the range."""
    outcome = ask(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" + BODY), byte_range=PART)

    assert outcome.body == BODY[10:20]


def test_range_ignored_late_part() -> None:
    """The last bytes of a large file cannot be read from a host that ignores ranges."""
    outcome = ask(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n"), byte_range=last_bytes(10))

    assert outcome.failure == ("unreadable", "range-ignored")


def test_range_above_the_limit() -> None:
    """A range longer than the limit is not requested."""
    outcome = ask(ranges(BODY), byte_range=ByteRange(0, 1_000_000))

    assert outcome.failure == ("unreadable", "too-large")
    assert outcome.asked == []


@pytest.mark.parametrize(
    "where",
    ["bytes 0-9/100", "bytes 10-18/100", "bytes 10-29/100", "items 10-19/100", "bytes */100", "", "bytes ٣-٤/٥"],
)
def test_wrong_range(where: str) -> None:
    """An answer with another range is an error."""
    body = BODY[10:29] if where == "bytes 10-29/100" else BODY[10:20]

    assert ask(answer(206, body, Content_Range=where), byte_range=PART).failure == ("unreadable", "bad-range")


def test_range_of_a_file_of_unknown_size() -> None:
    """A host need not state the size of the file."""
    outcome = ask(answer(206, BODY[10:20], Content_Range="bytes 10-19/*"), byte_range=PART)

    assert outcome.body == BODY[10:20]


def test_short_range() -> None:
    """Fewer bytes than the stated range are tried again."""
    outcome = ask(answer(206, BODY[10:15], Content_Range="bytes 10-19/100"), ranges(BODY), byte_range=PART)

    assert outcome.body == BODY[10:20]


def test_long_range() -> None:
    """More bytes than the stated range are an error, without another try."""
    outcome = ask(answer(206, BODY[10:25], Content_Range="bytes 10-19/100"), byte_range=PART)

    assert outcome.failure == ("unreadable", "bad-range")
    assert len(outcome.asked) == 1


def test_multipart_range() -> None:
    """An answer with several parts is an error."""
    parts = answer(206, b"--x", Content_Type="multipart/byteranges; boundary=x", Content_Range="bytes 10-19/100")

    assert ask(parts, byte_range=PART).failure == ("unreadable", "bad-range")


def test_compressed_range() -> None:
    """A range of a compressed form of the file is an error."""
    packed = gzip.compress(BODY[10:20])
    part = answer(206, packed, Content_Encoding="gzip", Content_Range="bytes 10-19/100")

    assert ask(part, byte_range=PART).failure == ("unreadable", "bad-range")


def test_unrequested_range() -> None:
    """A 206 to a request for the whole file is an error."""
    assert ask(answer(206, b"{}", Content_Range="bytes 0-1/100")).failure == ("unreadable", "bad-range")


def test_range_not_satisfiable() -> None:
    """A range beyond the end of the file is an error."""
    assert ask(ranges(BODY), byte_range=ByteRange(200, 300)).failure == ("unreadable", "range-beyond-end")


def test_range_ignored_beyond_end() -> None:
    """So it is if the host sends the whole file instead."""
    assert ask(answer(200, BODY), byte_range=ByteRange(200, 300)).failure == ("unreadable", "range-beyond-end")


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (ranges(BODY, ETag='"1"'), ranges(BODY, ETag='"2"')),
        (ranges(BODY, ETag='W/"1"'), ranges(BODY, ETag='"2"')),
        (ranges(BODY, Last_Modified=DATES[0]), ranges(BODY, Last_Modified=DATES[1])),
        (ranges(BODY, ETag='"1"', Last_Modified=DATES[0]), ranges(BODY, Last_Modified=DATES[1])),
        (ranges(BODY), ranges(BODY * 2)),
        (ranges(BODY, ETag='"1"', Last_Modified=DATES[0]), ranges(BODY * 2, ETag='"1"', Last_Modified=DATES[0])),
    ],
    ids=["etags", "weak etags", "dates", "dates, one etag", "lengths", "lengths alone"],
)
def test_parts_of_two_versions(earlier: Act, later: Act) -> None:
    """Parts of different versions of a file are told apart."""
    before, after = (ask(act, byte_range=PART).response for act in (earlier, later))
    assert before is not None
    assert after is not None

    with pytest.raises(FetchError) as raised:
        check_same_file(before, after)
    assert (raised.value.status, raised.value.code) == ("unreadable", "changed-midway")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ranges(BODY, ETag='"1"', Last_Modified=DATES[0]), ranges(BODY, ETag='"2"', Last_Modified=DATES[0])),
        (ranges(BODY, ETag='"1"', Last_Modified=DATES[0]), ranges(BODY, ETag='"1"', Last_Modified=DATES[1])),
        (ranges(BODY, ETag='W/"same"'), ranges(BODY, ETag='"same"')),
        (ranges(BODY, ETag='"1"'), ranges(BODY)),
        (ranges(BODY), answer(206, BODY[10:20], Content_Range="bytes 10-19/*")),
    ],
    ids=["two etags", "two dates", "once weak", "once with an etag", "once without a length"],
)
def test_parts_of_one_version(one: Act, other: Act) -> None:
    """Servers behind a load balancer may differ in ETag or date, or mark an ETag as weak, for one file."""
    before, after = (ask(act, byte_range=PART).response for act in (one, other))
    assert before is not None
    assert after is not None

    check_same_file(before, after)
