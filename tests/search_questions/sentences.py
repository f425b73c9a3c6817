"""Questions as people say them to a colleague: amounts, negations, fields and dates in words, in English of all kinds.

Like `questions.py`: an answer is a predicate over the records, and says what is right, not how it is found.
"""

from __future__ import annotations

from math import prod

from search_questions.questions import (
    CONFOCAL,
    EM,
    GB,
    HELA,
    HUMAN,
    LIGHT_SHEET,
    MB,
    MOUSE,
    RGB,
    TB,
    TIME_LAPSE,
    YEAST,
    ZEBRAFISH,
    Answer,
    Question,
    along,
    anything,
    below,
    both,
    channels,
    either,
    has_labels,
    is_kind,
    is_status,
    is_type,
    license_is,
    no,
    no_license,
    organism,
    stem,
    stored,
    study,
    within,
)
from sitegen.model import Record

COMMERCIAL = either(license_is("CC-BY-4.0"), license_is("CC0-1.0"))
STATED = lambda r: r.found.shape is not None  # noqa: E731
"""Whether the image could be read."""
PLATE = is_kind("plate")
NOTHING = no(anything)
BRAIN = lambda r: "brain" in f"{r.description} {r.url}".lower()  # noqa: E731
CELLS = lambda r: "cell" in f"{r.name} {r.description} {r.url}".lower()  # noqa: E731


def axes(names: str) -> Answer:
    """Return whether the axes are these, in this order."""
    return lambda r: "".join(axis.name for axis in r.found.axes or ()) == names


def images(r: Record) -> int | None:
    """Return how many images a dataset has."""
    return r.found.images


def pixels(r: Record) -> int | None:
    """Return how many pixels an image has along all axes."""
    return prod(r.found.shape) if r.found.shape else None


