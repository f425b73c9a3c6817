"""What studies are called, so that a visitor knows them, and tells one from another.

A name that the configuration, a list or an RO-Crate states is taken as it is. For other studies it is made, and
`taken_from` says of what: of an accession, of what the datasets' names or descriptions have in common, of the name of
the list, or of the datasets' addresses. What was written for programs (file names, folders) has the institution before
it. No two names of a catalog are equal, whatever their case and punctuation. Pure functions.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from os.path import commonprefix
from urllib.parse import unquote

from sitegen import urls
from sitegen.catalog.titles import common_lead, without_format
from sitegen.model import StudyNameOrigin

MAX_NAME = 160
_LONGEST_SENTENCE = 100
_LONGEST_EXAMPLE = 28
_SHORTEST_COMMON = 4
"""A common beginning of addresses that is shorter is accidental: that of `e2198` and `e2006`."""
_EDGES = " :;,/|-–·._"
_SEPARATORS = re.compile(r"[\s_./,;:|+-]+")
_WORD = re.compile(r"[^\W\d_]{4,}")
_HASH = re.compile(r"[0-9a-f]{12,}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_ASCII = {ord(letter): text for letter, text in zip("äöüøå", ("ae", "oe", "ue", "oe", "aa"), strict=True)}
_GENERIC_WORDS = (
    "all archive bucket catalog catalogue challenge collection collections csv data dataset datasets experimental "
    "export file files image images index list lists member members misc new ngff ome other others part public sample "
    "samples set share shared stack stacks studies study test tmp url urls various volume volumes zarr"
)
_GENERIC = frozenset(_GENERIC_WORDS.split())
"""Words that lists and folders of any institution are called by, and that tell nothing of what is in them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyMember:
    """What is known of a dataset of a study before the study has a name."""

    url: str
    title: str
    """What tells its address from all others."""
    name: str = ""
    description: str = ""
    source: str = ""
    """Its institution."""
    csv: str = ""
    """The list that names it first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyName:
    """The name of a study, and what it was made of."""

    text: str
    taken_from: StudyNameOrigin


def name_by_accession(accession: str, members: Sequence[StudyMember]) -> StudyName:
    """Return the name of a study of a public archive: its accession, then what its datasets say that it is about."""
    for text, taken_from in _statements(members):
        rest = _without(accession, text)
        if rest:
            return StudyName(text=f"{accession} {rest}", taken_from=taken_from)
    return StudyName(text=accession, taken_from="accession")


def _statements(members: Sequence[StudyMember]) -> Iterable[tuple[str, StudyNameOrigin]]:
    names = [member.name for member in members if member.name]
    yield common_lead(names), "name"
    if len(members) == 1 and names and _reads(names[0]):
        yield names[0], "name"
    described = Counter(sentence for member in members if (sentence := _first_sentence(member.description)))
    sentence, count = described.most_common(1)[0] if described else ("", 0)
    if count * 2 >= len(members):
        yield sentence, "description"
    shared = _common_beginning(_labels(members)) if len(members) > 1 else ""
    if _WORD.search(shared):
        yield shared, "url"


def name_by_list(csv: str, members: Sequence[StudyMember]) -> StudyName:
    """Return the name of a study that is a list: words of its file's name, with the institution where they are few."""
    words = _words(urls.tail(csv).rpartition(".")[0] or urls.tail(csv))
    source = _source(members)
    own = [word for word in words.split() if not _says(source, word)]
    telling = [word for word in own if _is_telling(word)]
    if len(telling) > 1 or (telling and not source):
        return StudyName(text=words, taken_from="list")
    owner = source or _folder_name(csv) or urls.host(members[0].url)
    return StudyName(text=_join(owner, " ".join(own)), taken_from="list")


