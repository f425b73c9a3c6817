"""Questions about fields that are stated or not, axes by their letters, data types, and numbers with a typo.

Like `questions.py`: an answer is a predicate over the records, and says what is right, not how it is found.
"""

from __future__ import annotations

from search_questions.negations import NO_LABELS, asking
from search_questions.numbers import along, exactly, no_method
from search_questions.questions import (
    CONFOCAL,
    GB,
    MOUSE,
    TB,
    anything,
    below,
    both,
    channels,
    either,
    has_labels,
    is_kind,
    is_type,
    license_is,
    no,
    no_license,
    organism,
    stored,
    study,
    within,
)
from search_questions.registers import no_description, no_name, no_organism
from search_questions.sentences import NOTHING

MOST = 10**18
LICENSE, ORGANISM, METHOD = no(no_license), no(no_organism), no(no_method)
C, Z, T = channels, along("z"), along("t")
OF_HUMAN = organism("9606")

FIELDS = (
    # Stated, and not
    *asking(LICENSE, "license stated", "license is known", "license:stated", "license:any", "license:*", "license:c*"),
    *asking(LICENSE, "that state a license", "known license", "having a license"),
    *asking(
        both(ORGANISM, no_method),
        *("has organism but not method", "organism but not method", "with organism and without method"),
        *("organism, no method", "organism stated, method unknown", "method:none organism:any"),
    ),
    *asking(
        both(ORGANISM, no_license), "organism but no license", "has organism, no license", "license:none organism:*"
    ),
    *asking(both(no_license, no_organism), "without license, organism", "neither license nor organism"),
    *asking(both(no_license, no_organism), "missing license and organism", "no license or organism"),
    *asking(both(NO_LABELS, no_license), "neither labels nor license", "neither license nor labels"),
    *asking(both(LICENSE, ORGANISM), "license and organism stated", "with license, organism"),
    *asking(both(LICENSE, ORGANISM, METHOD), "license, organism and method are stated"),
    *asking(both(NO_LABELS, LICENSE), "no labels, license stated", "without labels, license stated"),
    *asking(no_method, "no method stated", "not method", "method:unknown", "method:not stated", "method: none"),
    *asking(both(MOUSE, no_license), "mouse, not licensed", "mouse license:unknown"),
    *asking(no_license, "no license info", "not licensed"),
    *asking(no(license_is("CC-BY-4.0")), "not licensed under CC BY"),
    *asking(both(MOUSE, no(has_labels)), "mouse not labels"),
    # Fields of texts, and values with wildcards
    *asking(no_name, "name:none", "title:none"),
    *asking(no_description, "description:none"),
    *asking(NO_LABELS, "labels:none"),
    *asking(OF_HUMAN, "organism:Homo*", "organism:h?mo*", "organism:*sapiens"),
    *asking(both(no(OF_HUMAN), LICENSE), "-organism:Homo* license stated"),
    *asking(is_type("uint8", "uint16"), "dtype:uint*"),
    *asking(CONFOCAL, "method:conf*"),
    *asking(study("rats"), "title:hippocampal", "name:hippo*"),
    # Axes
    *asking(exactly(C, 3), "c 3", "C 3", "c=3"),
    *asking(both(MOUSE, exactly(C, 2)), "mouse c 2", "c 2 mouse"),
    *asking(exactly(Z, 31), "z 31"),
    *asking(within(Z, 30, 40), "z 30..40", "z 30-40", "z 30 to 40"),
    *asking(within(T, 50, MOST), "t 50+"),
    *asking(both(within(T, 50, 200), exactly(Z, 1)), "t 50..200 z 1", "z 1 t 50..200"),
    *asking(both(exactly(C, 2), both(exactly(Z, 1), exactly(T, 163))), "c 2 z 1 t 163"),
    *asking(exactly(C, 2, 3), "c 2 or 3"),
    # Numbers with a typo
    *asking(exactly(C, 3), "3 chanels", "three channles"),
    *asking(exactly(C, 2), "2 chanel"),
    *asking(within(C, 3, MOST), "at least 3 chanels", "more than two chanels"),
    *asking(exactly(T, 163), "163 timepionts", "163 time pionts"),
    *asking(both(exactly(C, 2), exactly(Z, 1)), "2 chanels z 1"),
    *asking(within(stored, 5 * GB + 1, MOST), "> 5 GBs", "more than 5 GBytes", "over 5 giga bytes"),
    *asking(below(TB), "< 1 terrabyte", "unter 1 TB", "moins de 1 TB"),
    # What a comparison is of
    *asking(within(C, 3, MOST), "longer than 2 channels", "wider than 2 channels"),
    *asking(within(Z, 32, MOST), "longer than 31 slices"),
    *asking(within(Z, 0, 30), "shorter than 31 slices"),
    # Values of one field
    *asking(organism("10090", "9606"), "organism:mouse, organism:human", "organism:mouse and organism:human"),
    *asking(either(is_kind("plate"), is_kind("image")), "kind:plate, kind:image"),
    # Data types
    *asking(NOTHING, "signed 16 bit", "16-bit signed", "signed 16-bit integer", "half precision", "32 bit float"),
    *asking(NOTHING, "double precision", "float 32", "float64 images"),
    *asking(is_type("uint16"), "unsigned 16 bit", "16-bit unsigned integers", "16 bit integer", "uint 16"),
    *asking(is_type("uint8"), "unsigned 8-bit", "8-bit unsigned"),
    # How a sample was prepared
    *asking(anything, "not embedded in cells", "not mounted on slides"),
)
