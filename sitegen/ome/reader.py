"""The documents of one group or array → one `Node`, whatever version and kind they are.

Lenient: everything is read that can be, whatever else is wrong; nothing is validated, and
nothing raises. Every key that is there is read, because one group may be of several
kinds; `kind` is the first that applies, in the order of `_find_kind`. How images are
written depends on the version: see `versions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sitegen.model import Axis, ImageMetadata, Kind, Problem
from sitegen.model.codes import CODES
from sitegen.ome import v01_03, v06
from sitegen.ome.arrays import read_array
from sitegen.ome.consolidated import read_consolidated
from sitegen.ome.detection import find_version, image_readers, settle_version
from sitegen.ome.documents import read_document
from sitegen.ome.labels import read_label_colors, read_label_source, read_paths
from sitegen.ome.node import Array, Multiscale, Node
from sitegen.ome.omero import read_omero
from sitegen.ome.plates import read_fields, read_plate
from sitegen.ome.problems import ProblemLog
from sitegen.ome.supplied import read_thumbnails
from sitegen.ome.values import read_object, read_objects

Files = Mapping[str, bytes | Mapping[str, object]]
Documents = dict[str, Mapping[str, object]]
_LAYOUT = "bioformats2raw.layout"
_FORMATS = {"zarr.json": 3, ".zgroup": 2, ".zarray": 2}
_MEMBERS = frozenset({"zarr_format", "node_type", "attributes", "consolidated_metadata"})
"""Members of the `zarr.json` of a group; no specification defines `consolidated_metadata`, but readers know it."""
_ARRAY_MEMBERS = frozenset(
    {"shape", "data_type", "chunk_grid", "chunk_key_encoding", "fill_value", "codecs"}
    | {"dimension_names", "storage_transformers"}
)
DOCUMENTS = ("zarr.json", ".zattrs", ".zgroup", ".zarray", ".zmetadata")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Store:
    """What the documents state of a node as Zarr, OME-Zarr apart."""

    zarr_format: int | None = None
    is_array: bool = False
    document: Mapping[str, object]
    raw: Mapping[str, object]


def read_node(files: Files, *, where: str = "") -> Node:
    """Return what the documents of one group or array state.

    Parameters
    ----------
    files
        The documents as fetched, by name: `zarr.json`, `.zattrs`, `.zgroup`, `.zarray`, `.zmetadata`; bytes, or
        JSON objects that were parsed before (as in `Node.consolidated`). What is absent does not exist.
    where
        Path of the node below the dataset; it begins the places of problems.
    """
    notes = ProblemLog(where)
    documents = _read_documents(files, notes)
    consolidated = read_consolidated(documents)
    merged = {**consolidated.pop("", {}), **documents}
    store = _read_store({} if _is_unreadable_group(files, documents) else merged, notes)
    node = _read_ome(store, notes) if store.zarr_format else Node()
    array = read_array(store.document, store.raw, store.zarr_format or 2, notes) if store.is_array else None
    return replace(
        node,
        where=where,
        zarr_format=store.zarr_format,
        raw_attributes=store.raw,
        axes=node.axes or (_named_axes(array) if array else None),
        array=array,
        consolidated=consolidated,
        problems=_settle_problems(notes, readable=store.zarr_format is not None),
        version=_settle(node, consolidated),
    )


def _read_documents(files: Files, notes: ProblemLog) -> Documents:
    documents: Documents = {}
    for name in DOCUMENTS:
        body = files.get(name)
        parsed = read_document(body, notes, name) if isinstance(body, bytes | bytearray) else body
        if parsed is not None:
            documents[name] = parsed
            _check_format(parsed, notes, name)
    _check_members(documents.get("zarr.json", {}), notes)
    return documents


def _is_unreadable_group(files: Files, documents: Documents) -> bool:
    """Return whether a group of format 2 has attributes that cannot be read, so that nobody knows what it is.

    A page of HTML in place of `.zattrs` means that there are no attributes.
    """
    if ".zattrs" not in files or documents.keys() & {".zattrs", ".zarray", "zarr.json"}:
        return False
    body = files[".zattrs"]
    is_page = isinstance(body, bytes | bytearray) and body.lstrip().startswith(b"<")
    return not is_page


def _check_format(document: Mapping[str, object], notes: ProblemLog, name: str) -> None:
    """Report a `zarr_format` that Zarr libraries refuse: WEBKNOSSOS writes it as a string."""
    written, expected = document.get("zarr_format"), _FORMATS.get(name)
    if expected is None or written == expected or (name == "zarr.json" and not _is_zarr_document(document)):
        return
    found = f"found {written!r:.80}" if "zarr_format" in document else "it is missing"
    notes.add("zarr-format", f"{name}#/zarr_format", f"expected the number {expected}, {found}")


def _check_members(document: Mapping[str, object], notes: ProblemLog) -> None:
    """Report members of a `zarr.json` that Zarr does not define, unless they say that readers may ignore them.

    Source: https://zarr-specs.readthedocs.io/en/latest/v3/core/index.html, "Array metadata" and "Group metadata".
    """
    if not _is_zarr_document(document):
        return
    known = _MEMBERS if document.get("node_type") == "group" else _MEMBERS | _ARRAY_MEMBERS
    for name, value in document.items():
        if name not in known and read_object(value).get("must_understand") is not False:
            expected = "Zarr does not define it, and it does not state `must_understand: false`, so readers must fail"
            notes.add("zarr-member", f"zarr.json#/{name:.80}", expected)


def _is_zarr_document(document: Mapping[str, object]) -> bool:
    """Return whether a `zarr.json` has anything of a Zarr node; a host's error message in JSON has not."""
    return not {"zarr_format", "node_type", "attributes"}.isdisjoint(document)