def name_by_folder(folder: str, members: Sequence[StudyMember]) -> StudyName:
    """Return the name of a study that is a folder: what names have in common, or the folder's own name."""
    lead = _trim(common_lead([member.name for member in members if member.name]))
    if lead:
        return StudyName(text=lead, taken_from="name")
    last = urls.tail(folder)
    if _HASH.fullmatch(last) or not any(_is_telling(word) for word in _words(last).split()):
        above = _folder_name(folder)
        shown = _words(above if _HASH.fullmatch(last) else f"{above} {last}")
        return StudyName(text=_join(_source(members) or urls.host(folder), shown or last), taken_from="url")
    return StudyName(text=_join(_source(members), last), taken_from="url")


def name_by_members(members: Sequence[StudyMember]) -> StudyName:
    """Return the name of a study of which nothing is known but its datasets: what names, then addresses, share."""
    lead = _trim(common_lead([member.name for member in members if member.name]))
    if lead:
        return StudyName(text=lead, taken_from="name")
    if len(members) == 1 and members[0].name and _reads(members[0].name):
        return StudyName(text=without_format(members[0].name), taken_from="name")
    labels = _labels(members)
    shared = _common_beginning(labels) or _common_words(labels)
    about = shared or _example(labels)
    if not _WORD.search(shared):
        about = ", ".join(part for part in (_common_folder(members), about) if part)
    return StudyName(text=_join(_source(members), about), taken_from="url")


def tell_apart(names: Mapping[str, StudyName], members: Mapping[str, Sequence[StudyMember]]) -> dict[str, StudyName]:
    """Return the names, by id of the study, with more words where two are equal: institution, list, then the id."""
    told = {id_: StudyName(text=_shorten(name.text), taken_from=name.taken_from) for id_, name in names.items()}
    for more in (_with_source, _with_list, _with_end_of_id, _with_id):
        seen = Counter(_fold(name.text) for name in told.values())
        for id_, name in told.items():
            if seen[_fold(name.text)] > 1:
                told[id_] = StudyName(text=more(name.text, id_, members[id_]), taken_from=name.taken_from)
    return told


def _with_source(text: str, _id: str, members: Sequence[StudyMember]) -> str:
    source = _source(members)
    return _shorten(_join(source, text)) if source else text


def _with_list(text: str, _id: str, members: Sequence[StudyMember]) -> str:
    words = _words(urls.tail(members[0].csv).rpartition(".")[0]) if members[0].csv else ""
    return _with_note(text, words) if words and not _says(text, words) else text


def _with_end_of_id(text: str, id_: str, _members: Sequence[StudyMember]) -> str:
    return _with_note(text, id_[-6:])


def _with_id(text: str, id_: str, _members: Sequence[StudyMember]) -> str:
    return _with_note(text, id_)


def _with_note(text: str, note: str) -> str:
    return f"{_shorten(text, MAX_NAME - min(len(note), 80) - 3)} ({_shorten(note, 80)})"


