"""Clients that crawl one list, each in a process of its own; `benchmarks/crawl.py` compares them.

    python benchmarks/crawlers.py CLIENT LIST [--json-options]

- `script`: what the script of the OME 2024 NGFF Challenge does, one request after the other, each
  on a new connection: root, RO-Crate, the metadata of every level; of a plate, field 0 of its first
  five wells. It needs `requests` (`pip install --group bench`).
- `zarr`: zarr-python over fsspec, asynchronous, as in its documentation, with thumbnails of 256 px
  in WebP; as many datasets at once as `sitegen` has requests.
- `sitegen`: the crawl of sitegen without the pages of a site.

Each prints a line of JSON: datasets, how many of them it could read, and the seconds and CPU
seconds from the read list to the last dataset, of the main process and with worker processes,
without imports.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import io
import json
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

Document = dict[str, Any]  # what JSON says

_WELLS = 5
_THUMBNAIL_PX = 256
_PER_HOST = 8


def main(arguments: Sequence[str] | None = None) -> int:
    """Crawl a list with the client that the command line names."""
    options = _read_options(arguments)
    client = {"script": _run_script, "zarr": _run_zarr, "sitegen": _run_sitegen}[options.client]
    print(json.dumps(client(options)))
    return 0


def _read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("client", choices=("script", "zarr", "sitegen"))
    parser.add_argument("list", type=Path)
    parser.add_argument("--hosts", type=int, default=10, help="zarr: 8 datasets at once for each")
    parser.add_argument("--cache", type=Path, help="sitegen: the cache folder")
    parser.add_argument("--pictures", choices=("none", "thumbnails", "all"), default="none", help="sitegen")
    parser.add_argument("--workers", type=int, default=2, help="sitegen: processes that draw")
    parser.add_argument("--engine", choices=("local", "dask"), default="local", help="sitegen")
    parser.add_argument("--processes", type=int, default=1, help="sitegen: processes that crawl")
    parser.add_argument("--refresh", action="store_true", help="sitegen: revalidate everything")
    parser.add_argument("--profile", type=Path, help="sitegen: where to leave a cProfile of the main process")
    return parser.parse_args(arguments)


class _Meter:
    """Seconds and CPU seconds since it was made."""

    def __init__(self) -> None:
        self._started = time.perf_counter(), _cpu_s(resource.RUSAGE_SELF)

    def read(self, datasets: int, ok: int) -> Document:
        """Return the figures; worker processes count once they have ended."""
        seconds, cpu_s = self._started
        main_cpu_s = _cpu_s(resource.RUSAGE_SELF) - cpu_s
        return {
            "datasets": datasets,
            "ok": ok,
            "seconds": time.perf_counter() - seconds,
            "main_cpu_s": main_cpu_s,
            "cpu_s": main_cpu_s + _cpu_s(resource.RUSAGE_CHILDREN),
        }


def _cpu_s(who: int) -> float:
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def _read_urls(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as lines:
        return [row["url"].replace(" ", "%20") for row in csv.DictReader(lines)]  # as `requests` would


# --- the Challenge's script ---


def _run_script(options: argparse.Namespace) -> Document:
    urls, meter = _read_urls(options.list), _Meter()
    return meter.read(len(urls), sum(_read_by_script(url.rstrip("/")) for url in urls))


def _read_by_script(url: str) -> bool:
    """Ask for what the script asks for; return whether there were arrays."""
    attributes = _load(f"{url}/zarr.json").get("attributes", {}).get("ome", {})
    _load(f"{url}/ro-crate-metadata.json")
    if "plate" in attributes:
        wells = attributes["plate"]["wells"][:_WELLS]
        return all(_read_levels(f"{url}/{well['path']}/0") for well in wells)
    if "bioformats2raw.layout" in attributes:
        _load(f"{url}/OME/METADATA.ome.xml")
        series = _load(f"{url}/OME/zarr.json").get("attributes", {}).get("ome", {}).get("series", ["0"])
        return _read_levels(f"{url}/{series[0]}")
    return _read_arrays(url, attributes)


def _read_levels(url: str) -> bool:
    return _read_arrays(url, _load(f"{url}/zarr.json").get("attributes", {}).get("ome", {}))


def _read_arrays(url: str, attributes: Document) -> bool:
    datasets = attributes.get("multiscales", [{}])[0].get("datasets", [])
    return bool(datasets) and all("shape" in _load(f"{url}/{dataset['path']}/zarr.json") for dataset in datasets)


def _load(url: str) -> Document:
    import requests

    try:
        return dict(requests.get(url, timeout=20).json())
    except (requests.RequestException, ValueError):
        return {}


# --- zarr over fsspec ---


def _run_zarr(options: argparse.Namespace) -> Document:
    return asyncio.run(_read_all_by_zarr(_read_urls(options.list), _PER_HOST * options.hosts))


async def _read_all_by_zarr(urls: Sequence[str], at_once: int) -> Document:
    import zarr.api.asynchronous  # noqa: F401  # outside what is measured
    from fsspec.implementations.http import HTTPFileSystem
    from PIL import Image  # noqa: F401

    files = HTTPFileSystem(asynchronous=True, skip_instance_cache=True)
    session = await files.set_session()
    slots, meter = asyncio.Semaphore(at_once), _Meter()

    async def read(url: str) -> bool:
        async with slots:
            try:
                return await _read_by_zarr(files, url.rstrip("/"))
            except Exception as error:  # noqa: BLE001  # it may fail in any way, and is counted as not read
                print(f"{url}: {type(error).__name__}: {error}", file=sys.stderr)
                return False

    ok = sum(await asyncio.gather(*map(read, urls)))
    figures = meter.read(len(urls), ok)
    await session.close()
    return figures


async def _read_by_zarr(files: Any, url: str) -> bool:
    """Open the representative image, read its best level for a thumbnail, and draw that."""
    import zarr.api.asynchronous as zarr
    from zarr.storage import FsspecStore

    async def group(path: str) -> Document:
        opened = await zarr.open_group(FsspecStore(files, path=f"{url}/{path}".rstrip("/"), read_only=True), mode="r")
        return dict(opened.attrs.get("ome", opened.attrs))

    path, attributes = "", await group("")
    if "plate" in attributes:
        well = attributes["plate"]["wells"][0]["path"]
        path = f"{well}/{(await group(well))['well']['images'][0]['path']}"
        attributes = await group(path)
    elif "bioformats2raw.layout" in attributes:
        path = "0"
        attributes = await group(path)
    elif "multiscales" not in attributes:
        return True  # an export without metadata at its root
    multiscale = attributes["multiscales"][0]
    level = await _smallest_large_enough(zarr, FsspecStore, files, f"{url}/{path}".rstrip("/"), multiscale)
    axes = "".join(axis if isinstance(axis, str) else axis["name"] for axis in multiscale["axes"])
    _draw(await level.getitem(_middle(axes, level.shape)), axes)
    return True


async def _smallest_large_enough(zarr: Any, store: Any, files: Any, url: str, multiscale: Document) -> Any:
    """Return the array of the coarsest level with at least 256 pixels.

    Two arrays are opened; the sizes of the others follow from the scales.
    """
    datasets = multiscale["datasets"]

    async def opened(index: int) -> Any:
        return await zarr.open_array(
            store=store(files, path=f"{url}/{datasets[index]['path']}", read_only=True), mode="r"
        )

    finest = await opened(0)
    scales = [max(dataset["coordinateTransformations"][0]["scale"][-2:]) for dataset in datasets]
    widths = [max(finest.shape[-2:]) * scales[0] / scale for scale in scales]
    index = max((place for place, width in enumerate(widths) if width >= _THUMBNAIL_PX), default=0)
    return finest if index == 0 else await opened(index)


def _middle(axes: str, shape: Sequence[int]) -> tuple[slice | int, ...]:
    """Return the selection of the middle plane of the first time, at most 4 channels."""
    places: dict[str, Any] = {"t": 0, "c": slice(0, 4), "y": slice(None), "x": slice(None)}
    return tuple(places.get(axis, size // 2) for axis, size in zip(axes, shape, strict=True))


def _draw(pixels: Any, axes: str) -> bytes:
    """Return the channels in red, green and blue as WebP, from their 1st to their 99.8th percentile."""
    import numpy as np
    from PIL import Image

    planes = np.asarray(pixels)
    planes = planes if "c" in axes else planes[None]
    low, high = np.percentile(planes[:, ::4, ::4], (1, 99.8), axis=(1, 2))
    scaled = np.clip((planes - low[:, None, None]) * (255 / np.maximum(high - low, 1))[:, None, None], 0, 255)
    colors = np.zeros((3, *scaled.shape[1:]), np.uint8)
    colors[: min(3, len(scaled))] = scaled[:3]
    picture = Image.fromarray(np.ascontiguousarray(np.moveaxis(colors, 0, -1)))
    picture.thumbnail((_THUMBNAIL_PX, _THUMBNAIL_PX))
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=75)
    return out.getvalue()


# --- sitegen ---


def _run_sitegen(options: argparse.Namespace) -> Document:
    if not options.profile:
        return _crawl_sitegen(options)
    from cProfile import Profile

    with Profile() as profile:
        figures = _crawl_sitegen(options)
    profile.dump_stats(options.profile)
    return figures


def _crawl_sitegen(options: argparse.Namespace) -> Document:
    from sitegen.cache.folder import Cache
    from sitegen.config.settings import default_config

    config = default_config(str(options.list))
    crawl = replace(config.crawl, allow_private_hosts=True, per_host=_PER_HOST)
    small = {"preview_px": config.pictures.thumbnail_px, "montage_wells": 0}
    pictures = replace(config.pictures, **(small if options.pictures == "thumbnails" else {}))
    with Cache.open(options.cache) as cache:
        engine = replace(config.engine, name=options.engine, processes=options.processes)
        config = replace(config, crawl=crawl, pictures=pictures, engine=engine)
        return asyncio.run(_inspect_all(config, cache, options))


async def _inspect_all(config: Any, cache: Any, options: argparse.Namespace) -> Document:
    """Do what `sitegen.commands.build` does up to the catalog, without its progress display."""
    from sitegen.commands.crawl import CrawlContext, CrawlOptions
    from sitegen.commands.engines import open_engine
    from sitegen.commands.progress import Progress
    from sitegen.engine.dispatcher import Dispatcher, datasets_under_way
    from sitegen.engine.list_source import ListSource
    from sitegen.engine.local import inspect_all
    from sitegen.engine.local_io import LocalIO
    from sitegen.engine.predictions import Predictions
    from sitegen.engine.workers import WorkerPool
    from sitegen.lists.reading import read_lists

    crawl_options = CrawlOptions(cache=options.cache, refresh=options.refresh)
    context = CrawlContext(config=config, options=crawl_options, cache=cache, progress=Progress())
    async with context.open_client() as client, WorkerPool(options.workers) as workers:
        documents = context.documents(client)
        listing = await read_lists(config.csv, ListSource(documents, cache, config.crawl).get, allow_private_hosts=True)
        meter = _Meter()
        here = LocalIO(documents, workers).run_task
        async with (
            open_engine(context, here, datasets=len(listing.entries)) as engine,
            Dispatcher(engine, here, client, cache=cache) as dispatcher,
        ):
            wanted = options.pictures != "none"
            inspector = context.inspector(dispatcher.run_task, Predictions(), pictures=wanted, cache=cache)
            per_host, at_once = datasets_under_way(engine, config.crawl.per_host)
            found = await inspect_all(listing.entries, inspector.inspect, per_host=per_host, at_once=at_once)
    return meter.read(len(found), sum(each.status == "ok" for each in found))


if __name__ == "__main__":
    sys.exit(main())
