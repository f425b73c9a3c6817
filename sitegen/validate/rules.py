"""The rules of OME-Zarr 0.1 to 0.6, each once: what it means, how grave it is, who says so, how to mend it.

The table itself is `rules.txt` beside this module, one line and a hint per rule. The
judge looks a rule up by code and version; where the table has no row for a version,
the rule is not in force there, and the check that would report it stays silent. So
what differs between versions is mostly here, and not in the checks.

Promise: codes are addresses that people link to. Add; never rename or remove.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files

from sitegen.model import Severity
from sitegen.ome.versions import VERSIONS

_SITE = "https://ngff.openmicroscopy.org"
# Section → its title, and its anchor in 0.1 to 0.3, 0.4, 0.5 and 0.6 (OME-ZARR.md, "Anchors").
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
_LEVELS: Mapping[str, Severity] = {"E": "error", "W": "warning", "N": "note"}


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
    """Its level in a document without its store: a warning where only the store can tell (OME-ZARR.md, C3)."""
    versions: tuple[str, ...]
    source: str
    """`S` the official schema, `T` the text, `ST` both, `X` only the strict schema, `D` derived."""
    section: str
    """Key of SECTIONS."""
    meaning: str
    """What holds where the rule is kept, in one sentence."""
    hint: str
    """How to mend it."""

    def clause(self, version: str) -> Clause:
        """Return the section of the specification that the rule enforces in a version."""
        title, first, fourth, fifth, sixth = SECTIONS[self.section]
        anchor = {"0.4": fourth, "0.5": fifth, "0.6": sixth}.get(version, first)
        return Clause(title=title, address=f"{_SITE}/{'dev' if version == '0.6' else version}/{anchor}")


def read_rules(text: str) -> Iterator[Rule]:
    """Yield the rules of a table, written as `rules.txt` says at its top."""
    rows: list[Rule] = []
    for line in text.splitlines():
        if line.startswith("  > "):
            rows[-1] = replace(rows[-1], hint=line[4:])
        elif line and not line.startswith("#"):
            rows.append(_read_row(line, rows[-1] if rows else None))
    yield from rows


def _read_row(line: str, above: Rule | None) -> Rule:
    code, levels, versions, source, section, *meaning = line.split(None, 5)
    level, _, alone = levels.partition("/")
    if not meaning and (above is None or above.code != code):
        raise ValueError(f"rules.txt: {code} has no meaning, and the rule above is another")
    return Rule(
        code=code,
        level=_LEVELS[level],
        alone=_LEVELS[alone or level],
        versions=tuple(_read_versions(versions)),
        source=source,
        section=section,
        meaning=meaning[0] if meaning or above is None else above.meaning,
        hint="" if meaning or above is None else above.hint,
    )


def _read_versions(text: str) -> Iterator[str]:
    """Yield the versions that `all`, `4`, `1-3`, `4+` or several of these, with commas, name."""
    for part in text.replace("all", "1+").split(","):
        first, _, last = part.replace("+", "-6").partition("-")
        yield from (f"0.{minor}" for minor in range(int(first), int(last or first) + 1))


RULES: tuple[Rule, ...] = tuple(read_rules(files(__package__).joinpath("rules.txt").read_text(encoding="utf-8")))
IN_FORCE: Mapping[str, Mapping[str, Rule]] = {
    version: {rule.code: rule for rule in RULES if version in rule.versions} for version in VERSIONS
}


def rule_for(code: str, version: str) -> Rule | None:
    """Return the rule as it holds in a version; None where it is not in force there."""
    return IN_FORCE.get(version, {}).get(code)
