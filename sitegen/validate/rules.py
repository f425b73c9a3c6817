"""The rules of OME-Zarr 0.1 to 0.6, each once: what it means, how grave it is, who says so, what to do about it.

The rows are those of `sitegen.model.codes`; here they get the versions and the sections of
the specification that they name. A rule is looked up by code and version; where no row
has the version, the rule is not in force there, and the check that would report it stays
silent. So what differs between versions is mostly in the table, and not in the checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sitegen.model import Severity
from sitegen.model.codes import CODES, CodesError, ProblemCode, RuleText
from sitegen.ome.versions import VERSIONS

_SITE = "https://ngff.openmicroscopy.org"
# Section → its title, and its anchor in 0.1 to 0.3, 0.4, 0.5 and 0.6.
SECTIONS: Mapping[str, tuple[str, str, str, str, str]] = {
    "store": ("Storage format", "#on-disk", "#on-disk", "#storage-format", ""),
    "img": ("Images", "#image-layout", "#image-layout", "#image-layout", ""),
    "hcs": ("High-content screening", "#hcs-layout", "#hcs-layout", "#hcs-layout", ""),
    "meta": ("OME-Zarr metadata", "#metadata", "#metadata", "#metadata", "#metadata"),
    "ms": ("“multiscales” metadata", "#multiscale-md", "#multiscale-md", "#multiscale-md", "#multiscales-md"),
    "axes": ("“axes” metadata", "#multiscale-md", "#axes-md", "#axes-md", "#axes-md"),
    "cs": ("“coordinateSystems” metadata", "", "", "", "#coordinate-systems-md"),
    "trafo": ("“coordinateTransformations” metadata", "", "#trafo-md", "#trafo-md", "#coord-trafo-md"),
    "omero": ("“omero” metadata", "#omero-md", "#omero-md", "#omero-md", "#omero-md"),
    "labels": ("“labels” metadata", "#labels-md", "#labels-md", "#labels-md", "#labels-md"),
    "label": ("“image-label” metadata", "#label-md", "#label-md", "#labels-md", "#labels-md"),
    "plate": ("“plate” metadata", "#plate-md", "#plate-md", "#plate-md", "#plate-md"),
    "well": ("“well” metadata", "#well-md", "#well-md", "#well-md", "#well-md"),
    "bf2raw": ("“bioformats2raw.layout” metadata", "", "#bf2raw", "#bf2raw", "#bf2raw"),
    "scene": ("“scene” metadata", "", "", "", "#scene-md"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A section of the specification."""

    title: str
    address: str
    """The title says it, too: newer builds of the specification's site drop what follows `#`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule, as it holds in the versions that it names."""

    code: str
    level: Severity
    alone: Severity
    """Its level in a document without its store: a warning where only the store can tell."""
    versions: tuple[str, ...]
    source: str
    """`S` the official schema, `T` the text, `ST` both, `X` only the strict schema, `D` derived."""
    section: str
    """Key of SECTIONS."""
    meaning: str
    """What holds where the rule is kept, in one sentence."""
    hint: str
    """What to do about it."""

    def clause(self, version: str) -> Clause:
        """Return the section of the specification that the rule enforces in a version."""
        title, first, fourth, fifth, sixth = SECTIONS[self.section]
        anchor = {"0.4": fourth, "0.5": fifth, "0.6": sixth}.get(version, first)
        return Clause(title=title, address=f"{_SITE}/{'dev' if version == '0.6' else version}/{anchor}")


def read_rules(codes: Iterable[ProblemCode]) -> Iterator[Rule]:
    """Yield the rules among codes, with their versions. Raises CodesError for a version or section without a row."""
    for code in codes:
        yield from map(_make_rule, code.rules)


def _make_rule(text: RuleText) -> Rule:
    if text.section not in SECTIONS:
        expected = f"a section, one of {', '.join(SECTIONS)}; add a new one to SECTIONS in sitegen/validate/rules.py"
        raise CodesError(f"{text.place}: {text.code}: expected {expected}; found {text.section or 'nothing'}")
    return Rule(
        code=text.code,
        level=text.level,
        alone=text.alone,
        versions=tuple(_read_versions(text)),
        source=text.source,
        section=text.section,
        meaning=text.meaning,
        hint=text.hint,
    )


def _read_versions(text: RuleText) -> Iterator[str]:
    """Yield the versions that `all`, `4`, `1-3`, `4+` or several of these, with commas, name."""
    for part in text.versions.replace("all", "1+").split(","):
        first, _, last = part.partition("-")
        start = _index_of(first.removesuffix("+"), text)
        stop = len(VERSIONS) if first.endswith("+") else _index_of(last or first, text) + 1
        if stop <= start:
            raise CodesError(f"{text.place}: {text.code}: expected versions in ascending order, found {part}")
        yield from VERSIONS[start:stop]


def _index_of(minor: str, text: RuleText) -> int:
    """Return the place among the versions of 0.4, for `4`."""
    version = f"0.{minor}"
    if version not in VERSIONS:
        expected = f"a version, one of {', '.join(VERSIONS)}; add a new version to sitegen/ome/versions.py"
        raise CodesError(f"{text.place}: {text.code}: expected {expected}; found {version}")
    return VERSIONS.index(version)


RULES: tuple[Rule, ...] = tuple(read_rules(CODES.values()))
IN_FORCE: Mapping[str, Mapping[str, Rule]] = {
    version: {rule.code: rule for rule in RULES if version in rule.versions} for version in VERSIONS
}


def rule_for(code: str, version: str) -> Rule | None:
    """Return the rule as it holds in a version; None where it is not in force there."""
    return IN_FORCE.get(version, {}).get(code)
