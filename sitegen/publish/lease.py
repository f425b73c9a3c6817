"""One run at a time writes to a target: a lease, a small file there that says which run holds it, and until when.

Where a store can create an object only if it is not there (Amazon S3 and others, a folder), two runs can never both
hold the lease. Other stores have no such thing; there the file is read back after it is written, and again while the
run works, so that of two runs one ends. A run that was killed leaves its lease: on the same machine the next run sees
that the process is gone, elsewhere it waits for the end of the lease.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import platform
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Protocol

import msgspec

from sitegen.errors import PublishError
from sitegen.transfer import utc

LEASE = ".sitegen-publishing.json"
"""File at the target."""
_LASTS_S = 120.0
"""How long a lease lasts that is not renewed: what the next run may have to wait for one that was killed elsewhere."""
_RENEWED_EVERY_S = 30.0


class LeasedPlace(Protocol):
    """The part of a target that a lease needs."""

    name: str

    def read(self, path: str) -> bytes | None:
        """Return a file; None where there is none."""

    def write(self, path: str, body: bytes) -> None:
        """Write a file."""

    def create(self, path: str, body: bytes) -> bool:
        """Write a file that is not there; False where it is, or the store cannot do so."""

    def delete(self, path: str) -> None:
        """Delete a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """Who writes to a target."""

    run: str
    """Identifies the run."""
    machine: str
    """Digest of the machine's name, which is nobody's business."""
    process: int
    until_s: float
    """End, in seconds since 1970, UTC."""

    def is_over(self) -> bool:
        """Return whether the run has ended, or is taken to have."""
        mine = self.machine == _machine() and self.process != os.getpid()
        return self.until_s <= time.time() or (mine and not _runs(self.process))


@asynccontextmanager
async def leased(place: LeasedPlace) -> AsyncIterator[None]:
    """Hold the lease of a target. Raises PublishError where another run holds it, or takes it meanwhile."""
    lease = Lease(run=uuid.uuid4().hex, machine=_machine(), process=os.getpid(), until_s=time.time() + _LASTS_S)
    await asyncio.to_thread(_take, place, lease)
    try:
        async with asyncio.TaskGroup() as group:
            renewing = group.create_task(_renew(place, lease))
            yield
            renewing.cancel()
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
    finally:
        held = await asyncio.to_thread(_read, place)
        if held and held.run == lease.run:
            await asyncio.to_thread(place.delete, LEASE)


def _take(place: LeasedPlace, lease: Lease) -> None:
    held = _read(place)
    if held and not held.is_over():
        raise _refused(place, held)
    body = msgspec.json.encode(lease)
    if held or not place.create(LEASE, body):
        other = _read(place)
        if other and other != held:
            raise _refused(place, other)
        place.write(LEASE, body)
    _check(place, lease)


async def _renew(place: LeasedPlace, lease: Lease) -> None:
    while True:
        await asyncio.sleep(_RENEWED_EVERY_S)
        await asyncio.to_thread(_check, place, lease)
        longer = replace(lease, until_s=time.time() + _LASTS_S)
        await asyncio.to_thread(place.write, LEASE, msgspec.json.encode(longer))


def _check(place: LeasedPlace, lease: Lease) -> None:
    """Raise PublishError where another run holds the lease now."""
    held = _read(place)
    if held and held.run != lease.run:
        raise _refused(place, held)


def _read(place: LeasedPlace) -> Lease | None:
    """Return the lease of a target; None where there is none, or what is there is not one."""
    body = place.read(LEASE)
    try:
        return None if body is None else msgspec.convert(json.loads(body), Lease)
    except (ValueError, RecursionError):  # msgspec.ValidationError is a ValueError
        return None


def _refused(place: LeasedPlace, held: Lease) -> PublishError:
    return PublishError(
        f"{place.name}: another run is publishing there; run it again after its end, "
        f"or, if it was killed, after {utc(held.until_s)}"
    )


def _machine() -> str:
    return hashlib.sha256(platform.node().encode()).hexdigest()[:16]


def _runs(process: int) -> bool:
    """Return whether a process of this machine runs."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
