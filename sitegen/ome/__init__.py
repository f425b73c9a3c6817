"""OME-Zarr 0.1 to 0.6, read: documents in, one model out; pure, and safe with any input.

Start at `read_node`. What it gives is in `node`; how each version writes it is in `v01_03`,
`v04_05` and `v06`. Whether the metadata keep the rules is judged elsewhere in this package.
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
