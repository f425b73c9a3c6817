"""Every dataset of the demo federation, as one table to read from top to bottom.

A row says where the dataset lies (`institution folder/path`), what is drawn, how it is stored
and what its list says of it; `lists.py` names the datasets of a folder in this order. The
institutions are invented; the identifiers are real terms.
"""

from __future__ import annotations

from functools import partial

from sitegen.demo import cells, stores, tissue, ultrastructure, volumes
from sitegen.demo.dataset import Dataset, hot_pixel, picture, plate, screen, series, with_axes
from sitegen.demo.stores import Style

HUMAN, MOUSE, FLY, FISH, WORM = "NCBI:txid9606", "NCBI:txid10090", "NCBI:txid7227", "NCBI:txid7955", "NCBI:txid6359"
YEAST, CRESS, MALARIA, CHICKEN = "NCBI:txid4932", "NCBI:txid3701", "NCBI:txid36329", "NCBI:txid9031"
MANNIA, RICCIA_CAVERNOSA, RICCIA_BEYRICHIANA = "NCBI:txid122620", "NCBI:txid122636", "NCBI:txid122635"
FLUORESCENCE, CONFOCAL, SPINNING_DISK = "obo:FBbi_00000246", "obo:FBbi_00000251", "obo:FBbi_00000253"
LIGHT_SHEET, BRIGHT_FIELD, DIC, STED = "obo:FBbi_00000369", "obo:FBbi_00000243", "obo:FBbi:00000245", "FBbi:00000334"
BLOCK_FACE, FIB_SEM, CT, MASS = "obo:FBbi_00000585", "obo:FBbi_00050000", "obo:FBbi_00001002", "NCIT_C182027"
CC_BY = "https://creativecommons.org/licenses/by/4.0/"
CC_ZERO = "https://creativecommons.org/publicdomain/zero/1.0/"
CC_BY_NC = "https://creativecommons.org/licenses/by-nc/4.0/"

V5, SHARDED = Style(), Style(sharded=True, statistic=True, chunk_px=128)
V5_BLOSC = Style(codec="blosc")
V4, V4_BLOSC = Style(version="0.4"), Style(version="0.4", codec="blosc")
V4_GZIP, V4_BIG = Style(version="0.4", codec="gzip"), Style(version="0.4", big_endian=True)
VOLUME = Style(sharded=True, deep=True, chunk_px=64, chunk_z=16, statistic=True)
CUBES = Style(sharded=True, chunk_px=32, chunk_z=8)
OLD = {version: Style(version=version, omero=version != "0.1") for version in ("0.1", "0.2", "0.3")}  # type: ignore[arg-type]
NEXT = Style(version="0.6rc0")
SMALL = Style(smallest_px=64, chunk_px=256)
SMALL_V4 = Style(version="0.4", smallest_px=64, codec="blosc")

