"""The files that make a catalog look like its own, but for what is copied: icons, and the picture for links."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from sitegen.catalog.branding import ICON_SIZES, icon_path
from sitegen.config.settings import Config
from sitegen.model import Branding, Catalog, Page
from sitegen.model.planned import PlannedFiles
from sitegen.render.icons import render_icon
from sitegen.render.social import MOST_PICTURES, render_social_picture
from sitegen.site.fingerprints import digest
from sitegen.site.overviews import pictured


def branding_files(config: Config, catalog: Catalog, pictures: Mapping[str, Path]) -> Iterator[PlannedFiles]:
    """Plan the files that are made of the configuration and of pictures of datasets.

    pictures: path in the site → file.
    """
    if config.favicon and config.favicon.suffix.lower() != ".svg":
        for rel, side in ICON_SIZES.items():
            yield PlannedFiles(
                key=icon_path(rel),
                fingerprint=digest(rel, _content(config.favicon)),
                make=partial(_icon, config.favicon, rel, side),
            )
    if catalog.branding.social:
        logo = config.logo if config.logo and config.logo.suffix.lower() != ".svg" else None
        thumbnails = _thumbnails(catalog, pictures)
        names = [path.name for path in thumbnails]  # of their content
        yield PlannedFiles(
            key=catalog.branding.social,
            fingerprint=digest(catalog.title, catalog.branding, names, _content(logo)),
            make=partial(_social_picture, catalog.title, catalog.branding, thumbnails, logo),
        )


def _icon(favicon: Path, rel: str, side: int) -> list[Page]:
    return [Page(path=icon_path(rel), content=render_icon(favicon, side, opaque=rel == "apple-touch-icon"))]


def _social_picture(title: str, branding: Branding, thumbnails: list[Path], logo: Path | None) -> list[Page]:
    picture = render_social_picture(title, thumbnails, accent=branding.accent, logo=logo)
    return [Page(path=branding.social or "", content=picture)]


def _content(file: Path | None) -> str:
    """Return a digest of a file; empty for none."""
    return hashlib.sha256(file.read_bytes()).hexdigest() if file else ""


def _thumbnails(catalog: Catalog, pictures: Mapping[str, Path]) -> list[Path]:
    """Return the files of pictures of as many studies as possible."""
    shown = (record.found.thumbnail for record in pictured(catalog.records, MOST_PICTURES))
    return [pictures[each.path] for each in shown if each and each.path in pictures]
