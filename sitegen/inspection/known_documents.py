"""What is known of the documents of one dataset while it is inspected: which were requested, and what they said."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from sitegen.errors import FetchError, answers_no_such_range
from sitegen.transfer import Response
from sitegen.urls import has_credentials, normalize


@dataclass(slots=True)
class BrowserHeaders:
    """What the answer for the dataset's root tells web pages of other origins (CORS); None before it."""

    allows_origin: bool | None = None
    exposed: tuple[str, ...] | None = None
    moved_to: str | None = None
    """Address of the dataset to which its host redirects for good."""

    @classmethod
    def of(cls, response: Response, url: str, key: str) -> Self:
        """Return what the answer for a root document says. url: of the dataset."""
        moved_to = _moved_address(url, key, response.moved_to)
        return cls(allows_origin=response.cors, exposed=response.exposed, moved_to=moved_to)


def _moved_address(url: str, key: str, target: str | None) -> str | None:
    """Return the new address of a dataset; None where a redirect of one of its documents tells none.

    key, target: of the document. An address with a query may hold a signature, and is not shown.
    """
    if target is None or "?" in target or not target.endswith(f"/{key}"):
        return None
    address = normalize(target.removesuffix(f"/{key}"))
    return address if address != url and not has_credentials(address) else None


@dataclass(slots=True)
class ReadTotals:
    """What was read until now, from the host or the cache."""

    answers: int = 0
    size_bytes: int = 0


_MAX_LINES, _MAX_LINE_BYTES = 8, 4_096


@dataclass(slots=True)
class KnownDocuments:
    """What is known of the documents that were requested."""

    absent: set[str] = field(default_factory=set)
    stand_ins: dict[str, bytes] = field(default_factory=dict)
    """What the host sent in place of documents that are not there; of others than the root's, nothing is kept."""
    lines_sent: set[bytes] = field(default_factory=set)
    """Short bodies that it sent in place of them, at most 8: the same bytes in place of a chunk mean the same."""
    empty_answers: bool = False
    """Whether it sent nothing in place of one of them."""
    answered: set[str] = field(default_factory=set)
    """Those that are there or absent."""
    root_digests: dict[str, str] = field(default_factory=dict)
    consolidated: dict[str, Mapping[str, Mapping[str, object]]] = field(default_factory=dict)
    read_themselves: set[str] = field(default_factory=set)
    """Nodes whose own documents were read, or are not there."""
    locks: dict[str, asyncio.Lock] = field(default_factory=dict)
    parsed_bytes: int = 0

    def add_stand_in(self, key: str, body: bytes, *, keep: bool) -> None:
        """Remember what the host sent in place of a document; its bytes by name only where `keep`."""
        self.stand_ins[key] = body if keep else b""
        self.empty_answers = self.empty_answers or not body
        if body and len(body) <= _MAX_LINE_BYTES and len(self.lines_sent) < _MAX_LINES:
            self.lines_sent.add(body)

    def is_stand_in_of_chunk(self, body: bytes) -> bool:
        """Return whether the host sent the same bytes, or none, in place of a document."""
        return body in self.lines_sent if body else self.empty_answers

    def sends_nothing(self, refusals: Mapping[str, FetchError]) -> bool:
        """Return whether the host sent an empty file, or answered 416, in place of one of them.

        refusals: the errors of documents that are not there.
        """
        return self.empty_answers or any(map(answers_no_such_range, refusals.values()))
