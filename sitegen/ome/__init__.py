"""Reads OME-Zarr of every version: documents in, one model out; pure, and safe with any input.

Start at `read_node`, which returns a `Node`. The versions and their features are rows of
`versions`; how each writes images is in `v01_03`, `v04_05` and `v06`. The package
`sitegen.validate` says whether metadata follow the rules.
"""

from sitegen.ome.arrays import read_array
from sitegen.ome.candidates import candidate_images, outermost_ome
from sitegen.ome.crate import read_crate
from sitegen.ome.levels import predict_levels
from sitegen.ome.node import (
    Acquisition,
    Array,
    DatasetRef,
    FieldRef,
    Multiscale,
    Node,
    PlateLayout,
    SuppliedThumbnail,
    WellRef,
)
from sitegen.ome.omexml import OmeImage, OmeXml, read_image_order, read_omexml
from sitegen.ome.reader import DOCUMENTS, Files, read_node
from sitegen.ome.supplied import choose_thumbnail
from sitegen.ome.units import Spacing, normalize_unit, physical_pixel_size, unit_symbol
from sitegen.ome.versions import VERSIONS, Version

__all__ = [
    "DOCUMENTS",
    "VERSIONS",
    "Acquisition",
    "Array",
    "DatasetRef",
    "FieldRef",
    "Files",
    "Multiscale",
    "Node",
    "OmeImage",
    "OmeXml",
    "PlateLayout",
    "Spacing",
    "SuppliedThumbnail",
    "Version",
    "WellRef",
    "candidate_images",
    "choose_thumbnail",
    "normalize_unit",
    "outermost_ome",
    "physical_pixel_size",
    "predict_levels",
    "read_array",
    "read_crate",
    "read_image_order",
    "read_node",
    "read_omexml",
    "unit_symbol",
]
