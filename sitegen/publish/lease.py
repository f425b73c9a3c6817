"""One run at a time writes to a target: each run that wants to has a lease there, a small file with a name of its own.

A run writes its lease, and then lists those of others; it works only if there is none. So of two runs at once, the one
that lists last sees the other: both can never work, on any store whose listings show what was written before (folders,
Amazon S3, Google Cloud Storage, MinIO, Ceph). No store needs to support conditional writes. Of runs that wait for each
other, the one whose name sorts first goes on. A run that was killed leaves its lease: on the same machine the next run
sees that the process is gone, elsewhere it has to wait for the end of the lease. Clocks may differ by a minute.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import platform
import sys
import time
import uuid
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Annotated, Protocol

import msgspec

from sitegen.errors import PublishError
from sitegen.transfer import utc

LEASES = ".sitegen-publishing/"
"""Folder at the target."""
_LASTS_S = 120.0
"""How long a lease lasts that is not renewed: what the next run may have to wait for one that was killed elsewhere."""
_RENEWED_EVERY_S = 30.0
_LOOKED_EVERY_S = 0.25
_LOOKS = 40
"""How often a run looks whether one that waits, too, has given way."""
_YEAR_9999_S = 253_402_300_799
"""The last second that can be shown as a date."""


class LeasedPlace(Protocol):
    """The part of a target that leases need."""

    name: str

    def names(self, folder: str) -> Iterable[str]:
        """Return the paths of the files below a folder, which ends with a slash."""

    def read(self, path: str) -> bytes | None:
        """Return a file; None where there is none."""

    def write(self, path: str, body: bytes) -> None:
        """Write a file."""

    def delete(self, path: str) -> None:
        """Delete a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """Who writes to a target, or wants to."""

    run: str
    """Identifies the run."""
    machine: str
    """Digest of the machine's name, which is nobody's business."""
    process: int
    until_s: Annotated[float, msgspec.Meta(ge=0, le=_YEAR_9999_S)]
    """End, in seconds since 1970, UTC."""
    is_held: bool = False
    """Whether the run works; otherwise it waits for others to give way."""

    @property
    def path(self) -> str:
        """Its path below the target."""
        return f"{LEASES}{self.run}.json"

    def is_over(self) -> bool:
        """Return whether the run has ended, or is taken to have."""
        mine = self.machine == _machine() and self.process != os.getpid()
        return self.until_s <= time.time() or (mine and not _runs(self.process))


@asynccontextmanager
async def leased(place: LeasedPlace) -> AsyncIterator[None]:
    """Hold the lease of a target. Raises PublishError where another run holds one, or ours was taken away."""
    lease = Lease(run=uuid.uuid4().hex, machine=_machine(), process=os.getpid(), until_s=time.time() + _LASTS_S)
    try:
        await _take(place, lease)
        async with asyncio.TaskGroup() as group:
            renewing = group.create_task(_renew(place, lease))
            yield
            renewing.cancel()
    except BaseException as error:  # Ctrl-C, too
        with suppress(PublishError):  # what ended the run says more
            await asyncio.to_thread(place.delete, lease.path)
        if isinstance(error, ExceptionGroup):
            raise error.exceptions[0] from None
        raise
    await asyncio.to_thread(place.delete, lease.path)


async def _take(place: LeasedPlace, lease: Lease) -> None:
    await asyncio.to_thread(_write, place, lease)
    for _ in range(_LOOKS):
        others = await asyncio.to_thread(_others, place, lease)
        if not others:
            await asyncio.to_thread(_write, place, replace(lease, is_held=True))
            return
        first = min(others, key=lambda other: (not other.is_held, other.run))
        if first.is_held or first.run < lease.run:
            break
        await asyncio.sleep(_LOOKED_EVERY_S)
    raise _refused(place, first)


async def _renew(place: LeasedPlace, lease: Lease) -> None:
    while True:
        await asyncio.sleep(_RENEWED_EVERY_S)
        longer = replace(lease, is_held=True, until_s=time.time() + _LASTS_S)
        await asyncio.to_thread(_renew_once, place, longer)


def _renew_once(place: LeasedPlace, lease: Lease) -> None:
    """Write a lease again. Raises PublishError where it is gone: this machine slept, and another run began."""
    if place.read(lease.path) is None:
        raise PublishError(f"{place.name}: the lease of this run was taken away; run it again")
    _write(place, lease)


def _write(place: LeasedPlace, lease: Lease) -> None:
    place.write(lease.path, msgspec.json.encode(lease))


def _others(place: LeasedPlace, mine: Lease) -> Sequence[Lease]:
    """Return the leases of other runs; delete those that are over."""
    found = []
    for path in place.names(LEASES):
        if path == mine.path or not path.endswith(".json"):  # the other is one that is being written
            continue
        lease = _read(place, path)
        if lease is None or lease.is_over():
            place.delete(path)
        else:
            found.append(lease)
    return found


def _read(place: LeasedPlace, path: str) -> Lease | None:
    """Return a lease; None where it is gone, or what is there is not one."""
    body = place.read(path)
    try:
        return None if body is None else msgspec.convert(json.loads(body), Lease)
    except (ValueError, RecursionError, msgspec.ValidationError):  # of 0.19, the last is no ValueError
        return None


def _refused(place: LeasedPlace, held: Lease) -> PublishError:
    return PublishError(
        f"{place.name}: another run is publishing there; run it again after its end, "
        f"or, if it was killed, after {utc(held.until_s)}"
    )


def _machine() -> str:
    return hashlib.sha256(platform.node().encode()).hexdigest()[:16]


def _runs(process: int) -> bool:
    """Return whether a process of this machine runs; True where that cannot be asked without harm."""
    if sys.platform != "win32":  # there, signal 0 is Ctrl-C
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
        except (OSError, OverflowError):
            return True
    return True
