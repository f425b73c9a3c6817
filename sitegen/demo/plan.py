"""The table of all datasets of the demo federation, except those of the Museum of Formats.

A row states where the dataset is (`folder of the institution/path`), what is drawn, how it
is stored, and what its list states about it; `lists` names the datasets in this order. The
institutions are invented; the identifiers are real terms.
"""

from __future__ import annotations

from functools import partial

from sitegen.demo import cells, storage, terms, tissue, ultrastructure, volumes
from sitegen.demo.dataset import DemoDataset, picture, plate, screen, series
from sitegen.demo.formats import FORMATS

CELL_IMAGING = (
    DemoDataset(
        path="cell-imaging/hela-cytoskeleton.ome.zarr",
        write=picture(partial(cells.culture, 1), storage.SHARDED),
        name="HeLa cells: microtubules and actin",
        description="Confluent culture, fixed with methanol; maximum projection of 12 planes.",
        organism=terms.HUMAN,
        modality=terms.SPINNING_DISK,
        license=terms.CC_BY,
        crate=True,
        authors=(("Alva", "Lindqvist"), ("Chidi", "Okafor")),
        published="2024-05-31",
    ),
    DemoDataset(
        path="cell-imaging/hela-segmented.ome.zarr",
        write=picture(partial(cells.culture, 7, size_px=576, spacing_px=110, segmented=True), storage.V5),
        name="HeLa cells with segmented nuclei",
        description="The same protocol at lower magnification; nuclei outlined by hand.",
        organism=terms.HUMAN,
        modality=terms.CONFOCAL,
        license=terms.CC_BY,
    ),
    DemoDataset(
        path="cell-imaging/mitochondria-stack.ome.zarr",
        write=picture(partial(cells.mitochondria, 2), storage.SHARDED),
        name="Mitochondrial network through the depth of a cell",
        description="Three focal planes, 0.4 µm apart.",
        organism=terms.HUMAN,
        modality=terms.CONFOCAL,
        license=terms.CC_BY,
        crate=True,
    ),
    DemoDataset(
        path="cell-imaging/mitosis-film.ome.zarr",
        write=picture(partial(cells.division, 6), storage.V5_BLOSC),
        name="From prometaphase to telophase",
        description="A dividing cell, one frame every three minutes:\nchromosomes, spindle, membrane.",
        organism=terms.HUMAN,
        modality=terms.SPINNING_DISK,
        license=terms.CC_BY,
        crate=True,
    ),
    DemoDataset(
        path="cell-imaging/mitosis-film-2.ome.zarr",
        write=picture(partial(cells.division, 16, size_px=224, frames=5, shown=3), storage.V4),
        name="dataset name",
        description="dataset description",
        organism=terms.HUMAN,
        modality=terms.SPINNING_DISK,
    ),
    DemoDataset(
        path="cell-imaging/neurons-synapses.ome.zarr",
        write=picture(partial(cells.neurons, 3), storage.SHARDED),
        name="Hippocampal neurons after 14 days in vitro",
        description="Dendrites and presynaptic sites.",
        organism=terms.MOUSE,
        modality=terms.CONFOCAL,
        license=terms.CC_BY,
    ),
    DemoDataset(
        path="cell-imaging/neurons-young.ome.zarr",
        write=picture(partial(cells.neurons, 23, size_px=512, branchings=2), storage.V4_BLOSC),
        name="Hippocampal neurons after 5 days in vitro",
        organism=terms.MOUSE,
        modality=terms.CONFOCAL,
        license=terms.CC_BY_NC,
    ),
    DemoDataset(
        path="cell-imaging/psf-beads.ome.zarr",
        write=picture(partial(volumes.beads, 1), storage.SHARDED),
        name="Beads for the point spread function, 63x oil",
        description="100 nm beads through focus: the monthly check of the objective.",
        modality=terms.FLUORESCENCE,
        license=terms.CC_ZERO,
    ),
    DemoDataset(
        path="cell-imaging/sarcomeres.ome.zarr",
        write=picture(partial(tissue.muscle, 11), storage.V5),
        name="Sarcomeres of skeletal muscle",
        description="Four stains; the Z lines are 2.1 µm apart.",
        organism=terms.MOUSE,
        modality=terms.STED,
        license=terms.CC_BY,
        crate=True,
        authors=(("Alva", "Lindqvist"), ("Chidi", "Okafor")),
        published="2024-05-31",
    ),
)

