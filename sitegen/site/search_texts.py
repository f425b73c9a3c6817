"""The texts that the search looks into, as files: whole where they are small, else in blocks with lists by trigram.

What is small is one number, `Sizes.stems`. Below it, all stems and templates are one file, which a first search
transfers, and nothing else is made. Above it, stems and the texts that are as large are cut into blocks of datasets;
lists by trigram (`search_grams.py`) tell which blocks may have a word, and the words of all texts are in files of
their own, in which typing errors and other spellings are looked up. All is made of some thousand datasets at a time.
`assets/js/search/shards.js` reads the files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sitegen.model import Page
from sitegen.site.coded import Coded, join
from sitegen.site.columns import STEM, as_json, as_planes, front_coded, make_file, make_pack
from sitegen.site.fields import TEXTS
from sitegen.site.search_grams import GramSlab, GramSlabs, make_gram_slab
from sitegen.site.search_slabs import SlabTexts
from sitegen.site.spill import Spill
from sitegen.slab_workers import Run

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
    late_names: int = 128
    """The same of what only the table needs: 8 bytes each of the manifest, which every search waits for."""


SIZES = Sizes()


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFiles:
    """The files with all texts."""

    first: Page
    """The one that every search of words reads."""
    others: tuple[Page, ...]
    """None where all texts are in the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _BlockJob:
    """What blocks, lists by trigram and words of some datasets are made of."""

    texts: bytes
    """`SlabTexts`, packed."""
    cut: frozenset[str]
    """Keys of the texts that are in blocks; the others are whole."""
    block: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Blocks:
    """What is made of them."""

    pages: list[Page]
    grams: GramSlab
    words: set[str]


def make_text_files(
    packed: Sequence[bytes], names: Iterable[str], sizes: Sizes, *, is_large: bool, run: Run = map
) -> TextFiles:
    """Return the stems, and for each text its templates and every record's number of one; large ones in blocks.

    packed: `SlabTexts` of all datasets. names: what queries call the values of facets, by line. is_large: whether
    there is too much to be transferred whole.
    """
    if is_large:
        return _make_large(packed, names, sizes, run)
    slabs = [SlabTexts.unpack(each) for each in packed]
    parts = _named("stem", front_coded([stem for slab in slabs for stem in slab.stems]))
    for text in TEXTS:
        parts |= _whole(text.key, join([slab.templates[text.key] for slab in slabs]))
    return TextFiles(first=make_pack("texts", parts), others=())


def _named(key: str, parts: dict[str, bytes]) -> dict[str, bytes]:
    return {f"{key}.{part}": content for part, content in parts.items()}


def _whole(key: str, templates: Coded[str]) -> dict[str, bytes]:
    return _named(key, front_coded(templates.different)) | {f"{key}.codes": as_planes(templates.codes)}


def _make_large(packed: Sequence[bytes], names: Iterable[str], sizes: Sizes, run: Run) -> TextFiles:
    whole = _short_texts(packed, sizes.stems)
    parts: dict[str, bytes] = {}
    words = _runs("\n".join(names))
    for key, templates in whole.items():
        parts |= _whole(key, templates)
        if key not in _ADDRESSES:
            words |= _runs("\n".join(each for each in templates.different if STEM not in each))
    cut = [text.key for text in TEXTS if text.key not in whole]
    jobs = (_BlockJob(texts=texts, cut=frozenset(cut), block=sizes.block) for texts in packed)
    blocks: list[Page] = []
    with Spill() as spill:
        slabs = GramSlabs(spill)
        for made in run(_make_blocks, jobs):
            blocks += made.pages
            slabs.add(made.grams)
            words |= made.words
        starts, grams = slabs.make_files(sizes.lists, run)
    ordered = sorted(words)
    firsts = range(0, len(ordered), sizes.words)
    word_files = [make_file("words", "\n".join(ordered[at : at + sizes.words]).encode()) for at in firsts]
    few = len(blocks) <= sizes.read
    parts["shards"] = as_json(
        {
            "perBlock": sizes.block,
            "mostRead": len(blocks) if few else min(sizes.read_of_more, len(blocks)),
            "columns": cut,
            "blocks": _digests(blocks),
            "grams": _digests(grams),
            "starts": [start - before for before, start in zip([0, *starts], starts, strict=False)],
            "words": _digests(word_files),
            "firsts": [ordered[at] for at in firsts],
        }
    )
    return TextFiles(first=make_pack("texts", parts), others=(*blocks, *grams, *word_files))


def _short_texts(packed: Sequence[bytes], most: int) -> dict[str, Coded[str]]:
    """Return the texts whose different templates have no more characters than that."""
    known: dict[str, set[str]] = {text.key: set() for text in TEXTS}
    sizes = dict.fromkeys(known, 0)
    parts: dict[str, list[Coded[str]]] = {key: [] for key in known}
    for each in packed:
        templates = SlabTexts.unpack(each).templates
        for key in list(parts):
            sizes[key] += sum(len(text) for text in templates[key].different if text not in known[key])
            known[key].update(templates[key].different)
            parts[key].append(templates[key])
            if sizes[key] > most:
                del parts[key], known[key]
    return {key: join(own) for key, own in parts.items()}


def _make_blocks(job: _BlockJob) -> _Blocks:
    texts = SlabTexts.unpack(job.texts)
    prose, addresses = _lines(texts, job.cut)
    return _Blocks(
        pages=[_make_block(texts, job, start) for start in range(0, len(texts.stems), job.block)],
        grams=make_gram_slab([prose, addresses]),
        words=_runs("\n".join(prose)),
    )


def _lines(texts: SlabTexts, cut: frozenset[str]) -> tuple[list[str], list[str]]:
    """Return for each dataset what has lists by trigram: prose, with the stem, and addresses; lines are apart.

    Of texts that are whole, those in which a word may begin in the stem and end beside it.
    """
    columns: dict[bool, list[Iterable[str]]] = {True: [texts.stems], False: []}
    for key, templates in texts.templates.items():
        shown = [key in cut or STEM in template for template in templates.different]
        own = [
            templates.different[code].replace(STEM, stem) if shown[code] else ""
            for code, stem in zip(templates.codes.tolist(), texts.stems, strict=True)
        ]
        columns[key not in _ADDRESSES].append(own)
    prose, addresses = (_joined(own) for own in columns.values())
    return prose, addresses


def _joined(columns: Sequence[Iterable[str]]) -> list[str]:
    """Return the texts of each dataset by line."""
    return ["\n".join(filter(None, lines)) for lines in zip(*columns, strict=True)]


def _make_block(texts: SlabTexts, job: _BlockJob, start: int) -> Page:
    """Return the stems and long texts of some of the datasets."""
    part = slice(start, start + job.block)
    parts = _named("stem", front_coded(texts.stems[part]))
    for text in TEXTS:
        if text.key in job.cut:
            templates = texts.templates[text.key]
            own = [templates.different[code] for code in templates.codes[part].tolist()]
            parts |= _named(text.key, front_coded(own))
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
