"""Labels of terms that sitegen does not ship."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from sitegen.cache.store import Cache, Document
from sitegen.config.settings import CrawlSettings
from sitegen.engine.documents import CachedClient
from sitegen.engine.term_lookup import look_up_labels, term_address
from sitegen.net.client import Client

LEMUR = "NCBITaxon:9447"


def labels(folder: Path, *curies: str) -> dict[str, str]:
    """Return what is known offline, from the cache alone."""

    async def ask() -> dict[str, str]:
        with Cache.open(folder) as cache:
            async with Client(CrawlSettings()) as client:
                documents = CachedClient(client, CrawlSettings(), cache=cache, offline=True)
                return dict(await look_up_labels(curies, documents))

    return asyncio.run(ask())


def keep(folder: Path, body: bytes) -> None:
    """Put an answer of the service into the cache."""
    with Cache.open(folder) as cache:
        cache.put_document(Document(url=term_address(LEMUR), body=body, checked_at=1.0))


def test_an_answer_gives_the_label(tmp_path: Path) -> None:
    """It is remembered, so the next build does not ask."""
    keep(tmp_path, json.dumps({"label": "Lemur catta"}).encode())

    assert labels(tmp_path, LEMUR) == {LEMUR: "Lemur catta"}


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"label": 3}', b"[" * 100_000])
def test_a_strange_answer_gives_none(tmp_path: Path, body: bytes) -> None:
    """The service's answer is a stranger's bytes, too."""
    keep(tmp_path, body)

    assert labels(tmp_path, LEMUR) == {}


def test_what_cannot_be_asked_is_left_out(tmp_path: Path) -> None:
    """Known terms, texts that are no terms, and terms without an answer."""
    assert labels(tmp_path, "NCBITaxon:9606", "a cell", LEMUR) == {}


def test_the_service_wants_the_iri_encoded_twice() -> None:
    """As its documentation says."""
    assert term_address(LEMUR).endswith(
        "/ncbitaxon/terms/http%253A%252F%252Fpurl.obolibrary.org%252Fobo%252FNCBITaxon_9447"
    )
