"""Links to the datasets that a figure counts: addresses of the home page with filters or a query; and the site's own
address. Pure functions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from sitegen.compact import read_as
from sitegen.model import Catalog, Problem, Severity

LONGEST_LINK = 6000
"""Characters of an address; servers take a line of 8 kB (Apache's LimitRequestLine: 8,190), with the site's path."""
LONGEST_QUERY = 2000
"""Characters of a query; `query.js` answers no longer ones."""


PLACEHOLDER = "https://catalog.example.org/"
"""The site's address where it is not known; a script of the page puts the real one in its place."""


def filter_link(key: str, *chosen: str, **further: str) -> str:
    """Return the address of the datasets with one of these values of a facet, and of further facets.

    Empty where it would be too long.
    """
    pairs = [*((key, value) for value in chosen), *further.items()]
    return _not_too_long(f"index.html?{urlencode(pairs, quote_via=quote)}")


def query_link(query: str) -> str:
    """Return the address of the datasets that a query finds; empty where it would be too long."""
    if len(query) > LONGEST_QUERY:
        return ""
    return _not_too_long(f"index.html?{urlencode({'q': query}, quote_via=quote)}")


def _not_too_long(address: str) -> str:
    return address if len(address) <= LONGEST_LINK else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Findings:
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    """What rules are read from, of a `Record`."""

    found: _Findings


class RuleLinks:
    """Addresses of the datasets that break a rule: by its code, with the level where one code has several."""

    def __init__(self, catalog: Catalog) -> None:
        self._levels: dict[str, set[Severity]] = defaultdict(set)
        for record in read_as(catalog.records, _Record):
            for problem in record.found.problems:
                self._levels[problem.code].add(problem.level)

    def link(self, level: Severity, code: str) -> str:
        """Return the address of the datasets that have a problem with this code and level."""
        return self.links([(level, code)])

    def links(self, problems: Iterable[tuple[Severity, str]]) -> str:
        """Return the address of the datasets that have any of these problems."""
        asked = list(problems)
        plain = [code for _, code in asked if len(self._levels[code]) < 2]
        exact = [f'rule:"{level} {code}"' for level, code in asked if len(self._levels[code]) >= 2]
        return query_link(" OR ".join([*([f"rule:{','.join(plain)}"] if plain else []), *exact]))


def site_address(catalog: Catalog) -> str:
    """Return the site's address for examples, with its slash."""
    return catalog.base_url or PLACEHOLDER
