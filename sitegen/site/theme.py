"""The style sheet and the icon in a catalog's own colors, after those that every site has.

Pure, but for the icon, which is one of the bundles. The name of the style sheet has a digest of its content, so that
browsers may keep it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sitegen.config.colors import ACCENTS
from sitegen.model import Branding, Icon, Page
from sitegen.site.resources import assets

ICON = "assets/icon.svg"
THEMED_ICON = "branding/icon.svg"


def theme_path(branding: Branding) -> str:
    """Return the path of the style sheet that replaces colors; empty where none is replaced."""
    if not branding.styles:
        return ""
    return f"branding/theme-{hashlib.sha256(branding.styles.encode()).hexdigest()[:10]}.css"


def icons_of(branding: Branding) -> tuple[Icon, ...]:
    """Return the icons of a catalog: its own, else that of sitegen in its colors."""
    plain = Icon(rel="icon", path=THEMED_ICON if branding.styles else ICON, type="image/svg+xml")
    return branding.icons or (plain,)


def theme_files(branding: Branding) -> Iterator[Page]:
    """Give the files of a catalog with colors of its own."""
    if not branding.styles:
        return
    yield Page(path=theme_path(branding), content=branding.styles.encode())
    icon = next(page.content for page in assets() if page.path == ICON)
    colored = icon.replace(ACCENTS["light"].encode(), branding.accent.encode())
    yield Page(path=THEMED_ICON, content=colored)
