"""Labels of ontology terms that sitegen's own table lacks, from EBI's Ontology Lookup Service (OLS4).

One request for each term, cached like any document. A build waits for them for a limited time, and needs none: a term
without a label is shown by its identifier, and the next build requests it again. See docs/ome-zarr.md#ontology-terms.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterable, Mapping
from contextlib import suppress
from urllib.parse import quote

from sitegen.engine.documents import CachedClient
from sitegen.errors import FetchError
from sitegen.ome.ontology import iri, is_known, label_of
from sitegen.transfer import Allowance

log = logging.getLogger(__name__)

SERVICE = "https://www.ebi.ac.uk/ols4/api/ontologies"
_MAX_TERMS = 100
"""Terms of one build that are requested: a choice of courtesy to a public service."""
_MAX_BYTES = 200_000
"""Of one answer: more than the description of any term should have."""
_MAX_LABEL_LENGTH = 200
_MAX_AGE_S = 365 * 86_400.0
"""Labels of published terms hardly ever change."""


async def look_up_labels(curies: Iterable[str], client: CachedClient, *, timeout_s: float = 15.0) -> Mapping[str, str]:
    """Return the labels of the terms that the table lacks and the service knows: term → label.

    timeout_s: labels that have not arrived by then are left out.
    """
    unknown = sorted({curie for curie in curies if is_known(curie) and label_of(curie) is None})[:_MAX_TERMS]
    labels: dict[str, str] = {}

    async def look_up(curie: str) -> None:
        label = await _fetch_label(curie, client, timeout_s)
        if label:
            labels[curie] = label

    with suppress(TimeoutError):
        async with asyncio.timeout(timeout_s), asyncio.TaskGroup() as group:
            for curie in unknown:
                group.create_task(look_up(curie))
    return labels


async def _fetch_label(curie: str, client: CachedClient, timeout_s: float) -> str | None:
    allowance = Allowance(bytes_left=_MAX_BYTES, seconds_left=timeout_s)
    try:
        response = await client.get_document(
            term_address(curie), max_bytes=_MAX_BYTES, max_age_s=_MAX_AGE_S, allowance=allowance
        )
    except FetchError as error:
        log.info("%s: the label of this term could not be fetched: %s", curie, error)
        return None
    return _read_label(response.body)


def term_address(curie: str) -> str:
    """Return the address of a term's description; the service's API expects the IRI percent-encoded twice."""
    ontology = curie.partition(":")[0].lower()
    return f"{SERVICE}/{ontology}/terms/{quote(quote(iri(curie) or '', safe=''), safe='')}"


def _read_label(body: bytes) -> str | None:
    """Return the label in an answer of the service; None where the answer has none."""
    try:
        label = json.loads(body).get("label")
    except (ValueError, RecursionError, AttributeError):
        return None
    if not isinstance(label, str) or not label.strip():
        return None
    return label[:_MAX_LABEL_LENGTH].encode("utf-8", "replace").decode()  # without halves of surrogate pairs
