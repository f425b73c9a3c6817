"""Hosts that answer `{}` or `[]`, with status 200, for whatever is not there.

None of these is a `zarr.json`, `.zgroup` or `.zarray`, but a single one may be a damaged document. A host gives itself
away at the root: at most one of the three documents is there, so two that are the same empty value are none. The three
are requested only where such a value arrived, and what they say depends on the host alone, never on what else was read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from sitegen import urls
from sitegen.absence import is_empty_json, is_stand_in
from sitegen.errors import FetchError
from sitegen.stores.dataset_store import DatasetStore

EVIDENCE = ("zarr.json", ".zarray", ".zgroup")
"""Documents of the root, in the order in which they are requested."""
_ENOUGH = 2
_MAX_BYTES = 256_000
"""Of a document that is requested; a larger one is not empty."""


def is_sent_for_all(body: bytes, root: Mapping[str, bytes | None]) -> bool:
    """Return whether a host sends an empty value in place of what is not there.

    root: documents of the root by name, None for those that are not there.
    """
    same = [name for name in EVIDENCE if root.get(name) == body]
    return is_empty_json(body) and root.get("zarr.json") is not None and len(same) >= _ENOUGH


class EmptyAnswers:
    """What the host of one dataset means by empty values."""

    def __init__(self, store: DatasetStore, *, max_age_s: float | None) -> None:
        self._store = store
        self._max_age_s = max_age_s
        self._lock = asyncio.Lock()
        self._root: dict[str, bytes | None] = {}

    async def means_absent(self, body: bytes) -> bool:
        """Return whether a body is what the host sends in place of what is not there. At most three requests.

        Raises FetchError where the host gives no answer.
        """
        if not is_empty_json(body) or not urls.is_remote(self._store.url) or self._store.is_archive:
            return False
        async with self._lock:
            for name in EVIDENCE:
                if name not in self._root:
                    self._root[name] = await self._request(name)
                if is_sent_for_all(body, self._root):
                    return True
                first = self._root["zarr.json"]
                if first is None or is_stand_in("zarr.json", first):  # for what is not there it answers so
                    return False
        return False

    async def _request(self, name: str) -> bytes | None:
        try:
            response = await self._store.get_document(name, max_bytes=_MAX_BYTES, max_age_s=self._max_age_s)
        except FetchError as error:
            if error.status == "unreachable":
                raise
            return b"other" if error.code == "too-large" else None
        return response.body
