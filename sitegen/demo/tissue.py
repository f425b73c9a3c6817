"""Tissues and whole organisms in one plane: histology, smear, leaf, muscle, root, brain, embryo, diatoms.

RGB images are uint8 with three channels and no `omero` settings, as from slide scanners and
cameras. Stains absorb light by the Beer–Lambert law, with the colors of hematoxylin and
eosin from Ruifrok and Johnston (2001).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.random import Generator, default_rng

from sitegen.demo.cells import BLUE, CYAN, GRAY, GREEN, MAGENTA, RED, YELLOW, chromatin
from sitegen.demo.drawing import (
    Blob,
    Plane,
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
    scatter,
    shaded,
    smoothstep,
    splat,
    value_at,
    walks,
)
from sitegen.demo.micrograph import Light, Micrograph, Pixels, exposed, make_channels, stacked

HEMATOXYLIN, EOSIN = (0.65, 0.70, 0.29), (0.10, 0.90, 0.25)
AZURE, EOSIN_PINK = (0.75, 0.62, 0.10), (0.06, 0.62, 0.30)


def stained(stains: list[tuple[Plane, tuple[float, float, float]]], rng: Generator, grain: float = 0.5) -> Pixels:
    """Return what a slide scanner sees, uint8 (3, y, x): white light after it passed these amounts of stains."""
    absorbed = np.zeros((3, *stains[0][0].shape), np.float32)
    for amount, color in stains:
        absorbed += np.maximum(amount, 0) * np.asarray(color, np.float32)[:, None, None]
    white = np.asarray([244, 243, 246], np.float32)[:, None, None]
    seen = white * np.exp(-absorbed)
    noise = rng.standard_normal(seen.shape[1:], dtype=np.float32) * grain * (seen.mean(0) < 236)
    return _developed(seen + noise)


def _developed(seen: Light) -> Pixels:
    """Return uint8 in 85 steps, which look like 256 and need half the bytes."""
    return np.asarray(np.clip(np.rint(seen / 3) * 3, 0, 255), np.uint8)


def _outline(rng: Generator, shape: Shape, fullness: float) -> Plane:
    """Return a soft mask of a piece of tissue that does not fill its slide."""
    y, x = coordinates(shape)
    r = np.hypot((y / shape[0] - 0.5) * 2, (x / shape[1] - 0.5) * 2)
    return smoothstep((fullness - r + 0.09 * clouds(rng, shape, shape[0] / 9, 8)) * 40)


def histology(seed: int, *, size_px: int = 1024, gland_px: float = 120, fullness: float = 0.93) -> Micrograph:
    """Return a section of a gland-bearing mucosa, hematoxylin and eosin, RGB (c, y, x)."""
    rng, shape = default_rng(seed), (size_px, size_px)
    tissue = _outline(rng, shape, fullness)
    y, x = coordinates(shape)
    warp = 0.09 * gland_px
    wy, wx = y + warp * clouds(rng, shape, gland_px / 3), x + warp * clouds(rng, shape, gland_px / 3)
    glands = mosaic(scatter(rng, shape, gland_px, 0.22), wy, wx, gland_px)
    radius = gland_px * (0.36 + 0.04 * clouds(rng, shape, gland_px / 2))
    lumen = smoothstep((0.30 * radius - glands.nearest) / 6)
    epithelium = smoothstep((radius - glands.nearest) / 3) * (1 - lumen)
    collagen = clouds(rng, shape, 30, 3) + np.sin((wx * 0.3 + wy + 14 * clouds(rng, shape, 30)) / 6)
    stroma = (1 - smoothstep((radius - glands.nearest) / 3)) * (1 - lumen)
    mucus = smoothstep((0.78 * radius - glands.nearest) / 8) * epithelium
    eosin = stroma * (0.62 + 0.13 * collagen) + epithelium * 0.5 - mucus * 0.28
    gaps = smoothstep((clouds(rng, shape, 10, 4) - 1.25) * 3) * stroma
    eosin *= 1 - 0.85 * gaps
    blue = 0.10 * epithelium + 0.06 * mucus * (1 + clouds(rng, shape, 4)) + 0.05 * stroma
    nuclei = _section_nuclei(rng, shape, glands.nearest, radius)
    absorbing = nuclei * np.clip(0.9 + 0.22 * clouds(rng, shape, 2.2, 0.7), 0.4, 1.4)
    dye = blur((blue + 1.0 * absorbing) * tissue, 0.8)
    pink = blur(eosin * tissue * (1 - 0.5 * np.minimum(nuclei, 1)), 0.8)
    return Micrograph(pixels=stained([(dye, HEMATOXYLIN), (pink, EOSIN)], rng), axes="cyx", size_um=(1.0, 0.5))


def _section_nuclei(rng: Generator, shape: Shape, nearest: Plane, radius: Plane) -> Plane:
    """Return nuclei: a palisade at the foot of each gland's epithelium, scattered in the stroma between."""
    light = blank(shape)
    gy, gx = np.gradient(nearest, axis=0), np.gradient(nearest, axis=1)
    for y, x in scatter(rng, shape, 9.5, 0.3):
        depth = value_at(nearest, y, x) / value_at(radius, y, x)
        outward = float(np.arctan2(value_at(gy, y, x), value_at(gx, y, x)))
        if 0.72 < depth < 0.97:
            fill(light, Blob(y=y, x=x, long=7.2, short=4.1, angle=outward, phase=x), rng.uniform(0.75, 1.05), 0.35)
        elif depth > 1.06 and rng.random() < 0.34:
            slim = rng.uniform(1.8, 4.4)
            angle = outward + np.pi / 2 + rng.normal(0, 0.5)
            fill(light, Blob(y=y, x=x, long=5.5, short=slim, angle=angle, phase=y), rng.uniform(0.8, 1.2), 0.4)
    return light


