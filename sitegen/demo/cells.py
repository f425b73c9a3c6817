"""Cells in fluorescence: a culture, a division, yeast, neurons, blood, a well of a plate.

Each function draws one specimen from a seed and returns a `Micrograph`. The shapes follow
what a microscope shows (microtubules start at the centrosome and end inside their cell,
spindles run from pole to chromosome); the numbers are chosen by eye.
"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator, default_rng
from numpy.typing import NDArray

from sitegen.demo.drawing import (
    Blob,
    Mosaic,
    Plane,
    Points,
    Shape,
    add,
    blank,
    blur,
    clouds,
    coordinates,
    fill,
    mosaic,
    radius_in,
    ring,
    scaled,
    scatter,
    shaded,
    smoothstep,
    splat,
    walks,
)
from sitegen.demo.micrograph import Micrograph, exposed, make_channels, stacked

BLUE, GREEN, RED, MAGENTA, CYAN, YELLOW, GRAY = "4D6BFF", "35E06F", "FF5A4D", "FF4DC4", "2FD6E8", "FFD23F", "FFFFFF"


def _nuclei_of(rng: Generator, centers: Points, long_px: float) -> list[Blob]:
    return [
        Blob(
            y=float(y),
            x=float(x),
            long=long_px * rng.uniform(0.85, 1.15),
            short=long_px * rng.uniform(0.62, 0.85),
            angle=rng.uniform(0, np.pi),
            phase=rng.uniform(0, 6),
        )
        for y, x in centers
    ]


def chromatin(rng: Generator, shape: Shape, nuclei: list[Blob]) -> Plane:
    """Return stained DNA: textured nuclei, each with a few dark nucleoli."""
    light = blank(shape)
    for nucleus in nuclei:
        fill(light, nucleus, rng.uniform(0.6, 1.0), edge=0.14)
    light *= np.clip(0.82 + 0.2 * clouds(rng, shape, 3.0, 0.8), 0.3, 1.5)
    for nucleus in nuclei:
        for _ in range(rng.integers(1, 4)):
            turn, out = rng.uniform(0, 2 * np.pi), rng.uniform(0.1, 0.5) * nucleus.short
            size = rng.uniform(0.12, 0.2) * nucleus.long
            nucleolus = Blob(
                y=nucleus.y + out * np.sin(turn), x=nucleus.x + out * np.cos(turn), long=size, short=size * 0.8
            )
            add(light, nucleolus, -0.35, edge=0.8)
    return np.maximum(light, 0)


def labeled(shape: Shape, nuclei: list[Blob]) -> NDArray[np.int32]:
    """Return the label image of nuclei: 1, 2, … inside, 0 between."""
    label = np.zeros(shape, np.int32)
    for number, nucleus in enumerate(nuclei, start=1):
        window, radius = radius_in(nucleus, shape)
        label[window][radius < 1] = number
    return label


def _bodies(rng: Generator, shape: Shape, spacing: float) -> tuple[Points, Mosaic, Plane]:
    """Return centers, their mosaic, and a soft mask of the spread cells."""
    centers = scatter(rng, shape, spacing)
    y, x = coordinates(shape)
    y, x = y + 0.05 * spacing * clouds(rng, shape, spacing / 5), x + 0.05 * spacing * clouds(rng, shape, spacing / 5)
    cells = mosaic(centers, y, x, spacing * 0.9)
    spread = smoothstep((spacing * 0.62 - cells.nearest) / 10) * smoothstep(cells.border / 5)
    return centers, cells, spread


def _microtubules(rng: Generator, nuclei: list[Blob], cells: Mosaic, shape: Shape, reach: float) -> Plane:
    light = blank(shape)
    for number, nucleus in enumerate(nuclei):
        headings = rng.uniform(0, 2 * np.pi, 70)
        side = rng.uniform(0, 2 * np.pi)
        origin = np.array([nucleus.y, nucleus.x]) + nucleus.short * 0.9 * np.array([np.sin(side), np.cos(side)])
        starts = origin + rng.normal(0, 3, (len(headings), 2))
        paths = walks(rng, starts, headings, int(reach / 0.7), bend=0.75)
        lengths = rng.uniform(0.45, 1.0, len(headings))[:, None] * paths.shape[1]
        kept = np.arange(paths.shape[1])[None, :] < lengths
        points = paths[kept]
        at = np.clip(np.rint(points).astype(int), 0, np.array(shape) - 1)
        light += splat(points[cells.label[at[:, 0], at[:, 1]] == number], shape)
    return light


def _stress_fibers(rng: Generator, nuclei: list[Blob], cells: Mosaic, shape: Shape, reach: float) -> Plane:
    light = blank(shape)
    for number, nucleus in enumerate(nuclei):
        heading = nucleus.angle + rng.normal(0, 0.1, 26)
        across = rng.uniform(-0.8, 0.8, 26)[:, None] * reach
        sideways = np.array([[-np.cos(nucleus.angle), np.sin(nucleus.angle)]])
        back = -reach * np.stack([np.sin(heading), np.cos(heading)], axis=1) * rng.uniform(0.4, 1.0, 26)[:, None]
        starts = np.array([[nucleus.y, nucleus.x]]) + across * sideways + back
        points = walks(rng, starts, heading, int(1.8 * reach / 0.7), bend=0.12).reshape(-1, 2)
        at = np.clip(np.rint(points).astype(int), 0, np.array(shape) - 1)
        light += splat(points[cells.label[at[:, 0], at[:, 1]] == number], shape)
    return light


def culture(seed: int, *, size_px: int = 768, spacing_px: float = 150, segmented: bool = False) -> Micrograph:
    """Return adherent cells: nuclei, microtubules and actin, axes (c, y, x)."""
    rng, shape = default_rng(seed), (size_px, size_px)
    centers, cells, spread = _bodies(rng, shape, spacing_px)
    nuclei = _nuclei_of(rng, centers, spacing_px * 0.19)
    dna = blur(chromatin(rng, shape, nuclei), 1.1)
    hollow = 1 - 0.55 * (dna > 0.25)
    tubules = _microtubules(rng, nuclei, cells, shape, spacing_px * 0.8) * spread
    tubulin = scaled(np.minimum(blur(tubules, 1.0), 2.2)) + 0.35 * scaled(blur(tubules, 7)) * hollow
    fibers = _stress_fibers(rng, nuclei, cells, shape, spacing_px * 0.62) * spread
    cortex = np.exp(-((cells.border / 5) ** 2)) * (cells.nearest < spacing_px * 0.62)
    edge = np.exp(-(((cells.nearest - spacing_px * 0.58) / 5) ** 2)) * smoothstep(cells.border / 5)
    actin = 0.75 * scaled(np.minimum(blur(fibers, 1.0), 2.5)) + 0.5 * blur(cortex + edge, 1.4) + 0.06 * spread
    light = stacked([dna + 0.03 * blur(dna, 18), 0.85 * tubulin, actin])
    return Micrograph(
        pixels=exposed(rng, light, photons=40, gain=6, offset=100),
        axes="cyx",
        size_um=(1.0, 0.16),
        channels=make_channels([("DAPI", BLUE), ("alpha-tubulin", GREEN), ("phalloidin", RED)], 300, 105),
        labels=labeled(shape, nuclei) if segmented else None,
    )


def mitochondria(seed: int, *, size_px: int = 544, planes: int = 3) -> Micrograph:
    """Return cells with their mitochondrial network, membrane and nuclei, axes (c, z, y, x)."""
    rng, shape = default_rng(seed), (size_px, size_px)
    spacing = size_px / 3.2
    centers, cells, spread = _bodies(rng, shape, spacing)
    nuclei = _nuclei_of(rng, centers, spacing * 0.2)
    dna = chromatin(rng, shape, nuclei)
    starts = np.repeat(centers, 230, axis=0)
    out = np.abs(rng.normal(0.22, 0.13, len(starts))) * spacing + spacing * 0.12
    turn = rng.uniform(0, 2 * np.pi, len(starts))
    starts = starts + out[:, None] * np.stack([np.sin(turn), np.cos(turn)], axis=1)
    paths = walks(rng, starts, turn + rng.normal(np.pi / 2, 0.8, len(starts)), 46, bend=2.8)
    depth = rng.integers(0, planes, len(starts))
    membrane = np.exp(-((cells.border / 4) ** 2)) * (cells.nearest < spacing * 0.62)
    channels: list[list[Plane]] = [[], [], []]
    for z in range(planes):
        sharp = blur(splat(paths[depth == z].reshape(-1, 2), shape), 1.5)
        near = blur(splat(paths[np.abs(depth - z) == 1].reshape(-1, 2), shape), 2.6)
        network = (np.minimum(sharp, 1.6) + 0.7 * near) * spread * (1 - 0.85 * (dna > 0.2))
        focus = 1.2 + 0.8 * abs(z - planes // 2)
        channels[0].append(blur(dna, focus) * (1 - 0.1 * abs(z - planes // 2)))
        channels[1].append(network * 0.8)
        channels[2].append(blur(membrane, focus) * 0.5 + 0.03 * spread)
    light = np.stack([stacked(channel) for channel in channels])
    return Micrograph(
        pixels=exposed(rng, light, photons=32, gain=5, offset=60),
        axes="czyx",
        size_um=(0.4, 0.11),
        channels=make_channels([("Hoechst 33342", BLUE), ("TOM20", YELLOW), ("WGA membrane", MAGENTA)], 205, 64),
        default_z=planes // 2,
    )


def neurons(seed: int, *, size_px: int = 768, branchings: int = 4) -> Micrograph:
    """Return neurons with synapses and nuclei, axes (c, y, x); older neurons branch more often."""
    rng, shape = default_rng(seed), (size_px, size_px)
    somata = scatter(rng, shape, 248, 0.3)
    ends, headings = np.repeat(somata, 6, axis=0), rng.uniform(0, 2 * np.pi, 6 * len(somata))
    dendrites, synapses = blank(shape), blank(shape)
    for generation, width in enumerate((2.6, 1.8, 1.25, 0.95)[:branchings]):
        paths = walks(rng, ends, headings, 110 + 25 * generation, bend=0.85)
        drawn = blur(splat(paths.reshape(-1, 2), shape), width)
        dendrites += np.minimum(drawn * width, 1.1)
        chosen = paths[:, ::9].reshape(-1, 2)
        chosen = chosen[rng.random(len(chosen)) < 0.5] + 0
        synapses += splat(chosen + rng.normal(0, 1.6, chosen.shape), shape, rng.uniform(0.4, 1, len(chosen)))
        ends = np.repeat(paths[:, -1], 2, axis=0)
        headings = np.repeat(np.arctan2(*(paths[:, -1] - paths[:, -12]).T), 2)
        headings += np.tile([-0.5, 0.5], len(headings) // 2) * rng.uniform(0.5, 1.5, len(headings))
    for y, x in somata:
        fill(dendrites, Blob(y=y, x=x, long=24, short=17, angle=rng.uniform(0, np.pi), uneven=0.14), 1.2, edge=0.5)
    glia = scatter(rng, shape, 150, 0.45)
    nuclei = _nuclei_of(rng, somata, 13) + _nuclei_of(rng, glia, 10)
    light = stacked(
        [
            0.8 * blur(chromatin(rng, shape, nuclei), 1.3),
            0.8 * blur(np.minimum(dendrites, 1.4), 0.7) + 0.02,
            np.minimum(blur(synapses, 1.3) * 7, 1.3),
        ]
    )
    return Micrograph(
        pixels=exposed(rng, light, photons=40, gain=5, offset=110, loss=0.2),
        axes="cyx",
        size_um=(1.0, 0.21),
        channels=make_channels([("DAPI", BLUE), ("MAP2", GREEN), ("synapsin", MAGENTA)], 275, 115),
    )


def yeast(seed: int, *, size_px: int = 512, foci: bool = True, dtype: str = "uint16") -> Micrograph:
    """Return budding yeast in DIC and GFP (foci, or the vacuole's membrane), axes (c, y, x)."""
    rng, shape = default_rng(seed), (size_px, size_px)
    thickness, marked = blank(shape), blank(shape)
    middle = scatter(rng, shape, 62, 0.33)
    middle = middle[clouds(rng, shape, 70)[tuple(np.clip(middle.astype(int), 0, size_px - 1).T)] > -0.35]
    for y, x in middle:
        cell = Blob(y=y, x=x, long=24 * rng.uniform(0.85, 1.1), short=20, angle=rng.uniform(0, np.pi), uneven=0.02)
        turn, size = rng.uniform(0, 2 * np.pi), rng.choice([0, 9, 14])
        bud = Blob(
            y=y + (20 + size * 0.8) * np.sin(turn),
            x=x + (20 + size * 0.8) * np.cos(turn),
            long=size + 1,
            short=size + 1,
        )
        for part in (cell, bud):
            window, radius = radius_in(part, shape)
            thickness[window] = np.maximum(thickness[window], part.short * np.sqrt(np.maximum(1 - radius**2, 0)))
            add(marked, part, 0.16, edge=0.3)
        vacuole = Blob(y=y + rng.normal(0, 4), x=x + rng.normal(0, 4), long=10, short=9, uneven=0.08, phase=turn)
        add(thickness, vacuole, -4, edge=0.6)
        if foci:
            for _ in range(rng.poisson(1.3)):
                focus = Blob(y=y + rng.normal(0, 8), x=x + rng.normal(0, 8), long=3.4, short=3.4)
                add(marked, focus, rng.uniform(0.5, 1.0), edge=1.0)
        else:
            ring(marked, vacuole, 0.7, width=0.18)
    dic = shaded(blur(thickness, 1.4), 0.8, 0.16) + 0.012 * clouds(rng, shape, 40)
    transmitted = exposed(rng, dic[None], photons=120, gain=13.3, loss=0.1, dtype=dtype)
    green = exposed(rng, blur(marked, 1.5)[None] * 0.9, photons=50, gain=4, offset=90, dtype=dtype)
    marker = "Rad52-YFP" if foci else "Vph1-GFP"
    return Micrograph(
        pixels=np.concatenate([transmitted, green]),
        axes="cyx",
        size_um=(1.0, 0.13),
        channels=make_channels([("DIC", GRAY)], 1470, 180)
        + make_channels([(marker, YELLOW if foci else GREEN)], 220, 97),
    )


def spindle(rng: Generator, shape: Shape, progress: float) -> list[Plane]:
    """Return DNA and tubulin of one dividing cell; `progress` runs from prometaphase (0) to telophase (1)."""
    height, width = shape
    cy, cx = height / 2, width / 2
    apart = max(progress - 0.4, 0) * 0.62 * width  # chromosomes leave the plate at 0.4
    poles = width * (0.17 + 0.13 * progress)
    loose = max(0.35 - progress, 0) * 50
    dna, tubulin = blank(shape), blank(shape)
    for number in range(46):
        side = -1 if number % 2 else 1
        y = cy + (number - 22.5) * width * 0.0072 + rng.normal(0, 2 + loose)
        x = cx + side * (apart / 2 - 0.05 * apart * abs(number - 22.5) / 22.5) + rng.normal(0, 3 + loose)
        arm = Blob(y=y, x=x, long=8, short=3.6, angle=rng.normal(0, 0.5), uneven=0.1)
        fill(dna, arm, rng.uniform(0.75, 1.0), edge=0.5)
        s = np.linspace(0, 1, 240)
        pole = np.array([cy, cx - side * -poles])
        bow = (y - cy) * np.sin(np.pi * s / 1.7)
        path = np.stack([cy + bow * 1.0, pole[1] + (x - pole[1]) * s], axis=1) + rng.normal(0, 0.5, 2)
        tubulin += splat(path, shape)
    for side in (-1, 1):
        starts = np.tile([[cy, cx + side * poles]], (34, 1))
        asters = walks(rng, starts, rng.uniform(0, 2 * np.pi, 34), int(width * 0.2), bend=0.5)
        tubulin += 0.6 * splat(asters.reshape(-1, 2), shape)
        fill(tubulin, Blob(y=cy, x=cx + side * poles, long=5, short=5), 3.0, edge=0.8)
    return [blur(dna, 1.3), np.minimum(blur(tubulin, 1.1), 2.6) / 2.6]


def division(seed: int, *, size_px: int = 304, frames: int = 7, shown: int = 3) -> Micrograph:
    """Return one cell that divides, axes (t, c, y, x); shown: the author's default frame."""
    shape = (size_px, size_px)
    movie = []
    for frame in range(frames):
        rng = default_rng([seed, frame // 2])
        progress = frame / (frames - 1)
        dna, tubulin = spindle(rng, shape, progress)
        waist = size_px * (0.28 - 0.13 * min(max((progress - 0.55) / 0.45, 0), 1))
        y, x = coordinates(shape)
        from_middle = np.abs(x - size_px / 2) / (size_px * (0.3 + 0.12 * progress))
        half = waist + (size_px * 0.28 - waist) * np.sqrt(np.clip(from_middle * 1.6, 0, 1))
        half = half * np.sqrt(np.maximum(1 - from_middle**2.6, 0))
        inside = half - np.abs(y - size_px / 2)
        cortex = np.exp(-((inside / 3) ** 2)) * (half > 1)
        body = smoothstep(inside / 6)
        movie.append(
            stacked([dna, tubulin * body + 0.09 * body, 0.8 * blur(cortex.astype(np.float32), 1.4) + 0.04 * body])
        )
    rng = default_rng(seed)
    return Micrograph(
        pixels=exposed(rng, np.stack(movie), photons=45, gain=4, offset=100),
        axes="tcyx",
        size_um=(1.0, 0.09),
        channels=make_channels([("H2B-mCherry", MAGENTA), ("EGFP-tubulin", GREEN), ("membrane", CYAN)], 245, 106),
        frame_s=180.0,
        default_t=shown,
    )


def well(seed: int, *, size_px: int = 160, cells: int = 30, giant: bool = False, bright: float = 1.0) -> Micrograph:
    """Return a field of a screening plate: nuclei and a reporter, axes (c, y, x).

    giant: polyploid cells, as after a failed division; bright: strength of the reporter.
    """
    rng, shape = default_rng(seed), (size_px, size_px)
    centers = scatter(rng, shape, size_px / np.sqrt(max(cells, 1) * 1.15), 0.42)
    nuclei = _nuclei_of(rng, centers, 13.0 if giant else 7.5)
    dna = blur(chromatin(rng, shape, nuclei), 0.9)
    cytoplasm = blank(shape)
    for nucleus in nuclei:
        size = nucleus.long * rng.uniform(1.8, 2.6)
        fill(
            cytoplasm,
            Blob(y=nucleus.y, x=nucleus.x, long=size, short=size * 0.7, angle=nucleus.angle, uneven=0.16),
            bright * rng.uniform(0.4, 1.0),
            edge=0.9,
        )
    cytoplasm *= np.clip(0.8 + 0.3 * clouds(rng, shape, 5, 1), 0.2, 2) * (1 - 0.4 * (dna > 0.3))
    return Micrograph(
        pixels=exposed(rng, stacked([dna, blur(cytoplasm, 0.8)]), photons=40, gain=5, offset=40, loss=0.25),
        axes="cyx",
        size_um=(1.0, 0.65),
        channels=make_channels([("Hoechst", BLUE), ("GFP reporter", GREEN)], 210, 46),
    )
