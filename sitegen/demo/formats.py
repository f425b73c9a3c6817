"""The datasets of the Museum of Formats: every kind and version of OME-Zarr, and common failures.

Each of them is something that a real writer or host does. The other datasets are in `plan`.
"""

from __future__ import annotations

from functools import partial

from sitegen.demo import cells, storage, stores, tissue, volumes
from sitegen.demo.dataset import DemoDataset, hot_pixel, picture, with_axes, zipped

FORMATS = (
    DemoDataset(
        path="formats/version-0.1.zarr",
        write=picture(lambda: with_axes(cells.yeast(61, size_px=320), "tczyx"), storage.V1), name="An image of 0.1",
    ),
    DemoDataset(
        path="formats/version-0.2.zarr",
        write=picture(lambda: with_axes(cells.culture(62, size_px=384), "tczyx"), storage.V2), name="An image of 0.2",
    ),
    DemoDataset(
        path="formats/version-0.3.zarr",
        write=picture(partial(cells.culture, 63, size_px=384), storage.V3), name="An image of 0.3",
    ),
    DemoDataset(
        path="formats/version-0.6.zarr",
        write=picture(partial(cells.neurons, 64, size_px=384), storage.V6), name="An image of 0.6",
    ),
    DemoDataset(
        path="formats/scene.zarr",
        write=lambda folder: stores.write_scene(
            folder,
            {"left": cells.culture(65, size_px=320), "right": cells.culture(66, size_px=320)},
            [(0.0, 0.0), (0.0, 51.2)], storage.V6,
        ),
        name="Two tiles in one scene",
    ),
    DemoDataset(
        path="formats/well.zarr",
        write=lambda folder: stores.write_well(folder, [cells.well(67), cells.well(68)], storage.SMALL),
        name="A well by itself",
    ),
    DemoDataset(
        path="formats/labels.zarr",
        write=lambda folder: stores.write_labels(
            folder, {"nuclei": cells.culture(69, size_px=384, segmented=True)}, storage.V5
        ),
        name="Labels by themselves",
    ),
    DemoDataset(
        path="formats/array.zarr",
        write=lambda folder: stores.write_array(folder, tissue.diatoms(70, size_px=384).pixels, "yx", storage.V5),
        name="An array, Zarr but not OME-Zarr",
    ),
    DemoDataset(
        path="formats/group.zarr", write=lambda folder: stores.write_plain_group(folder, "0.5"), name="An empty group",
    ),
    DemoDataset(
        path="formats/timepoints.zarr",
        write=lambda folder: stores.write_export(
            folder, "setup0/timepoint0", volumes.embryo(71, size_px=320, planes=10, nuclei=700), storage.V5
        ),
        name="An export whose image lies deeper", extra={"series0": "setup0/timepoint0"},
    ),
    DemoDataset(
        path="formats/zipped.ozx",
        write=zipped(picture(partial(cells.yeast, 75, size_px=320), storage.SHARDED)),
        name="An image in one file, zipped",
    ),
    DemoDataset(
        path="formats/hot-pixel.zarr",
        write=picture(partial(hot_pixel, 72), storage.V5),
        name="One hot pixel, no settings",
    ),
    DemoDataset(
        path="formats/two-scales.zarr",
        write=lambda folder: stores.write_two_scales(folder, cells.yeast(73, size_px=320), storage.V5),
        name="Invalid: two scales for one level",
    ),
    DemoDataset(
        path="formats/unordered.zarr",
        write=lambda folder: stores.write_unordered(folder, cells.culture(74, size_px=384), storage.V4),
        name="Invalid: coarsest level first",
    ),
    DemoDataset(
        path="formats/damaged.zarr",
        write=lambda folder: stores.write_damaged(folder, tissue.smear(75, size_px=320), storage.V5),
        name="Damaged: chunks cut short",
    ),
    DemoDataset(path="formats/moved.zarr", write=stores.write_page, name="A page where JSON should be"),
    DemoDataset(path="formats/gone.zarr", write=None, name="Listed, and gone"),
)  # fmt: skip