CELL_IMAGING = (
    Dataset(
        path="cell-imaging/hela-cytoskeleton.ome.zarr",
        write=picture(partial(cells.culture, 1), SHARDED),
        name="HeLa cells: microtubules and actin",
        about="Confluent culture, fixed with methanol; maximum projection of 12 planes.",
        organism=HUMAN,
        modality=SPINNING_DISK,
        license=CC_BY,
        crate=True,
    ),
    Dataset(
        path="cell-imaging/hela-segmented.ome.zarr",
        write=picture(partial(cells.culture, 7, size_px=640, spacing_px=110, segmented=True), V5),
        name="HeLa cells with segmented nuclei",
        about="The same protocol at lower magnification; nuclei outlined by hand.",
        organism=HUMAN,
        modality=CONFOCAL,
        license=CC_BY,
    ),
    Dataset(
        path="cell-imaging/mitochondria-stack.ome.zarr",
        write=picture(partial(cells.mitochondria, 2), SHARDED),
        name="Mitochondrial network through the depth of a cell",
        about="Five focal planes, 0.4 µm apart.",
        organism=HUMAN,
        modality=CONFOCAL,
        license=CC_BY,
        crate=True,
    ),
    Dataset(
        path="cell-imaging/mitosis-film.ome.zarr",
        write=picture(partial(cells.division, 6), V5_BLOSC),
        name="From prometaphase to telophase",
        about="A dividing cell, one frame every three minutes:\nchromosomes, spindle, membrane.",
        organism=HUMAN,
        modality=SPINNING_DISK,
        license=CC_BY,
        crate=True,
    ),
    Dataset(
        path="cell-imaging/mitosis-film-2.ome.zarr",
        write=picture(partial(cells.division, 16, size_px=256, frames=6), V4),
        name="dataset name",
        about="dataset description",
        organism=HUMAN,
        modality=SPINNING_DISK,
    ),
    Dataset(
        path="cell-imaging/neurons-synapses.ome.zarr",
        write=picture(partial(cells.neurons, 3), SHARDED),
        name="Hippocampal neurons after 14 days in vitro",
        about="Dendrites and presynaptic sites.",
        organism=MOUSE,
        modality=CONFOCAL,
        license=CC_BY,
    ),
    Dataset(
        path="cell-imaging/neurons-young.ome.zarr",
        write=picture(partial(cells.neurons, 23, size_px=512), V4_BLOSC),
        name="Hippocampal neurons after 5 days in vitro",
        organism=MOUSE,
        modality=CONFOCAL,
        license=CC_BY_NC,
    ),
    Dataset(
        path="cell-imaging/psf-beads.ome.zarr",
        write=picture(partial(volumes.beads, 1), V5),
        name="Beads for the point spread function, 63x oil",
        about="100 nm beads through focus: the monthly check of the objective.",
        modality=FLUORESCENCE,
        license=CC_ZERO,
    ),
    Dataset(
        path="cell-imaging/sarcomeres.ome.zarr",
        write=picture(partial(tissue.muscle, 11), V5),
        name="Sarcomeres of skeletal muscle",
        about="Four stains; the Z lines are 2.1 µm apart.",
        organism=MOUSE,
        modality=STED,
        license=CC_BY,
        crate=True,
    ),
)

ARCHIVE_STUDY_1 = (
    Dataset(
        path="archive/demo0001/rad52-foci.ome.zarr",
        write=picture(partial(cells.yeast, 4), V4_BIG),
        name="Rad52 foci in budding yeast",
        about="Which strains repair DNA at which sites.",
        organism=YEAST,
        modality=DIC,
        license=CC_BY,
        crate=True,
        more={"origin": "https://example.org/archive/study/1"},
    ),
    Dataset(
        path="archive/demo0001/vacuoles.ome.zarr",
        write=picture(partial(cells.yeast, 5, foci=False), V5),
        name="Vacuole membranes in budding yeast",
        organism=YEAST,
        modality=DIC,
        license=CC_BY,
        crate=True,
        more={"origin": "https://example.org/archive/study/1"},
    ),
    Dataset(
        path="archive/demo0001/tonsil-follicle.ome.zarr",
        write=picture(partial(tissue.follicle, 11), V5_BLOSC),
        name="Germinal centre of a tonsil, eight markers",
        about="Imaging mass cytometry at 1 µm per pixel.",
        organism=HUMAN,
        modality=MASS,
        license=CC_BY,
        more={"origin": "https://example.org/archive/study/7"},
    ),
    Dataset(
        path="archive/demo0001/hippocampus.ome.zarr",
        write=picture(partial(tissue.hippocampus, 11), SHARDED),
        name="Hippocampus, coronal section",
        about="Dentate gyrus and Ammon's horn; tiles stitched.",
        organism=MOUSE,
        modality=FLUORESCENCE,
        license=CC_BY,
        crate=True,
        more={"origin": "https://example.org/archive/study/9"},
    ),
    Dataset(
        path="archive/demo0001/pair-rule-stripes.ome.zarr",
        write=picture(partial(tissue.stripes, 12), V5),
        name="Seven stripes of even-skipped",
        about="Cellular blastoderm, in situ hybridisation of two pair-rule genes.",
        organism=FLY,
        modality=CONFOCAL,
        license=CC_BY,
        more={"origin": "https://example.org/archive/study/12"},
    ),
)

