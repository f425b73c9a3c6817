"""Whether a build lost too many datasets to replace the site, which `max_loss` decides.

Hosts that are down for a night, a cache that is gone, or a mistake in a list can empty a catalog without any error of
the build itself. What the last build could read is known from its history in the cache. Where the cache has none, as
on a new machine, the published site's own `build.json` says how many datasets it can show.
"""

from __future__ import annotations

import json
import logging
from contextlib import suppress

from sitegen import formatting, urls
from sitegen.catalog.history import History
from sitegen.engine.documents import CachedClient
from sitegen.errors import BuildError, FetchError
from sitegen.model import Catalog, Problem
from sitegen.outputs.build_file import BUILD_PATH, SHOWN
from sitegen.transfer import Allowance

log = logging.getLogger(__name__)

_MAX_BYTES = 10_000_000
"""Of a published `build.json`: a line for each host, of which a catalog may have thousands."""
_TIMEOUT_S = 30.0
_ADVICE = "; look at the problems of lists and hosts, or, if this is right, build once with --max-loss 1"


async def fetch_published(base_url: str, client: CachedClient) -> int | None:
    """Return how many datasets the published site shows; None where there is no site, or it does not say."""
    address = urls.resolve(base_url, BUILD_PATH)
    allowance = Allowance(bytes_left=_MAX_BYTES, seconds_left=_TIMEOUT_S)
    try:
        response = await client.get_document(address, max_bytes=_MAX_BYTES, max_age_s=0.0, allowance=allowance)
    except FetchError as error:
        log.info("%s: the published site cannot be compared with: %s", address, error)
        return None
    with suppress(ValueError, RecursionError, AttributeError):
        shown = json.loads(response.body).get("shown")
        return shown if isinstance(shown, int) and shown >= 0 else None
    return None


def check_losses(catalog: Catalog, history: History, max_loss: float, published: int | None) -> None:
    """Raise BuildError if no dataset can be shown, or a larger share than `max_loss` of those before is lost.

    Parameters
    ----------
    max_loss
        From 0 to 1; at 1 nothing is checked.
    published
        How many datasets the published site shows, if that is known; used where there is no history.
    """
    shown = {record.url for record in catalog.records if record.found.status in SHOWN}
    if max_loss >= 1:
        return
    if not shown:
        raise BuildError(
            f"none of the {_datasets(len(catalog.records))} can be read{_main_reason(catalog)}; "
            f"the site is not replaced{_ADVICE}"
        )
    before = {url for url, row in history.listed.items() if row.status in SHOWN}
    count, lost = (len(before), len(before - shown)) if before else (published or 0, (published or 0) - len(shown))
    if count and lost / count > max_loss:
        raise BuildError(
            f"{lost:,} of the {_datasets(count)} that could be shown before {'is' if lost == 1 else 'are'} lost "
            f"({lost / count:.0%}), "
            f"more than max_loss = {max_loss:g} allows; the site is not replaced{_ADVICE}"
        )


def _main_reason(catalog: Catalog) -> str:
    """Return why most of the datasets cannot be read, in words, with one of them."""
    by_code: dict[str, list[tuple[str, Problem]]] = {}
    for record in catalog.records:
        problem = next((each for each in record.found.problems if each.level == "error"), None)
        if problem:
            by_code.setdefault(problem.code, []).append((record.url, problem))
    if not by_code:
        return ""
    code, found = max(by_code.items(), key=lambda item: len(item[1]))
    url, problem = found[0]
    said = problem.message if url in problem.message else f"{urls.redact(url)}: {problem.message}"
    return f": {len(found):,} of them for the reason {code}, such as {formatting.printable(said)}"


def _datasets(number: int) -> str:
    return formatting.plural(number, "dataset")
