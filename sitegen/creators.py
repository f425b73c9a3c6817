"""Who made a dataset: names of people and organizations, as lists and RO-Crates write them.

A name is split into family and given name only where its author did so, as in `Lovelace, Ada`; no other name is taken
apart, since only its bearer knows how, and a comma may be part of the name of an organization. An ORCID counts if its
check digit is right. Pure functions.
"""

from __future__ import annotations

import re

from sitegen.model import Creator

MAX_CREATORS = 200
"""Of one dataset; longer lists of authors are those of a whole project, which has a name."""
MAX_NAME_CHARS = 300
_ORCID = re.compile(
    r"[(<\[]?\s?(?:https?://)?(?:www\.)?(?:orcid(?:\.org/|: ?| ))?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])\s?[)>\]]?",
    re.IGNORECASE,
)
_ORGANIZATION = re.compile(
    r"\b(universit\w*|institut\w*|department|dept|laborator\w*|lab|center|centre|centrum|consortium|group|team|"
    r"inc|ltd|llc|gmbh|hospital|school|faculty|college|foundation|society|facility)\b|,.*(\b(and|und|of)\b|&)",
    re.IGNORECASE,
)
"""Words of the names of organizations, which may have a comma: `Institute of Cells, Organs and Tissues`."""


def read_creators(text: str) -> tuple[Creator, ...]:
    """Return the people and organizations of a text that separates them by `;`, each once, in order.

    Raises ValueError with what was expected.
    """
    written = [name for part in text.split(";") if (name := part.strip())]
    if len(written) > MAX_CREATORS:
        raise ValueError(f"at most {MAX_CREATORS} names, separated by semicolons")
    return tuple(dict.fromkeys(map(read_creator, written)))


def read_creator(text: str) -> Creator:
    """Return a person or an organization: a name, `Family, Given` for a person, perhaps with an ORCID behind it.

    Raises ValueError with what was expected.
    """
    found = _ORCID.search(text)
    orcid = found[1].upper() if found else None
    if orcid and not is_orcid(orcid):
        raise ValueError(f"an ORCID whose check digit is right, not {orcid}")
    name = " ".join((text.replace(found[0], " ") if found else text).split()).strip(" ,")
    if not any(map(str.isalpha, name)):
        raise ValueError("a name before the ORCID" if orcid else "names of people or organizations")
    if len(name) > MAX_NAME_CHARS:
        raise ValueError(f"names of at most {MAX_NAME_CHARS} characters, separated by semicolons")
    family, comma, given = (part.strip() for part in name.partition(","))
    is_split = bool(comma and family and given) and "," not in given
    if is_split and (orcid or not _ORGANIZATION.search(name)):
        return Creator(name=f"{given} {family}", family=family, given=given, kind="person", orcid=orcid)
    return Creator(name=name, kind="person" if orcid else None, orcid=orcid)


def write_creators(creators: tuple[Creator, ...]) -> str:
    """Return the text that `read_creators` reads."""
    return "; ".join(f"{sorting_name(each)} ({each.orcid})" if each.orcid else sorting_name(each) for each in creators)


def sorting_name(creator: Creator) -> str:
    """Return the name as lists of references write it: `Lovelace, Ada`; as it is written where it is not split."""
    return f"{creator.family}, {creator.given}" if creator.family and creator.given else creator.name


def find_orcid(text: str) -> str | None:
    """Return the ORCID in a text, such as its address, if its check digit is right."""
    found = _ORCID.search(text)
    return found[1].upper() if found and is_orcid(found[1].upper()) else None


def is_orcid(text: str) -> bool:
    """Return whether the check digit of an ORCID is right (ISO/IEC 7064, MOD 11-2)."""
    digits = text.replace("-", "")
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    return "0123456789X"[(12 - total % 11) % 11] == digits[-1]
