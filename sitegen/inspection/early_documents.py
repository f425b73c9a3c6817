"""Documents of a dataset that are requested before it is known whether they are needed.

They are small, spend no bytes of the dataset until they are used, and are dropped where their request failed.
"""

from __future__ import annotations

from dataclasses import dataclass

from sitegen import urls
from sitegen.errors import FetchError
from sitegen.inspection.io import InspectionIO
from sitegen.model.codes import CODES
from sitegen.transfer import Allowance, Response


@dataclass(frozen=True, slots=True)
class EarlyDocument:
    """A document that was requested early."""

    response: Response
    received_bytes: int
    """Its part of the dataset's bytes, spent once it is used."""

    def is_within(self, bytes_left: int) -> bool:
        """Return whether a request that is made now would receive it; one from the cache is not received."""
        return self.response.cached or len(self.response.body) <= bytes_left


class EarlyDocuments:
    """The documents of one dataset that were requested early, until they are taken."""

    def __init__(self, io: InspectionIO, url: str, *, max_bytes: int, max_age_s: float | None) -> None:
        self._io = io
        self._url = url
        self._max_bytes = max_bytes
        self._max_age_s = max_age_s
        self._kept: dict[str, EarlyDocument] = {}

    async def request(self, key: str, allowance: Allowance) -> FetchError | None:
        """Keep a small document until it is taken; return the error where the host says that it is not there.

        allowance: what the dataset may still cost. The request is counted, and its time, but no bytes are spent.
        """
        spent = Allowance(
            bytes_left=self._max_bytes, seconds_left=allowance.seconds_left, local_folder=allowance.local_folder
        )
        try:
            response = await self._io.get_document(
                urls.below(self._url, key), max_bytes=self._max_bytes, max_age_s=self._max_age_s, allowance=spent
            )
        except FetchError as error:
            return error if CODES[error.code].absent else None
        finally:
            allowance.add_cost(spent)
        if len(response.body) <= self._max_bytes:  # a cached document may be longer than `max_bytes`
            self._kept[key] = EarlyDocument(response, spent.bytes_read)
        return None

    def clear(self) -> None:
        """Forget all documents."""
        self._kept.clear()

    def take(self, key: str) -> EarlyDocument | None:
        """Return a document, and forget it; None where it was not requested, or not received."""
        return self._kept.pop(key, None)
