"""Labels of ontology terms from the look-up service."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from sitegen.cache.folder import Cache
from sitegen.cache.rows import CachedDocument
from sitegen.config.settings import CrawlSettings
from sitegen.engine.documents import CachedClient
from sitegen.engine.term_lookup import look_up_labels, term_address
from sitegen.net.client import Client

LEMUR = "NCBITaxon:9447"


def labels(folder: Path, *curies: str) -> dict[str, str]:
    """Return the labels that the cache gives, without requests."""

    async def ask() -> dict[str, str]:
        with Cache.open(folder) as cache:
            async with Client(CrawlSettings()) as client:
                documents = CachedClient(client, CrawlSettings(), cache=cache, offline=True)
                return dict(await look_up_labels(curies, documents))

    return asyncio.run(ask())


def keep(folder: Path, body: bytes) -> None:
    """Put an answer of the service into the cache."""
    with Cache.open(folder) as cache:
        cache.put_document(CachedDocument(url=term_address(LEMUR), body=body, checked_at=1.0))


def test_label_from_a_cached_answer(tmp_path: Path) -> None:
    """A cached answer gives the label without a request."""
    keep(tmp_path, json.dumps({"label": "Lemur catta"}).encode())

    assert labels(tmp_path, LEMUR) == {LEMUR: "Lemur catta"}


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"label": 3}', b"[" * 100_000])
def test_invalid_answer(tmp_path: Path, body: bytes) -> None:
    """An invalid answer gives no label."""
    keep(tmp_path, body)

    assert labels(tmp_path, LEMUR) == {}


def test_terms_without_a_request(tmp_path: Path) -> None:
    """Known terms, invalid terms, and terms without a cached answer have no label."""
    assert labels(tmp_path, "NCBITaxon:9606", "a cell", LEMUR) == {}


def test_term_address() -> None:
    """The IRI is percent-encoded twice, as the API expects."""
    assert term_address(LEMUR).endswith(
        "/ncbitaxon/terms/http%253A%252F%252Fpurl.obolibrary.org%252Fobo%252FNCBITaxon_9447"
    )


def test_half_of_a_surrogate_pair(tmp_path: Path) -> None:
    """JSON may hold it, and UTF-8 may not."""
    keep(tmp_path, b'{"label": "Lemur \\ud800 catta"}')

    assert labels(tmp_path, LEMUR) == {LEMUR: "Lemur ? catta"}
