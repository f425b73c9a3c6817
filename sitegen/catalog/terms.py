"""Organism and imaging method: what is stated becomes a term of an ontology, or is kept as written, with a problem."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sitegen.model import Entry, Findings, Problem, Term
from sitegen.model.codes import make_problem
from sitegen.ome.ontology import contradiction, is_known, label_of, normalize_term

_ORGANISMS = ("NCBITaxon:",)
"""Prefixes of the ontologies that have no imaging methods."""
_METHODS = ("FBbi:", "OBI:", "MI:", "CHMO:")
"""Prefixes of the ontologies that have no organisms; NCIT and EFO have both."""


def make_term(written: str | None, labels: Mapping[str, str]) -> Term | None:
    """Return the term that a list or an RO-Crate states; its label from the built-in table, else from `labels`."""
    if not written:
        return None
    term = normalize_term(written)
    return Term(id=term, label=label_of(term) or labels.get(term))


def term_ids(entries: Iterable[Entry], findings: Iterable[Findings]) -> set[str]:
    """Return every organism and imaging method that is stated anywhere."""
    listed = (term for entry in entries for term in (entry.organism_id, entry.fbbi_id))
    found = (term for each in findings if each.crate for term in (each.crate.organism, each.crate.modality))
    return {normalize_term(text) for text in (*listed, *found) if text}


def validate_terms(organism: Term | None, modality: Term | None, text: str) -> list[Problem]:
    """Return what is wrong with a dataset's terms; `text`: name and description, which may name another organism."""
    terms = (("organismId", organism), ("fbbiId", modality))
    problems = [_unknown_term(column, term.id) for column, term in terms if term and not is_known(term.id)]
    problems += [_misplaced_term(column, term) for column, term in terms if term and _is_misplaced(column, term.id)]
    if organism and (word := contradiction(organism.id, text)):
        problems.append(_doubtful_organism(organism, word))
    return problems


def _is_misplaced(column: str, term: str) -> bool:
    """Return whether a term is of an ontology that has none of what the column states."""
    prefixes = _METHODS if column == "organismId" else _ORGANISMS
    return is_known(term) and term.startswith(prefixes)


def _misplaced_term(column: str, term: Term) -> Problem:
    expected = "an organism, such as NCBITaxon:9606" if column == "organismId" else "a method, such as FBbi:00000246"
    found = f"{term.id} ({term.label})" if term.label else term.id
    return make_problem("term-misplaced", column, f"expected {expected}, found {found}")


def _doubtful_organism(organism: Term, word: str) -> Problem:
    return make_problem(
        "organism-doubtful",
        "organismId",
        f"the organism is {organism.label or organism.id}, but name or description say {word!r}",
    )


def _unknown_term(column: str, term: str) -> Problem:
    return make_problem(
        "term-unknown",
        column,
        f"expected an ontology identifier such as NCBI:txid9606 or obo:FBbi_00000246, found {term[:80]!r}",
    )
