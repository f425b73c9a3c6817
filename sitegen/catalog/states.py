"""What a build found of each dataset, as far as the next one needs it to tell what changed.

A digest stands for what a dataset states of itself: axes, shapes, chunks, channels, wells, labels. What lists state,
pictures, dates and problems do not count. The states of a catalog are one text in the cache, about 40 bytes a dataset.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter

import msgspec

from sitegen.cache.folder import Cache
from sitegen.model import Record
from sitegen.urls import dataset_id

log = logging.getLogger(__name__)

_STATED = (
    *("kind", "ome_zarr_version", "zarr_format", "axes", "shape", "dtype", "chunks", "shards", "codecs", "levels"),
    *("metadata", "image_path", "series", "label_images"),
)
_OF_PLATE = ("rows", "columns", "wells", "fields", "row_names", "column_names", "acquisitions")
_of_dataset, _of_plate = attrgetter(*_STATED), attrgetter(*_OF_PLATE)
_DIGEST_CHARACTERS = 16
"""Of SHA-256, in hexadecimal: two states of one dataset have to differ, not all datasets of the world."""
_KEY_CHARACTERS = 12
"""Of the end of an `id`: the hash of the address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetState:
    """What was found of one dataset."""

    valid: bool | None
    digest: str


States = Mapping[str, DatasetState]
"""`state_key` → state."""


def state_key(record: Record) -> str:
    """Return the key of a dataset, which depends on its address alone."""
    return _key(record.id)


def _key(id_: str) -> str:
    return id_[-_KEY_CHARACTERS:]


def state_of(record: Record) -> DatasetState:
    """Return what was found of a dataset."""
    found = record.found
    stated = dict(zip(_STATED, _of_dataset(found), strict=True))
    plate = dict(zip(_OF_PLATE, _of_plate(found.plate), strict=True)) if found.plate else {}
    body = msgspec.json.encode([stated, plate])
    return DatasetState(valid=found.valid, digest=hashlib.sha256(body).hexdigest()[:_DIGEST_CHARACTERS])


def states_note(name: str) -> str:
    """Return the name under which the cache keeps the states of a catalog."""
    return f"states:{name}"


def read_states(cache: Cache, name: str) -> States:
    """Return what a catalog's last build found; nothing, with a warning, where it cannot be read."""
    note = cache.note(states_note(name))
    try:
        kept = msgspec.json.decode(note, type=dict[str, tuple[bool | None, str]]) if note else {}
    except msgspec.MsgspecError as error:
        log.warning(
            "%s: what the last build found is damaged, so not all changes are reported: %s", cache.folder, error
        )
        return {}
    return {key: DatasetState(valid=valid, digest=digest) for key, (valid, digest) in kept.items()}


def write_states(records: Iterable[Record], earlier: States, *, left_out: Iterable[str] = ()) -> str:
    """Return the text that the cache keeps; of a dataset that cannot be read now, what was found when it could.

    left_out: addresses of datasets that are listed and have no record.
    """
    keys = [_key(dataset_id(url)) for url in left_out]
    states = {key: earlier[key] for key in sorted(keys) if key in earlier}
    states |= {state_key(record): state for record in records if (state := _known(record, earlier))}
    return msgspec.json.encode({key: (each.valid, each.digest) for key, each in states.items()}).decode()


def _known(record: Record, earlier: States) -> DatasetState | None:
    return state_of(record) if record.found.status in ("ok", "stale") else earlier.get(state_key(record))
