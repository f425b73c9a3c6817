"""What somebody types as TARGET: folders and files of this machine, the web, object stores.

Whoever types an address means it, so a host that was typed may be a private one, and a
path may lie anywhere. Where a redirect leads is a stranger's choice: it is guarded as in
a crawl. A verdict is on what is there now: nothing is cached. Promise: each target ends
in a verdict; one that cannot be read is not valid, and says why.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from sitegen import urls
from sitegen.commands.progress import Progress
from sitegen.commands.validate import TargetReport, is_document, unread_report, validate_target
from sitegen.config.settings import CrawlSettings
from sitegen.engine.documents import CachedClient
from sitegen.errors import FetchError, UsageError
from sitegen.model.codes import CODES
from sitegen.net.client import Client
from sitegen.net.guard import AddressGuard
from sitegen.transfer import Allowance

log = logging.getLogger(__name__)

_MOST_BYTES = 1_000_000_000
"""Of one store's metadata; 60,000 documents of 2 kB are 120 MB."""
_LONGEST_S = 36_000.0
"""That all requests for one store may take, added up; sixteen run at once."""


class TargetGuard(AddressGuard):
    """Lets the typed hosts be private; any other must be public."""

    def __init__(self, hosts: Collection[str]) -> None:
        super().__init__()
        self._typed = hosts

    def check_address(self, text: str, host: str) -> None:
        """Raise FetchError if a resolved address of a host that was not typed may not be asked."""
        if host not in self._typed:
            super().check_address(text, host)


def address_of(target: str) -> str:
    """Return what is asked for: a path as `file:` address, an address percent-encoded once.

    Raises UsageError where it can be neither.
    """
    if urls.has_credentials(target):  # not to be repeated anywhere
        raise UsageError("TARGET: the address holds a user name or password; give it without")
    if not urls.has_scheme(target):
        if not target.strip() or "\0" in target:
            raise UsageError(f"TARGET: expected an address, a folder or a file, found {target!r}")
        return Path(target).absolute().as_uri()
    if (scheme := urls.scheme(target)) not in urls.SCHEMES:
        expected = ", ".join(f"{each}:" for each in urls.SCHEMES)
        raise UsageError(f"TARGET {target}: expected {expected} or a path, found {scheme}:")
    try:
        return _document_address(target) if is_document(target) else urls.normalize(target)
    except ValueError:
        raise UsageError(f"TARGET {target}: this is not an address") from None


def _document_address(target: str) -> str:
    """Return the address of a document as it stands: what names a dataset would lose `zarr.json`."""
    parts = urlsplit(target.strip())
    return urlunsplit(parts._replace(path=urls.encode(parts.path), fragment=""))


async def validate_typed(targets: Sequence[str], progress: Progress) -> list[TargetReport]:
    """Return the verdict on each target, in their order. Raises UsageError before anything is read."""
    typed = {target: address_of(target) for target in targets}
    hosts = {urlsplit(address).hostname or "" for address in typed.values()}
    async with Client(CrawlSettings(), guard=TargetGuard(hosts)) as client:
        documents = CachedClient(client, CrawlSettings())
        return [await _validate(target, typed[target], documents, progress) for target in targets]


async def _validate(target: str, address: str, client: CachedClient, progress: Progress) -> TargetReport:
    if urls.is_remote(address) and not is_document(target):
        progress.stage(f"Reading {target}")
    source = _Source(client, address)
    try:
        verdict = await validate_target(target, source.get)
    except FetchError as error:
        return unread_report(target, error)
    log.info("%s: %d documents", target, source.answers)
    if source.answers or not source.refusals or source.refusals[0].code == "not-found":
        return verdict
    return unread_report(target, source.refusals[0])  # "403" says more than "not there"


class _Source:
    """The documents of one target; `refusals` keeps why some are not there."""

    def __init__(self, client: CachedClient, address: str) -> None:
        self.answers = 0
        self.refusals: list[FetchError] = []
        self._client = client
        self._address = address
        self._allowance = Allowance(bytes_left=_MOST_BYTES, seconds_left=_LONGEST_S, within="file:///")

    async def get(self, key: str) -> bytes | None:
        """Return a document, or None where it is not there; the target itself must be."""
        try:
            reply = await self._client.get_document(urls.below(self._address, key), allowance=self._allowance)
        except FetchError as error:
            if not key or not CODES[error.code].absent:
                raise
            self.refusals.append(error)
            return None
        self.answers += 1
        return reply.body