ARCHIVE_SCREENS = (
    Dataset(
        path="archive/demo0002/LT0113_01.ome.zarr",
        write=plate("LT0113_01", partial(screen, "ABCD", 6, seed=1000, missing="A/1 B/4 D/6"), SMALL),
        name="Genome-wide screen for cell division, plate LT0113_01",
        about="One field in each well; the reporter is dim where the knock-down worked.",
        organism=HUMAN,
        modality=FLUORESCENCE,
        license=CC_BY,
        crate=True,
        more={"wells": "21", "images": "21"},
    ),
    Dataset(
        path="archive/demo0002/LT0114_03.ome.zarr",
        write=plate("LT0114_03", partial(screen, "BCD", 3, seed=5000, missing="C/2", fields=2), SMALL_V4, first=1),
        name="Genome-wide screen for cell division, plate LT0114_03",
        about="Two fields in each well, counted from 1.",
        organism=HUMAN,
        modality=FLUORESCENCE,
        license=CC_BY,
        more={"wells": "8", "images": "16"},
    ),
    Dataset(
        path="archive/demo0002/LT0115_07.ome.zarr",
        write=plate("LT0115_07", partial(screen, "AB", 4, seed=9000), SMALL),
        name="Genome-wide screen for cell division, plate LT0115_07",
        organism=HUMAN,
        modality=FLUORESCENCE,
        license=CC_BY,
        more={"wells": "8", "images": "8"},
    ),
)

ARCHIVE_BRYOPHYTES = (
    Dataset(
        path="archive/demo0003/IMG 0873-0876 Mannia gracilis leaf.ome.zarr",
        write=picture(partial(tissue.leaf, 11), SHARDED),
        name="Mannia gracilis: cells of the thallus margin",
        about="Focus stack in colour.",
        organism=MANNIA,
        modality=BRIGHT_FIELD,
        license=CC_BY,
    ),
    Dataset(
        path="archive/demo0003/IMG 1033-1036 Riccia cavernosa (spores).ome.zarr",
        write=picture(partial(tissue.leaf, 31, size_px=512), V5),
        name="Riccia cavernosa: chloroplasts",
        about="Focus stack in colour.",
        organism=RICCIA_CAVERNOSA,
        modality=BRIGHT_FIELD,
        license=CC_BY,
    ),
    Dataset(
        path="archive/demo0003/IMG 1210 Riccia beyrichiana.ome.zarr",
        write=picture(partial(tissue.leaf, 42, size_px=512, planes=2), V4),
        name="Riccia beyrichiana: cells",
        organism=RICCIA_BEYRICHIANA,
        modality=BRIGHT_FIELD,
        license=CC_BY,
    ),
)

SECTIONS = tuple(
    Dataset(path=f"pathology/sections/{name}.zarr", write=picture(partial(tissue.histology, seed, **shape), style))
    for name, seed, shape, style in [
        ("24325_K24230_FColon", 11, {}, Style(sharded=True, chunk_px=256)),
        ("22416_K41817_FSalvTrach", 12, {"gland_px": 78, "size_px": 768, "fullness": 0.86}, V5),
        ("23420_K35061_FGut", 13, {"gland_px": 165, "size_px": 768, "fullness": 1.2}, V5),
        ("28604_J49854_FGut", 14, {"gland_px": 105, "size_px": 640, "fullness": 0.75}, V4_BLOSC),
        ("28605_J49855_FUterus", 15, {"gland_px": 200, "size_px": 640, "fullness": 1.3}, V5),
    ]
)  # fmt: skip

SMEARS = (
    Dataset(
        path="pathology/smears/film-01.zarr",
        write=picture(partial(tissue.smear, 11), V5),
        name="Thin blood film, Giemsa",
        organism=HUMAN,
        modality=BRIGHT_FIELD,
    ),
    Dataset(
        path="pathology/smears/film-02.zarr",
        write=picture(partial(tissue.smear, 21, infected=0.4), V4_GZIP),
        name="Thin blood film with ring stages",
        organism=MALARIA,
        modality=BRIGHT_FIELD,
    ),
)

