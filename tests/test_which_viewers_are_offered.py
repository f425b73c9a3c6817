"""Which viewers a dataset of each kind, version and host is offered, and what each is given to open."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from catalogs import change, make_catalog, make_failed, make_image, make_plate, make_series

from sitegen.model import Axis, License, Record, Term
from sitegen.site.citation import cite
from sitegen.site.signposting import typed_links
from sitegen.site.structured import catalog_ld, dataset_ld, describe
from sitegen.site.viewers import VIEWERS, image_url, links, why_none


def offered(record: Record) -> dict[str, str]:
    """Return viewer → decoded link."""
    return {link.name: unquote(link.href) for link in links(record)}


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("image", {"vizarr", "neuroglancer", "Vol-E", "Avivator", "BioNGFF viewer", "OME-NGFF validator"}),
        ("well", {"vizarr", "neuroglancer", "Vol-E", "Avivator", "BioNGFF viewer", "OME-NGFF validator"}),
        ("labels", {"vizarr", "neuroglancer", "Vol-E", "Avivator", "BioNGFF viewer", "OME-NGFF validator"}),
        ("scene", {"OME-NGFF validator"}),
        ("array", set()),
        ("group", set()),
    ],
)
def test_each_kind_has_its_viewers(kind: str, names: set[str]) -> None:
    """What is no image of OME-Zarr cannot be opened."""
    assert set(offered(make_image(kind=kind, image_path="0"))) == names


@pytest.mark.parametrize(
    ("version", "zarr_format", "names"),
    [
        ("0.1", 2, {"vizarr", "itk-vtk-viewer", "OME-NGFF validator"}),
        ("0.3", 2, {"vizarr", "itk-vtk-viewer", "OME-NGFF validator"}),
        ("0.5", 2, {"vizarr", "neuroglancer", "Vol-E", "Avivator", "BioNGFF viewer", "OME-NGFF validator"}),
        ("0.6", 3, {"vizarr", "OME-NGFF validator"}),
        (None, 3, set()),
    ],
)
def test_each_version_has_its_viewers(version: str | None, zarr_format: int, names: set[str]) -> None:
    """Those that read it, by their source code."""
    assert set(offered(make_image(ome_zarr_version=version, zarr_format=zarr_format))) == names


def test_an_image_of_0_4_opens_in_every_viewer() -> None:
    """It is the version that all of them read."""
    assert set(offered(make_image(ome_zarr_version="0.4", zarr_format=2))) == {viewer.name for viewer in VIEWERS}


def test_a_flat_image_is_not_offered_to_a_viewer_of_volumes() -> None:
    """Vol-E renders in 3-D."""
    flat = (Axis(name="y", type="space"), Axis(name="x", type="space"))

    assert "Vol-E" not in offered(make_image(axes=flat, shape=(64, 64)))


@pytest.mark.parametrize("record", [make_plate(), make_series()])
def test_viewers_of_images_get_the_representative_image(record: Record) -> None:
    """Its path is appended to the dataset's address."""
    assert image_url(record) == f"{record.url}/{record.found.image_path}"
    assert offered(record)["Avivator"].endswith(image_url(record))


def test_a_series_without_an_image_has_only_the_validator() -> None:
    """No viewer can be given anything."""
    assert set(offered(change(make_series(), image_path=None))) == {"OME-NGFF validator"}


def test_a_dataset_that_no_viewer_can_open_says_why() -> None:
    """There is either a reason or a link."""
    records = [make_image(), make_plate(), make_failed("missing", "lost"), make_image(cors=False)]

    assert [bool(links(record)) for record in records] == [not why_none(record) for record in records]
    assert why_none(make_image(cors=None)) == ""


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (make_image(description="Really?"), "Really? OME-Zarr image"),
        (make_image(description="Too short."), "Too short. OME-Zarr image “HeLa cells, cells”, 3-D + c + t"),
        (make_image(description=None), "2,048 × 2,048 × 31 pixels, 12.9 GB. Published by IDR. Bio"),
        (
            make_failed("missing", "lost"),
            "Dataset “lost.zarr”, listed as OME-Zarr by Archive of lost things. This catalog has not",
        ),
    ],
)
def test_a_short_description_is_completed_with_facts(record: Record, words: str) -> None:
    """So that search engines accept it."""
    assert words in describe(record)
    assert "  " not in describe(record)


def test_machines_are_told_what_pages_say() -> None:
    """License, organism, size and address, in the words of schema.org."""
    record = make_image(license=License(id="CC0-1.0"), modality=Term(id="confocal", label=None))
    made = dataset_ld(record, make_catalog(record, base_url=None))

    assert isinstance(made, dict)
    assert (made["url"], made["isAccessibleForFree"]) == (record.url, True)
    assert made["license"] == {"@type": "CreativeWork", "name": "CC0-1.0"}
    assert made["measurementTechnique"] == {"@type": "DefinedTerm", "termCode": "confocal", "name": "confocal"}
    assert "image" not in made  # its address is not known


def test_a_dataset_that_cannot_be_read_is_not_called_accessible() -> None:
    """Nor is it said that it is not."""
    record = make_failed("forbidden", "secret")
    made = dataset_ld(record, make_catalog(record))

    assert isinstance(made, dict)
    assert not {"isAccessibleForFree", "license", "taxonomicRange"} & set(made)


def test_a_catalog_without_description_says_how_much_it_holds() -> None:
    """In a sentence."""
    made = catalog_ld(make_catalog(make_image(), make_plate(), description=""))

    assert isinstance(made, dict)
    assert made["description"] == "2 bioimaging datasets in OME-Zarr."
    assert made["contributor"] == [{"@type": "Organization", "name": "IDR"}]


def test_typed_links_are_relative_without_an_address() -> None:
    """A license that is no address is not linked."""
    record = make_image(license=License(text="ask"))
    made = {link.rel: link.href for link in typed_links(record, make_catalog(record, base_url=None))}

    assert made["cite-as"] == "index.html"
    assert made["item"] == make_image().url
    assert "license" not in made


def test_reference_managers_get_what_is_stated() -> None:
    """No line of a citation is empty, whatever is missing."""
    record = make_failed("missing", "lost")
    citation = cite(change(record, source=None), make_catalog(record, base_url=None))

    assert "publisher" not in citation.bibtex
    assert citation.ris.splitlines() == [
        "TY  - DATA",
        f"ID  - {record.id}",
        "TI  - lost.zarr",
        f"UR  - {record.url}",
        "DB  - Open microscopy",
        "ER  - ",
    ]
    assert citation.text.startswith("lost.zarr [OME-Zarr data set]. https://gone.example.net/lost.zarr. Listed in")
