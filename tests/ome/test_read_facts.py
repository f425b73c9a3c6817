"""Terms, licenses, units, level shapes and OME-XML are read as people write them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ome_samples import ARRAY2, ARRAY3, to_bytes

from sitegen.model import Axis, License
from sitegen.ome import (
    Array,
    DatasetRef,
    Spacing,
    normalize_unit,
    physical_pixel_size,
    predict_levels,
    read_image_order,
    read_node,
    read_omexml,
    unit_symbol,
)
from sitegen.ome.licenses import plain_words, read_license
from sitegen.ome.ontology import contradiction, iri, is_known, label_of, normalize_term, other_names


@pytest.mark.parametrize(
    ("text", "curie"),
    [
        ("NCBI:txid9606", "NCBITaxon:9606"),
        ("obo:NCBITaxon_9606", "NCBITaxon:9606"),
        ("https://purl.obolibrary.org/obo/NCBITaxon_9606", "NCBITaxon:9606"),
        (" obo:FBbi_00000246 ", "FBbi:00000246"),
        ("obo:FBbi:00000246", "FBbi:00000246"),
        ("fbbi_00000246", "FBbi:00000246"),
        ("obo:OBI_0003098", "OBI:0003098"),
        ("obo:MI_1024", "MI:1024"),
        ("NCIT_C182027", "NCIT:C182027"),
        ("EFO:0000001", "EFO:0000001"),
        ("human", "human"),
        ("javascript:alert(1)", "javascript:alert(1)"),
    ],
)
def test_terms(text: str, curie: str) -> None:
    """Every spelling of a term is one CURIE; anything else stays as it is."""
    assert normalize_term(text) == curie
    assert is_known(curie) == (curie not in ("human", "javascript:alert(1)"))


def test_labels() -> None:
    """Terms have labels, other names and addresses; unknown ones have none."""
    assert (label_of("NCBITaxon:10090"), other_names("NCBITaxon:10090")[0]) == ("Mus musculus", "mouse")
    assert label_of("FBbi:00000253") == "spinning disk confocal microscopy"
    assert iri("FBbi:00000246") == "http://purl.obolibrary.org/obo/FBbi_00000246"
    assert (label_of("NCBITaxon:1"), other_names("x"), iri("x:y")) == (None, (), None)


def test_contradictions() -> None:
    """HeLa cells are no orangutan; several species, or the right one, are no contradiction."""
    assert contradiction("NCBITaxon:9601", "HeLa cells, fixed") == "hela"
    assert contradiction("NCBITaxon:9606", "HeLa cells") is None
    assert contradiction("NCBITaxon:9601", "HeLa cells on mouse fibroblasts") is None
    assert contradiction("NCBITaxon:9601", "Michela's cells") is None


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0"),
        ("http://creativecommons.org/licenses/by-nc-sa/3.0/legalcode", "CC-BY-NC-SA-3.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("https://spdx.org/licenses/CC-BY-4.0.html", "CC-BY-4.0"),
        ("CC BY 4.0", "CC-BY-4.0"),
        ("cc-by-nc-4.0", "CC-BY-NC-4.0"),
        ("Creative Commons Attribution 4.0 International License", "CC-BY-4.0"),
        ("CC0", "CC0-1.0"),
        ("MIT License", "MIT"),
        ("https://opensource.org/licenses/MIT", "MIT"),
        ("CC BY", None),
        ("ask us", None),
        ("https://example.org/terms", None),
    ],
)
def test_licenses(text: str, identifier: str | None) -> None:
    """A license is recognized however it is written, and explained; a version is never guessed."""
    found = read_license(text)

    assert found.id == identifier
    assert bool(plain_words(found)) == (identifier is not None or text == "CC BY")


def test_unknown_license() -> None:
    """The address of a license that we do not know is kept; what is no web address is none."""
    assert read_license("https://example.org/terms") == License(url="https://example.org/terms")
    assert read_license("javascript:alert(1)") == License()


@given(st.text())
def test_any_text(text: str) -> None:
    """Any text is read as a license, a term and a unit."""
    plain_words(read_license(text))
    iri(normalize_term(text))
    unit_symbol(text)


@pytest.mark.parametrize(
    ("written", "name", "symbol"),
    [
        ("micrometer", "micrometer", "µm"),
        ("micron", "micrometer", "µm"),
        ("um", "micrometer", "µm"),
        ("µm", "micrometer", "µm"),
        ("Micrometers", "micrometer", "µm"),
        ("nanometre", "nanometer", "nm"),
        ("mm", "millimeter", "mm"),
        ("Mm", "megameter", "Mm"),
        ("s", "second", "s"),
        ("sec", "second", "s"),
        ("pixel", "pixel", "pixel"),
        ("", None, ""),
        (None, None, ""),
    ],
)
def test_units(written: str | None, name: str | None, symbol: str) -> None:
    """Obvious spellings of a unit are one unit; others stay as written."""
    assert (normalize_unit(written), unit_symbol(written)) == (name, symbol)


def test_pixel_size() -> None:
    """Space and time have a size; a channel has none, nor has an axis that was never calibrated."""
    axes = (
        Axis(name="t", type="time", unit="sec"),
        Axis(name="c", type="channel"),
        Axis(name="z", type="space"),
        Axis(name="y", type="space"),
        Axis(name="x"),
    )

    assert physical_pixel_size(axes, (2, 5, 1, 3, 0.5)) == (
        Spacing(axis="t", size=2, unit="second"), Spacing(axis="y", size=3), Spacing(axis="x", size=0.5)
    )  # fmt: skip
    assert physical_pixel_size(axes, None) == physical_pixel_size(axes, (1, 2)) == ()


@pytest.fixture
def level0() -> Array:
    """A format 2 array of (1, 2, 3, 1023, 2048) in chunks of 64 × 64."""
    array = read_node({".zarray": to_bytes({**ARRAY2, "shape": [1, 2, 3, 1023, 2048]})}).array
    assert array is not None
    return array


def refs(*scales: tuple[float, ...] | None) -> list[DatasetRef]:
    return [DatasetRef(path=str(number), scale=scale) for number, scale in enumerate(scales)]


def test_level_shapes(level0: Array) -> None:
    """Shapes of coarser levels follow from the scales, odd sizes are cut; chunks shrink with them."""
    levels = predict_levels(refs((1, 1, 2, 0.5, 0.5), (1, 1, 2, 1, 1), (1, 1, 4, 32, 32)), level0)

    assert [level.shape for level in levels] == [(1, 2, 3, 1023, 2048), (1, 2, 3, 511, 1024), (1, 2, 1, 15, 32)]
    assert [level.exact for level in levels] == [True, False, False]
    assert levels[2].chunks == (1, 1, 1, 15, 32)


def test_exact_ratios(level0: Array) -> None:
    """A scale that was computed from the shapes gives them back."""
    levels = predict_levels(refs((1, 1, 1, 1, 1), (1, 1, 1, 1023 / 512, 2)), level0)

    assert levels[1].shape == (1, 2, 3, 512, 1024)


@pytest.mark.parametrize("scale", [None, (1, 1, 1, 1, 1), (0, 1, 1, 2, 2), (1, 2), (-1, 1, 1, 2, 2)])
def test_unknown_shapes(level0: Array, scale: tuple[float, ...] | None) -> None:
    """Where the scales do not tell, or tell nonsense, the shape is not known."""
    levels = predict_levels(refs((1, 1, 1, 1, 1), scale), level0)

    assert (levels[1].shape, levels[1].chunks) == (None, None)


def test_shards_are_kept() -> None:
    """Levels of a sharded image are taken to have the same chunks and shards."""
    array = read_node({"zarr.json": to_bytes(ARRAY3)}).array
    assert array is not None
    level = predict_levels(refs((1, 1, 1), (1, 10, 10)), array)[1]

    assert (level.shape, level.chunks, level.shards) == ((2, 100, 100), (1, 64, 64), (1, 512, 512))


@given(st.lists(st.lists(st.floats(), min_size=5, max_size=5).map(tuple), min_size=1, max_size=3))
def test_any_scales(scales: list[tuple[float, ...]]) -> None:
    """Any finite scales give shapes that are none, or no larger than level 0."""
    array = read_node({".zarray": to_bytes(ARRAY2)}).array
    assert array is not None
    finite = [s if all(abs(v) < float("inf") for v in s) else None for s in scales]

    for level in predict_levels(refs(*finite), replace(array, shape=(0, 2, 3, 100, 2**62))):
        assert level.shape is None or all(0 <= a <= b for a, b in zip(level.shape, (0, 2, 3, 100, 2**62), strict=True))


OME_XML = b"""<?xml version="1.0" encoding="UTF-8"?>
<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">
  <Image ID="Image:0" Name="first"><Pixels SizeX="10" SizeY="20" SizeZ="1" SizeC="2" SizeT="1"
    PhysicalSizeX="0.5" PhysicalSizeY="500" PhysicalSizeYUnit="nm" PhysicalSizeZ="-1"><MetadataOnly/></Pixels></Image>
  <Image ID="Image:1"><Pixels SizeX="x" PhysicalSizeX="nan"/></Image>
