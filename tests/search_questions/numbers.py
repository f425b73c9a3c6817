"""Questions about several numbers, sides, pixel sizes, dimensions, signs and identifiers, as people type them.

Like `questions.py`: an answer is a predicate over the records, and says what is right, not how it is found.
"""

from __future__ import annotations

from collections.abc import Callable

from search_questions.questions import (
    GB,
    MB,
    MOUSE,
    TB,
    Answer,
    Question,
    anything,
    below,
    both,
    channels,
    either,
    is_type,
    no,
    no_license,
    organism,
    stem,
    stored,
    study,
    within,
)
from search_questions.registers import no_description, no_organism
from search_questions.sentences import NOTHING, PLATE, STATED, axes, images
from sitegen import formatting
from sitegen.model import Record

MOST = 10**18


def along(axis: str) -> Callable[[Record], int | None]:
    """Return how long an image is along an axis; one without the axis has one."""

    def length(r: Record) -> int | None:
        if r.found.shape is None:
            return None
        return dict(zip((each.name for each in r.found.axes or ()), r.found.shape, strict=True)).get(axis, 1)

    return length


x, y, z, t = map(along, "xyzt")


def exactly(key: Callable[[Record], int | None], *numbers: int) -> Answer:
    """Return whether a dataset has one of these numbers."""
    return either(*(within(key, each, each) for each in numbers))


def outside(key: Callable[[Record], int | None], least: int, most: int) -> Answer:
    """Return whether a dataset has fewer than one number, or more than another."""
    return either(within(key, 0, least - 1), within(key, most + 1, MOST))


def spans(*names: str) -> Answer:
    """Return whether the axes span one of these."""
    return lambda r: formatting.dimensions(r.found.axes, r.found.shape) in names


def step(*lengths: float) -> Answer:
    """Return whether the pixel size in the plane is nearly one of these."""
    return lambda r: any(abs(each - length) <= length / 20 for each in _steps(r, "xy") for length in lengths)


def spacing(length: float) -> Answer:
    """Return whether the pixel size along z is nearly this."""
    return lambda r: any(abs(each - length) <= length / 20 for each in _steps(r, "z"))


def _steps(r: Record, names: str) -> set[float]:
    scale = (r.found.levels[0].scale or ()) if r.found.levels else ()
    return {each for axis, each in zip(r.found.axes or (), scale, strict=False) if axis.name in names}


def no_method(r: Record) -> bool:
    """Return whether a dataset states no method."""
    return r.modality is None


