"""One table: the viewers that a dataset can be opened with, how their links look, when each applies.

A link is shown only where the viewer can show the dataset: right kind, version, data type, and a host that lets
browser pages read it. What each viewer reads was found by trying it and by reading its source. To add a viewer,
add a row; an operator adds one by `[[viewer]]`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import quote, urlsplit

from sitegen import urls
from sitegen.config.settings import ViewerSettings
from sitegen.model import Kind, Record
from sitegen.ome.versions import VERSIONS, AxesForm
from sitegen.units import UNITS

_ALL = tuple(VERSIONS)
# A plate or series gives its representative image to viewers that take images alone.
_WITH_IMAGE: frozenset[Kind] = frozenset(("image", "plate", "series", "well", "labels"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """A viewer that runs in the browser."""

    name: str
    says: str
    """What it is good for, in a few words."""
    link: Callable[[str, Record], str]
    """The address that opens the viewer: from the address of what to open, and the record."""
    versions: tuple[str, ...]
    """Versions of OME-Zarr that it reads."""
    kinds: frozenset[Kind] = _WITH_IMAGE
    """What it can be given, as such or by its representative image."""
    roots: frozenset[Kind] = frozenset(("image",))
    """Kinds that it takes whole; of others it is given the representative image."""
    can: Callable[[Record], bool] = lambda record: True
    """Further conditions."""
    zipped: bool = False
    """Whether it opens zipped OME-Zarr (`.ozx`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewerLink:
    """A link that opens a dataset in a viewer."""

    name: str
    says: str
    href: str


def _by(template: str) -> Callable[[str, Record], str]:
    """Return the link function of a template: `{enc}` is the encoded address, `{url}` the address as it is."""
    return lambda url, record: template.replace("{enc}", quote(url, safe="", errors="replace")).replace("{url}", url)


def _neuroglancer(url: str, record: Record) -> str:
    source = f"{url}/|zarr{record.found.zarr_format or 2}:"
    if record.found.zipped:  # each step of the pipeline opens what the one before it gives
        path = quote(record.found.image_path or "")
        source = f"{record.url}|zip:{path and f'{path}/'}|zarr{record.found.zarr_format or 2}:"
    state = {"layers": [{"name": record.title[:60], "source": source, "type": "auto"}]}
    text = json.dumps(state, ensure_ascii=False, separators=(",", ":"))
    return "https://neuroglancer-demo.appspot.com/#!" + quote(text, safe="", errors="replace")


def _neuroglancer_can(record: Record) -> bool:
    """Its OME-Zarr reader stops at units outside the specification's lists, and it has no such data types."""
    known = all(axis.unit is None or axis.unit in UNITS for axis in record.found.axes or ())
    return known and record.found.dtype not in ("float64", "bool", "int64")


def _vizarr_can(record: Record) -> bool:
    """It does not know axes in coordinate systems and takes five of them for (t, c, z, y, x); no 64-bit integers."""
    five = tuple(axis.name.lower() for axis in record.found.axes or ()) == ("t", "c", "z", "y", "x")
    version = VERSIONS.get(record.found.ome_zarr_version or "")
    in_systems = version is not None and version.axes is AxesForm.SYSTEMS
    return (five or not in_systems) and record.found.dtype not in ("int64", "uint64")


VIEWERS: tuple[Viewer, ...] = (
    Viewer(
        name="vizarr",
        says="planes, channels and whole plates",
        link=_by("https://biongff.github.io/vizarr/?source={enc}"),
        versions=_ALL,
        roots=frozenset(("image", "plate")),
        can=_vizarr_can,
    ),
    Viewer(
        name="neuroglancer",
        says="very large volumes",
        link=_neuroglancer,
        versions=("0.4", "0.5"),
        can=_neuroglancer_can,
        zipped=True,
    ),
    Viewer(
        name="Vol-E",
        says="3-D rendering",
        link=_by("https://volumeviewer.allencell.org/viewer?url={enc}"),
        versions=("0.4", "0.5"),
        can=lambda record: any(axis.name.lower() == "z" for axis in record.found.axes or ()),
    ),
    Viewer(
        name="Avivator",
        says="channels and contrast",
        link=_by("https://janeliascicomp.github.io/viv/?image_url={enc}"),
        versions=("0.4", "0.5"),
    ),
    Viewer(
        name="BioNGFF viewer",
        says="label images on top",
        link=_by("https://biongff.github.io/biongff-viewer/?source={enc}"),
        versions=("0.4", "0.5"),
        can=lambda record: bool(record.found.label_images),
    ),
    Viewer(
        name="itk-vtk-viewer",
        says="slices and volumes",
        link=_by("https://kitware.github.io/itk-vtk-viewer/app/?rotate=false&fileToLoad={url}"),
        versions=("0.1", "0.2", "0.3", "0.4"),
        can=lambda record: record.found.zarr_format == 2,
    ),
    Viewer(
        name="OME-NGFF validator",
        says="metadata validation",
        link=_by("https://ome.github.io/ome-ngff-validator/?source={enc}"),
        versions=_ALL,
        kinds=_WITH_IMAGE | {"scene"},
        roots=_WITH_IMAGE | {"scene"},
    ),
)


def links(record: Record, extra: Sequence[ViewerSettings] = ()) -> tuple[ViewerLink, ...]:
    """Return the links that open this dataset, the operator's own viewers (`extra`) last."""
    if why_none(record):
        return ()
    own = tuple(
        ViewerLink(name=viewer.name, says="", href=_by(viewer.url.replace("{url}", "{enc}"))(record.url, record))
        for viewer in extra
        if viewer.zipped or not record.found.zipped
    )
    return (*(_link(viewer, record) for viewer in VIEWERS if _applies(viewer, record)), *own)


def why_none(record: Record) -> str:
    """Return why no viewer in a browser can open this dataset, in a sentence; empty if some may."""
    parts = urlsplit(record.url)
    if record.found.status not in ("ok", "stale"):
        return "It could not be read, so no viewer can open it."
    if parts.scheme not in ("http", "https"):
        return "It is not published on the web, so viewers in a browser cannot reach it."
    if parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
        return "It is published over http; viewers are https pages, and a browser does not let them read it."
    if record.found.cors is False:
        return "Its host does not let pages of other sites read it (no CORS headers), so viewers in a browser fail."
    return ""


def _is_loopback(host: str) -> bool:
    """Return whether browsers let an https page read this host over http.

    Source: W3C Secure Contexts, section 3.1, "Is origin potentially trustworthy?": 127.0.0.0/8, ::1, `localhost` and
    the names below it. Other private addresses are not among them.
    """
    name = host.lower().removesuffix(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ip_address(name)
    except ValueError:
        return False
    return address.is_loopback and getattr(address, "ipv4_mapped", None) is None


def image_url(record: Record) -> str:
    """Return the address of the representative image."""
    return urls.below(record.url, record.found.image_path or "")


def _applies(viewer: Viewer, record: Record) -> bool:
    needs_image = record.found.kind not in viewer.roots
    return (
        record.found.kind in viewer.kinds
        and record.found.ome_zarr_version in viewer.versions
        and not (needs_image and record.found.image_path is None)
        and viewer.can(record)
        and (viewer.zipped or not record.found.zipped)
    )


def _link(viewer: Viewer, record: Record) -> ViewerLink:
    target = record.url if record.found.kind in viewer.roots else image_url(record)
    return ViewerLink(name=viewer.name, says=viewer.says, href=viewer.link(target, record))