LIGHT_SHEETS = (
    Dataset(
        path="lightsheet/fly-embryo.ome.zarr",
        write=picture(partial(volumes.embryo, 2), VOLUME),
        name="Fly embryo before gastrulation",
        about="Every nucleus of the blastoderm, in one light sheet.",
        organism=FLY,
        modality=LIGHT_SHEET,
        license=CC_BY,
    ),
    Dataset(
        path="lightsheet/fly-embryo-furrow.ome.zarr",
        write=picture(partial(volumes.embryo, 3, gastrula=True), VOLUME),
        name="Fly embryo with its ventral furrow",
        organism=FLY,
        modality=LIGHT_SHEET,
        license=CC_BY,
        crate=True,
    ),
    Dataset(
        path="lightsheet/gastrulation-film.ome.zarr",
        write=picture(partial(volumes.gastrulation, 3), Style(sharded=True, chunk_px=96, chunk_z=8)),
        name="Gastrulation of an annelid, five time points",
        organism=WORM,
        modality="OBI_0003098",
        license=CC_BY,
    ),
    Dataset(
        path="lightsheet/zebrafish-vessels.ome.zarr",
        write=picture(partial(volumes.vessels, 4), V5),
        name="Vessels of the zebrafish trunk",
        about="Aorta, cardinal vein and the vessels between the somites.",
        organism=FISH,
        modality=LIGHT_SHEET,
        license=CC_BY,
    ),
    Dataset(
        path="lightsheet/calcium-wave.ome.zarr",
        write=picture(partial(volumes.calcium, 4), V5_BLOSC),
        name="A wave of calcium after a wound",
        about="Ratio of two dyes; outside the field stop it is not a number.",
        organism=CHICKEN,
        modality=FLUORESCENCE,
        license=CC_BY,
    ),
    Dataset(
        path="lightsheet/trabecular-bone.ome.zarr",
        write=picture(partial(volumes.bone, 4), Style(sharded=True, deep=True, chunk_px=64, chunk_z=8)),
        name="Trabecular bone",
        about="Density in Hounsfield units: air is negative.",
        organism=MOUSE,
        modality=CT,
    ),
)

GRUENAU = (
    Dataset(
        path="gruenau/Wurzelspitze.zarr",
        write=picture(partial(tissue.root, 11), V4),
        name="Wurzelspitze der Ackerschmalwand",
        about="Zellwände und Zellkerne; Wachstum nach links.",
        organism=CRESS, modality=CONFOCAL, license=CC_BY,
    ),
    Dataset(
        path="gruenau/Wurzelspitze-2.zarr",
        write=picture(partial(tissue.root, 12, height_px=384, width_px=640), V4_GZIP),
        name="Wurzelspitze, zweite Pflanze", organism=CRESS, modality=CONFOCAL, license=CC_BY,
    ),
    Dataset(
        path="gruenau/Kieselalgen.zarr",
        write=picture(partial(tissue.diatoms, 11), V4_BLOSC),
        name="Gelegte Kieselalgen", about="Testpräparat für das Objektiv; Interferenzkontrast.",
        modality=DIC, license=CC_ZERO,
    ),
    Dataset(
        path="gruenau/Positionen.zarr",
        write=series(
            {"0": partial(cells.culture, 51, size_px=384), "1": partial(cells.culture, 52, size_px=384),
             "2": partial(cells.neurons, 53, size_px=384)}, V4, ome_group=True
        ),
        name="Drei Positionen eines Präparats", about="Aus einer Datei mit mehreren Bildern umgewandelt.",
        organism=HUMAN, modality=CONFOCAL, license=CC_BY,
    ),
    Dataset(
        path="gruenau/Positionen-ohne-OME.zarr",
        write=series({"0": partial(cells.yeast, 54, size_px=320), "1": partial(cells.yeast, 55, size_px=320)}, V5, ome_group=False),
        name="Zwei Positionen", organism=YEAST, modality=DIC, license=CC_BY,
    ),
)  # fmt: skip

ELECTRONS = (
    Dataset(
        path="em-commons/cortex/color",
        write=picture(partial(ultrastructure.neuropil, 4, axes="cxyz"), CUBES),
        more={"origin": "https://example.org/em/cortex"},
    ),
    Dataset(
        path="em-commons/hippocampus CA1/color",
        write=picture(partial(ultrastructure.neuropil, 5, axes="cxyz", size_px=320, planes=8), CUBES),
        more={"origin": "https://example.org/em/ca1"},
    ),
    Dataset(
        path="em-commons/plasma-cell.ome.zarr",
        write=picture(partial(ultrastructure.cell, 4), V5),
        name="Secretory cell with rough endoplasmic reticulum",
        organism=MOUSE,
        modality="MI:1024",
        license=CC_BY,
    ),
    Dataset(
        path="em-commons/plasma-cell-2.ome.zarr",
        write=picture(partial(ultrastructure.cell, 14, size_px=640), V4_BLOSC),
        name="Secretory cell, second section",
        organism=MOUSE,
        modality=FIB_SEM,
        license=CC_BY,
    ),
    Dataset(
        path="em-commons/nerve.ome.zarr",
        write=picture(partial(ultrastructure.nerve, 4), V5),
        name="Myelinated nerve, across",
        organism=MOUSE,
        modality=BLOCK_FACE,
        license=CC_BY,
        crate=True,
    ),
    Dataset(
        path="em-commons/neuropil-blockface.ome.zarr",
        write=picture(partial(ultrastructure.neuropil, 8, size_px=448, planes=6), Style(sharded=True, chunk_px=128)),
        name="Neuropil, serial block face",
        organism=FISH,
        modality=BLOCK_FACE,
        license=CC_BY,
    ),
)

