"""Which datasets have three characters in a row: lists of dataset numbers by trigram, in small files.

A browser that looks for a word fetches the lists of some of its trigrams and intersects them; what is in all of them
may have the word, and is compared with its text. So a trigram is no more than a hash of 31 bits: two that collide add
candidates, and hide none. Pairs of trigram and dataset are made by numpy in slabs of some thousand datasets and kept
in two bytes each in a temporary file until the files are made: of a million datasets, some 400 MB.
`assets/js/search/grams.js` reads the files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sitegen.model import Page
from sitegen.site.columns import make_pack
from sitegen.site.spill import Spill
from sitegen.slab_workers import Run

PROSE, ADDRESS = 0, 1
"""Kinds of texts, which have lists of their own: what people wrote, and addresses."""
_Hashes = NDArray[np.uint32]
_FACTORS = (0x9E3779B1, 0x85EBCA6B, 0xC2B2AE35)
"""Odd numbers that spread the three characters over 32 bits; then the mixing of lowbias32 (Wellons, 2018)."""
_SEED = 0x27D4EB2F
_LINE = 10
_MOST_IN_SLAB = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class GramSlab:
    """The trigrams of some datasets that follow one another."""

    count: int
    """How many datasets these are."""
    grams: _Hashes
    """Sorted, each once."""
    starts: NDArray[np.uint32]
    """Where the list of each begins in `datasets`; one more for the end."""
    datasets: NDArray[np.uint16]
    """Numbers from the first of them, ascending in each list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _KeptSlab:
    """A `GramSlab`, whose lists are in a temporary file."""

    first: int
    """Number of its first dataset."""
    grams: _Hashes
    starts: NDArray[np.uint32]
    offset: int
    """Of its lists in the file, in bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _FileJob:
    """What a file is made of: pairs of trigram and dataset, ascending for each trigram."""

    hashes: _Hashes
    datasets: NDArray[np.uint32]


def make_gram_slab(texts: Sequence[Sequence[str]]) -> GramSlab:
    """Return the trigrams of datasets, at most 65,536 at once.

    texts: the text of each, plain, by kind: prose, addresses; lines of a text are apart.
    """
    if len(texts[0]) > _MOST_IN_SLAB:
        raise ValueError(f"{len(texts[0]):,} datasets in a slab; at most {_MOST_IN_SLAB:,} fit into 16 bits")
    pairs = np.concatenate([_pairs(each, kind) for kind, each in enumerate(texts)])
    pairs.sort()  # a tenth of the time of np.unique, which puts them into a hash table
    pairs = pairs[_is_new(pairs)]
    hashes = (pairs >> np.uint64(16)).astype(np.uint32)
    starts = np.flatnonzero(_is_new(hashes))
    return GramSlab(
        count=len(texts[0]),
        grams=hashes[starts],
        starts=np.append(starts, len(hashes)).astype(np.uint32),
        datasets=(pairs & np.uint64(0xFFFF)).astype(np.uint16),
    )


class GramSlabs:
    """The trigrams of all datasets, which are added slab by slab, in their order; the lists are in a temporary file."""

    def __init__(self, spill: Spill) -> None:
        self._spill = spill
        self._count = 0
        self._slabs: list[_KeptSlab] = []

    def add(self, slab: GramSlab) -> None:
        """Add the trigrams of the next datasets."""
        if len(slab.grams):
            offset = self._spill.add(slab.datasets.tobytes()).start
            kept = _KeptSlab(first=self._count, grams=slab.grams, starts=slab.starts, offset=offset)
            self._slabs.append(kept)
        self._count += slab.count

    def make_files(self, per_file: int, run: Run = map) -> tuple[list[int], list[Page]]:
        """Return the first trigram of each file, and the files, in the order of the trigrams' hashes.

        per_file: about how many numbers a file has.
        """
        if not self._slabs:
            return [], []
        starts = _first_grams(self._slabs, per_file)
        edges = [(*np.searchsorted(slab.grams, starts).tolist(), len(slab.grams)) for slab in self._slabs]
        jobs = (self._make_job([(each[at], each[at + 1]) for each in edges]) for at in range(len(starts)))
        return starts.tolist(), list(run(_make_file, jobs))

    def _make_job(self, ranges: Sequence[tuple[int, int]]) -> _FileJob:
        """Return what a file is made of. ranges: which trigrams of each slab."""
        hashes, datasets = [], []
        for slab, (low, high) in zip(self._slabs, ranges, strict=True):
            if low < high:
                starts = slab.starts[low : high + 1]
                hashes.append(np.repeat(slab.grams[low:high], np.diff(starts)))
                place = slice(slab.offset + 2 * int(starts[0]), slab.offset + 2 * int(starts[-1]))
                numbers = np.frombuffer(self._spill.read(place), np.uint16)
                datasets.append(numbers + np.uint32(slab.first))
        return _FileJob(hashes=np.concatenate(hashes), datasets=np.concatenate(datasets))


def _first_grams(slabs: Sequence[_KeptSlab], per_file: int) -> _Hashes:
    """Return the first trigram of each file."""
    grams = np.concatenate([slab.grams for slab in slabs])
    lengths = np.concatenate([np.diff(slab.starts) for slab in slabs])
    order = np.argsort(grams, kind="stable")
    grams = grams[order]
    firsts = np.flatnonzero(_is_new(grams))
    counts = np.add.reduceat(lengths[order].astype(np.int64), firsts)
    numbers = (np.cumsum(counts) - counts) // max(1, per_file)
    found: _Hashes = grams[firsts[np.flatnonzero(_is_new(numbers))]]
    return found


def _is_new(ordered: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which of the sorted numbers are not as the one before."""
    is_new = np.ones(len(ordered), np.bool_)
    is_new[1:] = ordered[1:] != ordered[:-1]
    return is_new


