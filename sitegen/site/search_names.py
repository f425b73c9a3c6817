"""What people call the values of fields when they search: `16-bit` for `uint16`, `mouse` for NCBITaxon:10090.

Each function takes a value as the search files have it and returns its names, the first of them what it is
called in lists of suggestions. Of values that a query names as a whole, a name is all of a word or phrase. Pure
functions.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache
from itertools import chain

from sitegen import formatting
from sitegen.model import Kind
from sitegen.ome.ontology import label_of, named_terms, other_names, wider_terms

_ACRONYM = re.compile("[A-Z]{4,}")
_BITS = re.compile(r"(?:u?int|float|complex)([0-9]{1,3})")
_KIND_NAMES: dict[Kind, tuple[str, ...]] = {
    "image": ("single image",),
    "plate": (
        *("plates", "well plate", "well plates", "multiwell plate", "multiwell plates", "microplate", "microplates"),
        *("multi-well plate", "multi-well plates", "microtiter plate", "microtiter plates", "microtitre plate"),
        *("HCS", "high-content screening", "high-content screen", "HTS", "high-throughput screening"),
    ),
    "series": ("multi-image", "bioformats2raw"),
    "well": ("wells",),
    "labels": ("label image",),
    "scene": ("scenes",),
    "array": ("bare array",),
    "group": (),
}
_DEAD_LINKS = ("dead link", "dead links", "broken link", "broken links")
_STATUS_NAMES = {
    "ok": ("available", "online", "reachable", "accessible"),
    "stale": ("not reachable now", "unavailable"),
    "missing": ("404", "not found", "gone", "broken", "dead", "unavailable", *_DEAD_LINKS),
    "forbidden": ("not public", "401", "403"),
    "unreachable": ("offline", "broken", "dead", "unavailable", *_DEAD_LINKS),
    "unreadable": ("broken",),
    "refused": (),
}
_LABEL_NOUNS = (
    *("labels", "label", "label images", "label image", "segmentation", "segmentations", "masks", "mask"),
    *("segmentation masks", "segmentation mask", "label masks", "annotations", "ground truth"),
)
_LABELS = {
    "yes": (*_LABEL_NOUNS, "has labels", "segmented", "annotated"),
    "no": (
        *(f"{no} {noun}" for no in ("no", "without") for noun in _LABEL_NOUNS),
        *("unlabeled", "unlabelled", "unsegmented", "unannotated"),
    ),
}
_SHARDING = {
    "yes": ("sharded", "shards", "sharding"),
    "no": ("unsharded", "not sharded", "no shards", "without shards", "without sharding"),
}
_SAMPLED = ("voxel", "voxels", "pixels", "resolution", "sampling", "spacing")
_ISOTROPY = {
    "isotropic": ("cubic voxels",),
    "anisotropic": ("non-isotropic", "not isotropic", "non-isotropic voxels"),
}
_COLORS = {
    "RGB": (
        *("color", "colour", "in color", "in colour", "true color", "true colour", "full color", "full colour"),
        *(f"{color} {noun}" for color in ("RGB", "color", "colour") for noun in ("image", "images", "photographs")),
    ),
    "grayscale": (
        *("greyscale", "gray scale", "grey scale", "gray level", "grey level", "gray", "grey", "monochrome"),
        *("black and white",),
    ),
}
_MISSING = {
    "name": ("title", "names", "titles"),
    "description": ("descriptions",),
    "thumbnail": ("picture", "preview", "thumbnails", "pictures", "previews"),
}
_SPACE = {
    "2-D": ("2-D", "2d", "two-dimensional"),
    "3-D": ("3-D", "3d", "three-dimensional", "volume", "volumetric", "stack", "3-D stack", "z-stack"),
}
_MOVIE = ("time-lapse", "time series", "time points", "movie", "video", "over time")
_SEVERAL = ("multichannel", "multi-channel", "several channels")
_COMMERCIAL = (
    *("commercial use", "commercially", "open", "open license", "open licence", "openly licensed"),
    *("open access", "open data", "free to use", "permissive", "permissive license", "permissive licence", "reusable"),
)
_LIMITED = ("non-commercial", "noncommercial", "NC", "no commercial use", "not commercial", "not for commercial use")
_IMAGING = {"FBbi:00000241", "FBbi:00000321", "FBbi:00001000", "FBbi:00001004"}
"""Microscopy, resolution-enhancing methods, radiography, tomography."""
_STAINS: Mapping[tuple[str, ...], str] = {
    (
        *("H&E", "H&E staining", "HE staining", "H&E stained", "HE stained"),
        *("hematoxylin and eosin", "haematoxylin and eosin", "hematoxylin eosin", "H and E", "H & E"),
    ): "FBbi:00000243",
    ("IF", "immunofluorescence"): "FBbi:00000246",
    ("IHC", "immunohistochemistry"): "FBbi:00000243",
    ("FISH", "fluorescence in situ hybridization"): "FBbi:00000246",
    ("FLIM", "fluorescence lifetime imaging"): "FBbi:00000246",
    ("widefield", "wide-field", "wide-field microscopy", "epifluorescence", "epi-fluorescence"): "FBbi:00000246",
    ("AFM", "atomic force microscopy"): "",
    ("MRI", "magnetic resonance imaging"): "",
    ("OCT", "optical coherence tomography"): "",
    ("WT", "wild type"): "",
    ("GFP", "EGFP", "green fluorescent protein"): "FBbi:00000246",
    ("cryo-ET", "cryo-electron tomography"): "FBbi:00000256",
    ("CLEM", "correlative light and electron microscopy"): "FBbi:00000256",
}
"""Other names of stains and methods that the ontologies do not list, and the method that is wider, if there is one."""
_TERMS = {
    "-ND": ("no derivatives", "no derivative works", "NoDerivatives"),
    "-SA": ("share alike", "ShareAlike"),
}
"""What Creative Commons calls parts of its licenses, besides "NC": https://creativecommons.org/licenses/."""
_VERSIONS_IN_ZARR_2 = ("0.1", "0.2", "0.3", "0.4")
"""OME-Zarr is stored in Zarr v3 since 0.5 (RFC-2)."""
_SPDX_CC = re.compile(r"CC-(BY(?:-[A-Z]{2})*)-[0-9.]+")


