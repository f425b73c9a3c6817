"""Questions as a microscopist, an analyst, a student type them, each with the datasets that answer it.

An answer is a predicate over the records of `records.py`. It says what is right, not how the search finds it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sitegen import urls
from sitegen.model import Record
from sitegen.site.measures import extent_um

Answer = Callable[[Record], bool]
MB, GB, TB = 10**6, 10**9, 10**12


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody types, and which datasets are right."""

    text: str
    is_right: Answer
    order: str = ""
    """The key by which the words order the results, with `-` before it for the largest first."""


def organism(*ids: str) -> Answer:
    """Return whether a dataset is of one of these taxa."""
    return lambda r: r.organism is not None and r.organism.id.removeprefix("NCBITaxon:") in ids


def method(*ids: str) -> Answer:
    """Return whether a dataset was made with one of these methods."""
    return lambda r: r.modality is not None and r.modality.id.removeprefix("FBbi:") in ids


def study(*keys: str) -> Answer:
    """Return whether a dataset is of one of these studies."""
    return lambda r: any(r.lists[0].csv.endswith(f"/{key}_samples.csv") for key in keys)


def stem(*stems: str) -> Answer:
    """Return whether the last part of a dataset's address is one of these."""
    return lambda r: urls.stem(r.url) in stems


def either(*answers: Answer) -> Answer:
    """Return whether one of the answers is right."""
    return lambda r: any(answer(r) for answer in answers)


def both(*answers: Answer) -> Answer:
    """Return whether all answers are right."""
    return lambda r: all(answer(r) for answer in answers)


def no(answer: Answer) -> Answer:
    """Return whether the answer is wrong."""
    return lambda r: not answer(r)


def below(size: int) -> Answer:
    """Return whether a dataset is known to be smaller."""
    return lambda r: r.found.bytes is not None and r.found.bytes < size


def along(axis: str, least: int) -> Answer:
    """Return whether a dataset has at least so many along an axis."""

    def is_right(r: Record) -> bool:
        sizes = zip(r.found.axes or (), r.found.shape or (), strict=True)
        return any(each.name == axis and size >= least for each, size in sizes)

    return is_right


def is_kind(kind: str) -> Answer:
    """Return whether a dataset is of a kind."""
    return lambda r: r.found.kind == kind


def is_type(*types: str) -> Answer:
    """Return whether pixels are of one of these types."""
    return lambda r: r.found.dtype in types


def is_status(*statuses: str) -> Answer:
    """Return whether a dataset has one of these statuses."""
    return lambda r: r.found.status in statuses


def license_is(spdx: str) -> Answer:
    """Return whether a dataset has this license."""
    return lambda r: r.license is not None and r.license.id == spdx


def within(key: Callable[[Record], int | None], least: int, most: int) -> Answer:
    """Return whether a dataset states a number between two."""
    return lambda r: (number := key(r)) is not None and least <= number <= most


def stored(r: Record) -> int | None:
    """Return how many bytes a dataset has."""
    return r.found.bytes


def channels(r: Record) -> int | None:
    """Return how many channels an image has; one without the axis has one."""
    if r.found.shape is None:
        return None
    return dict(zip((axis.name for axis in r.found.axes or ()), r.found.shape, strict=True)).get("c", 1)


def steps(r: Record) -> set[float]:
    """Return the pixel sizes of an image along x, y and z, in micrometers."""
    scale = (r.found.levels[0].scale or ()) if r.found.axes else ()
    return {step for axis, step in zip(r.found.axes or (), scale, strict=True) if axis.name in "xyz"}


def no_license(r: Record) -> bool:
    """Return whether a dataset states no license."""
    return r.license is None


def anything(_: Record) -> bool:
    """Return true."""
    return True


def has_labels(r: Record) -> bool:
    """Return whether a dataset has label images."""
    return bool(r.found.label_images)


MOUSE = either(organism("10090"), study("webknossos"))
ZEBRAFISH = either(organism("7955"), stem("Zebrafish-H2B-short-timelapse"))
YEAST = organism("4932")
HUMAN = organism("9606")
HELA = study("idr0013", "crick", "hela-fib")
LIGHT_SHEET = either(method("00000369"), study("ssbd", "lightsheet-assay"))
CONFOCAL = method("00000251", "00000253")
EM = method("00000585", "00050000")
BRIGHT_FIELD = method("00000243")
FLUORESCENCE = either(method("00000246", "00000251", "00000253", "00000334", "00000369"), study("lightsheet-assay"))
IN_IDR = study("idr0004", "idr0011", "idr0013", "idr0016", "idr0051", "idr0066", "idr0157", "malaria")
TIME_LAPSE = along("t", 2)
LT0113_01 = stem("LT0113_01")
RGB = study("idr0157", "jax-lacz", "muenster")
FOLDER = "https://livingobjects.example.org/idr/share/challenge/idr0013"

