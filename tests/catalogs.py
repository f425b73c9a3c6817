"""Records of every kind and status, for tests of everything that comes after the crawl.

Values are written out, not computed, so that a test can be read beside them.
`every_kind()` is a small believable catalog; `hostile()` holds what strangers write.
"""

from __future__ import annotations

from dataclasses import fields, replace

from sitegen.catalog.totals import has_error
from sitegen.model import (
    Axis,
    BrowserAccess,
    Catalog,
    Channel,
    HostFigures,
    ImageMetadata,
    Level,
    License,
    ListProblem,
    Picture,
    Place,
    Plate,
    Problem,
    PublicFindings,
    Record,
    Shown,
    Source,
    Status,
    StudyRef,
    Term,
    Totals,
)
from sitegen.urls import dataset_id

LIST = "https://lists.example.org/idr/idr0001_samples.csv"
SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
STUDY = StudyRef(id="idr0001", name="idr0001 Cells in light")
TCZYX = (
    Axis(name="t", type="time", unit="second"),
    Axis(name="c", type="channel"),
    Axis(name="z", type="space", unit="micrometer"),
    Axis(name="y", type="space", unit="micrometer"),
    Axis(name="x", type="space", unit="micrometer"),
)


_FOUND = frozenset(field.name for field in fields(PublicFindings))
_METADATA = frozenset(field.name for field in fields(ImageMetadata))


def change(record: Record, **changes: object) -> Record:
    """Return a record with other values, its own or of what was found of it."""
    stated = {name: value for name, value in changes.items() if name in _METADATA}
    found = {name: value for name, value in changes.items() if name in _FOUND}
    found["metadata"] = replace(record.found.metadata, **stated)  # type: ignore[arg-type]
    own = {name: value for name, value in changes.items() if name not in _FOUND | _METADATA}
    return replace(record, found=replace(record.found, **found), **own)  # type: ignore[arg-type]


def make_image(stem: str = "cells", **changes: object) -> Record:
    """Return a complete, valid image of OME-Zarr 0.5 with two channels; `changes` replace its values."""
    url = f"https://data.example.org/images/{stem}.ome.zarr"
    channels = (Channel(label="DAPI", color="3D7BFF"), Channel(label="actin", color="FF9D2E", window=(10.0, 900.0)))
    record = Record(
        id=dataset_id(url),
        url=url,
        title=f"HeLa cells, {stem}",
        name=f"HeLa cells, {stem}",
        description="HeLa cells in interphase and mitosis, nuclei and actin, imaged with a spinning disk.",
        origin="https://idr.openmicroscopy.org/webclient/?show=image-1884807",
        source="IDR",
        lists=(Place(csv=LIST, line=2),),
        license=License(id="CC-BY-4.0", url="https://creativecommons.org/licenses/by/4.0/"),
        organism=Term(id="NCBITaxon:9606", label="Homo sapiens"),
        modality=Term(id="FBbi:00000253", label="spinning disk confocal microscopy"),
        found=PublicFindings(
            kind="image",
            ome_zarr_version="0.5",
            zarr_format=3,
            axes=TCZYX,
            shape=(40, 2, 31, 2048, 2048),
            dtype="uint16",
            chunks=(1, 1, 1, 256, 256),
            shards=(1, 1, 31, 1024, 1024),
            levels=tuple(_level(index) for index in range(5)),
            metadata=ImageMetadata(channels=channels),
            image_path="",
            images=1,
            label_images=("nuclei", "cells"),
            bytes=12_884_901_888,
            bytes_uncompressed=27_745_320_960,
            thumbnail=Picture(path="thumbs/ab/cells-256.webp", width=256, height=256),
            preview=Picture(path="thumbs/ab/cells-1024.webp", width=1024, height=1024),
            shown=Shown(
                level="1",
                z=15,
                t=0,
                channels=channels,
                pixel_size=0.216,
                unit="micrometer",
                how="Middle plane, first time point; the author's contrast limits.",
            ),
            status="ok",
            valid=True,
            cors=True,
            checked_at="2026-11-20T03:12:09Z",
        ),
        changed_at="2026-11-20T03:12:09Z",
        provenance={"name": "csv", "license": "csv", "organism": "ro-crate", "shape": "zarr", "axes": "zarr"},
    )
    return change(record, **changes)