def term(curie: str) -> tuple[str, ...]:
    """Return the names of a term and of all that are wider: labels, synonyms, abbreviations, identifiers."""
    return tuple(dict.fromkeys(name for each in (curie, *wider_terms(curie)) for name in own_names(each)))


def own_names(curie: str) -> tuple[str, ...]:
    """Return the names of a term, its label first and its identifier last; queries have one form of it."""
    label = label_of(curie)
    words = tuple(dict.fromkeys((*((label,) if label else ()), *other_names(curie), *_abbreviated(curie, label))))
    return (*words, curie)


def _abbreviated(curie: str, label: str | None) -> tuple[str, ...]:
    """Return the short forms of a species: `C. elegans`, `C elegans`."""
    words = (label or "").split()
    is_species = curie.startswith("NCBITaxon:") and len(words) == 2 and words[1].islower()
    return (f"{words[0][0]}. {words[1]}", f"{words[0][0]} {words[1]}") if is_species else ()


def groups() -> tuple[tuple[str, ...], ...]:
    """Return the names by which texts speak of the same organism or method, one group for each term.

    Methods of preparing and staining are left out: no dataset states them, and browsers would load them all.
    """
    return tuple(_groups())


def nearest(values: Collection[str]) -> tuple[str, ...]:
    """Return for each of the groups the nearest wider term among the values of facets, if its own is none; else ""."""

    def nearest_of(names: tuple[str, ...], curie: str) -> str:
        if names not in _STAINS and curie in values:
            return ""
        return next((each for each in (curie, *wider_terms(curie)) if each in values), "")

    return tuple(nearest_of(names, curie) for names, curie in _groups().items())


@cache
def _groups() -> Mapping[tuple[str, ...], str]:
    """Return the names that are alike, and the term whose they are; for stains the wider one."""
    named = {own_names(curie)[:-1]: curie for curie in named_terms() if _is_stated(curie)}
    return {names: curie for names, curie in named.items() if len(names) > 1} | dict(_STAINS)


def acronyms() -> tuple[str, ...]:
    """Return the names among the groups that are acronyms, such as `STED`; queries mean them as whole words.

    Not those that are words as well: `FISH`, in which `fish` is rather the end of `zebrafish`.
    """
    names = dict.fromkeys(chain(*groups()))
    return tuple(name for name in names if _ACRONYM.fullmatch(name) and name.lower() not in names)


def _is_stated(curie: str) -> bool:
    return not curie.startswith("FBbi:") or not _IMAGING.isdisjoint((curie, *wider_terms(curie)))


def kind(value: str) -> tuple[str, ...]:
    """Return the names of a kind of dataset."""
    known = {name: (formatting.KINDS[name], name, *names) for name, names in _KIND_NAMES.items()}
    return next((names for name, names in known.items() if name == value), (value,))


def dimensions(value: str) -> tuple[str, ...]:
    """Return the names of what axes span, such as `3-D + c + t`: `volume`, `time-lapse`."""
    space, *others = value.split(" + ")
    movie = _MOVIE if "t" in others else ("not time-lapse", "static")
    several = _SEVERAL if "c" in others else ("no channels", "without channels")
    flat = ("no z", "without z") if space == "2-D" else ()
    axes = 0 if space == "2-D" or "t" not in others else 5 if "c" in others else 4
    counted = tuple(name for count in range(4, axes + 1) for name in (f"{count}-D", f"{count}d"))
    return (value, *_SPACE.get(space, (space,)), *flat, *movie, *several, *counted)


