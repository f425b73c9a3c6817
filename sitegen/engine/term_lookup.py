"""Labels of ontology terms that sitegen does not ship: one question each to EBI's OLS4, remembered.

Nothing waits for it for long and nothing fails without it: a term that cannot be looked
up is shown by its identifier, and the next build asks again. Answers stay in the cache
like any other document (OME-ZARR.md, E3).
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
_MOST_TERMS = 100
_MAX_BYTES = 200_000
_LONGEST_LABEL = 200
_YEAR_S = 365 * 86_400.0


async def look_up_labels(curies: Iterable[str], client: CachedClient, *, within_s: float = 15.0) -> Mapping[str, str]:
    """Return the labels of those terms that the table lacks and the service knows; what takes longer is left out."""
    unknown = sorted({curie for curie in curies if is_known(curie) and label_of(curie) is None})[:_MOST_TERMS]
    labels: dict[str, str] = {}

    async def ask(curie: str) -> None:
        label = await _ask(curie, client, within_s)
        if label:
            labels[curie] = label

    with suppress(TimeoutError):
        async with asyncio.timeout(within_s), asyncio.TaskGroup() as group:
            for curie in unknown:
                group.create_task(ask(curie))
    return labels


async def _ask(curie: str, client: CachedClient, within_s: float) -> str | None:
    allowance = Allowance(bytes_left=_MAX_BYTES, seconds_left=within_s)
    try:
        reply = await client.get_document(
            term_address(curie), max_bytes=_MAX_BYTES, max_age_s=_YEAR_S, allowance=allowance
        )
    except FetchError as error:
        log.info("%s: its label could not be looked up: %s", curie, error)
        return None
    return _read_label(reply.body)


def term_address(curie: str) -> str:
    """Return where the service describes a term; it wants the IRI encoded twice."""
    ontology = curie.partition(":")[0].lower()
    return f"{SERVICE}/{ontology}/terms/{quote(quote(iri(curie) or '', safe=''), safe='')}"


def _read_label(body: bytes) -> str | None:
    try:
        label = json.loads(body).get("label")
    except (ValueError, RecursionError, AttributeError):
        return None
    return label[:_LONGEST_LABEL] if isinstance(label, str) and label.strip() else None
