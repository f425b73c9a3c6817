"""OME-XML of any schema and writer: which images it describes, and in which order."""

from __future__ import annotations

import pytest

from sitegen.ome.omexml import OmeImage, OmeXml, read_image_order, read_omexml

SCHEMA = "http://www.openmicroscopy.org/Schemas/OME/2016-06"


def read(content: str, *, start: str = f'<OME xmlns="{SCHEMA}">', end: str = "</OME>") -> OmeXml:
    """Return what a document with this content says."""
    found, problems = read_omexml(f"{start}{content}{end}".encode())
    assert found is not None, problems
    return found


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("<OME>", "</OME>"),
        (f'<OME xmlns="{SCHEMA}">', "</OME>"),
        ('<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2013-06">', "</OME>"),
        (f'<?xml version="1.0" encoding="UTF-8"?><!-- a comment --><OME xmlns="{SCHEMA}">', "</OME>"),
    ],
)
def test_every_schema_is_read(start: str, end: str) -> None:
    """With any namespace, or with none."""
    assert [image.name for image in read('<Image Name="a"/><Image Name="b"/>', start=start, end=end).images] == [
        "a",
        "b",
    ]


def test_a_prefix_does_not_matter() -> None:
    """Some writers name the namespace in each element."""
    found = read('<o:Image Name="a"/>', start=f'<o:OME xmlns:o="{SCHEMA}">', end="</o:OME>")

    assert found.images == (OmeImage(name="a"),)


def test_images_keep_the_order_of_the_document() -> None:
    """It is the order of the series, whatever their names and identifiers are."""
    images = "".join(f'<Image ID="Image:{number}" Name="{name}"/>' for number, name in ((9, "z"), (0, "m"), (3, "a")))

    assert [image.name for image in read_image_order(f"<OME>{images}</OME>".encode())] == ["z", "m", "a"]


@pytest.mark.parametrize(("name", "read_as"), [("a", "a"), (" a ", "a"), ("", None), ("  ", None), ("é µ", "é µ")])
def test_names_are_trimmed(name: str, read_as: str | None) -> None:
    """An empty one is none."""
    assert read(f'<Image Name="{name}"/>').images[0].name == read_as


@pytest.mark.parametrize(
    ("size", "read_as"), [("5", 5), ("0", 0), ("05", 5), ("-5", None), ("5.0", None), ("٥", None), ("9" * 19, None)]
)
def test_sizes_are_whole_numbers(size: str, read_as: int | None) -> None:
    """What is none, or above any image, is not stated; the other sizes stay."""
    sizes = read(f'<Image><Pixels SizeX="{size}" SizeY="7"/></Image>').images[0].sizes

    assert sizes == ({"y": 7} if read_as is None else {"x": read_as, "y": 7})


@pytest.mark.parametrize(
    ("attributes", "size", "unit"),
    [
        ('PhysicalSizeX="0.5"', 0.5, "micrometer"),
        ('PhysicalSizeX="0.5" PhysicalSizeXUnit="nm"', 0.5, "nanometer"),
        ('PhysicalSizeX="5E-1" PhysicalSizeXUnit="mm"', 0.5, "millimeter"),
        ('PhysicalSizeX="2" PhysicalSizeXUnit="pixel"', 2.0, "pixel"),
        ('PhysicalSizeX="2" PhysicalSizeXUnit="furlong"', 2.0, "furlong"),
    ],
)
def test_pixel_sizes_have_their_unit(attributes: str, size: float, unit: str) -> None:
    """Micrometers where none is stated, as the schema says; one that is not known stays as written."""
    (spacing,) = read(f"<Image><Pixels {attributes}/></Image>").images[0].spacings

    assert (spacing.axis, spacing.size, spacing.unit) == ("x", size, unit)


@pytest.mark.parametrize("size", ["0", "-1", "nan", "inf", "1e999", "", "one"])
def test_a_pixel_size_is_above_zero(size: str) -> None:
    """Anything else is not calibrated."""
    assert read(f'<Image><Pixels PhysicalSizeY="{size}"/></Image>').images[0].spacings == ()


def test_each_image_has_its_own_pixels() -> None:
    """Sizes belong to the image around them; pixels outside of any image are ignored."""
    found = read('<Pixels SizeX="1"/><Image Name="a"><Pixels SizeX="2"/></Image><Image Name="b"/>')

    assert [image.sizes for image in found.images] == [{"x": 2}, None]


@pytest.mark.parametrize("part", ["MetadataOnly", "BinData", "TiffData", "BinaryOnly"])
def test_where_the_pixels_are_is_known(part: str) -> None:
    """The specification of a series has a rule about it."""
    assert read(f"<Image><Pixels><{part}/></Pixels></Image>").parts == {part}


@pytest.mark.parametrize("root", ["html", "Image", "ome", "omx"])
def test_another_root_is_refused(root: str) -> None:
    """The message names what was found."""
    found, problems = read_omexml(f"<{root}/>".encode())

    assert found is None
    assert [problem.code for problem in problems] == ["ome-xml"]
    assert repr(root) in problems[0].message
