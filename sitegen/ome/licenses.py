"""Licenses: text or address → SPDX identifier, canonical address, and plain words.

Lists and RO-Crates write the same license in a dozen ways. What is not recognized is
kept as its address, or as nothing: a license is never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from sitegen.model import License

_CC = "https://creativecommons.org/"
_CC_ADDRESS = re.compile(r"creativecommons\.org/licenses/(by(?:-nc)?(?:-nd|-sa)?)(?:/(\d\.\d))?(?:/|$)")
_CC_ZERO_ADDRESS = re.compile(r"creativecommons\.org/(?:publicdomain/zero|licenses/(?:zero|cc0))(?:/|$)")
_CC_NAME = re.compile(r"cc[- ]?(by(?:[- ]?nc)?(?:[- ]?(?:nd|sa))?)(?:[- ]v?(\d\.\d))?(?: (?:international|unported))?")
_CC_ZERO_NAME = re.compile(r"cc[- ]?(?:0|zero)(?:[- ]v?1\.0)?(?: universal)?")

_PLAIN_CC = {
    "by": "You may use, share and change the data for any purpose if you credit its authors.",
    "by-sa": "You may use, share and change the data for any purpose if you credit its authors and share what you make "
    "of it under the same license.",
    "by-nc": "You may use, share and change the data, not for commercial purposes, if you credit its authors.",
    "by-nd": "You may use and share the data unchanged, for any purpose, if you credit its authors.",
    "by-nc-sa": "You may use, share and change the data, not for commercial purposes, if you credit its authors and "
    "share what you make of it under the same license.",
    "by-nc-nd": "You may use and share the data unchanged, not for commercial purposes, if you credit its authors.",
}
# SPDX identifier: (canonical address, plain words)
_OTHERS: Mapping[str, tuple[str, str]] = {
    "CC0-1.0": (
        f"{_CC}publicdomain/zero/1.0/",
        "The authors have given up their rights: you may do anything with the data. Crediting them is good practice.",
    ),
    "PDDL-1.0": (
        "https://opendatacommons.org/licenses/pddl/1-0/",
        "The data are in the public domain: you may do anything with them.",
    ),
    "ODC-By-1.0": (
        "https://opendatacommons.org/licenses/by/1-0/",
        "You may use, share and change the data for any purpose if you credit its source.",
    ),
    "ODbL-1.0": (
        "https://opendatacommons.org/licenses/odbl/1-0/",
        "You may use, share and change the data if you credit its source and share changed versions under the same "
        "license.",
    ),
    "MIT": (
        "https://opensource.org/license/mit",
        "You may do anything with it if you keep the copyright notice.",
    ),
    "BSD-3-Clause": (
        "https://opensource.org/license/bsd-3-clause",
        "You may do anything with it if you keep the copyright notice and do not use the authors' names to advertise.",
    ),
    "BSD-2-Clause": (
        "https://opensource.org/license/bsd-2-clause",
        "You may do anything with it if you keep the copyright notice.",
    ),
    "Apache-2.0": (
        "https://www.apache.org/licenses/LICENSE-2.0",
        "You may do anything with it if you keep the notices and say what you changed.",
    ),
}
_NAMES = {
    "odbl": "ODbL-1.0", "odc-by": "ODC-By-1.0", "pddl": "PDDL-1.0",
    "mit license": "MIT", "apache 2.0": "Apache-2.0", "apache license 2.0": "Apache-2.0",
}  # fmt: skip


def _bare(address: str) -> str:
    return re.sub(r"^https?://(www\.)?", "", address.lower()).rstrip("/").replace("licenses", "license")


_IDENTIFIERS: Mapping[str, str] = {
    **{identifier.lower(): identifier for identifier in _OTHERS},
    **{_bare(address): identifier for identifier, (address, _) in _OTHERS.items()},
    **_NAMES,
}
_ABBREVIATIONS = {
    "creative commons": "cc", "attribution": "by", "noncommercial": "nc", "non-commercial": "nc", "sharealike": "sa",
    "share alike": "sa", "noderivatives": "nd", "noderivs": "nd", "no derivatives": "nd", "license": "", "licence": "",
    "public domain dedication": "",
}  # fmt: skip
_ADDRESSES = re.compile(r"https?://\S+", re.IGNORECASE)


def read_license(text: str) -> License:
    """Return the license that an address, an SPDX identifier or a name means.

    What is not recognized is kept as an address, if it is one; the caller keeps the text.
    A Creative Commons license without its version has an address, but no identifier.
    """
    written = text.strip()
    name = written.lower().removeprefix("https://spdx.org/licenses/").removesuffix(".html")
    if _CC_ZERO_ADDRESS.search(name) or _CC_ZERO_NAME.fullmatch(_shorten(name)):
        return _known("CC0-1.0")
    if found := _CC_ADDRESS.search(name) or _CC_NAME.fullmatch(_shorten(name)):
        return _creative_commons(found[1], found[2])
    if identifier := _IDENTIFIERS.get(_bare(name)):
        return _known(identifier)
    return License(url=written if _ADDRESSES.fullmatch(written) else None)


def plain_words(license_: License) -> str:
    """Return what a license lets one do, in a sentence; empty for one that we do not know."""
    if license_.id in _OTHERS:
        return _OTHERS[license_.id or ""][1]
    found = _CC_ADDRESS.search(license_.url or "")
    return _PLAIN_CC.get(found[1], "") if found else ""


def _known(identifier: str) -> License:
    return License(id=identifier, url=_OTHERS[identifier][0])


def _creative_commons(written: str, version: str | None) -> License:
    terms = re.sub(r"[- ]?(by|nc|nd|sa)", r"-\1", written).strip("-")
    if version is None:
        return License(url=f"{_CC}licenses/{terms}/")
    return License(id=f"CC-{terms.upper()}-{version}", url=f"{_CC}licenses/{terms}/{version}/")


def _shorten(text: str) -> str:
    """Return a spelled-out Creative Commons name as its abbreviation."""
    for long, short in _ABBREVIATIONS.items():
        text = text.replace(long, short)
    return re.sub(r"\s+", " ", text).strip()
