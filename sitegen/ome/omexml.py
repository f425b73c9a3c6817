"""`OME/METADATA.ome.xml` of a series: the order of its images, their sizes and pixel sizes.

The XML is untrusted: at most 32 MB are read, a document type (which could declare
entities, and so exhaust the memory) ends the reading, and nothing external is fetched.
Only the starts of elements are handled, so neither depth nor size costs memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite
from xml.parsers import expat  # guarded: size capped, document types refused

from sitegen.model import Problem
from sitegen.model.codes import make_problem
from sitegen.ome.units import Spacing, normalize_unit

MAX_BYTES = 32_000_000
_MAX_IMAGES = 10_000
_PIXEL_KINDS = ("BinData", "TiffData", "MetadataOnly")


@dataclass(frozen=True, slots=True, kw_only=True)
class OmeImage:
    """One `Image` element."""

    name: str | None = None
    sizes: Mapping[str, int] | None = None
    """Size along x, y, z, c and t, where stated."""
    spacings: tuple[Spacing, ...] = ()
    """Physical size of a pixel along x, y, z."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OmeXml:
    """What the document holds, as far as a catalog needs it."""

    images: tuple[OmeImage, ...] = ()
    """In document order: the order of the series."""
    parts: frozenset[str] = frozenset()
    """Which of `MetadataOnly`, `BinData`, `TiffData` and `BinaryOnly` occur."""
    unmarked: int = 0
    """How many `Pixels` elements lack `MetadataOnly`."""


class _Refused(Exception):
    """The document has a document type, or another root."""


class _ElementHandler:
    """Collects images from the starts of elements."""

    def __init__(self) -> None:
        self.images: list[OmeImage] = []
        self.parts: set[str] = set()
        self.rooted = False
        self.unmarked = 0
        self._awaits_mark = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition("}")[2]
        if not self.rooted and tag != "OME":
            raise _Refused(f"the root element is {tag[:40]!r}, not OME")
        self.rooted = True
        if tag == "Image" and len(self.images) < _MAX_IMAGES:
            self.images.append(OmeImage(name=attributes.get("Name", "").strip()[:4096] or None))
        elif tag == "Pixels" and self.images:
            self.unmarked += 1
            self._awaits_mark = True
            sizes, spacings = _read_sizes(attributes), _read_spacings(attributes)
            self.images[-1] = replace(self.images[-1], sizes=sizes, spacings=spacings)
        elif tag in (*_PIXEL_KINDS, "BinaryOnly"):
            self.parts.add(tag)
            if tag == "MetadataOnly" and self._awaits_mark:
                self.unmarked -= 1
                self._awaits_mark = False

    def refuse(self, *_: object) -> None:
        raise _Refused("it declares a document type")


def read_omexml(body: bytes, where: str = "OME/METADATA.ome.xml") -> tuple[OmeXml | None, list[Problem]]:
    """Return the images that OME-XML describes; None, with a problem, where it cannot be read."""
    if len(body) > MAX_BYTES:
        return None, [make_problem("ome-xml-too-large", where, f"{len(body):,} bytes; at most {MAX_BYTES:,} are read")]
    handler = _ElementHandler()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartElementHandler = handler.start
    parser.StartDoctypeDeclHandler = handler.refuse
    parser.EntityDeclHandler = handler.refuse
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        return None, [make_problem("ome-xml", where, f"it is not XML: {error}")]
    except (_Refused, LookupError, ValueError) as error:  # the last two: an unknown encoding
        return None, [make_problem("ome-xml", where, str(error))]
    return OmeXml(images=tuple(handler.images), parts=frozenset(handler.parts), unmarked=handler.unmarked), []


def read_image_order(body: bytes) -> tuple[OmeImage, ...]:
    """Return the images of a series in its order; none if the document cannot be read."""
    found, _ = read_omexml(body)
    return found.images if found else ()


def _read_sizes(attributes: Mapping[str, str]) -> dict[str, int]:
    written = {axis: attributes.get(f"Size{axis.upper()}", "") for axis in "xyzct"}
    return {axis: int(size) for axis, size in written.items() if size.isascii() and size.isdigit() and len(size) < 19}


def _read_spacings(attributes: Mapping[str, str]) -> tuple[Spacing, ...]:
    """Return physical sizes; where no unit is stated it is the schema's default, µm."""
    found = []
    for axis in "xyz":
        key = f"PhysicalSize{axis.upper()}"
        size = _read_size(attributes.get(key, ""))
        if size is not None:
            unit = normalize_unit(attributes.get(f"{key}Unit", "µm"))
            found.append(Spacing(axis=axis, size=size, unit=unit))
    return tuple(found)


def _read_size(text: str) -> float | None:
    try:
        size = float(text)
    except ValueError:
        return None
    return size if isfinite(size) and size > 0 else None