def _level(index: int) -> Level:
    side = 2048 >> index
    scale = 0.108 * 2**index
    return Level(
        path=str(index),
        shape=(40, 2, 31, side, side),
        chunks=(1, 1, 1, min(side, 256), min(side, 256)),
        shards=(1, 1, 31, min(side, 1024), min(side, 1024)),
        scale=(1.5, 1.0, 0.5, scale, scale),
        exact=index < 2,
    )


def make_plate(stem: str = "plate-1") -> Record:
    """Return a 96-well plate with a gap, OME-Zarr 0.4."""
    wells = tuple((row, column) for row in range(8) for column in range(12) if (row, column) != (3, 5))
    return make_image(
        stem,
        title=f"RNAi screen, {stem}",
        kind="plate",
        ome_zarr_version="0.4",
        zarr_format=2,
        shards=None,
        levels=tuple(replace(_level(index), shards=None) for index in range(3)),
        image_path="B/3/0",
        images=190,
        label_images=(),
        plate=Plate(
            rows=8,
            columns=12,
            wells=95,
            fields=2,
            row_names=tuple("ABCDEFGH"),
            column_names=tuple(str(number) for number in range(1, 13)),
            present=wells,
            shown=(1, 2),
            acquisitions=1,
        ),
        valid=False,
        problems=(
            Problem(
                code="well-index",
                level="error",
                where="plate/wells/17",
                message="rowIndex is 9, but the plate has 8 rows.",
                hint="Correct rowIndex; rows are counted from 0.",
            ),
            Problem(
                code="plate-name", level="warning", where="plate", message="The plate has no name.", hint="Add `name`."
            ),
            Problem(code="field-count", level="note", where="plate", message="field_count is not stated.", hint=""),
        ),
    )


def make_series() -> Record:
    """Return a bioformats2raw series of three images."""
    return make_image("series", title="Slide 12", kind="series", image_path="0", images=3, series=("0", "1", "2"))


def make_failed(status: Status, stem: str) -> Record:
    """Return a record of a dataset that could not be read: its lists are all that is known."""
    url = f"https://gone.example.net/{stem}.zarr"
    return Record(
        id=dataset_id(url),
        url=url,
        title=f"{stem}.zarr",
        source="Archive of lost things",
        lists=(Place(csv="https://lists.example.org/lost.csv", line=4), Place(csv=LIST, line=9)),
        found=PublicFindings(
            status=status,
            problems=(
                Problem(
                    code=f"dataset-{status}",
                    level="error",
                    message=f"{url} answered 404.",
                    hint="Ask its institution where it went, or delete the line.",
                ),
            ),
        ),
    )


def make_stale() -> Record:
    """Return an image that was read a month ago and does not answer now."""
    return make_image("asleep", status="stale", source="SSBD", cors=False, checked_at="2026-10-18T04:00:00Z")


def make_hostile() -> Record:
    """Return a record whose every text tries to become markup, an address or code."""
    return make_image(
        "hostile",
        title=SCRIPT,
        name=SCRIPT,
        description=SCRIPT + " {{ 7 * 7 }} {% raw %} \u202e reversed \x00 end " + "]]>&lt;" * 3,
        origin="javascript:alert(document.domain)",
        source="'\"><svg onload=alert(3)>",
        study=StudyRef(id="evil-1", name=f"{SCRIPT} study"),
        lists=(Place(csv="javascript:alert(4)//list.csv", line=1),),
        license=License(id=None, url="javascript:alert(5)"),
        organism=Term(id="NCBITaxon:<b>", label="</script><script>alert(6)</script>"),
        axes=(Axis(name="</td><script>", type="space", unit="<i>"), Axis(name="x'\"", type="space", unit='µ"m')),
        shape=(12, 12),
        levels=(Level(path="'); DROP TABLE images;--", shape=(12, 12), chunks=(12, 12), scale=(1.0, 1e300)),),
        label_images=("</li><script>alert(7)</script>", "عربي"),
        shown=Shown(
            level="0", channels=(Channel(label="</ul><script>", color="FF00FF"),), pixel_size=0.5, unit="micrometer"
        ),
        problems=(
            Problem(code="odd", level="warning", where="a/<b>", message="<script>alert(8)</script>", hint="</details>"),
        ),
        provenance={"name": "csv"},
        extra={"<b>column</b>": "javascript:alert(9)", "link": "https://example.org/?a=1&b=<c>"},
    )


