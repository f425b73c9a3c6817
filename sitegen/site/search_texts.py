"""The texts that the search looks into, as files: whole where they are small, else in blocks with lists by trigram.

What is small is one number, `Sizes.stems`. Below it, all stems and templates are one file, which a first search
transfers, and nothing else is made. Above it, stems and the texts that are as large are cut into blocks of datasets;
lists by trigram (`search_grams.py`) tell which blocks may have a word, and the words of all texts are in files of
their own, in which typing errors and other spellings are looked up. Texts are made as they are written, some thousand
datasets at a time. `assets/js/search/shards.js` reads the files. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from sitegen import urls
from sitegen.model import Page, Record
from sitegen.site.columns import (
    STEM,
    as_json,
    as_planes,
    front_coded,
    make_codes,
    make_file,
    make_pack,
    make_template,
    plain,
)
from sitegen.site.field import TextField
from sitegen.site.fields import TEXTS
from sitegen.site.search_grams import make_gram_files

_ADDRESSES = {"url", "origin"}
"""Texts that people do not write; `text.js` has the same ones."""
_DIGEST = slice(-14, -4)
"""What of a file's path tells it from others of its kind."""
_RUN = re.compile(r"[^\W\d_]+")
_BEYOND = re.compile("[\U00010000-\U0010ffff]")
"""Letters that JavaScript counts as two; the search takes them for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much is in one file of the search; the numbers of a site are those of the defaults."""

    stems: int = 400_000
    """Characters of all stems, and of the templates of a text, up to which they are transferred whole: 22,000 datasets
    with stems as long as those of the Challenge. 400,000 characters are about 50 kB after gzip."""
    block: int = 1024
    """Datasets in a block of texts: about 12 kB."""
    read: int = 128
    """Blocks up to which a catalog may have all of them read for one word, so that every answer is exact."""
    read_of_more: int = 48
    """Blocks that are read for one word where there are more; what is in more of them is not compared with texts."""
    lists: int = 48_000
    """Numbers in a file of lists by trigram: about 20 kB."""
    words: int = 4096
    """Words in a file of them."""
    names: int = 1024
    """Names of files of one kind in the manifest; where there are more, they are in files of half as many."""


SIZES = Sizes()


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFiles:
    """The files with all texts."""

    first: Page
    """The one that every search of words reads."""
    others: tuple[Page, ...]
    """None where all texts are in the first."""


def is_large(order: Sequence[Record], sizes: Sizes) -> bool:
    """Return whether the stems of the records are too long to be transferred whole."""
    total = 0
    for record in order:
        total += len(_stem(record))
        if total > sizes.stems:
            return True
    return False


def make_text_files(order: Sequence[Record], names: Iterable[str], sizes: Sizes) -> TextFiles:
    """Return the stems, and for each text its templates and every record's number of one; large ones in blocks.

    names: what queries call the values of facets, by line.
    """
    if is_large(order, sizes):
        return _make_large(order, names, sizes)
    stems = [_stem(record) for record in order]
    parts = _named("stem", front_coded(stems))
    for text in TEXTS:
        parts |= _whole(text.key, *make_codes(make_template_column(order, text)))
    return TextFiles(first=make_pack("texts", parts), others=())


def make_template_column(order: Sequence[Record], text: TextField) -> Iterator[str]:
    """Yield each record's text with its stem cut out."""
    return (make_template(plain(text.value(record) or ""), _stem(record)) for record in order)


def _stem(record: Record) -> str:
    return plain(urls.stem(record.url))


def _named(key: str, parts: dict[str, bytes]) -> dict[str, bytes]:
    return {f"{key}.{part}": content for part, content in parts.items()}


def _whole(key: str, different: Iterable[str], codes: Sequence[int]) -> dict[str, bytes]:
    return _named(key, front_coded(tuple(different))) | {f"{key}.codes": as_planes(codes)}