def axes(value: str) -> tuple[str, ...]:
    """Return the names of axes: in their order, in the other, and with signs between: `tczyx`, `xyzct`, `t, c, z`."""
    return (value, value[::-1], " ".join(value), ", ".join(value), ",".join(value)) if len(value) > 1 else (value,)


def dtype(value: str) -> tuple[str, ...]:
    """Return the names of a data type: `uint16`, `16-bit`."""
    bits = _BITS.fullmatch(value)
    kind_of = ("float", "floating point") if value.startswith("float") else ()
    sign = "unsigned" if value.startswith("uint") else "signed" if value.startswith("int") else ""
    counted = (f"{bits[1]}-bit", f"{bits[1]} bits", f"{bits[1]} bits per pixel", f"bit depth {bits[1]}") if bits else ()
    signed = (sign, f"{sign} {bits[1]}-bit", f"{bits[1]}-bit {sign}") if bits and sign else ()
    return (value, *counted, *signed, *kind_of)


def version(value: str) -> tuple[str, ...]:
    """Return the names of a version of OME-Zarr."""
    zarr = "2" if value in _VERSIONS_IN_ZARR_2 else "3"
    names = (
        *(f"version {value}", f"OME-Zarr v{value}", f"NGFF v{value}", f"OME-NGFF {value}", f"OME-NGFF v{value}"),
        *(f"Zarr v{zarr}", f"Zarr {zarr}", f"Zarr version {zarr}", f"Zarr format {zarr}", f"Zarr{zarr}"),
    )
    return (value, f"v{value}", f"OME-Zarr {value}", f"NGFF {value}", *names)


def labels(value: str) -> tuple[str, ...]:
    """Return the names of having label images, or not."""
    return (*_LABELS.get(value, ()), value)


def sharding(value: str) -> tuple[str, ...]:
    """Return the names of being stored in shards, or not."""
    return (*_SHARDING.get(value, ()), value)


def isotropy(value: str) -> tuple[str, ...]:
    """Return the names of having voxels that are as long along all axes, or not."""
    return (*((value, *(f"{value} {noun}" for noun in _SAMPLED))), *_ISOTROPY.get(value, ()))


def colors(value: str) -> tuple[str, ...]:
    """Return the names of being a picture in color, or of one channel."""
    return (value, *_COLORS.get(value, ()))


def missing(value: str) -> tuple[str, ...]:
    """Return the names of what a dataset does not have."""
    return tuple(name for each in lines(value) for name in (each, *_MISSING.get(each, ())))


def license_id(value: str) -> tuple[str, ...]:
    """Return the names of a license: `CC-BY-4.0`, `CC BY`."""
    if creative := _SPDX_CC.fullmatch(value):
        limited = _LIMITED if "-NC" in value else _COMMERCIAL
        terms = tuple(name for part, names in _TERMS.items() if part in value for name in names)
        return (
            value,
            f"CC-{creative[1]}",
            creative[1],
            "Creative Commons",
            "Creative Commons Attribution",
            "attribution",
            *limited,
            *terms,
        )
    free = (value, "CC0", "CC-0", "CC zero", "public domain", "Creative Commons", *_COMMERCIAL)
    return free if value == "CC0-1.0" else (value,)


def status(value: str) -> tuple[str, ...]:
    """Return the names of what happened when the dataset was asked for."""
    return (value, *_STATUS_NAMES.get(value, ()))


def validity(value: str) -> tuple[str, ...]:
    """Return the names of valid and invalid metadata; `yes` and `no` are answers to `valid:`."""
    names = {"valid": ("yes",), "invalid": ("no", "broken", "errors", "metadata errors", "invalid metadata")}
    return (value, *names.get(value, ()))


def rules(value: str) -> tuple[str, ...]:
    """Return the codes of problems with and without their levels, and these: `scale-count`, `warnings`."""
    lines = value.split("\n")
    levels = (f"{line.partition(' ')[0]}s" for line in lines)
    return tuple(dict.fromkeys((*(line.partition(" ")[2] for line in lines), *lines, *levels)))


def date(value: str) -> tuple[str, ...]:
    """Return a day, a month or a year, and the month and year that it is in."""
    return tuple(dict.fromkeys((value, value[:7], value[:4])))


def lines(value: str) -> tuple[str, ...]:
    """Return the lines of a value that holds several, such as the names of people."""
    return tuple(dict.fromkeys(line for line in value.split("\n") if line))


def parts(value: str) -> tuple[str, ...]:
    """Return the parts of a value that holds several, by comma or line, and the words in each: `blosc`, `zstd`."""
    several = [part for part in re.split(r", |\n", value) if part]
    return tuple(dict.fromkeys((*several, *(word for part in several for word in re.split(r"[():/]+", part) if word))))