def _read_store(documents: Documents, notes: ProblemLog) -> _Store:
    """Return format, attributes and array document; `zarr.json` wins over the documents of format 2."""
    v3 = documents.get("zarr.json")
    if v3 is not None and not _is_zarr_document(v3):
        notes.add("not-zarr", "zarr.json", "has neither zarr_format nor node_type nor attributes")
        v3 = None
    if v3 is not None:
        if other := [name for name in (".zattrs", ".zgroup", ".zarray") if name in documents]:
            notes.add("both-formats", "zarr.json", f"{' and '.join(other)} beside it; zarr.json was read")
        is_array = v3.get("node_type") == "array" or ("node_type" not in v3 and "shape" in v3)
        return _Store(zarr_format=3, is_array=is_array, document=v3, raw=read_object(v3.get("attributes")))
    array = documents.get(".zarray")
    return _Store(
        zarr_format=2 if documents.keys() & {".zattrs", ".zgroup", ".zarray"} else None,
        is_array=array is not None,
        document=array or {},
        raw=documents.get(".zattrs", {}),
    )


def _read_ome(store: _Store, notes: ProblemLog) -> Node:
    """Return what a node's attributes state as OME-Zarr, every key that is there."""
    attributes = read_object(store.raw["ome"]) if isinstance(store.raw.get("ome"), dict) else store.raw
    kind = _find_kind(attributes, is_array=store.is_array)
    version, written = (None, None)
    if kind not in ("array", "group"):
        version, written = find_version(attributes, zarr_format=store.zarr_format or 2)
        if version is None:
            notes.add("version-unknown", "", f"OME-Zarr version {(written or '')[:80]!r} is not known")
    image = _read_image(attributes, version, notes)
    omero = read_omero(attributes.get("omero"), notes)
    plate = read_plate(attributes["plate"], notes) if "plate" in attributes else None
    return Node(
        kind=kind,
        version=version,
        version_text=written,
        attributes=attributes,
        name=(plate and plate.name) or image.name or omero.name,
        axes=image.axes,
        datasets=image.datasets,
        metadata=ImageMetadata(channels=omero.channels),
        default_z=omero.default_z,
        default_t=omero.default_t,
        greyscale=omero.greyscale,
        plate=plate,
        fields=read_fields(attributes.get("well"), notes),
        series=read_paths(attributes.get("series"), notes, "series"),
        is_bf2raw=_LAYOUT in attributes,
        is_ome_group="series" in attributes and _LAYOUT not in attributes,
        labels=read_paths(attributes.get("labels"), notes, "labels"),
        is_label="image-label" in attributes,
        label_colors=read_label_colors(attributes.get("image-label"), notes),
        label_source=read_label_source(attributes.get("image-label")),
        scene_images=v06.read_scene_images(attributes, notes) if kind == "scene" else (),
        thumbnails=read_thumbnails(store.raw, notes),
    )


def _find_kind(attributes: Mapping[str, object], *, is_array: bool) -> Kind:
    """Return the first kind that applies; a plate comes before the series that bioformats2raw wrote it in."""
    tests: tuple[tuple[Kind, bool], ...] = (
        ("array", is_array),
        ("plate", "plate" in attributes),
        ("series", _LAYOUT in attributes),
        ("scene", v06.is_scene(attributes)),
        ("well", "well" in attributes),
        ("image", "multiscales" in attributes),
        ("labels", isinstance(attributes.get("labels"), list)),
        ("series", isinstance(attributes.get("series"), list)),
        ("image", "image-label" in attributes),
    )
    return next((kind for kind, applies in tests if applies), "group")


def _read_image(attributes: Mapping[str, object], version: str | None, notes: ProblemLog) -> Multiscale:
    """Return the first multiscale as its version writes it, else as the first version that fits."""
    multiscale = next(iter(read_objects(attributes.get("multiscales"))), None)
    if multiscale is None:
        return Multiscale()
    images = (read(multiscale, notes) for read in image_readers(version))
    return next((image for image in images if image is not None), Multiscale())


def _named_axes(array: Array) -> tuple[Axis, ...] | None:
    """Return the axes of an array by the names of its dimensions, where these are the letters that OME-Zarr uses."""
    names = [name for name in array.dimension_names or () if name and name.lower() in v01_03.TYPES]
    if len(set(names)) < len(array.shape):
        return None
    return tuple(v01_03.axis_of_letter(name) for name in names)


def _settle(node: Node, consolidated: Mapping[str, Documents]) -> str | None:
    """Return the version; 0.1 and 0.2 are distinguished by the first level, where consolidated metadata have it."""
    first = consolidated.get(node.datasets[0].path, {}) if node.datasets else {}
    level0 = read_array(first[".zarray"], {}, 2, ProblemLog()) if ".zarray" in first else None
    return settle_version(node.version, node.version_text, level0)


def _settle_problems(notes: ProblemLog, *, readable: bool) -> tuple[Problem, ...]:
    """Return the problems; a page of HTML in place of a document is only a note where others could be read."""
    return tuple(
        replace(problem, level="note") if readable and CODES[problem.code].absent else problem
        for problem in notes.problems
    )