QUESTIONS = (
    # Organisms: common names, Latin names, plurals, groups
    Question("mouse", MOUSE),
    Question("house mouse", MOUSE),
    Question("Mus musculus", MOUSE),
    Question("mice", MOUSE),
    Question("zebrafish", ZEBRAFISH),
    Question("Danio rerio", ZEBRAFISH),
    Question("fruit fly", organism("7227")),
    Question("fruit flies", organism("7227")),
    Question("drosophila", organism("7227")),
    Question("yeast", YEAST),
    Question("brewers yeast", YEAST),
    Question("S. cerevisiae", YEAST),
    Question("human", HUMAN),
    Question("rats", organism("10116")),
    Question("C. elegans", organism("6239")),
    Question("nematode", organism("6239")),
    Question("rodents", either(organism("10090", "10116"))),
    Question("organism:mammals", organism("10090", "10116", "9606")),
    Question("insects", organism("7227")),
    Question("liverworts", study("idr0157")),
    # Terms as they are copied
    Question("NCBITaxon:10090", organism("10090")),
    Question("NCBITaxon_10090", organism("10090")),
    Question("txid10090", organism("10090")),
    Question("NCBI:txid10090", organism("10090")),
    Question("http://purl.obolibrary.org/obo/NCBITaxon_10090", organism("10090")),
    Question("https://purl.obolibrary.org/obo/FBbi_00000251", CONFOCAL),
    Question("obo:FBbi_00000246", FLUORESCENCE),
    Question("FBbi:00000256", EM),
    Question("-NCBITaxon:9606 HeLa", lambda r: False),
    Question("taxid:10090", organism("10090")),
    Question("murine", MOUSE),
    # Methods: every spelling, and the narrower ones
    Question("light-sheet", LIGHT_SHEET),
    Question("light sheet", LIGHT_SHEET),
    Question("lightsheet", LIGHT_SHEET),
    Question("Light Sheets", LIGHT_SHEET),
    Question("SPIM", LIGHT_SHEET),
    Question("LSFM", LIGHT_SHEET),
    Question("selective plane illumination microscopy", LIGHT_SHEET),
    Question("method:fluorescence", FLUORESCENCE),
    Question("fluorescence microscopy", either(FLUORESCENCE, study("ssbd"))),
    Question("confocal", CONFOCAL),
    Question("spinning disc", method("00000253")),
    Question("electron microscopy", EM),
    Question("FIB-SEM", study("hela-fib")),
    Question("fibsem", study("hela-fib")),
    Question("brightfield", BRIGHT_FIELD),
    Question("bright field", BRIGHT_FIELD),
    Question("super-resolution", method("00000334")),
    Question("microCT", study("xray")),
    # Words together, phrases, exclusion, alternatives
    Question("HeLa", HELA),
    Question("HeLa -segmented", both(HELA, no(stem("jrc_hela-3_segmented")))),
    Question('"whole cells"', study("crick")),
    Question('"cell painting"', study("idr0016")),
    Question('HeLa -"FIB-SEM"', study("idr0013", "crick")),
    Question("mouse brain", study("ssbd", "idr0066")),
    Question("zebrafish OR chicken", either(ZEBRAFISH, organism("9031"), study("idr0066"))),
    Question("mouse light-sheet", both(MOUSE, LIGHT_SHEET)),
    Question("embryos of zebrafish", study("idr0051")),
    Question("mouse & brain", study("ssbd", "idr0066")),
    Question("+mouse +brain", study("ssbd", "idr0066")),
    Question("zebrafish or chicken", either(ZEBRAFISH, organism("9031"), study("idr0066"))),
    Question("zebrafish|chicken", either(ZEBRAFISH, organism("9031"), study("idr0066"))),
    Question("mouse, but not brain", both(MOUSE, no(study("ssbd", "idr0066")))),
    Question("mouse NOT", MOUSE),
    Question("hippocamp*", study("rats")),
    Question("24325*24231*", stem("24325_K24231_FColon")),
    # Short names are whole words
    Question("rat", organism("10116")),
    Question("EM", EM),
    Question("SEM", EM),
    Question("STED", study("rats")),
    Question("volume EM", EM),
    # Spellings
    Question("Julich", study("fzj")),
    Question("Juelich", study("fzj")),
    Question("Jülich", study("fzj")),
    Question("Müller", study("rats")),
    Question("Soerensen", study("rats")),
    Question("Sorensen", study("rats")),
    Question("Giessen", study("rats")),
    Question("Weiss", study("rats")),
    Question("Muenster", study("muenster")),
    Question("Ledesma Fernandez", study("idr0011")),
    Question("timelapse", TIME_LAPSE),
    Question("time-lapse", TIME_LAPSE),
    Question("hippocampus1", stem("hippocampus-1")),
    # One typo
    Question("zebrafsh", ZEBRAFISH),
    Question("conofcal", CONFOCAL),
    Question("hippocampuss", study("rats")),
    # Words for what is otherwise a facet
    Question("labels", has_labels),
    Question("mouse labels", both(MOUSE, has_labels)),
    Question("all mouse data with labels", both(MOUSE, has_labels)),
    Question("all mouse data with labels, CC BY", both(MOUSE, has_labels, license_is("CC-BY-4.0"))),
    Question("uint16", is_type("uint16")),
    Question("16-bit", is_type("uint16")),
    Question("16bit", is_type("uint16")),
    Question("8 bit", is_type("uint8")),
    Question("sharded", lambda r: r.found.shards is not None),
    Question("zstd", lambda r: "zstd" in r.found.codecs),
    Question("blosc", stem("hippocampus-1")),
    Question("kind:plate", is_kind("plate")),
    Question("yeast plate", both(YEAST, is_kind("plate"))),
    Question("CC0", license_is("CC0-1.0")),
    Question("license:CC-BY-4.0 rats", both(organism("10116"), license_is("CC-BY-4.0"))),
    Question("license:cc by rats", both(organism("10116"), license_is("CC-BY-4.0"))),
    Question("licence:cc0", license_is("CC0-1.0")),
    Question("non-commercial", study("fzj")),
    Question("creative commons", lambda r: r.license is not None),
    Question("license:none", lambda r: r.license is None),
    Question("stale", is_status("stale")),
    Question("status:missing", is_status("missing")),
    Question("version:0.4", study("muenster")),
    # Fields with numbers and units
    Question("organism:mouse size:<5GB", both(organism("10090"), below(5 * GB))),
    Question("organism:mouse size:<5GB z:>100 list:idr0013", lambda r: False),
    Question("zebrafish light-sheet volume under 5 GB", both(organism("7955"), below(5 * GB))),
    Question("size:>=1TB", lambda r: (r.found.bytes or 0) >= 10**12),
    Question("size:1..2GB", lambda r: GB <= (r.found.bytes or 0) <= 2 * GB),
    Question("size:1-2GB", lambda r: GB <= (r.found.bytes or 0) <= 2 * GB),
    Question("size:1GB-2GB", lambda r: GB <= (r.found.bytes or 0) <= 2 * GB),
    Question("larger than 0.5 terabytes", lambda r: (r.found.bytes or 0) > TB // 2),
    Question("z:1000+", along("z", 1000)),
    Question("5 channels", both(along("c", 5), no(along("c", 6)))),
    Question("three channels", both(along("c", 3), no(along("c", 4)))),
    Question("at least 100 time points", along("t", 100)),
    Question("384-well plates", lambda r: False),
    Question("96-well plates", lambda r: r.found.plate is not None),
    Question("z:>1000", along("z", 1001)),
    Question("t:>=100", along("t", 100)),
    Question("channels:5", along("c", 5)),
    Question("pixel:<0.5um", lambda r: r.found.shape is not None),
    Question("organism:rat,zebrafish", organism("10116", "7955")),
    Question("organism:rat", organism("10116")),
    Question("method:EM", EM),
    Question("organism=zebrafish", organism("7955")),
    Question("technique:confocal", CONFOCAL),
    Question("institute:jax", study("jax-lacz")),
    Question("author:Attardi", study("idr0051")),
    Question("list:idr0013", study("idr0013")),
    Question("institution:jax", study("jax-lacz")),
    Question('institution:"universität münster"', study("muenster")),
    Question("HeLa -kind:plate", study("crick", "hela-fib")),
    # Identifiers and addresses
    Question("LT0113_01", LT0113_01),
    Question("lt0113-01", LT0113_01),
    Question("T0113_0", stem(*(f"LT0113_0{number}" for number in range(1, 10)))),
    Question(f"{FOLDER}/LT0113_01.ome.zarr", LT0113_01),
    Question(f"{FOLDER}/LT0113_01.ome.zarr/".replace("https", "http"), LT0113_01),
    Question(f"{FOLDER}/LT0113_01.ome.zarr/zarr.json?download=1#x", LT0113_01),
    Question(f"{FOLDER}/LT0113_01.ome.zarr/0/c/0/0/0", LT0113_01),
    Question(f"https://ome.github.io/ome-ngff-validator/?source={FOLDER}/LT0113_01.ome.zarr", LT0113_01),
    Question(f"https://hms-dbmi.github.io/vizarr/?source={FOLDER}/LT0113_01.ome.zarr", LT0113_01),
    Question("038d16f4", stem("038d16f4-af14-47b0-a70d-f6349f00b046")),
    Question("EMPIAR-11666", study("crick")),
    Question("https://www.empiar.example.org/EMPIAR-11666", study("crick")),
    Question("Riccia fluitans", stem("IMG_1000-1090 Riccia fluitans stature")),
    Question("bassoon", stem("hippocampus-1")),
    # Orders
    Question("largest mouse dataset", MOUSE, "-bytes"),
    Question("biggest plates", is_kind("plate"), "-bytes"),
    Question("smallest dataset", anything, "bytes"),
    Question("the 10 largest human datasets", HUMAN, "-bytes"),
    Question("plates with the most channels", is_kind("plate"), "-channels"),
    Question("longest time lapse", TIME_LAPSE, "-t"),
    Question("highest resolution rat", organism("10116"), "pixel"),
    Question("zebrafish sorted by size, largest first", ZEBRAFISH, "-bytes"),
    # Numbers in sentences
    Question("smaller than 5 GB", below(5 * GB)),
    Question("more than 3 channels", within(channels, 4, 10**6)),
    Question("with more than one channel", within(channels, 2, 10**6)),
    Question("between 2 and 3 channels", within(channels, 2, 3)),
    Question("two channels or more", within(channels, 2, 10**6)),
    Question("single channel", within(channels, 1, 1)),
    Question("at least 100 z slices", along("z", 100)),
    Question("between 1 and 5 GB", within(stored, GB, 5 * GB)),
    Question("500 GB or more", within(stored, 500 * GB, 10**18)),
    Question("no more than 300 MB", within(stored, 0, 300 * MB)),
    Question("mouse data under 10 GB with labels", both(MOUSE, below(10 * GB), has_labels)),
    Question("under 0.5 um pixel size", lambda r: r.found.shape is not None),
    Question("pixel size below 200 nm", lambda r: False),
    Question("images larger than 0.5 TB", within(stored, TB // 2 + 1, 10**18)),
    Question("size:none", lambda r: r.found.bytes is None),
    Question("under 100 MB OR size:none", either(below(100 * MB), lambda r: r.found.bytes is None)),
    # Exclusions, and what is not stated
    Question("organism:human not HeLa", both(HUMAN, no(HELA))),
    Question("non-human", no(HUMAN)),
    Question("without labels", lambda r: r.found.shape is not None and not has_labels(r)),
    Question("yeast except plates", both(YEAST, no(is_kind("plate")))),
    Question("plates excluding yeast and human", both(is_kind("plate"), no(either(YEAST, HUMAN)))),
    Question("plates -(yeast OR human)", both(is_kind("plate"), no(either(YEAST, HUMAN)))),
    Question("no license", no_license),
    Question("without a license", no_license),
    Question("license not stated", no_license),
    Question("unlicensed", no_license),
    Question("unknown organism", lambda r: r.organism is None),
    # Alternatives and parentheses
    Question("zebrafish vs chicken", either(ZEBRAFISH, organism("9031"), study("idr0066"))),
    Question("either zebrafish, yeast or chicken", either(ZEBRAFISH, YEAST, organism("9031"), study("idr0066"))),
    Question("CC BY or CC0", either(license_is("CC-BY-4.0"), license_is("CC0-1.0"))),
    Question("(mouse OR rat) AND labels", both(either(MOUSE, organism("10116")), has_labels)),
    Question("(mouse labels) OR (rat STED)", either(both(MOUSE, has_labels), study("rats"))),
    # Sentences
    Question("show me all zebrafish images", ZEBRAFISH),
    Question("how many plates do you have?", is_kind("plate")),
    Question("I am looking for yeast plates, please", both(YEAST, is_kind("plate"))),
    Question("which datasets have labels", has_labels),
    Question("which institutions have zebrafish in 3D", both(ZEBRAFISH, lambda r: r.found.shape is not None)),
    Question("3D stacks of chicken embryos", study("xray", "idr0066")),
    Question("commercial use", either(license_is("CC-BY-4.0"), license_is("CC0-1.0"))),
    # Identifiers in other forms
    Question("idr4", study("idr0004")),
    Question("https://doi.org/10.6019/EMPIAR-11666", study("crick")),
    Question("doi:10.6019/EMPIAR-11666", study("crick")),
    Question("empiar 11666", study("crick")),
    Question("https://idr.example.org/search/?query=Name:idr0051", study("idr0051")),
    # Other languages and spellings
    Question("Maus", MOUSE),
    Question("souris", MOUSE),
    Question("ratón", MOUSE),
    Question("Hefe", YEAST),
    Question("organism:Mensch", HUMAN),
    Question("pez cebra", ZEBRAFISH),
    Question("sted", study("rats")),
    Question("immunolabelling", lambda r: False),
    Question("1 um", study("fzj")),
    # Amounts in words, and about an amount
    Question("bigger than a terabyte", within(stored, TB + 1, 10**18)),
    Question("half a terabyte or more", within(stored, TB // 2, 10**18)),
    Question("a hundred slices or more", along("z", 100)),
    Question("about 1 GB", within(stored, 800 * MB, 1200 * MB)),
    Question("size:~1GB", within(stored, 800 * MB, 1200 * MB)),
    Question("1344 x 1024", both(along("x", 1344), along("y", 1024), no(along("x", 1345)), no(along("y", 1025)))),
    Question("more than 1000 x 1000 pixels", both(along("x", 1001), along("y", 1001))),
    Question("images bigger than 10000 pixels", along("x", 10001)),
    Question("images larger than 1 GB", within(stored, GB + 1, 10**18)),
    Question("chunks smaller than 1 MB", lambda r: r.found.shape is not None),
    Question("pixel size 0.325 um", lambda r: r.found.shape is not None),
    Question("0.5 um per pixel", lambda r: False),
    Question("16 bits per pixel", is_type("uint16")),
    Question("unsigned 8 bit", is_type("uint8")),
    # Everything, and adjectives
    Question("what organisms are there?", anything),
    Question("who has zebrafish data?", ZEBRAFISH),
    Question("well plates", is_kind("plate")),
    Question("datasets", anything),
    Question("show me everything", anything),
    Question("large datasets", anything, "-bytes"),
    Question("how big is the largest dataset?", anything, "-bytes"),
    Question("small molecules", study("idr0016")),
    # Identifiers with a space
    Question("idr 51", study("idr0051")),
    Question("leaf 7", stem("leaf_7")),
    # What is stored, and how
    Question("zarr v2", study("muenster")),
    Question("zarr version 2", study("muenster")),
    Question("4D", both(along("z", 2), along("t", 2))),
    Question("5D", both(along("z", 2), along("t", 2), along("c", 2))),
    Question("creative commons attribution", lambda r: r.license is not None and "BY" in (r.license.id or "")),
    Question("no derivatives", lambda r: r.license is not None and "-ND" in (r.license.id or "")),
    Question("broken", lambda r: r.found.status in ("missing", "unreachable", "unreadable") or r.found.valid is False),
    # Words joined by signs
    Question("mouse,brain", study("ssbd", "idr0066")),
    Question("mouse+brain", study("ssbd", "idr0066")),
    Question("human,mouse or rat", either(HUMAN, MOUSE, organism("10116"))),
    Question("!mouse", no(MOUSE)),
    # Typos of fields
    Question("orgnism:zebrafish", organism("7955")),
    Question("chanels:5", within(channels, 5, 5)),
    # A number and its unit alone, exact numbers, numbers in words
    Question("90 GB", within(stored, 72 * GB, 108 * GB)),
    Question("mouse brain 10GB", study("idr0066")),
    Question("human cortex at 1 um", study("fzj")),
    Question("5 channels and more than 1 well", both(within(channels, 5, 5), is_kind("plate"))),
    Question("exactly 2 channels", within(channels, 2, 2)),
    Question("dual-color", within(channels, 2, 2)),
    Question("2 or more channels", within(channels, 2, 1000)),
    Question("two or three channels", within(channels, 2, 3)),
    Question("at most 3 z", lambda r: r.found.shape is not None and not along("z", 4)(r)),
    Question("more than 1 000 slices", along("z", 1001)),
    Question("more than 1.000 slices", along("z", 1001)),
    Question("pixel size better than 1 um", lambda r: r.found.shape is not None),
    Question("largest number of channels", anything, "-channels"),
    Question("high-resolution mouse brain", study("ssbd", "idr0066"), "pixel"),
    Question("the three biggest plates", is_kind("plate"), "-bytes"),
    Question("first 5 zebrafish", ZEBRAFISH),
    Question("yeast, largest first", YEAST, "-bytes"),
    Question("no time points", no(along("t", 2))),
    Question("image pyramids", lambda r: len(r.found.levels) > 1),
    # Dates
    Question("added in 2026", stem("LT0156_12")),
    Question("plates listed in November 2026", stem("LT0156_12")),
    Question("rats published in 2024", stem("hippocampus-2", "hippocampus-3")),
    Question("published in May 2024", stem("hippocampus-2")),
    # Words of sentences about science
    Question("mouse brain imaging", study("ssbd", "idr0066")),
    Question("calcium imaging", study("plants")),
    Question("paper by Voigt", study("idr0066")),
    Question("project idr0013", study("idr0013")),
    Question("yeast imaged using confocal", study("idr0011")),
    Question("annotated mouse data", both(MOUSE, lambda r: bool(r.found.label_images))),
    Question("HE stained", study("muenster")),
    Question("µCT", study("xray")),
    Question("embryo", study("ssbd-worm", "idr0051", "idr0066", "xray")),
    # Exclusions and availability in words
    Question("zebrafish or mouse without light sheet", both(either(ZEBRAFISH, MOUSE), no(LIGHT_SHEET))),
    Question("all except light sheet and confocal", no(either(LIGHT_SHEET, CONFOCAL))),
    Question("HeLa not electron microscopy", both(HELA, no(EM))),
    Question("no label images", both(no(has_labels), lambda r: r.found.shape is not None)),
    Question("not from Universität Münster", no(study("muenster"))),
    Question("everything but plates", no(is_kind("plate"))),
    Question("neither mouse nor human", no(either(MOUSE, HUMAN))),
    Question("line", study("idr0051")),  # `Lineages`; not all that are `online`
    Question("not reachable", no(is_status("ok"))),
    Question("unavailable", no(is_status("ok"))),
    Question("dead links", is_status("missing", "unreachable")),
    Question("without sharding", study("muenster")),
    Question("yeast licensed under CC BY", YEAST),
    Question("compressed with blosc", stem("hippocampus-1")),
    Question("what's the biggest mouse dataset?", MOUSE, "-bytes"),
    # Values of which a dataset has one are alternatives, however they are listed
    Question("mouse and human", either(MOUSE, HUMAN)),
    Question("human, mouse", either(MOUSE, HUMAN)),
    Question("yeast, rat and human", either(YEAST, organism("10116"), HUMAN)),
    Question("yeast/rat", either(YEAST, organism("10116"))),
    Question("yeast / rat", either(YEAST, organism("10116"))),
    Question("yeast & rat", either(YEAST, organism("10116"))),
    Question("yeast and/or rat", either(YEAST, organism("10116"))),
    Question("mouse AND human", lambda r: False),
    Question("mouse and rodents", organism("10090")),
    Question("SSBD and Crick", study("ssbd", "ssbd-worm", "crick")),
    Question("8-bit and 16-bit", lambda r: r.found.dtype is not None),
    Question("human plates and images", both(HUMAN, is_kind("plate"))),
    Question("confocal and electron microscopy", either(CONFOCAL, EM)),
    Question("calcium and glutamate", study("plants")),
    Question("zebrafish and light sheet", both(organism("7955"), LIGHT_SHEET)),
    # A word that is one of the catalog's, or typed to its end, is no part of a name of organisms and methods
    Question("liver", study("liver")),
    Question("liver section", study("liver")),
    Question("liverw", study("idr0157")),
    Question("live section", study("liver")),
    Question("live plants", lambda r: False),
    Question("plant leaves", either(study("idr0157"), study("plants"))),
    Question("LIN", study("lin")),
    Question("EBI", study("plants", "xray", "lightsheet-assay")),
    Question("WT", study("ssbd-worm")),
    Question("SIM", lambda r: False),
    Question("TEM", lambda r: False),
    Question("E. coli", lambda r: False),
    Question("C elegans", organism("6239")),
    Question("H and E", study("muenster")),
    Question("3D OR rats", either(along("z", 2), organism("10116"))),
    # Voxels, colors, what is missing
    Question("isotropic", study("isotropic")),
    Question("isotropic voxels", study("isotropic")),
    Question("not isotropic rats", lambda r: False),
    Question("anisotropic zebrafish", ZEBRAFISH),
    Question("RGB", RGB),
    Question("colour images of human tissue", lambda r: False),
    Question("true-color slides", study("muenster")),
    Question("greyscale HeLa", HELA),
    Question("grey-level HeLa plates", study("idr0013")),
    Question("no description", lambda r: r.description is None),
    Question("plates without a name", lambda r: False),
    Question("missing thumbnail", lambda r: r.found.thumbnail is None),
    Question("no channels", within(channels, 1, 1)),
    Question("no z HeLa", study("idr0013")),
    # Orders
    Question("random", anything, "random"),
    Question("surprise me with a zebrafish", ZEBRAFISH, "random"),
    Question("a random yeast plate", both(YEAST, is_kind("plate")), "random"),
    Question("order by name", anything, "title"),
    Question("yeast A-Z", YEAST, "title"),
    Question("yeast by size", YEAST, "bytes"),
    Question("new datasets", anything, "-added_at"),
    # Numbers
    Question("5 GB < size < 10 GB", within(stored, 5 * GB + 1, 10 * GB - 1)),
    Question("1 < channels < 4", within(channels, 2, 3)),
    Question("3 <= c", within(channels, 3, 1000)),
    Question("pixel size 0.325", lambda r: r.found.shape is not None),
    Question("voxel size > 0.5", lambda r: False),
    Question("voxel:<0.5um", lambda r: r.found.shape is not None),
    Question("sub-micron", lambda r: r.found.shape is not None),
    Question("pyramids", lambda r: len(r.found.levels) > 1),
    Question("single resolution yeast", YEAST),
    Question("12 bit", lambda r: False),
    # Dates
    Question("rats published 2024", stem("hippocampus-2", "hippocampus-3")),
    Question("published before 2024-06", stem("hippocampus-2")),
    Question("published after May 2024", lambda r: False),
    Question("rats since 2024", stem("hippocampus-2", "hippocampus-3")),
    Question("added until 2026", stem("LT0156_12")),
    # Fields by other names, and names that are none
    Question("type:plate", is_kind("plate")),
    Question("format:0.4", study("muenster")),
    Question("version 0.4", study("muenster")),
    Question("provider:crick", study("crick")),
    Question("organisms: rat, zebrafish", organism("10116", "7955")),
    Question("imaging method: confocal", CONFOCAL),
    Question("authors: Attardi", study("idr0051")),
    Question("Attardi et al.", study("idr0051")),
    Question("plate:LT0113_01", LT0113_01),
    Question("id:038d16f4", stem("038d16f4-af14-47b0-a70d-f6349f00b046")),
    Question("taxid 10090", organism("10090")),
    Question("taxon id: 10090", organism("10090")),
    Question("I want mouse brains.", study("ssbd", "idr0066")),
    Question("largest rat dataset in the catalog", organism("10116"), "-bytes"),
    Question("open access rats", both(organism("10116"), license_is("CC-BY-4.0"))),
    Question("license:by-nc-sa", study("fzj")),
    Question("マウス", MOUSE),
    # All of the name of an institution means it, whatever its words mean elsewhere
    Question("Institute of Imaging Methods", study("flamingo")),
    Question(
        "zebrafish from Institute of Imaging Methods, largest first", stem("Zebrafish-H2B-short-timelapse"), "-bytes"
    ),
    Question("institution:institute of imaging methods", study("flamingo")),
    Question("not from Institute of Imaging Methods", no(study("flamingo"))),
    Question("Institute of Imaging Methods and Crick", study("flamingo", "crick")),
    # A compared length that does not say what it is of: an extent where it is long, else the pixel size
    Question("larger than 3 mm", lambda r: (extent_um(r) or 0) > 3000),
    Question("2 cm", lambda r: 19_000 <= (extent_um(r) or 0) <= 21_000),
    Question("physical size above 300 um", lambda r: (extent_um(r) or 0) > 300),
    Question("300 um or more", lambda r: (extent_um(r) or 0) >= 300),
    Question("between 100 and 300 um", lambda r: 100 <= (extent_um(r) or 0) <= 300),
    Question("smaller than 200 nm", no(anything)),
    Question("below 400nm", lambda r: r.found.shape is not None),
    Question("finer than 400 nm", lambda r: r.found.shape is not None),
    # Valid metadata, or not
    Question("valid", lambda r: r.found.valid is True),
    Question("valid only", lambda r: r.found.valid is True),
    Question("datasets without problems", lambda r: r.found.valid is True),
    Question("human slides without errors", both(study("muenster"), lambda r: r.found.valid is True)),
    Question("invalid", lambda r: r.found.valid is False),
    Question("not valid", lambda r: r.found.valid is False),
    Question("with errors", lambda r: r.found.valid is False),
    Question("with problems", lambda r: r.found.valid is False),
    Question("-valid", lambda r: r.found.valid is not True),
    Question("-(valid metadata)", lambda r: r.found.valid is not True),
    Question("valid OR invalid", lambda r: r.found.valid is not None),
    # The unit behind a range, a number of pixels after another noun, and orders by a number of something
    Question("width between 600 and 700 pixels", both(along("x", 600), no(along("x", 701)))),
    Question("width from 600 to 700 pixels", both(along("x", 600), no(along("x", 701)))),
    Question("height between 500 and 520 pixels", both(along("y", 500), no(along("y", 521)))),
    Question("width 600 to 700 px", both(along("x", 600), no(along("x", 701)))),
    Question("between 600px and 700px wide", both(along("x", 600), no(along("x", 701)))),
    Question("images at least 10000 pixels wide", along("x", 10_000)),
    Question("images > 10000 px wide", along("x", 10_001)),
    Question("images > 5", is_kind("plate")),
    Question("yeast sorted by number of channels", YEAST, "channels"),
    Question("ordered by number of planes, largest first", anything, "-z"),
    Question("sort by the number of time points", anything, "t"),
    Question("sorted by number of resolution levels", anything, "levels"),
    Question(
        "image size 1344x1024", both(along("x", 1344), along("y", 1024), no(along("x", 1345)), no(along("y", 1025)))
    ),
    Question("no organism stated", lambda r: r.organism is None),
    # Pixel sizes along several axes, and fields that are stated
    Question("voxel size 0.325 x 0.325 x 1 um", lambda r: steps(r) == {0.325, 1.0}),
    Question("0.325 x 0.325 um", lambda r: 0.325 in steps(r)),
    Question("voxel size 1 x 1 x 1 um", no(anything)),
    Question("with pixel size", lambda r: r.found.shape is not None),
    Question("with organism", lambda r: r.organism is not None),
    Question("mouse with license stated", both(MOUSE, no(no_license))),
    Question("rats with a license", organism("10116")),
    Question("with description", lambda r: r.description is not None),
    Question("with size and labels", both(has_labels, lambda r: r.found.bytes is not None)),
)

DEAD_ENDS = (
    ("mouse banana", "without “banana”"),
    ("banana", "'how': 'all'"),
    ("license:banana", "CC-BY-4.0"),
    ("version:9", "0.5"),
    ("uint32", "uint16"),
    ("12-bit", "uint16"),
    ("size:<1kB", "80000000"),
    ("size:>900TB", "1000000000000"),
    ("foo:banana", "'how': 'all'"),
    ("zebrafish yeast", "OR"),
    ("zebrafish labels 5 channels", "'demands': [{'word': 'labels'}, {'word': '5 channels'}]"),
    ("hipocamppus", "hippocampus"),
    ("180 GB", "under 180 GB"),
    ("largest banana", "'how': 'all'"),
    ("STORM", "FBbi:00000246"),
    ("widefield", "FBbi:00000246"),
    ("monkey", "NCBITaxon:40674"),
    ("TEM", '"TEM"'),
    ("U-2 OS", "U-2OS"),
    ("jrc_hela-9", "hela"),
    ("https://other.example.org/data/LT0113_01.ome.zarr", "LT0113_01"),
    ("https://other.example.org/idr0013/lost.zarr", "idr0013"),
    ("Attardi 1999", "without “1999”"),
    ("2 nm", "pixel"),
)
"""Questions that find nothing, and a part of a way on."""
