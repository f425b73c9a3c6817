"""The tables of imaging methods and organisms: what the ontologies say, read from the formats they are published in."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from sitegen.ome.ontology import label_of, named_terms, other_names, parents_of, wider_terms

TOOL = Path(__file__).resolve().parent.parent / "tools" / "fbbi_table.py"
OBO = """format-version: 1.2

[Term]
id: FBbi:00000246
name: fluorescence microscopy
is_a: FBbi:00000345 ! light microscopy

[Term]
id: FBbi:00000245
name: differential  interference contrast
synonym: "DIC" EXACT []
synonym: "say \\"Nomarski\\"" RELATED [FBbi:x]

[Typedef]
id: part_of
"""
OWL = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:owl="http://www.w3.org/2002/07/owl#"
 xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#" xmlns:oio="http://www.geneontology.org/formats/oboInOwl#">
 <owl:Class rdf:about="http://purl.obolibrary.org/obo/FBbi_00000246">
  <rdfs:subClassOf rdf:resource="http://purl.obolibrary.org/obo/FBbi_00000345"/>
  <rdfs:subClassOf><owl:Restriction/></rdfs:subClassOf>
  <rdfs:label xml:lang="en">fluorescence microscopy</rdfs:label>
 </owl:Class>
 <owl:Class rdf:about="http://purl.obolibrary.org/obo/FBbi_00000245">
  <rdfs:label>differential interference contrast</rdfs:label>
  <oio:hasExactSynonym>DIC</oio:hasExactSynonym>
  <oio:hasRelatedSynonym>say "Nomarski"</oio:hasRelatedSynonym>
 </owl:Class>
 <owl:Class rdf:about="http://purl.obolibrary.org/obo/PATO_0000001"/>
</rdf:RDF>
"""


@pytest.mark.parametrize(("reader", "text"), [("read_obo", OBO), ("read_owl", OWL)])
def test_table_is_made_of_the_published_ontology(reader: str, text: str) -> None:
    """Both formats give identifier, label, parents and synonyms, in the order of the identifiers."""
    tool = runpy.run_path(str(TOOL))

    table = tool["make_table"](tool[reader](text))

    assert table.removeprefix(tool["HEAD"]) == (
        '00000245\tdifferential interference contrast\t\tDIC|say "Nomarski"\n'
        "00000246\tfluorescence microscopy\t00000345\t\n"
    )


def test_narrower_methods_know_the_wider_ones() -> None:
    """Confocal, light sheet and STED are fluorescence microscopy; each kind of it is microscopy."""
    for local in ("00000251", "00000253", "00000254", "00000334", "00000369"):
        assert {"FBbi:00000246", "FBbi:00000241"} <= set(wider_terms(f"FBbi:{local}"))
    assert "FBbi:00000369" in wider_terms("OBI:0003098")
    assert "FBbi:00000256" in wider_terms("FBbi:00050000")


def test_all_parents_are_in_the_tables() -> None:
    """No term is below one without a label, and none is above itself."""
    for curie in named_terms():
        assert all(label_of(parent) for parent in parents_of(curie)), curie
        assert curie not in wider_terms(curie)


def test_common_names_of_organisms() -> None:
    """What people call model organisms, and the groups that they are in."""
    assert "mouse" in other_names("NCBITaxon:10090")
    assert "zebrafish" in other_names("NCBITaxon:7955")
    assert [label_of(each) for each in wider_terms("NCBITaxon:10090")] == [
        "Rodentia",
        "Mammalia",
        "Vertebrata",
        "Metazoa",
        "Eukaryota",
    ]