def _shorten(text: str, longest: int = MAX_NAME) -> str:
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _fold(text: str) -> str:
    """Return a text by which two names are equal: without case and punctuation, unless nothing else is there."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold())) or text.casefold()


def _source(members: Sequence[StudyMember]) -> str:
    """Return the institution of most members; of several with as many, the first."""
    counts = Counter(member.source for member in members if member.source)
    return counts.most_common(1)[0][0] if counts else ""


def _join(owner: str, text: str) -> str:
    """Return a text with its institution before it, unless it says that already."""
    text = _trim(text)
    return text if not owner or _says(text, owner) else f"{owner}: {text}" if text else owner


def _says(text: str, other: str) -> bool:
    """Return whether the words of `other` are in a text; an abbreviation of four letters, such as `univ`, counts."""
    known = _fold(_plain(text)).split()
    return all(
        any(word == each or (len(word) > 2 and each.startswith(word)) for each in known)
        for word in _fold(_plain(other)).split()
    )


def _plain(text: str) -> str:
    """Return a text with umlauts as ASCII has them, so that `muenster` is `Münster`."""
    return text.casefold().translate(_ASCII)


def _is_telling(word: str) -> bool:
    letters = re.sub(r"[\W\d_]+", "", word)
    return len(letters) > 1 and letters.casefold() not in _GENERIC


def _reads(text: str) -> bool:
    """Return whether a text was written for people: it has two words apart, and is no name of a file."""
    return len(_WORD.findall(text)) > 1 and " " in text.strip()


def _words(text: str) -> str:
    return " ".join(text.replace("_", " ").split())


def _trim(text: str) -> str:
    return " ".join(text.split()).strip(_EDGES)


def _without(accession: str, text: str) -> str:
    """Return a text without an accession, and without the file names at its end."""
    rest = re.sub(rf"{re.escape(accession)}(?!\w)", "", text, flags=re.IGNORECASE)
    return without_format(_trim(rest)) if _trim(rest) else ""


def _first_sentence(text: str) -> str:
    """Return the first sentence of a description, where it is short enough to be a name, without quotes."""
    first = re.split(r"(?<=[a-z)])[.!?](?=\s|$)|\n", text.strip(), maxsplit=1)[0].strip(" \"'“”")
    return first if first and len(first) <= _LONGEST_SENTENCE and _reads(first) else ""


def _segments(url: str) -> list[str]:
    return [unquote(part) for part in urls.split(url)[1].split("/") if part]


def _shared_segments(members: Sequence[StudyMember]) -> list[str]:
    """Return the folders that all members are in."""
    split = [_segments(member.url)[:-1] for member in members]
    same = takewhile(lambda column: len(set(column)) == 1, zip(*split, strict=False))
    return [column[0] for column in same]


def _labels(members: Sequence[StudyMember]) -> list[str]:
    """Return what each member is called by its address: the first segment below the folder that all are in."""
    if len(members) == 1:
        title = members[0].title
        return [_words(without_format(title.rpartition("/")[0] or title))]
    depth = len(_shared_segments(members))
    return [_words(without_format("/".join(_segments(member.url)[depth : depth + 1]))) for member in members]


def _common_folder(members: Sequence[StudyMember]) -> str:
    """Return the name of the innermost folder of all members, where two words of it tell something."""
    shared = _shared_segments(members)
    if len(members) == 1:
        shared = shared[:-1] if "/" in members[0].title else shared
    words = _words(shared[-1]) if shared else ""
    return words if sum(len(word) > 2 and _is_telling(word) for word in words.split()) > 1 else ""


def _folder_name(address: str) -> str:
    above = _segments(address)[:-1]
    return _words(above[-1]) if above and not _HASH.fullmatch(above[-1]) else ""


def _common_beginning(labels: Sequence[str]) -> str:
    """Return what all labels begin with, to the end of a word."""
    shared = commonprefix(list(labels))  # noqa: RUF071  # by characters
    if shared not in labels:
        shared = shared[: max((shared.rfind(sign) for sign in " -./"), default=-1)] if shared else ""
    return _trim(shared) if len(shared) >= _SHORTEST_COMMON else ""


def _common_words(labels: Sequence[str]) -> str:
    """Return the words that more than half of the labels have, in the order of the first label with all of them."""
    split = [[word for word in _SEPARATORS.split(label) if _is_telling(word)] for label in labels]
    counts = Counter(word for words in split for word in {each.casefold() for each in words})
    common = {word for word, count in counts.items() if count * 2 > len(labels)}
    best = max(split, key=lambda words: len(common & {word.casefold() for word in words}), default=[])
    return " ".join(dict.fromkeys(word for word in best if word.casefold() in common))


def _example(labels: Sequence[str]) -> str:
    """Return the labels of one or two, else the first words of the first one, and that there are others."""
    unique = list(dict.fromkeys(labels))
    if len(unique) < 3 and sum(map(len, unique)) <= 2 * _LONGEST_EXAMPLE:
        return " and ".join(unique)
    words, text = unique[0].split(), ""
    while words and len(text) + len(words[0]) < _LONGEST_EXAMPLE:
        text = f"{text} {words.pop(0)}"
    return f"{_trim(text) or _shorten(unique[0], _LONGEST_EXAMPLE)} and others"
