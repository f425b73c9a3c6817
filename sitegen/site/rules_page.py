"""Every code that a problem can have, as the page `rules/index.html` explains it.

Made from CODES, part by part: lists, hosts, documents, datasets, and the rules of
OME-Zarr by the sections of the specification. A code is explained once, and is the name
of its place on the page, so that others can link to it. What a code means in different
versions is explained together. What occurs in the catalog stands first. Pure functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from sitegen import formatting
from sitegen.catalog.health import all_problems, group_problems
from sitegen.model import Catalog, Severity
from sitegen.model.codes import CODES, Part, ProblemCode
from sitegen.ome.versions import VERSIONS
from sitegen.site.health_page import HEALTH_PATH
from sitegen.site.links import RuleLinks
from sitegen.validate.examples import RuleExample, rule_examples
from sitegen.validate.rules import RULES, SECTIONS, Clause, Rule

RULES_PATH = "rules/index.html"
_SOURCES: Mapping[str, str] = {
    "S": "the official schema",
    "T": "the text of the specification",
    "ST": "the official schema and the text",
    "X": "the official strict schema alone",
    "D": "derived: no clause says it, but readers need it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeMeaning:
    """One meaning of a code."""

    text: str
    hint: str
    levels: str
    """In words: the level, with versions where it differs; for an answer of a host, the status of the dataset."""
    versions: str = ""
    source: str = ""
    """Who says so, in words."""
    clauses: tuple[tuple[Clause, str], ...] = ()
    """Sections of the specification, each with the newest version in which it says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeEntry:
    """A code, and what it means."""

    code: str
    level: Severity
    """The most severe that it can have."""
    meanings: tuple[CodeMeaning, ...]
    example: RuleExample | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenCode:
    """A code that occurs in the catalog, with one of its levels."""

    code: str
    level: Severity
    count: int
    """How many problems have it."""
    datasets: int
    """How many datasets have them; 0 where they are of lists alone."""
    href: str
    """Of these datasets, or of the lines of the lists, below the site's root."""
    message: str
    """That of the first one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesSection:
    """Codes that belong together."""

    anchor: str
    title: str
    intro: str
    codes: tuple[CodeEntry, ...]


def make_rules_page() -> tuple[RulesSection, ...]:
    """Return every code, lists first, OME-Zarr by section last."""
    ours: tuple[tuple[Part, str, str], ...] = (
        ("lists", "Lists", "What can be wrong with a list, at one of its lines."),
        ("hosts", "Hosts", "Why something could not be read, and the status of the dataset then."),
        ("documents", "Documents that could not be read", "What is wrong with a metadata document as such."),
        ("datasets", "Datasets and their pictures", "What the inspection of a dataset found."),
    )
    sections = (_section(part, title, intro, _plain_codes(part)) for part, title, intro in ours)
    return (*sections, *_specification())


def broken_rules(catalog: Catalog) -> tuple[BrokenCode, ...]:
    """Return the codes that occur in a catalog: errors first, then the most frequent."""
    links = RuleLinks(catalog)
    return tuple(
        BrokenCode(
            code=group.code,
            level=group.level,
            count=group.count,
            datasets=group.datasets,
            href=links.link(group.level, group.code) if group.datasets else f"{HEALTH_PATH}#rule-{group.code}",
            message=group.message,
        )
        for group in group_problems(all_problems(catalog))
    )


def versions_in_words(found: Iterable[str]) -> str:
    """Return versions in words: `0.1–0.4, 0.6`."""
    named, order = set(found), list(VERSIONS)
    runs = [list(run) for is_named, run in groupby(order, lambda version: version in named) if is_named]
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def levels_in_words(rules: Iterable[Rule]) -> str:
    """Return the levels of a rule in words; with versions where they differ."""
    return _by_version(rules, _level)


def _level(rule: Rule) -> str:
    return rule.level if rule.level == rule.alone else f"{rule.level}; {rule.alone} in a lone document"


def _by_version(rules: Iterable[Rule], say: Callable[[Rule], str]) -> str:
    """Return what is said of rules; with versions where that differs."""
    versions: dict[str, list[str]] = {}
    for rule in rules:
        versions.setdefault(say(rule), []).extend(rule.versions)
    if len(versions) == 1:
        return next(iter(versions))
    return "; ".join(f"{said} ({versions_in_words(found)})" for said, found in versions.items())


def _section(anchor: str, title: str, intro: str, codes: Iterable[CodeEntry]) -> RulesSection:
    return RulesSection(anchor=f"section-{anchor}", title=title, intro=intro, codes=tuple(codes))


def _plain_codes(part: Part) -> Iterator[CodeEntry]:
    """Yield the codes of a part that are no rules of OME-Zarr."""
    for code in CODES.values():
        if code.part == part:
            meaning = CodeMeaning(text=code.meaning, hint=code.hint, levels=_effect(code))
            yield CodeEntry(code=code.code, level=code.level, meanings=(meaning,))


def _effect(code: ProblemCode) -> str:
    """Return in words what a code does to its dataset."""
    return f"dataset {formatting.STATUSES[code.status].text}" if code.status else code.level


def _specification() -> Iterator[RulesSection]:
    """Yield the rules of OME-Zarr; a code is explained in the section of its first rule."""
    codes: dict[str, list[Rule]] = {}
    for rule in RULES:
        codes.setdefault(rule.code, []).append(rule)
    for section, title in SECTIONS.items():
        found = [_explained(code, rules) for code, rules in codes.items() if rules[0].section == section]
        if found:
            yield _section(section, title, "Rules of OME-Zarr.", found)


def _explained(code: str, rules: Iterable[Rule]) -> CodeEntry:
    meanings: dict[str, list[Rule]] = {}
    for rule in rules:
        meanings.setdefault(rule.meaning, []).append(rule)
    order: tuple[Severity, ...] = ("error", "warning", "note")
    level = min((rule.level for rule in rules), key=order.index)
    return CodeEntry(
        code=code,
        level=level,
        meanings=tuple(_meaning(alike) for alike in meanings.values()),
        example=rule_examples().get(code),
    )


def _meaning(rules: list[Rule]) -> CodeMeaning:
    """Return what the rules of one code and meaning say together."""
    newest = {rule.section: rule.versions[-1] for rule in sorted(rules, key=lambda rule: rule.versions[-1])}
    clauses = {rule.section: (rule.clause(newest[rule.section]), newest[rule.section]) for rule in rules}
    return CodeMeaning(
        text=rules[0].meaning,
        hint=rules[-1].hint,
        levels=levels_in_words(rules),
        versions=versions_in_words(version for rule in rules for version in rule.versions),
        source=_by_version(rules, lambda rule: _SOURCES[rule.source]),
        clauses=tuple(clauses.values()),
    )
