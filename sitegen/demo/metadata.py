"""OME-Zarr metadata of versions 0.1 to 0.6: one function for each kind of group.

A function returns the content of `attributes.ome` (0.5, 0.6) or of `.zattrs` (0.1 to 0.4);
`write_group` writes it where its version expects it. Only the forms that the demo needs
are here, all valid; `stores` makes some of them invalid on purpose.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np

from sitegen.demo.micrograph import ChannelSettings, Micrograph

Json: TypeAlias = dict[str, object]
Version: TypeAlias = Literal["0.1", "0.2", "0.3", "0.4", "0.5", "0.6rc0"]
Scale: TypeAlias = tuple[float, ...]

_AXIS_TYPES = {"t": "time", "c": "channel", "z": "space", "y": "space", "x": "space"}
_AXIS_UNITS = {"t": "second", "z": "micrometer", "y": "micrometer", "x": "micrometer"}


def is_v3(version: Version) -> bool:
    """Return whether the version uses Zarr format 3."""
    return version in ("0.5", "0.6rc0")


def axis(name: str) -> Json:
    """Return an axis object of 0.4 and later."""
    unit = {"unit": _AXIS_UNITS[name]} if name in _AXIS_UNITS else {}
    return {"name": name, "type": _AXIS_TYPES[name], **unit}


def scale_of(image: Micrograph, factor: int, deep: bool) -> Scale:
    """Return the physical size of a pixel of the level that is `factor` times coarser; `deep`: along z, too."""
    z_um, xy_um = image.size_um
    sizes = {
        "t": image.frame_s,
        "c": 1.0,
        "z": z_um * (factor if deep else 1),
        "y": xy_um * factor,
        "x": xy_um * factor,
    }
    return tuple(round(sizes[name], 6) for name in image.axes)


def multiscale(image: Micrograph, scales: Sequence[Scale], version: Version, name: str) -> Json:
    """Return an entry of `multiscales`; the levels are at `0`, `1`, …"""
    common: Json = {"name": name, "type": "mean", "metadata": {"method": "mean of 2 x 2 pixels"}}
    paths = [str(level) for level in range(len(scales))]
    if version == "0.6rc0":
        return common | _coordinate_systems(image, scales)
    stated: Json = {} if version == "0.5" else {"version": version}
    if version in ("0.1", "0.2"):
        return stated | common | {"datasets": [{"path": path} for path in paths]}
    if version == "0.3":
        return stated | common | {"axes": list(image.axes), "datasets": [{"path": path} for path in paths]}
    datasets = [
        {"path": path, "coordinateTransformations": [{"type": "scale", "scale": list(scale)}]}
        for path, scale in zip(paths, scales, strict=True)
    ]
    return stated | common | {"axes": [axis(letter) for letter in image.axes], "datasets": datasets}


def _coordinate_systems(image: Micrograph, scales: Sequence[Scale]) -> Json:
    return {
        "coordinateSystems": [{"name": "physical", "axes": [axis(letter) for letter in image.axes]}],
        "datasets": [
            {
                "path": str(level),
                "coordinateTransformations": [
                    {
                        "type": "scale",
                        "scale": list(scale),
                        "input": {"path": str(level)},
                        "output": {"name": "physical"},
                    }
                ],
            }
            for level, scale in enumerate(scales)
        ],
    }


def omero(image: Micrograph, version: Version) -> Json:
    """Return the `omero` object: the display settings of the image."""
    stated: Json = {} if is_v3(version) else {"version": version}
    planes = dict(zip(image.axes, image.pixels.shape, strict=True))
    return stated | {
        "channels": [_channel(channel, image) for channel in image.channels],
        "rdefs": {
            "defaultT": min(image.default_t, planes.get("t", 1) - 1),
            "defaultZ": min(image.default_z, planes.get("z", 1) - 1),
            "model": "color",
        },
    }


def _channel(channel: ChannelSettings, image: Micrograph) -> Json:
    start, end = channel.window
    window = {"min": 0.0, "max": float(np.nanmax(image.pixels)), "start": float(start), "end": float(end)}
    return {
        "label": channel.label,
        "color": channel.color,
        "active": channel.active,
        "window": window,
        "family": "linear",
    }


def plate(
    name: str, rows: Sequence[str], columns: Sequence[str], wells: Sequence[str], fields: int, version: Version
) -> Json:
    """Return the layout of a plate; a well is given as `A/1`."""
    stated: Json = {} if version == "0.6rc0" else {"version": version}
    return {
        "plate": stated
        | {
            "name": name,
            "rows": [{"name": row} for row in rows],
            "columns": [{"name": column} for column in columns],
            "field_count": fields,
            "acquisitions": [{"id": 0, "name": "first run", "maximumfieldcount": fields}],
            "wells": [
                {"path": path, "rowIndex": list(rows).index(row), "columnIndex": list(columns).index(column)}
                for path in wells
                for row, column in [path.split("/")]
            ],
        }
    }


def well(fields: Sequence[str], version: Version) -> Json:
    """Return a well with its fields of view."""
    stated: Json = {} if version == "0.6rc0" else {"version": version}
    return {"well": stated | {"images": [{"path": field, "acquisition": 0} for field in fields]}}


def image_label(count: int, version: Version) -> Json:
    """Return the `image-label` object of a label image, with a color for each of `count` labels."""
    stated: Json = {} if is_v3(version) else {"version": version}
    colors = [
        {"label-value": value, "rgba": [60 + value * 67 % 196, 60 + value * 131 % 196, 60 + value * 29 % 196, 255]}
        for value in range(1, count + 1)
    ]
    return {"image-label": stated | {"colors": colors, "source": {"image": "../../"}}}


def scene(images: Sequence[str], shifts_um: Sequence[Sequence[float]]) -> Json:
    """Return a scene of 0.6: the translation of each image, (y, x) or (z, y, x) in micrometers."""
    letters = "zyx"[-len(shifts_um[0]) :]
    return {
        "scene": {
            "coordinateSystems": [{"name": "world", "axes": [axis(letter) for letter in letters]}],
            "coordinateTransformations": [
                {
                    "type": "translation",
                    "translation": list(shift),
                    "input": {"path": path, "name": "physical"},
                    "output": {"name": "world"},
                }
                for path, shift in zip(images, shifts_um, strict=True)
            ],
        }
    }


def crate(
    *,
    name: str | None,
    description: str | None,
    license_url: str | None,
    organism: str | None,
    modality: str | None,
    authors: Sequence[tuple[str, str]] = (),
    published: str | None = None,
) -> Json:
    """Return an RO-Crate in the form that the OME2024 NGFF Challenge's converter wrote.

    authors: given and family names, which that converter did not write; nor did it write `published`, a date.
    """
    root: Json = {"@id": "./", "@type": "Dataset", "resultOf": {"@id": "#acquisition"}}
    root |= {
        key: text
        for key, text in [
            ("name", name), ("description", description), ("license", license_url), ("datePublished", published)
        ]
        if text
    }  # fmt: skip
    people: list[Json] = [
        {
            "@id": f"#author-{number}", "@type": "Person", "name": f"{given} {family}", "givenName": given,
            "familyName": family,
        }
        for number, (given, family) in enumerate(authors, start=1)
    ]  # fmt: skip
    if people:
        root["author"] = [{"@id": person["@id"]} for person in people]
    acquisition: Json = {"@id": "#acquisition", "@type": "image_acquisition", "specimen": {"@id": "#specimen"}}
    biosample: Json = {"@id": "#biosample", "@type": "biosample"}
    return {
        "@context": ["https://w3id.org/ro/crate/1.1/context", {"obo": "http://purl.obolibrary.org/obo/"}],
        "@graph": [
            root,
            {
                "@id": "ro-crate-metadata.json",
                "@type": "CreativeWork",
                "about": {"@id": "./"},
                "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
            },
            acquisition | ({"fbbi_id": {"@id": modality}} if modality else {}),
            {"@id": "#specimen", "@type": "specimen", "biosample": {"@id": "#biosample"}},
            biosample | ({"organism_classification": {"@id": organism}} if organism else {}),
            *people,
        ],
    }


def write_json(path: Path, document: Mapping[str, object]) -> None:
    """Write an indented JSON document."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


def write_group(folder: Path, content: Mapping[str, object], version: Version) -> None:
    """Write a group with OME metadata, in the Zarr format of the version."""
    if is_v3(version):
        attributes = {"ome": {"version": version, **content}}
        write_json(folder / "zarr.json", {"zarr_format": 3, "node_type": "group", "attributes": attributes})
    else:
        write_json(folder / ".zgroup", {"zarr_format": 2})
        write_json(folder / ".zattrs", content)