def about(*sizes: int) -> Answer:
    """Return whether a dataset is about as large as one of these."""
    return either(*(within(stored, each * 4 // 5, each * 6 // 5) for each in sizes))


JAX = study("jax-lacz")
OF_MOUSE = organism("10090")
NOT_MOUSE = no(OF_MOUSE)
EBI = study("plants", "xray", "lightsheet-assay")

NUMBERS = (
    # Several numbers are a set; two ends are a range
    *(
        Question(text, exactly(channels, 2, 4))
        for text in (
            "2 or 4 channels",
            "two or four channels",
            "2,4 channels",
            "2, 4 channels",
            "2/4 channels",
            "channels 2,4",
            "channels 2 or 4",
            "channels:2,4",
            "channels=2,4",
            "channels:2|4",
            "channels: 2 or 4",
            "2- or 4-channel images",
            "either 2 or 4 channels",
            "2 channels or 4 channels",
            "2 channels or 4",
        )
    ),
    Question("1, 2 or 3 channels", exactly(channels, 1, 2, 3)),
    Question("1, 2, or 3 channels", exactly(channels, 1, 2, 3)),
    Question("1 or 2 or 3 channels", exactly(channels, 1, 2, 3)),
    Question("one, two or three colors", exactly(channels, 1, 2, 3)),
    Question("channels 1,2,4", exactly(channels, 1, 2, 4)),
    Question("number of channels: 1, 2 or 5", exactly(channels, 1, 2, 5)),
    Question("1 or 5 channels", exactly(channels, 1, 5)),
    Question("plates with 1 or 5 channels", both(PLATE, exactly(channels, 1, 5))),
    Question("1 or 5 channels, plates", both(PLATE, exactly(channels, 1, 5))),
    Question("not 1 or 2 channels", no(exactly(channels, 1, 2))),
    Question("between 2 and 4 channels", within(channels, 2, 4)),
    Question("from 2 to 4 channels", within(channels, 2, 4)),
    Question("2-4 channels", within(channels, 2, 4)),
    Question("2 to 4 channels", within(channels, 2, 4)),
    Question("1 or 3 to 5 channels", either(exactly(channels, 1), within(channels, 3, 5))),
    Question("1, 3 or more channels", either(exactly(channels, 1), within(channels, 3, MOST))),
    Question("z 10/21/31", exactly(z, 10, 21, 31)),
    Question("z:10,21,31", exactly(z, 10, 21, 31)),
    Question("21 or 31 slices", exactly(z, 21, 31)),
    Question("60, 79 or 93 time points", exactly(t, 60, 79, 93)),
    Question("1 or 3 images", exactly(images, 1, 3)),
    Question("1024 or 2048 pixels wide", exactly(x, 1024, 2048)),
    Question("10 or 240 GB", about(10 * GB, 240 * GB)),
    Question("300 MB or 1 TB", about(300 * MB, TB)),
    Question("size:10GB,240GB", about(10 * GB, 240 * GB)),
    Question("pixel size 0.325 or 0.5 um", step(0.325, 0.5)),
    Question("0,325 or 0,5 µm", step(0.325, 0.5)),
    Question("0.5 or 0.7 um", NOTHING),
    Question("1,344 pixels wide", exactly(x, 1344)),
    # Numbers in words
    Question("twenty-one slices", exactly(z, 21)),
    Question("twenty one or thirty one slices", exactly(z, 21, 31)),
    Question("seventy nine time points", exactly(t, 79)),
    Question("at least one hundred frames", within(t, 100, MOST)),
    Question("more than two hundred frames", within(t, 201, MOST)),
    Question("between twenty and thirty one slices", within(z, 20, 31)),
    Question("two thousand and more pixels wide", within(x, 2000, MOST)),
    Question("more than two dozen slices", within(z, 25, MOST)),
    # Limits that are joined: either, or both
    *(
        Question(text, outside(channels, 2, 3))
        for text in (
            "fewer than 2 channels or more than 3",
            "fewer than 2 or more than 3 channels",
            "less than 2 channels or more than 3 channels",
            "channels <2 or >3",
            "channels:<2 or >3",
            "channels: <2 or channels: >3",
        )
    ),
    Question("2 channels or more than 3", either(exactly(channels, 2), within(channels, 4, MOST))),
    Question("exactly 2 or more than 3 channels", either(exactly(channels, 2), within(channels, 4, MOST))),
    Question("under 1 GB or over 900 GB", outside(stored, GB, 900 * GB)),
    Question("under 1 or over 900 GB", outside(stored, GB, 900 * GB)),
    Question("size < 1 GB or > 900 GB", outside(stored, GB, 900 * GB)),
    Question("smaller than 500 MB or larger than 900 GB", outside(stored, 500 * MB, 900 * GB)),
    Question("z < 10 or z > 1000", outside(z, 10, 1000)),
    Question("mouse under 5 GB or over 400 GB", both(MOUSE, outside(stored, 5 * GB, 400 * GB))),
    Question("more than 2 and less than 5 channels", within(channels, 3, 4)),
    Question("at least 2 but fewer than 5 channels", within(channels, 2, 4)),
    Question("over 1 GB and under 5 GB", within(stored, GB + 1, 5 * GB - 1)),
    Question("at least 3 channels or 100 slices", either(within(channels, 3, MOST), within(z, 100, 100))),
    # Dimensions, as cards and the filter say them
    Question("3-D + c + t", spans("3-D + c + t")),
    Question("3D+c+t", spans("3-D + c + t")),
    Question("3D + t + c", spans("3-D + c + t")),
    Question("2D+t", spans("2-D + t")),
    Question("2-D + t", spans("2-D + t")),
    Question("2D + time", spans("2-D + t")),
    Question("3D + channels + time", spans("3-D + c + t")),
    Question("3-D + c", spans("3-D + c")),
    Question("dimensions: 2-D + c", spans("2-D + c")),
    Question("5D", spans("3-D + c + t")),
    Question("xyzct", axes("tczyx")),
    Question("tczyx", axes("tczyx")),
    Question("TCZYX", axes("tczyx")),
    Question("(t, c, z, y, x)", axes("tczyx")),
    # Stated in one field, but not in another
    Question("organism but no method", both(no(no_organism), no_method)),
    Question("organism, but no method", both(no(no_organism), no_method)),
    Question("method without organism", both(no(no_method), no_organism)),
    Question("with method but without organism", both(no(no_method), no_organism)),
    Question("with license but no description", both(no(no_license), no_description)),
    Question("license but no organism", both(no(no_license), no_organism)),
    Question("no organism but license", both(no(no_license), no_organism)),
    Question("no organism but with a license", both(no(no_license), no_organism)),
    Question("mouse with method but no license", both(MOUSE, both(no(no_method), no_license))),
    # Sides
    *(Question(text, exactly(x, 1024)) for text in ("1024 pixels wide", "1024 px wide", "width 1024", "width 1024 px")),
    *(
        Question(text, exactly(y, 2048))
        for text in ("2048 px high", "2048 pixels tall", "height: 2048", "2048 px height")
    ),
    Question("1024 pixels wide and 1024 pixels high", both(exactly(x, 1024), exactly(y, 1024))),
    Question("1024x1024", both(exactly(x, 1024), exactly(y, 1024))),
    Question("1024 by 1024 pixels", both(exactly(x, 1024), exactly(y, 1024))),
    *(
        Question(text, both(both(exactly(x, 1024), exactly(y, 1024)), exactly(z, 88)))
        for text in ("1024 x 1024 x 88", "88 x 1024 x 1024", "1024×1024×88 voxels")
    ),
    Question("512 x 512 x 100", NOTHING),
    Question("700 x 600 x 500", both(both(exactly(x, 700), exactly(y, 600)), exactly(z, 500))),
    Question("wider than 10000 pixels", within(x, 10_001, MOST)),
    Question("at least 4000 pixels tall", within(y, 4000, MOST)),
    Question("at least 4000 px in height", within(y, 4000, MOST)),
    # Identifiers that are copied from OMERO
    *(
        Question(text, JAX)
        for text in (
            "Image:11164",
            "image:11164",
            "Image ID: 11164",
            "imageId=11164",
            "image_id 11164",
            "OMERO 11164",
            "omero image 11164",
            "image 11164",
            "image-11164",
            "show=image-11164",
        )
    ),
    Question("Screen:1101", study("idr0013")),
    Question("screen-1101", study("idr0013")),
    Question("Image:1116", NOTHING),
    Question("image 4007801", NOTHING),
    Question("OMERO 4007801", NOTHING),
    # Pixel sizes along axes
    Question("0.325 x 0.325 µm", step(0.325)),
    Question("0.5 x 0.5 µm", NOTHING),
    Question("pixel size 0.325 by 0.325", step(0.325)),
    Question("pixel size: 0.325 x 0.325 um", step(0.325)),
    Question("pixel size of 0.325 um x 0.325 um", step(0.325)),
    Question("325 x 325 nm", step(0.325)),
    Question("0.325x0.325x1 um", both(step(0.325), spacing(1))),
    Question("1 x 0.325 x 0.325 um", both(step(0.325), spacing(1))),
    Question("voxel size 0.325 x 0.325 x 0.33", both(step(0.325), spacing(0.33))),
    Question("voxel size (0.325, 0.325, 0.33)", both(step(0.325), spacing(0.33))),
    Question("voxel size 0.325, 0.325, 0.33 um", both(step(0.325), spacing(0.33))),
    # Signs
    Question("channels==3", exactly(channels, 3)),
    Question("channels == 3", exactly(channels, 3)),
    Question("channels ≥ 3", within(channels, 3, MOST)),
    Question("channels ≤ 3", within(channels, 0, 3)),
    Question("channels => 3", within(channels, 3, MOST)),
    Question("channels =< 3", within(channels, 0, 3)),
    *(
        Question(text, outside(channels, 1, 1))
        for text in ("channels!=1", "channels != 1", "channels<>1", "channels ≠ 1", "c!=1")
    ),
    Question("size==0", NOTHING),
    Question("size>=1TB", within(stored, TB, MOST)),
    Question("size => 1 TB", within(stored, TB, MOST)),
    Question("size=>1TB", within(stored, TB, MOST)),
    Question("organism==mouse", OF_MOUSE),
    Question("organism = mouse", OF_MOUSE),
    *(
        Question(text, NOT_MOUSE)
        for text in ("organism!=mouse", "organism != mouse", "organism<>mouse", "organism≠mouse")
    ),
    # Hosts and institutions by a part of their names
    *(
        Question(text, JAX)
        for text in ("host jax", "on jax", "host:jax", "hosted by jax", "hosted on JAX", "server jax")
    ),
    Question("hosted by ebi", EBI),
    Question("hosted at EBI", EBI),
    Question("host storage", JAX),
    Question("hosted by storage.example.org", JAX),
    Question("host webknossos", study("webknossos")),
    Question("mouse hosted at EBI", both(MOUSE, EBI)),
    # Bits and dates: the same, of other fields
    *(
        Question(text, is_type("uint8", "uint16"))
        for text in ("8 or 16 bit", "8/16 bit", "8- or 16-bit", "8, 16 or 32 bits")
    ),
    *(
        Question(text, stem("hippocampus-2", "hippocampus-3"))
        for text in (
            "published 2023 or 2024",
            "published in 2023, 2024",
            "published between 2023 and 2025",
            "published 2023-2024",
            "2023-2024",
            "2023, 2024",
            "published before 2020 or after 2023",
            "published after 2020 and before 2025",
            "published since 2023 but before 2025",
        )
    ),
    Question("published from January 2024 to June 2024", stem("hippocampus-2")),
    Question("added after 2020 and before 2025", NOTHING),
    Question("added between 2026-10 and 2026-12", stem("LT0156_12")),
    # Words that only look like numbers
    Question("idr0051, 1 channel", both(study("idr0051"), exactly(channels, 1))),
    Question("24300, 2 channels", NOTHING),
    Question("1 channel or 100 slices", either(exactly(channels, 1), exactly(z, 100))),
    Question("2 or 4 channels or 31 slices", either(exactly(channels, 2, 4), exactly(z, 31))),
    Question("1 or 2 channels and 21 or 31 slices", both(exactly(channels, 1, 2), exactly(z, 21, 31))),
    Question("mouse or 2 channels", either(MOUSE, exactly(channels, 2))),
    Question("between 2 or 4 channels", within(channels, 2, 4)),
    Question("two- or three-channel images", exactly(channels, 2, 3)),
    Question("dual or triple color", exactly(channels, 2, 3)),
    Question(">=2 && <=4 channels", within(channels, 2, 4)),
    Question("more than 2, less than 5 channels", within(channels, 3, 4)),
    Question("at most 2 or at least 5 channels", outside(channels, 3, 4)),
    Question("c:>2,<5", within(channels, 3, 4)),
    Question("c:1..2,4", exactly(channels, 1, 2, 4)),
    Question("size:<1GB|>1TB", outside(stored, GB, TB)),
    Question("size != 0", within(stored, 1, MOST)),
    Question("96/384 wells", PLATE),
    Question("z spacing 0.5 or 1 um", spacing(1)),
    Question("chunk size under 1 MB or over 16 MB", STATED),
    Question("under 5 GB, mouse", both(below(5 * GB), MOUSE)),
    Question("everything", anything),
)
"""Each is asked of texts that are whole, and of texts in parts."""