SENTENCES = (
    # Datasets of several images, and amounts that are not exact
    Question("more than one image", within(images, 2, 10**6)),
    Question("3 images", stem("slide-17")),
    Question("series with three images", stem("slide-17")),
    Question("datasets of 96 images", within(images, 96, 96)),
    Question("at least 2 images", within(images, 2, 10**6)),
    Question("dozens of images", within(images, 12, 10**6)),
    Question("a few images", stem("slide-17")),
    Question("10 images of mouse", MOUSE),
    Question("show me 5 datasets of zebrafish", ZEBRAFISH),
    Question("a few MB", NOTHING),
    Question("a few GB", within(stored, 2 * GB, 10 * GB)),
    Question("a few hundred MB", within(stored, 200 * MB, 900 * MB)),
    Question("hundreds of GB", within(stored, 100 * GB, TB)),
    Question("a couple of gigabytes", within(stored, 2 * GB, 3 * GB)),
    Question("a few channels", within(channels, 2, 9)),
    Question("half a GB", within(stored, 400 * MB, 600 * MB)),
    Question("a gigabyte", within(stored, 800 * MB, 1200 * MB)),
    Question("size:5GB", within(stored, 4 * GB, 6 * GB)),
    # Comparisons in another order, or as learners say them
    Question("more channels than 2", within(channels, 3, 10**6)),
    Question("fewer channels than 2", within(channels, 0, 1)),
    Question("fewer slices than 10", both(STATED, no(along("z", 10)))),
    Question("less then 3 channels", within(channels, 0, 2)),
    Question("more as 3 channels", within(channels, 4, 10**6)),
    Question("data lower than 1 GB", below(GB)),
    Question("size inferior to 1 GB", below(GB)),
    Question("size superior to 100 GB", within(stored, 100 * GB + 1, 10**18)),
    Question("bigger then 10 GB", within(stored, 10 * GB + 1, 10**18)),
    Question("5GB max", within(stored, 0, 5 * GB)),
    Question("max size 5GB", within(stored, 0, 5 * GB)),
    Question("maximum file size 5 GB", within(stored, 0, 5 * GB)),
    Question("3 channels minimum", within(channels, 3, 10**6)),
    Question("color at most 100 slices", both(RGB, both(STATED, no(along("z", 101))))),
    Question("not color at most 100 slices", both(no(RGB), both(STATED, no(along("z", 101))))),
    Question(
        "slices at most 10 channels at least 2", both(both(STATED, no(along("z", 11))), within(channels, 2, 10**6))
    ),
    Question("at least 3 channels and 50 slices", both(within(channels, 3, 10**6), along("z", 50))),
    Question("channel count 3", within(channels, 3, 3)),
    Question("number of channels: 3", within(channels, 3, 3)),
    Question("3ch", within(channels, 3, 3)),
    Question("8-bit images > 5 GB", both(is_type("uint8"), within(stored, 5 * GB + 1, 10**18))),
    Question("images over 10k pixels wide", along("x", 10_001)),
    Question("more than 1 gigapixel", within(pixels, 10**9 + 1, 10**18)),
    Question("gigapixel images", within(pixels, 10**9, 10**18)),
    Question("over 100 megapixels", within(pixels, 10**8 + 1, 10**18)),
    Question("over a gigapixel", within(pixels, 10**9 + 1, 10**18)),
    Question("under a megapixel", NOTHING),
    Question("more than a million pixels", within(pixels, 10**6 + 1, 10**18)),
    Question("over 2.5 million pixels", within(pixels, 2_500_001, 10**18)),
    Question("half a billion voxels or more", within(pixels, 5 * 10**8, 10**18)),
    Question("between 1 and 5 million pixels", within(pixels, 10**6, 5 * 10**6)),
    Question("several megapixels", within(pixels, 2 * 10**6, 10**7)),
    Question("under 1e9 pixels", within(pixels, 0, 10**9 - 1)),
    Question("between 1e6 and 1e9 pixels", within(pixels, 10**6, 10**9)),
    Question("over 1,000,000,000 pixels", within(pixels, 10**9 + 1, 10**18)),
    Question("number of pixels above 1e9", within(pixels, 10**9 + 1, 10**18)),
    Question("pixel count: 1e9 or more", within(pixels, 10**9, 10**18)),
    Question("more than a million pixels wide", NOTHING),
    Question("over 500000 pixels", along("x", 500_001)),
    Question("more than a thousand pixels", along("x", 1001)),
    Question("2048x2048 and larger", both(along("x", 2048), along("y", 2048))),
    Question("2048 x 2048 pixels or more", both(along("x", 2048), along("y", 2048))),
    Question("2048x2048+", both(along("x", 2048), along("y", 2048))),
    Question("512x672 or smaller", both(STATED, no(either(along("x", 513), along("y", 673))))),
    Question("4096 x 4096 minimum", both(along("x", 4096), along("y", 4096))),
    Question("0.3 x 0.3 x 1 um or larger", both(STATED, no(stem("spheroid-1")))),
    Question("voxel size below 0.3 x 0.3 x 1 um", NOTHING),
    Question(
        "about 2048 x 2048",
        both(*(f(a) for a in "xy" for f in (lambda a: along(a, 1639), lambda a: no(along(a, 2458))))),
    ),
    Question("2 levels", NOTHING),
    # Bits of a pixel, and versions
    Question("more than 8 bits", is_type("uint16")),
    Question("at least 16 bit", is_type("uint16")),
    Question("8 bit or more", is_type("uint8", "uint16")),
    Question("bit depth above 8", is_type("uint16")),
    Question("less than 16-bit", is_type("uint8")),
    Question("older than version 0.5", study("muenster")),
    Question("ome-zarr below 0.5", study("muenster")),
    Question("version >= 0.4", anything),
    Question("NGFF 0.5 or newer", no(study("muenster"))),
    # Fields in words, in the plural, and with another field's value
    Question("channels: Bassoon", stem("hippocampus-1")),
    Question("channel named Bassoon", stem("hippocampus-1")),
    Question("channel called Homer1", stem("hippocampus-1")),
    Question("Bassoon channel", stem("hippocampus-1")),
    Question("channels: 2", within(channels, 2, 2)),
    Question("labels: nuclei", stem("jrc_hela-3_segmented")),
    Question("labels:yes", has_labels),
    Question("label images: nuclei", stem("jrc_hela-3_segmented")),
    Question("organism mouse", organism("10090")),
    Question("organism is mouse", organism("10090")),
    Question("organisms: mouse", organism("10090")),
    Question("species human", HUMAN),
    Question("license CC0", license_is("CC0-1.0")),
    Question("licenses:CC0", license_is("CC0-1.0")),
    Question("CC0 license", license_is("CC0-1.0")),
    Question("method confocal", CONFOCAL),
    Question("confocal method", CONFOCAL),
    Question("dtype uint16", is_type("uint16")),
    Question("data type uint8", is_type("uint8")),
    Question("kind plate", PLATE),
    Question("status missing", is_status("missing")),
    Question("pixel_size:<0.5um", STATED),
    Question("axes:tczyx", axes("tczyx")),
    Question("axes tczyx", axes("tczyx")),
    Question("tczyx", axes("tczyx")),
    Question("XYZCT", axes("tczyx")),
    Question("axes: t, c, z, y, x", axes("tczyx")),
    Question("axes:zyx", axes("zyx")),
    Question("axes zcyx", NOTHING),
    Question("axes: 3D", along("z", 2)),
    # What a license allows
    Question("commercial use allowed", COMMERCIAL),
    Question("may be used commercially", COMMERCIAL),
    Question("data I can use commercially", COMMERCIAL),
    Question("open license", COMMERCIAL),
    Question("permissive license", COMMERCIAL),
    Question("no commercial use", study("fzj")),
    Question("not for commercial use", study("fzj")),
    # Licenses by other names, and those that no dataset has: they do not fall apart into words
    *(
        Question(text, license_is("CC-BY-4.0"))
        for text in (
            *("attribution 4.0", "creative commons attribution 4.0", "Creative Commons Attribution 4.0 International"),
            *("BY 4.0", "CC BY v4.0", "CC BY 4", "licensed under CC BY 4.0", "license CC-BY", "CC BY 4.0 license"),
        )
    ),
    Question("attribution non-commercial share-alike 4.0", study("fzj")),
    Question("Attribution-NonCommercial-ShareAlike 4.0 license", study("fzj")),
    Question("sa license", study("fzj")),
    Question("Creative Commons Zero", license_is("CC0-1.0")),
    Question("CC BY 4.0, CC0", COMMERCIAL),
    Question("mouse, not CC-BY-SA", MOUSE),
    *(
        Question(text, NOTHING)
        for text in (
            *("MIT license", "license MIT", "licensed under MIT", "licensed under the MIT license", "nd license"),
            *("Apache license 2.0", "cc-by-sa", "CC BY-SA 4.0", "attribution share-alike 4.0", "CC BY 3.0", "cc-by-nd"),
        )
    ),
    # Negation
    Question("don't show plates", no(PLATE)),
    Question("do not show me plates", no(PLATE)),
    Question("hide plates", no(PLATE)),
    Question("Hide plates", no(PLATE)),
    Question("not a plate", no(PLATE)),
    Question("no plates", no(PLATE)),
    Question("ignore plates and yeast", no(either(PLATE, YEAST))),
    Question("skip plates", no(PLATE)),
    Question("minus plates", no(PLATE)),
    Question("excluding mouse", no(MOUSE)),
    Question("everything but mouse", no(MOUSE)),
    Question("Everything except plates and mouse", no(either(PLATE, MOUSE))),
    Question("apart from mouse", no(MOUSE)),
    Question("anything that is not mouse", no(MOUSE)),
    Question("datasets that aren't human", no(HUMAN)),
    Question("don't include images of mouse", no(MOUSE)),
    Question("no data from SSBD", no(study("ssbd", "ssbd-worm"))),
    Question("mouse, but not confocal", both(MOUSE, no(CONFOCAL))),
    Question("non-RGB", no(RGB)),
    Question("no pyramid", anything),
    Question("without pyramid", anything),
    Question("without a pyramid", anything),
    Question("organism not mouse", no(organism("10090"))),
    Question("organism is not mouse", no(organism("10090"))),
    Question("status not ok", no(is_status("ok"))),
    Question("version not 0.5", study("muenster")),
    Question("exclude: mouse", no(MOUSE)),
    Question("w/o labels", both(STATED, no(has_labels))),
    Question("datasets that don't have labels", both(STATED, no(has_labels))),
    Question("no sharding", study("muenster")),
    Question("lacking a license", no_license),
    Question("not stated license", no_license),
    Question("doesn't have a license", no_license),
    Question("valid but without license", both(no_license, lambda r: r.found.valid is True)),
    # What is stated, and validity
    Question("has license", no(no_license)),
    Question("have a license", no(no_license)),
    Question("with description and license", both(no(no_license), lambda r: r.description is not None)),
    Question("datasets that fail validation", lambda r: r.found.valid is False),
    Question("passes validation", lambda r: r.found.valid is True),
    Question("not found", is_status("missing")),
    # Names of organisms are no parts of other names; words of sentences are no typos
    Question("cat", NOTHING),
    Question("CAT scan", study("xray")),
    Question("cannot", NOTHING),
    Question("at least", NOTHING),
    Question("hello zebrafish", ZEBRAFISH),
    Question("could I have zebrafish?", ZEBRAFISH),
    Question("preferably zebrafish, thanks", ZEBRAFISH),
    Question("what is in this catalog?", anything),
    Question("show me something beautiful", anything),
    Question("who made this", anything),
    Question("zebrafish hosted at IDR", study("idr0051")),
    Question("compare mouse and human", either(MOUSE, HUMAN)),
    Question("how many zebrafish datasets", ZEBRAFISH),
    # Sentences that are being typed
    Question("HeLa without", HELA),
    Question("HeLa and", HELA),
    Question("HeLa under", HELA),
    Question("HeLa under 5", HELA),
    Question("HeLa larger than 5 G", HELA),
    Question("HeLa sorted by", HELA),
    # Orders
    Question("many channels", anything, "-channels"),
    Question("lots of time points", anything, "-t"),
    Question("largest field of view", anything, "-extent"),
    # Orders by whatever can be sorted, also where their words stand apart
    Question("largest by channels", anything, "-channels"),
    Question("largest by time points", anything, "-t"),
    Question("largest by wells", anything, "-wells"),
    Question("biggest plate by number of wells", PLATE, "-wells"),
    Question("most wells", anything, "-wells"),
    Question("fewest time points", anything, "t"),
    Question("sort by number of pixels", anything, "pixel_count"),
    Question("zebrafish sorted by most time points", ZEBRAFISH, "-t"),
    Question("mouse, in descending order of width", MOUSE, "-x"),
    Question("largest mouse in pixels", MOUSE, "-pixel_count"),
    Question("smallest zebrafish first", ZEBRAFISH, "bytes"),
    Question("oldest human datasets first", HUMAN, "added_at"),
    Question("lightest yeast", YEAST, "bytes"),
    Question("smallest chunks", anything, "chunk"),
    Question("highest channel count", anything, "-channels"),
    Question("maximum channels 3", within(channels, 0, 3)),
    Question("largest 96 well plates", PLATE, "-bytes"),
    Question("largest 8 bit mouse", both(MOUSE, is_type("uint8")), "-bytes"),
    # How many are wanted is left out
    Question("top 10 mouse", MOUSE),
    Question("mouse, top 10", MOUSE),
    Question("top ten human datasets by size", HUMAN, "-bytes"),
    Question("the three smallest", anything, "bytes"),
    Question("largest 3 zebrafish images", ZEBRAFISH, "-bytes"),
    Question("long time-lapse", TIME_LAPSE, "-t"),
    Question("large HeLa datasets", HELA, "-bytes"),
    Question("recent", anything, "-added_at"),
    Question("recent mouse", MOUSE, "-added_at"),
    Question("HeLa, most recently uploaded", HELA, "-added_at"),
    Question("mouse added recently", MOUSE, "-added_at"),
    # Dates
    Question("added in November 2026", stem("LT0156_12")),
    # Typical requests
    Question("I search images from mouse brain with lightsheet", study("ssbd", "idr0066")),
    Question("please give dataset of zebra fish", ZEBRAFISH),
    Question("segmented HeLa", stem("jrc_hela-3_segmented")),
    Question("ground truth for nuclei", stem("jrc_hela-3_segmented")),
    # What stands on both sides of `or`
    Question("mouse brain or rat brain", both(MOUSE, BRAIN)),
    Question("mouse organoid or rat hippocampus", either(study("lightsheet-assay"), study("rats"))),
    Question("mouse organoid or rat", either(study("lightsheet-assay"), study("rats"))),
    Question("zebrafish cells or human cells", both(either(ZEBRAFISH, HUMAN), CELLS)),
    Question("zebrafish cells, yeast cells or a human cell", both(either(ZEBRAFISH, YEAST, HUMAN), CELLS)),
    Question("STED rat neurons or mouse neurons", study("rats")),
    Question("mouse images or rat images", either(MOUSE, organism("10116"))),
    Question("mouse under 5 GB or human under 70 GB", either(both(MOUSE, below(5 * GB)), both(HUMAN, below(70 * GB)))),
    Question("zebrafish light sheet or mouse confocal", either(both(ZEBRAFISH, LIGHT_SHEET), both(MOUSE, CONFOCAL))),
    Question("mouse or rat confocal", both(either(MOUSE, organism("10116")), CONFOCAL)),
    Question("light sheet or electron microscopy, no mouse", both(either(LIGHT_SHEET, EM), no(MOUSE))),
    Question("HCS plates with more than 90 wells", PLATE),
)

UNKNOWN_DATES = ("added today", "added in 2026", "new this week", "uploaded since May", "added last month")
"""Questions about when datasets were added."""
