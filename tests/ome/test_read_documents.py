"""Bytes of strangers become JSON or problems with places, never an exception."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ome_samples import READER_CODES

from sitegen.ome.documents import MAX_BYTES, MAX_DEPTH, read_document, read_json, weigh
from sitegen.ome.problems import ProblemLog


def read(body: bytes) -> tuple[object, list[tuple[str, str]]]:
    notes = ProblemLog("here")
    value, _ = read_json(body, notes, "zarr.json")
    return value, [(problem.code, problem.where) for problem in notes.problems]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "not-json"),
        (b" \n", "not-json"),
        (b"<!doctype html><html>", "not-json"),
        (b"<?xml version='1.0'?><Error/>", "not-json"),
        (b"{", "json-invalid"),
        (b'{"a": 1,}', "json-invalid"),
        (b"// a comment\n{}", "json-invalid"),
        (b"\x89PNG\r\n", "json-invalid"),
        (b"[" * 10_000, "json-too-deep"),
        (b"[" * 200_000 + b"]" * 200_000, "json-too-deep"),
        (b'{"a":' * 900 + b"1" + b"}" * 900, "json-too-deep"),
        (b" " * (MAX_BYTES + 1), "json-too-large"),
        (b"[" + b"[]," * 600_000 + b"1]", "json-too-large"),
    ],
)
def test_unreadable(body: bytes, code: str) -> None:
    """What is no JSON that we read gives nothing and says why."""
    value, problems = read(body)

    assert value is None
    assert (code, "here/zarr.json") in problems


def test_deepest() -> None:
    """As many levels as are allowed are read."""
    value, problems = read(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)

    assert value is not None
    assert not problems


@pytest.mark.parametrize(
    ("body", "expected", "code", "where"),
    [
        (b'{"a": {"b": 1, "b": 2}}', {"a": {"b": 2}}, "duplicate-key", "here/zarr.json#/a"),
        (b'{"a": [0, Infinity]}', {"a": [0, float("inf")]}, "json-nan", "here/zarr.json#/a/1"),
        (b'{"a": "\\ud800x"}', {"a": "\ufffdx"}, "json-surrogate", "here/zarr.json#/a"),
        (b'{"\\uDC00": 1}', {"\ufffd": 1}, "json-surrogate", "here/zarr.json#"),
        (b'{"a": ' + b"7" * 5000 + b"}", {"a": None}, "json-number", "here/zarr.json#/a"),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}, "json-encoding", "here/zarr.json"),
        ('{"a": "µ"}'.encode("utf-16"), {"a": "µ"}, "json-encoding", "here/zarr.json"),
        (b'{"a": "\xb5m"}', {"a": "\ufffdm"}, "json-encoding", "here/zarr.json"),
    ],
)
def test_oddities(body: bytes, expected: object, code: str, where: str) -> None:
    """What other readers stumble over is read, and noted with its place."""
    value, problems = read(body)

    assert value == expected
    assert problems == [(code, where)]


def test_whole_pairs_stay() -> None:
    """A complete surrogate pair is a character like any other."""
    assert read(b'"\\ud83d\\ude00"') == ("\U0001f600", [])


@pytest.mark.parametrize("unit", [b"{}", b'{"a":1}', b"[1.5]", b'"ab"', '"😀aaaaaaaaaaaaaaaaaaaa"'.encode()])
def test_a_document_is_not_heavier_than_its_weight(unit: bytes) -> None:
    """What it takes parsed is less than what is reckoned before it is."""
    body = b"[" + b",".join([unit] * 20_000) + b"]"
    tracemalloc.start()
    value, _ = read(body)
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert value
    assert taken <= weigh(body)


def test_not_an_object() -> None:
    """A metadata document that is a list is noted as what it is."""
    notes = ProblemLog()
    value = read_document(b"[]", notes, ".zattrs")

    assert value is None
    assert [(p.code, p.message) for p in notes.problems] == [("doc-type", "expected a JSON object, found a list")]


@given(
    st.binary(max_size=300) | st.text(alphabet='[]{}",:0123456789eE.+-\\unaltrs<\ufeff ', max_size=200).map(str.encode)
)
def test_any_bytes(body: bytes) -> None:
    """Whatever the bytes, there is a value that can be encoded again, or a problem that says why not."""
    notes = ProblemLog()
    value, found = read_json(body, notes, "zarr.json")

    assert found or notes.problems
    assert all(problem.code in READER_CODES for problem in notes.problems)
    repr(value).encode()