ARCHIVE_STUDY_1 = (
    DemoDataset(
        path="archive/demo0001/rad52-foci.ome.zarr",
        write=picture(partial(cells.yeast, 4), storage.V4_BIG),
        name="Rad52 foci in budding yeast",
        description="Which strains repair DNA at which sites.",
        organism=terms.YEAST,
        modality=terms.DIC,
        license=terms.CC_BY,
        crate=True,
        extra={"origin": "https://example.org/archive/study/1"},
    ),
    DemoDataset(
        path="archive/demo0001/vacuoles.ome.zarr",
        write=picture(partial(cells.yeast, 5, foci=False), storage.V5),
        name="Vacuole membranes in budding yeast",
        organism=terms.YEAST,
        modality=terms.DIC,
        license=terms.CC_BY,
        crate=True,
        extra={"origin": "https://example.org/archive/study/1"},
    ),
    DemoDataset(
        path="archive/demo0001/tonsil-follicle.ome.zarr",
        write=picture(partial(tissue.follicle, 11), storage.V5_BLOSC),
        name="Germinal center of a tonsil, eight markers",
        description="Imaging mass cytometry at 1 µm per pixel.",
        organism=terms.HUMAN,
        modality=terms.MASS,
        license=terms.CC_BY,
        extra={"origin": "https://example.org/archive/study/7"},
    ),
    DemoDataset(
        path="archive/demo0001/hippocampus.ome.zarr",
        write=picture(partial(tissue.hippocampus, 11), storage.SHARDED),
        name="Hippocampus, coronal section",
        description="Dentate gyrus and Ammon's horn; tiles stitched.",
        organism=terms.MOUSE,
        modality=terms.FLUORESCENCE,
        license=terms.CC_BY,
        crate=True,
        extra={"origin": "https://example.org/archive/study/9"},
    ),
    DemoDataset(
        path="archive/demo0001/pair-rule-stripes.ome.zarr",
        write=picture(partial(tissue.stripes, 12), storage.V5),
        name="Seven stripes of even-skipped",
        description="Cellular blastoderm, in situ hybridization of two pair-rule genes.",
        organism=terms.FLY,
        modality=terms.CONFOCAL,
        license=terms.CC_BY,
        extra={"origin": "https://example.org/archive/study/12"},
    ),
)

ARCHIVE_SCREENS = (
    DemoDataset(
        path="archive/demo0002/LT0113_01.ome.zarr",
        write=plate("LT0113_01", partial(screen, "ABCD", 6, seed=1000, missing="A/1 B/4 D/6"), storage.SMALL),
        name="Genome-wide screen for cell division, plate LT0113_01",
        description="One field in each well; the reporter is dim where the knock-down worked.",
        organism=terms.HUMAN,
        modality=terms.FLUORESCENCE,
        license=terms.CC_BY,
        crate=True,
        extra={"wells": "21", "images": "21"},
    ),
    DemoDataset(
        path="archive/demo0002/LT0114_03.ome.zarr",
        write=plate(
            "LT0114_03", partial(screen, "BC", 3, seed=5000, missing="C/2", fields=2), storage.SMALL_V4, first=1
        ),
        name="Genome-wide screen for cell division, plate LT0114_03",
        description="Two fields in each well, counted from 1.",
        organism=terms.HUMAN,
        modality=terms.FLUORESCENCE,
        license=terms.CC_BY,
        extra={"wells": "5", "images": "10"},
    ),
    DemoDataset(
        path="archive/demo0002/LT0115_07.ome.zarr",
        write=plate("LT0115_07", partial(screen, "CD", 4, seed=9000), storage.SMALL),
        name="Genome-wide screen for cell division, plate LT0115_07",
        organism=terms.HUMAN,
        modality=terms.FLUORESCENCE,
        license=terms.CC_BY,
        extra={"wells": "8", "images": "8"},
    ),
)