</OME>"""


def test_omexml() -> None:
    """Images come in document order with their sizes; a pixel size without a unit is in µm."""
    found, problems = read_omexml(OME_XML)

    assert found is not None
    assert not problems
    assert [image.name for image in found.images] == ["first", None]
    assert found.images[0].sizes == {"x": 10, "y": 20, "z": 1, "c": 2, "t": 1}
    assert found.images[0].spacings == (
        Spacing(axis="x", size=0.5, unit="micrometer"), Spacing(axis="y", size=500, unit="nanometer")
    )  # fmt: skip
    assert (found.images[1].sizes, found.images[1].spacings) == ({}, ())
    assert found.parts == {"MetadataOnly"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'<!DOCTYPE OME [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><OME>&b;</OME>', "ome-xml"),
        (b'<!DOCTYPE OME SYSTEM "file:///etc/passwd"><OME/>', "ome-xml"),
        (b"<html><body>", "ome-xml"),
        (b"<OME><Image>", "ome-xml"),
        (b'<?xml version="1.0" encoding="klingon"?><OME/>', "ome-xml"),
        (b"", "ome-xml"),
        (b" " * 32_000_001, "ome-xml-too-large"),
    ],
)
def test_hostile_xml(body: bytes, code: str) -> None:
    """Entities, other documents and broken ones are refused with a problem."""
    found, problems = read_omexml(body)

    assert found is None
    assert [problem.code for problem in problems] == [code]
    assert read_image_order(body) == ()


@given(st.binary(max_size=200))
def test_any_xml(body: bytes) -> None:
    """Any bytes are read, or refused."""
    read_omexml(body)
    read_omexml(b"<OME>" + body + b"</OME>")
