"""One small store of each kind that keeps every rule, as the documents of its nodes, by path."""

from __future__ import annotations

from typing import Any

from validation.documents import axes, ome_of, valid

Tree = dict[str, Any]

_PIXELS = b'<Image><Pixels SizeX="8" SizeY="8" SizeZ="1" SizeC="2" SizeT="1"><MetadataOnly/></Pixels></Image>'
OME_XML = b'<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">' + 2 * _PIXELS + b"</OME>"


def group(version: str, document: dict[str, Any]) -> Tree:
    """Return the documents of a group with these attributes."""
    if version >= "0.5":
        return {"zarr.json": {"zarr_format": 3, "node_type": "group", "attributes": document}}
    return {".zgroup": {"zarr_format": 2}, ".zattrs": document}


def bare(version: str, **ome: Any) -> Tree:
    """Return the documents of a group with this OME metadata, and nothing else."""
    return group(version, {"ome": {"version": version, **ome}} if version >= "0.5" else ome)


def array(version: str, *shape: int, dtype: str = "uint16", names: str = "cyx") -> Tree:
    """Return the documents of an array."""
    chunks = [1] * len(shape)
    if version >= "0.5":
        grid = {"name": "regular", "configuration": {"chunk_shape": chunks}}
        document = {
            "zarr_format": 3,
            "node_type": "array",
            "shape": list(shape),
            "data_type": dtype,
            "chunk_grid": grid,
        }
        keys = {"name": "default"}
        return {"zarr.json": {**document, "chunk_key_encoding": keys, "codecs": [], "dimension_names": list(names)}}
    code = {"uint16": "<u2", "uint32": "<u4", "uint8": "|u1", "float32": "<f4"}[dtype]
    separator = "." if version == "0.1" else "/"
    document = {
        "zarr_format": 2,
        "shape": list(shape),
        "dtype": code,
        "chunks": chunks,
        "dimension_separator": separator,
    }
    return {".zarray": {**document, "compressor": None, "filters": None, "order": "C", "fill_value": 0}} | (
        {".zattrs": {"_ARRAY_DIMENSIONS": list(names)}} if version == "0.3" else {}
    )


def _levels(version: str, above: str = "", *, channels: int = 2, dtype: str = "uint16") -> Tree:
    tall, flat = ((1, channels, 1), "tczyx") if version < "0.3" else ((channels,), "cyx")
    return {
        f"{above}0": array(version, *tall, 8, 8, dtype=dtype, names=flat),
        f"{above}1": array(version, *tall, 4, 4, dtype=dtype, names=flat),
    }


def image_store(version: str) -> Tree:
    """Return an image with a label image."""
    return {
        "": group(version, valid("image", version)),
        **_levels(version),
        "labels": bare(version, labels=["cells"]),
        "labels/cells": group(version, valid("label", version)),
        **_levels(version, "labels/cells/", channels=1, dtype="uint32"),
    }


def plate_store(version: str) -> Tree:
    """Return a plate with three wells of three fields of view."""
    plate = valid("plate", version)
    ome_of(plate)["plate"]["field_count"] = 3
    tree = {"": group(version, plate), "A": bare(version), "B": bare(version)}
    for well in ("A/1", "A/3", "B/2"):
        tree[well] = group(version, valid("well", version))
        for field in "012":
            tree[f"{well}/{field}"] = group(version, valid("image", version))
            tree |= _levels(version, f"{well}/{field}/")
    return tree


def series_store(version: str) -> Tree:
    """Return a series of two images."""
    tree = {"": group(version, valid("series", version)), "OME": group(version, valid("ome", version))}
    for image in "01":
        tree[image] = group(version, valid("image", version))
        tree |= _levels(version, f"{image}/")
    return {**tree, "OME/METADATA.ome.xml": OME_XML}


def scene_store(version: str = "0.6") -> Tree:
    """Return a scene of two images, one of them placed by a matrix and a vector field, too."""
    scene = valid("scene", version)
    ends = {"input": {"name": "physical", "path": "left"}, "output": {"name": "world"}}
    ome_of(scene)["scene"]["coordinateTransformations"] += [
        {"type": "affine", "path": "coordinateTransformations/matrix", **ends},
        {"type": "displacements", "path": "coordinateTransformations/field", **ends},
    ]
    field = valid("image", version)
    vector = {"name": "d", "type": "displacement", "discrete": True}
    field["ome"]["multiscales"][0]["coordinateSystems"][0]["axes"] = [vector, *axes()[1:]]
    del field["ome"]["omero"]
    tree = {"": group(version, scene), "coordinateTransformations/matrix": array(version, 3, 4, names="oi")}
    for image in ("left", "right"):
        tree[image] = group(version, valid("image", version))
        tree |= _levels(version, f"{image}/")
    for level, size in (("0", 8), ("1", 4)):
        tree[f"coordinateTransformations/field/{level}"] = array(version, 3, size, size, names="dyx", dtype="float32")
    return {
        **tree,
        "coordinateTransformations": bare(version),
        "coordinateTransformations/field": group(version, field),
    }
