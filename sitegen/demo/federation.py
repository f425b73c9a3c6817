"""Writes the demo: the data of its institutions, the lists that name them, and a `sitegen.toml`.

`sitegen build DIR/sitegen.toml` builds its catalog, from local paths or, with `origins`,
over HTTP from several ports of the loopback address. The same code gives the same bytes.
Only an earlier demo is replaced; it is recognized by its `sitegen.toml`, which is written
first.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sitegen.demo import metadata, plan
from sitegen.demo.dataset import DemoDataset
from sitegen.demo.lists import LISTS, ROOT, StoreFacts, render_list
from sitegen.demo.logos import INSTITUTIONS, render_logo
from sitegen.errors import BuildError, UsageError

FOLDERS = tuple(sorted({demo_list.path.split("/")[0] for demo_list in LISTS if "/" in demo_list.path}))
"""Folders of the institutions; each has its own origin when the demo is served."""

_CONFIG = "sitegen.toml"
_LOGOS = "logos"
_FIRST_LINE = "# A small federation of invented institutions, written by `sitegen demo`."


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSummary:
    """What was written."""

    folder: Path
    config: Path
    """The `sitegen.toml`."""
    institutions: int
    lists: int
    datasets: int
    """Datasets that the lists name, including the one that does not exist."""
    files: int
    size_bytes: int

    def __str__(self) -> str:
        size_mb = self.size_bytes / 1_000_000
        return f"{self.datasets} datasets of {self.institutions} institutions, in {self.lists} lists, {size_mb:.0f} MB"


def demo_origins(first_port: int = 8101) -> dict[str, str]:
    """Return an origin on the loopback address for each folder of an institution."""
    return {folder: f"http://127.0.0.1:{first_port + number}" for number, folder in enumerate(FOLDERS)}


def write_demo(folder: Path, *, origins: Mapping[str, str] | None = None) -> DemoSummary:
    """Write the demo federation and return what was written.

    Parameters
    ----------
    folder
        Created if needed. An earlier demo in it is replaced; other files stay.
    origins
        Origin of the folder of each institution (see `demo_origins`). With None, the lists
        name relative paths.

    Raises
    ------
    UsageError
        If files that no demo wrote would be replaced.
    BuildError
        If the folder cannot be written.

    """
    try:
        check_free(folder)
        return _write(folder, origins)
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        raise BuildError(
            f"{folder}: cannot write the demo: {error.strerror or error}{where}; free space, or name another folder"
        ) from None


def check_free(folder: Path) -> None:
    """Raise UsageError if a demo in `folder` would replace files that no demo wrote."""
    if folder.is_file():
        raise UsageError(f"{folder}: expected a folder for the demo, found a file; name a new folder")
    config = folder / _CONFIG
    if config.is_file() and config.read_bytes().startswith(_FIRST_LINE.encode()):
        return
    names = {path.split("/")[0] for path in (*(each.path for each in LISTS), *(each.path for each in plan.DATASETS))}
    taken = [name for name in sorted({*names, _LOGOS, _CONFIG}) if (folder / name).exists()]
    if taken:
        raise UsageError(
            f"{folder}: holds {', '.join(taken)}, which the demo would replace but did not write; name a new folder"
        )


def _write(folder: Path, origins: Mapping[str, str] | None) -> DemoSummary:
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / _CONFIG
    config.write_text(_config(), encoding="utf-8", newline="\n")
    stored = {dataset.path: _write_dataset(folder, dataset) for dataset in plan.DATASETS}
    for demo_list in LISTS:
        path = folder / demo_list.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(render_list(demo_list, stored, origins))
    for institution in INSTITUTIONS:
        logo = folder / _LOGOS / f"{institution.key}.svg"
        logo.parent.mkdir(exist_ok=True)
        logo.write_text(render_logo(institution), encoding="utf-8", newline="\n")
    files = [file for file in folder.rglob("*") if file.is_file()]
    return DemoSummary(
        folder=folder,
        config=config,
        institutions=len(INSTITUTIONS),
        lists=len(LISTS),
        datasets=len({dataset.path for dataset in plan.DATASETS}),
        files=len(files),
        size_bytes=sum(file.stat().st_size for file in files),
    )


def _write_dataset(folder: Path, dataset: DemoDataset) -> StoreFacts:
    store = folder / dataset.path
    if store.is_dir():
        shutil.rmtree(store)
    if dataset.write is None:
        return StoreFacts()
    dataset.write(store)
    if dataset.crate:
        document = metadata.crate(
            name=dataset.name,
            description=dataset.description or None,
            license_url=dataset.license or None,
            organism=dataset.organism or None,
            modality=dataset.modality or None,
            authors=dataset.authors,
            published=dataset.published or None,
        )
        metadata.write_json(store / "ro-crate-metadata.json", document)
    return _stored(store)


def _stored(store: Path) -> StoreFacts:
    """Return what a list states about the size of the store and its first array."""
    files = [store] if store.is_file() else [file for file in store.rglob("*") if file.is_file()]
    size = sum(file.stat().st_size for file in files)
    sizes = {"written": f"{size * 1.0:.1f}", "written_human_readable": f"{size / 2**20:.2f} MB"}
    arrays = sorted([*store.rglob("0/zarr.json"), *store.rglob("0/.zarray")], key=lambda path: len(path.parts))
    for document in arrays:
        array = json.loads(document.read_text(encoding="utf-8"))
        if "shape" in array:
            return StoreFacts(**sizes, **_array_cells(array))
    return StoreFacts(**sizes)


def _array_cells(array: Mapping[str, object]) -> dict[str, str]:
    """Return the cells for shape, chunks, shards and dimension names of an array document."""

    def cell(values: object) -> str:
        return ",".join(map(str, values)) if isinstance(values, list) else ""

    if "chunks" in array:
        return {"shape": cell(array["shape"]), "chunks": cell(array["chunks"])}
    grid = array["chunk_grid"]["configuration"]["chunk_shape"]  # type: ignore[index]
    inner = next((c["configuration"]["chunk_shape"] for c in array["codecs"] if c["name"] == "sharding_indexed"), None)  # type: ignore[attr-defined]
    return {
        "shape": cell(array["shape"]),
        "chunks": cell(inner or grid),
        "shards": cell(grid) if inner else "",
        "dimension_names": cell(array["dimension_names"]),
    }


def _config() -> str:
    sources = "".join(
        f'\n[[source]]\nname = "{each.name}"\nlogo = "{_LOGOS}/{each.key}.svg"\nurl  = "{each.url}"\n'
        for each in INSTITUTIONS
    )
    return f'''{_FIRST_LINE}
# Build its catalog with:  sitegen build sitegen.toml

title       = "A federation of microscopes"
description = "Invented institutions, drawn specimens, real OME-Zarr: a catalog to try things out on."
csv         = ["{ROOT}"]

[crawl]
allow_private_hosts = true   # the demo is on this machine
{sources}'''