ARCHIVE_BRYOPHYTES = (
    DemoDataset(
        path="archive/demo0003/IMG 0873-0876 Mannia gracilis leaf.ome.zarr",
        write=picture(partial(tissue.leaf, 11, planes=3), storage.SHARDED),
        name="Mannia gracilis: cells of the thallus margin",
        description="Focus stack in color.",
        organism=terms.MANNIA,
        modality=terms.BRIGHT_FIELD,
        license=terms.CC_BY,
    ),
    DemoDataset(
        path="archive/demo0003/IMG 1033-1036 Riccia cavernosa (spores).ome.zarr",
        write=picture(partial(tissue.leaf, 31, size_px=480), storage.V5),
        name="Riccia cavernosa: chloroplasts",
        description="Focus stack in color.",
        organism=terms.RICCIA_CAVERNOSA,
        modality=terms.BRIGHT_FIELD,
        license=terms.CC_BY,
    ),
    DemoDataset(
        path="archive/demo0003/IMG 1210 Riccia beyrichiana.ome.zarr",
        write=picture(partial(tissue.leaf, 42, size_px=448), storage.V4),
        name="Riccia beyrichiana: cells",
        organism=terms.RICCIA_BEYRICHIANA,
        modality=terms.BRIGHT_FIELD,
        license=terms.CC_BY,
    ),
)

_SECTIONS = [
    ("24325_K24230_FColon", partial(tissue.histology, 11), storage.SLIDE),
    ("22416_K41817_FSalvTrach", partial(tissue.histology, 12, gland_px=78, size_px=768, fullness=0.86), storage.V5),
    ("23420_K35061_FGut", partial(tissue.histology, 13, gland_px=165, size_px=704, fullness=1.2), storage.V5),
    ("28604_J49854_FGut", partial(tissue.histology, 14, gland_px=105, size_px=640, fullness=0.75), storage.V4_BLOSC),
    ("28605_J49855_FUterus", partial(tissue.histology, 15, gland_px=200, size_px=576, fullness=1.3), storage.V5),
]
SECTIONS = tuple(
    DemoDataset(path=f"pathology/sections/{slide}.zarr", write=picture(draw, style)) for slide, draw, style in _SECTIONS
)

SMEARS = (
    DemoDataset(
        path="pathology/smears/film-01.zarr",
        write=picture(partial(tissue.smear, 11), storage.V5),
        name="Thin blood film, Giemsa",
        organism=terms.HUMAN,
        modality=terms.BRIGHT_FIELD,
    ),
    DemoDataset(
        path="pathology/smears/film-02.zarr",
        write=picture(partial(tissue.smear, 21, infected=0.4, size_px=512), storage.V4_GZIP),
        name="Thin blood film with ring stages",
        organism=terms.MALARIA,
        modality=terms.BRIGHT_FIELD,
    ),
)

LIGHT_SHEETS = (
    DemoDataset(
        path="lightsheet/fly-embryo.ome.zarr",
        write=picture(partial(volumes.embryo, 2), storage.VOLUME),
        name="Fly embryo before gastrulation",
        description="Every nucleus of the blastoderm, in one light sheet.",
        organism=terms.FLY,
        modality=terms.LIGHT_SHEET,
        license=terms.CC_BY,
    ),
    DemoDataset(
        path="lightsheet/fly-embryo-furrow.ome.zarr",
        write=picture(partial(volumes.embryo, 3, gastrula=True), storage.VOLUME),
        name="Fly embryo with its ventral furrow",
        organism=terms.FLY,
        modality=terms.LIGHT_SHEET,
        license=terms.CC_BY,
        crate=True,
    ),
    DemoDataset(
        path="lightsheet/gastrulation-film.ome.zarr",
        write=picture(partial(volumes.gastrulation, 3), storage.FILM),
        name="Gastrulation of an annelid, four time points",
        organism=terms.WORM,
        modality=terms.LIGHT_SHEET_ASSAY,
        license=terms.CC_BY,
    ),
    DemoDataset(
        path="lightsheet/zebrafish-vessels.ome.zarr",
        write=picture(partial(volumes.vessels, 4), storage.V5),
        name="Vessels of the zebrafish trunk",
        description="Aorta, cardinal vein and the vessels between the somites.",
        organism=terms.FISH,
        modality=terms.LIGHT_SHEET,
        license=terms.CC_BY,
    ),
    DemoDataset(
        path="lightsheet/calcium-wave.ome.zarr",
        write=picture(partial(volumes.calcium, 4), storage.V5),
        name="A wave of calcium after a wound",
        description="Ratio of two dyes; outside the field stop it is not a number.",
        organism=terms.CHICKEN,
        modality=terms.FLUORESCENCE,
        license=terms.CC_BY,
    ),
    DemoDataset(
        path="lightsheet/trabecular-bone.ome.zarr",
        write=picture(partial(volumes.bone, 4), storage.VOLUME),
        name="Trabecular bone",
        description="Density in Hounsfield units: air is negative.",
        organism=terms.MOUSE,
        modality=terms.CT,
    ),
)

