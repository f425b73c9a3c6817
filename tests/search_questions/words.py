"""Questions about the words themselves: wildcards, identifiers side by side, other languages, exclusions, sentences."""

from __future__ import annotations

from search_questions.questions import (
    EM,
    HUMAN,
    IN_IDR,
    LIGHT_SHEET,
    LT0113_01,
    MOUSE,
    YEAST,
    ZEBRAFISH,
    Answer,
    Question,
    anything,
    both,
    either,
    is_kind,
    license_is,
    no,
    organism,
    stem,
    study,
)
from sitegen import urls
from sitegen.model import Record

RAT = organism("10116")
ANIMAL = either(organism("9606", "10090", "10116", "7955", "7227", "6239", "9031"), study("liver"))
MAMMAL = organism("9606", "10090", "10116")
BRAIN = study("ssbd", "idr0066")
BY, ZERO, NC = (license_is(each) for each in ("CC-BY-4.0", "CC0-1.0", "CC-BY-NC-SA-4.0"))
FOLDER = "https://livingobjects.example.org/idr/share/challenge/idr0013"
FIRST, LAST = (f"{FOLDER}/{name}.ome.zarr" for name in ("LT0113_01", "LT0156_12"))
BOTH = stem("LT0113_01", "LT0156_12")
TWO_STUDIES = study("idr0013", "idr0004")
RULE = stem("1904_resaved")


def begins(text: str) -> Answer:
    """Return whether the last part of an address begins so."""
    return lambda r: urls.stem(r.url).startswith(text)


def lacks_words(r: Record) -> bool:
    """Return whether a dataset lacks what a list says of it."""
    return None in (r.organism, r.modality, r.license, r.description)


