"""The rules of OME-Zarr, each once: its meaning, level and source, and how to correct the metadata.

The rows are those of `sitegen.model.codes`; here they get the versions and the sections
of the specification that they name. A rule is looked up by code and version. Where it is
not in force, the validating function that would report it reports nothing, so most
differences between versions are rows of the table, and not branches of the code.

Promise: codes are addresses that people link to. Add; never rename or remove.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, overload

from sitegen.model import Severity
from sitegen.model.codes import CODES, CodesError, ProblemCode, RuleText
from sitegen.ome.versions import VERSIONS

if TYPE_CHECKING:
    from sitegen.validate.json_value import JsonValue

Validator = Callable[["JsonValue"], None]

SECTIONS: Mapping[str, str] = {
    "store": "Storage format",
    "img": "Images",
    "hcs": "High-content screening",
    "meta": "OME-Zarr metadata",
    "ms": "“multiscales” metadata",
    "axes": "“axes” metadata",
    "cs": "“coordinateSystems” metadata",
    "trafo": "“coordinateTransformations” metadata",
    "omero": "“omero” metadata",
    "labels": "“labels” metadata",
    "label": "“image-label” metadata",
    "plate": "“plate” metadata",
    "well": "“well” metadata",
    "bf2raw": "“bioformats2raw.layout” metadata",
    "scene": "“scene” metadata",
}
"""Section of the specification → its title; `Version.anchors` says where it is in each version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A section of the specification."""

    title: str
    address: str
    """Show the title as well: newer builds of the specification's site drop what follows `#`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule, as it is in force in some versions."""

    code: str
    level: Severity
    alone: Severity
    """Its level in a document that is validated without its store: a warning where only the store can tell."""
    named: str
    """The versions that its row names, such as `4+`; see `VersionTable.select`."""
    versions: tuple[str, ...] = ()
    """The versions in which it is in force, those that inherit it included; filled in by `RuleTable`."""
    source: str
    """`S` the official schema, `T` the text, `ST` both, `X` only the strict schema, `D` derived."""
    section: str
    """Key of SECTIONS."""
    meaning: str
    """What is true of data that follow the rule, in one sentence."""
    hint: str
    """What to do about it."""

    def clause(self, version: str) -> Clause:
        """Return the section of the specification that the rule enforces in a version."""
        row = VERSIONS[version]
        anchor = row.anchors.get(self.section)
        address = f"{row.specification}#{anchor}" if anchor else row.specification
        return Clause(title=SECTIONS[self.section], address=address)


class RuleTable(Sequence[Rule]):
    """The rules, each with the versions in which it is in force; follows what is registered."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rows = tuple(rules)
        self._validators: list[tuple[frozenset[str], Mapping[str, Validator]]] = []
        self._revision = -1
        self._rules: tuple[Rule, ...] = ()
        self._in_force: Mapping[str, Mapping[str, Rule]] = {}
        self._resolve()

    @overload
    def __getitem__(self, index: int) -> Rule: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Rule]: ...

    def __getitem__(self, index: int | slice) -> Rule | Sequence[Rule]:
        self._resolve()
        return self._rules[index]

    def __len__(self) -> int:
        self._resolve()
        return len(self._rules)

    def in_force(self, version: str) -> Mapping[str, Rule]:
        """Return the rules of a version by code; KeyError for an unknown version."""
        self._resolve()
        return self._in_force[version]

    def validators(self, version: str) -> list[tuple[str, Validator]]:
        """Return the registered functions that validate metadata of a version, each with its key."""
        rules = self.in_force(version) if self._validators else {}
        return [pair for codes, pairs in self._validators if codes & rules.keys() for pair in pairs.items()]

    def register(self, rules: Iterable[Rule], validators: Mapping[str, Validator] | None = None) -> None:
        """Add rules, and what reports them.

        Parameters
        ----------
        rules : a rule that names a version replaces the one of its code that the version inherits
        validators : key of the OME metadata → what validates metadata that have it; it is called with all the OME
            metadata of a document, in versions in which one of the rules is in force
        """
        added = tuple(rules)
        self._rows += added
        self._validators.append((frozenset(rule.code for rule in added), validators or {}))
        self._revision = -1

    def unregister(self, rules: Iterable[Rule]) -> None:
        """Remove rules that were registered together, and what reports them."""
        removed = set(rules)
        codes = {rule.code for rule in removed}
        self._rows = tuple(row for row in self._rows if row not in removed)
        self._validators = [pair for pair in self._validators if pair[0] != codes]
        self._revision = -1

    def _resolve(self) -> None:
        """Find the versions of each rule, if versions or rules have changed."""
        if self._revision == VERSIONS.revision:
            return
        named = [VERSIONS.select(row.named) for row in self._rows]
        found: dict[str, dict[str, int]] = {}
        for version in VERSIONS.rows:
            inherited = found.get(version.inherits_rules_of or "", {})
            own = {row.code: index for index, row in enumerate(self._rows) if version.name in named[index]}
            both = {**inherited, **own}
            found[version.name] = {code: both[code] for code in both if code not in version.without_rules}
        resolved = [
            replace(row, versions=tuple(name for name in found if found[name].get(row.code) == index))
            for index, row in enumerate(self._rows)
        ]
        self._rules = tuple(rule for rule in resolved if rule.versions)
        self._in_force = {
            name: {code: resolved[index] for code, index in rules.items()} for name, rules in found.items()
        }
        self._revision = VERSIONS.revision


def read_rules(codes: Iterable[ProblemCode]) -> Iterator[Rule]:
    """Yield the rules among codes. Raises CodesError for a version or section that does not exist."""
    for code in codes:
        yield from map(_make_rule, code.rules)


def _make_rule(text: RuleText) -> Rule:
    if text.section not in SECTIONS:
        expected = f"a section, one of {', '.join(SECTIONS)}; add a new one to SECTIONS in sitegen/validate/rules.py"
        raise CodesError(f"{text.place}: {text.code}: expected {expected}; found {text.section or 'nothing'}")
    try:
        VERSIONS.select(text.versions)
    except ValueError as error:
        raise CodesError(f"{text.place}: {text.code}: {error}; add a new version to sitegen/ome/versions.py") from None
    return Rule(
        code=text.code,
        level=text.level,
        alone=text.alone,
        named=text.versions,
        source=text.source,
        section=text.section,
        meaning=text.meaning,
        hint=text.hint,
    )


RULES = RuleTable(read_rules(CODES.values()))


def rule_for(code: str, version: str) -> Rule | None:
    """Return the rule as it is in force in a version; None where it is not."""
    return RULES.in_force(version).get(code) if version in VERSIONS else None