GRUENAU = (
    DemoDataset(
        path="gruenau/Wurzelspitze.zarr",
        write=picture(partial(tissue.root, 11), storage.V4),
        name="Wurzelspitze der Ackerschmalwand",
        description="Zellwände und Zellkerne; Wachstum nach links.",
        organism=terms.CRESS, modality=terms.CONFOCAL, license=terms.CC_BY,
    ),
    DemoDataset(
        path="gruenau/Wurzelspitze-2.zarr",
        write=picture(partial(tissue.root, 12, height_px=384, width_px=640), storage.V4_GZIP),
        name="Wurzelspitze, zweite Pflanze", organism=terms.CRESS, modality=terms.CONFOCAL, license=terms.CC_BY,
    ),
    DemoDataset(
        path="gruenau/Kieselalgen.zarr",
        write=picture(partial(tissue.diatoms, 11), storage.V4_BLOSC),
        name="Gelegte Kieselalgen", description="Testpräparat für das Objektiv; Interferenzkontrast.",
        modality=terms.DIC, license=terms.CC_ZERO,
    ),
    DemoDataset(
        path="gruenau/Positionen.zarr",
        write=series(
            {"0": partial(cells.culture, 51, size_px=336), "1": partial(cells.culture, 52, size_px=336),
             "2": partial(cells.neurons, 53, size_px=336)}, storage.V4, ome_group=True
        ),
        name="Drei Positionen eines Präparats", description="Aus einer Datei mit mehreren Bildern umgewandelt.",
        organism=terms.HUMAN, modality=terms.CONFOCAL, license=terms.CC_BY,
    ),
    DemoDataset(
        path="gruenau/Positionen-ohne-OME.zarr",
        write=series(
            {"0": partial(cells.yeast, 54, size_px=320), "1": partial(cells.yeast, 55, size_px=320)},
            storage.V5, ome_group=False,
        ),
        name="Zwei Positionen", organism=terms.YEAST, modality=terms.DIC, license=terms.CC_BY,
    ),
)  # fmt: skip

ELECTRONS = (
    DemoDataset(
        path="em-commons/cortex/color",
        write=picture(partial(ultrastructure.neuropil, 4, axes="cxyz"), storage.CUBES),
        extra={"origin": "https://example.org/em/cortex"},
    ),
    DemoDataset(
        path="em-commons/hippocampus CA1/color",
        write=picture(partial(ultrastructure.neuropil, 5, axes="cxyz", size_px=320, planes=8), storage.CUBES),
        extra={"origin": "https://example.org/em/ca1"},
    ),
    DemoDataset(
        path="em-commons/plasma-cell.ome.zarr",
        write=picture(partial(ultrastructure.cell, 4), storage.V5),
        name="Secretory cell with rough endoplasmic reticulum",
        organism=terms.MOUSE,
        modality=terms.SEM,
        license=terms.CC_BY,
    ),
    DemoDataset(
        path="em-commons/plasma-cell-2.ome.zarr",
        write=picture(partial(ultrastructure.cell, 14, size_px=640), storage.V4_BLOSC),
        name="Secretory cell, second section",
        organism=terms.MOUSE,
        modality=terms.FIB_SEM,
        license=terms.CC_BY,
    ),
    DemoDataset(
        path="em-commons/nerve.ome.zarr",
        write=picture(partial(ultrastructure.nerve, 4), storage.V5),
        name="Myelinated nerve, across",
        organism=terms.MOUSE,
        modality=terms.BLOCK_FACE,
        license=terms.CC_BY,
        crate=True,
    ),
    DemoDataset(
        path="em-commons/neuropil-blockface.ome.zarr",
        write=picture(partial(ultrastructure.neuropil, 8, size_px=416, planes=5), storage.SHARDED),
        name="Neuropil, serial block face",
        organism=terms.FISH,
        modality=terms.BLOCK_FACE,
        license=terms.CC_BY,
    ),
)

DATASETS = (
    *CELL_IMAGING, *ARCHIVE_STUDY_1, *ARCHIVE_SCREENS, *ARCHIVE_BRYOPHYTES, *SECTIONS, *SMEARS,
    *LIGHT_SHEETS, *GRUENAU, *ELECTRONS, *FORMATS,
)  # fmt: skip
