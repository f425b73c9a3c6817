"""Renders a gallery of every kind of picture, and measures decoding and drawing.

    python benchmarks/pictures.py OUT.html                           all cases
    python benchmarks/pictures.py OUT.html --only labels --repeat 1  one group of cases, each rendered once

For each case the gallery has what is stored, the picture, its description, requests,
bytes, and the CPU time for decoding and drawing. Look at every picture: tests find out
whether a pixel is right, not whether a picture is good. The last lines compare decoding
by sitegen, by zarr, and by the codecs alone.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import html
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numcodecs import Blosc, GZip, Zstd

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from stored_images import Files, fetch, make_axes, make_plan, write

from sitegen.demo import cells, tissue, ultrastructure, volumes
from sitegen.model import Channel, Level
from sitegen.pixels.decoding import decode_planes
from sitegen.pixels.fetched import FetchedChunks
from sitegen.pixels.fetching import fetch_chunks
from sitegen.pixels.image import ImageInfo, LevelChoice, PictureBudget
from sitegen.pixels.levels import choose_level
from sitegen.pixels.read_plan import ReadPlan, make_read_plan
from sitegen.render.image import render_image
from sitegen.render.montage import render_montage
from sitegen.render.overlay import render_overlay
from sitegen.render.values import EncodedImage, FetchedWell, RenderedImages

Pixels = np.ndarray[Any, Any]
CODECS = {"Blosc": Blosc(), "Zstandard": Zstd(), "gzip": GZip()}
STYLE = """body { background: #222; color: #ddd; font: 13px sans-serif }
figure { display: inline-block; vertical-align: top; max-width: 680px; margin: 8px } img { margin-right: 6px }"""
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One image that is rendered."""

    description: str
    pixels: Pixels
    axes: str
    stored: dict[str, Any] = field(default_factory=dict)
    """Settings of the array: chunks, shards, format."""
    image: dict[str, Any] = field(default_factory=dict)
    """Further metadata of the image."""
    damage: Callable[[Files], Files] = lambda files: files


def with_hot_pixel(pixels: Pixels, *at: int, value: float = 65535) -> Pixels:
    """Return the pixels with one hot pixel."""
    changed = pixels.copy()
    changed[at] = value
    return changed


def noise(*shape: int) -> Pixels:
    """Return the noise of a camera in the dark."""
    return np.random.default_rng(5).normal(100, 3, shape).astype("uint16")


def remove(*keys: str) -> Callable[[Files], Files]:
    """Return a function that removes chunks."""
    return lambda files: Files({key: body for key, body in files.objects.items() if key not in keys})


def corrupt(key: str) -> Callable[[Files], Files]:
    """Return a function that corrupts a chunk."""
    return lambda files: Files(files.objects | {key: b"\0" * 40 + files.objects[key][40:]})


def channels_of(drawn: Any, **change: Any) -> tuple[Channel, ...]:
    """Return the channels of a specimen of the demo."""
    return tuple(
        replace(Channel(label=each.label, color=each.color, active=each.active, window=each.window), **change)
        for each in drawn.channels
    )


def fluorescence() -> Iterator[Case]:
    """Yield cases about channels, colors and contrast."""
    drawn = cells.culture(7)
    two_d = drawn.pixels.reshape(-1, *drawn.pixels.shape[-2:])
    channels = channels_of(drawn)
    tiles = {"chunks": (1, 768, 768)}
    yield Case(
        description="author's colors and windows", pixels=two_d, axes="cyx", stored=tiles, image={"channels": channels}
    )
    yield Case(description="no omero metadata at all", pixels=two_d, axes="cyx", stored=tiles)
    wide = channels_of(drawn, window=(0.0, 65535.0))
    yield Case(description="windows are the whole range of uint16", pixels=two_d, axes="cyx", image={"channels": wide})
    far = channels_of(drawn, window=(40000.0, 60000.0))
    yield Case(description="windows far above the data", pixels=two_d, axes="cyx", image={"channels": far})
    white = channels_of(drawn, color="FFFFFF", window=None)
    yield Case(description="every channel white", pixels=two_d, axes="cyx", image={"channels": white})
    yield Case(description="one channel, no metadata", pixels=two_d[0], axes="yx")
    yield Case(description="one channel with one hot pixel", pixels=with_hot_pixel(two_d[0], 50, 60), axes="yx")
    yield Case(description="grayscale model", pixels=two_d, axes="cyx", image={"channels": channels, "grayscale": True})
    yield Case(
        description="inverted", pixels=two_d[:1], axes="cyx", image={"channels": channels_of(drawn, inverted=True)[:1]}
    )
    for lut in ("fire.lut", "viridis.lut", "ice.lut"):
        lookup = (Channel(label="x", color="00FF00", lut=lut),)
        yield Case(description=lut, pixels=two_d[:1], axes="cyx", image={"channels": lookup})
    yield Case(description="first channel noise only", pixels=np.stack([noise(768, 768), two_d[0]]), axes="cyx")
    many = np.stack([np.roll(two_d[0], (i * 97, i * 61), (0, 1)) // (i % 3 + 1) for i in range(8)])
    for count in (3, 4, 5, 6, 8):
        yield Case(description=f"{count} channels, no metadata", pixels=many[:count], axes="cyx")


def difficult() -> Iterator[Case]:
    """Yield planes that other renderers show as black."""
    cell = cells.yeast(3).pixels
    plane = cell.reshape(-1, *cell.shape[-2:])[0]
    real = plane.astype("float32")
    holes = real.copy()
    holes[100:200, 100:200], holes[0, 0], holes[1, 1] = np.nan, np.inf, -np.inf
    yield Case(description="uint16 reference", pixels=plane, axes="yx")
    yield Case(description="float32 with NaN, inf", pixels=holes, axes="yx")
    yield Case(description="float64 between 0 and 1", pixels=(real / real.max()).astype("float64"), axes="yx")
    yield Case(
        description="int16 around zero", pixels=(plane.astype("int32") - int(plane.mean())).astype("int16"), axes="yx"
    )
    yield Case(description="big-endian uint16, format 2, F order", pixels=plane.astype(">u2"), axes="yx",
               stored={"zarr_format": 2, "order": "F"})  # fmt: skip
    yield Case(description="bool", pixels=plane > np.percentile(plane, 90), axes="yx")
    yield Case(description="complex64", pixels=(real * np.exp(1j)).astype("complex64"), axes="yx")
    yield Case(description="constant", pixels=np.full((300, 300), 77, "uint16"), axes="yx")
    yield Case(description="noise alone", pixels=noise(512, 512), axes="yx")
    beads = noise(512, 512)
    for y, x in np.random.default_rng(2).integers(5, 505, (12, 2)):
        beads[y : y + 3, x : x + 3] = 4000
    yield Case(description="12 beads of 3 × 3 pixels in noise", pixels=beads, axes="yx")
    yield Case(
        description="faint structure in noise", pixels=noise(*plane.shape) + (plane // 300).astype("uint16"), axes="yx"
    )
    yield Case(description="nothing stored", pixels=np.zeros((300, 300), "uint16"), axes="yx")
    ninth = {"chunks": tuple(-(-size // 3) for size in plane.shape), "fill_value": 0}
    yield Case(
        description="two of nine chunks missing", pixels=plane, axes="yx", stored=ninth, damage=remove("c/0/1", "c/2/2")
    )
    yield Case(description="one of nine chunks damaged", pixels=plane, axes="yx", stored=ninth, damage=corrupt("c/1/1"))
    yield Case(
        description="sparse: most is exactly 0", pixels=np.where(plane > np.percentile(plane, 97), plane, 0), axes="yx"
    )


def shapes() -> Iterator[Case]:
    """Yield cases about axes, sizes and proportions."""
    slide = tissue.histology(4).pixels
    photo = np.moveaxis(slide, int(np.argmin(slide.shape)), 0)
    yield Case(description="RGB, c y x", pixels=photo.reshape(3, *photo.shape[-2:]), axes="cyx")
    yield Case(description="RGB, y x c", pixels=np.moveaxis(photo.reshape(3, *photo.shape[-2:]), 0, -1), axes="yxc")
    volume = ultrastructure.neuropil(2).pixels
    yield Case(description="electron microscopy, z y x", pixels=volume, axes="zyx")
    embryo = volumes.embryo(3)
    stack = embryo.pixels.reshape(-1, *embryo.pixels.shape[-3:])
    yield Case(description="volume, middle plane", pixels=stack, axes="czyx")
    yield Case(description="the same in c x y z", pixels=stack.transpose(0, 3, 2, 1), axes="cxyz")
    yield Case(description="side view: z 4 × x", pixels=stack[0][:, 150], axes="zx", image={"scale": (2.0, 0.5)})
    yield Case(
        description="pixels 3 × as long as wide", pixels=volume[0, :, ::3], axes="yx", image={"scale": (0.1, 0.3)}
    )
    yield Case(description="32 × 32 pixels", pixels=volume[0, 100:132, 100:132], axes="yx")
    yield Case(description="a strip of 20 × 2,000", pixels=np.tile(volume[0, 50:70], (1, 6))[:, :2000], axes="yx")
    large = np.tile(ultrastructure.cell(5).pixels.reshape(-1, 896, 896)[0], (5, 5))
    yield Case(description="4,480² without a pyramid", pixels=large, axes="yx", stored={"chunks": (896, 896)})
    sharded = {"chunks": (1, 64, 64), "shards": (stack.shape[1] // 4 * 4, 256, 256)}
    big = np.tile(stack[0], (2, 3, 3))[:, :768, :768]
    yield Case(description="one shard of 40 MB", pixels=big, axes="zyx",
               stored={"chunks": (4, 64, 64), "shards": (72, 768, 768)} if big.shape[0] == 72 else sharded)  # fmt: skip


def labels() -> Iterator[Case]:
    """Yield label images."""
    drawn = cells.culture(7, segmented=True)
    assert drawn.labels is not None
    plane = drawn.labels.reshape(-1, *drawn.labels.shape[-2:])[0]
    yield Case(description="labels", pixels=plane, axes="yx", image={"is_label": True})
    stated = {int(value): (200, 40 + int(value) % 8 * 25, 40, 255) for value in np.unique(plane) if value}
    yield Case(description="labels with stated colors", pixels=plane, axes="yx",
               image={"is_label": True, "label_colors": stated})  # fmt: skip


def huge() -> tuple[str, RenderedImages, str]:
    """Return the picture of an image of 100,000² pixels with one level, of which few chunks are there."""
    cell = ultrastructure.cell(5).pixels.reshape(-1, 896, 896)[0][:512, :512]
    files = write(cell, chunks=(512, 512))
    level = Level(path="0", shape=(100_000, 100_000), chunks=(512, 512))
    subject = ImageInfo(levels=(level,), axes=make_axes("yx"), dtype="uint8")
    choice = choose_level(subject, PictureBudget())
    assert isinstance(choice, LevelChoice)
    array = replace(files.array, shape=(100_000, 100_000))
    plan = make_read_plan(subject, choice, array, PictureBudget())
    assert isinstance(plan, ReadPlan)
    every = Files({each.key: files.objects["c/0/0"] for each in plan.objects})
    fetched = asyncio.run(fetch_chunks(plan, every.get))
    return "100,000² pixels, one level", render_image(plan, fetched), f"{fetched.requests} requests"


def plate() -> RenderedImages:
    """Return the montage of a plate of 6 × 8 wells, two of them missing, four not read."""
    wells = []
    for row in range(6):
        for column in range(8):
            if (row, column) in ((1, 2), (4, 4)) or row == 5 > column + 1:
                continue
            drawn = cells.well(row * 8 + column, cells=4 + 3 * column, bright=0.3 + 0.14 * row)
            pixels = drawn.pixels.reshape(-1, *drawn.pixels.shape[-2:])
            files = write(pixels)
            plan = make_plan(files, "cyx", channels=channels_of(drawn))
            wells.append(FetchedWell(position=(row, column), plan=plan, fetched=fetch(plan, files)))
    listed = {(row, column) for row in range(6) for column in range(8)} - {(1, 2), (4, 4)}
    return render_montage(wells, rows=6, columns=8, listed=listed)


def overlay() -> RenderedImages:
    """Return labels over their image."""
    drawn = cells.culture(7, segmented=True)
    assert drawn.labels is not None
    image = write(drawn.pixels.reshape(-1, *drawn.pixels.shape[-2:]))
    label = write(drawn.labels.reshape(-1, *drawn.labels.shape[-2:])[0])
    plans = make_plan(image, "cyx", channels=channels_of(drawn)), make_plan(label, "yx", is_label=True)
    return render_overlay(plans[0], fetch(plans[0], image), plans[1], fetch(plans[1], label))


def render_case(case: Case, repeat: int) -> tuple[RenderedImages, str]:
    """Return the pictures of a case, and what they cost."""
    files = case.damage(write(case.pixels, **case.stored))
    plan = make_plan(files, case.axes, **case.image)
    fetched = fetch(plan, files)
    took_ms, rendered = timed(lambda: render_image(plan, fetched), repeat)
    return rendered, f"{fetched.requests} requests, {fetched.size_bytes / 1000:,.0f} kB, {took_ms:.0f} ms"


def timed(work: Callable[[], T], repeat: int) -> tuple[float, T]:
    """Return the mean CPU time of some calls after a first one, in milliseconds, and the result."""
    work()
    start = time.process_time()
    for _ in range(repeat):
        result = work()
    return (time.process_time() - start) * 1000 / repeat, result


def figure(description: str, rendered: RenderedImages, cost: str) -> str:
    """Return a case as HTML."""
    pictures = "".join(
        _img(each, shown) for each, shown in ((rendered.thumbnail, 256), (rendered.preview, 400)) if each
    )
    shown = rendered.shown
    legend = "".join(
        f"<li>{html.escape(str(c.label))} #{c.color} {c.window}" for c in (shown.channels if shown else ())
    )
    problems = "".join(f"<li><b>{p.code}</b> {html.escape(p.message)}" for p in rendered.problems)
    words = html.escape(shown.how if shown else "")
    caption = f"<b>{html.escape(description)}</b><br>{words} {cost}<ul>{legend}{problems}</ul>"
    return f"<figure>{pictures}<figcaption>{caption}</figcaption></figure>"


def _img(picture: EncodedImage, shown_px: int) -> str:
    data = base64.b64encode(picture.content).decode()
    size = f"{picture.width} × {picture.height}, {len(picture.content) / 1000:.1f} kB"
    style = f"max-width:{shown_px}px;max-height:{shown_px}px"
    return f'<img title="{size}" style="{style}" src="data:image/webp;base64,{data}">'


def measure_decoding(name: str, codec: Any, repeat: int) -> str:
    """Return a line with the CPU time for decoding three chunks of 256²: by sitegen, by zarr, and by the codec."""
    pixels = np.random.default_rng(0).poisson(50, (3, 256, 256)).astype("uint16")
    files = write(pixels, chunks=(1, 256, 256), zarr_format=2, compressors=codec)
    plan = make_plan(files, "cyx")
    fetched: FetchedChunks = fetch(plan, files)
    by_zarr = replace(plan, encoding=replace(plan.encoding, numpy_encoding=None))
    ours, _ = timed(lambda: decode_planes(plan, fetched), repeat)
    zarr, _ = timed(lambda: decode_planes(by_zarr, fetched), repeat)
    bare, _ = timed(lambda: [codec.decode(body) for body in fetched.chunks.values()], repeat)
    whole, _ = timed(lambda: render_image(plan, fetched), repeat)
    return (
        f"three chunks of 256² in {name}: {ours:.2f} ms; by zarr {zarr:.2f} ms; by the codec alone {bare:.2f} ms; "
        f"with the thumbnail {whole:.1f} ms"
    )


GROUPS: Mapping[str, Callable[[], Iterator[Case]]] = {
    "fluorescence": fluorescence,
    "difficult": difficult,
    "shapes": shapes,
    "labels": labels,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the gallery and print a line for each case."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="the HTML file to write")
    parser.add_argument("--only", choices=GROUPS, help="one group of cases")
    parser.add_argument("--repeat", type=int, default=3, help="runs that are measured (3)")
    options = parser.parse_args(arguments)
    figures = []
    for group in [GROUPS[options.only]] if options.only else GROUPS.values():
        figures.append(f"<h2>{(group.__doc__ or '').removeprefix('Yield ')}</h2>")
        for case in group():
            rendered, cost = render_case(case, options.repeat)
            figures.append(figure(case.description, rendered, cost))
            print(f"{case.description:45} {cost}")
    figures += [figure(*huge()), figure("plate", plate(), ""), figure("labels over their image", overlay(), "")]
    for name, codec in CODECS.items():
        line = measure_decoding(name, codec, options.repeat)
        figures.append(f"<p>{line}")
        print(line)
    body = f"<!doctype html><meta charset=utf-8><style>{STYLE}</style>{''.join(figures)}"
    options.out.write_text(body, encoding="utf-8")


if __name__ == "__main__":
    main()
