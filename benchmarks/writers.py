"""What other people's libraries write, read by sitegen: python benchmarks/writers.py [OUT.html]

Prints a line for each dataset: what was found otherwise than it was written, how like the
picture is to the pixels (correlation, 1 is alike), and the verdict with its errors. With
OUT.html, the pictures on one page, to be looked at. `specimens.py` says which environment
this needs.
"""

from __future__ import annotations

import asyncio
import base64
import html
import importlib.metadata
import io
import logging
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np
from libraries import specimens
from PIL import Image
from specimens import Expected, Pixels, Specimen

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
ALIKE = 0.9
"""Correlation below which a picture shows something else."""


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
    """Yield what was found otherwise than it was written."""
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
    """Return the brightness of the plane that the picture says it shows: (y, x), 0 to 1, channels summed."""
    pixels, axes = np.asarray(expected.pixels, dtype=float), expected.axes.lower()
    z = found.shown.z if found.shown and found.shown.z is not None else 0
    index = tuple({"t": 0, "z": z}.get(axis, slice(None)) for axis in axes)
    kept = [axis for axis in axes if axis in "cyx"]
    plane = np.nan_to_num(pixels[index], nan=0, posinf=0, neginf=0)
    plane = plane.transpose([kept.index(axis) for axis in "cyx" if axis in kept])
    return plane.sum(axis=0) if plane.ndim == 3 else plane


def likeness(expected: Expected, found: Findings, thumbnail: bytes) -> float:
    """Return the correlation of a picture's brightness with the pixels that were written."""
    picture = np.asarray(Image.open(io.BytesIO(thumbnail)).convert("RGB"), dtype=float).sum(axis=2)
    plane = Image.fromarray(shown_plane(expected, found)).resize(picture.shape[::-1], Image.Resampling.BOX)
    return float(np.corrcoef(picture.ravel(), np.asarray(plane).ravel())[0, 1])


def verdict_of(found: Findings) -> str:
    """Return the verdict, and what speaks against it."""
    codes = dict.fromkeys(problem.code for problem in found.problems if problem.level == "error")
    return " ".join([{True: "valid", False: "invalid", None: "-"}[found.valid], *codes])


def examine(specimen: Specimen, folder: Path) -> tuple[str, list[bytes]]:
    """Write one dataset and read it; return the line about it, and its pictures."""
    with redirect_stdout(io.StringIO()):
        expected = specimen.write(folder)
    found, pictures = asyncio.run(look(folder / expected.below))
    wrong = list(differences(expected, found))
    alike = likeness(expected, found, pictures[0]) if found.thumbnail and expected.pixels is not None else None
    if (alike is None) != (expected.pixels is None) or (alike is not None and alike < ALIKE):
        wrong.append("picture")
    shown = "-" if alike is None else f"{alike:.3f}"
    name = f"{specimen.library:14} {specimen.says:28}"
    return f"{name} {'; '.join(wrong) or 'as written':30} {shown:6} {verdict_of(found)}", pictures


def figure_of(line: str, pictures: list[bytes]) -> str:
    """Return pictures with their line, in HTML."""
    sources = (base64.b64encode(picture).decode() for picture in pictures)
    drawn = "".join(f'<img src="data:image/webp;base64,{source}"> ' for source in sources)
    return f"<figure>{drawn}<figcaption>{html.escape(' '.join(line.split()))}</figcaption></figure>"


def main() -> None:
    """Write, read and print all specimens."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    lines: list[str] = []
    figures, libraries = [], {}
    with tempfile.TemporaryDirectory() as folder:
        for number, specimen in enumerate(specimens()):
            libraries[specimen.library] = importlib.metadata.version(specimen.library)
            try:
                line, pictures = examine(specimen, Path(folder) / f"{number}.zarr")
            except Exception as error:  # noqa: BLE001  one library's failure is a line of the table
                line, pictures = f"{specimen.library:14} {specimen.says:28} not written: {error!r:.100}", []
            print(line, flush=True)
            lines.append(line)
            figures.append(figure_of(line, pictures))
    right = sum("as written" in line for line in lines)
    print(f"{right} of {len(lines)} as written;", ", ".join(f"{name} {libraries[name]}" for name in libraries))
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(f"<style>{STYLE}</style>{''.join(figures)}")


if __name__ == "__main__":
    main()