def _pairs(texts: Sequence[str], kind: int) -> NDArray[np.uint64]:
    """Return hash and dataset in one number, for each three characters of prose or address; of prose also for two."""
    signs = np.frombuffer("\n".join((*texts, "")).encode("utf-32-le"), np.uint32)
    owners = np.repeat(np.arange(len(texts), dtype=np.uint64), [len(text) + 1 for text in texts])
    is_sign = signs != _LINE
    whole = is_sign[:-2] & is_sign[1:-1] & is_sign[2:]
    found = [_joined(_hash(signs[:-2][whole], signs[1:-1][whole], signs[2:][whole], kind), owners[:-2][whole])]
    if kind == PROSE:
        two = is_sign[:-1] & is_sign[1:]
        none = np.zeros(int(two.sum()), np.uint32)
        found.append(_joined(_hash(none, signs[:-1][two], signs[1:][two], kind), owners[:-1][two]))
    return np.concatenate(found)


def _joined(hashes: _Hashes, owners: NDArray[np.uint64]) -> NDArray[np.uint64]:
    return (hashes.astype(np.uint64) << np.uint64(16)) | owners


def _hash(first: _Hashes, second: _Hashes, third: _Hashes, kind: int) -> _Hashes:
    """Return a number of 32 bits for each three characters; the first is 0 where there are two. `grams.js` does so.

    Its last bit is the kind: a word is looked for in both, and lists of the same characters are neighbors in a file.
    """
    mixed = np.full(len(first), _SEED, np.uint32)
    for signs, factor in zip((first, second, third), _FACTORS, strict=True):
        mixed += signs * np.uint32(factor)
    mixed ^= mixed >> np.uint32(16)
    mixed *= np.uint32(0x7FEB352D)
    mixed ^= mixed >> np.uint32(15)
    mixed *= np.uint32(0x846CA68B)
    mixed ^= mixed >> np.uint32(16)
    return mixed & np.uint32(0xFFFFFFFE) | np.uint32(kind)


def _make_file(job: _FileJob) -> Page:
    order = np.argsort(job.hashes, kind="stable")  # slabs follow one another, so datasets stay ascending
    owners, numbers = job.hashes[order], job.datasets[order]
    firsts = np.flatnonzero(_is_new(owners))
    steps = np.diff(numbers, prepend=np.uint32(0))
    steps[firsts] = numbers[firsts]
    content, lengths = _as_varints(steps)
    grams = owners[firsts]
    parts = {
        "grams": _as_varints(np.diff(grams, prepend=np.uint32(0)))[0],
        "sizes": _as_varints(np.add.reduceat(lengths, firsts).astype(np.uint32))[0],
        "lists": content,
    }
    return make_pack("grams", parts)


def _as_varints(values: NDArray[np.uint32]) -> tuple[bytes, NDArray[np.int64]]:
    """Return numbers in as many bytes as each needs, 7 bits in each, lowest first, and how many bytes these are."""
    lengths = np.ones(len(values), np.int64)
    for bits in (7, 14, 21, 28):
        lengths += values >= 1 << bits
    ends = np.cumsum(lengths)
    starts = ends - lengths
    found = np.empty(int(ends[-1]), np.uint8)
    for place in range(int(lengths.max())):
        has = lengths > place
        more = (lengths[has] > place + 1).astype(np.uint8) << 7
        found[starts[has] + place] = (values[has] >> np.uint32(7 * place)).astype(np.uint8) & 127 | more
    return found.tobytes(), lengths