def smear(seed: int, *, size_px: int = 640, infected: float = 0.14) -> Micrograph:
    """Return a thin blood film, Giemsa: red cells, some with malaria parasites, one leukocyte, RGB (c, y, x)."""
    rng, shape = default_rng(seed), (size_px, size_px)
    pink, violet = blank(shape), blank(shape)
    for number, (y, x) in enumerate(scatter(rng, shape, 58, 0.33)):
        size = 23 * rng.uniform(0.92, 1.08)
        cell = Blob(
            y=y, x=x, long=size, short=size * rng.uniform(0.9, 1), angle=rng.uniform(0, 3), uneven=0.03, phase=x
        )
        if number == 65:
            fill(pink, replace(cell, long=40, short=37), 0.34, edge=0.1)
            for turn in (0.4, 2.3, 4.2):
                lobe = Blob(
                    y=y + 13 * np.sin(turn), x=x + 13 * np.cos(turn), long=17, short=14, angle=turn, uneven=0.15
                )
                fill(violet, lobe, 1.25, edge=0.25)
            continue
        window, radius = radius_in(cell, shape)
        disc = smoothstep((1 - radius) / 0.09) * (0.62 - 0.34 * np.exp(-((radius / 0.45) ** 2)))
        pink[window] = np.maximum(pink[window], disc)
        if rng.random() < infected:
            parasite = Blob(y=y + rng.normal(0, 5), x=x + rng.normal(0, 5), long=6, short=5.2, uneven=0.1, phase=y)
            ring(violet, parasite, 0.8, width=0.28)
            add(violet, Blob(y=parasite.y - 5, x=parasite.x + 3, long=2.6, short=2.4), 1.1, edge=0.6)
    violet *= np.clip(0.9 + 0.2 * clouds(rng, shape, 3, 1), 0.4, 1.5)
    stains = [(blur(violet, 0.9), AZURE), (blur(pink, 1.0) + 0.015, EOSIN_PINK)]
    return Micrograph(pixels=stained(stains, rng, 1.0), axes="cyx", size_um=(1.0, 0.16))


