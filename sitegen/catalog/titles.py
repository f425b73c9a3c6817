"""What datasets are called, so that a visitor can tell one from another.

`make_titles` gives the part of an address that no other dataset has, for datasets without a name. `make_short_titles`
gives what tells a dataset from those beside it, to be shown with the name of its study above: its name without what
all names of the study begin with, and without the ending of a format. Pure functions.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Protocol
from urllib.parse import unquote

from sitegen import urls
from sitegen.model import Study

_FORMAT = re.compile(r"(\.ome)?\.(zarr|ozx)(\.zip)?(?=$|[\s/,;:)])", re.IGNORECASE)
_PARTS = re.compile(r"[^:;/|]*(?:[:;/|]+\s*|$)|.+", re.DOTALL)
_WORD_SIGN = re.compile(r"\w")
_OFTEN = 5
"""A last segment that so many datasets share, such as `color`, tells nothing of any of them."""
_EDGES = " :;,/|-–·\t\n"


class NamedDataset(Protocol):
    """What short titles are made of."""

    @property
    def url(self) -> str: ...
    @property
    def title(self) -> str:
        """Of `make_titles`."""
        ...

    @property
    def name(self) -> str:
        """As a list or its RO-Crate states it; empty where neither does."""
        ...


def make_titles(dataset_urls: Sequence[str]) -> list[str]:
    """Return for each address its shortest tail that no other address has; its last segment if that is its own."""
    titles = [""] * len(dataset_urls)
    pending = list(range(len(dataset_urls)))
    depth = 1
    while pending:
        # Of those that are solved, none has such a tail: it would have been the same one segment earlier, too.
        tails = [tuple(_segments(dataset_urls[index])[-depth:]) for index in pending]
        seen = Counter(tails)
        unsolved = []
        for index, tail in zip(pending, tails, strict=True):
            titles[index] = "/".join(tail)
            if seen[tail] > 1 and len(tail) == depth:
                unsolved.append(index)
        pending, depth = unsolved, depth + 1
    return titles


def _segments(url: str) -> list[str]:
    authority, path = urls.split(url)
    segments = [part for part in path.split("/") if part]
    if "%" in path:
        segments = list(map(unquote, segments))
    return [authority, *segments] if authority else segments or [url]


def without_format(text: str) -> str:
    """Return a name without `.zarr` or `.ome.zarr`, unless nothing else is left of it."""
    return _FORMAT.sub("", text).strip() or text


def common_lead(names: Sequence[str]) -> str:
    """Return what more than half of the names begin with, up to a `:`, `;`, `/` or `|`, or all of it where they agree.

    Empty for fewer than two names: what a single name has in common with others is not known.
    """
    parts = [_PARTS.findall(name) for name in names]
    lead, depth = "", 0
    while True:
        depth += 1
        heads = Counter("".join(each[:depth]) for each in parts if len(each) >= depth and each[depth - 1])
        best, count = heads.most_common(1)[0] if heads else ("", 0)
        if count < 2 or count * 2 <= len(names) or not best.startswith(lead):
            return lead
        lead = best


def make_short_titles(datasets: Sequence[NamedDataset], studies: Sequence[Study | None]) -> list[str]:
    """Return for each dataset what tells it from the others of its study, and never the same for two of them.

    studies: those of the datasets, in their order.
    """
    tails = _telling_tails([dataset.title for dataset in datasets])
    grouped: dict[str, list[int]] = defaultdict(list)
    for at, each in enumerate(studies):
        grouped[each.id if each else ""].append(at)
    titles = [""] * len(datasets)
    for members in grouped.values():
        study = studies[members[0]]
        short = _short_names([datasets[at].name for at in members], study.id if study else "")
        seen = Counter(text.casefold() for text in short)
        known = study.name.casefold() if study else ""
        for at, text in zip(members, short, strict=True):
            titles[at] = _distinct(text, tails[at], seen, known)
        _make_unique(titles, members, [datasets[at].url for at in members])
    return titles


def _telling_tails(tails: Sequence[str]) -> list[str]:
    """Return tails of addresses without the ending of a format, and without a last segment that is everybody's."""
    ends = Counter(end for folder, _, end in (tail.rpartition("/") for tail in tails) if folder)
    short = [without_format(_without_end(tail, ends)) for tail in tails]
    seen = Counter(short)
    return [text if seen[text] == 1 else tail for text, tail in zip(short, tails, strict=True)]


def _without_end(tail: str, ends: Counter[str]) -> str:
    folder, _, end = tail.rpartition("/")
    return folder if folder and ends[end] >= _OFTEN else tail


def _short_names(names: Sequence[str], study: str) -> list[str]:
    """Return the names of one study without what they begin with in common; empty where nothing is left.

    study: its id; an accession at the beginning of a name is left out, too.
    """
    lead = common_lead([name for name in names if name])
    cut = [name[len(lead) :] if lead and name.startswith(lead) else name for name in names]
    short = [" ".join(_FORMAT.sub("", text).split()).strip(_EDGES) for text in cut]
    return [_without_accession(text, study) for text in short] if study else short


def _without_accession(text: str, accession: str) -> str:
    head, rest = text[: len(accession)], text[len(accession) :]
    is_named = head.casefold() == accession.casefold() and not _WORD_SIGN.match(rest)
    return rest.strip(_EDGES) if is_named else text


def _distinct(text: str, tail: str, seen: Counter[str], study: str) -> str:
    """Return the name if no other dataset of the study has it, else what is different in the address before it.

    study: its name, folded; what it says already is not repeated.
    """
    folded = text.casefold()
    if text and seen[folded] == 1:
        return text
    return tail if not text or folded in tail.casefold() or folded in study else f"{tail} · {text}"


def _make_unique(titles: list[str], members: Sequence[int], dataset_urls: Sequence[str]) -> None:
    """Replace titles that two members still share by their addresses."""
    seen = Counter(titles[at].casefold() for at in members)
    for at, url in zip(members, dataset_urls, strict=True):
        if seen[titles[at].casefold()] > 1:
            titles[at] = "/".join(_segments(url))