def _make_large(order: Sequence[Record], names: Iterable[str], sizes: Sizes) -> TextFiles:
    cut = [text for text in TEXTS if _is_long(make_template_column(order, text), sizes.stems)]
    whole = [text for text in TEXTS if text not in cut]
    parts: dict[str, bytes] = {}
    words = _runs("\n".join(names))
    blocks: list[Page] = []
    for text in whole:
        different, codes = make_codes(make_template_column(order, text))
        parts |= _whole(text.key, different, codes)
        if text.key not in _ADDRESSES:
            words |= _runs("\n".join(each for each in different if STEM not in each))

    def slabs() -> Iterator[tuple[list[str], list[str]]]:
        for start in range(0, len(order), 16 * sizes.block):
            slab = _Slab(order[start : start + 16 * sizes.block], cut, whole)
            words.update(_runs("\n".join(slab.prose)))
            blocks.extend(slab.make_block(at, sizes.block) for at in range(0, len(slab.stems), sizes.block))
            yield slab.prose, slab.addresses

    starts, grams = make_gram_files(slabs(), sizes.lists)
    ordered = sorted(words)
    firsts = range(0, len(ordered), sizes.words)
    word_files = [make_file("words", "\n".join(ordered[at : at + sizes.words]).encode()) for at in firsts]
    few = len(blocks) <= sizes.read
    parts["shards"] = as_json(
        {
            "perBlock": sizes.block,
            "mostRead": len(blocks) if few else min(sizes.read_of_more, len(blocks)),
            "columns": [text.key for text in cut],
            "blocks": _digests(blocks),
            "grams": _digests(grams),
            "starts": [start - before for before, start in zip([0, *starts], starts, strict=False)],
            "words": _digests(word_files),
            "firsts": [ordered[at] for at in firsts],
        }
    )
    return TextFiles(first=make_pack("texts", parts), others=(*blocks, *grams, *word_files))


def _is_long(texts: Iterable[str], most: int) -> bool:
    """Return whether different texts have more characters than that, without keeping more."""
    known: set[str] = set()
    total = 0
    for text in texts:
        if text not in known:
            known.add(text)
            total += len(text)
            if total > most:
                return True
    return False


class _Slab:
    """The texts of some records, made once for blocks, lists by trigram and words."""

    def __init__(self, records: Sequence[Record], cut: Sequence[TextField], whole: Sequence[TextField]) -> None:
        self.stems = [_stem(record) for record in records]
        self._cut = {text.key: [plain(text.value(record) or "") for record in records] for text in cut}
        crossed = {text.key: self._with_stems(text, records) for text in whole}
        self.prose = self._joined(lambda key: key not in _ADDRESSES, crossed, self.stems)
        self.addresses = self._joined(lambda key: key in _ADDRESSES, crossed)

    def _with_stems(self, text: TextField, records: Sequence[Record]) -> list[str]:
        """Return the texts in which a word may begin in the stem and end beside it, as the whole of it."""
        texts = (plain(text.value(record) or "") for record in records)
        return [own if STEM in make_template(own, stem) else "" for own, stem in zip(texts, self.stems, strict=True)]

    def _joined(self, is_own: Callable[[str], bool], crossed: dict[str, list[str]], *more: list[str]) -> list[str]:
        columns = [column for key, column in {**self._cut, **crossed}.items() if is_own(key)]
        return ["\n".join(filter(None, texts)) for texts in zip(*more, *columns, strict=True)] or [""] * len(self.stems)

    def make_block(self, start: int, count: int) -> Page:
        """Return the stems and long texts of some of the records."""
        stems = self.stems[start : start + count]
        parts = _named("stem", front_coded(stems))
        for key, texts in self._cut.items():
            own = [make_template(text, stem) for text, stem in zip(texts[start : start + count], stems, strict=True)]
            parts |= _named(key, front_coded(own))
        return make_pack("blocks", parts)


def _runs(text: str) -> set[str]:
    """Return the letters that follow one another in a text, as far as they go; `words.js` tells letters alike."""
    found = set(_RUN.findall(text if text.isascii() else _BEYOND.sub(" ", text)))
    odd = {run for run in found if not run.isalpha()}  # numbers that are no digits
    return (found - odd) | {
        part for run in odd for part in re.split("|".join(set(filter(_is_other, run))), run) if part
    }


def _is_other(sign: str) -> bool:
    return not sign.isalpha()


def _digests(pages: Sequence[Page]) -> str:
    return "".join(page.path[_DIGEST] for page in pages)