def make_long() -> Record:
    """Return a record with a name of 5,000 characters without a space, and as much of everything."""
    return make_image(
        "long",
        title="x" * 5000,
        name="x" * 5000,
        description="word " * 4000,
        label_images=tuple(f"label-{number}" for number in range(500)),
        extra={f"column {number}": "value " * 40 for number in range(60)},
        lists=tuple(Place(csv=LIST, line=line) for line in range(2, 80)),
        problems=tuple(
            Problem(
                code="scale-count", level="error", where=f"multiscales/{index}", message="m" * 2000, hint="h" * 2000
            )
            for index in range(300)
        ),
    )


def make_catalog(
    *records: Record, base_url: str | None = "https://catalog.example.org/sub/", **changes: object
) -> Catalog:
    """Return a catalog of these records, with figures for their hosts."""
    names = dict.fromkeys(record.source for record in records if record.source)
    catalog = Catalog(
        title="Open microscopy",
        description="Bioimaging datasets of five institutions, in OME-Zarr.",
        built_at="2026-11-22T06:00:00Z",
        base_url=base_url,
        records=records,
        totals=Totals(
            datasets=len(records),
            images=sum(record.found.images or 0 for record in records),
            plates=sum(record.found.kind == "plate" for record in records),
            bytes=sum(record.found.bytes or 0 for record in records),
            sources=len(names),
            ok=sum(record.found.status == "ok" for record in records),
            valid=sum(record.found.valid is True for record in records),
            with_errors=sum(has_error(record) for record in records),
        ),
        sources=tuple(Source(name=name) for name in names),
        license=License(id="CC0-1.0", url="https://creativecommons.org/publicdomain/zero/1.0/"),
        hosts=(
            HostFigures(
                host="data.example.org",
                datasets=6,
                requests=44,
                bytes=5_100_000,
                errors=1,
                median_ms=41.6,
                browsers=BrowserAccess(origin=True, ranges=True, exposed=("content-range", "etag")),
            ),
            HostFigures(host="gone.example.net", datasets=5, requests=15, bytes=1200, errors=15, retries=10),
        ),
        list_problems=(
            ListProblem(
                place=Place(csv=LIST, line=31),
                problem=Problem(
                    code="row-long",
                    level="warning",
                    message="14 cells, 13 columns.",
                    hint="Quote the cell that holds a comma.",
                ),
                url="https://data.example.org/images/cells.ome.zarr",
            ),
        ),
    )
    return replace(catalog, **changes)  # type: ignore[arg-type]


def every_kind() -> Catalog:
    """Return a catalog with a record of every kind and every status."""
    failed: tuple[Status, ...] = ("missing", "forbidden", "unreachable", "unreadable", "refused")
    return make_catalog(
        make_image(study=STUDY),
        make_plate(),
        make_series(),
        make_image("well", kind="well", image_path="0"),
        make_image("labels", kind="labels", thumbnail=None, preview=None, shown=None),
        make_image("scene", kind="scene", ome_zarr_version="0.6", valid=None),
        make_image("array", kind="array", ome_zarr_version=None, valid=None, channels=()),
        make_image("group", kind="group", ome_zarr_version=None, valid=None, levels=(), axes=None, shape=None),
        make_stale(),
        *(make_failed(status, f"lost-{status}") for status in failed),
    )


def hostile() -> Catalog:
    """Return a catalog with hostile data between two plain records."""
    return make_catalog(make_image(), make_hostile(), make_long(), make_image("last"), title=SCRIPT, description=SCRIPT)