def leaf(seed: int, *, size_px: int = 576, planes: int = 2) -> Micrograph:
    """Return a liverwort's leaf through focus: cell walls and chloroplasts, RGB (c, z, y, x)."""
    rng, shape = default_rng(seed), (size_px, size_px)
    y, x = coordinates(shape)
    wy, wx = y + 6 * clouds(rng, shape, 40), x + 6 * clouds(rng, shape, 40)
    long_cells = scatter(rng, (size_px, int(size_px * 0.72) + 1), 54, 0.2) * [1, 1 / 0.72]
    cells = mosaic(long_cells, wy, wx, 90)
    wall = np.exp(-((cells.border / 4.5) ** 2))
    rim = np.exp(-(((cells.border - 13) / 8) ** 2))
    chloroplast = blank(shape)
    for cy, cx in scatter(rng, shape, 10.5, 0.36):
        if rng.random() < 0.16 + 0.75 * value_at(rim, cy, cx) and value_at(wall, cy, cx) < 0.25:
            size = rng.uniform(4.2, 5.6)
            fill(
                chloroplast,
                Blob(y=cy, x=cx, long=size, short=size * 0.8, angle=rng.uniform(0, 3)),
                rng.uniform(0.6, 1),
                0.45,
            )
    edge = smoothstep((x - 0.1 * size_px - 34 * np.sin(y / size_px * 3.3) + 5 * clouds(rng, shape, 30)) / 5)
    height = (clouds(rng, shape, size_px / 6) + 1.6) / 3.2 * (planes - 1)
    colors = []
    for z in range(planes):
        out = np.clip(np.abs(height - z) / planes * 1.6, 0, 1)
        green = chloroplast * (1 - out) + blur(chloroplast, 4.5) * out
        bright = wall * (1 - out) + blur(wall, 4) * out
        absorbed = [0.16 + 0.95 * green, 0.07 + 0.33 * green, 0.34 + 1.25 * green]
        light = [np.exp(-edge * (a + 0.05 * (1 - bright))) + 0.10 * edge * bright for a in absorbed]
        colors.append(np.stack([238 * light[0], 242 * light[1], 232 * light[2]]))
    seen = np.stack(colors, axis=1)
    grain = rng.standard_normal(seen.shape[1:], dtype=np.float32) * 0.25
    pixels = _developed(seen + grain)
    return Micrograph(pixels=pixels, axes="czyx", size_um=(4.0, 0.45), default_z=planes // 2)


def muscle(seed: int, *, size_px: int = 576) -> Micrograph:
    """Return striated muscle: sarcomeres, peripheral nuclei, membranes, axes (c, y, x)."""
    rng, shape = default_rng(seed), (size_px, size_px)
    y, x = coordinates(shape)
    bend = 22 * clouds(rng, shape, 130)
    across, along = y + 0.22 * x + bend, x - 0.22 * y + 7 * clouds(rng, shape, 26)
    fiber = np.floor(across / 100)
    inside = np.abs(across / 100 - fiber - 0.5) * 2
    shift = rng.uniform(0, 2 * np.pi, 64)[(fiber.astype(int) + 20) % 64]
    band = np.cos(2 * np.pi * along / 21.5 + shift) * 0.5 + 0.5
    fibrils = np.clip(0.8 + 0.2 * np.sin(across * 0.9 + 3 * clouds(rng, shape, 14)), 0, 1)
    body = smoothstep((0.93 - inside) / 0.08)
    actin = body * fibrils * (0.2 + 0.8 * band**1.6)
    z_line = body * fibrils * np.maximum(-np.cos(2 * np.pi * along / 21.5 + shift), 0) ** 9
    sarcolemma = np.exp(-(((inside - 0.965) / 0.03) ** 2))
    nuclei = []
    for cy, cx in scatter(rng, shape, 90, 0.4):
        if value_at(inside, cy, cx) > 0.55:
            nuclei.append(Blob(y=cy, x=cx, long=17, short=5.5, angle=-0.22 + rng.normal(0, 0.08), phase=cx))
    light = stacked(
        [
            blur(chromatin(rng, shape, nuclei), 1.1),
            blur(actin, 1.1) * 0.85,
            blur(z_line, 1),
            blur(sarcolemma, 1.2) * 0.6,
        ]
    )
    channels = [("DAPI", BLUE), ("actin", GREEN), ("alpha-actinin", RED), ("laminin", CYAN)]
    return Micrograph(
        pixels=exposed(rng, light, photons=30, gain=4.8, offset=80),
        axes="cyx",
        size_um=(1.0, 0.098),
        channels=make_channels(channels, 205, 84),
    )


def stripes(seed: int, *, height_px: int = 400, width_px: int = 860) -> Micrograph:
    """Return a fruit fly embryo with seven stripes of two pair-rule genes, axes (c, y, x)."""
    rng, shape = default_rng(seed), (height_px, width_px)
    y, x = coordinates(shape)
    along, across = (x - width_px / 2) / (width_px * 0.455), (y - height_px / 2) / (height_px * 0.43)
    radius = np.hypot(along, across * (1 + 0.05 * along))
    inside, yolk = smoothstep((1 - radius) * 40), smoothstep((0.80 - radius) * 9)
    nuclei = blank(shape)
    for cy, cx in scatter(rng, shape, 12.5, 0.2):
        fill(nuclei, Blob(y=cy, x=cx, long=4.8, short=4.4, phase=cx), rng.uniform(0.7, 1), edge=0.5)
    bow = 0.05 * across**2 * np.sign(along)
    phase = (along + bow + 0.60) / 0.185
    salt = np.clip(1 + 0.25 * clouds(rng, shape, 4), 0.3, 2)
    window = smoothstep((phase + 0.5) * 3) * smoothstep((6.55 - phase) * 3)
    even = np.exp(-((((phase + 0.5) % 1 - 0.5) / 0.20) ** 2)) * window
    odd = np.exp(-(((phase % 1 - 0.5) / 0.18) ** 2)) * window
    coat = inside * (1 - 0.45 * yolk)
    light = stacked(
        [
            blur(nuclei, 1) * coat * 0.85,
            blur(even * nuclei * salt + 0.3 * even, 1.2) * coat,
            blur(odd * nuclei * salt + 0.3 * odd, 1.2) * coat,
        ]
    )
    return Micrograph(
        pixels=exposed(rng, light + 0.02 * inside, photons=45, gain=4, offset=60, loss=0.05),
        axes="cyx",
        size_um=(1.0, 0.58),
        channels=make_channels([("DAPI", BLUE), ("even-skipped", MAGENTA), ("fushi tarazu", YELLOW)], 195, 63),
    )


def root(seed: int, *, height_px: int = 512, width_px: int = 768) -> Micrograph:
    """Return a root tip: stained cell walls and nuclei, files of cells that grow away from the tip, axes (c, y, x)."""
    rng, shape = default_rng(seed), (height_px, width_px)
    y, x = coordinates(shape)
    middle = height_px / 2 + 16 * np.sin(x / width_px * 2.6)
    half = height_px * 0.33 * np.sqrt(np.clip(1 - np.maximum(x / width_px - 0.55, 0) ** 2 / 0.19, 0, 1)) + 1e-3
    across = (y - middle) / half
    files = (across + 1) * 6.5
    file = np.clip(np.floor(files), 0, 12).astype(int)
    from_tip = np.sqrt(np.maximum(1.02 - x / width_px, 0)) * 26 + 1.2 * across**2  # cells lengthen away from the tip
    grow = rng.uniform(0.75, 1.25, 13)[file] * np.where(np.abs(file - 6) > 3, 1.35, 0.8)
    cell = from_tip * grow + rng.uniform(0, 1, 13)[file]
    to_side, to_end = 0.5 - np.abs(files % 1 - 0.5), 0.5 - np.abs(cell % 1 - 0.5)
    side_px, end_px = to_side * half / 6.5, to_end / np.maximum(np.abs(np.gradient(cell, axis=1)), 1e-3)
    wall = np.exp(-((np.minimum(side_px, end_px) / 1.3) ** 2)).astype(np.float32)
    inside = smoothstep((1 - np.abs(across)) * half / 3)
    outer = np.exp(-(((1 - np.abs(across)) * half / 2.2) ** 2))
    size_px = np.minimum(half / 13, 11)
    offset_px = np.hypot(
        (0.5 - to_side) * half / 6.5, (0.5 - to_end) / np.maximum(np.abs(np.gradient(cell, axis=1)), 1e-3)
    )
    living = rng.random((13, 64))[file, np.clip(cell, 0, 63).astype(int)] < 0.85
    nuclear = smoothstep((0.55 * size_px - offset_px) / 3) * inside * living
    light = stacked([(0.85 * wall + outer) * inside + 0.4 * outer, 0.9 * blur(nuclear.astype(np.float32), 1.2)])
    return Micrograph(
        pixels=exposed(rng, light, photons=70, gain=3, offset=4, dtype="uint8", loss=0.08),
        axes="cyx",
        size_um=(1.0, 0.36),
        channels=make_channels([("propidium iodide", MAGENTA), ("H2B-GFP", GREEN)], 200, 8),
    )


def hippocampus(seed: int, *, size_px: int = 704) -> Micrograph:
    """Return a section of a hippocampus: bands of densely packed nuclei, glia, fibers, axes (c, y, x)."""
    rng, shape = default_rng(seed), (size_px, size_px)
    s = np.linspace(0, 1, 60)
    bands = np.concatenate(
        [
            np.stack([0.62 - 0.34 * np.sin(np.pi * (0.05 + 0.75 * s)), 0.08 + 0.78 * s + 0.06 * np.sin(6 * s)], axis=1),
            np.stack([0.44 + 0.10 * s, 0.36 + 0.5 * s], axis=1),
            np.stack([0.54 + 0.16 * s, 0.86 - 0.52 * s - 0.1 * np.sin(3 * s)], axis=1),
        ]
    )
    coarse = coordinates((size_px // 4, size_px // 4))
    far = [np.hypot(coarse[0] * 4 - py, coarse[1] * 4 - px) for py, px in bands * size_px]
    distance = np.repeat(np.repeat(np.min(far, axis=0), 4, axis=0), 4, axis=1)
    density = np.exp(-((distance / 16) ** 2)) * 0.97 + 0.07
    nuclei = [
        Blob(y=cy, x=cx, long=rng.uniform(5, 6.6), short=rng.uniform(4.2, 5.4), angle=rng.uniform(0, 3), phase=cx)
        for cy, cx in scatter(rng, shape, 9.0, 0.4)
        if rng.random() < value_at(density, cy, cx)
    ]
    glia = scatter(rng, shape, 70, 0.45)
    arms = walks(rng, np.repeat(glia, 9, axis=0), rng.uniform(0, 7, 9 * len(glia)), 46, bend=2.2)
    astrocytes = np.minimum(blur(splat(arms.reshape(-1, 2), shape), 1.0), 1.5)
    smooth = blur(distance, 12)
    gy, gx = np.gradient(smooth, axis=0), np.gradient(smooth, axis=1)
    headings = np.arctan2(gy, gx)
    roots = scatter(rng, shape, 15, 0.5)
    at = np.clip(roots.astype(int), 0, size_px - 1)
    near = distance[at[:, 0], at[:, 1]] < 70
    paths = walks(rng, roots[near], headings[at[near, 0], at[near, 1]], 90, bend=0.5)
    dendrites = np.minimum(blur(splat(paths.reshape(-1, 2), shape), 0.9), 1.4)
    dna = blur(chromatin(rng, shape, nuclei), 0.9)
    light = stacked([0.9 * dna, 0.55 * dendrites + 0.03, 0.75 * astrocytes])
    return Micrograph(
        pixels=exposed(rng, light, photons=40, gain=4, offset=90, loss=0.1),
        axes="cyx",
        size_um=(1.0, 1.3),
        channels=make_channels([("DAPI", BLUE), ("MAP2", GREEN), ("GFAP", RED)], 215, 95),
    )


def follicle(seed: int, *, size_px: int = 512) -> Micrograph:
    """Return a tonsil by imaging mass cytometry: eight markers, cells sorted by a germinal center, axes (c, y, x)."""
    rng, shape = default_rng(seed), (size_px, size_px)
    markers = [
        ("DNA", BLUE),
        ("CD20", GREEN),
        ("CD3", RED),
        ("Ki-67", YELLOW),
        ("pan-keratin", "FFA04D"),
        ("CD68", CYAN),
        ("CD31", MAGENTA),
        ("collagen I", "8890A0"),
    ]
    planes = [blank(shape) for _ in markers]
    y, x = coordinates(shape)
    center = np.hypot(y - size_px * 0.5, (x - size_px * 0.46) * 0.85) + 14 * clouds(rng, shape, 40)
    surface = x + 26 * clouds(rng, shape, 50)
    for cy, cx in scatter(rng, shape, 10.5, 0.38):
        r, lining = value_at(center, cy, cx), value_at(surface, cy, cx) > size_px * 0.87
        kind = 4 if lining else 3 if r < 92 and rng.random() < 0.7 else 1 if r < 150 else rng.choice([2, 2, 2, 1, 5])
        body = Blob(y=cy, x=cx, long=5.6, short=4.8, angle=rng.uniform(0, 3), phase=cx, uneven=0.1)
        fill(planes[0], replace(body, long=3.8, short=3.2), rng.uniform(0.4, 0.75), edge=0.6)
        for marker in {kind, 1 if kind == 3 else kind}:
            ring(planes[marker], body, rng.uniform(0.5, 1.0), width=0.3)
    vessels = walks(rng, rng.uniform(0, size_px, (7, 2)), rng.uniform(0, 7, 7), 260, bend=1.4).reshape(-1, 2)
    planes[6] += np.minimum(blur(splat(vessels, shape), 2.0), 1)
    septa = np.exp(-((clouds(rng, shape, 44) / 0.16) ** 2)) * smoothstep((center - 165) / 20)
    planes[7] += 0.6 * septa
    pixels = exposed(rng, stacked([blur(plane, 0.7) for plane in planes]), photons=24, read_noise=0.2, loss=0.0)
    return Micrograph(
        pixels=pixels.astype(np.float32),
        axes="cyx",
        size_um=(1.0, 1.0),
        channels=make_channels(markers[:5], 30, 2)
        + tuple(replace(each, active=False) for each in make_channels(markers[5:], 30, 2)),
    )


def diatoms(seed: int, *, size_px: int = 640) -> Micrograph:
    """Return arranged diatoms in interference contrast: round and boat-shaped shells, axes (y, x)."""
    rng, shape = default_rng(seed), (size_px, size_px)
    height = blank(shape)
    for number, (cy, cx) in enumerate(scatter(rng, shape, 165, 0.14)):
        slim = 1.0 if number % 3 else 0.3
        shell = Blob(
            y=cy, x=cx, long=76 if slim < 1 else rng.uniform(46, 66), short=1, angle=rng.uniform(0, 3), uneven=0
        )
        shell = replace(shell, short=shell.long * slim)
        window, radius = radius_in(shell, shape, 1.1)
        y = np.arange(window[0].start, window[0].stop)[:, None] - cy
        x = np.arange(window[1].start, window[1].stop)[None, :] - cx
        along = x * np.cos(shell.angle) + y * np.sin(shell.angle)
        spokes = np.cos(np.arctan2(y, x) * int(rng.choice([24, 36, 48]))) if slim == 1 else np.cos(along * 1.25)
        dots = 1 + spokes * np.cos(radius * shell.short / 1.1) * (radius > 0.25)
        dome = (
            15 * np.sqrt(np.maximum(1 - radius**2, 0)) * 0.5 + 1.2 * dots + 5 * np.exp(-(((radius - 0.95) / 0.05) ** 2))
        )
        height[window] = np.where(radius < 1, dome, height[window])
    relief = shaded(blur(height, 1.0), 0.7, 0.13) + 0.01 * clouds(rng, shape, 50)
    return Micrograph(
        pixels=exposed(rng, relief, photons=500, gain=0.36, dtype="uint8", loss=0.16),
        axes="yx",
        size_um=(1.0, 0.25),
        channels=make_channels([("DIC", GRAY)], 175, 10),
    )
