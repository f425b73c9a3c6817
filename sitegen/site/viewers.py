"""Two tables: the viewers that a dataset can be opened with, and the reasons why one cannot open it.

A link is shown only where the viewer can show the dataset: right kind, version, data type, and a host that lets
browser pages read it. A viewer that is not offered has the first reason of `REASONS` that holds. What each viewer reads
was found by trying it and by reading its source. To add a viewer, add a row; an operator adds one by `[[viewer]]`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import quote, urlsplit

from sitegen import formatting, urls
from sitegen.config.settings import ViewerSettings
from sitegen.model import Kind, Record
from sitegen.ome.versions import VERSIONS, AxesForm
from sitegen.units import UNITS

_ALL = tuple(VERSIONS)
# A plate or series gives its representative image to viewers that take images alone.
_WITH_IMAGE: frozenset[Kind] = frozenset(("image", "plate", "series", "well", "labels"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What some viewers need of a dataset."""

    meets: Callable[[Record], bool]
    otherwise: str
    """Why the viewer cannot open a dataset that does not meet it, in a sentence."""


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
    formats: frozenset[int] = frozenset((2, 3))
    """Formats of Zarr that it reads."""
    without_dtypes: frozenset[str] = frozenset()
    """Data types that it cannot show."""
    needs: tuple[Need, ...] = ()
    """What else it needs."""
    zipped: bool = False
    """Whether it opens zipped OME-Zarr (`.ozx`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewerLink:
    """A link that opens a dataset in a viewer."""

    name: str
    says: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewerRefusal:
    """A viewer that is not offered for a dataset, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A reason why a viewer is not offered for a dataset."""

    key: str
    holds: Callable[[Viewer, Record], bool]
    says: Callable[[Viewer, Record], str]
    """The reason, in a sentence."""
    for_all: bool = False
    """Whether it does not depend on the viewer, so that a dataset for which it holds is offered none."""


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


def _axis_names(record: Record) -> tuple[str, ...]:
    return tuple(axis.name.lower() for axis in record.found.axes or ())


def _has_axes_of_their_own(record: Record) -> bool:
    """Return whether the axes are those of the image, not those of coordinate systems."""
    version = VERSIONS.get(record.found.ome_zarr_version or "")
    return version is None or version.axes is not AxesForm.SYSTEMS


_KNOWN_UNITS = Need(
    meets=lambda record: all(axis.unit is None or axis.unit in UNITS for axis in record.found.axes or ()),
    otherwise="It fails on units that OME-Zarr does not list, and this image has one.",
)
_FIVE_AXES_IN_SYSTEMS = Need(
    meets=lambda record: _has_axes_of_their_own(record) or _axis_names(record) == ("t", "c", "z", "y", "x"),
    otherwise="It does not read coordinate systems: it assumes the axes t, c, z, y, x.",
)
_DEPTH = Need(
    meets=lambda record: "z" in _axis_names(record), otherwise="It renders volumes, and this image has no z axis."
)
_LABELS = Need(
    meets=lambda record: bool(record.found.label_images),
    otherwise="It is for label images, and this dataset has none.",
)

VIEWERS: tuple[Viewer, ...] = (
    Viewer(
        name="vizarr",
        says="planes, channels and whole plates",
        link=_by("https://biongff.github.io/vizarr/?source={enc}"),
        versions=_ALL,
        roots=frozenset(("image", "plate")),
        without_dtypes=frozenset(("int64", "uint64")),
        needs=(_FIVE_AXES_IN_SYSTEMS,),
    ),
    Viewer(
        name="neuroglancer",
        says="very large volumes",
        link=_neuroglancer,
        versions=("0.4", "0.5"),
        without_dtypes=frozenset(("float64", "bool", "int64")),
        needs=(_KNOWN_UNITS,),
        zipped=True,
    ),
    Viewer(
        name="Vol-E",
        says="3-D rendering",
        link=_by("https://volumeviewer.allencell.org/viewer?url={enc}"),
        versions=("0.4", "0.5"),
        needs=(_DEPTH,),
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
        needs=(_LABELS,),
    ),
    Viewer(
        name="itk-vtk-viewer",
        says="slices and volumes",
        link=_by("https://kitware.github.io/itk-vtk-viewer/app/?rotate=false&fileToLoad={url}"),
        versions=("0.1", "0.2", "0.3", "0.4"),
        formats=frozenset((2,)),
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


def _scheme(record: Record) -> str:
    return urlsplit(record.url).scheme


def _host(record: Record) -> str:
    return urlsplit(record.url).hostname or ""


def _unmet(viewer: Viewer, record: Record) -> str:
    """Return why the first need that is not met forbids it; empty if all are met."""
    return next((need.otherwise for need in viewer.needs if not need.meets(record)), "")


def _kind_words(viewer: Viewer, record: Record) -> str:
    kind = formatting.KINDS[record.found.kind] if record.found.kind else "dataset"
    return f"It cannot open a dataset of this kind ({kind})."


def _version_words(viewer: Viewer, record: Record) -> str:
    found = record.found.ome_zarr_version
    first, last = viewer.versions[0], viewer.versions[-1]
    this = f"this is {found}" if found else "the version of this dataset is not known"
    return f"It reads OME-Zarr {first} to {last}; {this}."


REASONS: tuple[Reason, ...] = (
    Reason(
        key="unread",
        holds=lambda viewer, record: record.found.status not in ("ok", "stale"),
        says=lambda viewer, record: "It could not be read, so no viewer can open it.",
        for_all=True,
    ),
    Reason(
        key="not-web",
        holds=lambda viewer, record: _scheme(record) not in ("http", "https"),
        says=lambda viewer, record: "It is not published on the web, so viewers in a browser cannot reach it.",
        for_all=True,
    ),
    Reason(
        key="mixed-content",
        holds=lambda viewer, record: _scheme(record) == "http" and not _is_loopback(_host(record)),
        says=lambda viewer, record: (
            "It is published over http; viewers are https pages, which browsers do not let read it."
        ),
        for_all=True,
    ),
    Reason(
        key="cors",
        holds=lambda viewer, record: record.found.cors is False,
        says=lambda viewer, record: (
            "Its host does not let pages of other sites read it (no CORS headers), so viewers in a browser cannot."
        ),
        for_all=True,
    ),
    Reason(
        key="archive",
        holds=lambda viewer, record: record.found.zipped and not viewer.zipped,
        says=lambda viewer, record: "It does not open ZIP archives (.ozx).",
    ),
    Reason(key="kind", holds=lambda viewer, record: record.found.kind not in viewer.kinds, says=_kind_words),
    Reason(
        key="version",
        holds=lambda viewer, record: record.found.ome_zarr_version not in viewer.versions,
        says=_version_words,
    ),
    Reason(
        key="format",
        holds=lambda viewer, record: (record.found.zarr_format or 2) not in viewer.formats,
        says=lambda viewer, record: f"It does not read Zarr v{record.found.zarr_format}.",
    ),
    Reason(
        key="no-image",
        holds=lambda viewer, record: record.found.kind not in viewer.roots and record.found.image_path is None,
        says=lambda viewer, record: "It opens single images, and none was found in this dataset.",
    ),
    Reason(
        key="dtype",
        holds=lambda viewer, record: record.found.dtype in viewer.without_dtypes,
        says=lambda viewer, record: f"It cannot show pixels of the data type {record.found.dtype}.",
    ),
    Reason(key="need", holds=lambda viewer, record: bool(_unmet(viewer, record)), says=_unmet),
)
"""Why a viewer is not offered, in the order in which they count; each row is asked for every viewer."""


NO_VIEWER = "No viewer on the web is known to open this kind of dataset in this version of OME-Zarr."
"""What a page says where no single reason holds for all viewers."""


def links(record: Record, extra: Sequence[ViewerSettings] = ()) -> tuple[ViewerLink, ...]:
    """Return the links that open this dataset, the operator's own viewers (`extra`) last."""
    if why_none(record):
        return ()
    own = tuple(
        ViewerLink(name=viewer.name, says="", href=_by(viewer.url.replace("{url}", "{enc}"))(record.url, record))
        for viewer in extra
        if viewer.zipped or not record.found.zipped
    )
    return (*(_link(viewer, record) for viewer in VIEWERS if find_reason(viewer, record) is None), *own)


