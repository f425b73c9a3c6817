"""`DatasetStore`: the files of one dataset by key, whether its address is that of a folder or of a ZIP archive.

An address that ends in `.ozx` or `.zip` is read as an archive; where nothing is there, as a folder of that name. Any
other address is read as a folder; where nothing is found in it, `open_file` looks once at the address itself: an
archive is read, and any other file is an error that says what it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from sitegen import urls
from sitegen.errors import FetchError, fetch_error
from sitegen.file_kinds import WEB_PAGE, describe_file, is_zip
from sitegen.model import Problem
from sitegen.model.codes import CODES
from sitegen.spellings import explain_spelling
from sitegen.stores.file_reader import FileReader, ReadLarge
from sitegen.stores.folder_contents import explain_names, probe, read_listing
from sitegen.stores.io import StoreIO
from sitegen.stores.zip_opening import not_zarr, open_zip, other_file
from sitegen.stores.zip_store import ZipStore
from sitegen.transfer import Allowance, ByteRange, Response

_LISTING_BYTES = 1_000_000
"""Of the list of a folder: 5,000 names in the usual form; a longer one is not read."""


async def receive(get: Callable[[], Awaitable[Response]], _: int) -> Response:
    """Receive a large response, for a caller that has enough memory."""
    return await get()


class DatasetStore:
    """The files of the dataset at `url`.

    zipped: whether the address is known as that of an archive, whatever its ending. read_large: receives what takes
    much memory.
    """

    def __init__(
        self, io: StoreIO, url: str, allowance: Allowance, *, zipped: bool = False, read_large: ReadLarge = receive
    ) -> None:
        self.url = url
        self._io = io
        self._reader = FileReader(io=io, url=url, allowance=allowance, read_large=read_large)
        self._opening = asyncio.Lock()
        self._is_file = zipped or urls.is_archive(url)
        self._archive: ZipStore | None = None
        self._failure: FetchError | None = None

    @property
    def allowance(self) -> Allowance:
        """What the next requests may cost."""
        return self._reader.allowance

    @allowance.setter
    def allowance(self, allowance: Allowance) -> None:
        self._reader.allowance = allowance

    @property
    def is_file(self) -> bool:
        """Whether the address is that of an archive, by what is known, if it is there."""
        return self._is_file

    @property
    def is_archive(self) -> bool:
        """Whether it is an archive that was opened."""
        return self._archive is not None

    @property
    def version(self) -> str:
        """What changes with any byte of an archive; empty for a folder."""
        return self._archive.version if self._archive else ""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is odd about the archive."""
        return self._archive.problems if self._archive else ()

    async def get_document(self, key: str, *, max_bytes: int, max_age_s: float | None = None) -> Response:
        """Return a metadata document. Raises FetchError."""
        archive = await self._open()
        if archive:
            return await archive.get_document(key, max_bytes=max_bytes)
        return await self._io.get_document(
            urls.below(self.url, key), max_bytes=max_bytes, max_age_s=max_age_s, allowance=self.allowance
        )

    async def get(self, key: str, byte_range: ByteRange | None, *, max_bytes: int) -> Response:
        """Return a stored object, or a byte range of it. Raises FetchError."""
        archive = await self._open()
        if archive:
            return await archive.get(key, byte_range, max_bytes=max_bytes)
        return await self._io.get(
            urls.below(self.url, key), byte_range=byte_range, max_bytes=max_bytes, allowance=self.allowance
        )

    async def open_file(self, *, max_age_s: float | None = None, sends_nothing: bool = False) -> bool:
        """Return whether the address, below which nothing was found, is that of an archive: then read it again.

        Raises FetchError where the address is that of any other file, or of a folder with other things. One request,
        of a few hundred bytes, unless it is an archive; of a folder, one or two more. sends_nothing: whether the host
        sends an empty file for what is not there.
        """
        if self._is_file:
            if self._failure and CODES[self._failure.code].absent:
                await self._raise_for_folder(self._failure, max_age_s)
            if self._failure:
                raise self._failure
            return False
        try:
            head = (await self._reader.head(max_age_s=max_age_s)).body
        except FetchError as error:
            await self._raise_for_folder(error, max_age_s)
            if error.code == "html-answer":
                raise error.with_traceback(None) from None
            if error.code == "range-beyond-end" and not sends_nothing:
                raise other_file(self._reader, b"") from None
            return False
        if not is_zip(head):
            failure = other_file(self._reader, head)
            if describe_file(head) == WEB_PAGE:
                await self._raise_for_folder(failure, max_age_s)
            if head or not sends_nothing:
                raise failure
            return False
        self._is_file = True
        return True

    async def _raise_for_folder(self, failure: FetchError, max_age_s: float | None) -> None:
        """Raise FetchError where the address, which `failure` is about, is that of a folder that can be described."""
        is_page = failure.code in ("html-answer", "other-file")
        if not (is_page or CODES[failure.code].absent):
            return
        explanation = None
        if is_page or not urlsplit(self.url).scheme.startswith("http"):
            listing = await self._try("", max_age_s, listing=True)
            names = None if listing is None else read_listing(self.url, listing)
            # Of an object store, nothing is listed where no folder is.
            if names or (names is not None and urls.scheme(self.url) not in ("s3", "gs")):
                explanation = explain_names(names)
        else:
            explanation = await probe(lambda key: self._try(key, max_age_s))
        if explanation:
            raise not_zarr(self._reader, *explanation)
        if hint := explain_spelling(self.url):
            raise fetch_error(failure.code, str(failure), hint=f"{failure.hint} {hint}")

    async def _try(self, key: str, max_age_s: float | None, *, listing: bool = False) -> bytes | None:
        """Return a document or a list of a folder; None where it cannot be read, as nothing depends on it."""
        address = f"{self.url.rstrip('/')}/" if listing else urls.below(self.url, key)
        try:
            response = await self._io.get_document(
                address,
                max_bytes=_LISTING_BYTES,
                max_age_s=max_age_s,
                allowance=self.allowance,
                optional=True,
                listing=listing,
            )
        except FetchError:
            return None
        return response.body

    async def _open(self) -> ZipStore | None:
        """Return the archive; None for a folder. Raises FetchError where the archive cannot be read."""
        if not self._is_file:
            return None
        async with self._opening:
            if self._archive is None and self._failure is None:
                try:
                    self._archive = await open_zip(self._reader)
                except FetchError as error:
                    self._failure = error
        if self._failure and not CODES[self._failure.code].absent:
            raise self._failure.with_traceback(None)
        return self._archive
