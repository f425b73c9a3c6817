"""The files that make a catalog look like its own, but for what is copied: icons, and the picture for links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from sitegen.catalog.branding import ICON_SIZES, icon_path
from sitegen.config.settings import Config
from sitegen.model import Catalog, Page
from sitegen.render.icons import render_icon
from sitegen.render.social import MOST_PICTURES, render_social_picture
from sitegen.site.overviews import pictured


def branding_files(config: Config, catalog: Catalog, pictures: Mapping[str, Path]) -> Iterator[Page]:
    """Give the files that are made of the configuration and of pictures of datasets.

    pictures: path in the site → file.
    """
    if config.favicon and config.favicon.suffix.lower() != ".svg":
        for rel, side in ICON_SIZES.items():
            icon = render_icon(config.favicon, side, opaque=rel == "apple-touch-icon")
            yield Page(path=icon_path(rel), content=icon)
    if catalog.branding.social:
        logo = config.logo if config.logo and config.logo.suffix.lower() != ".svg" else None
        yield Page(
            path=catalog.branding.social,
            content=render_social_picture(
                catalog.title, _thumbnails(catalog, pictures), accent=catalog.branding.accent, logo=logo
            ),
        )


def _thumbnails(catalog: Catalog, pictures: Mapping[str, Path]) -> list[Path]:
    """Return the files of pictures of as many studies as possible."""
    shown = (record.found.thumbnail for record in pictured(catalog.records, MOST_PICTURES))
    return [pictures[each.path] for each in shown if each and each.path in pictures]
