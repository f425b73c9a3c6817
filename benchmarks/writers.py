"""Reads what other libraries write, and compares it with what they were given.

    python benchmarks/writers.py                        all libraries that are installed
    python benchmarks/writers.py --only zarr            one of them
    python benchmarks/writers.py --html pictures.html   with the pictures on one page, to look at

Prints a line for each dataset: the differences, the correlation of the picture with the
pixels (1 is equal), and whether it is valid, with the codes of its errors. `samples.py`
says how to install the libraries.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import html
import importlib.metadata
import io
import logging
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np
from libraries import LIBRARIES, missing, samples
from PIL import Image
from samples import Expected, Pixels, Sample

from sitegen import urls
from sitegen.config.settings import CrawlSettings
from sitegen.engine.documents import CachedClient
from sitegen.engine.local_io import LocalIO
from sitegen.engine.workers import WorkerPool
from sitegen.inspection.inspector import inspect
from sitegen.model import Findings
from sitegen.model.task import PictureOptions, Task
from sitegen.net.client import Client

STYLE = """body { background: #222; color: #ddd; font: 12px sans-serif } img { max-height: 170px }
figure { display: inline-block; margin: 8px } figcaption { max-width: 250px }"""
MIN_CORRELATION = 0.9
"""A picture with a lower one shows something else."""


async def look(folder: Path) -> tuple[Findings, list[bytes]]:
    """Return what an inspection of a folder finds, and its pictures, the thumbnail first."""
    url = urls.from_path(folder)
    task = Task(url=url, max_bytes=32_000_000, deadline_s=60, local_folder=url, pictures=PictureOptions())
    async with Client(CrawlSettings()) as client, WorkerPool(0) as workers:
        outcome = await inspect(task, LocalIO(CachedClient(client, CrawlSettings()), workers))
    found = outcome.findings
    pictures = (found.thumbnail, found.montage, found.overlay)
    return found, [outcome.pictures[picture.path] for picture in pictures if picture]


def differences(expected: Expected, found: Findings) -> Iterator[str]:
    """Yield the differences between what was written and what was found."""
    level = found.levels[0] if found.levels else None
    pixels = expected.pixels
    pairs = {
        "kind": (expected.kind, found.kind),
        "version": (expected.version, found.ome_zarr_version),
        "axes": (expected.axes, "".join(axis.name for axis in found.axes or ())),
        "shape": (pixels.shape if pixels is not None else None, level and level.shape),
        "dtype": (pixels.dtype.name if pixels is not None else None, found.dtype),
        "shards": (expected.shards, level and level.shards),
        "labels": (expected.labels, found.label_images),
    }
    if expected.chunks:
        pairs["chunks"] = (expected.chunks, level and level.chunks)
    if expected.channels:
        pairs["channels"] = (expected.channels, tuple(channel.label for channel in found.metadata.channels))
    if pixels is not None:
        pairs |= {"path": (expected.path, found.image_path), "images": (expected.images, found.images)}
    yield from (f"{name}: {read!r}, not {written!r}" for name, (written, read) in pairs.items() if written != read)


def shown_plane(expected: Expected, found: Findings) -> Pixels:
    """Return the sum of the channels of the plane that the record says is shown: (y, x)."""
    pixels, axes = np.asarray(expected.pixels, dtype=float), expected.axes.lower()
    z = found.shown.z if found.shown and found.shown.z is not None else 0
    index = tuple({"t": 0, "z": z}.get(axis, slice(None)) for axis in axes)
    kept = [axis for axis in axes if axis in "cyx"]
    plane = np.nan_to_num(pixels[index], nan=0, posinf=0, neginf=0)
    plane = plane.transpose([kept.index(axis) for axis in "cyx" if axis in kept])
    return plane.sum(axis=0) if plane.ndim == 3 else plane


def correlation(expected: Expected, found: Findings, thumbnail: bytes) -> float:
    """Return the correlation of a picture's brightness with the pixels that were written."""
    picture = np.asarray(Image.open(io.BytesIO(thumbnail)).convert("RGB"), dtype=float).sum(axis=2)
    plane = Image.fromarray(shown_plane(expected, found)).resize(picture.shape[::-1], Image.Resampling.BOX)
    return float(np.corrcoef(picture.ravel(), np.asarray(plane).ravel())[0, 1])


def validity(found: Findings) -> str:
    """Return whether the dataset is valid, and the codes of its errors."""
    codes = dict.fromkeys(problem.code for problem in found.problems if problem.level == "error")
    return " ".join([{True: "valid", False: "invalid", None: "-"}[found.valid], *codes])


def examine(sample: Sample, folder: Path) -> tuple[str, list[bytes]]:
    """Write one dataset and read it; return the line about it, and its pictures."""
    with redirect_stdout(io.StringIO()):
        expected = sample.write(folder)
    found, pictures = asyncio.run(look(folder / expected.below))
    wrong = list(differences(expected, found))
    equal = correlation(expected, found, pictures[0]) if found.thumbnail and expected.pixels is not None else None
    if (equal is None) != (expected.pixels is None) or (equal is not None and equal < MIN_CORRELATION):
        wrong.append("picture")
    shown = "-" if equal is None else f"{equal:.3f}"
    name = f"{sample.library:14} {sample.description:28}"
    return f"{name} {'; '.join(wrong) or 'as written':30} {shown:6} {validity(found)}", pictures


def figure_of(line: str, pictures: list[bytes]) -> str:
    """Return pictures with their line, in HTML."""
    sources = (base64.b64encode(picture).decode() for picture in pictures)
    drawn = "".join(f'<img src="data:image/webp;base64,{source}"> ' for source in sources)
    return f"<figure>{drawn}<figcaption>{html.escape(' '.join(line.split()))}</figcaption></figure>"


def main(arguments: Sequence[str] | None = None) -> None:
    """Write, read and print all samples."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=LIBRARIES, help="one library")
    parser.add_argument("--html", type=Path, help="where to write the pictures")
    options = parser.parse_args(arguments)
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    lines: list[str] = []
    figures, libraries = [], {}
    with tempfile.TemporaryDirectory() as folder:
        for number, sample in enumerate(samples(options.only)):
            libraries[sample.library] = importlib.metadata.version(sample.library)
            try:
                line, pictures = examine(sample, Path(folder) / f"{number}.zarr")
            except Exception as error:  # noqa: BLE001  the failure of one library is a line of the table
                line, pictures = f"{sample.library:14} {sample.description:28} not written: {error!r:.100}", []
            print(line, flush=True)
            lines.append(line)
            figures.append(figure_of(line, pictures))
    right = sum("as written" in line for line in lines)
    print(f"{right} of {len(lines)} as written;", ", ".join(f"{name} {libraries[name]}" for name in libraries))
    print("not installed:", ", ".join(missing()) or "none")
    if options.html:
        options.html.write_text(f"<style>{STYLE}</style>{''.join(figures)}", encoding="utf-8")


if __name__ == "__main__":
    main()