WORDS = (
    # Exclusions among organisms
    Question("animal not human", both(ANIMAL, no(HUMAN))),
    Question("animals, not human", both(ANIMAL, no(HUMAN))),
    Question("animals but no mice", both(ANIMAL, no(MOUSE))),
    Question("mammals except mouse", both(MAMMAL, no(MOUSE))),
    Question("mammals without rodents", HUMAN),
    Question("not human but mouse", MOUSE),
    Question("all mammals but mice", both(MAMMAL, no(MOUSE))),
    Question("organism not human", no(HUMAN)),
    Question("plant not moss", either(study("idr0157"), organism("3701"))),
    # Wildcards
    Question("24*_FColon", study("jax-lacz")),
    Question("24*24230*", stem("24325_K24230_FColon")),
    Question("idr001*", study("idr0013", "idr0011", "idr0016")),
    Question("idr00*", both(IN_IDR, no(study("idr0157")))),
    Question("LT01?3", begins("LT0113")),
    Question("LT01?3_01", LT0113_01),
    Question("LT01??_01", stem("LT0113_01", "LT0156_01")),
    Question("lt*_01", stem("LT0113_01", "LT0156_01")),
    Question("LT*_01*", stem("LT0113_01", "LT0156_01")),
    Question("m*se", MOUSE),
    Question("-LT* idr0013", no(anything)),
    Question("zebra* under 2 GB", both(ZEBRAFISH, lambda r: (r.found.bytes or 0) < 2 * 10**9)),
    Question("neur*medermal OR neur*mesodermal", study("idr0051")),
    Question("*", anything),
    Question("mouse *", MOUSE),
    Question("mouse **", MOUSE),
    Question("what about LT0113_01?", LT0113_01),
    # Singular and plural
    Question("brains", either(BRAIN, study("fzj"))),
    Question("larva", study("lin")),
    Question("mitochondrium", stem("jrc_hela-3_segmented")),
    Question("synapse", study("rats")),
    Question("cultures of rats", RAT),
    # Other languages
    Question("images de souris", MOUSE),
    Question("des images de la souris", MOUSE),
    Question("Bilder von Maus", MOUSE),
    Question("Bilder der Maus", MOUSE),
    Question("Mäuse", MOUSE),
    Question("imágenes de ratón", MOUSE),
    Question("las imágenes del ratón", MOUSE),
    Question("immagini di topo", MOUSE),
    Question("imagens de camundongo", MOUSE),
    Question("levure de boulanger OR levadura", YEAST),
    Question("Daten mit Hefe", YEAST),
    Question("l'homo sapiens", HUMAN),
    # Signs that nobody sees
    Question("mo\u200buse", MOUSE),
    Question("zebra\u00adfish", ZEBRAFISH),
    Question("\ufeffmouse\u200b brain", BRAIN),
    Question("mouse\u00a0brain", BRAIN),
    Question("\u200emouse\u200f", MOUSE),
    Question("\u202amouse\u202c \u2067brain\u2069", BRAIN),
    Question("LT\u20600113\u200d_01", LT0113_01),
    # Identifiers side by side
    Question("idr0013 idr0004", TWO_STUDIES),
    Question("idr0013, idr0004", TWO_STUDIES),
    Question("idr0013,idr0004", TWO_STUDIES),
    Question("idr0013\tidr0004\n", TWO_STUDIES),
    Question("LT0113_01 LT0156_12", BOTH),
    Question("LT0113_01,LT0156_12", BOTH),
    Question("LT0113_01;LT0156_12;nothing_99", BOTH),
    Question("LT0113_01 LT0156_12 LT9999_99", BOTH),
    Question("24300,24301", stem("24300", "24301")),
    Question("idr0013 LT0113_01", LT0113_01),
    Question("idr0013 LT9999_99", no(anything)),
    Question("idr0013 idr0004 yeast", study("idr0004")),
    Question(f"{FIRST} {LAST}", BOTH),
    Question(f"{FIRST}\n{LAST}\n", BOTH),
    Question(f"{FIRST},{LAST}", BOTH),
    Question(f"{FIRST}; {LAST};", BOTH),
    # Addresses and identifiers of licenses
    Question("https://creativecommons.org/licenses/by/4.0/", BY),
    Question("http://creativecommons.org/licenses/by/4.0", BY),
    Question("https://creativecommons.org/licenses/by/4.0/deed.en", BY),
    Question("creativecommons.org/licenses/by/4.0/legalcode", BY),
    Question("https://creativecommons.org/publicdomain/zero/1.0/deed.fr", ZERO),
    Question("https://creativecommons.org/licenses/by-nc-sa/4.0/", NC),
    Question("https://spdx.org/licenses/CC-BY-4.0.html", BY),
    Question("rats https://creativecommons.org/licenses/by/4.0/", RAT),
    Question("CC-BY-4.0 zebrafish", both(BY, ZEBRAFISH)),
    # Names of studies and accessions
    Question("idr0013-neumann-mitocheck", study("idr0013")),
    Question("idr0013-somebody-else", study("idr0013")),
    Question("idr0013/screenA", study("idr0013")),
    Question("idr0013-neumann-mitocheck/screenA", study("idr0013")),
    Question("idr0013A", study("idr0013")),
    Question("IDR 13", study("idr0013")),
    Question("EMPIAR-11666", study("crick")),
    Question("S-BIAD634", no(anything)),
    # Sentences
    Question("could you please show me mouse brain images", BRAIN),
    Question("I'm looking for zebrafish embryos", study("idr0051")),
    Question("do you have any yeast data?", YEAST),
    Question("where can I find electron microscopy of HeLa?", both(EM, HUMAN)),
    Question("I was wondering whether you have light sheet data, thanks in advance", LIGHT_SHEET),
    # Codes of rules
    Question("scale-count", RULE),
    Question("datasets with scale-count", RULE),
    Question("problem:scale-count", RULE),
    Question("not scale-count", no(RULE)),
    # One letter before a word
    Question("C elegans", organism("6239")),
    Question("T cells", no(anything)),
    Question("plate B yeast", both(is_kind("plate"), YEAST)),
    # Encoded text, and what is missing
    Question("mouse%20brain", BRAIN),
    Question("mouse+brain%20", BRAIN),
    Question("organism%3Amouse", organism("10090")),
    Question("missing metadata", lacks_words),
    Question("incomplete metadata", lacks_words),
)
