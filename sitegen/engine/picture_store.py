"""Where workers leave pictures for the coordinator, if not in their messages: below any address that fsspec can write.

Each build has a folder of its own there, named at random, and deletes it at its end, so that builds may share a store
and nothing of others is touched. The coordinator copies each picture into its cache when its dataset is finished: from
then on a picture is where it always is. A build that is killed leaves its folder.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TypeVar
from uuid import uuid4

from sitegen.errors import BuildError, UsageError
from sitegen.urls import redact

log = logging.getLogger(__name__)

_PROBE = "probe"
"""Name of the file that is written, read and deleted before a crawl begins."""

T = TypeVar("T")


class PictureStore:
    """The pictures of one build. address: its folder. Raises UsageError where no driver can write there."""

    def __init__(self, address: str) -> None:
        import fsspec  # type: ignore[import-untyped]  # no annotations; costs each worker 6 MB, and few builds have a store

        self.address = address
        self._name = redact(address)
        try:
            local = {"auto_mkdir": True} if address.partition("://")[0] in ("file", "local") else {}
            self._files, self._root = fsspec.url_to_fs(address, **local)
        except ImportError as error:
            raise UsageError(f"engine.pictures: {self._name}: needs a driver: {error}") from None
        except ValueError as error:
            raise UsageError(f"engine.pictures: {self._name}: {error}") from None

    async def check(self) -> None:
        """Write, read and delete a file. Raises BuildError where that is not possible."""
        await self._put(_PROBE, _PROBE.encode())
        if await self._get(_PROBE) != _PROBE.encode():
            raise BuildError(f"engine.pictures: {self._name}: what was written there is not what is read")
        await self._call(f"{_PROBE} cannot be deleted", lambda: self._files.rm_file(f"{self._root}/{_PROBE}"))

    async def put(self, pictures: Mapping[str, bytes]) -> Mapping[str, bytes]:
        """Write the pictures of a dataset; return them without their content. Raises BuildError."""
        await asyncio.gather(*(self._put(path, body) for path, body in pictures.items()))
        return dict.fromkeys(pictures, b"")

    async def get(self, pictures: Mapping[str, bytes]) -> Mapping[str, bytes]:
        """Return pictures with their content, read as far as they have none. Raises BuildError."""
        bodies = await asyncio.gather(*(self._get(path) for path, body in pictures.items() if not body))
        missing = iter(bodies)
        return {path: body or next(missing) for path, body in pictures.items()}

    async def close(self) -> None:
        """Delete the folder; where that fails, a warning says so."""

        def delete() -> None:
            self._files.invalidate_cache()  # workers wrote there
            with suppress(FileNotFoundError):
                self._files.rm(self._root, recursive=True)

        try:
            await self._call("cannot be deleted", delete)
        except BuildError as error:
            log.warning("%s", error)

    async def _put(self, path: str, body: bytes) -> None:
        await self._call(f"{path} cannot be written", lambda: self._files.pipe_file(f"{self._root}/{path}", body))

    async def _get(self, path: str) -> bytes:
        body: bytes = await self._call(f"{path} cannot be read", lambda: self._files.cat_file(f"{self._root}/{path}"))
        return body

    async def _call(self, what: str, function: Callable[[], T]) -> T:
        """Return what a driver returns; whatever it raises becomes a BuildError of one line."""
        try:
            return await asyncio.to_thread(function)
        except Exception as error:
            why = f"{type(error).__name__}: {error}".splitlines()[0][:300]
            raise BuildError(
                f"engine.pictures: {self._name}: {what} ({why}); grant the right to read, write and delete there, "
                "or leave the key out. What was inspected is kept"
            ) from error


def folder_of_build(store: str) -> str:
    """Return an address below a store that no other build has."""
    return f"{store.rstrip('/')}/{uuid4().hex}"