FORMATS = (
    Dataset(
        path="formats/version-0.1.zarr",
        write=picture(lambda: with_axes(cells.yeast(61, size_px=320), "tczyx"), OLD["0.1"]), name="An image of 0.1",
    ),
    Dataset(
        path="formats/version-0.2.zarr",
        write=picture(lambda: with_axes(cells.culture(62, size_px=384), "tczyx"), OLD["0.2"]), name="An image of 0.2",
    ),
    Dataset(
        path="formats/version-0.3.zarr",
        write=picture(partial(cells.culture, 63, size_px=384), OLD["0.3"]), name="An image of 0.3",
    ),
    Dataset(
        path="formats/version-0.6.zarr",
        write=picture(partial(cells.neurons, 64, size_px=384), NEXT), name="An image of 0.6",
    ),
    Dataset(
        path="formats/scene.zarr",
        write=lambda folder: stores.write_scene(
            folder,
            {"left": cells.culture(65, size_px=320), "right": cells.culture(66, size_px=320)},
            [(0.0, 0.0), (0.0, 51.2)], NEXT,
        ),
        name="Two tiles in one scene",
    ),
    Dataset(
        path="formats/well.zarr",
        write=lambda folder: stores.write_well(folder, [cells.well(67), cells.well(68)], SMALL), name="A well by itself",
    ),
    Dataset(
        path="formats/labels.zarr",
        write=lambda folder: stores.write_labels(folder, {"nuclei": cells.culture(69, size_px=384, segmented=True)}, V5),
        name="Labels by themselves",
    ),
    Dataset(
        path="formats/array.zarr",
        write=lambda folder: stores.write_array(folder, tissue.diatoms(70, size_px=384).pixels, "yx", V5),
        name="An array, Zarr but not OME-Zarr",
    ),
    Dataset(
        path="formats/group.zarr", write=lambda folder: stores.write_plain_group(folder, "0.5"), name="An empty group",
    ),
    Dataset(
        path="formats/timepoints.zarr",
        write=lambda folder: stores.write_image(folder / "setup0" / "timepoint0", volumes.embryo(71, size_px=224, planes=16, nuclei=420), V5),
        name="An export whose image lies deeper", more={"series0": "setup0/timepoint0"},
    ),
    Dataset(
        path="formats/hot-pixel.zarr", write=picture(partial(hot_pixel, 72), V5), name="One hot pixel, no settings",
    ),
    Dataset(
        path="formats/two-scales.zarr",
        write=lambda folder: stores.write_two_scales(folder, cells.yeast(73, size_px=320), V5),
        name="Invalid: two scales for one level",
    ),
    Dataset(
        path="formats/unordered.zarr",
        write=lambda folder: stores.write_unordered(folder, cells.culture(74, size_px=384), V4),
        name="Invalid: coarsest level first",
    ),
    Dataset(
        path="formats/damaged.zarr",
        write=lambda folder: stores.write_damaged(folder, tissue.smear(75, size_px=320), V5),
        name="Damaged: chunks cut short",
    ),
    Dataset(path="formats/moved.zarr", write=stores.write_page, name="A page where JSON should be"),
    Dataset(path="formats/gone.zarr", write=None, name="Listed, and gone"),
)  # fmt: skip

DATASETS = (
    *CELL_IMAGING, *ARCHIVE_STUDY_1, *ARCHIVE_SCREENS, *ARCHIVE_BRYOPHYTES, *SECTIONS, *SMEARS,
    *LIGHT_SHEETS, *GRUENAU, *ELECTRONS, *FORMATS,
)  # fmt: skip
