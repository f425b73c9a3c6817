"""Which datasets have three characters in a row: lists of dataset numbers by trigram, in small files.

A browser that looks for a word fetches the lists of some of its trigrams and intersects them; what is in all of them
may have the word, and is compared with its text. So a trigram is no more than a hash of 32 bits: two that collide add
candidates, and hide none. Pairs of trigram and dataset are made by numpy in slabs of some thousand datasets and kept
in two bytes each until the files are written, so that a million datasets need some hundred megabytes.
`assets/js/search/grams.js` reads the files. Pure functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sitegen.model import Page
from sitegen.site.columns import make_pack

PROSE, ADDRESS = 0, 1
"""Kinds of texts, which have lists of their own: what people wrote, and addresses."""
_Hashes = NDArray[np.uint32]
_FACTORS = (0x9E3779B1, 0x85EBCA6B, 0xC2B2AE35)
"""Odd numbers that spread the three characters over 32 bits; then the mixing of lowbias32 (Wellons, 2018)."""
_KIND_FACTOR = 0x27D4EB2F
_LINE = 10
_MOST_IN_SLAB = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slab:
    """The trigrams of some datasets that follow one another."""

    first: int
    """Number of the first of them."""
    grams: _Hashes
    """Sorted, each once."""
    starts: NDArray[np.int64]
    """Where the list of each begins in `datasets`; one more for the end."""
    datasets: NDArray[np.uint16]
    """Numbers from `first`, ascending in each list."""


def make_gram_files(slabs: Iterable[Sequence[Sequence[str]]], per_file: int) -> tuple[list[int], list[Page]]:
    """Return the first trigram of each file, and the files, in the order of the trigrams' hashes.

    slabs: for datasets in their order, at most 65,536 at once, the text of each, plain, by kind: prose, addresses;
    lines of a text are apart. per_file: about how many numbers a file has.
    """
    made, first = [], 0
    for texts in slabs:
        made.append(_make_slab(texts, first))
        first += len(texts[0])
    made = [slab for slab in made if len(slab.grams)]
    if not made:
        return [], []
    grams, places = np.unique(np.concatenate([slab.grams for slab in made]), return_inverse=True)
    counts = np.bincount(places, weights=np.concatenate([np.diff(slab.starts) for slab in made])).astype(np.int64)
    numbers = (np.cumsum(counts) - counts) // max(1, per_file)
    firsts = np.flatnonzero(np.diff(numbers, prepend=-1))
    starts = grams[firsts]
    edges = [(*np.searchsorted(slab.grams, starts).tolist(), len(slab.grams)) for slab in made]
    pages = [_make_file(made, [(each[at], each[at + 1]) for each in edges]) for at in range(len(starts))]
    return starts.tolist(), pages


def _make_slab(texts: Sequence[Sequence[str]], first: int) -> _Slab:
    if len(texts[0]) > _MOST_IN_SLAB:
        raise ValueError(f"{len(texts[0]):,} datasets in a slab; at most {_MOST_IN_SLAB:,} fit into 16 bits")
    pairs = np.unique(np.concatenate([_pairs(each, kind) for kind, each in enumerate(texts)]))
    hashes = (pairs >> np.uint64(16)).astype(np.uint32)
    starts = np.flatnonzero(np.diff(hashes.astype(np.int64), prepend=-1))
    return _Slab(
        first=first,
        grams=hashes[starts],
        starts=np.append(starts, len(hashes)),
        datasets=(pairs & np.uint64(0xFFFF)).astype(np.uint16),
    )


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
    """Return a number of 32 bits for each three characters; the first is 0 where there are two. `grams.js` does so."""
    mixed = np.full(len(first), (kind + 1) * _KIND_FACTOR & 0xFFFFFFFF, np.uint32)
    for signs, factor in zip((first, second, third), _FACTORS, strict=True):
        mixed += signs * np.uint32(factor)
    mixed ^= mixed >> np.uint32(16)
    mixed *= np.uint32(0x7FEB352D)
    mixed ^= mixed >> np.uint32(15)
    mixed *= np.uint32(0x846CA68B)
    mixed ^= mixed >> np.uint32(16)
    return mixed


def _make_file(slabs: Sequence[_Slab], ranges: Sequence[tuple[int, int]]) -> Page:
    """Return the lists of some trigrams; ranges: which trigrams of each slab these are."""
    hashes, datasets = [], []
    for slab, (low, high) in zip(slabs, ranges, strict=True):
        lengths = np.diff(slab.starts[low : high + 1])
        hashes.append(np.repeat(slab.grams[low:high], lengths))
        datasets.append(slab.datasets[slab.starts[low] : slab.starts[high]].astype(np.uint32) + np.uint32(slab.first))
    owners = np.concatenate(hashes)
    order = np.argsort(owners, kind="stable")  # slabs follow one another, so datasets stay ascending
    owners, numbers = owners[order], np.concatenate(datasets)[order]
    firsts = np.flatnonzero(np.diff(owners.astype(np.int64), prepend=-1))
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