def refusals(record: Record, extra: Sequence[ViewerSettings] = ()) -> tuple[ViewerRefusal, ...]:
    """Return the viewers that are not offered, each with its reason; none where one reason holds for all of them."""
    if why_none(record):
        return ()
    reasons = ((viewer, find_reason(viewer, record)) for viewer in VIEWERS)
    refused = [ViewerRefusal(name=viewer.name, why=reason.says(viewer, record)) for viewer, reason in reasons if reason]
    if record.found.zipped:
        archive = "This catalog's configuration does not say that it opens ZIP archives (.ozx)."
        refused += [ViewerRefusal(name=viewer.name, why=archive) for viewer in extra if not viewer.zipped]
    return tuple(refused)


def find_reason(viewer: Viewer, record: Record) -> Reason | None:
    """Return the reason why a viewer cannot open this dataset; None if it can."""
    return next((reason for reason in REASONS if reason.holds(viewer, record)), None)


def why_none(record: Record) -> str:
    """Return why no viewer in a browser can open this dataset, in a sentence; empty if some may."""
    any_viewer = VIEWERS[0]
    stated = (each.says(any_viewer, record) for each in REASONS if each.for_all and each.holds(any_viewer, record))
    return next(stated, "")


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


def _link(viewer: Viewer, record: Record) -> ViewerLink:
    target = record.url if record.found.kind in viewer.roots else image_url(record)
    return ViewerLink(name=viewer.name, says=viewer.says, href=viewer.link(target, record))
