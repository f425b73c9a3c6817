"""The museum of formats: every kind and version of OME-Zarr, what is not OME-Zarr, and what went wrong.

Each is what some writer or host really does; the plan of everything else is in `plan.py`.
"""

from __future__ import annotations

from functools import partial

from sitegen.demo import cells, stores, styles, tissue, volumes
from sitegen.demo.dataset import Dataset, hot_pixel, picture, with_axes

FORMATS = (
    Dataset(
        path="formats/version-0.1.zarr",
        write=picture(lambda: with_axes(cells.yeast(61, size_px=320), "tczyx"), styles.V1), name="An image of 0.1",
    ),
    Dataset(
        path="formats/version-0.2.zarr",
        write=picture(lambda: with_axes(cells.culture(62, size_px=384), "tczyx"), styles.V2), name="An image of 0.2",
    ),
    Dataset(
        path="formats/version-0.3.zarr",
        write=picture(partial(cells.culture, 63, size_px=384), styles.V3), name="An image of 0.3",
    ),
    Dataset(
        path="formats/version-0.6.zarr",
        write=picture(partial(cells.neurons, 64, size_px=384), styles.V6), name="An image of 0.6",
    ),
    Dataset(
        path="formats/scene.zarr",
        write=lambda folder: stores.write_scene(
            folder,
            {"left": cells.culture(65, size_px=320), "right": cells.culture(66, size_px=320)},
            [(0.0, 0.0), (0.0, 51.2)], styles.V6,
        ),
        name="Two tiles in one scene",
    ),
    Dataset(
        path="formats/well.zarr",
        write=lambda folder: stores.write_well(folder, [cells.well(67), cells.well(68)], styles.SMALL),
        name="A well by itself",
    ),
    Dataset(
        path="formats/labels.zarr",
        write=lambda folder: stores.write_labels(
            folder, {"nuclei": cells.culture(69, size_px=384, segmented=True)}, styles.V5
        ),
        name="Labels by themselves",
    ),
    Dataset(
        path="formats/array.zarr",
        write=lambda folder: stores.write_array(folder, tissue.diatoms(70, size_px=384).pixels, "yx", styles.V5),
        name="An array, Zarr but not OME-Zarr",
    ),
    Dataset(
        path="formats/group.zarr", write=lambda folder: stores.write_plain_group(folder, "0.5"), name="An empty group",
    ),
    Dataset(
        path="formats/timepoints.zarr",
        write=lambda folder: stores.write_export(
            folder, "setup0/timepoint0", volumes.embryo(71, size_px=320, planes=10, nuclei=700), styles.V5
        ),
        name="An export whose image lies deeper", more={"series0": "setup0/timepoint0"},
    ),
    Dataset(
        path="formats/hot-pixel.zarr",
        write=picture(partial(hot_pixel, 72), styles.V5),
        name="One hot pixel, no settings",
    ),
    Dataset(
        path="formats/two-scales.zarr",
        write=lambda folder: stores.write_two_scales(folder, cells.yeast(73, size_px=320), styles.V5),
        name="Invalid: two scales for one level",
    ),
    Dataset(
        path="formats/unordered.zarr",
        write=lambda folder: stores.write_unordered(folder, cells.culture(74, size_px=384), styles.V4),
        name="Invalid: coarsest level first",
    ),
    Dataset(
        path="formats/damaged.zarr",
        write=lambda folder: stores.write_damaged(folder, tissue.smear(75, size_px=320), styles.V5),
        name="Damaged: chunks cut short",
    ),
    Dataset(path="formats/moved.zarr", write=stores.write_page, name="A page where JSON should be"),
    Dataset(path="formats/gone.zarr", write=None, name="HistoryRow, and gone"),
)  # fmt: skip
