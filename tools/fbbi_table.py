"""Writes `sitegen/ome/fbbi.tsv`: the terms of FBbi, from the ontology as it is published.

    python tools/fbbi_table.py fbbi.owl        http://purl.obolibrary.org/obo/fbbi.owl, RDF/XML
    python tools/fbbi_table.py fbbi.obo        the same in the OBO flat file format, 1.2 or 1.4

The Biological Imaging Methods Ontology is published under CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/);
the table names it. Obsolete terms are kept: lists may still name them.
"""

from __future__ import annotations

import re
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_RDFS = "{http://www.w3.org/2000/01/rdf-schema#}"
_OWL = "{http://www.w3.org/2002/07/owl#}"
_OBO_IN_OWL = "{http://www.geneontology.org/formats/oboInOwl#}"
_SYNONYMS = tuple(f"{_OBO_IN_OWL}has{scope}Synonym" for scope in ("Exact", "Related", "Narrow", "Broad"))
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_TARGET = Path(__file__).resolve().parent.parent / "sitegen" / "ome" / "fbbi.tsv"
HEAD = """\
# Terms of the Biological Imaging Methods Ontology (FBbi), http://purl.obolibrary.org/obo/fbbi.owl, CC BY 4.0
# (https://creativecommons.org/licenses/by/4.0/): labels, `is_a` and synonyms, unchanged but for white space.
# Made by tools/fbbi_table.py. Columns: identifier, label, identifiers of its parents, synonyms separated by `|`.
"""


@dataclass(slots=True, kw_only=True)
class Term:
    """One term of the ontology."""

    id: str
    """Without its prefix: `00000246`."""
    label: str = ""
    parents: list[str] = field(default_factory=list)
    synonyms: list[str] = field(default_factory=list)


def read_obo(text: str) -> Iterator[Term]:
    """Yield the FBbi terms of an OBO flat file (https://owlcollab.github.io/oboformat/doc/obo-syntax.html)."""
    for stanza in re.split(r"\n\s*\n", text):
        lines = stanza.strip().splitlines()
        if not lines or lines[0].strip() != "[Term]":
            continue
        term = Term(id="")
        for line in lines[1:]:
            tag, _, value = line.partition(":")
            _read_tag(term, tag.strip(), value.split(" ! ")[0].strip())
        if term.id:
            yield term


def _read_tag(term: Term, tag: str, value: str) -> None:
    if tag == "id":
        term.id = _local(value) or ""
    elif tag == "name":
        term.label = value
    elif tag == "is_a":
        term.parents.extend(filter(None, [_local(value.split(" ")[0])]))
    elif tag == "synonym" and (quoted := _QUOTED.match(value)):
        term.synonyms.append(re.sub(r"\\(.)", r"\1", quoted[1]))


def read_owl(text: str) -> Iterator[Term]:
    """Yield the FBbi terms of an ontology in RDF/XML."""
    for each in ET.fromstring(text).iter(f"{_OWL}Class"):  # noqa: S314 (whoever runs it chose the file)
        local = _local(each.get(f"{_RDF}about", ""))
        if not local:
            continue
        above = [_local(parent.get(f"{_RDF}resource", "")) for parent in each.findall(f"{_RDFS}subClassOf")]
        synonyms = [found.text or "" for tag in _SYNONYMS for found in each.findall(tag)]
        label = each.findtext(f"{_RDFS}label", "")
        yield Term(id=local, label=label, parents=[parent for parent in above if parent], synonyms=synonyms)


def _local(written: str) -> str | None:
    found = re.search(r"FBbi[:_](root[:_])?([0-9]+)$", written)
    return f"{'root:' if found[1] else ''}{found[2]}" if found else None


def make_table(terms: Iterator[Term] | list[Term]) -> str:
    """Return the table; terms in the order of their identifiers."""
    rows = [
        "\t".join((term.id, _line(term.label), " ".join(sorted(set(term.parents))), "|".join(_names(term))))
        for term in sorted(terms, key=lambda term: term.id)
    ]
    return HEAD + "".join(f"{row}\n" for row in rows)


def _names(term: Term) -> list[str]:
    return sorted({_line(name).replace("|", "/") for name in term.synonyms if name.strip()} - {term.label})


def _line(text: str) -> str:
    return " ".join(text.split())


def main() -> int:
    """Write the table from the file that the command line names."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    text = Path(sys.argv[1]).read_text(encoding="utf-8")
    _TARGET.write_text(make_table(read_owl(text) if "<rdf:RDF" in text else read_obo(text)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
