"""Some 200 datasets in the style of public lists: several institutions, methods, organisms, spellings and gaps.

All of it is made up. Each row of `STUDIES` is a study; its stems are its datasets. What only one dataset has is in
`CHANGES`, by stem.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from catalogs import change

from sitegen import urls
from sitegen.model import (
    Axis,
    Catalog,
    Channel,
    ImageMetadata,
    Level,
    License,
    Place,
    Plate,
    Problem,
    PublicFindings,
    Record,
    Term,
    Totals,
)
from sitegen.ome.ontology import label_of

_IDR = "https://livingobjects.example.org/idr/share/challenge"
_JAX = "https://storage.example.org/jax-public-ngff/KOMP"
_SSBD = "https://ssbd.example.jp/zarr/v0.5"
_N4BI = "https://s3.example.de/n4bi-wp1"
_LISTS = "https://lists.example.org/samples"
_BY = License(id="CC-BY-4.0", url="https://creativecommons.org/licenses/by/4.0/")
_ZERO = License(id="CC0-1.0", url="https://creativecommons.org/publicdomain/zero/1.0/")
_NC = License(id="CC-BY-NC-SA-4.0", url="https://creativecommons.org/licenses/by-nc-sa/4.0/")
MB, GB, TB = 10**6, 10**9, 10**12


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """Datasets of one study; `{}` in the name is the stem."""

    key: str
    folder: str
    stems: tuple[str, ...]
    name: str | None
    description: str | None = None
    source: str | None = "IDR"
    organism: str | None = None
    method: str | None = None
    license: License | None = _BY
    kind: str = "image"
    axes: str = "tczyx"
    shape: tuple[int, ...] = (1, 2, 1, 1024, 1344)
    dtype: str = "uint16"
    size: int = 300 * MB
    suffix: str = ".ome.zarr"
    origin: str | None = None


def _numbered(pattern: str, *numbers: int) -> tuple[str, ...]:
    return tuple(pattern.format(number) for number in numbers)


STUDIES = (
    Study(
        key="idr0004",
        folder=f"{_IDR}/idr0004",
        stems=_numbered("P{}", *range(140, 160)),
        name="Thorpe Rad52: idr0004/{}.ome.zarr",
        description="This screen assesses spontaneous Rad52-YFP foci in viable deletion strains of budding yeast.",
        organism="NCBITaxon:4932",
        method="FBbi:00000246",
        kind="plate",
        shape=(2, 10, 510, 672),
        axes="czyx",
    ),
    Study(
        key="idr0013",
        folder=f"{_IDR}/idr0013",
        stems=(*_numbered("LT0113_{:02}", *range(1, 13)), *_numbered("LT0156_{:02}", *range(1, 13))),
        name="Neumann MitoCheck: idr0013/{}.ome.zarr",
        description="Time-lapse movies of HeLa cells with fluorescent chromosomes after RNA interference.",
        organism="NCBITaxon:9606",
        method="FBbi:00000246",
        kind="plate",
        shape=(93, 1, 1, 1024, 1344),
        dtype="uint8",
        size=61 * GB,
        origin="https://idr.example.org/webclient/?show=screen-1101",
    ),
    Study(
        key="idr0011",
        folder=f"{_IDR}/idr0011",
        stems=_numbered("Plate{}-Green-B", *range(1, 13)),
        name="Ledesma-Fernández; Protein kinase C: idr0011/{}.ome.zarr",
        description="Kinetochore homeostasis and the stress response in yeast.",
        organism="NCBITaxon:4932",
        method="FBbi:00000251",
        kind="plate",
        shape=(1, 3, 21, 512, 672),
        size=1400 * MB,
    ),
    Study(
        key="idr0016",
        folder=f"{_IDR}/idr0016",
        stems=_numbered("{}", *range(24300, 24320)),
        name="Wawer small molecules: idr0016/{}.ome.zarr",
        description="Cell Painting of U2OS cells: morphological profiles of small molecules.",
        organism="NCBITaxon:9606",
        method="FBbi:00000246",
        license=_ZERO,
        kind="plate",
        shape=(1, 5, 1, 520, 696),
        size=9 * GB,
    ),
    Study(
        key="idr0051",
        folder=f"{_IDR}/idr0051",
        stems=_numbered("180712_H2B_{}ss_Courtney_preview", *range(18, 24)),
        name="Attardi: Lightsheet imaging of tailbud: {}",
        description="Lineages of neuromesodermal cells in zebrafish embryos.",
        organism="NCBITaxon:7955",
        method="FBbi:00000369",
        shape=(79, 1, 201, 333, 333),
        size=1400 * MB,
        suffix=".zarr",
    ),
    Study(
        key="idr0066",
        folder=f"{_IDR}/idr0066",
        stems=("ExpA_VIP_ASLM_off", "ExpB_whole_cns", "ExpB_whole_cns_MIP", "ExpC_spinal_cord"),
        name="Voigt: The mesoSPIM initiative, open-source light-sheet microscopes for cleared tissue: {}",
        description="Whole mouse brains and a chicken embryo, cleared.",
        organism="NCBITaxon:10090",
        method="FBbi:00000369",
        shape=(1, 1, 1937, 2048, 2048),
        size=10 * GB,
    ),
    Study(
        key="idr0157",
        folder=f"{_IDR}/idr0157",
        stems=tuple(
            f"IMG_{1000 + at}-{1090 + at} {name} stature"
            for at, name in enumerate(("Riccia fluitans", "Riccia bifurca", "Mannia gracilis", "Clevea hyalina"))
        ),
        name="idr0157 Peters Bryophytes: {}.ome.zarr",
        description="Essential leaf traits from bright-field photographs.",
        organism="NCBITaxon:71659",
        method="FBbi:00000243",
        shape=(1, 3, 80, 5464, 8192),
        dtype="uint8",
        size=24 * GB,
    ),
    Study(
        key="jax-lacz",
        folder=f"{_JAX}/adult_lacZ/ndp",
        stems=_numbered("24325_K{}_FColon", *range(24230, 24260)),
        name=None,
        source="JAX",
        origin="https://images.jax.example.org/webclient/?show=image-11164",
        license=None,
        axes="czyx",
        shape=(3, 1, 60000, 40000),
        dtype="uint8",
        size=15 * GB,
        suffix=".zarr",
    ),
    Study(
        key="ssbd",
        folder=_SSBD,
        stems=("038d16f4-af14-47b0-a70d-f6349f00b046", "27f8e9c0-e258-4dd2-ab1b-d2156f9b46e3"),
        name="48-Susaki-MouseBrainCUBIC/{}",
        description="Light-sheet fluorescence microscopy (LSFM) images of R26-H2B-mCherry mouse brain",
        source="SSBD",
        organism="NCBITaxon:10090",
        method="FBbi:00000251",
        shape=(1, 1, 709, 2160, 2560),
        size=6 * GB,
        suffix=".zarr",
    ),
    Study(
        key="ssbd-worm",
        folder=f"{_SSBD}/worm",
        stems=_numbered("wt-N2-{:02}", *range(1, 9)),
        name="Bao C. elegans embryogenesis {}",
        description="Cell divisions of wild-type embryos until the 350-cell stage.",
        source="SSBD",
        organism="NCBITaxon:6239",
        method="FBbi:00000253",
        shape=(190, 1, 31, 512, 712),
        dtype="uint8",
        size=2 * GB,
        suffix=".zarr",
    ),
    Study(
        key="crick",
        folder=f"{_N4BI}/crick",
        stems=("EM04534_04_SBF_8bits_aligned", "EM04534_05_SBF_8bits_aligned"),
        name="Benchmark SBF SEM data of HeLa cells, {}",
        description="Serial block face images of whole cells.",
        source="Crick",
        organism="NCBITaxon:9606",
        method="FBbi:00000585",
        shape=(1, 1, 133, 9845, 10717),
        dtype="uint8",
        size=10 * GB,
        suffix=".zarr",
        origin="https://www.empiar.example.org/EMPIAR-11666/",
    ),
    Study(
        key="hela-fib",
        folder=f"{_N4BI}/openorganelle",
        stems=("jrc_hela-2", "jrc_hela-3", "jrc_hela-3_segmented"),
        name="HeLa cell, FIB-SEM, {}",
        description="Focused ion beam milling at 4 nm.",
        source="Janelia",
        organism="NCBITaxon:9606",
        method="FBbi:00050000",
        shape=(6368, 1600, 12000),
        axes="zyx",
        size=90 * GB,
        suffix=".zarr",
    ),
    Study(
        key="fzj",
        folder=f"{_N4BI}/fzj",
        stems=("1micron_VOI1", "1micron_VOI2"),
        name="BigBrain occipital cortex, area V1: {}",
        description="Volume of the human occipital cortex at 1 µm, from silver-stained sections.",
        source="Forschungszentrum Jülich",
        organism="NCBITaxon:9606",
        method="FBbi:00000243",
        license=_NC,
        axes="zyx",
        shape=(6000, 6000, 6000),
        dtype="uint8",
        size=240 * GB,
        suffix=".zarr",
    ),
    Study(
        key="muenster",
        folder=f"{_N4BI}/muenster",
        stems=("WSI_resaved", "1904_resaved"),
        name="Whole slide scan, focal cortical dysplasia, {}",
        description="Historical slide, HE staining, of Universität Münster.",
        source="Universität Münster",
        organism="NCBITaxon:9606",
        method="FBbi:00000243",
        shape=(1, 3, 1, 244215, 522693),
        dtype="uint8",
        size=500 * GB,
        suffix=".zarr",
    ),
    Study(
        key="lin",
        folder=f"{_N4BI}/lin",
        stems=_numbered("L3_nsybG4xcherry_{}", *range(1, 13)),
        name="Larval nervous system {}",
        description="Third-instar larvae expressing CherryCAAX.",
        source="Lin lab",
        organism="NCBITaxon:7227",
        method="FBbi:00000369",
        shape=(1, 2, 367, 6097, 9665),
        size=4 * GB,
        suffix=".ims.zarr",
    ),
    Study(
        key="flamingo",
        folder=f"{_N4BI}/flamingo",
        stems=("Platynereis-H2B-TL", "Zebrafish-H2B-short-timelapse"),
        name=None,
        source="Institute of Imaging Methods",
        license=None,
        axes="zyx",
        shape=(322, 2048, 2048),
        size=10 * GB,
    ),
    Study(
        key="webknossos",
        folder="https://data.webknossos.example.org/data/zarr3",
        stems=_numbered("HuaLab-CBA_Ca-mouse-unexposed-M{}", *range(1, 9)),
        name=None,
        source="WebKnossos",
        license=None,
        axes="cxyz",
        shape=(1, 11333, 23573, 2494),
        dtype="uint8",
        size=480 * GB,
        suffix="",
    ),
    Study(
        key="rats",
        folder=f"{_N4BI}/rats",
        stems=_numbered("hippocampus-{}", *range(1, 7)),
        name="Hippocampal neurons of Sørensen, culture {}",
        description="STED of synapses in primary cultures; collaboration with Mueller and Weiß in Gießen.",
        source="Göttingen",
        organism="NCBITaxon:10116",
        method="FBbi:00000334",
        shape=(1, 2, 1, 2048, 2048),
        size=80 * MB,
        suffix=".zarr",
    ),
    Study(
        key="plants",
        folder=f"{_N4BI}/plants",
        stems=_numbered("leaf_{}", *range(1, 9)),
        name="Calcium wave dynamics, leaf {}",
        description="Time lapse of whole leaves expressing calcium and glutamate reporters.",
        source="EBI",
        organism="NCBITaxon:3701",
        method="FBbi:00000246",
        shape=(163, 2, 1, 1024, 1024),
        size=490 * MB,
        suffix=".zarr",
    ),
    Study(
        key="malaria",
        folder=f"{_IDR}/idr0090",
        stems=_numbered("1901{}", *range(21, 30)),
        name="idr0090 Ashdown Malaria {}",
        description="Machine learning of antimalarial drug action from cell-based screens.",
        organism="NCBITaxon:36329",
        method="FBbi:00000246",
        kind="plate",
        shape=(5, 31, 2044, 2048),
        axes="czyx",
        size=TB,
        suffix=".zarr",
    ),
    Study(
        key="xray",
        folder=f"{_N4BI}/xray",
        stems=("embryo-chicken-day4", "embryo-chicken-day5"),
        name="Micro-CT of {}",
        description="Iodine-stained embryos.",
        source="EBI",
        organism="NCBITaxon:9031",
        method="FBbi:00001002",
        axes="zyx",
        shape=(900, 700, 700),
        size=900 * MB,
        suffix=".zarr",
    ),
    Study(
        key="liver",
        folder=f"{_N4BI}/slides",
        stems=("slide-17",),
        name="Liver section",
        description="Histology of treated animals, three stains.",
        source="Göttingen",
        axes="czyx",
        shape=(3, 1, 4000, 5000),
        suffix=".zarr",
    ),
    Study(
        key="isotropic",
        folder=f"{_N4BI}/fused",
        stems=("spheroid-1",),
        name="Fused views of a spheroid",
        description="Deconvolved.",
        source="Göttingen",
        axes="czyx",
        shape=(2, 500, 600, 700),
        size=800 * MB,
        suffix=".zarr",
    ),
    Study(
        key="lightsheet-assay",
        folder=f"{_N4BI}/organoids",
        stems=_numbered("organoid-{}", *range(1, 5)),
        name="Intestinal organoid {}",
        description="Three-dimensional cultures over 60 hours.",
        source="EBI",
        organism="NCBITaxon:10090",
        method="OBI:0003098",
        license=_ZERO,
        shape=(60, 2, 88, 1024, 1024),
        size=3 * GB,
        suffix=".zarr",
    ),
)

CHANGES: dict[str, dict[str, object]] = {
    "spheroid-1": {
        "levels": (Level(path="0", shape=(2, 500, 600, 700), chunks=(1, 1, 256, 256), scale=(1, 0.33, 0.325, 0.325)),)
    },
    "jrc_hela-3_segmented": {"label_images": ("nuclei", "mitochondria")},
    "organoid-1": {"label_images": ("cells",)},
    "organoid-2": {"label_images": ("cells",)},
    "ExpB_whole_cns": {"label_images": ("atlas",)},
    "180712_H2B_18ss_Courtney_preview": {"bytes": 6 * GB},
    "LT0156_12": {"status": "stale", "added_at": "2026-11-02T06:00:00Z"},
    "hippocampus-2": {"published": "2024-05-31"},
    "hippocampus-3": {"published": "2024"},
    "embryo-chicken-day4": {"modality": None},
    "organoid-3": {"description": None},
    "L3_nsybG4xcherry_12": {"organism": None},
    "leaf_7": {"status": "missing", "kind": None, "axes": None, "shape": None, "bytes": None, "dtype": None},
    "leaf_8": {"status": "unreachable", "kind": None, "axes": None, "shape": None, "bytes": None, "dtype": None},
    "hippocampus-1": {"codecs": ("blosc",), "channels": (Channel(label="Bassoon"), Channel(label="Homer1"))},
    "WSI_resaved": {"shards": None, "ome_zarr_version": "0.4"},
    "slide-17": {"kind": "series", "images": 3},
    "1904_resaved": {
        "shards": None,
        "ome_zarr_version": "0.4",
        "valid": False,
        "problems": (Problem(code="scale-count", level="warning"),),
    },
}


def records() -> tuple[Record, ...]:
    """Return all datasets."""
    return tuple(record for study in STUDIES for record in _datasets(study))


def catalog() -> Catalog:
    """Return a catalog of all datasets."""
    every = records()
    return Catalog(
        title="Questions",
        description="",
        built_at="2026-11-22T06:00:00Z",
        base_url=None,
        records=every,
        totals=Totals(datasets=len(every)),
        sources=(),
    )


def _datasets(study: Study) -> Iterator[Record]:
    for line, stem in enumerate(study.stems, start=2):
        record = _dataset(study, stem, line)
        yield change(record, **CHANGES.get(stem, {}))


def _dataset(study: Study, stem: str, line: int) -> Record:
    url = f"{study.folder}/{quote(stem)}{study.suffix}"
    name = study.name.replace("{}", stem) if study.name else None
    return Record(
        id=urls.dataset_id(url),
        url=url,
        title=name or stem,
        name=name,
        description=study.description,
        origin=study.origin,
        source=study.source,
        lists=(Place(csv=f"{_LISTS}/{study.key}_samples.csv", line=line),),
        license=study.license,
        organism=_term(study.organism),
        modality=_term(study.method),
        found=_findings(study),
    )


def _term(curie: str | None) -> Term | None:
    return Term(id=curie, label=label_of(curie)) if curie else None


def _findings(study: Study) -> PublicFindings:
    types = {"t": "time", "c": "channel"}
    scale = tuple(0.325 if axis in "xy" else 1.0 for axis in study.axes)
    chunks = tuple(1 if axis in "tcz" else 256 for axis in study.axes)
    plate = Plate(rows=8, columns=12, wells=96, fields=1) if study.kind == "plate" else None
    return PublicFindings(
        status="ok",
        kind="plate" if study.kind == "plate" else "image",
        ome_zarr_version="0.5",
        zarr_format=3,
        axes=tuple(
            Axis(name=name, type=types.get(name, "space"), unit=None if name in types else "micrometer")
            for name in study.axes
        ),
        shape=study.shape,
        dtype=study.dtype,
        chunks=chunks,
        shards=tuple(size * 4 for size in chunks),
        levels=(Level(path="0", shape=study.shape, chunks=chunks, scale=scale),),
        bytes=study.size,
        images=96 if plate else 1,
        plate=plate,
        codecs=("zstd",),
        metadata=ImageMetadata(),
        valid=True,
    )
